import nock from 'nock'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type PaymentPlatformOptions, paymentPlatform } from '../../../src/connectors/index.js'
import { payplat } from '../../../src/connectors/payment-platform/formulas.js'
import { signatureOf } from '../../../src/connectors/payment-platform/signing.js'
import { confirm, order, SECRET } from './made-up-order.js'

const HOST = 'https://platform.example.vn'
const options: PaymentPlatformOptions = {
  urls: { start: `${HOST}/init`, query: `${HOST}/query`, receipt: `${HOST}/bill` },
  partner: 'TESTPARTNER',
  secret: SECRET,
  receiptHosts: [{ from: 'ss.internal:8080', to: `${HOST}/ss` }, 'files.example.vn'],
  retry: { attempts: 1 },
}
const platform = (more: Partial<PaymentPlatformOptions> = {}) => paymentPlatform({ ...options, ...more })
const attempt = { reference: order.reference, at: order.at }
const failing = (code: string, text = '') => expect.objectContaining({ code, message: expect.stringContaining(text) })

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
})

/** A signed answer to QUERY. */
const queryAnswer = (fields: Readonly<Record<string, string | number>>) => {
  const all: Record<string, string | number> = {
    ...{ LoaiBanTin: 'QUERY', MaLoi: '00', MaDoiTac: 'TESTPARTNER', MaThamChieu: order.reference, SoTien: 150000, MaTienTe: 'VND' },
    ...{ MaGiaoDich: 'PP1', MaNganHang: '970436', ThoiGianGD: '20261122091633', ThongTinGiaoDich: 'X', TrangThaiGD: '1', ...fields },
  }
  return { ...all, MaXacThuc: signatureOf(payplat.result, (field) => String(all[field] ?? ''), SECRET) }
}

test('keypay-dvcqg: an attempt that the gateway does not know is no unreadable answer', async () => {
  const urls = { start: `${HOST}/create`, query: `${HOST}/detail` }
  const keypay = paymentPlatform({
    ...options,
    dialect: 'keypay-dvcqg',
    urls,
    inboundSecrets: ['KEY-TWO-OF-TESTS'],
    returnUrl: 'https://portal.example.vn/tro-ve',
  })
  nock(HOST).post('/detail').reply(200, { error: '104', msg: 'Không có giao dịch' })
  expect(await keypay.query(attempt)).toMatchObject({ state: 'unknown', code: '104' })
  nock(HOST).post('/detail').reply(200, { error: '99', msg: 'Lỗi' })
  await expect(keypay.query(attempt)).rejects.toMatchObject({ code: 'payment.unreadable_answer' })
})

