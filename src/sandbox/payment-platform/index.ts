/** The payment platform behind its doors. contracts/payment-platform.md */
import type { Clock } from '../../base/index.js'
import type { Answer, Incoming } from '../exchange.js'
import { isObject, parseJson, textOf } from '../exchange.js'
import type { Fault } from '../faults.js'
import type { Call, SimulatedSystem, SystemAddress } from '../system.js'
import type { PaymentEntry, Transaction, WireDialect } from './books.js'
import { type CitizenInput, citizen } from './citizen.js'
import { KEYPAY_BASE, keypayOperation, refusal as keypayRefusal, serveKeypay } from './keypay-door.js'
import { type NationalInput, type NationalReport, payOnNationalPortal } from './national.js'
import { type PlatformOptions, platformDefaults } from './options.js'
import { servePage } from './page.js'
import type { PartnerInput, PartnerProfile } from './partners.js'
import { PAYGOV_BASE, paygovOperation, said as paygovSaid, servePaygov } from './paygov-door.js'
import { PAYPLAT_BASE, payplatOperation, payplatRefusal, receiptAnswer, servePayplat } from './payplat-door.js'
import { type CitizenReport, PAGES, type Platform, paymentPlatform, type ShownState } from './platform.js'
import { FILES, tokenInLink } from './receipt-links.js'

export type { Delivery, Payment, PaymentEntry } from './books.js'
export { type CitizenInput, citizenRequest } from './citizen.js'
export { type NationalInput, type NationalReport, nationalRequest } from './national.js'
export type { PlatformOptions } from './options.js'
export { type PartnerInput, type PartnerProfile, partnerRequest } from './partners.js'
export type { CitizenReport } from './platform.js'

/** `GET /__sandbox/payment-platform/transactions`: one attempt in the platform's books, and all money that came in by it. */
export interface TransactionLine {
  readonly reference: string
  readonly partner: string
  readonly dialect: WireDialect
  readonly by: Transaction['by']
  readonly billCode: string
  readonly amount: number
  readonly state: ShownState
  /** What was really paid: more than one where a citizen paid twice. */
  readonly payments: Transaction['payments']
  readonly history: Transaction['history']
  readonly messages: Transaction['messages']
}

export interface SimulatedPayments {
  readonly system: SimulatedSystem
  transactions(): Generator<TransactionLine>
  /** @throws {z.ZodError} */
  register(input: PartnerInput): PartnerProfile
  /** @throws RangeError for an attempt that the platform does not have. */
  citizen(input: CitizenInput): CitizenReport
  national(input: NationalInput): Promise<NationalReport>
  settle(): Promise<void>
  resend(): Promise<void>
  replay(entry: PaymentEntry): void
  listens(origin: string): void
  reset(): void
  close(): Promise<void>
  addresses(origin: string): Readonly<Record<string, SystemAddress>>
}

export interface PaymentSetting {
  readonly clock: Clock
  readonly seed: number | string
  readonly options: Partial<PlatformOptions> | undefined
  readonly keep: (entry: PaymentEntry) => void
  readonly strike: (service: string, key: string) => Fault | undefined
}

export const PAYMENT_SYSTEM = 'payment-platform'

export function simulatedPayments({ options, ...setting }: PaymentSetting): SimulatedPayments {
  const platform = paymentPlatform({ ...setting, options: { ...platformDefaults, ...options } })
  return {
    system: { name: PAYMENT_SYSTEM, base: '/payment-platform', open: (request) => openCall(platform, request) },
    *transactions() {
      for (const transaction of platform.books.transactions()) yield lineOf(platform, transaction)
    },
    register: platform.register,
    citizen: (input) => citizen(platform, input),
    national: (input) => payOnNationalPortal(platform, input),
    settle: platform.settle,
    resend: platform.resend,
    replay: platform.replay,
    listens: platform.listens,
    reset: platform.reset,
    close: platform.close,
    addresses: (origin) => addressesOf(origin, platform),
  }
}

