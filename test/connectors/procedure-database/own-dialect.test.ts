import nock from 'nock'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type ProcedureDatabaseDialect, procedureDatabaseDialects } from '../../../src/connectors/procedure-database/index.js'
import { CODE, databaseOf, failureOf, ORIGIN, pagesOf } from './cast.js'

beforeAll(() => nock.disableNetConnect())
afterEach(() => nock.cleanAll())
afterAll(() => nock.enableNetConnect())

const nothing = { code: null, message: null, session: null, rows: null, lastId: null, total: null }
const tinhMau: ProcedureDatabaseDialect = {
  name: 'tinh-mau',
  needs: ['credentials.token'],
  offers: { dictionaries: false, decisions: false },
  form: 'national',
  detailBy: 'code',
  listFields: { code: ['ma'], name: ['ten'], reference: ['khoa'] },
  request: (call, { baseUrl }, token) => ({ method: 'GET', url: `${baseUrl}/tthc/${call.kind}`, headers: { 'X-Token': token } }),
  answer: (text) => {
    const rows = (JSON.parse(text) as { ds: unknown[] }).ds
    return { ...nothing, code: 'xong', rows }
  },
  outcomes: [{ code: ['XONG'], means: 'accepted' }],
}
const options = { baseUrl: ORIGIN, credentials: { token: 'canary-token' } }

test('a dialect of one’s own needs nothing but its value', async () => {
  nock(ORIGIN, { reqheaders: { 'x-token': 'canary-token' } })
    .get('/tthc/list')
    .reply(200, { ds: [{ Ma: CODE, Ten: 'Một', khoa: 5 }] })
  const from = databaseOf({ ...options, dialect: tinhMau })
  expect(from.dialect).toBe('tinh-mau')
  expect(await pagesOf(from)).toMatchObject([{ rows: [{ code: CODE, name: 'Một', reference: '5' }], end: 'complete' }])
})

test.each([
  [{ outcomes: [{ means: 'gone' }] }, 'procedure-database.dialect(tinh-mau).outcomes.0.means'],
  [{ request: 'x' }, 'procedure-database.dialect(tinh-mau).request'],
  [{ listFields: { code: [], name: ['a'], reference: [] } }, 'procedure-database.dialect(tinh-mau).listFields.code'],
  [{ outcomes: [{ message: '(', means: 'accepted' }] }, 'procedure-database.dialect(tinh-mau).outcomes.0.message'],
])('a wrong one is refused at construction: %j', (more, place) => {
  expect(() => databaseOf({ ...options, dialect: { ...tinhMau, ...more } as ProcedureDatabaseDialect })).toThrowError(
    expect.objectContaining({ code: 'config.invalid', values: expect.objectContaining({ place }) }),
  )
})

test('what its functions get wrong before anything was sent is a setting; afterwards it is an answer that could not be read', async () => {
  const throwing = { ...tinhMau, request: () => JSON.parse('canary-token') }
  const failure = await failureOf(pagesOf(databaseOf({ ...options, dialect: throwing })))
  expect(failure).toMatchObject({ code: 'config.invalid', values: { place: 'procedure-database.dialect(tinh-mau).request' } })
  expect(failure.message).not.toContain('canary')

  const away = { ...tinhMau, request: () => ({ method: 'GET' as const, url: 'https://elsewhere.example.vn/' }) }
  expect((await failureOf(pagesOf(databaseOf({ ...options, dialect: away })))).message).toContain('leaves adapter.example.vn')

  nock(ORIGIN).get('/tthc/list').times(2).reply(200, '<html>')
  expect(await failureOf(pagesOf(databaseOf({ ...options, dialect: tinhMau })))).toMatchObject({ code: 'procedure-database.unreadable_answer' })

  nock(ORIGIN).get('/tthc/list').times(2).reply(200, { ds: 'none' })
  expect((await failureOf(pagesOf(databaseOf({ ...options, dialect: tinhMau })))).message).toContain('wrong rows')
})

test('the dialects that come along are of the form that is asked of others', () => {
  for (const [name, dialect] of procedureDatabaseDialects) {
    const credentials = { username: 'a', password: 'b', token: 'c' }
    const agency = dialect.needs.includes('agencyCode') ? { agencyCode: 'H99' } : {}
    expect(databaseOf({ baseUrl: ORIGIN, dialect: { ...dialect }, credentials, ...agency })).toMatchObject({
      dialect: name,
      host: 'adapter.example.vn',
    })
  }
})
