/**
 * Money that goes back: paid twice, paid with another amount, or by somebody's decision. Where a platform has a call for it, it is asked
 * once; everywhere else people give it back and record it. contracts/payment-platform.md §11.2
 */
import { canonicalJson, isLienthongError, LienthongError } from '../base/index.js'
import type { RefundAnswer } from '../connectors/index.js'
import { paysBill, type RefundReason, stateAfter } from '../domain/index.js'
import {
  attemptBy,
  claimRefund,
  type PaymentChanges,
  type PaymentRefundRow,
  type PaymentStanding,
  refundsOf,
  releaseRefund,
  settlePayment,
} from '../ledger/index.js'
import type { Desk } from './desk.js'
import { neverLeft } from './never-left.js'

/** One payment that has to go back, or went back. */
export interface RefundState {
  readonly reference: string
  /** The platform's number of the payment that goes back. */
  readonly transaction: string
  /** Whole đồng. */
  readonly amount: number
  readonly reason: string
  readonly requestedAt: number
  /** When the platform was asked to give it back. */
  readonly sentAt: number | null
  readonly doneAt: number | null
}

/** Reasons that a person gives; the others are found by the office itself. */
export type RefundDecision = Extract<RefundReason, 'dossier-withdrawn' | 'by-decision'>

export interface RefundChoice {
  readonly reference: string
  /** Needed where several payments of one attempt have to go back. */
  readonly transaction?: string | undefined
}

export type RefundOutcome =
  | { readonly outcome: 'done'; readonly refund: RefundState; readonly refundNumber: string }
  /** This platform has no call for it, or not for this payment: give it back as your accounting does, then record it. */
  | { readonly outcome: 'manual'; readonly refund: RefundState }
  | { readonly outcome: 'refused'; readonly refund: RefundState; readonly code: string; readonly message: string }
  /** The platform was asked and nobody knows what became of it. It is not asked again: find out, then record it. */
  | { readonly outcome: 'unknown'; readonly refund: RefundState }

export async function listRefunds({ ledger, tenant }: Desk, which: { readonly done?: boolean } = {}): Promise<readonly RefundState[]> {
  return (await refundsOf(ledger, tenant, which)).map(refundState)
}

/** @throws {LienthongError} `payment.unknown_reference`, `payment.nothing_to_refund` */
export async function askRefund(desk: Desk, reference: string, reason: RefundDecision): Promise<RefundState> {
  const { ledger, tenant, clock } = desk
  let refused: string | undefined
  const settled = await settlePayment(ledger, tenant, reference, ({ attempt }): PaymentChanges => {
    refused = undefined
    const { transaction_no, partner, state } = attempt
    if (!paysBill(state) || transaction_no === null) {
      refused = state
      return { journal: [] }
    }
    const amount = attempt.paid_amount ?? attempt.amount
    const note = { news: 'refund-asked', transaction: transaction_no, amount, reason }
    return {
      attempt: { state: stateAfter(state, 'refund-asked') },
      refund: { reference, transaction_no, amount, reason, asked_at: clock.now(), done_at: null },
      journal: [{ partner, kind: 'refund', reference, message: canonicalJson(note), note }],
    }
  })
  if (settled === undefined) throw new LienthongError('payment.unknown_reference', { values: { reference } })
  if (refused !== undefined) throw new LienthongError('payment.nothing_to_refund', { values: { reference } })
  return refundState(await choose(desk, { reference }))
}

/** @throws {LienthongError} `payment.nothing_to_refund`, `payment.which_refund` */
export async function recordRefund(desk: Desk, choice: RefundChoice): Promise<RefundState> {
  return done(desk, await choose(desk, choice), 'record', '')
}

