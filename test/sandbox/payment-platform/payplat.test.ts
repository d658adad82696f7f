import { describe, expect, test } from 'vitest'
import { minutes } from '../../../src/base/index.js'
import { manualClock } from '../../transport/manual-clock.js'
import { AT, ask, init, initMessage, PARTNER, platformSandbox, question, REFERENCE, receiptBlock, resultSignature, SECRET } from './messages.js'

describe('INIT', () => {
  test('the request of the contract gets a pay page, as often as the same bytes come within a quarter of an hour', async () => {
    const clock = manualClock()
    const sandbox = await platformSandbox({ clock })
    const first = await ask(sandbox, 'start', initMessage)
    expect(first.fields).toMatchObject({ MaLoi: '00', MaDoiTac: PARTNER, MaThamChieu: REFERENCE })
    expect(first.fields.UrlThanhToan).toMatch(`${sandbox.origin}/payment-platform/pay/`)
    clock.advance(minutes(14))
    expect((await ask(sandbox, 'start', initMessage)).text).toBe(first.text)
    clock.advance(minutes(2))
    expect((await ask(sandbox, 'start', initMessage)).fields.MaLoi).toBe('116')
    expect(sandbox.payments.transactions()).toMatchObject([{ reference: REFERENCE, amount: 150_000, state: 'closed', payments: [] }])
  })

  test('a reference that is there under other content is refused', async () => {
    const sandbox = await platformSandbox()
    await ask(sandbox, 'start', initMessage)
    expect((await ask(sandbox, 'start', init({ Ip: '203.0.113.11' }))).fields.MaLoi).toBe('116')
  })

  test('another partner may have the same reference', async () => {
    const sandbox = await platformSandbox()
    sandbox.payments.register({ partner: 'OTHER', secret: SECRET })
    await ask(sandbox, 'start', initMessage)
    expect((await ask(sandbox, 'start', init({ MaDoiTac: 'OTHER' }))).fields.MaLoi).toBe('00')
    expect(sandbox.payments.transactions()).toHaveLength(2)
  })

  const block = (changes: Record<string, unknown>) => ({ ThongTinBienLai: { ...receiptBlock, ...changes } })
  const line = (amount: string) => [{ NoiDung: 'Lệ phí mẫu', SoTien: amount }]
  test.each([
    ['an unknown partner', init({ MaDoiTac: 'NOBODY' }), '09'],
    ['a signature by another secret', init({}, 'ANOTHER-SECRET'), '07'],
    ['an amount changed behind the signature', { ...initMessage, SoTien: '150001' }, '07'],
    ['no signature', { ...initMessage, MaXacThuc: '' }, '02'],
    ['another kind of message', init({ LoaiBanTin: 'QUERY' }), '02'],
    ['an amount as a number', { ...initMessage, SoTien: 150000 }, '02'],
    ['an amount with a decimal point', init({ SoTien: '150000.0' }), '02'],
    ['less than 1,000 đồng', init({ SoTien: '999', ...block({ DSKhoanNop: line('999'), PhiLePhi: [] }) }), '02'],
    ['sixteen digits', init({ SoTien: '1000000000000000' }), '02'],
    ['items that do not add up', init(block({ DSKhoanNop: line('149999') })), '02'],
    ['fee lines that do not add up', init(block({ PhiLePhi: [{ LoaiPhiLePhi: '2', MaPhiLePhi: '', TenPhiLePhi: 'x', SoTien: '1' }] })), '02'],
    ['a fee without lines', init(block({ PhiLePhi: [] })), '02'],
    ['no items', init(block({ DSKhoanNop: [] })), '02'],
    ['a field of the receipt left out', init(block({ TinhNguoiNop: undefined })), '02'],
    ['nobody who pays', init(block({ HoTenNguoiNop: '' })), '02'],
    ['a service name of 251 characters', init(block({ TenDVC: 'x'.repeat(251) })), '02'],
    ['an account of 20 digits', init(block({ TKThuHuong: '1'.repeat(20) })), '02'],
    ['a fine without its decision', init(block({ MaDichVu: '1', PhiLePhi: [] })), '02'],
    ['a duty that nobody knows', init(block({ MaDichVu: '9' })), '02'],
    ['a reference of 51 characters', init({ MaThamChieu: 'x'.repeat(51) }), '02'],
    ['a narration of 211 characters', init({ ThongTinGiaoDich: 'X'.repeat(211) }), '02'],
    ['a separator in a signed field', init({ ThongTinGiaoDich: 'A|B' }), '02'],
    ['a moment that never was', init({ ThoiGianGD: '20261131091500' }), '02'],
    ['dollars', init({ MaTienTe: 'USD' }), '02'],
    ['no JSON', 'INIT', '02'],
  ])('%s is refused', async (_, message, code) => {
    const sandbox = await platformSandbox()
    const { status, fields } = await ask(sandbox, 'start', message)
    expect([status, fields.MaLoi]).toEqual([200, code])
    expect(sandbox.payments.transactions()).toEqual([])
  })

  test('both ways of writing a receipt are taken: numbers, and texts', async () => {
    const sandbox = await platformSandbox()
    const numbers = { MaDichVu: 2, PhiLePhi: [{ LoaiPhiLePhi: 2, MaPhiLePhi: '2', TenPhiLePhi: 'Lệ phí mẫu', SoTien: 150000 }] }
    expect((await ask(sandbox, 'start', init(block({ ...numbers, DSKhoanNop: [{ NoiDung: 'x', SoTien: 150000 }] })))).fields.MaLoi).toBe('00')
  })

  test('behind an LGSP the answer is JSON within JSON', async () => {
    const sandbox = await platformSandbox()
    sandbox.payments.register({ partner: PARTNER, answers: 'lgsp' })
    const { fields } = await ask(sandbox, 'start', initMessage)
    expect(Object.keys(fields)).toEqual(['error_code', 'message'])
    expect(fields.error_code).toBe('0')
    expect(JSON.parse(fields.message as string)).toMatchObject({ MaLoi: '00', MaThamChieu: REFERENCE })
  })

  test('the form of June 2020 is another signature', async () => {
    const sandbox = await platformSandbox()
    sandbox.payments.register({ partner: PARTNER, signing: 'june-2020' })
    expect((await ask(sandbox, 'start', initMessage)).fields.MaLoi).toBe('07')
    const early = { ...initMessage, MaXacThuc: 'fff25533f505aa07e031a216a9d940a9c14ba9decd9b2b63f877e111692c3b0b' }
    expect((await ask(sandbox, 'start', early)).fields.MaLoi).toBe('00')
  })
})

