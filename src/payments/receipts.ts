/** The platform’s receipt of a paid attempt: fetched once and kept, because links to it expire. contracts/payment-platform.md §4.4 */
import { LienthongError } from '../base/index.js'
import { attemptBy, keepReceipt, receiptOf } from '../ledger/index.js'
import type { Desk } from './desk.js'

export type FetchedReceipt =
  | { readonly outcome: 'pdf'; readonly bytes: Uint8Array }
  /** Nobody has paid this attempt, as far as we know. */
  | { readonly outcome: 'not-paid' }
  /** This platform gives no receipts, or nobody configured where. */
  | { readonly outcome: 'not-offered' }
  /** Paid, and the platform has none yet. */
  | { readonly outcome: 'not-yet'; readonly code: string; readonly message: string }

/** @throws {LienthongError} `payment.unknown_reference`; what kept the platform from answering */
export async function fetchReceipt(desk: Desk, reference: string, signal: AbortSignal | undefined): Promise<FetchedReceipt> {
  const { ledger, tenant, clock } = desk
  const { vault } = ledger
  const kept = await receiptOf(ledger, tenant, reference)
  if (kept !== undefined) return { outcome: 'pdf', bytes: Buffer.from(vault.open(tenant, `receipt\n${reference}`, kept), 'base64') }
  const attempt = await attemptBy(ledger, tenant, reference)
  if (attempt === undefined) throw new LienthongError('payment.unknown_reference', { values: { reference } })
  const platform = desk.platformFor(attempt.partner)
  if (attempt.transaction_no === null) return { outcome: 'not-paid' }
  if (!platform.canFetchReceipts) return { outcome: 'not-offered' }
  const answer = await platform.receipt({ reference, at: attempt.wire_at }, { signal })
  if (answer.outcome === 'none') return { outcome: 'not-yet', code: answer.code, message: answer.message }
  const sealed = vault.seal(tenant, `receipt\n${reference}`, Buffer.from(answer.bytes).toString('base64'))
  await keepReceipt(ledger, { tenant, reference, sealed, fetched_at: clock.now() })
  await desk.learn(reference, { kind: 'receipt' }, { partner: attempt.partner, kind: 'receipt', message: answer.bytes })
  return { outcome: 'pdf', bytes: answer.bytes }
}
