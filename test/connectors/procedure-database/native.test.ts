import nock from 'nock'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ProcedureDatabaseOptions } from '../../../src/connectors/procedure-database/index.js'
import { manualClock } from '../../transport/manual-clock.js'
import { CODE, databaseOf, failureOf, listed, nativeOptions, ORIGIN, pagesOf, record } from './cast.js'

beforeAll(() => nock.disableNetConnect())
afterEach(() => nock.cleanAll())
afterAll(() => nock.enableNetConnect())

const database = (more: Partial<ProcedureDatabaseOptions> = {}) => databaseOf({ ...nativeOptions, ...more })
const login = (times = 1, session = 'canary-session') =>
  nock(ORIGIN)
    .post('/mapi/login', { username: 'demo-h99', password: 'canary-password' })
    .times(times)
    .reply(200, JSON.stringify({ session, error_code: 0 }))
const shares = (...bodies: (string | object | Buffer)[]) => {
  for (const body of bodies) nock(ORIGIN).post('/mapi/share').reply(200, asBody(body))
}
const integrates = (...bodies: (string | object | Buffer)[]) => {
  for (const body of bodies) nock(ORIGIN).post('/mapi/integration').reply(200, asBody(body))
}
const asBody = (body: string | object | Buffer) => (typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body))
const asked = { code: CODE, reference: null }

describe('what is asked', () => {
  test('a procedure: session, unit, service and code to the integration path, the destination in a header', async () => {
    let seen: Request | undefined
    login(1, 'sess-0001')
    nock(ORIGIN)
      .post('/mapi/integration', { session: 'sess-0001', madonvi: '000.00.00.H99', service: 'LayThuTuc', maTTHC: CODE })
      .reply((request: Request) => {
        seen = request
        return [200, JSON.stringify({ error_code: 0, result: [record] })]
      })
    expect(await database().procedure(asked)).toMatchObject({ form: 'national', detail: record })
    expect(seen?.headers.get('dstcode')).toBe('VN:GOV:000.00.00.G22:dvcqg')
    expect(seen?.headers.get('content-type')).toBe('application/json')
    expect(seen?.headers.get('charset')).toBe('utf-8')
  })

  test('the list and the dictionaries: the share path, and nothing but the common body', async () => {
    login()
    nock(ORIGIN)
      .post('/mapi/share', { session: 'canary-session', madonvi: '000.00.00.H99', service: 'LayDanhSachTTHC' })
      .reply(200, { error_code: 0, result: listed })
    nock(ORIGIN)
      .post('/mapi/share', { session: 'canary-session', madonvi: '000.00.00.H99', service: 'LayDanhMucLinhVuc' })
      .reply(200, { error_code: '0', result: [{ MaLinhVuc: 'G99-MAU01', TenLinhVuc: 'Lĩnh vực mẫu', MaNganh: '000.00.00.G99' }] })
    const from = database()
    expect(await pagesOf(from)).toEqual([
      {
        rows: [
          { code: CODE, name: 'Cấp giấy phép mẫu', reference: null },
          { code: '1.999002', name: 'Cấp lại giấy phép mẫu', reference: null },
        ],
        problems: [],
        cursor: null,
        end: 'complete',
      },
    ])
    expect(await from.dictionary('LayDanhMucLinhVuc')).toEqual([{ MALINHVUC: 'G99-MAU01', TENLINHVUC: 'Lĩnh vực mẫu', MANGANH: '000.00.00.G99' }])
    expect(nock.isDone()).toBe(true)
  })

  test('a decision, by the id that the procedure names', async () => {
    login()
    nock(ORIGIN)
      .post('/mapi/integration', (body: Record<string, unknown>) => body.service === 'LayQDCB' && body.idQDCB === '7001')
      .reply(200, { error_code: 0, result: [{ SoQuyetDinh: '01/QĐ-BM', NgayQuyetDinh: '2099-01-02', TrichYeu: 'Công bố' }] })
    expect(await database().decision('7001')).toMatchObject({ SOQUYETDINH: '01/QĐ-BM', NGAYQUYETDINH: '2099-01-02', TRICHYEU: 'Công bố' })
    integrates({ error_code: 0, result: [] })
    login()
    expect(await database().decision('7002')).toBeNull()
  })
})