describe('asking for a payment page', () => {
  test('sends the message of the contract, signed', async () => {
    let sent: Record<string, unknown> = {}
    nock(HOST)
      .post('/init', (body) => {
        sent = body as Record<string, unknown>
        return true
      })
      .reply(200, { MaLoi: '00', MoTaLoi: 'Thành công', UrlThanhToan: 'https://pay.example.vn/t/abc' })
    expect(await platform().start(order)).toEqual({ outcome: 'started', payUrl: 'https://pay.example.vn/t/abc' })
    expect(sent).toEqual({
      ...{ LoaiBanTin: 'INIT', PhienBan: '1.0.6', MaDoiTac: 'TESTPARTNER', MaThamChieu: 'dvcH990001261122091500', SoTien: '150000' },
      ...{ LoaiHinhThanhToan: 'PAY', MaKenhThanhToan: '1', MaThietBi: '1', NgonNgu: 'vi-VN', MaTienTe: 'VND', MaNganHang: 'PAYMENT' },
      ...{ ThongTinGiaoDich: order.narration, ThoiGianGD: '20261122091500', Ip: '203.0.113.10', ThongTinBienLai: order.receipt },
      MaXacThuc: '187e0535ebb9fb3d32cd311075885799ca9e9ecfa87788c8155671057b5ad9dd',
    })
  })

  test('reads codes and states as the installation says, and as assumed where it says nothing', async () => {
    const here = platform({ codes: { '777': 'busy', '116': 'refused' }, states: { '2': 'pending', '9': 'failed' } })
    const answers = async (MaLoi: string) => {
      nock(HOST).post('/init').reply(200, { MaLoi })
      return (await here.start(order)).outcome
    }
    expect([await answers('777'), await answers('116'), await answers('96'), await answers('778')]).toEqual(['busy', 'refused', 'busy', 'refused'])
    const states = async (TrangThaiGD: string) => {
      nock(HOST).post('/query').reply(200, queryAnswer({ TrangThaiGD }))
      return (await here.query(attempt)).state
    }
    expect([await states('2'), await states('9'), await states('0'), await states('7')]).toEqual(['pending', 'failed', 'unpaid', 'pending'])
    expect(() => platform({ codes: { '96': 'later' as 'busy' } })).toThrowError(failing('config.invalid', 'codes'))
  })

  test('sends the same bytes for the same attempt', () => {
    expect(platform().requestOf(structuredClone(order))).toBe(platform().requestOf(order))
  })

  test.each([
    ['flat', { MaLoi: '00', UrlThanhToan: 'https://pay.example.vn/t/abc' }, { outcome: 'started', payUrl: 'https://pay.example.vn/t/abc' }],
    [
      'wrapped by an LGSP',
      { error_code: '0', message: '{"MaLoi":"00","UrlThanhToan":"https://pay.example.vn/t/abc"}' },
      { outcome: 'started', payUrl: 'https://pay.example.vn/t/abc' },
    ],
    [
      'in other letter case',
      { maLoi: '00', urlthanhtoan: 'https://pay.example.vn/t/abc' },
      { outcome: 'started', payUrl: 'https://pay.example.vn/t/abc' },
    ],
    ['refused on the way', { error_code: '-1', message: 'timeout' }, { outcome: 'busy', code: '-1', message: 'timeout' }],
    ['known already', { MaLoi: '116', MoTaLoi: 'Trùng' }, { outcome: 'exists' }],
    ['under maintenance', { MaLoi: '96', MoTaLoi: 'Bảo trì' }, { outcome: 'busy', code: '96', message: 'Bảo trì' }],
    ['refused', { MaLoi: '02', MoTaLoi: 'Sai dữ liệu' }, { outcome: 'refused', code: '02', message: 'Sai dữ liệu' }],
    ['refused, with our secret in its words', { MaLoi: '07', MoTaLoi: `key ${SECRET}` }, { outcome: 'refused', code: '07' }],
  ])('reads an answer that is %s', async (_, answer, outcome) => {
    nock(HOST).post('/init').reply(200, answer)
    const read = await platform().start(order)
    expect(read).toMatchObject(outcome)
    expect(JSON.stringify(read)).not.toContain(SECRET)
  })

  test.each([
    ['a page', '<html>'],
    ['nothing', ''],
    ['other JSON', '{"ok":true}'],
    ['an acceptance without address', '{"MaLoi":"00"}'],
  ])('takes %s for an unknown outcome, never for a failure', async (_, body) => {
    nock(HOST).post('/init').reply(200, body)
    await expect(platform().start(order)).rejects.toMatchObject({ kind: 'unknown' })
  })

  test.each([
    ['a negative amount', { amount: '-150000' }, 'amount'],
    ['a fraction', { amount: '150000.5' }, 'amount'],
    ['nothing to pay', { amount: '0' }, 'amount'],
    ['an amount beyond 15 digits', { amount: '1'.repeat(16) }, 'amount'],
    ['a separator in a signed field', { narration: 'A|B' }, 'narration'],
    ['a narration beyond the banks’ limit', { narration: 'A'.repeat(211) }, 'narration'],
    ['a reference with blanks', { reference: 'a b' }, 'reference'],
    ['a time that is none', { at: '2026-11-22' }, 'at'],
    ['items that do not add up', { receipt: { ...order.receipt, DSKhoanNop: [{ NoiDung: 'x', SoTien: '1' }] } }, 'DSKhoanNop'],
    ['fee lines that do not add up', { receipt: { ...order.receipt, PhiLePhi: [{ ...order.receipt.PhiLePhi[0], SoTien: '1' }] } }, 'PhiLePhi'],
    ['an account with letters', { receipt: { ...order.receipt, TKThuHuong: 'VN12' } }, 'receipt.TKThuHuong'],
    ['a payer’s name that is too long', { receipt: { ...order.receipt, HoTenNguoiNop: 'A'.repeat(256) } }, 'receipt.HoTenNguoiNop'],
  ])('refuses %s before anything is sent, naming the field', async (_, change, field) => {
    await expect(platform().start({ ...order, ...change } as typeof order)).rejects.toThrowError(failing('payment.invalid_order', field))
  })
})