describe('QUERY', () => {
  const state = async (sandbox: Awaited<ReturnType<typeof platformSandbox>>) => (await ask(sandbox, 'query', question('QUERY'))).fields

  test('says open, paid, failed and pending, signed like a result', async () => {
    const sandbox = await platformSandbox()
    for (const [index, action, expected] of [
      [1, 'abandon', '0'],
      [2, 'pay', '1'],
      [3, 'fail', '4'],
      [4, 'slow', '3'],
    ] as const) {
      const MaThamChieu = `REF${index}`
      await ask(sandbox, 'start', init({ MaThamChieu }))
      sandbox.payments.citizen({ reference: MaThamChieu, action })
      const { fields } = await ask(sandbox, 'query', question('QUERY', { MaThamChieu }))
      expect(fields).toMatchObject({ MaLoi: '00', MaThamChieu, SoTien: 150000, TrangThaiGD: expected })
      expect(fields.MaXacThuc).toBe(resultSignature(fields))
    }
  })

  test('a page that closed unpaid failed; one that waits for a bank did not', async () => {
    const clock = manualClock()
    const sandbox = await platformSandbox({ clock, options: { payments: { slowMs: minutes(60) } } })
    await ask(sandbox, 'start', initMessage)
    clock.advance(minutes(14))
    expect((await state(sandbox)).TrangThaiGD).toBe('0')
    clock.advance(minutes(1))
    expect((await state(sandbox)).TrangThaiGD).toBe('4')
    expect(sandbox.payments.citizen({ reference: REFERENCE, action: 'pay' })).toMatchObject({ done: false, state: 'closed', payments: [] })
  })

  test.each([
    ['a reference that it never saw', { MaThamChieu: 'NEVER' }, '104'],
    ['the reference under another time', { ThoiGianGD: '20261122091501' }, '104'],
    ['a message of another kind', { LoaiBanTin: 'GET_BILL' }, '02'],
    ['an unknown partner', { MaDoiTac: 'NOBODY' }, '09'],
  ])('%s is refused', async (_, changes, code) => {
    const sandbox = await platformSandbox()
    await ask(sandbox, 'start', initMessage)
    expect((await ask(sandbox, 'query', question('QUERY', changes))).fields.MaLoi).toBe(code)
  })

  test('a broken signature is refused', async () => {
    const sandbox = await platformSandbox()
    await ask(sandbox, 'start', initMessage)
    expect((await ask(sandbox, 'query', question('QUERY', {}, 'ANOTHER-SECRET'))).fields.MaLoi).toBe('07')
  })

  test('a payment paid twice is asked for as one, and in the books there are two', async () => {
    const sandbox = await platformSandbox()
    await ask(sandbox, 'start', initMessage)
    const { payments } = sandbox.payments.citizen({ reference: REFERENCE, action: 'pay-twice' })
    expect(payments).toHaveLength(2)
    expect(await state(sandbox)).toMatchObject({ TrangThaiGD: '1', MaGiaoDich: payments[0] })
    expect(sandbox.payments.transactions()[0]?.payments.map(({ amount }) => amount)).toEqual([150_000, 150_000])
  })
})

