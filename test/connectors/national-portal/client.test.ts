import nock from 'nock'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { isLienthongError, type LienthongError } from '../../../src/base/index.js'
import type { WriteOutcome } from '../../../src/sync/ports.js'
import { CODE, ORIGIN, options, portalOf, record, step } from './cast.js'

beforeAll(() => nock.disableNetConnect())
afterEach(() => nock.cleanAll())
afterAll(() => nock.enableNetConnect())

const login = (times = 1) => nock(ORIGIN).post('/mapi/login').times(times).reply(200, '{"error_code":"0","session":"canary-session"}')
const answers = (...texts: (string | object)[]) => {
  for (const text of texts)
    nock(ORIGIN)
      .post('/mapi/g')
      .reply(200, typeof text === 'string' ? text : JSON.stringify(text))
}

async function failureOf(promise: Promise<unknown>): Promise<LienthongError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isLienthongError(error)) throw new Error(`not a LienthongError: ${String(error)}`)
  return error
}

describe('sessions', () => {
  test('twenty parallel writes log in once', async () => {
    login()
    answers(...Array.from({ length: 20 }, () => ({ error_code: '0', message: 'Đồng bộ thành công' })))
    const portal = portalOf()
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => portal.submitDossier(record, { updating: true })))
    expect(outcomes.every(({ outcome }) => outcome === 'accepted')).toBe(true)
    expect(nock.isDone()).toBe(true)
  })

  test.each([
    ['a sentence', 200, { error_code: '-1', message: 'Session không hợp lệ hoặc đã hết hạn' }],
    ['HTTP 401', 401, '<html>'],
  ])('a session lost again after a new login ends the call (%s)', async (_, status, body) => {
    login(2)
    nock(ORIGIN).post('/mapi/g').times(2).reply(status, body)
    const error = await failureOf(portalOf().submitDossier(record, { updating: true }))
    expect(error).toMatchObject({ code: 'portal.session_lost', kind: 'transient', system: 'national-portal', operation: 'DongBoHoSoMC' })
    expect(nock.isDone()).toBe(true)
  })

  test.each([
    ['an error code', 200, { error_code: '-1', message: 'Sai mật khẩu canary-password' }],
    ['HTTP 403', 403, 'Forbidden'],
  ])('a refused password is tried once: every later call fails alike without asking (%s)', async (_, status, body) => {
    nock(ORIGIN).post('/mapi/login').reply(status, body)
    const portal = portalOf()
    const first = await failureOf(portal.login())
    const second = await failureOf(portal.submitDossier(record, { updating: false }))
    expect(first).toMatchObject({ code: 'portal.login_refused', kind: 'auth', values: { agency: '000.00.00.H99' } })
    expect(second).toBe(first)
    expect(first.message).not.toContain('canary')
  })

  test('a login that failed for another reason is tried again by the next call', async () => {
    nock(ORIGIN).post('/mapi/login').reply(404, 'no such path')
    const portal = portalOf()
    expect(await failureOf(portal.login())).toMatchObject({ code: 'transport.refused', values: { status: 404 } })
    login()
    await portal.login()
    expect(nock.isDone()).toBe(true)
  })

  test('a login answered with a lost session is no refused password, and tried again', async () => {
    nock(ORIGIN).post('/mapi/login').reply(200, '{"error_code":"-1","message":"Session không hợp lệ hoặc đã hết hạn"}')
    login()
    await portalOf().login()
    expect(nock.isDone()).toBe(true)
  })

  test('a write that waited for a login nobody understood was not sent: it is not unknown', async () => {
    nock(ORIGIN).post('/mapi/login').times(3).reply(200, '')
    expect(await failureOf(portalOf().submitDossier(record, { updating: false }))).toMatchObject({
      code: 'transport.unreachable',
      kind: 'transient',
      operation: 'login',
    })
  })

  test('a login without a session is not a success, and no refusal either', async () => {
    nock(ORIGIN).post('/mapi/login').times(3).reply(200, '{"error_code":0,"message":"","session":""}')
    expect(await failureOf(portalOf().login())).toMatchObject({ code: 'portal.unreadable_answer', kind: 'unknown', attempt: 3 })
  })
})