describe('asking what became of an attempt', () => {
  test.each([
    ['paid', '1', 'paid'],
    ['pending', '3', 'pending'],
    ['failed', '4', 'failed'],
    ['created', '0', 'unpaid'],
    ['something new', '7', 'pending'],
  ])('%s', async (_, TrangThaiGD, state) => {
    nock(HOST)
      .post('/query', (body) => body.MaXacThuc === 'f577280f1a1e0908e7b669c2460812bc764eb18b89421a75608e225e3acf6efe')
      .reply(200, queryAnswer({ TrangThaiGD }))
    expect(await platform().query(attempt)).toMatchObject({ state, amount: '150000', transaction: 'PP1' })
  })

  test('a reference it does not know', async () => {
    nock(HOST).post('/query').reply(200, { MaLoi: '104' })
    expect(await platform().query(attempt)).toMatchObject({ state: 'unknown' })
  })

  test('a paid answer that nobody signed changes nothing', async () => {
    nock(HOST)
      .post('/query')
      .reply(200, { ...queryAnswer({}), SoTien: 1 })
    await expect(platform().query(attempt)).rejects.toThrowError(failing('payment.bad_signature'))
  })

  test('a system that answers, but not this question, is asked once and stays open to citizens who want to pay', async () => {
    const eager = platform({ retry: { attempts: 3 }, breaker: { failures: 2 } })
    const asked = nock(HOST).post('/query').times(3).reply(200, { MaLoi: '01' })
    const ask = () => expect(eager.query(attempt)).rejects.toThrowError(failing('payment.question_refused', '01'))
    await ask()
    await ask()
    await ask()
    expect(asked.isDone()).toBe(true)
    nock(HOST).post('/init').reply(200, { MaLoi: '00', UrlThanhToan: 'https://pay.example.vn/t/abc' })
    expect(await eager.start(order)).toMatchObject({ outcome: 'started' })
  })

  test('an answer about another attempt is none', async () => {
    nock(HOST)
      .post('/query')
      .reply(200, queryAnswer({ MaThamChieu: 'ANOTHER' }))
    await expect(platform().query(attempt)).rejects.toThrowError(failing('payment.unreadable_answer'))
  })
})

describe('the receipt', () => {
  const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.from([0xff, 0xfe, 0x00, 0x80])])

  test('comes as the file itself, byte for byte', async () => {
    nock(HOST)
      .post('/bill', (body) => body.MaXacThuc === '6f7651d960c56391bdb55950a09f31b7b99d8f1ac21706e416e6e5a0733ef511')
      .reply(200, pdf)
    expect(await platform().receipt(attempt)).toEqual({ outcome: 'pdf', bytes: pdf })
  })

  test.each([
    ['in any letter case', 'UrlBienLai', 'https://files.example.vn/a.pdf?x=1', 'https://files.example.vn', '/a.pdf?x=1'],
    ['at a host that only the security server reaches', 'URLBienLai', 'http://ss.internal:8080/b.pdf', HOST, '/ss/b.pdf'],
  ])('is fetched from a link %s', async (_, name, link, host, path) => {
    nock(HOST)
      .post('/bill')
      .reply(200, { MaLoi: '00', [name]: link })
    nock(host).get(path).reply(200, pdf)
    expect(await platform().receipt(attempt)).toEqual({ outcome: 'pdf', bytes: pdf })
  })

  test.each([
    'https://evil.example/a.pdf',
    'http://169.254.169.254/latest',
    'file:///etc/passwd',
    'https://files.example.vn@evil.example/a.pdf',
    'https://user:pass@files.example.vn/a.pdf',
    'not a link',
  ])('is not fetched from %s', async (link) => {
    nock(HOST).post('/bill').reply(200, { MaLoi: '00', UrlBienLai: link })
    await expect(platform().receipt(attempt)).rejects.toThrowError(failing('payment.foreign_link'))
  })

  test('an error in JSON or a page is never saved as a receipt', async () => {
    nock(HOST).post('/bill').reply(200, { MaLoi: '118', MoTaLoi: 'Không tìm thấy' })
    expect(await platform().receipt(attempt)).toEqual({ outcome: 'none', code: '118', message: 'Không tìm thấy' })
    nock(HOST).post('/bill').reply(200, '<html>lỗi</html>')
    await expect(platform().receipt(attempt)).rejects.toMatchObject({ code: 'payment.unreadable_answer' })
    nock(HOST).post('/bill').reply(200, { MaLoi: '00', UrlBienLai: 'https://files.example.vn/a.pdf' })
    nock('https://files.example.vn').get('/a.pdf').reply(200, '<html>login</html>')
    await expect(platform().receipt(attempt)).rejects.toThrowError(failing('payment.no_receipt'))
  })
})

