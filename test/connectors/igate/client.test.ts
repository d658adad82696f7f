import nock from 'nock'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { isLienthongError, type LienthongError } from '../../../src/base/index.js'
import { type IgateOptions, igate } from '../../../src/connectors/index.js'
import { manualClock } from '../../transport/manual-clock.js'

const GATEWAY = 'https://apiigate.example.vn'
const SSO = 'https://sso.example.vn'
const TOKEN = '/auth/realms/digo/protocol/openid-connect/token'
const options: IgateOptions = {
  baseUrl: GATEWAY,
  tokenUrl: SSO + TOKEN,
  credentials: { clientId: 'dong-bo', clientSecret: 'canary-secret' },
}
const client = (more: Partial<IgateOptions> = {}) => igate({ ...options, clock: manualClock(), random: () => 0, ...more })
const first = { page: 0, size: 2 }
const page = (rows: readonly unknown[], more: object = {}) => ({ content: rows, number: 0, size: 2, totalElements: rows.length, ...more })

beforeAll(() => nock.disableNetConnect())
afterEach(() => nock.cleanAll())
afterAll(() => nock.enableNetConnect())

/** A login server that counts, and keeps what it was told. */
function loginServer(expiresIn = 86_400) {
  const told: { authorization: string | null; form: Record<string, string> }[] = []
  nock(SSO)
    .persist()
    .post(TOKEN)
    .reply(async (request: Request) => {
      told.push({ authorization: request.headers.get('authorization'), form: Object.fromEntries(new URLSearchParams(await request.text())) })
      return [200, JSON.stringify({ access_token: `t${told.length}`, expires_in: expiresIn, token_type: 'bearer' })]
    })
  return told
}

async function failureOf(promise: Promise<unknown>): Promise<LienthongError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isLienthongError(error)) throw new Error(`not a LienthongError: ${String(error)}`)
  return error
}