describe('GET_BILL', () => {
  const paid = async (receipts: 'pdf' | 'link', clock = manualClock()) => {
    const sandbox = await platformSandbox({ clock })
    sandbox.payments.register({ partner: PARTNER, receipts })
    await ask(sandbox, 'start', initMessage)
    return sandbox
  }

  test('before the payment there is an error in JSON, afterwards a PDF whose table of objects is true', async () => {
    const sandbox = await paid('pdf')
    expect((await ask(sandbox, 'receipt', question('GET_BILL'))).fields).toMatchObject({ MaLoi: '118' })
    const { payments } = sandbox.payments.citizen({ reference: REFERENCE, action: 'pay' })
    const { type, text } = await ask(sandbox, 'receipt', question('GET_BILL'))
    expect(type).toBe('application/pdf')
    expect(text).toMatch(/^%PDF-1\.4\n[\s\S]*%%EOF\n$/)
    expect(text).toContain(`Ma giao dich: ${payments[0]}`)
    expect(text).toContain('Nguoi nop: Nguyen Van Mau')
    const table = Number(/startxref\n(\d+)\n/.exec(text)?.[1])
    expect(text.slice(table, table + 5)).toBe('xref\n')
    const offsets = [...text.slice(table).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, digits]) => Number(digits))
    expect(offsets.map((offset) => text.slice(offset, offset + 7))).toEqual([1, 2, 3, 4, 5].map((number) => `${number} 0 obj`))
    const [, length = '', stream = ''] = /\/Length (\d+) >>\nstream\n([\s\S]*?)\nendstream/.exec(text) ?? []
    expect(stream).toHaveLength(Number(length))
    expect((await ask(sandbox, 'receipt', question('GET_BILL'))).text).toBe(text)
  })

  test('as a link it lasts five minutes, and nobody makes one up', async () => {
    const clock = manualClock()
    const sandbox = await paid('link', clock)
    sandbox.payments.citizen({ reference: REFERENCE, action: 'pay' })
    const { fields } = await ask(sandbox, 'receipt', question('GET_BILL'))
    const url = String(fields.UrlBienLai)
    expect((await (await fetch(url)).text()).slice(0, 5)).toBe('%PDF-')
    expect((await fetch(url.replace(/-(\d+)-/, (_, until: string) => `-${Number(until) + 1}-`))).status).toBe(404)
    clock.advance(minutes(5))
    expect((await fetch(url)).status).toBe(404)
  })

  test('only under the time that was sent', async () => {
    const sandbox = await paid('pdf')
    sandbox.payments.citizen({ reference: REFERENCE, action: 'pay' })
    expect((await ask(sandbox, 'receipt', question('GET_BILL', { ThoiGianGD: AT.replace(/00$/, '01') }))).fields.MaLoi).toBe('104')
  })
})
