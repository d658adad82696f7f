/** INIT, QUERY and GET_BILL as the current platform takes them. contracts/payment-platform.md §4.1, §4.3, §4.4 */
import { createHash } from 'node:crypto'
import { type Answer, type Incoming, isObject, json, type Loose, parseJson, textOf } from '../exchange.js'
import { readBill } from './bill.js'
import type { Transaction } from './books.js'
import type { PartnerProfile } from './partners.js'
import type { Platform, ShownState } from './platform.js'
import { receiptFile } from './receipt-file.js'
import { receiptLink } from './receipt-links.js'
import { wireClock } from './result-message.js'
import { isSignature, payplatSignature, signedFields } from './signatures.js'

export const PAYPLAT_BASE = '/payment-platform/payplat'

type Operation = 'INIT' | 'QUERY' | 'GET_BILL'
const OPERATIONS: Readonly<Record<string, Operation>> = { '/init': 'INIT', '/query': 'QUERY', '/bill': 'GET_BILL' }

export function payplatOperation(path: string): Operation | undefined {
  return path.startsWith(PAYPLAT_BASE) ? OPERATIONS[path.slice(PAYPLAT_BASE.length)] : undefined
}

/** Codes of the platform beyond 00 and 99 are a bank's (§8), as §13 assumes. */
const WORDS = {
  '00': 'Thành công',
  '02': 'Dữ liệu không đúng định dạng',
  '07': 'Lỗi xác thực chữ ký',
  '09': 'Mã đối tác không tồn tại',
  '104': 'Giao dịch không tồn tại',
  '116': 'Mã tham chiếu đã tồn tại',
  '118': 'Không tìm thấy thông tin thanh toán',
  '128': 'Thanh toán trực tuyến đang bị khóa',
} as const
export type ErrorCode = keyof typeof WORDS

/** `TrangThaiGD`: 4 also for a page that closed before anybody paid (§13). */
const STATES: Readonly<Record<ShownState, string>> = { open: '0', pending: '3', paid: '1', failed: '4', closed: '4' }

/** Longest texts (§13, §4.3); all of these have to be there. */
const LONGEST: Readonly<Record<Operation, Readonly<Record<string, number>>>> = {
  INIT: {
    ...{ LoaiBanTin: 50, PhienBan: 20, MaDoiTac: 50, MaThamChieu: 50, SoTien: 15, LoaiHinhThanhToan: 20, MaKenhThanhToan: 10, MaThietBi: 10 },
    ...{ NgonNgu: 10, MaTienTe: 3, MaNganHang: 50, ThongTinGiaoDich: 210, ThoiGianGD: 14, Ip: 45, MaXacThuc: 64 },
  },
  QUERY: { LoaiBanTin: 50, PhienBan: 20, MaDoiTac: 50, MaThamChieu: 255, ThoiGianGD: 50, MaXacThuc: 255 },
  GET_BILL: { LoaiBanTin: 50, PhienBan: 20, MaDoiTac: 50, MaThamChieu: 255, ThoiGianGD: 50, MaXacThuc: 255 },
}

/** Fields with one value (§5.2). */
const LITERALS: Readonly<Record<string, string>> = { LoaiHinhThanhToan: 'PAY', NgonNgu: 'vi-VN', MaTienTe: 'VND' }

type Read = { readonly fields: Loose; readonly profile: PartnerProfile } | { readonly refused: Answer }

export function servePayplat(platform: Platform, operation: Operation, request: Incoming): Answer {
  const read = readMessage(platform, operation, request.body)
  if ('refused' in read) return read.refused
  return operations[operation](platform, read.fields, read.profile, request.body)
}

/** Refuses for no reason of the message's. */
export function payplatRefusal(platform: Platform, body: string): Answer {
  const fields = parseJson(body)?.value
  return refusal('128', '', isObject(fields) ? platform.books.partners.get(textOf(fields.MaDoiTac)) : undefined)
}

function readMessage({ books }: Platform, operation: Operation, body: string): Read {
  const fields = parseJson(body)?.value
  if (!isObject(fields)) return { refused: refusal('02', 'JSON') }
  const profile = books.partners.get(textOf(fields.MaDoiTac))
  const refused = (code: ErrorCode, what = ''): Read => ({ refused: refusal(code, what, profile) })
  if (profile === undefined) return refused('09')
  for (const [name, most] of Object.entries(LONGEST[operation])) {
    const text = fields[name]
    if (typeof text !== 'string' || text === '' || text.length > most) return refused('02', name)
  }
  // What separates signed fields may not stand in one.
  const ambiguous = signedFields(operation).find((name) => textOf(fields[name]).includes('|'))
  if (ambiguous !== undefined) return refused('02', ambiguous)
  if (!isSignature(payplatSignature(operation, fields, profile.secret, profile.signing), fields.MaXacThuc)) return refused('07')
  if (fields.LoaiBanTin !== operation) return refused('02', 'LoaiBanTin')
  return { fields, profile }
}

