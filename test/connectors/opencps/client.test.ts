import fc from 'fast-check'
import nock from 'nock'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { isLienthongError, type LienthongError } from '../../../src/base/index.js'
import { type OpenCpsOptions, openCps } from '../../../src/connectors/index.js'
import { openCpsDossier, readOpenCpsDossier } from '../../../src/connectors/opencps/wire.js'
import { manualClock } from '../../transport/manual-clock.js'

const ORIGIN = 'https://motcua.example.vn'
const BASE = '/o/rest/v2'
const UID = '5f0c0a1e-0000-4000-8000-000000000007'
const options: OpenCpsOptions = { baseUrl: ORIGIN + BASE, groupId: 35166, credentials: { username: 'dong-bo', password: 'canary-password' } }
const source = (more: Partial<OpenCpsOptions> = {}) => openCps({ ...options, clock: manualClock(), random: () => 0, ...more })
const window = { start: 0, end: 50 }

beforeAll(() => nock.disableNetConnect())
afterEach(() => nock.cleanAll())
afterAll(() => nock.enableNetConnect())

async function failureOf(promise: Promise<unknown>): Promise<LienthongError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isLienthongError(error)) throw new Error(`not a LienthongError: ${String(error)}`)
  return error
}

const notLoggedIn = { message: 'Non-Authoritative Information.', code: 203, description: 'Non-Authoritative Information.' }

test('a search shows who asks, for which site, and always where the window ends', async () => {
  let seen: Request | undefined
  nock(ORIGIN)
    .get(`${BASE}/dossiers`)
    .query(true)
    .reply((request: Request) => {
      seen = request
      return [200, JSON.stringify({ total: 1, data: [{ dossierId: 70107 }] })]
    })
  const found = await source().listDossiers({
    fromReceiveDate: '10/03/2025',
    toReceiveDate: '11/03/2025',
    status: 'processing,waiting',
    start: 0,
    end: 50,
  })
  expect(found).toEqual({ total: 1, rows: [{ dossierId: 70107 }] })
  expect(seen?.headers.get('groupId')).toBe('35166')
  expect(seen?.headers.get('authorization')).toBe(`Basic ${Buffer.from('dong-bo:canary-password').toString('base64')}`)
  expect(Object.fromEntries(new URL(seen?.url ?? '').searchParams)).toEqual({
    start: '0',
    end: '50',
    fromReceiveDate: '10/03/2025',
    toReceiveDate: '11/03/2025',
    status: 'processing,waiting',
  })
})

test.each([
  [{ start: 0 } as never, 'dossiers.end'],
  [{ start: 0, end: 0 }, 'dossiers.end'],
  [{ ...window, fromReceiveDate: '2025-03-10' }, 'dossiers.fromReceiveDate'],
])('a search that would read the whole site, or that the server would not understand, is not sent: %j', async (search, place) => {
  expect(await failureOf(source().listDossiers(search))).toMatchObject({ code: 'config.invalid', values: { place } })
})

describe('failures never look like an empty answer', () => {
  test.each([
    ['HTTP 203, which is a 2xx', 203, notLoggedIn, 'opencps.not_logged_in', 'auth'],
    ['HTTP 203 in plain text', 203, 'secret', 'opencps.not_logged_in', 'auth'],
    ['HTTP 200 with the body of a 203', 200, notLoggedIn, 'opencps.not_logged_in', 'auth'],
    ['HTTP 401 with code 203', 401, { ...notLoggedIn, message: 'Unauthorized.' }, 'opencps.not_logged_in', 'auth'],
    ['HTTP 403 for whatever failed', 403, { message: 'No Content.', code: 403, description: 'ORA-00942' }, 'opencps.refused', 'rejected'],
    ['a login page', 200, '<!DOCTYPE html><form>', 'opencps.unreadable_answer', 'protocol'],
    ['a redirect to a login page', 302, '', 'opencps.unreadable_answer', 'protocol'],
    ['a wrong base path', 404, '<html>', 'opencps.unreadable_answer', 'protocol'],
    ['another JSON', 200, '[]', 'opencps.unreadable_answer', 'protocol'],
    ['a list without total', 200, { data: [] }, 'opencps.unreadable_answer', 'protocol'],
    ['a total without rows', 200, { total: 7 }, 'opencps.unreadable_answer', 'protocol'],
    ['an empty body', 200, '', 'transport.unanswered', 'unknown'],
    ['HTTP 500', 500, '', 'transport.server_failed', 'unknown'],
  ])('%s', async (_, status, body, code, kind) => {
    nock(ORIGIN).get(`${BASE}/dossiers`).query(true).times(3).reply(status, body)
    const error = await failureOf(source().listDossiers(window))
    expect(error).toMatchObject({ code, kind, system: 'opencps', operation: 'dossiers', hop: 'source' })
    expect(`${error.message}${JSON.stringify(error)}`).not.toMatch(/canary|ORA-/)
  })

  test('no dossiers are no failure', async () => {
    nock(ORIGIN).get(`${BASE}/dossiers`).query(true).reply(200, { total: 0 })
    expect(await source().listDossiers(window)).toEqual({ total: 0, rows: [] })
  })
})