describe('tokens', () => {
  test.each<[string, Partial<IgateOptions>, { authorization: string | null; form: Record<string, string> }]>([
    [
      'id and secret as HTTP Basic',
      {},
      { authorization: `Basic ${Buffer.from('dong-bo:canary-secret').toString('base64')}`, form: { grant_type: 'client_credentials' } },
    ],
    [
      'id and secret in the body',
      { clientSecretIn: 'body' },
      { authorization: null, form: { grant_type: 'client_credentials', client_id: 'dong-bo', client_secret: 'canary-secret' } },
    ],
    [
      'the grant of apps, with a public client',
      { grant: 'password', credentials: { clientId: 'digo-app', username: 'canbo', password: 'canary-secret' } },
      { authorization: null, form: { grant_type: 'password', client_id: 'digo-app', username: 'canbo', password: 'canary-secret' } },
    ],
  ])('%s', async (_, more, expected) => {
    const told = loginServer()
    nock(GATEWAY, { reqheaders: { authorization: 'Bearer t1' } })
      .get('/pa/dossier/search')
      .query(true)
      .reply(200, page([]))
    await client(more).searchDossiers(first)
    expect(told).toEqual([expected])
  })

  test('one login serves all who wait, and every call after', async () => {
    const told = loginServer()
    nock(GATEWAY).get('/pa/dossier/search').query(true).times(6).reply(200, page([]))
    const one = client()
    await Promise.all([1, 2, 3, 4, 5].map(() => one.searchDossiers(first)))
    await one.searchDossiers(first)
    expect(told).toHaveLength(1)
  })

  test('a token that was lost is renewed once, by one for all', async () => {
    const told = loginServer()
    nock(GATEWAY, { reqheaders: { authorization: 'Bearer t1' } })
      .get('/pa/dossier/search')
      .query(true)
      .times(3)
      .reply(401, { error: 'invalid_token' })
    nock(GATEWAY, { reqheaders: { authorization: 'Bearer t2' } })
      .get('/pa/dossier/search')
      .query(true)
      .times(3)
      .reply(200, page([{ id: 'a' }]))
    const one = client()
    const found = await Promise.all([1, 2, 3].map(() => one.searchDossiers(first)))
    expect(found.map(({ rows }) => rows.length)).toEqual([1, 1, 1])
    expect(told).toHaveLength(2)
  })

  test('a token that ends is renewed before it is refused', async () => {
    const told = loginServer(60)
    const clock = manualClock()
    nock(GATEWAY).get('/pa/dossier/search').query(true).times(2).reply(200, page([]))
    const one = client({ clock })
    await one.searchDossiers(first)
    clock.advance(55_000)
    await one.searchDossiers(first)
    expect(told).toHaveLength(2)
  })

  test('401 also with a new token is said, and not asked for ever', async () => {
    const told = loginServer()
    nock(GATEWAY).persist().get('/pa/dossier/search').query(true).reply(401, { error: 'invalid_token' })
    expect(await failureOf(client().searchDossiers(first))).toMatchObject({ code: 'igate.token_rejected', retryable: true })
    expect(told).toHaveLength(2)
  })

  test.each([
    ['a wrong secret', 401, { error: 'invalid_client', error_description: 'canary-secret' }, 'igate.login_refused', 'invalid_client'],
    ['a wrong password', 401, { error: 'invalid_grant' }, 'igate.login_refused', 'invalid_grant'],
    ['a client without this grant', 400, { error: 'unauthorized_client' }, 'igate.login_refused', 'unauthorized_client'],
    ['403 without words', 403, 'x', 'igate.login_refused', 'HTTP 403'],
    ['a login page', 200, '<html><form>', 'igate.unreadable_answer', 'a page in markup'],
    ['a token that is none', 200, { access_token: '' }, 'igate.unreadable_answer', ''],
    ['an empty body', 200, '', 'transport.unanswered', ''],
    ['a gateway’s 502 page', 502, '<html>Bad Gateway', 'transport.server_failed', ''],
  ])('%s is that error, and no call is made', async (_, status, body, code, said) => {
    nock(SSO).persist().post(TOKEN).reply(status, body)
    const error = await failureOf(client().searchDossiers(first))
    expect(error).toMatchObject({ code, operation: 'token' })
    expect(error.message).toContain(said)
    expect(`${error.message}${JSON.stringify(error)}`).not.toContain('canary')
  })

  test('a refused login is not tried again', async () => {
    let logins = 0
    nock(SSO)
      .persist()
      .post(TOKEN)
      .reply(() => {
        logins++
        return [401, '{"error":"invalid_client"}']
      })
    const one = client()
    await failureOf(one.searchDossiers(first))
    await failureOf(one.searchDossiers(first))
    expect(logins).toBe(1)
  })

  test.each([
    [{ credentials: { clientId: 'x' } }, 'credentials.clientSecret'],
    [{ grant: 'password', credentials: { clientId: 'x', username: 'u' } }, 'credentials.password'],
    [{ baseUrl: 'apiigate' }, 'baseUrl'],
  ])('settings that cannot work are refused by name: %j', (more, place) => {
    expect(() => client(more as never)).toThrow(
      expect.objectContaining({ code: 'config.invalid', values: expect.objectContaining({ place: `igate.${place}` }) }),
    )
  })
})

describe('failures never look like an empty list', () => {
  test.each([
    ['HTTP 203 with a list', 203, page([]), 'igate.unreadable_answer', 'protocol'],
    ['a login page', 200, '<!DOCTYPE html><form>', 'igate.unreadable_answer', 'protocol'],
    ['a redirect to one', 302, '', 'igate.unreadable_answer', 'protocol'],
    ['another JSON', 200, [], 'igate.unreadable_answer', 'protocol'],
    ['half a JSON', 200, '{"content":[{"id":"66f', 'igate.unreadable_answer', 'protocol'],
    ['no content', 200, { totalElements: 0 }, 'igate.unreadable_answer', 'protocol'],
    ['a total without rows', 200, page([], { totalElements: 7 }), 'igate.unreadable_answer', 'protocol'],
    ['another page than asked for', 200, page([{ id: 'a' }], { number: 3 }), 'igate.unreadable_answer', 'protocol'],
    ['no right', 403, { status: 403, error: 'Forbidden' }, 'igate.refused', 'rejected'],
    ['no such service', 404, '<html>', 'igate.refused', 'rejected'],
    ['an unknown parameter', 400, { status: 400 }, 'igate.refused', 'rejected'],
    ['an empty body', 200, '', 'transport.unanswered', 'unknown'],
    ['a gateway’s 502 page', 502, '<html>Bad Gateway</html>', 'transport.server_failed', 'unknown'],
  ])('%s', async (_, status, body, code, kind) => {
    loginServer()
    nock(GATEWAY)
      .persist()
      .get('/pa/dossier/search')
      .query(true)
      .reply(status, body as never)
    expect(await failureOf(client().searchDossiers(first))).toMatchObject({ code, kind, system: 'igate', operation: 'search', hop: 'source' })
  })

  test('no dossiers are no failure', async () => {
    loginServer()
    nock(GATEWAY).get('/pa/dossier/search').query(true).reply(200, page([]))
    expect(await client().searchDossiers(first)).toEqual({ rows: [], total: 0, last: true })
  })
})

