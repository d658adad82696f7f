import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { paymentOrder } from '../../../src/connectors/index.js'
import type { PaymentRequest, Vnd } from '../../../src/domain/index.js'
import { defaultPaymentCodes, narrationOf, toPaymentOrder } from '../../../src/mappers/index.js'
import { order } from '../../connectors/payment-platform/made-up-order.js'
import { feeBill, fineBill } from './made-up-bills.js'

const facts = { reference: order.reference, at: order.at, ip: order.ip }
const mapped = (request: PaymentRequest, codes = defaultPaymentCodes) => toPaymentOrder(request, { ...facts, codes })

const { decision } = fineBill
if (decision === null) throw new Error('a fine has a decision')

describe('a bill in the words of the platform', () => {
  test('is the message of the contract, §9', () => {
    expect(mapped(feeBill)).toEqual({ ok: true, findings: [], value: order })
  })

  test('of a fine carries its decision and no fee lines', () => {
    const result = mapped(fineBill)
    expect(result).toMatchObject({
      ok: true,
      value: {
        amount: '2015000',
        narration: 'NOP PHAT THEO QUYET DINH QD-0001/2026',
        receipt: {
          ...{ MaDichVu: '1', SoQD: 'QD-0001/2026', NgayQD: '20261110', KhoBac: '0011', MaLoaiHinhThuPhat: 'GT', TaiKhoanThuNSNN: '7111' },
          ...{ MaCoQuanQD: '000.00.15.H99', TenNguoiViPham: 'Trần Thị Ví Dụ', PhiLePhi: [], MaTTHC: '' },
          DSKhoanNop: [
            { NoiDung: 'Tiền phạt', SoTien: '2000000' },
            { NoiDung: 'Tiền chậm nộp', SoTien: '15000' },
          ],
        },
      },
    })
    if (result.ok) expect(() => paymentOrder.parse(result.value)).not.toThrow()
  })

  test('leaves lines of nothing out', () => {
    const free = { kind: 'charge', code: null, name: 'Phí miễn', amount: 0 as Vnd } as const
    expect(mapped({ ...feeBill, lines: [...feeBill.lines, free] })).toMatchObject({ ok: true, value: order })
  })

  test('of a duty whose code nobody public uses says that it is assumed; one without a code is refused', () => {
    const insurance = { number: '0123456789', months: 3, from: '2026-10-01', until: '2026-12-31' } as never
    expect(mapped({ ...feeBill, duty: 'health-insurance', insurance }).findings).toMatchObject([{ ruleId: 'payment.duty-assumed', severity: 'info' }])
    expect(mapped({ ...feeBill, duty: 'other' })).toMatchObject({ ok: false, findings: [{ ruleId: 'payment.duty-without-code', path: 'duty' }] })
    const codes = { ...defaultPaymentCodes, duties: { ...defaultPaymentCodes.duties, other: '9' } }
    expect(mapped({ ...feeBill, duty: 'other' }, codes)).toMatchObject({ ok: true, value: { receipt: { MaDichVu: '9' } } })
  })

  test.each<[string, Partial<PaymentRequest>, string]>([
    ['no lines', { lines: [] }, 'lines'],
    ['no number of the payer', { payer: { ...feeBill.payer, idNumber: null } }, 'payer.idNumber'],
    ['a blank name', { payer: { ...feeBill.payer, name: ' ' } }, 'payer.name'],
    ['no procedure', { procedure: null }, 'procedure'],
    ['no dossier', { dossierCode: null }, 'dossierCode'],
    ['an account that is none', { beneficiary: { ...feeBill.beneficiary, account: 'VN-1' } }, 'beneficiary.account'],
    ['a separator in the narration', { narration: 'A|B' }, 'narration'],
    ['a narration that is too long', { narration: 'X'.repeat(211) }, 'narration'],
    ['a name that is too long', { payer: { ...feeBill.payer, name: 'X'.repeat(256) } }, 'payer.name'],
    ['a fine without its decision', { duty: 'fine', decision: null }, 'decision'],
    ['a fine without a violator', { duty: 'fine', decision: { ...decision, violator: null } }, 'decision.violator'],
    ['a fine without the place', { duty: 'fine', decision: { ...decision, place: '' } }, 'decision.place'],
    ['a fine without the moment', { duty: 'fine', decision: { ...decision, violatedAt: null } }, 'decision.violatedAt'],
    ['a fine of no kind', { duty: 'fine', decision: { ...decision, kind: { code: 'GT', name: null } } }, 'decision.kind.name'],
    ['a tax without its notice', { duty: 'tax' }, 'tax'],
  ])('with %s is refused, naming the field', (_, change, path) => {
    const result = mapped({ ...feeBill, ...change })
    expect(result.ok).toBe(false)
    expect(result.findings.filter(({ severity }) => severity === 'error').map((finding) => finding.path)).toContain(path)
    expect(JSON.stringify(result.findings)).not.toContain('Nguyễn')
  })
})

test.each([
  ['Thanh toán hồ sơ', 'THANH TOAN HO SO'],
  ['Đường Điện Biên Phủ', 'DUONG DIEN BIEN PHU'],
  ['Thanh toán'.normalize('NFD'), 'THANH TOAN'],
  ['phí  “khẩn” 50%', 'PHI KHAN 50'],
])('%s stands on the statement as %s', (text, narration) => expect(narrationOf(text)).toBe(narration))

test('of any numbers, an order is made of whole đồng that add up, or refused at its lines', () => {
  const whole = fc.integer({ min: 0, max: 2_000_000_000 })
  const any = fc.oneof(
    { weight: 5, arbitrary: whole },
    fc.double(),
    fc.constantFrom(-1, 0.5, 2 ** 53, 1e15, 1e21, Number.NaN, Number.POSITIVE_INFINITY),
  )
  const isAmount = (amount: number) => Number.isInteger(amount) && amount >= 0 && amount < 1e15
  const sumOf = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0)
  fc.assert(
    fc.property(fc.array(any, { maxLength: 8 }), (amounts) => {
      const lines = amounts.map((amount) => ({ kind: 'fee' as const, code: null, name: 'Lệ phí mẫu', amount: amount as Vnd }))
      const result = mapped({ ...feeBill, lines })
      const isPayable = amounts.every(isAmount) && amounts.some((amount) => amount > 0) && isAmount(sumOf(amounts))
      expect(result.ok).toBe(isPayable)
      if (!result.ok) {
        expect(result.findings.every(({ path }) => path.startsWith('lines'))).toBe(true)
        return
      }
      const sum = amounts.reduce((total, amount) => total + BigInt(amount), 0n)
      const { amount, receipt } = result.value
      for (const parts of [receipt.DSKhoanNop, receipt.PhiLePhi]) expect(parts.reduce((total, { SoTien }) => total + BigInt(SoTien), 0n)).toBe(sum)
      expect(amount).toBe(String(sum))
    }),
  )
})
