import nock from 'nock'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { isLienthongError } from '../../../src/base/index.js'
import { type CatalogueUploadOptions, catalogueUpload, type OfferedService } from '../../../src/connectors/catalogue-upload/index.js'
import { loopback } from '../../transport/loopback.js'
import { manualClock } from '../../transport/manual-clock.js'

const ORIGIN = 'https://adapter.example.vn'
const PATH = '/procedure-database/upload'

const options: CatalogueUploadOptions = { url: ORIGIN + PATH, service: 'DongBoDanhMucMau', auth: { kind: 'none' } }
const session: CatalogueUploadOptions = {
  ...options,
  auth: { kind: 'session', loginUrl: `${ORIGIN}/mapi/login`, username: 'tinh-mau', password: 'canary-password' },
}
const target = (more: Partial<CatalogueUploadOptions> = {}, base = options) =>
  catalogueUpload({ ...base, clock: manualClock(), random: () => 0, ...more })

const offer = (number: number): OfferedService => ({
  localCode: `1.00000${number}.000.00.00.H99`,
  nationalCode: `1.00000${number}`,
  name: `Thủ tục mẫu ${number}`,
  level: 'full',
  url: `https://dichvucong.example.vn/nop-ho-so/${number}`,
  agencyCode: 'H99.15',
  fees: [{ kind: 'fee', amount: 50_000, text: null }],
})
const bare: OfferedService = {
  localCode: '1.000009.H99',
  nationalCode: null,
  name: 'Thủ tục riêng',
  level: null,
  url: null,
  agencyCode: null,
  fees: null,
}

beforeAll(() => nock.disableNetConnect())
afterEach(() => nock.cleanAll())
afterAll(() => nock.enableNetConnect())

/** Answers each call in turn and keeps what was sent. */
function upload(answers: readonly (readonly [status: number, body: unknown])[]): { body: Record<string, unknown>; headers: Headers }[] {
  const seen: { body: Record<string, unknown>; headers: Headers }[] = []
  for (const [status, answer] of answers) {
    nock(ORIGIN)
      .post(PATH)
      .reply(async (request: Request) => {
        seen.push({ body: (await request.json()) as Record<string, unknown>, headers: request.headers })
        return [status, typeof answer === 'string' ? answer : JSON.stringify(answer)]
      })
  }
  return seen
}

const fine = [200, { error_code: 0 }] as const
const outcomes = (rows: Awaited<ReturnType<ReturnType<typeof target>['offer']>>) => rows.map(({ outcome }) => outcome)

describe('off unless configured', () => {
  test.each([
    [{}, 'catalogue-upload.url'],
    [{ url: ORIGIN, auth: { kind: 'none' } }, 'catalogue-upload.service'],
    [{ url: ORIGIN, service: null }, 'catalogue-upload.auth'],
    [{ ...options, url: 'adapter' }, 'catalogue-upload.url'],
    [{ ...options, auth: { kind: 'bearer' } }, 'catalogue-upload.auth.token'],
    [{ ...options, envelope: { items: null } }, 'catalogue-upload.envelope.items'],
    [
      { ...options, auth: { kind: 'session', loginUrl: 'https://elsewhere.example.vn/login', username: 'a', password: 'b' } },
      'catalogue-upload.auth.loginUrl',
    ],
  ])('%j is no upload', (incomplete, place) => {
    try {
      catalogueUpload(incomplete as CatalogueUploadOptions)
      expect.fail('constructed')
    } catch (error) {
      expect(isLienthongError(error) && [error.code, error.values.place]).toEqual(['config.invalid', place])
    }
  })

  test('a misspelt field is told', () => {
    expect(() => catalogueUpload({ ...options, fields: { localcode: 'MaTTHC' } } as CatalogueUploadOptions)).toThrow(/“localcode”.*“localCode”/)
  })

  test.each([
    [ORIGIN + PATH, 'adapter.example.vn', false],
    ['http://127.0.0.1:4600/procedure-database/upload', '127.0.0.1:4600', true],
  ])('the caller can tell whether %s is this machine', (url, host, loopback) => {
    expect(catalogueUpload({ ...options, url })).toMatchObject({ host, loopback })
  })
})