test('a detail comes back raw', async () => {
  nock(ORIGIN).get(`${BASE}/dossiers/000.00.12.H99-250310-0007`).reply(200, { dossierId: 70107, referenceUid: UID, unheardOf: 1 })
  expect(await source().dossier('000.00.12.H99-250310-0007')).toEqual({ dossierId: 70107, referenceUid: UID, unheardOf: 1 })
})

describe('actions', () => {
  const rows = (from: number, count: number) => Array.from({ length: count }, (_, index) => ({ dossierSyncId: from + index }))

  test('are read to the end, window by window', async () => {
    nock(ORIGIN)
      .get(`${BASE}/dossiers/${UID}/syncs?start=0&end=200`)
      .reply(200, { total: 230, data: rows(0, 200) })
    nock(ORIGIN)
      .get(`${BASE}/dossiers/${UID}/syncs?start=200&end=400`)
      .reply(200, { total: 230, data: rows(200, 30) })
    expect(await source().actions(UID)).toEqual(rows(0, 230))
  })

  test('that stop short of their total are a failed read', async () => {
    nock(ORIGIN)
      .get(`${BASE}/dossiers/${UID}/syncs`)
      .query(true)
      .reply(200, { total: 3, data: rows(0, 2) })
    nock(ORIGIN).get(`${BASE}/dossiers/${UID}/syncs`).query(true).reply(200, { total: 3, data: [] })
    expect(await failureOf(source().actions(UID))).toMatchObject({ code: 'opencps.unreadable_answer', values: { problem: '2 of 3 rows' } })
  })
})

describe('the fee record', () => {
  test('comes back raw', async () => {
    nock(ORIGIN).get(`${BASE}/dossiers/${UID}/payment`).reply(200, { paymentFileId: 66007, feeAmount: 100000 })
    expect(await source().payment(UID)).toEqual({ paymentFileId: 66007, feeAmount: 100000 })
  })

  test.each([
    ['204', 204, ''],
    ['200 without an entity', 200, ''],
    ['403 “No Content.” without a reason', 403, { message: 'No Content.', code: 403 }],
    [
      '403 that names the missing payment',
      403,
      { message: 'No Content.', code: 403, description: 'com.x.NoSuchPaymentFileException: No PaymentFile exists with the key' },
    ],
    ['code 204 in the body', 403, { message: 'No Content.', code: 204, description: 'x' }],
  ])('is null where the server says that there is none: %s', async (_, status, body) => {
    nock(ORIGIN).get(`${BASE}/dossiers/${UID}/payment`).times(2).reply(status, body)
    expect(await source().payment(UID)).toBeNull()
  })

  test('is asked for again where nothing came at all: that may be an answer that was lost', async () => {
    nock(ORIGIN).get(`${BASE}/dossiers/${UID}/payment`).reply(200, '')
    nock(ORIGIN).get(`${BASE}/dossiers/${UID}/payment`).reply(200, { paymentFileId: 66007 })
    expect(await source().payment(UID)).toEqual({ paymentFileId: 66007 })
  })

  test('of several records are all of them, or an error where the list is not whole', async () => {
    const data = [{ paymentFileId: 1 }, { paymentFileId: 2 }]
    nock(ORIGIN).get(`${BASE}/dossiers/${UID}/payment`).reply(200, { total: 2, data })
    expect(await source().payment(UID)).toEqual(data)
    nock(ORIGIN).get(`${BASE}/dossiers/${UID}/payment`).reply(200, { total: 3, data })
    expect(await failureOf(source().payment(UID))).toMatchObject({ code: 'opencps.unreadable_answer', values: { problem: '2 of 3 rows' } })
  })

  test.each([
    [403, { message: 'No Content.', code: 403, description: 'Could not open JDBC connection' }, 'opencps.refused'],
    [403, '<html>', 'opencps.refused'],
    [203, notLoggedIn, 'opencps.not_logged_in'],
  ])('is never null where the server failed: %i %j', async (status, body, code) => {
    nock(ORIGIN).get(`${BASE}/dossiers/${UID}/payment`).reply(status, body)
    expect((await failureOf(source().payment(UID))).code).toBe(code)
  })
})

test('services are listed by window', async () => {
  nock(ORIGIN)
    .get(`${BASE}/serviceinfos?start=0&end=50`)
    .reply(200, { total: '1', data: [{ serviceCode: '1.001612.000.00.00.H99' }] })
  expect(await source().services(window)).toEqual({ total: 1, rows: [{ serviceCode: '1.001612.000.00.00.H99' }] })
})

