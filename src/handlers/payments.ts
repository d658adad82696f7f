/** What the payment platform calls: results of payments, and the look-up of a bill by its code. contracts/payment-platform.md §4.2, §4.5 */
import { asLienthongError, type Logger, silentLogger } from '../base/index.js'
import type { PaymentOffice } from '../payments/index.js'
import { type AccessPolicy, guarded } from './access.js'
import { jsonAnswer, refusal } from './answers.js'
import { readBody } from './body.js'
import type { InboundHandler } from './handler.js'

export interface PaymentHandlerOptions {
  readonly office: Pick<PaymentOffice, 'receive' | 'lookUp' | 'signsResults'>
  readonly logger?: Logger
}

export interface PaymentResultsOptions extends PaymentHandlerOptions {
  /** Under which partner code results come here. */
  readonly partner: string
  /** Needed where results carry no signature that we can check ourselves (`paygov`); elsewhere a second lock. */
  readonly access?: AccessPolicy
}

const LARGEST_MESSAGE = 256 * 1024
const EXPECTED: ReadonlySet<string> = new Set(['applied', 'known', 'ignored', 'to-be-asked'])

/**
 * Takes result messages. Every answer is the platform's own acknowledgement, given after the message is durable; 503 when it could not be
 * made so, and the platform comes again.
 *
 * @throws {LienthongError} `config.invalid` for results without a signature and without `access`
 */
export function paymentResults({ office, partner, access, logger = silentLogger }: PaymentResultsOptions): InboundHandler {
  const handler: InboundHandler = async (request) => {
    if (request.method !== 'POST') return refusal(405, 'method not allowed', { allow: 'POST' })
    const body = await readBody(request, { maxBytes: LARGEST_MESSAGE })
    if (!body.ok) return refusal(body.status, body.problem)
    try {
      const { acknowledgement, verdict, reference } = await office.receive(partner, body.bytes, request.signal)
      const level = EXPECTED.has(verdict) ? 'info' : 'warn'
      logger[level]({ partner, verdict, reference }, 'payment result')
      return jsonAnswer(200, acknowledgement)
    } catch (error) {
      logger.error({ partner, code: asLienthongError(error).code }, 'payment result not taken')
      return refusal(503, 'try again later')
    } finally {
      body.release()
    }
  }
  if (access !== undefined) return guarded(handler, access, 'payments.results.access')
  return office.signsResults(partner) ? handler : guarded(handler, {}, 'payments.results.access')
}

export interface BillInquiryOptions extends PaymentHandlerOptions {
  /** The inquiry carries no signature (§4.5): who may ask has to be said. */
  readonly access: AccessPolicy
  /** Fields that may name the bill, tried in this order. Default the dossier’s, a decision’s, a record’s and a notice’s. */
  readonly codeFields?: readonly string[]
}

const CODE_FIELDS = ['MaHoSo', 'SoQD', 'MaQuyetDinh', 'SoBienBan', 'MaThongBao', 'MA_THONGBAO']
/** These numbers mean the opposite of what they mean elsewhere (§4.5): 1 something is due, 0 nothing is, -1 unknown or failed. */
const DUE = 1
const NOTHING_DUE = 0
const UNKNOWN = -1

/** Shows a bill to the national portal under the code that a citizen typed there. @throws {LienthongError} `config.invalid` without `access` */
export function billInquiry({ office, access, codeFields = CODE_FIELDS, logger = silentLogger }: BillInquiryOptions): InboundHandler {
  const handler: InboundHandler = async (request) => {
    if (request.method !== 'POST') return refusal(405, 'method not allowed', { allow: 'POST' })
    const body = await readBody(request, { maxBytes: LARGEST_MESSAGE })
    if (!body.ok) return refusal(body.status, body.problem)
    const code = codeIn(body.bytes, codeFields)
    body.release()
    if (code === undefined) return jsonAnswer(200, { error_code: UNKNOWN, message: [] })
    try {
      const found = await office.lookUp(code)
      if (typeof found === 'string') return jsonAnswer(200, { error_code: found === 'unknown' ? UNKNOWN : NOTHING_DUE, message: [] })
      return jsonAnswer(200, { error_code: DUE, message: { MaTraCuuTT: found.lookupCode, ...found.order.receipt } })
    } catch (error) {
      logger.error({ code: asLienthongError(error).code }, 'bill inquiry failed')
      return jsonAnswer(200, { error_code: UNKNOWN, message: [] })
    }
  }
  return guarded(handler, access, 'payments.inquiry.access')
}

function codeIn(bytes: Uint8Array, names: readonly string[]): string | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof value !== 'object' || value === null) return undefined
    const fields = new Map(Object.entries(value).map(([name, one]) => [name.toLowerCase(), one]))
    for (const name of names) {
      const code: unknown = fields.get(name.toLowerCase())
      if (typeof code === 'string' && code.trim() !== '' && code.length <= LONGEST_CODE) return code.trim()
    }
  } catch {
    // Whatever it was, it names no bill.
  }
  return undefined
}

const LONGEST_CODE = 100