describe('lenient reading', () => {
  test.each([0, '0', '00', ' 0 '])('error_code %j is a success', async (code) => {
    login()
    integrates({ error_code: code, result: [record] })
    expect(await database().procedure(asked)).toMatchObject({ detail: { MATTHC: CODE } })
  })

  test('keys may come in any letter case, at any depth, and numbers in place of texts', async () => {
    login()
    integrates({
      Error_Code: 0,
      Result: [{ MaTTHC: CODE, CachThucThucHien: [{ Kenh: 2, ThoiGian: { ThoiGianGiaiQuyet: 5, PhiLePhi: [{ SoTien: 50000, Url: 'x' }] } }] }],
    })
    expect(await database().procedure(asked)).toMatchObject({
      detail: { MATTHC: CODE, CACHTHUCTHUCHIEN: [{ KENH: 2, THOIGIAN: [{ THOIGIANGIAIQUYET: 5, PHILEPHI: [{ SOTIEN: 50000, URL: 'x' }] }] }] },
    })
  })

  test('an empty result means that the database does not know the code', async () => {
    login()
    integrates({ error_code: 0, result: [] })
    expect(await database().procedure(asked)).toBeNull()
  })

  test('a list of several thousand rows in one answer is one page', async () => {
    const rows = Array.from({ length: 6500 }, (_, index) => ({
      MATTHC: `1.${String(100_000 + index)}`,
      TENTTHC: `Thủ tục mẫu số ${index}, cấp tỉnh và cấp xã`,
    }))
    login()
    shares({ error_code: 0, result: rows })
    const [page, ...others] = await pagesOf(database())
    expect(others).toEqual([])
    expect(page).toMatchObject({ end: 'complete', problems: [] })
    expect(page?.rows).toHaveLength(6500)
  })
})

