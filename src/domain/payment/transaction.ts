/**
 * How the state of one payment attempt follows what is learnt about it. contracts/payment-platform.md §2.3: money that is there never
 * goes away because of a message that comes later, and nothing fails because somebody waited.
 */
export const transactionStates = [
  /** Written down, not sent. */
  'created',
  /** The platform has it; the citizen may be paying. */
  'initiated',
  /** Nobody knows yet: an answer got lost, or the platform waits for a bank. */
  'pending',
  'paid',
  'failed',
  /** Its page is closed, and the platform says that it was not paid, or has no way to say anything. */
  'expired',
  /** Paid, and the receipt is in our hands. */
  'receipted',
  /** Settled: platform, bank and books agree. */
  'reconciled',
  /** Money that does not belong: a second payment of a bill, or of another amount. Somebody decides. */
  'disputed',
  'refund-requested',
  'refunded',
] as const
export type TransactionState = (typeof transactionStates)[number]

/** What is learnt about an attempt. `signed`: by a message whose signature held, or an answer to a question of ours. */
export type PaymentEvidence =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'paid' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'failed' }
  /** The platform says that nothing was paid, after its page had closed. */
  | { readonly kind: 'unpaid-after-closing' }
  /** Its page has closed, and the platform cannot be asked. */
  | { readonly kind: 'closed-unasked' }
  | { readonly kind: 'receipt' }
  | { readonly kind: 'settled' }
  /** The money is there, and the bill had been paid, or the amount is another one. */
  | { readonly kind: 'not-due' }
  | { readonly kind: 'refund-asked' }
  | { readonly kind: 'refund-done' }
export type EvidenceKind = PaymentEvidence['kind']

type Moves = Readonly<Partial<Record<TransactionState, TransactionState>>>

/** From any state before the money is known to be there, failed and expired included. */
const beforeMoney = (to: TransactionState): Moves => ({ created: to, initiated: to, pending: to, failed: to, expired: to })

/** The only moves there are; evidence that finds none changes nothing. */
const MOVES: Readonly<Record<EvidenceKind, Moves>> = {
  accepted: { created: 'initiated', pending: 'initiated' },
  unanswered: { created: 'pending' },
  refused: { created: 'failed', pending: 'failed' },
  paid: beforeMoney('paid'),
  pending: { created: 'pending', initiated: 'pending' },
  failed: { created: 'failed', initiated: 'failed', pending: 'failed' },
  'unpaid-after-closing': { created: 'expired', initiated: 'expired', pending: 'expired' },
  'closed-unasked': { created: 'expired', initiated: 'expired', pending: 'expired' },
  receipt: { paid: 'receipted' },
  settled: { ...beforeMoney('reconciled'), paid: 'reconciled', receipted: 'reconciled' },
  'not-due': { ...beforeMoney('disputed'), paid: 'disputed', receipted: 'disputed' },
  'refund-asked': { paid: 'refund-requested', receipted: 'refund-requested', reconciled: 'refund-requested', disputed: 'refund-requested' },
  'refund-done': { 'refund-requested': 'refunded' },
}

/** What `from` becomes; the same when the evidence changes nothing. */
export function stateAfter(from: TransactionState, evidence: EvidenceKind): TransactionState {
  return MOVES[evidence][from] ?? from
}

/** An attempt that may still take money: while there is one, no other may be begun for the same bill. */
export function isOpenAttempt(state: TransactionState): boolean {
  return state === 'created' || state === 'initiated' || state === 'pending'
}

/** The platform holds, or held, the citizen's money for this attempt. */
export function holdsMoney(state: TransactionState): boolean {
  return !isOpenAttempt(state) && state !== 'failed' && state !== 'expired' && state !== 'refunded'
}

/** The bill counts as paid by this attempt. Money in dispute pays nothing. */
export function paysBill(state: TransactionState): boolean {
  return state === 'paid' || state === 'receipted' || state === 'reconciled'
}
