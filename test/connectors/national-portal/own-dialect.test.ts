/** A dialect written by somebody else: what it may get wrong, and what is still known about the call then. docs/dialects.md §2 */
import nock from 'nock'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { isLienthongError, type LienthongError } from '../../../src/base/index.js'
import {
  jsonHeaders,
  minutes,
  type NationalPortalOptions,
  type PortalDialect,
  portalDialects,
  portalOutcomesFor,
  relayAnswer,
  relayDialect,
  trueFalse,
  withQuery,
} from '../../../src/connectors/index.js'
import { CODE, ORIGIN, options, portalOf, record, step } from './cast.js'

/** The samples of docs/dialects.md §2. */
const tinhMau: PortalDialect = {
  name: 'tinh-mau',
  needs: ['credentials.token'],
  request: ({ service, agencyCode, updating, data, parameters }, site, token) => ({
    method: 'POST',
    url: withQuery(`${site.adapterUrl}/gateway`, { fn: service, unit: agencyCode, ...parameters }),
    headers: { ...jsonHeaders, 'X-Token': token },
    body: JSON.stringify({ update: trueFalse(updating === true), rows: data ?? [] }),
  }),
  answer: relayAnswer,
  outcomes: portalOutcomesFor({ success: ['OK'], exists: ['E19'] }),
  canLookUp: () => true,
  dossiersPerCall: 1,
  stepsPerCall: 10,
}

const tinhVi: PortalDialect = {
  ...tinhMau,
  name: 'tinh-vi',
  needs: ['credentials.username', 'credentials.password'],
  session: {
    maxAgeMs: minutes(10),
    logIn: ({ username, password }, site) => ({
      method: 'POST',
      url: `${site.adapterUrl}/token`,
      headers: jsonHeaders,
      body: JSON.stringify({ user: username, pass: password }),
    }),
  },
  answer: (text) => {
    if (!text.startsWith('{')) return null
    const { ok, reason, text: sentence, key, rows } = JSON.parse(text)
    if (typeof ok !== 'boolean') return null
    return { error_code: `${ok}/${reason ?? ''}`, message: sentence, session: key, result: rows }
  },
  outcomes: [{ on: ['create'], code: ['false/DUP'], means: 'already-exists' }, ...portalOutcomesFor({ success: ['true/'] })],
}

