/** How a result is told, in each dialect; and what counts as heard. contracts/payment-platform.md §4.2, §7.1, §7.2 */
import { wallClockFormat } from '../../domain/index.js'
import { isObject, parseJson } from '../exchange.js'
import { amountOf } from './bill.js'
import type { HeldMessage, Transaction, WireDialect } from './books.js'
import type { PartnerProfile } from './partners.js'
import { keypaySignature, paygovResultSignature, payplatSignature } from './signatures.js'

export interface Telling {
  readonly transaction: Transaction
  readonly message: HeldMessage
  readonly profile: PartnerProfile
  /** `LoaiBanTin`. */
  readonly type: string
  /** Where the receipt can be fetched; null: the message says nothing of it. */
  readonly receiptUrl: string | null
}

type Body = Readonly<Record<string, string | number>>

/** One recipe a dialect: the fields, and the same with their signature. */
interface Manner {
  fields(telling: Telling): Body
  sign(fields: Body, profile: PartnerProfile): Body
  readonly amount: string
}

export const wireClock = wallClockFormat('yyyyMMddHHmmss')

const payplat: Manner = {
  amount: 'SoTien',
  fields({ transaction, message, type, receiptUrl }) {
    const payment = paymentOf(transaction, message)
    const { partner, reference, amount, narration, lookup, bill } = transaction
    return {
      LoaiBanTin: type,
      MaLoi: message.code,
      MaDoiTac: partner,
      MaThamChieu: reference,
      SoTien: payment?.amount ?? amount,
      MaTienTe: 'VND',
      MaGiaoDich: message.payment ?? '',
      MaNganHang: payment?.bank ?? '',
      ThoiGianGD: wireClock.format(payment?.at ?? message.at),
      ThongTinGiaoDich: narration,
      ...(lookup?.tells.includes('MaTraCuuTT') && { MaTraCuuTT: lookup.code }),
      ...(lookup?.tells.includes('MaHoSo') && { MaHoSo: bill.code }),
      ...(receiptUrl !== null && { UrlBienLai: receiptUrl }),
    }
  },
  sign: (fields, { secret, signing }) => ({ ...fields, MaXacThuc: payplatSignature('CONFIRM', fields, secret, signing) }),
}

/** The amount is the request's own text, as the other signed fields are. */
export function keypayResult(transaction: Transaction, status: number, number: string): Body {
  const { reference, partner, amount, narration, echo, bill } = transaction
  return {
    client_id: partner,
    transaction_id: reference,
    transaction_code: number,
    trans_amount: String(amount - (amountOf(echo.addition_fee) ?? 0)),
    payment_fee: '0',
    command: 'PAY',
    description: narration,
    ...echo,
    status,
    MaHoSo: bill.code,
  }
}

const keypay: Manner = {
  amount: 'trans_amount',
  fields: ({ transaction, message }) => keypayResult(transaction, message.code === '00' ? 0 : 1, message.payment ?? ''),
  sign: (fields, { inboundSecret }) => ({ ...fields, check_sum: keypaySignature('callback', fields, inboundSecret) }),
}

const paygov: Manner = {
  amount: 'amount',
  fields({ transaction, message }) {
    const payment = paymentOf(transaction, message)
    return {
      amount: String(payment?.amount ?? transaction.amount),
      orderInfo: transaction.narration,
      ...transaction.echo,
      transactionNo: message.payment ?? '',
      payDate: wireClock.format(payment?.at ?? message.at),
      paygate: payment?.bank ?? '',
      errorCode: message.code,
      type: 'IPN',
      transactionCode: message.payment ?? '',
    }
  },
  sign: (fields, { secret }) => ({ ...fields, checksum: paygovResultSignature(fields, secret) }),
}

const manners: Readonly<Record<WireDialect, Manner>> = { payplat, 'keypay-dvcqg': keypay, paygov }

/** The message as JSON. */
export function resultBody(telling: Telling): string {
  const manner = manners[telling.transaction.dialect]
  return JSON.stringify(manner.sign(manner.fields(telling), telling.profile))
}

/** What a forger would send: signed with another secret (0), or with another amount behind the signature (1). */
export function forgedBody(telling: Telling, variant: 0 | 1): string {
  const manner = manners[telling.transaction.dialect]
  const fields = manner.fields(telling)
  const { profile } = telling
  if (variant === 0)
    return JSON.stringify(manner.sign(fields, { ...profile, secret: `not-${profile.secret}`, inboundSecret: `not-${profile.inboundSecret}` }))
  return JSON.stringify({ ...manner.sign(fields, profile), [manner.amount]: 1 })
}

/** A province says that it has a result in one of three ways; everything else is an answer of somebody who has not. */
export function isAcknowledged(text: string): boolean {
  const answer = parseJson(text)?.value
  if (!isObject(answer)) return false
  if (answer.MaLoi !== undefined) return answer.MaLoi === '00'
  if (answer.return_code !== undefined) return answer.return_code === 0
  return answer.error_code === 'SUCCESSFUL'
}

function paymentOf({ payments }: Transaction, { payment }: HeldMessage) {
  return payments.find(({ number }) => number === payment)
}