test.each([
  [{ baseUrl: 'motcua' }, 'opencps.baseUrl'],
  [{ groupId: 'site' }, 'opencps.groupId'],
  [{ credentials: { username: 'a', password: '' } }, 'opencps.credentials.password'],
])('a wrong option is named: %j', (more, place) => {
  expect(() => source(more)).toThrowError(expect.objectContaining({ code: 'config.invalid', values: expect.objectContaining({ place }) }))
})

describe('in XML', () => {
  const xml = () => source({ format: 'xml' })
  const answer = (body: string, status = 200) => nock(ORIGIN).get(/.*/).matchHeader('accept', 'application/xml').reply(status, body)

  test('a list has its rows, one or many, and a detail its fields', async () => {
    answer('<?xml version="1.0"?><data><total>2</total><data><dossierId>1</dossierId><dossierNo/></data><data><dossierId>2</dossierId></data></data>')
    expect(await xml().listDossiers(window)).toEqual({ total: 2, rows: [{ dossierId: '1', dossierNo: '' }, { dossierId: '2' }] })
    answer('<data><total>1</total><data><dossierId>1</dossierId></data></data>')
    expect(await xml().listDossiers(window)).toEqual({ total: 1, rows: [{ dossierId: '1' }] })
    answer('<data><total>0</total></data>')
    expect(await xml().listDossiers(window)).toEqual({ total: 0, rows: [] })
    answer(`<DossierDetailModel><referenceUid>${UID}</referenceUid></DossierDetailModel>`)
    expect(await xml().dossier(UID)).toEqual({ referenceUid: UID })
  })

  test.each([
    ['HTTP 203', 203, '<ErrorMsgModel><message>Non-Authoritative Information.</message><code>203</code></ErrorMsgModel>', 'opencps.not_logged_in'],
    [
      'the body of a 203',
      200,
      '<ErrorMsgModel><message>Non-Authoritative Information.</message><code>203</code></ErrorMsgModel>',
      'opencps.not_logged_in',
    ],
    ['a failure in JSON', 403, JSON.stringify({ message: 'No Content.', code: 403, description: 'ORA-1' }), 'opencps.refused'],
    [
      'a failure in XML',
      403,
      '<ErrorMsgModel><message>No Content.</message><code>403</code><description>ORA-1</description></ErrorMsgModel>',
      'opencps.refused',
    ],
    ['a login page', 200, '<!DOCTYPE html><html><form>', 'opencps.unreadable_answer'],
    ['a login page that is well-formed', 200, '<html><body/></html>', 'opencps.unreadable_answer'],
    ['a bomb', 200, '<!DOCTYPE a [<!ENTITY a "lol">]><data><total>&a;</total></data>', 'opencps.unreadable_answer'],
    ['half an answer', 200, '<data><total>2</total><data><dossierId>1</dossierId></data>', 'opencps.unreadable_answer'],
  ])('%s is a failure and no empty list', async (_, status, body, code) => {
    nock(ORIGIN).get(/.*/).times(3).reply(status, body)
    const error = await failureOf(xml().listDossiers(window))
    expect(error.code).toBe(code)
    expect(JSON.stringify(error)).not.toMatch(/ORA-/)
  })
})

describe('writing', () => {
  test('a form holds what it was given and the mark, as text', async () => {
    let body = ''
    nock(ORIGIN)
      .put(`${BASE}/dossiers/70107`)
      .matchHeader('content-type', /^application\/x-www-form-urlencoded/)
      .reply(async (request: Request) => {
        body = await request.text()
        return [200, '{"dossierId":70107}']
      })
    await source().updateDossier(70107, { viaPostal: '2', delegateName: 'Trần Thị Ví Dụ' }, { mark: ['metaData', '{"a":1}'] })
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({ viaPostal: '2', delegateName: 'Trần Thị Ví Dụ', metaData: '{"a":1}' })
  })

  test('a write that was not answered for is not repeated', async () => {
    const scope = nock(ORIGIN).put(`${BASE}/dossiers/70107`).reply(500, '')
    expect((await failureOf(source().updateDossier(70107, {}))).kind).toBe('unknown')
    expect(scope.isDone()).toBe(true)
  })
})

test('a row is read as its schema reads it, whatever it holds', () => {
  const names = Object.keys(openCpsDossier.shape)
  const value = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constantFrom(null, '', '5', [], {}, 'x'))
  const row = fc.record(Object.fromEntries(names.map((name) => [name, value])), { requiredKeys: [] })
  fc.assert(
    fc.property(
      fc.oneof(
        row,
        fc.jsonValue(),
        row.map((one) => ({ ...one, referenceUid: 'uid' })),
      ),
      (one) => {
        const [schema, read] = [openCpsDossier.safeParse(one), readOpenCpsDossier(one)]
        expect(read.ok).toBe(schema.success)
        const named = (object: object) => Object.fromEntries(names.map((name) => [name, (object as Record<string, unknown>)[name] ?? null]))
        if (read.ok && schema.success) expect(named(read.value)).toEqual(named(schema.data))
      },
    ),
    { numRuns: 1000 },
  )
})
