import nock from 'nock'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { CODE, databaseOf, failureOf, listed, ORIGIN, pagesOf, record } from './cast.js'

beforeAll(() => nock.disableNetConnect())
afterEach(() => nock.cleanAll())
afterAll(() => nock.enableNetConnect())

const PATH = '/KetNoiMotCuaQuocGia'
const options = { baseUrl: ORIGIN, dialect: 'provincial-gateway' }
const wrapped = (value: unknown) => JSON.stringify({ message: JSON.stringify(value) })
const asked = { code: CODE, reference: null }

test('a procedure is asked for with GET and read from the text inside `message`', async () => {
  nock(ORIGIN, { badheaders: ['authorization'] })
    .get(`${PATH}/LayThuTuc?maTTHC=${CODE}`)
    .reply(200, wrapped({ result: [record] }))
  expect(await databaseOf(options).procedure(asked)).toMatchObject({ form: 'national', detail: record })
})

test('a token is shown as Bearer, and the list of one unit has a service of its own', async () => {
  nock(ORIGIN, { reqheaders: { authorization: 'Bearer canary-token' } })
    .get(`${PATH}/LayDanhSachTTHCDonVi?maDonVi=H56`)
    .reply(200, wrapped({ result: listed }))
  const from = databaseOf({ ...options, unitCode: 'H56', credentials: { token: 'canary-token' } })
  expect(await pagesOf(from)).toMatchObject([{ rows: [{ code: CODE }, { code: '1.999002' }], end: 'complete' }])
})

test('list, dictionary and decision', async () => {
  nock(ORIGIN)
    .get(`${PATH}/LayDanhSachTTHC`)
    .reply(200, wrapped({ result: listed }))
  nock(ORIGIN)
    .get(`${PATH}/LayDanhMucCoQuan`)
    .reply(200, wrapped({ result: [{ MADONVI: '000.00.00.G99', TENDONVI: 'Bộ Mẫu', CAPDONVI: 1 }] }))
  nock(ORIGIN)
    .get(`${PATH}/LayQDCB?idQDCB=7001`)
    .reply(200, wrapped({ result: [{ SOQUYETDINH: '01/QĐ-BM' }] }))
  const from = databaseOf(options)
  expect(await pagesOf(from)).toHaveLength(1)
  expect(await from.dictionary('LayDanhMucCoQuan')).toEqual([{ MADONVI: '000.00.00.G99', TENDONVI: 'Bộ Mẫu', CAPDONVI: 1 }])
  expect(await from.decision('7001')).toMatchObject({ SOQUYETDINH: '01/QĐ-BM' })
})

test.each([
  ['`message` that is an object already', JSON.stringify({ message: { result: [record] } })],
  ['the record without the second wrapping', JSON.stringify({ result: [record] })],
  ['an error_code beside the text', JSON.stringify({ error_code: 0, message: JSON.stringify({ result: [record] }) })],
  ['an error_code inside the text', wrapped({ error_code: '0', result: [record] })],
  ['keys in another case', JSON.stringify({ Message: JSON.stringify({ Result: [{ ...record, MATTHC: undefined, MaTTHC: CODE }] }) })],
  ['one wrapping more', JSON.stringify(wrapped({ result: [record] }))],
])('%s is read too', async (_, body) => {
  nock(ORIGIN).get(`${PATH}/LayThuTuc?maTTHC=${CODE}`).reply(200, body)
  expect(await databaseOf(options).procedure(asked)).toMatchObject({ detail: { MATTHC: CODE, TENTTHC: 'Cấp giấy phép mẫu' } })
})

describe('a failed read is never an empty one', () => {
  test.each([
    ['text in `message` that was cut', JSON.stringify({ message: JSON.stringify({ result: [record] }).slice(0, 50) }), 'unreadable_answer'],
    ['a page in `message`', JSON.stringify({ message: '<html>502</html>' }), 'unreadable_answer'],
    ['an empty `message`', JSON.stringify({ message: '' }), 'unreadable_answer'],
    ['no result inside', wrapped({ ok: true }), 'unreadable_answer'],
    ['a page', '<html>', 'unreadable_answer'],
    ['a code inside', wrapped({ error_code: 12, result: [] }), 'refused'],
    ['a sentence', JSON.stringify({ message: 'Không kết nối được trục liên thông' }), 'refused'],
  ])('%s', async (_, body, code) => {
    nock(ORIGIN).get(`${PATH}/LayThuTuc?maTTHC=${CODE}`).times(2).reply(200, body)
    nock(ORIGIN).get(`${PATH}/LayDanhSachTTHC`).times(2).reply(200, body)
    const from = databaseOf(options)
    expect((await failureOf(from.procedure(asked))).code).toBe(`procedure-database.${code}`)
    expect((await failureOf(pagesOf(from))).code).toBe(`procedure-database.${code}`)
  })

  test('a token that is not accepted', async () => {
    nock(ORIGIN).get(`${PATH}/LayDanhSachTTHC`).reply(401, '')
    expect(await failureOf(pagesOf(databaseOf(options)))).toMatchObject({ code: 'transport.unauthorized', kind: 'auth' })
  })

  test('an unknown code is null all the same', async () => {
    nock(ORIGIN)
      .get(`${PATH}/LayThuTuc?maTTHC=${CODE}`)
      .reply(200, wrapped({ result: [] }))
    expect(await databaseOf(options).procedure(asked)).toBeNull()
  })
})