/** @throws as {@link recordRefund}; what kept the request from leaving, and then it may be tried again */
export async function sendRefund(desk: Desk, choice: RefundChoice, signal: AbortSignal | undefined): Promise<RefundOutcome> {
  const { ledger, tenant, clock } = desk
  const row = await choose(desk, choice)
  const { reference, transaction_no, amount } = row
  if (row.done_at !== null) return { outcome: 'done', refund: refundState(row), refundNumber: '' }
  const attempt = await attemptBy(ledger, tenant, reference)
  if (attempt === undefined) throw new LienthongError('payment.unknown_reference', { values: { reference } })
  const platform = desk.platformFor(attempt.partner)
  // The call names our reference alone: a second payment under it cannot be meant.
  if (!platform.canRefund || attempt.transaction_no !== transaction_no) return { outcome: 'manual', refund: refundState(row) }
  const order = { reference, amount: String(amount), reason: WORDS[row.reason] ?? WORDS['by-decision'] }
  const about = { partner: attempt.partner, reference, message: canonicalJson(order) }
  const note = { transaction: transaction_no, amount }
  const key = { tenant, reference, transaction_no }
  if (!(await claimRefund(ledger, key, clock.now(), { ...about, kind: 'refund', note: { ...note, news: 'refund-sent' } })))
    return { outcome: 'unknown', refund: refundState(await choose(desk, choice)) }
  let answer: RefundAnswer
  try {
    answer = await platform.refund(order, { signal })
  } catch (error) {
    if (!isLienthongError(error)) throw error
    if (!neverLeft(error)) return { outcome: 'unknown', refund: refundState({ ...row, sent_at: clock.now() }) }
    await releaseRefund(ledger, key, { ...about, kind: 'refund-answer', note: { ...note, news: 'not-sent', code: error.code } })
    throw error
  }
  if (answer.outcome === 'refused') {
    await releaseRefund(ledger, key, { ...about, kind: 'refund-answer', note: { ...note, news: 'refused', code: answer.code } })
    return { outcome: 'refused', refund: refundState(row), code: answer.code, message: answer.message }
  }
  return { outcome: 'done', refund: await done(desk, row, 'platform', answer.refundNumber), refundNumber: answer.refundNumber }
}

/** Without marks and `|`: the reason is signed and stands on bank statements. */
const WORDS = {
  'paid-twice': 'Nop trung, hoan lai',
  'other-amount': 'Nop sai so tien, hoan lai',
  'bill-cancelled': 'Khoan thu da huy, hoan lai',
  'dossier-withdrawn': 'Rut ho so, hoan lai',
  'by-decision': 'Hoan lai theo quyet dinh',
} satisfies Record<RefundReason, string> as Readonly<Record<string, string>> & { readonly 'by-decision': string }

async function choose({ ledger, tenant }: Desk, { reference, transaction }: RefundChoice): Promise<PaymentRefundRow> {
  const rows = await refundsOf(ledger, tenant, { reference })
  const named = rows.filter(({ transaction_no }) => transaction === undefined || transaction_no === transaction)
  const waiting = named.filter(({ done_at }) => done_at === null)
  // One that is done already is found again: whoever repeats the command has his answer.
  const [found, ...others] = waiting.length > 0 ? waiting : named
  if (found === undefined) throw new LienthongError('payment.nothing_to_refund', { values: { reference } })
  if (others.length > 0) {
    const transactions = [found, ...others].map(({ transaction_no }) => transaction_no).join(', ')
    throw new LienthongError('payment.which_refund', { values: { reference, transactions } })
  }
  return found
}

async function done(desk: Desk, row: PaymentRefundRow, by: 'record' | 'platform', refundNumber: string): Promise<RefundState> {
  if (row.done_at !== null) return refundState(row)
  const { ledger, tenant, clock } = desk
  const { reference, transaction_no, amount, reason, asked_at } = row
  const done_at = clock.now()
  const note = { news: 'refund-done', transaction: transaction_no, amount, by, refundNumber }
  await settlePayment(ledger, tenant, reference, ({ attempt, bill }): PaymentChanges => {
    const journal = [{ partner: attempt.partner, kind: 'refund', reference, message: canonicalJson(note), note }]
    const refund = { reference, transaction_no, amount, reason, asked_at, done_at }
    // A second payment under the same reference leaves the first one where it is.
    if (attempt.transaction_no !== transaction_no) return { refund, journal }
    const state = stateAfter(stateAfter(attempt.state, 'refund-asked'), 'refund-done')
    return { attempt: { state }, ...unpaid(bill, reference), refund, journal }
  })
  return refundState({ ...row, done_at })
}

/** What was given back pays nothing any more, and whoever decided that does not want it paid again. */
function unpaid({ state, paid_by }: PaymentStanding['bill'], reference: string): Pick<PaymentChanges, 'bill'> {
  return state === 'paid' && paid_by === reference ? { bill: { state: 'cancelled' } } : {}
}

/** A refund of the books as it is told. */
export function refundState({ reference, transaction_no: transaction, amount, reason, asked_at, sent_at, done_at }: PaymentRefundRow): RefundState {
  return { reference, transaction, amount, reason, requestedAt: asked_at, sentAt: sent_at, doneAt: done_at }
}