function lineOf(platform: Platform, transaction: Transaction): TransactionLine {
  const state = platform.stateOf(transaction)
  const { reference, partner, dialect, by, bill, amount, payments, history, messages } = transaction
  return { reference, partner, dialect, by, billCode: bill.code, amount, state, payments, history, messages }
}

/** Faults hang on the attempt: `INIT`, `QUERY`, `GET_BILL`, `keypay.create` … `paygov.verify`, the page (`page` to see it, `pay` to use it), `file`. */
function openCall(platform: Platform, request: Incoming): Call {
  const call = (service: string, key: string, run: () => Answer, rejected: () => Answer = forbidden): Call => ({
    ...{ service, key, stepKeys: [], run, sessionLost: unauthorized, rejected },
  })
  const { path, method, body } = request
  if (path.startsWith(PAGES) && (method === 'GET' || method === 'POST')) {
    return call(method === 'GET' ? 'page' : 'pay', path.slice(PAGES.length), () => servePage(platform, request))
  }
  if (path.startsWith(FILES) && method === 'GET') return call('file', path.slice(FILES.length), () => file(platform, path))
  const operation = method === 'POST' ? payplatOperation(path) : undefined
  if (operation !== undefined)
    return call(
      operation,
      referenceIn(body),
      () => servePayplat(platform, operation, request),
      () => payplatRefusal(platform, body),
    )
  const keypay = method === 'POST' ? keypayOperation(path) : undefined
  if (keypay !== undefined)
    return call(
      `keypay.${keypay}`,
      referenceIn(body),
      () => serveKeypay(platform, keypay, request),
      () => keypayRefusal('128', 'Từ chối theo kịch bản kiểm thử'),
    )
  const paygov = method === 'POST' ? paygovOperation(path) : undefined
  if (paygov !== undefined)
    return call(
      `paygov.${paygov}`,
      referenceIn(body),
      () => servePaygov(platform, paygov, request),
      () => paygovSaid('FAILED', 'Tu choi theo kich ban kiem thu'),
    )
  return call(path, '', notFound)
}

function referenceIn(body: string): string {
  const fields = parseJson(body)?.value
  return isObject(fields) ? textOf(fields.MaThamChieu) || textOf(fields.transaction_id) || textOf(fields.orderId) : ''
}

function file(platform: Platform, path: string): Answer {
  const token = tokenInLink(path, platform.clock.now())
  const transaction = token === undefined ? undefined : platform.books.byToken(token)
  return transaction === undefined ? notFound() : receiptAnswer(transaction)
}

function notFound(): Answer {
  return { status: 404, body: 'Không tìm thấy.\n', headers: { 'content-type': 'text/plain;charset=UTF-8' } }
}

/** An adapter in between, whose token has ended (§3). */
function unauthorized(): Answer {
  return { status: 401, body: '{"error_code":"401","message":"Unauthorized"}', headers: { 'content-type': 'application/json' } }
}

function forbidden(): Answer {
  return { status: 403, body: 'Từ chối theo kịch bản kiểm thử.\n', headers: { 'content-type': 'text/plain;charset=UTF-8' } }
}

function addressesOf(origin: string, { options, books }: Platform): Readonly<Record<string, SystemAddress>> {
  const [first] = options.partners
  const profile = first === undefined ? undefined : books.partners.get(first.partner)
  if (profile === undefined) return {}
  const { partner, secret, inboundSecret, accessKey, serviceCode, token } = profile
  const url = origin + PAYPLAT_BASE
  const keypay = origin + KEYPAY_BASE
  const paygov = origin + PAYGOV_BASE
  return {
    [PAYMENT_SYSTEM]: { url, urls: { start: `${url}/init`, query: `${url}/query`, receipt: `${url}/bill` }, credentials: { partner, secret } },
    [`${PAYMENT_SYSTEM}-keypay`]: {
      url: keypay,
      urls: { start: `${keypay}/create`, query: `${keypay}/detail` },
      credentials: { partner, secret, inboundSecret },
    },
    [`${PAYMENT_SYSTEM}-paygov`]: {
      url: paygov,
      urls: { start: `${paygov}/link`, verify: `${paygov}/verify` },
      credentials: { partner, secret, accessKey, serviceCode, token },
    },
  }
}
