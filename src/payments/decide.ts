/**
 * What news about a payment changes. Pure: the same news of the same standing always decides the same, so that messages may come twice,
 * late, or in any order. contracts/payment-platform.md §2.3
 */
import { type EvidenceKind, holdsMoney, isOpenAttempt, stateAfter } from '../domain/index.js'
import type { JournalEntry, PaymentChanges, PaymentStanding } from '../ledger/index.js'
import type { PaymentSettings } from './settings.js'

/** Money that the platform says it has. */
export interface Payment {
  /** Whole đồng. */
  readonly amount: number
  readonly transaction: string
  readonly bank: string
  /** Its time, as the platform wrote it. */
  readonly at: string
  /** The link to its receipt that came with the message, sealed. */
  readonly receiptLink: Uint8Array | null
}

export type News =
  | { readonly kind: 'started'; readonly sealed: Uint8Array }
  /** The request left, and nobody knows whether it arrived; or the platform has it from an earlier try. */
  | { readonly kind: 'unanswered' }
  /** It certainly did not arrive, or was turned down. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'paid'; readonly payment: Payment; readonly by: 'message' | 'question' }
  | { readonly kind: 'failed' }
  /** A message says so. The platform is asked before anybody believes it: a bank may still be at work, and a new attempt would pay twice. */
  | { readonly kind: 'told-failed' }
  /** A message whose signature covers neither outcome nor number: something happened, and the platform is asked what. */
  | { readonly kind: 'told' }
  | { readonly kind: 'pending' }
  /** Asked, the platform says: known, not paid. */
  | { readonly kind: 'unpaid' }
  /** Asked, it says: no such reference. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'no-answer' }
  /** The platform has no way to be asked. */
  | { readonly kind: 'unaskable' }
  | { readonly kind: 'receipt' }

/** What was made of the news, for the journal and for whoever brought it. */
export type Verdict = 'wrong-partner' | 'applied' | 'known' | 'ignored' | 'disputed' | 'other-amount' | 'to-be-asked'

export interface Decision {
  readonly verdict: Verdict
  readonly changes: Omit<PaymentChanges, 'journal'>
}

/** News that a question brought, or failed to bring. */
const QUESTIONS: ReadonlySet<News['kind']> = new Set(['pending', 'unpaid', 'unknown', 'no-answer', 'unaskable'])

/** The platform itself said that it is over. */
const ENDS: ReadonlySet<News['kind']> = new Set(['refused', 'failed'])

export function decide(news: News, standing: PaymentStanding, now: number, settings: PaymentSettings): Decision {
  const { attempt } = standing
  if (news.kind === 'paid') return paid(news, standing, now, settings)
  if (news.kind === 'told') {
    const state = stateAfter(attempt.state, 'pending')
    return { verdict: 'to-be-asked', changes: { attempt: { state, next_query_at: now } } }
  }
  const evidence = evidenceOf(news, standing, now, settings)
  const state = evidence === undefined ? attempt.state : stateAfter(attempt.state, evidence)
  const isOpen = isOpenAttempt(state)
  const asked = QUESTIONS.has(news.kind)
  const queries = attempt.queries + (asked ? 1 : 0)
  const changes = {
    ...(state === attempt.state ? {} : { state }),
    ...(news.kind === 'started' ? { accepted_at: now } : {}),
    ...(news.kind === 'started' && isOpen ? { sealed: news.sealed, closes_at: now + settings.pageMs } : {}),
    ...(asked ? { queries } : {}),
    next_query_at: nextQuestionAt(),
  }
  function nextQuestionAt(): number | null {
    if (isOpen || (news.kind === 'no-answer' && attempt.next_query_at !== null))
      return nextQuestion(attempt.next_query_at, asked || evidence !== undefined, queries, now, settings)
    // What is no answer answers no question: whether the money came twice is still to be asked.
    return asked || ENDS.has(news.kind) ? null : attempt.next_query_at
  }
  return { verdict: state === attempt.state ? (asked ? 'known' : 'ignored') : 'applied', changes: { attempt: changes } }
}