describe('a failed read is an error and never an empty catalogue', () => {
  const latin1 = Buffer.from(JSON.stringify({ error_code: 0, result: [{ MATTHC: CODE, TENTTHC: 'Cáp giáy phép mãu só mót' }] }), 'latin1')
  const twiceEncoded = JSON.stringify({
    error_code: 0,
    result: [{ MATTHC: CODE, TENTTHC: Buffer.from('Cấp giấy phép mẫu', 'utf8').toString('latin1') }],
  })
  const strangers: readonly [string, string | object | Buffer, string][] = [
    ['a web page', '<!DOCTYPE html><html><body>Request Rejected</body></html>', 'markup'],
    ['JSON that was cut in the middle', JSON.stringify({ error_code: 0, result: listed }).slice(0, -30), 'cut or damaged'],
    ['no result', { error_code: 0 }, 'holds no list'],
    ['a result that is null', { error_code: 0, result: null }, 'holds no list'],
    ['a result that is one record and no array', { error_code: 0, result: record }, 'holds no list'],
    ['a result that is text', { error_code: 0, result: '[]' }, 'holds no list'],
    ['a fault of the adapter in JSON', { type: 'Server.ClientProxy', message: 'x' }, 'JSON of another form'],
    ['an array without envelope', '[]', 'JSON of another form'],
    ['text', 'Internal adapter failure', 'text'],
    ['UTF-16', Buffer.from(JSON.stringify({ error_code: 0, result: listed }), 'utf16le'), 'encoding'],
    ['another encoding', latin1, 'UTF-8'],
    ['text that was encoded twice', twiceEncoded, 'UTF-8'],
  ]

  test.each(strangers)('%s, also when asked again', async (_, body, problem) => {
    for (const read of [() => pagesOf(database()), () => database().procedure(asked), () => database().dictionary('LayDanhMucCoQuan')]) {
      nock.cleanAll()
      login()
      shares(body, body)
      integrates(body, body)
      const error = await failureOf(read())
      expect(error).toMatchObject({ code: 'procedure-database.unreadable_answer', kind: 'protocol', system: 'procedure-database', retryable: false })
      expect(error.message).toContain(problem)
      expect(error.message).not.toContain('canary')
    }
  })

  test('half an answer is asked for once more before it counts', async () => {
    login()
    shares('{"error_code":0,"result":[{"MATTHC"', { error_code: 0, result: listed })
    expect(await pagesOf(database())).toMatchObject([{ end: 'complete' }])
  })

  test('an empty list', async () => {
    login()
    shares({ error_code: 0, result: [] })
    expect(await failureOf(pagesOf(database()))).toMatchObject({
      code: 'procedure-database.empty_list',
      kind: 'protocol',
      operation: 'LayDanhSachTTHC',
    })
  })

  test('a list of rows that name no procedure', async () => {
    login()
    const rows = { error_code: 0, result: [{ maThuTuc: CODE }, null, 7] }
    shares(rows)
    expect((await failureOf(pagesOf(database()))).text.en).toContain('none of 3 rows has a code')
  })

  test.each([
    ['an empty record', [{}], 'empty'],
    ['a record of blanks', [{ ID: null, MATTHC: '', TENTTHC: '', CACHTHUCTHUCHIEN: [] }], 'empty'],
    ['no record', ['x'], 'result[0]'],
    ['another procedure', [{ ...record, MATTHC: '1.999009' }], 'another procedure'],
  ])('a detail that is %s', async (_, result, problem) => {
    login()
    integrates({ error_code: 0, result })
    const error = await failureOf(database().procedure(asked))
    expect(error.code).toBe('procedure-database.unreadable_answer')
    expect(error.message).toContain(problem)
  })

  test('a record nested as deep as no record is', async () => {
    const deep = `{"error_code":0,"result":[{"MATTHC":"${CODE}","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}]}`
    login()
    integrates(deep, deep)
    expect((await failureOf(database().procedure(asked))).code).toBe('procedure-database.unreadable_answer')
  })

  test('an empty body', async () => {
    login()
    shares('', '', '')
    expect(await failureOf(pagesOf(database()))).toMatchObject({ code: 'transport.unanswered', kind: 'unknown', attempt: 3 })
  })

  test('more bytes than allowed', async () => {
    login()
    shares({ error_code: 0, result: listed })
    expect(await failureOf(pagesOf(database({ maxAnswerBytes: 60 })))).toMatchObject({ code: 'transport.too_large', values: { limit: 60 } })
  })

  test('another code than success, with the database’s words and without our secrets', async () => {
    login()
    integrates({ error_code: '-301', message: 'Mã đơn vị không đúng (canary-session)' })
    const error = await failureOf(database().procedure(asked))
    expect(error).toMatchObject({ code: 'procedure-database.refused', kind: 'rejected', operation: 'LayThuTuc', values: { answerCode: '-301' } })
    expect(error.message).toContain('Mã đơn vị không đúng')
    expect(error.message).not.toContain('canary')
  })

  test('success in the body of an HTTP refusal', async () => {
    login()
    nock(ORIGIN).post('/mapi/integration').reply(404, '{"error_code":0,"result":[]}')
    expect(await failureOf(database().procedure(asked))).toMatchObject({ code: 'transport.refused', values: { status: 404 } })
  })
})