describe('what goes out', () => {
  test('the assumed names, and nothing that is not known', async () => {
    const seen = upload([fine])
    expect(await target({ offersPerCall: 2 }).offer([offer(1), bare])).toMatchObject([
      { localCode: '1.000001.000.00.00.H99', outcome: 'accepted', error: null },
      { localCode: '1.000009.H99', outcome: 'accepted', error: null },
    ])
    expect(seen[0]?.body).toEqual({
      service: 'DongBoDanhMucMau',
      items: [
        {
          MaTTHCDP: '1.000001.000.00.00.H99',
          MaTTHC: '1.000001',
          TenTTHC: 'Thủ tục mẫu 1',
          MucDo: '4',
          DuongDan: 'https://dichvucong.example.vn/nop-ho-so/1',
          MaCoQuan: 'H99.15',
          PhiLePhi: [{ MaPhiLePhi: '2', SoTien: '50000' }],
        },
        { MaTTHCDP: '1.000009.H99', TenTTHC: 'Thủ tục riêng' },
      ],
    })
  })

  test('every name can be another', async () => {
    const seen = upload([[200, { Status: { Code: 'OK', Text: 'xong' } }]])
    const other = target({
      service: 'Upload',
      auth: { kind: 'bearer', token: 'canary-token' },
      headers: { dstcode: 'VN:GOV:mau' },
      envelope: { service: 'op', items: 'data', constant: { madonvi: 'H99' } },
      fields: { localCode: 'code', nationalCode: null, name: 'title', level: 'mucDo', url: null, agencyCode: null, fees: 'fees' },
      feeFields: { kind: 'type', amount: 'value', text: null },
      feeKinds: { fee: 'FEE' },
      levels: { full: 'TOAN_TRINH' },
      success: { code: 'status.code', values: ['OK'], message: 'status.text' },
    })
    expect(await other.offer([offer(1)])).toMatchObject([{ outcome: 'accepted', answer: { code: 'OK', message: 'xong' } }])
    expect(seen[0]?.headers.get('authorization')).toBe('Bearer canary-token')
    expect(seen[0]?.headers.get('dstcode')).toBe('VN:GOV:mau')
    expect(seen[0]?.body).toEqual({
      madonvi: 'H99',
      op: 'Upload',
      data: [{ code: '1.000001.000.00.00.H99', title: 'Thủ tục mẫu 1', mucDo: 'TOAN_TRINH', fees: [{ type: 'FEE', value: '50000' }] }],
    })
  })

  test('a bare list', async () => {
    const seen = upload([fine])
    await target({ service: null, envelope: { items: null } }).offer([bare])
    expect(seen[0]?.body).toEqual([{ MaTTHCDP: '1.000009.H99', TenTTHC: 'Thủ tục riêng' }])
  })

  test('free of charge is said, an unknown fee is not', async () => {
    const seen = upload([fine, fine])
    await target().offer([{ ...bare, fees: [] }, bare])
    expect(seen.map(({ body }) => body.items)).toEqual([
      [{ MaTTHCDP: '1.000009.H99', TenTTHC: 'Thủ tục riêng', PhiLePhi: [] }],
      [{ MaTTHCDP: '1.000009.H99', TenTTHC: 'Thủ tục riêng' }],
    ])
  })

  test.each([
    [{ localCode: ' ' }, 'localCode'],
    [{ name: '' }, 'name'],
    [{ url: 'javascript:alert(1)' }, 'url'],
    [{ fees: [{ kind: null, amount: 0.5, text: null }] }, 'fees'],
  ])('an offer with %j stays here; the others go', async (wrong, field) => {
    const seen = upload([fine])
    const rows = await target({ offersPerCall: 10 }).offer([{ ...bare, ...wrong }, offer(1)])
    expect(rows).toMatchObject([
      { outcome: 'not-sent', error: { code: 'catalogue-upload.invalid_offer', values: { field } } },
      { localCode: offer(1).localCode, outcome: 'accepted' },
    ])
    expect(seen).toHaveLength(1)
  })
})

describe('what an answer proves', () => {
  test.each<[string, number, unknown, string, string | null]>([
    ['0', 200, { error_code: 0 }, 'accepted', null],
    ['"00"', 200, { ERROR_CODE: '00', message: 'Thành công' }, 'accepted', null],
    ['another code', 200, { error_code: 1, message: 'Mã TTHC không tồn tại' }, 'rejected', 'catalogue-upload.refused'],
    ['another code with HTTP 400', 400, { error_code: 7 }, 'rejected', 'catalogue-upload.refused'],
    ['a page', 200, '<html>OK</html>', 'unknown', 'catalogue-upload.unreadable_answer'],
    ['JSON without a code', 200, { ok: true }, 'unknown', 'catalogue-upload.unreadable_answer'],
    ['nothing', 200, '', 'unknown', 'transport.unanswered'],
    ['a redirect', 302, '', 'unknown', 'catalogue-upload.unreadable_answer'],
    ['a success with the status of a refusal', 404, { error_code: 0 }, 'unknown', 'catalogue-upload.unreadable_answer'],
    ['HTTP 500', 500, '', 'unknown', 'transport.server_failed'],
    ['no such address', 404, '<html>', 'rejected', 'transport.refused'],
    ['a token that is not taken', 401, '', 'not-sent', 'transport.unauthorized'],
  ])('%s', async (_, status, body, outcome, code) => {
    upload([[status, body]])
    const [row] = await target({ auth: { kind: 'bearer', token: 'canary-token' } }).offer([offer(1)])
    expect(row?.outcome).toBe(outcome)
    expect(row?.error?.code ?? null).toBe(code)
  })

  test('a reset after it was sent is unknown, before it not sent', async () => {
    nock(ORIGIN)
      .post(PATH)
      .times(3)
      .replyWithError(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }))
    expect(outcomes(await target().offer([offer(1), offer(2)]))).toEqual(['not-sent', 'not-sent'])
    upload([[502, ''], fine])
    expect(outcomes(await target().offer([offer(1), offer(2)]))).toEqual(['unknown', 'accepted'])
  })

  test('what was said is told without secrets', async () => {
    upload([[200, { error_code: 5, message: 'Token canary-token của 0901234567 sai mã đơn vị' }]])
    const [row] = await target({ auth: { kind: 'bearer', token: 'canary-token' } }).offer([offer(1)])
    expect(row?.outcome).toBe('rejected')
    expect(JSON.stringify(row)).not.toMatch(/canary|0901234567/)
  })
})