describe('answers that are none', () => {
  const strangers = [
    '<html>',
    '<?xml version="1.0"?><soap:Fault/>',
    'Internal adapter failure',
    '[]',
    '42',
    'null',
    '{"type":"Server.ClientProxy"}',
    '{"error_code":{"a":1}}',
  ]

  test.each(strangers)('%s leaves a write unknown and is sent once', async (text) => {
    login()
    answers(text)
    expect(await failureOf(portalOf().submitDossier(record, { updating: false }))).toMatchObject({
      code: 'portal.unreadable_answer',
      kind: 'unknown',
      hop: 'adapter',
    })
  })

  test('a read is asked again', async () => {
    login()
    answers('<html>', { error_code: '0', result: [{ MaHoSo: CODE }] })
    expect(await portalOf().lookUpDossier(CODE)).toMatchObject({ exists: true })
  })

  test('a hop that failed, dressed as an answer, is unknown', async () => {
    login()
    answers({ error_code: '-1', message: 'Client received SOAP Fault from server' })
    expect(await failureOf(portalOf().addProgress([step]))).toMatchObject({ code: 'portal.unreadable_answer', kind: 'unknown' })
  })

  test('a status of refusal without the portal’s words is the adapter’s refusal', async () => {
    login()
    nock(ORIGIN).post('/mapi/g').reply(403, '<html>blocked</html>')
    expect(await failureOf(portalOf().addProgress([step]))).toMatchObject({ code: 'transport.refused', kind: 'rejected', hop: 'adapter' })
  })

  test('an empty agency list is a failed read, not an empty country', async () => {
    login()
    answers({ error_code: 0, result: [] }, { error_code: 0 })
    const portal = portalOf()
    expect((await failureOf(portal.agencies())).code).toBe('portal.unreadable_answer')
    expect((await failureOf(portal.agencies())).code).toBe('portal.unreadable_answer')
  })
})

describe('business answers', () => {
  test('a refusal is an answer with code and sentence', async () => {
    login()
    answers({ error_code: '2', message: 'Thiếu trường NgayTiepNhan' })
    const outcome: WriteOutcome = await portalOf().submitDossier(record, { updating: false })
    expect(outcome).toEqual({
      outcome: 'rejected',
      answer: { code: '2', message: 'Thiếu trường NgayTiepNhan', raw: '{"error_code":"2","message":"Thiếu trường NgayTiepNhan"}' },
    })
  })

  test('a wrong unit code is our configuration, not the record', async () => {
    login()
    answers({ error_code: -301, message: 'Mã đơn vị không đúng' })
    expect(await failureOf(portalOf().submitDossier(record, { updating: false }))).toMatchObject({
      code: 'portal.misconfigured',
      kind: 'config',
      retryable: false,
    })
  })

  test('a lookup that says “no such dossier” finds nothing, another refusal is an error', async () => {
    login()
    answers({ error_code: '-3', message: 'Hồ sơ không tồn tại' }, { error_code: '7', message: 'Không có quyền tra cứu' })
    const portal = portalOf()
    expect(await portal.lookUpDossier(CODE)).toEqual({ exists: false, rows: [] })
    expect(await failureOf(portal.lookUpDossier(CODE))).toMatchObject({ code: 'portal.rejected', kind: 'rejected', values: { answerCode: '7' } })
  })

  test('rules of the configuration come before the dialect’s', async () => {
    login()
    answers({ error_code: '19', message: 'Mã đã được sử dụng' })
    const portal = portalOf({ outcomes: [{ on: ['create'], message: 'ĐÃ ĐƯỢC SỬ DỤNG', means: 'already-exists' }] })
    expect((await portal.submitDossier(record, { updating: false })).outcome).toBe('already-exists')
  })

  test('a unit’s own code is sent where the agency code is a function', async () => {
    login()
    const units: unknown[] = []
    nock(ORIGIN)
      .post('/mapi/g', (body) => units.push((body as { madonvi: string }).madonvi) > 0)
      .times(2)
      .reply(200, '{"error_code":0}')
    const portal = portalOf({ agencyCode: ({ code }) => (code === null ? '000.00.00.H99' : code.slice(0, 13)) })
    await portal.submitDossier(record, { updating: true })
    await portal.addProgress([step])
    expect(units).toEqual(['000.05.12.H99', '000.05.12.H99'])
  })
})

describe('what goes out', () => {
  test.each([
    ['a wrong date', { ...record, NgayTiepNhan: '14/02/2025' }, 'data[0].NgayTiepNhan'],
    ['a number instead of a text', { ...record, TrangThaiHoSo: 2 as never }, 'data[0].TrangThaiHoSo'],
    ['an unknown field', { ...record, Canary: 'x' } as never, 'data[0]'],
    ['a wrong nested field', { ...record, DinhDanhCHS: [{ LoaiDinhDanh: '1' } as never] }, 'data[0].DinhDanhCHS.0.SoDinhDanh'],
  ])('%s is named and nothing is sent', async (_, wrong, field) => {
    expect(await failureOf(portalOf().submitDossier(wrong, { updating: false }))).toMatchObject({
      code: 'portal.invalid_record',
      kind: 'validation',
      values: { field },
    })
  })

  test('no more than ten steps go in one call', async () => {
    expect(await failureOf(portalOf().addProgress(Array.from({ length: 11 }, () => step)))).toMatchObject({
      code: 'portal.invalid_record',
      values: { field: 'data' },
    })
  })
})

