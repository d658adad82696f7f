import { describe, expect, test } from 'vitest'
import { asLienthongError, errorTable, isLienthongError, LienthongError } from '../../src/base/index.js'

test('an error says what happened, where, and what to do, in both languages', () => {
  const error = new LienthongError('portal.rejected', {
    values: { operation: 'DongBoHoSoMC', answerCode: '2', answer: 'thiếu trường' },
    system: 'national-portal',
    operation: 'DongBoHoSoMC',
    attempt: 2,
  })
  expect(error.message).toBe(
    'The national portal refused DongBoHoSoMC (code 2): “thiếu trường”. (system: national-portal, operation: DongBoHoSoMC, attempt 2)',
  )
  expect(error.text.vi).toContain('Cổng DVCQG từ chối')
  expect(error.hint).not.toBe('')
})

test.each([
  ['transport.unreachable', true],
  ['transport.throttled', true],
  ['transport.unanswered', true],
  ['portal.rejected', false],
  ['portal.login_refused', false],
  ['config.invalid', false],
] as const)('%s may succeed later without anybody changing anything: %s', (code, retryable) => {
  expect(new LienthongError(code).retryable).toBe(retryable)
})

test('it is recognised by its brand, also when another copy of the library made it', () => {
  const stranger = Object.assign(new Error('x'), { [Symbol.for('lienthong.error')]: true })
  expect(isLienthongError(stranger)).toBe(true)
  expect([new Error('x'), null, 'x', {}].some(isLienthongError)).toBe(false)
})

test('what is printed and kept leaves the cause out, which may quote the outside world', () => {
  const error = new LienthongError('internal.bug', { values: { problem: 'x' }, cause: new Error('Nguyễn Văn Mẫu') })
  expect(JSON.stringify(error)).not.toContain('Nguyễn')
})

test('a stranger becomes internal.bug, ours stays itself', () => {
  const ours = new LienthongError('ledger.newer')
  expect(asLienthongError(ours)).toBe(ours)
  expect(asLienthongError(new TypeError('x')).code).toBe('internal.bug')
  expect(asLienthongError('x').code).toBe('internal.bug')
})

describe('every code', () => {
  test.each(Object.entries(errorTable))('%s speaks both languages with the same placeholders', (code, { says, hint }) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z_]+$/)
    const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort()
    expect(placeholders(says.vi)).toEqual(placeholders(says.en))
    for (const text of [says.en, says.vi, hint.en, hint.vi]) expect(text).not.toBe('')
  })
})