describe('pages', () => {
  test('a search says page, order and agency as the gateway names them', async () => {
    loginServer()
    let asked: Record<string, string> = {}
    nock(GATEWAY)
      .get('/pa/dossier/search')
      .query(true)
      .reply((request: Request) => {
        asked = Object.fromEntries(new URL(request.url).searchParams)
        return [200, JSON.stringify(page([{ id: 'a' }], { number: 2, totalElements: 9 }))]
      })
    await client().searchDossiers({ page: 2, size: 2, sort: 'updatedDate,desc', code: '000.00.12.H99', ancestorAgencyId: '66f0' })
    expect(asked).toEqual({ page: '2', size: '2', spec: 'page', sort: 'updatedDate,desc', code: '000.00.12.H99', 'ancestor-agency-id': '66f0' })
  })

  test.each([
    ['the last by its total', { totalElements: 2 }, 2, true],
    ['one of several by its total', { totalElements: 5 }, 2, false],
    ['one of several by totalPages', { totalElements: undefined, totalPages: 3 }, 2, false],
    ['a slice that says last', { totalElements: undefined, last: true }, 2, true],
    ['a slice that says more', { totalElements: undefined, last: false }, 2, false],
    ['a slice that is not full', { totalElements: undefined }, 1, true],
    ['a full slice that says nothing', { totalElements: undefined }, 2, false],
    ['numbers as text', { totalElements: '5' }, 2, false],
    ['a server that gives fewer rows than asked for', { totalElements: 3, size: 1 }, 1, false],
  ])('%s', async (_, more, rows, last) => {
    loginServer()
    const content = Array.from({ length: rows }, (_, index) => ({ id: String(index) }))
    nock(GATEWAY).get('/pa/dossier/search').query(true).reply(200, page(content, more))
    expect(await client().searchDossiers(first)).toMatchObject({ last })
  })
})

describe('one dossier', () => {
  test('comes back raw, whatever the gateway puts in', async () => {
    loginServer()
    nock(GATEWAY).get('/pa/dossier/66f0').reply(200, { id: '66f0', unheardOf: 1 })
    expect(await client().dossier('66f0')).toEqual({ id: '66f0', unheardOf: 1 })
  })

  test('that is missing is null; a page in markup means the address is wrong', async () => {
    loginServer()
    nock(GATEWAY).get('/pa/dossier/a').reply(404, { status: 404, error: 'Not Found' })
    nock(GATEWAY).get('/pa/dossier/b').reply(404, '<html>')
    const one = client()
    expect(await one.dossier('a')).toBeNull()
    expect(await failureOf(one.dossier('b'))).toMatchObject({ code: 'igate.refused' })
  })

  test('half a character in an id is no crash', async () => {
    loginServer()
    nock(GATEWAY).get(/./).reply(404, { status: 404 })
    expect(await client().dossier('\ud800')).toBeNull()
  })
})

test('fees of a procedure are rows, wrapped or not', async () => {
  loginServer()
  nock(GATEWAY)
    .get('/bd/procost/--for-online?procedure-id=p')
    .reply(200, [{ amount: 1 }])
  nock(GATEWAY)
    .get('/bd/procost/--for-online?procedure-id=q')
    .reply(200, { content: [{ amount: 2 }] })
  nock(GATEWAY).get('/bd/procost/--for-online?procedure-id=r').reply(200, { message: 'x' })
  const one = client()
  expect([await one.procedureFees('p'), await one.procedureFees('q')]).toEqual([[{ amount: 1 }], [{ amount: 2 }]])
  expect(await failureOf(one.procedureFees('r'))).toMatchObject({ code: 'igate.unreadable_answer' })
})
