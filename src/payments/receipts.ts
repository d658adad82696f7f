/** The platform’s receipt of a paid attempt: fetched once and kept, because links to it expire. contracts/payment-platform.md §4.4 */
import pMap, { pMapSkip } from 'p-map'
import { asLienthongError, days, LienthongError } from '../base/index.js'
import { attemptBy, keepReceipt, type PaymentAttemptRow, putOffReceipt, receiptOf, receiptsToFetch } from '../ledger/index.js'
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
  const receiptUrl = desk.receiptLinkOf(attempt)
  if (!platform.canFetchReceipts && receiptUrl === null) return { outcome: 'not-offered' }
  const answer = await platform.receipt({ reference, at: attempt.wire_at, toldAt: attempt.told_at, receiptUrl }, { signal })
  if (answer.outcome === 'none') return { outcome: 'not-yet', code: answer.code, message: answer.message }
  const sealed = vault.seal(tenant, `receipt\n${reference}`, Buffer.from(answer.bytes).toString('base64'))
  // The journal first: whoever is killed in between asks for it again, and no receipt is kept of which the journal does not tell.
  await desk.learn(reference, { kind: 'receipt' }, { partner: attempt.partner, kind: 'receipt', message: answer.bytes })
  await keepReceipt(ledger, { tenant, reference, sealed, fetched_at: clock.now() })
  return { outcome: 'pdf', bytes: answer.bytes }
}

/** Receipts asked for in one go, and how many are on their way from each partner. */
const IN_ONE_GO = 100
const AT_ONCE = 4
const LONGEST_WAIT_MS = days(1)

/** What came of asking for receipts. */
export interface FetchedDue {
  readonly fetched: number
  /** Not there yet; they are asked for again later. */
  readonly waiting: number
  /** Nobody asks for these any more, unless somebody does by hand: there is none to be had, or it never came. */
  readonly givenUp: number
  /** What kept the first of those that wait from being fetched, where it was more than that it is not there yet. */
  readonly failure: LienthongError | undefined
  /** More are due than are asked for in one go. */
  readonly more: boolean
}

/** Fetches the receipts of what was paid, before the links to them end. */
export async function fetchDueReceipts(desk: Desk, signal: AbortSignal | undefined): Promise<FetchedDue> {
  const due = await receiptsToFetch(desk.ledger, desk.tenant, desk.clock.now(), IN_ONE_GO)
  const fetchOne = (attempt: PaymentAttemptRow) => (signal?.aborted ? pMapSkip : fetchOrPutOff(desk, attempt, signal))
  const byPartner = [...Map.groupBy(due, ({ partner }) => partner).values()]
  const results = (await Promise.all(byPartner.map((attempts) => pMap(attempts, fetchOne, { concurrency: AT_ONCE })))).flat()
  const count = (outcome: OneFetched['outcome']) => results.filter((result) => result.outcome === outcome).length
  return {
    fetched: count('fetched'),
    waiting: count('waiting'),
    givenUp: count('given-up'),
    failure: results.find(({ failure }) => failure !== undefined)?.failure,
    more: due.length === IN_ONE_GO,
  }
}

interface OneFetched {
  readonly outcome: 'fetched' | 'waiting' | 'given-up'
  readonly failure: LienthongError | undefined
}

async function fetchOrPutOff(desk: Desk, attempt: PaymentAttemptRow, signal: AbortSignal | undefined): Promise<OneFetched> {
  const { reference } = attempt
  const { ledger, tenant, clock, settings } = desk
  const age = () => clock.now() - attempt.created_at
  const giveUp = async (failure?: LienthongError): Promise<OneFetched> => {
    await putOffReceipt(ledger, tenant, reference, null)
    return { outcome: 'given-up', failure }
  }
  // Not even once: after an upgrade there may be years of them.
  if (age() > settings.receiptWithinMs) return giveUp()
  let failure: LienthongError | undefined
  try {
    const { outcome } = await fetchReceipt(desk, reference, signal)
    if (outcome === 'pdf') return { outcome: 'fetched', failure: undefined }
    if (outcome !== 'not-yet') return giveUp()
  } catch (error) {
    failure = asLienthongError(error)
    if (failure.kind === 'aborted') throw failure
  }
  await putOffReceipt(ledger, tenant, reference, clock.now() + Math.min(LONGEST_WAIT_MS, Math.max(settings.receiptAfterMs, age())))
  return { outcome: 'waiting', failure }
}
