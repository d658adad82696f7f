import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isLienthongError } from '../../../src/base/index.js'
import { type CallKind, jsonAnswer, plainTextOutcomes, portalDialects, portalOutcomes, relayAnswer } from '../../../src/connectors/index.js'
import { judgeBy } from '../../../src/connectors/national-portal/outcome.js'
import { portalOf, record, step } from './cast.js'

const judge = judgeBy(portalOutcomes)
const judgeRelay = judgeBy([...plainTextOutcomes, ...portalOutcomes])
const meaning = (kind: CallKind, error_code: string | number | undefined, message: string) =>
  judge(kind, 200, jsonAnswer(JSON.stringify({ error_code, message })))

describe('what the portal’s sentences mean (§4.1.7, §6)', () => {
  test.each([0, '0', '00', ' 0 '])('code %j is a success, also without a sentence', (code) => {
    expect(meaning('create', code, '')).toBe('accepted')
    expect(meaning('update', code, 'Đồng bộ thành công')).toBe('accepted')
  })

  test.each([0, '3', -3])('code %j with “đã tồn tại” means that a create was not one', (code) => {
    expect(meaning('create', code, 'Hồ sơ 000.05.12.H99-250214-0007 đã tồn tại')).toBe('already-exists')
    expect(meaning('create', code, 'HỒ SƠ ĐÃ TỒN TẠI')).toBe('already-exists')
    expect(meaning('create', code, 'Hồ sơ đã tồn tại'.normalize('NFD'))).toBe('already-exists')
  })

  test('other codes with “đã tồn tại” speak of something else', () => {
    expect(meaning('create', 2, 'Mã giấy tờ đã tồn tại')).toBeUndefined()
  })

  test('“không thành công” is no success, whatever the code says', () => {
    expect(meaning('create', 0, 'Đồng bộ không thành công')).toBe('rejected')
    expect(judgeRelay('progress', 200, relayAnswer('Cập nhật chưa thành công'))).toBe('rejected')
  })

  test.each(['Hồ sơ không tồn tại', 'Mã hồ sơ 000.05.12.H99-250214-0007 chưa được gửi', 'Không tìm thấy hồ sơ', 'MaHoSo chưa tồn tại'])(
    '“%s” sends an update back to a create',
    (message) => {
      expect(meaning('update', '-3', message)).toBe('unknown-dossier')
      expect(meaning('progress', -1, message)).toBe('unknown-dossier')
      expect(meaning('create', '-3', message)).toBeUndefined()
    },
  )

  test.each(['Thành phần hồ sơ TP01 không tồn tại', 'Hồ sơ có thủ tục 1.000094 không tồn tại', 'Thủ tục chưa có'])(
    '“%s” is about something a create would not bring',
    (message) => {
      expect(meaning('update', '-3', message)).toBeUndefined()
    },
  )

  test.each(['Session không hợp lệ hoặc đã hết hạn', 'Phiên làm việc đã hết hạn', 'Invalid token: expired'])('“%s” is a lost session', (message) => {
    expect(meaning('create', '-1', message)).toBe('session-lost')
  })

  test('a wrong version is not a lost session', () => {
    expect(meaning('create', '-1', 'Phiên bản dữ liệu không hợp lệ')).toBeUndefined()
  })

  test.each([-300, '-301', -302, -303, '-304'])('code %j is our configuration', (code) => {
    expect(meaning('create', code, 'x')).toBe('config')
  })

  test('401 is a lost session whatever the body is', () => {
    expect(judge('create', 401, null)).toBe('session-lost')
    expect(judge('create', 401, jsonAnswer('{"error_code":0}'))).toBe('session-lost')
  })

  test('a pattern with a memory is judged alike each time', () => {
    const twice = judgeBy([{ message: /LỖI/g, means: 'rejected' }])
    const answer = jsonAnswer('{"error_code":1,"message":"lỗi"}')
    expect([twice('create', 200, answer), twice('create', 200, answer)]).toEqual(['rejected', 'rejected'])
  })
})

describe('any answer at all', () => {
  const texts = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .record(
        { error_code: fc.oneof(fc.integer(), fc.string(), fc.jsonValue()), message: fc.oneof(fc.string(), fc.jsonValue()), result: fc.jsonValue() },
        { requiredKeys: [] },
      )
      .map((answer) => JSON.stringify(answer)),
  )
  const operations = fc.constantFrom('create', 'update', 'progress', 'lookup', 'agencies', 'account')

  test.each(['vpcp-2020', 'provincial-proxy'])('gives an outcome or a LienthongError, never anything else (%s)', async (dialect) => {
    await fc.assert(
      fc.asyncProperty(texts, fc.constantFrom(200, 204, 302, 400, 401, 403, 429, 500), operations, async (text, status, operation) => {
        const axios = {
          request: async ({ url }: { url: string }) =>
            url.endsWith('/mapi/login')
              ? { status: 200, data: '{"error_code":0,"session":"s-0001"}', headers: {} }
              : { status, data: text, headers: {} },
        } as never
        const portal = portalOf({ dialect, axios, credentials: { username: 'demo', password: 'demo', token: 'demo' } })
        const calls = {
          create: () => portal.submitDossier(record, { updating: false }),
          update: () => portal.submitDossier(record, { updating: true }),
          progress: () => portal.addProgress([step]),
          lookup: () => portal.lookUpDossier(record.MaHoSo),
          agencies: () => portal.agencies(),
          account: () => portal.findAccount('099090000001'),
        }
        try {
          await calls[operation]()
        } catch (error) {
          expect(isLienthongError(error)).toBe(true)
          if (isLienthongError(error)) expect(error.code).not.toBe('internal.bug')
        }
      }),
      { numRuns: 300 },
    )
  })

  test('no dialect’s reader throws', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const dialect of portalDialects.values()) dialect.answer(text)
      }),
    )
  })
})
