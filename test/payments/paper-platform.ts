import { LienthongError } from '../../src/base/index.js'
import { type PaymentOrder, type PaymentPlatform, paymentPlatform } from '../../src/connectors/index.js'
import { payplat } from '../../src/connectors/payment-platform/formulas.js'
import { signatureOf } from '../../src/connectors/payment-platform/signing.js'

export const PARTNER = 'TESTPARTNER'
export const SECRET = 'TEST-SECRET-KEY'

/** What the platform’s own books say of a reference. */
export interface PaperTransaction {
  readonly order: PaymentOrder
  state: 'open' | 'paid' | 'pending' | 'failed'
  /** Its own numbers: more than one where the citizen paid twice. */
  readonly payments: string[]
  amount: string
}

/** `lost`: it did not arrive. `unanswered`: it was applied and the answer got lost. */
export type Weather = 'fine' | 'lost' | 'unanswered' | 'refused' | 'busy'

export interface PaperPlatform extends PaymentPlatform {
  readonly books: Map<string, PaperTransaction>
  /** Decides about each request; default fine. */
  weather: (operation: 'start' | 'query') => Weather
  /** The citizen pays on the page. @returns the platform’s number */
  pay(reference: string): string
  /** The result message about the last thing that happened. */
  message(reference: string, changes?: Readonly<Record<string, string | number>>): Buffer
}

const unanswered = (operation: string) =>
  new LienthongError('transport.unanswered', { values: { host: 'platform.example.vn', cause: 'timeout' }, system: 'payment-platform', operation })
const unreachable = () => new LienthongError('transport.unreachable', { values: { host: 'platform.example.vn', cause: 'ECONNREFUSED' } })

/** A platform in memory: its books, its signatures and, on request, its bad days. Reads and signs messages as the real client does. */
export function paperPlatform(): PaperPlatform {
  const books = new Map<string, PaperTransaction>()
  const real = paymentPlatform({
    urls: { start: 'https://platform.example.vn/init', query: 'https://platform.example.vn/query', receipt: 'https://platform.example.vn/bill' },
    partner: PARTNER,
    secret: SECRET,
  })
  let numbers = 0
  const of = (reference: string) => {
    const found = books.get(reference)
    if (found === undefined) throw new Error(`the platform has no ${reference}`)
    return found
  }
  const platform: PaperPlatform = {
    ...real,
    books,
    weather: () => 'fine',
    async start(order) {
      const weather = platform.weather('start')
      if (weather === 'lost') throw unreachable()
      if (weather === 'busy') return { outcome: 'busy', code: '96', message: 'Bảo trì' }
      if (weather === 'refused') return { outcome: 'refused', code: '02', message: 'Sai dữ liệu' }
      if (books.has(order.reference)) return { outcome: 'exists' }
      books.set(order.reference, { order, state: 'open', payments: [], amount: order.amount })
      if (weather === 'unanswered') throw unanswered('INIT')
      return { outcome: 'started', payUrl: `https://pay.example.vn/t/${order.reference}` }
    },
    async query({ reference }) {
      const weather = platform.weather('query')
      if (weather !== 'fine') throw weather === 'lost' ? unreachable() : unanswered('QUERY')
      const found = books.get(reference)
      const nothing = { amount: '', transaction: '', bank: '', at: '', code: '00' }
      if (found === undefined) return { state: 'unknown', ...nothing, code: '104' }
      if (found.state === 'open') return { state: 'unpaid', ...nothing }
      return { ...nothing, state: found.state, amount: found.amount, transaction: found.payments[0] ?? '', bank: '970436' }
    },
    async receipt({ reference }) {
      return of(reference).payments.length > 0
        ? { outcome: 'pdf', bytes: Buffer.from(`%PDF-1.4 ${reference}`) }
        : { outcome: 'none', code: '118', message: '' }
    },
    pay(reference) {
      const transaction = of(reference)
      const number = `PP${String(++numbers).padStart(8, '0')}`
      transaction.payments.push(number)
      transaction.state = 'paid'
      return number
    },
    message(reference, changes = {}) {
      const found = books.get(reference)
      const fields: Record<string, string | number> = {
        ...{ LoaiBanTin: 'CONFIRM', MaLoi: found?.state === 'paid' ? '00' : '01', MaDoiTac: PARTNER, MaThamChieu: reference },
        ...{ SoTien: Number(found?.amount ?? 0), MaTienTe: 'VND', MaGiaoDich: found?.payments.at(-1) ?? 'PP00000000', MaNganHang: '970436' },
        ...{ ThoiGianGD: '20261122091633', ThongTinGiaoDich: found?.order.narration ?? 'X', ...changes },
      }
      const signature = signatureOf(payplat.result, (field) => String(fields[field] ?? ''), SECRET)
      return Buffer.from(JSON.stringify({ ...fields, MaXacThuc: signature }))
    },
  }
  return platform
}