describe('a result message', () => {
  const receive = (text: string, more: Partial<PaymentPlatformOptions> = {}) => platform(more).receive(Buffer.from(text, 'utf8'))

  test('of the contract holds', async () => {
    const { signature, result, body } = await receive(confirm)
    expect(signature).toBe('holds')
    expect(result).toMatchObject({ reference: order.reference, paid: true, amount: '150000', transaction: 'PP26112200000123', bank: '970436' })
    expect(platform().acknowledgement('applied', body)).toEqual({
      ...{ MaLoi: '00', MoTaLoi: 'Thành công', MaDoiTac: 'TESTPARTNER', MaThamChieu: 'dvcH990001261122091500' },
      ...{ ThoiGianGD: '20261122091633', MaXacThuc: 'e47f4b2f41e109af28aaec651c4b05d204a3262749160176b8905eb66bdf6310' },
    })
  })

  test.each(['150000.0', '"150000"', '"150000.00"'])('holds with its amount written %s', async (written) => {
    expect(await receive(confirm.replace('150000', written))).toMatchObject({ signature: 'holds', result: { amount: '150000' } })
  })

  test.each([
    ['another amount', confirm.replace('150000', '150001'), 'broken'],
    ['an amount that could be two', confirm.replace('150000', '"150.000"'), 'broken'],
    ['another code: a failure told as a success', confirm.replace('"00"', '"99"'), 'broken'],
    ['another reference', confirm.replace('0001261122', '0002261122'), 'broken'],
    ['no signature', confirm.replace(/,\s*"MaXacThuc".*\}/s, '}'), 'missing'],
    ['a short signature', confirm.replace('bdf6310', ''), 'broken'],
  ])('with %s does not', async (_, text, signature) => expect((await receive(text)).signature).toBe(signature))

  test('signed with the secret of another partner does not hold', async () => {
    expect((await receive(confirm, { secret: 'ANOTHER-SECRET' })).signature).toBe('broken')
  })

  test('holds with either secret while one is being changed', async () => {
    expect((await receive(confirm, { secret: 'THE-NEW-SECRET', inboundSecrets: ['THE-NEW-SECRET', SECRET] })).signature).toBe('holds')
  })

  test('of a gateway whose formula is not public is believed when the gateway says so, and not when nobody answers', async () => {
    const gateway = {
      ...{ dialect: 'paygov', urls: { start: `${HOST}/link`, verify: `${HOST}/verify` }, accessKey: 'TESTACCESS', returnUrl: `${HOST}/back` },
    }
    const message = '{"amount":150000,"orderId":"000.00.99.H99-H99-261122-0001-REF1","errorCode":"00","transactionNo":"T1","checksum":"x"}'
    nock(HOST).post('/verify').reply(200, { error_code: 'SUCCESSFUL' })
    expect(await receive(message, gateway)).toMatchObject({ signature: 'holds', result: { reference: 'REF1', amount: '150000', paid: true } })
    nock(HOST).post('/verify').reply(200, { error_code: 'SIGNATURE_WRONG' })
    expect((await receive(message, gateway)).signature).toBe('broken')
    nock(HOST).post('/verify').reply(502)
    expect((await receive(message, gateway)).signature).toBe('unverified')
  })
})

describe('settings', () => {
  test.each([
    ['an address is missing', { urls: { start: `${HOST}/init` } }, 'payment-platform.urls.query'],
    ['a dialect nobody knows', { dialect: 'momo' }, 'payplat, payplat-2020-06, keypay-dvcqg, paygov'],
    ['a partner code with a separator', { partner: 'A|B' }, 'payment-platform.partner'],
    ['a secret that is no secret', { secret: 'x' }, 'payment-platform.secret'],
  ])('%s: the option is named', (_, change, text) => {
    expect(() => platform(change as Partial<PaymentPlatformOptions>)).toThrowError(failing('config.invalid', text))
  })
})
