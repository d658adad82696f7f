/** A gateway behind a provincial LGSP: gives links, and says whether a result is its own. contracts/payment-platform.md §7.2 */
import { createHash } from 'node:crypto'
import { type Answer, type Incoming, isObject, json, type Loose, parseJson, textOf } from '../exchange.js'
import { amountOf, type ShownBill } from './bill.js'
import type { PartnerProfile } from './partners.js'
import type { Platform } from './platform.js'
import { wireClock } from './result-message.js'
import { isSignature, paygovLinkSignature, paygovResultSignature } from './signatures.js'

export const PAYGOV_BASE = '/payment-platform/paygov'

type Operation = 'link' | 'verify'
const OPERATIONS: Readonly<Record<string, Operation>> = { '/link': 'link', '/verify': 'verify' }

export function paygovOperation(path: string): Operation | undefined {
  return path.startsWith(PAYGOV_BASE) ? OPERATIONS[path.slice(PAYGOV_BASE.length)] : undefined
}

export function servePaygov(platform: Platform, operation: Operation, { body, headers }: Incoming): Answer {
  const token = textOf(headers.lgspaccesstoken)
  // The LGSP in front knows tokens, and nothing of payments.
  const profile = [...platform.books.partners.values()].find((one) => one.token === token && headers.authorization === `Bearer ${token}`)
  if (profile === undefined) return { status: 401, body: '{"message":"Unauthorized"}', headers: { 'content-type': 'application/json' } }
  const fields = parseJson(body)?.value
  if (!isObject(fields)) return said('FAILED', 'JSON')
  return operation === 'link' ? link(platform, fields, body) : verify(fields, profile)
}

function link(platform: Platform, fields: Loose, body: string): Answer {
  const profile = platform.books.partners.get(textOf(fields.partnerCode))
  if (profile === undefined || fields.accessKey !== profile.accessKey || fields.serviceCode !== profile.serviceCode)
    return said('FAILED', 'partnerCode')
  if (!isSignature(paygovLinkSignature(fields, profile.secret), fields.checksum)) return said('SIGNATURE_WRONG', 'checksum')
  const { partner } = profile
  const reference = textOf(fields.orderId)
  const digest = createHash('sha256').update(body, 'utf8').digest('hex')
  const before = platform.books.find(reference, partner)
  if (before !== undefined) return before.digest === digest ? given(platform.pageOf(before)) : said('FAILED', 'orderId')
  // Agency, dossier, and the attempt: an agency's code has no dash.
  const [, billCode = ''] = /^[^-]+-(.+)-[^-]+$/.exec(reference) ?? []
  if (billCode === '' || reference.length > 120) return said('FAILED', 'orderId')
  const amount = typeof fields.amount === 'number' ? amountOf(fields.amount) : undefined
  if (amount === undefined || amount < platform.options.leastAmount) return said('FAILED', 'amount')
  const returnUrl = textOf(fields.returnUrl)
  if (!/^https?:$/.test(URL.parse(returnUrl)?.protocol ?? '')) return said('FAILED', 'returnUrl')
  const narration = textOf(fields.orderInfo)
  // Texts go without marks (§7.2).
  if (narration === '' || !/^[\x20-\x7e]+$/.test(narration)) return said('FAILED', 'orderInfo')
  const requestCode = typeof fields.requestCode === 'number' ? String(fields.requestCode) : textOf(fields.requestCode)
  if (requestCode === '' || textOf(fields.ipAddress) === '') return said('FAILED', 'requestCode')
  const opened = platform.open({
    ...{ reference, partner, dialect: 'paygov', by: 'province', amount, narration, wireAt: wireClock.format(platform.now()) },
    ...{ bill: shown(billCode, narration, amount), lookup: null, digest, returnUrl, echo: { orderId: reference, requestCode } },
  })
  return given(platform.pageOf(opened))
}

/** It knows no more of the bill. */
function shown(code: string, content: string, total: number): ShownBill {
  return { code, agency: '', service: '', content, payer: '', lines: [{ name: content, amount: total }], total }
}

function verify(fields: Loose, { secret }: PartnerProfile): Answer {
  return isSignature(paygovResultSignature(fields, secret), fields.checksum) ? said('SUCCESSFUL', '') : said('SIGNATURE_WRONG', 'checksum')
}

function given(url: string): Answer {
  return json({ data: { url }, error_code: 'SUCCESSFUL', error_message: '' })
}

export function said(error_code: string, error_message: string): Answer {
  return json({ error_code, error_message })
}
