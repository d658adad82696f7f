import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LienthongError, tidy } from '../../src/base/index.js'
import { fillIn, fillText } from '../../src/base/text.js'

test('a value that is missing leaves its placeholder readable', () => {
  expect(fillIn('{host} answered HTTP {status}.', { host: 'adapter.example.vn' })).toBe('adapter.example.vn answered HTTP {status}.')
})

test('a value in both languages is told in that of the sentence', () => {
  const problem = { en: 'there is no file a.yaml', vi: 'không có tệp a.yaml' }
  expect(fillText({ en: 'tables: {problem}', vi: 'bảng mã: {problem}' }, { problem })).toEqual({
    en: 'tables: there is no file a.yaml',
    vi: 'bảng mã: không có tệp a.yaml',
  })
  const { message, text } = new LienthongError('usage.invalid', { values: { problem } })
  expect([message, text.vi]).toEqual([problem.en, problem.vi])
})

test('a sentence that is filled for one record is whole for the next', () => {
  const says = { en: '{a} and {b}, {a}', vi: 'không có gì' }
  expect(fillText(says, { a: 1, b: 'x' })).toEqual({ en: '1 and x, 1', vi: 'không có gì' })
  expect(fillText(says, { a: 2 })).toEqual({ en: '2 and {b}, 2', vi: 'không có gì' })
})

test('tidy text is NFC and trimmed, in whatever letters and marks it was typed', () => {
  const letter = fc.oneof(
    fc.constantFrom(...'aAêƠ ưđỹẠ', '\u0300', '\u0309', '\u0323', '\u031b', '\u0344', '\u00a0', '\u1e9b', '\u1fef', '\u212b'),
    fc.nat({ max: 0x2fff }).map((code) => String.fromCharCode(code)),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  )
  fc.assert(
    fc.property(fc.array(letter, { maxLength: 6 }), (letters) => {
      const text = letters.join('')
      expect(tidy(text)).toBe(text.normalize('NFC').trim())
    }),
    { numRuns: 3000 },
  )
  const alone = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code))
  expect(alone.filter((text) => tidy(text) !== text.normalize('NFC').trim())).toEqual([])
})
