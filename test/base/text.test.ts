import { expect, test } from 'vitest'
import { LienthongError } from '../../src/base/index.js'
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