describe('what may be seen', () => {
  test('a sentence keeps the codes and loses the people', async () => {
    login()
    answers({ error_code: '2', message: `Hồ sơ ${CODE} của NGUYỄN VĂN MẪU (099090000001, 0900000000) sai thủ tục 1.000094, phiên canary-session` })
    const { answer } = await portalOf().submitDossier(record, { updating: false })
    expect(answer.message).toBe(`Hồ sơ ${CODE} của ‹…› (‹…›, ‹…›) sai thủ tục 1.000094, phiên ‹…›`)
  })

  test('no failure carries people, session, password or token', async () => {
    const portal = portalOf()
    login(4)
    const message = 'Nguyễn Văn Mẫu 099090000001 canary-session canary-password'
    answers(
      `<html>${message}</html>`,
      { error_code: -301, message },
      { error_code: '-1', message: `Session không hợp lệ ${message}` },
      { error_code: '-1', message: `Session không hợp lệ ${message}` },
      { error_code: message, message: `server error ${message}` },
    )
    const failures: LienthongError[] = []
    for (let call = 0; call < 4; call++) failures.push(await failureOf(portal.submitDossier(record, { updating: false })))
    expect(failures.map(({ code }) => code)).toEqual([
      'portal.unreadable_answer',
      'portal.misconfigured',
      'portal.session_lost',
      'portal.unreadable_answer',
    ])
    for (const failure of failures) {
      const everything = [
        failure.message,
        failure.stack,
        failure.hint,
        JSON.stringify(failure),
        JSON.stringify(failure.values),
        JSON.stringify(failure.text),
      ].join()
      expect(everything).not.toMatch(/canary|Mẫu|099090000001/)
      expect(failure.cause).toBeUndefined()
    }
  })
})

describe('dialects', () => {
  test('a configuration cannot leave the host of adapterUrl', () => {
    const urls = { create: '/a', update: '/b', progress: 'https://elsewhere.example/c' }
    expect(() => portalOf({ dialect: 'provincial-proxy-urls', urls })).toThrowError(
      expect.objectContaining({ code: 'config.invalid', values: expect.objectContaining({ place: 'national-portal.urls.progress' }) }),
    )
  })

  test('an address may be written with its default port', async () => {
    login()
    answers({ error_code: 0 })
    const portal = portalOf({ adapterUrl: 'https://Adapter.example.vn:443/' })
    expect((await portal.submitDossier(record, { updating: true })).outcome).toBe('accepted')
    expect(portal.host).toBe('adapter.example.vn')
  })

  test('where a relay has no address for reads, nothing can be looked up, and the client says so', async () => {
    const portal = portalOf({ dialect: 'provincial-proxy-urls', urls: { create: '/a', update: '/b', progress: '/c' } })
    expect(portal).toMatchObject({ canLookUp: false, stepsPerCall: 10, dialect: 'provincial-proxy-urls', host: 'adapter.example.vn' })
    expect((await failureOf(portal.lookUpDossier(CODE))).code).toBe('config.invalid')
  })

  test('a service that goes elsewhere in one province is a line of configuration', async () => {
    login()
    nock(ORIGIN).post('/mapi/tra-cuu').reply(200, '{"error_code":0}').post('/mapi/share').reply(200, '{"error_code":0}')
    const portal = portalOf({ endpoints: { share: '/mapi/share' }, serviceEndpoints: { TraCuuHoSo: '/mapi/tra-cuu', CapNhatTienDoHoSoMC: 'share' } })
    await portal.lookUpDossier(CODE)
    await portal.addProgress([step])
    expect(nock.isDone()).toBe(true)
  })
})

describe('options', () => {
  test.each([
    [{ adapterUrl: 'adapter.example.vn' }, 'national-portal.adapterUrl'],
    [{ adapterUrl: 'https://user:canary@adapter.example.vn' }, 'national-portal.adapterUrl'],
    [{ credentials: { username: 'demo' } }, 'national-portal.credentials.password'],
    [{ dialect: 'provincial-proxy' }, 'national-portal.credentials.token'],
    [{ dialect: 'vpcp-2031' }, 'national-portal.dialect'],
    [{ dstcode: 'VN GOV' }, 'national-portal.dstcode'],
    [{ outcomes: [{ message: '(', means: 'accepted' as const }] }, 'national-portal.outcomes.0.message'],
    [{ timeouts: { readMs: 0 } }, 'national-portal.timeouts.readMs'],
  ])('a wrong one is named and never quoted: %j', (more, place) => {
    const error = (() => {
      try {
        portalOf(more)
      } catch (thrown) {
        return thrown
      }
      return undefined
    })()
    expect(error).toMatchObject({ code: 'config.invalid', values: { place } })
    expect(JSON.stringify(error)).not.toContain('canary')
  })

  test('an unknown one is refused with those that there are', () => {
    expect(() => portalOf({ ...options, adaptorUrl: 'x' } as never)).toThrowError(/adaptorUrl.*adapterUrl/)
  })
})
