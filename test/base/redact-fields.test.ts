import { expect, test } from 'vitest'
import { LienthongError, redactFields } from '../../src/base/index.js'

test('what is said about calls stays as it is', () => {
  const fields = {
    tenant: 'cao-bang',
    system: 'national-portal',
    ms: 1234,
    status: 200,
    code: 'portal.session_lost',
    at: '000.00.12.H99-250305-0001',
  }
  expect(redactFields(fields)).toEqual(fields)
})

test('people, numbers of people and secrets are masked, however deep they stand', () => {
  const text = JSON.stringify(
    redactFields(
      {
        note: 'Ông Nguyễn Văn Kiểm Thử, 0901234567, thu@example.vn',
        deep: [{ id: 99_123_456_789n, other: '099123456789', list: ['mat-khau-4711'] }],
        number: 990_123_456_789,
        password: 'kurz',
        headers: { Authorization: 'Bearer abc', cookie: 'x' },
        failed: new Error('login as mat-khau-4711 failed'),
        bytes: new Uint8Array([1, 2, 3]),
        call: () => 'never',
      },
      ['mat-khau-4711'],
    ),
  )
  for (const leak of ['Nguyễn', '0901234567', 'thu@', '99123456789', '099123456789', '4711', 'kurz', 'Bearer', '990123456789', 'never'])
    expect(text).not.toContain(leak)
  expect(text).toContain('‹secret›')
})

test('an error of ours says what it may say, a stranger’s cause and stack nothing', () => {
  const error = new LienthongError('transport.unreachable', { values: { host: 'h', cause: 'DNS' }, cause: new Error('0901234567') })
  expect(redactFields({ error })).toMatchObject({ error: { code: 'transport.unreachable', message: expect.stringContaining('h could not') } })
  expect(JSON.stringify(redactFields({ error }))).not.toContain('0901234567')
})

test('what refers to itself ends', () => {
  const endless: Record<string, unknown> = {}
  endless.self = endless
  expect(JSON.stringify(redactFields(endless))).toContain('‹…›')
})