describe('several offers', () => {
  test('a refused list goes again by halves, until only what is refused is refused', async () => {
    const no = [200, { error_code: 1, message: 'Dữ liệu không hợp lệ' }] as const
    const seen = upload([no, fine, no, fine, no])
    const rows = await target({ offersPerCall: 4 }).offer([1, 2, 3, 4].map(offer))
    expect(outcomes(rows)).toEqual(['accepted', 'accepted', 'accepted', 'rejected'])
    expect(seen.map(({ body }) => (body.items as unknown[]).length)).toEqual([4, 2, 2, 1, 1])
  })

  test('an unknown list is not taken apart, and the next one goes', async () => {
    const seen = upload([[500, ''], fine])
    expect(outcomes(await target({ offersPerCall: 2 }).offer([1, 2, 3].map(offer)))).toEqual(['unknown', 'unknown', 'accepted'])
    expect(seen).toHaveLength(2)
  })

  test('what would meet every offer is met once', async () => {
    upload([[404, '']])
    const rows = await target().offer([1, 2, 3].map(offer))
    expect(outcomes(rows)).toEqual(['rejected', 'not-sent', 'not-sent'])
    expect(rows.every(({ error }) => error?.code === 'transport.refused')).toBe(true)
  })

  test('interrupted, what had left is unknown and the rest not sent', async () => {
    const stop = new AbortController()
    nock.enableNetConnect('127.0.0.1')
    const { url } = await loopback((request, response) => {
      request.resume().once('end', () => {
        stop.abort()
        response.end('{"error_code":0}')
      })
    })
    const rows = await target({ url }).offer([1, 2, 3].map(offer), { signal: stop.signal })
    nock.disableNetConnect()
    expect(outcomes(rows)).toEqual(['unknown', 'not-sent', 'not-sent'])
    expect(rows[2]?.error?.code).toBe('transport.aborted')
  })

  test('none is none', async () => {
    expect(await target().offer([])).toEqual([])
  })
})

describe('with the session of the procedure database', () => {
  const logins = (times: number, answer: unknown = { error_code: 0, session: 'sess-1' }, status = 200) =>
    nock(ORIGIN)
      .post('/mapi/login', { username: 'tinh-mau', password: 'canary-password' })
      .times(times)
      .reply(status, typeof answer === 'string' ? answer : JSON.stringify(answer))

  test('one login serves all, and the session stands in the body', async () => {
    logins(1)
    const seen = upload([fine, fine])
    expect(outcomes(await target({}, session).offer([offer(1), offer(2)]))).toEqual(['accepted', 'accepted'])
    expect(seen.map(({ body }) => body.session)).toEqual(['sess-1', 'sess-1'])
  })

  test.each([
    ['HTTP 401', 401, ''],
    ['a sentence', 200, { error_code: -5, message: 'Phiên làm việc hết hạn' }],
  ])('a session lost (%s) is asked for again, once', async (_, status, body) => {
    logins(2)
    upload([[status, body], fine])
    expect(outcomes(await target({}, session).offer([offer(1)]))).toEqual(['accepted'])
    logins(2)
    upload([
      [status, body],
      [status, body],
    ])
    expect(await target({}, session).offer([offer(1), offer(2)])).toMatchObject([
      { outcome: 'not-sent', error: { code: 'catalogue-upload.session_lost' } },
      { outcome: 'not-sent' },
    ])
  })

  test('a refused password is tried once, and nothing is sent', async () => {
    logins(1, { error_code: 3, message: 'Sai mật khẩu canary-password' })
    const client = target({}, session)
    const rows = [...(await client.offer([offer(1), offer(2)])), ...(await client.offer([offer(3)]))]
    expect(outcomes(rows)).toEqual(['not-sent', 'not-sent', 'not-sent'])
    expect(rows.every(({ error }) => error?.code === 'catalogue-upload.login_refused')).toBe(true)
    expect(JSON.stringify(rows)).not.toContain('canary')
  })

  test.each([
    ['a page', 200, '<html>'],
    ['no session', 200, { error_code: 0 }],
    ['HTTP 502', 502, ''],
  ])('a login that gives none (%s) leaves the offers unsent', async (_, status, answer) => {
    logins(3, answer, status)
    expect(outcomes(await target({}, session).offer([offer(1)]))).toEqual(['not-sent'])
  })
})