const operations: Readonly<Record<Operation, (platform: Platform, fields: Loose, profile: PartnerProfile, body: string) => Answer>> = {
  INIT(platform, fields, profile, body) {
    const refused = (code: ErrorCode, what = '') => refusal(code, what, profile)
    const reference = textOf(fields.MaThamChieu)
    const digest = createHash('sha256').update(body, 'utf8').digest('hex')
    const before = platform.books.find(reference, profile.partner)
    if (before !== undefined) {
      const isSame = before.digest === digest && platform.now() - before.at < platform.options.sameAnswerMs
      return isSame ? started(platform, before, fields, profile) : refused('116')
    }
    const literal = Object.entries(LITERALS).find(([name, value]) => fields[name] !== value)
    if (literal !== undefined) return refused('02', literal[0])
    if (!/^[0-9A-Za-z_-]+$/.test(reference)) return refused('02', 'MaThamChieu')
    // Deployed clients send a twelve-hour clock (§10.2): any real moment will do.
    const wireAt = textOf(fields.ThoiGianGD)
    if (wireClock.parse(wireAt) === undefined) return refused('02', 'ThoiGianGD')
    const digits = textOf(fields.SoTien)
    const amount = /^[1-9]\d{0,14}$/.test(digits) ? Number(digits) : 0
    if (amount < platform.options.leastAmount) return refused('02', 'SoTien')
    const read = readBill(fields.ThongTinBienLai)
    if (!read.ok) return refused('02', read.problem)
    if (read.bill.total !== amount) return refused('02', 'SoTien và DSKhoanNop không khớp')
    const opened = platform.open({
      ...{ reference, partner: profile.partner, dialect: 'payplat', by: 'province', amount, wireAt, bill: read.bill, digest },
      ...{ narration: textOf(fields.ThongTinGiaoDich), lookup: null, returnUrl: null, echo: {} },
    })
    return started(platform, opened, fields, profile)
  },

  QUERY(platform, fields, profile) {
    const transaction = found(platform, fields, profile)
    if (transaction === undefined) return refusal('104', '', profile)
    const state = platform.stateOf(transaction)
    const [payment] = transaction.payments
    const answer = {
      LoaiBanTin: 'QUERY',
      MaLoi: '00',
      MoTaLoi: WORDS['00'],
      MaDoiTac: profile.partner,
      MaThamChieu: transaction.reference,
      SoTien: payment?.amount ?? transaction.amount,
      MaTienTe: 'VND',
      MaGiaoDich: payment?.number ?? '',
      MaNganHang: payment?.bank ?? '',
      ThoiGianGD: payment === undefined ? transaction.wireAt : wireClock.format(payment.at),
      ThongTinGiaoDich: transaction.narration,
      TrangThaiGD: STATES[state],
    }
    return wrapped({ ...answer, MaXacThuc: payplatSignature('CONFIRM', answer, profile.secret, profile.signing) }, profile)
  },

  GET_BILL(platform, fields, profile) {
    const transaction = found(platform, fields, profile, profile.receiptTime)
    if (transaction === undefined) return refusal('104', '', profile)
    platform.stateOf(transaction)
    const [payment] = transaction.payments
    if (payment === undefined) return refusal('118', '', profile)
    if (profile.receipts === 'pdf') return receiptAnswer(transaction)
    const UrlBienLai = receiptLink(transaction, platform.origin(), platform.now(), platform.options)
    return wrapped({ MaLoi: '00', MoTaLoi: WORDS['00'], UrlBienLai }, profile)
  },
}

/** The file itself; what nobody paid has none. */
export function receiptAnswer(transaction: Transaction): Answer {
  const [payment] = transaction.payments
  if (payment === undefined) return { status: 404, body: 'Không có biên lai.\n', headers: { 'content-type': 'text/plain;charset=UTF-8' } }
  return { status: 200, body: receiptFile(transaction, payment), encoding: 'latin1', headers: { 'content-type': 'application/pdf' } }
}

function started(platform: Platform, transaction: Transaction, { ThoiGianGD, MaXacThuc }: Loose, profile: PartnerProfile): Answer {
  const { partner: MaDoiTac, reference: MaThamChieu } = transaction
  const UrlThanhToan = platform.pageOf(transaction)
  return wrapped({ MaLoi: '00', MoTaLoi: WORDS['00'], UrlThanhToan, MaDoiTac, MaThamChieu, ThoiGianGD, MaXacThuc }, profile)
}

/** Only under the time that it was sent with (§10.2); what the national portal began is known by the time of its payment. */
/** @param under the time under which a payment that the province began is known; what the portal began is known by its payments alone. */
function found(
  { books }: Platform,
  { MaThamChieu, ThoiGianGD }: Loose,
  { partner }: PartnerProfile,
  under: PartnerProfile['receiptTime'] = 'init',
): Transaction | undefined {
  const transaction = books.find(textOf(MaThamChieu), partner)
  if (transaction === undefined) return undefined
  const isByInit = transaction.by === 'province' && under === 'init'
  const times = isByInit ? [transaction.wireAt] : transaction.payments.map(({ at }) => wireClock.format(at))
  return times.some((time) => time === ThoiGianGD) ? transaction : undefined
}

function refusal(code: ErrorCode, what: string, profile?: PartnerProfile): Answer {
  return wrapped({ MaLoi: code, MoTaLoi: what === '' ? WORDS[code] : `${WORDS[code]}: ${what}` }, profile)
}

function wrapped(flat: Loose, profile: PartnerProfile | undefined): Answer {
  return json(profile?.answers === 'lgsp' ? { error_code: '0', message: JSON.stringify(flat) } : flat)
}
