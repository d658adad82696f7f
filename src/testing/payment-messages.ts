/** Messages of the payment platform as it would sign them, for the tests of whoever mounts a callback. */
import { type PaymentDialect, paymentDialects, signatureOf } from '../connectors/index.js'

export interface TestResult {
  /** Our reference, or one that the platform made. */
  readonly reference: string
  readonly amount: number
  readonly partner: string
  readonly secret: string
  /** Default true. */
  readonly paid?: boolean
  /** The platform's own number. Default `PP00000001`. */
  readonly transaction?: string
  /** Further fields, or others in place of ours; they are signed as they stand here. */
  readonly fields?: Readonly<Record<string, string | number>>
  /** Default `payplat`. */
  readonly dialect?: string | PaymentDialect
}

/** @returns the bytes of a result message with a signature that holds. @throws {RangeError} for a dialect whose results are not signed */
export function signedResult(result: TestResult): Uint8Array {
  const { secret, dialect: named = 'payplat' } = result
  const dialect = typeof named === 'string' ? paymentDialects.get(named) : named
  const formula = dialect?.result.formula
  if (dialect === undefined || formula == null)
    throw new RangeError(`no signed results in the dialect ${typeof named === 'string' ? named : named.name}`)
  const fields: Record<string, string | number> = {
    ...(dialect.name === 'keypay-dvcqg' ? keypayFields(result) : payplatFields(result)),
    ...result.fields,
  }
  const signature = signatureOf(formula, (field) => String(fields[field] ?? ''), secret)
  return Buffer.from(JSON.stringify({ ...fields, [dialect.result.signature]: signature }), 'utf8')
}

function payplatFields({ reference, amount, partner, paid = true, transaction = 'PP00000001' }: TestResult): Record<string, string | number> {
  return {
    ...{ LoaiBanTin: 'CONFIRM', MaLoi: paid ? '00' : '01', MaDoiTac: partner, MaThamChieu: reference, SoTien: amount, MaTienTe: 'VND' },
    ...{ MaGiaoDich: transaction, MaNganHang: '970436', ThoiGianGD: '20261122091633', ThongTinGiaoDich: 'THANH TOAN' },
  }
}

function keypayFields({ reference, amount, partner, paid = true, transaction = 'PP00000001' }: TestResult): Record<string, string | number> {
  return {
    ...{ client_id: partner, transaction_id: reference, transaction_code: transaction, trans_amount: String(amount), addition_fee: '0' },
    ...{ command: 'PAY', version: '3.0', status: paid ? 0 : 1 },
  }
}
