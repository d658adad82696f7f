/** The earlier gateway, on KeyPay v3. contracts/payment-platform.md §7.1 */
import { createHash } from 'node:crypto'
import { type Answer, type Incoming, isObject, json, type Loose, parseJson, textOf } from '../exchange.js'
import { amountOf, readBill } from './bill.js'
import type { PartnerProfile } from './partners.js'
import type { Platform } from './platform.js'
import { keypayResult, wireClock } from './result-message.js'
import { isSignature, keypaySignature } from './signatures.js'

export const KEYPAY_BASE = '/payment-platform/keypay'

type Operation = 'create' | 'detail'
const OPERATIONS: Readonly<Record<string, Operation>> = { '/create': 'create', '/detail': 'detail' }

export function keypayOperation(path: string): Operation | undefined {
  return path.startsWith(KEYPAY_BASE) ? OPERATIONS[path.slice(KEYPAY_BASE.length)] : undefined
}

/** Fields of a request that the result repeats. */
const ECHOED = ['addition_fee', 'version', 'description', 'locale', 'country_code', 'currency_code', 'environment']

export function serveKeypay(platform: Platform, operation: Operation, { body }: Incoming): Answer {
  const fields = parseJson(body)?.value
  if (!isObject(fields)) return refusal('02', 'JSON')
  const profile = platform.books.partners.get(textOf(fields.client_id))
  if (profile === undefined) return refusal('09', 'client_id')
  if (!isSignature(keypaySignature(operation, fields, profile.secret), fields.check_sum)) return refusal('07', 'check_sum')
  if (fields.command !== 'PAY') return refusal('02', 'command')
  return operation === 'create' ? create(platform, fields, profile, body) : detail(platform, fields, profile)
}

function create(platform: Platform, fields: Loose, { partner }: PartnerProfile, body: string): Answer {
  const reference = textOf(fields.transaction_id)
  const digest = createHash('sha256').update(body, 'utf8').digest('hex')
  const started = (payment_url: string): Answer => json({ error: '0', msg: 'success', payment_url })
  const before = platform.books.find(reference, partner)
  if (before !== undefined) {
    const isSame = before.digest === digest && platform.now() - before.at < platform.options.sameAnswerMs
    return isSame ? started(platform.pageOf(before)) : refusal('116', 'transaction_id')
  }
  if (!/^[0-9A-Za-z_-]{1,50}$/.test(reference)) return refusal('02', 'transaction_id')
  if (fields.version !== '3.0') return refusal('02', 'version')
  if (fields.currency_code !== 'VND') return refusal('02', 'currency_code')
  if (!/^[12]$/.test(String(fields.environment))) return refusal('02', 'environment')
  if (textOf(fields.locale) === '' || textOf(fields.country_code) === '') return refusal('02', 'locale')
  const returnUrl = textOf(fields.return_url)
  if (!/^https?:$/.test(URL.parse(returnUrl)?.protocol ?? '')) return refusal('02', 'return_url')
  const due = typeof fields.trans_amount === 'string' ? amountOf(fields.trans_amount) : undefined
  const fee = typeof fields.addition_fee === 'string' ? amountOf(fields.addition_fee) : undefined
  if (due === undefined || due < platform.options.leastAmount || fee === undefined) return refusal('02', 'trans_amount')
  const read = readBill(fields.bill_info)
  if (!read.ok) return refusal('02', read.problem)
  // Postage comes on top of what the receipt is about.
  if (read.bill.total !== due) return refusal('02', 'trans_amount và DSKhoanNop không khớp')
  const echo = Object.fromEntries(ECHOED.filter((name) => fields[name] !== undefined).map((name) => [name, String(fields[name])]))
  const opened = platform.open({
    ...{ reference, partner, dialect: 'keypay-dvcqg', by: 'province', amount: due + fee, narration: textOf(fields.description) },
    ...{ wireAt: wireClock.format(platform.now()), bill: read.bill, lookup: null, digest, returnUrl, echo },
  })
  return started(platform.pageOf(opened))
}

/** Nobody has seen the answer (§7.1): assumed to be the callback's, and an error for what is not there. */
function detail(platform: Platform, fields: Loose, { partner, inboundSecret }: PartnerProfile): Answer {
  const transaction = platform.books.find(textOf(fields.transaction_id), partner)
  if (transaction === undefined) return refusal('104', 'transaction_id')
  platform.stateOf(transaction)
  const [payment] = transaction.payments
  const answer = keypayResult(transaction, payment === undefined ? 1 : 0, payment?.number ?? '')
  return json({ ...answer, check_sum: keypaySignature('callback', answer, inboundSecret) })
}

/** Codes of the platform's other form: KeyPay's own are not public. */
export function refusal(error: string, msg: string): Answer {
  return json({ error, msg })
}
