/**
 * The platform's own reading of contracts/payment-platform.md §6, written apart from the client's: two sides that share a recipe would be
 * wrong together.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** Fields of a message as they came; what is absent counts as empty and keeps its place. */
export type Fields = Readonly<Record<string, unknown>>

const QUESTION = 'LoaiBanTin|PhienBan|MaDoiTac|MaThamChieu|ThoiGianGD'
const lists = {
  INIT:
    'LoaiBanTin|PhienBan|MaDoiTac|MaThamChieu|SoTien|LoaiHinhThanhToan|MaKenhThanhToan|MaThietBi|NgonNgu|MaTienTe|MaNganHang|' +
    'ThongTinGiaoDich|ThoiGianGD|Ip',
  CONFIRM: 'LoaiBanTin|MaLoi|MaDoiTac|MaThamChieu|SoTien|MaTienTe|MaGiaoDich|MaNganHang|ThoiGianGD|ThongTinGiaoDich',
  QUERY: QUESTION,
  GET_BILL: QUESTION,
} as const
export type PayplatMessage = keyof typeof lists

/** `june-2020`: the form before the secret moved into the text. */
export type PayplatSigning = 'current' | 'june-2020'

export function payplatSignature(message: PayplatMessage, fields: Fields, secret: string, signing: PayplatSigning = 'current'): string {
  if (signing === 'current') return sha256(`${joined(lists[message], fields)}|${secret}`)
  const list = message === 'CONFIRM' ? 'LoaiBanTin|MaDoiTac|MaThamChieu|SoTien|MaTienTe|MaNganHang|ThongTinGiaoDich|ThoiGianGD' : lists[message]
  return hmac(joined(list, fields) + (message === 'CONFIRM' ? '|' : ''), secret)
}

/** Which fields of a message its signature covers. */
export function signedFields(message: PayplatMessage): readonly string[] {
  return lists[message].split('|')
}

const keypayLists = {
  create: 'addition_fee|client_id|command|trans_amount|transaction_id|version',
  callback: 'addition_fee|client_id|command|trans_amount|transaction_id|version',
  detail: 'client_id|command|transaction_id',
} as const

export function keypaySignature(message: keyof typeof keypayLists, fields: Fields, key: string): string {
  return hmac(joined(keypayLists[message], fields), key)
}

export function paygovLinkSignature(fields: Fields, secretKey: string): string {
  return sha256(secretKey + ['accessKey', 'partnerCode', 'orderId', 'requestCode', 'amount'].map((name) => asText(fields[name])).join(''))
}

/** Nobody has seen the real one (§7.2): the province cannot check it, and asks. */
export function paygovResultSignature(fields: Fields, secretKey: string): string {
  const signed = ['orderId', 'requestCode', 'amount', 'transactionNo', 'payDate', 'errorCode']
  return hmac(signed.map((name) => asText(fields[name])).join('|'), secretKey)
}

/** In constant time. */
export function isSignature(expected: string, given: unknown): boolean {
  const [ours, theirs] = [Buffer.from(expected, 'utf8'), Buffer.from(asText(given), 'utf8')]
  return ours.length === theirs.length && timingSafeEqual(ours, theirs)
}

function joined(list: string, fields: Fields): string {
  return list
    .split('|')
    .map((name) => asText(fields[name]))
    .join('|')
}

function asText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

function hmac(text: string, key: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('hex')
}