const token = { ...options, credentials: { token: 'canary-token' } }
const withToken = (dialect: PortalDialect, more: Partial<NationalPortalOptions> = {}) => portalOf({ ...token, dialect, ...more })
const answers = (...texts: (string | object)[]) => {
  for (const text of texts)
    nock(ORIGIN)
      .post(/^\/gateway/)
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

function refusalOf(make: () => unknown): LienthongError {
  try {
    make()
  } catch (error) {
    if (isLienthongError(error)) return error
    throw error
  }
  throw new Error('nothing was refused')
}

beforeAll(() => nock.disableNetConnect())
afterEach(() => nock.cleanAll())
afterAll(() => nock.enableNetConnect())

describe('the samples of the guide', () => {
  test.each([
    [{ error_code: 'ok', message: 'Đã nhận' }, 'accepted'],
    [{ error_code: 'OK', message: 'Hồ sơ đã tồn tại' }, 'already-exists'],
    [{ error_code: 'E19', message: 'Hồ sơ đã tồn tại' }, 'already-exists'],
    [{ error_code: 'OK', message: 'Đồng bộ không thành công' }, 'rejected'],
    [{ error_code: 0, message: 'Thiếu trường' }, 'rejected'],
    [{ error_code: '3', message: 'Mã giấy tờ đã tồn tại' }, 'rejected'],
  ])('%j to a create is %s', async (answer, outcome) => {
    answers(answer)
    expect((await withToken(tinhMau).submitDossier(record, { updating: false })).outcome).toBe(outcome)
  })

  test('its own login is read by its own answer, and the session reaches its requests', async () => {
    nock(ORIGIN).post('/token', { user: 'demo-h99', pass: 'canary-password' }).reply(200, '{"ok":true,"key":"demo-key"}')
    nock(ORIGIN, { reqheaders: { 'x-token': 'demo-key' } })
      .post(/^\/gateway/)
      .reply(200, '{"ok":false,"reason":"DUP"}')
    const { outcome, answer } = await portalOf({ dialect: tinhVi }).submitDossier(record, { updating: false })
    expect([outcome, answer.code]).toEqual(['already-exists', 'false/DUP'])
  })
})

describe('a mistake after the request was sent leaves the write unknown', () => {
  const failing = (answer: unknown): PortalDialect => ({ ...tinhMau, answer: answer as PortalDialect['answer'] })

  test.each([
    ['throws', () => JSON.parse('{'), /^`answer` of dialect tinh-mau failed: SyntaxError/],
    ['gives nothing', () => undefined, '`answer` of dialect tinh-mau gave neither an answer nor null'],
    ['gives a wrong field', () => ({ error_code: '0', message: { vi: 'x' } }), '`answer` of dialect tinh-mau gave an answer with a wrong message'],
    ['names its fields otherwise', () => ({ code: 'OK' }), 'no error_code, and no rule of dialect tinh-mau for an answer without one'],
  ])('an answer function that %s', async (_, answer, problem) => {
    answers('{"error_code":"OK"}')
    const error = await failureOf(withToken(failing(answer)).addProgress([step]))
    expect(error).toMatchObject({ code: 'portal.unreadable_answer', kind: 'unknown', operation: 'CapNhatTienDoHoSoMC' })
    expect(error.values.problem).toEqual(typeof problem === 'string' ? problem : expect.stringMatching(problem))
  })

  test('nor is an answer that it cannot read a refusal, whatever the HTTP status', async () => {
    nock(ORIGIN)
      .post(/^\/gateway/)
      .reply(400, '{"error_code":')
    const error = await failureOf(withToken(failing(JSON.parse)).submitDossier(record, { updating: false }))
    expect(error).toMatchObject({ code: 'portal.unreadable_answer', kind: 'unknown' })
  })

  test('a code that comes as a number is read all the same', async () => {
    answers('x')
    const dialect = failing(() => ({ error_code: 7, message: 'Từ chối' }))
    expect(await withToken(dialect).addProgress([step])).toMatchObject({ outcome: 'rejected', answer: { code: '7' } })
  })

  test('what an exception quotes of the record is masked', async () => {
    answers('x')
    const dialect = failing(() => {
      throw new Error(`no field in Nguyễn Văn Mẫu canary-token ${CODE}`)
    })
    const { message } = await failureOf(withToken(dialect).submitDossier(record, { updating: false }))
    expect(message).toContain(`no field in ‹…› ‹…› ${CODE}`)
  })
})

describe('a mistake before anything was sent is a wrong configuration', () => {
  test.each([
    ['throws', () => (undefined as unknown as string[]).join(), 'failed: TypeError'],
    ['gives nothing', () => undefined, 'wrong or missing request'],
    ['gives no address', () => ({ method: 'POST' }), 'wrong or missing url'],
    ['gives a header that is none', () => ({ method: 'GET', url: ORIGIN, headers: { 'X-Token': undefined } }), 'wrong or missing headers.X-Token'],
    ['leaves the host', () => ({ method: 'GET', url: 'https://adapter.example.vn.evil.example/x' }), 'leaves adapter.example.vn'],
  ])('a request function that %s', async (_, request, problem) => {
    const dialect = { ...tinhMau, request: request as unknown as PortalDialect['request'] }
    const error = await failureOf(withToken(dialect).submitDossier(record, { updating: false }))
    expect(error).toMatchObject({ code: 'config.invalid', kind: 'config', values: { place: 'national-portal.dialect(tinh-mau).request' } })
    expect(error.message).toContain(problem)
  })

  test('a login that cannot be built, and a canLookUp that throws', async () => {
    const fails = () => {
      throw new Error('no address')
    }
    const login = { ...tinhVi, session: { maxAgeMs: 1000, logIn: fails } }
    expect((await failureOf(portalOf({ dialect: login }).login())).values.place).toBe('national-portal.dialect(tinh-vi).session.logIn')
    expect(refusalOf(() => withToken({ ...tinhMau, canLookUp: fails })).values.place).toBe('national-portal.dialect(tinh-mau).canLookUp')
  })
})

describe('an object that is no dialect is refused at construction, naming dialect and field', () => {
  const { outcomes: _, ...withoutOutcomes } = tinhMau
  test.each<[string, object, string]>([
    ['outcomes', withoutOutcomes, 'national-portal.dialect(tinh-mau).outcomes'],
    ['a meaning', { ...tinhMau, outcomes: [{ means: 'exists' }] }, 'national-portal.dialect(tinh-mau).outcomes.0.means'],
    ['a pattern', { ...tinhMau, outcomes: [{ message: '(', means: 'rejected' }] }, 'national-portal.dialect(tinh-mau).outcomes.0.message'],
    ['a call', { ...tinhMau, outcomes: [{ on: ['lookup'], means: 'rejected' }] }, 'national-portal.dialect(tinh-mau).outcomes.0.on.0'],
    ['a function', { ...tinhMau, answer: 'jsonAnswer' }, 'national-portal.dialect(tinh-mau).answer'],
    ['a number', { ...tinhMau, stepsPerCall: 0 }, 'national-portal.dialect(tinh-mau).stepsPerCall'],
    ['a session', { ...tinhMau, session: { maxAgeMs: 0, logIn: () => undefined } }, 'national-portal.dialect(tinh-mau).session.maxAgeMs'],
    ['a need', { ...tinhMau, needs: ['token'] }, 'national-portal.dialect(tinh-mau).needs.0'],
    ['a name', {}, 'national-portal.dialect.name'],
  ])('%s', (_, dialect, place) => {
    expect(refusalOf(() => withToken(dialect as PortalDialect))).toMatchObject({ code: 'config.invalid', values: { place } })
  })

  test('a misspelt field is told with the right one', () => {
    const error = refusalOf(() => withToken({ ...tinhMau, stepPerCall: 1 } as PortalDialect))
    expect(error).toMatchObject({ code: 'config.unknown_key', values: { key: 'stepPerCall', nearest: '→ “stepsPerCall”?' } })
  })

  test('all that come with the library would pass', () => {
    const urls = { create: '/a', update: '/b', progress: '/c' }
    for (const dialect of portalDialects.values()) {
      const { username, password } = { username: 'demo', password: 'demo' }
      const needsUrls = dialect.needs.includes('urls') ? { urls } : {}
      expect(portalOf({ dialect, credentials: { username, password, token: 'demo' }, ...needsUrls }).dialect).toBe(dialect.name)
    }
  })
})

describe('an option that a dialect does not use is refused', () => {
  test.each<[string, Partial<NationalPortalOptions>]>([
    ['endpoints', { dialect: 'provincial-proxy', endpoints: { share: '/x' } }],
    ['dstcode', { dialect: 'vpcp-2020-bare', dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider' }],
    ['urls', { urls: { create: '/a', update: '/b', progress: '/c' } }],
    ['serviceEndpoints', { dialect: tinhMau, serviceEndpoints: { TraCuuHoSo: '/x' } }],
  ])('%s', (option, more) => {
    const error = refusalOf(() => portalOf({ ...more, credentials: { username: 'demo', password: 'demo', token: 'demo' } }))
    expect(error).toMatchObject({ code: 'config.invalid', values: { place: `national-portal.${option}` } })
  })

  test('one of its own may use them by saying so', async () => {
    nock(ORIGIN).get('/x').reply(200, '{"error_code":0,"result":[{}]}')
    const dialect = relayDialect('own', {
      uses: ['serviceEndpoints'],
      address: ({ service }, { adapterUrl, serviceEndpoints }) => adapterUrl + (serviceEndpoints?.[service] ?? '/none'),
    })
    expect(await withToken(dialect, { serviceEndpoints: { TraCuuHoSo: '/x' } }).lookUpDossier(CODE)).toMatchObject({ exists: true })
  })
})

describe('a login that does not work says where to look', () => {
  const login = (body: object) => nock(ORIGIN).post('/token').times(3).reply(200, JSON.stringify(body))

  test('no session', async () => {
    login({ ok: true, token: 'demo-key' })
    const { code, message } = await failureOf(portalOf({ dialect: tinhVi }).login())
    expect(code).toBe('portal.unreadable_answer')
    expect(message).toContain('the login’s answer holds no session: does `answer` of dialect tinh-vi fill `session`?')
  })

  test('a code that no rule knows', async () => {
    login({ ok: true, reason: 'FIRST', text: 'Đăng nhập thành công', key: 'demo-key' })
    const { code, message } = await failureOf(portalOf({ dialect: tinhVi }).login())
    expect(code).toBe('portal.login_refused')
    expect(message).toContain('Đăng nhập thành công (code “true/FIRST” of the login fits no rule of dialect tinh-vi)')
  })

  test('a body that cannot be read', async () => {
    nock(ORIGIN).post('/token').times(3).reply(200, '{"ok":')
    expect((await failureOf(portalOf({ dialect: tinhVi }).login())).message).toContain('`answer` of dialect tinh-vi failed: SyntaxError')
  })
})