describe('the session', () => {
  const good = { error_code: 0, result: [record] }

  test('is shared by twenty parallel calls', async () => {
    login()
    integrates(...Array.from({ length: 20 }, () => good))
    const from = database()
    await Promise.all(Array.from({ length: 20 }, () => from.procedure(asked)))
    expect(nock.isDone()).toBe(true)
  })

  test.each([
    ['a sentence', 200, { error_code: 9, message: 'Phiên làm việc đã hết hạn' }],
    ['a number like 401', 200, { error_code: '401' }],
    ['HTTP 401', 401, '<html>'],
  ])('that was lost (%s) is renewed once, unseen', async (_, status, body) => {
    login(1, 'sess-0001')
    nock(ORIGIN)
      .post('/mapi/integration', (sent: Record<string, unknown>) => sent.session === 'sess-0001')
      .reply(status, body)
    login(1, 'sess-0002')
    nock(ORIGIN)
      .post('/mapi/integration', (sent: Record<string, unknown>) => sent.session === 'sess-0002')
      .reply(200, good)
    expect(await database().procedure(asked)).toMatchObject({ detail: { MATTHC: CODE } })
    expect(nock.isDone()).toBe(true)
  })

  test('that is lost again ends the call', async () => {
    login(2)
    integrates({ error_code: 9, message: 'session invalid' }, { error_code: 9, message: 'session invalid' })
    expect(await failureOf(database().procedure(asked))).toMatchObject({ code: 'procedure-database.session_lost', kind: 'transient' })
    expect(nock.isDone()).toBe(true)
  })

  test('may be lost in words of this database’s own', async () => {
    login(2)
    integrates({ error_code: 77 }, good)
    expect(await database({ outcomes: [{ code: [77], means: 'session-lost' }] }).procedure(asked)).not.toBeNull()
  })

  test('is renewed by itself after five hours', async () => {
    const clock = manualClock()
    login(2)
    integrates(good, good)
    const from = database({ clock })
    await from.procedure(asked)
    clock.advance(5 * 3_600_000)
    await from.procedure(asked)
    expect(nock.isDone()).toBe(true)
  })

  test.each([
    ['an error code', 200, { error_code: 1, message: 'Sai mật khẩu canary-password' }],
    ['HTTP 403', 403, 'Forbidden'],
  ])('a refused password is tried once (%s)', async (_, status, body) => {
    nock(ORIGIN).post('/mapi/login').reply(status, body)
    const from = database()
    const first = await failureOf(from.procedure(asked))
    expect(first).toMatchObject({ code: 'procedure-database.login_refused', kind: 'auth' })
    expect(first.message).not.toContain('canary')
    expect(await failureOf(pagesOf(from))).toBe(first)
  })

  test.each([
    ['no session', { error_code: 0 }],
    ['a page', '<html>'],
    ['a lost session', { error_code: 9, message: 'Phiên đã hết hạn' }],
  ])('a login that was answered with %s is no refused password, and tried again', async (_, body) => {
    nock(ORIGIN).post('/mapi/login').reply(200, body)
    const from = database()
    expect(await failureOf(from.procedure(asked))).toMatchObject({ code: 'procedure-database.unreadable_answer', operation: 'login' })
    login()
    integrates(good)
    expect(await from.procedure(asked)).not.toBeNull()
  })
})

test('a signal ends the call', async () => {
  const signal = AbortSignal.abort()
  login()
  for (const read of [pagesOf(database(), { signal }), database().procedure(asked, { signal }), database().decision('1', { signal })])
    expect(await failureOf(read)).toMatchObject({ code: 'transport.aborted', kind: 'aborted' })
})

test.each([
  [{ baseUrl: 'adapter' }, 'procedure-database.baseUrl'],
  [{ agencyCode: undefined }, 'procedure-database.agencyCode'],
  [{ credentials: { username: 'a' } }, 'procedure-database.credentials.password'],
  [{ unitCode: 'H56' }, 'procedure-database.unitCode'],
  [{ dialect: 'natve' }, 'procedure-database.dialect'],
  [{ outcomes: [{ means: 'lost' }] }, 'procedure-database.outcomes.0.means'],
])('a wrong option is named: %j', (more, place) => {
  expect(() => database(more as Partial<ProcedureDatabaseOptions>)).toThrowError(
    expect.objectContaining({ code: 'config.invalid', values: expect.objectContaining({ place }) }),
  )
})