function evidenceOf(
  news: Exclude<News, { readonly kind: 'paid' | 'told' }>,
  { attempt }: PaymentStanding,
  now: number,
  settings: PaymentSettings,
): EvidenceKind | undefined {
  switch (news.kind) {
    case 'started':
      return 'accepted'
    case 'unpaid':
      return now > attempt.closes_at + settings.graceMs ? 'unpaid-after-closing' : undefined
    case 'unknown':
      // It had the attempt and forgot it: what nobody can pay any more is over.
      if (attempt.accepted_at !== null) return now > attempt.closes_at + settings.graceMs ? 'unpaid-after-closing' : undefined
      // A request on its way may still arrive; once it cannot, there never was one.
      return now > attempt.created_at + settings.sendingMs ? 'refused' : undefined
    case 'unaskable':
      // Without this a citizen who left the page could never pay. A payment told later still counts, or goes back.
      return now > attempt.closes_at + settings.graceMs ? 'closed-unasked' : undefined
    case 'told-failed':
      return 'pending'
    case 'no-answer':
      return undefined
    default:
      return news.kind
  }
}

/** Questions come less and less often, and end only when the platform has told how it ended. */
function nextQuestion(before: number | null, isNews: boolean, queries: number, now: number, { askAfterMs, longestWaitMs }: PaymentSettings): number {
  if (!isNews && before !== null) return before
  return now + Math.min(longestWaitMs, askAfterMs * 2 ** Math.min(queries, 20))
}

function paid(
  { payment, by }: Extract<News, { kind: 'paid' }>,
  { attempt, bill }: PaymentStanding,
  now: number,
  settings: PaymentSettings,
): Decision {
  // A message is believed, and the platform asked once more: of two payments the message of the other one may be lost.
  const next_query_at = by === 'message' ? now + settings.askAfterMs : null
  const link = payment.receiptLink === null ? {} : { receipt_link: payment.receiptLink }
  const told = { transaction_no: payment.transaction, bank: payment.bank, told_at: payment.at, next_query_at, ...link }
  const goesBack = (reason: string) => ({
    reference: attempt.reference,
    transaction_no: payment.transaction,
    amount: payment.amount,
    reason,
    asked_at: now,
    done_at: null,
  })
  if (holdsMoney(attempt.state) || attempt.state === 'refunded') {
    // The same payment told again is no news; another number is other money, and must go back.
    const asked = by === 'question' ? { attempt: { next_query_at: null } } : {}
    if (attempt.transaction_no === payment.transaction) return { verdict: 'known', changes: asked }
    return { verdict: 'disputed', changes: { ...asked, refund: goesBack('paid-twice') } }
  }
  if (payment.amount !== attempt.amount) {
    // A message may be wrong: it is refused, and the platform asked at once; what it answers to a question of ours is what it holds.
    if (by === 'message') return { verdict: 'other-amount', changes: { attempt: { next_query_at: now } } }
    const state = stateAfter(attempt.state, 'not-due')
    return { verdict: 'disputed', changes: { attempt: { ...told, state, paid_amount: payment.amount }, refund: goesBack('other-amount') } }
  }
  if (bill.state !== 'open') {
    const why = bill.state === 'cancelled' ? 'bill-cancelled' : 'paid-twice'
    return { verdict: 'disputed', changes: { attempt: { ...told, state: stateAfter(attempt.state, 'not-due') }, refund: goesBack(why) } }
  }
  return {
    verdict: 'applied',
    changes: {
      attempt: { ...told, state: stateAfter(attempt.state, 'paid'), receipt_at: now + settings.receiptAfterMs },
      bill: { state: 'paid', paid_at: now, paid_by: attempt.reference },
    },
  }
}

/** An entry that says what was learnt and what came of it; nothing personal. */
export function entryOf(
  about: Pick<JournalEntry, 'partner' | 'kind' | 'reference' | 'message'>,
  news: News,
  verdict: Verdict,
  more: JournalEntry['note'] = {},
): JournalEntry {
  const payment = news.kind === 'paid' ? { amount: news.payment.amount, transaction: news.payment.transaction } : {}
  return { ...about, note: { ...more, ...payment, news: news.kind, verdict } }
}
