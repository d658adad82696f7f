/** The ledger's tables of payments. What is personal stands sealed; times are milliseconds. */
import type { DutyKind, PaidThrough, TransactionState } from '../../domain/index.js'

/** `cancelled`: nobody has to pay it any more. */
export type BillState = 'open' | 'paid' | 'cancelled'

/** Why nobody has to pay a bill: a corrected one took its place, or somebody decided so. */
export type CancelReason = 'replaced' | 'by-decision'

/** What somebody owes: the same dossier with the same lines is the same bill. */
export interface BillTable {
  tenant: string
  id: string
  duty: DutyKind
  /** Code of the dossier, decision or notice. */
  bill_code: string
  /** The same as codes are compared. */
  bill_key: string
  dossier_code: string | null
  dossier_key: string | null
  /** Digest of duty, codes and lines, however they were typed: another one is another bill. */
  content_digest: string
  amount: number
  state: BillState
  /** The payment request. */
  sealed: Uint8Array
  created_at: number
  paid_at: number | null
  /** Reference of the attempt that paid it. */
  paid_by: string | null
  paid_through: PaidThrough | null
  /** On an open bill `replaced`: its page is still open, and when that has ended unpaid nobody has to pay it any more. */
  cancelled_as: CancelReason | null
}

/** One try to pay a bill. */
export interface PaymentAttemptTable {
  tenant: string
  reference: string
  bill: string
  partner: string
  amount: number
  /** The very text that was sent as the attempt's time: every later question repeats it. */
  wire_at: string
  state: TransactionState
  /** 1 while it may still take money: at most one of a bill. */
  open: number
  /** The order as it is sent, and the address of its pay page once there is one. */
  sealed: Uint8Array
  created_at: number
  updated_at: number
  /** When the platform gave a pay page; null: it may never have heard of it. */
  accepted_at: number | null
  /** Until then the pay page takes money. */
  closes_at: number
  /** When the platform is asked next; null: nobody has to ask. */
  next_query_at: number | null
  queries: number
  /** The platform's number of the payment. */
  transaction_no: string | null
  bank: string | null
  /** What the platform said was paid, where that is another amount than ours. */
  paid_amount: number | null
  /** The time under which the platform told of the payment, as it wrote it. */
  told_at: string | null
  /** When its receipt is asked for next; null: nobody has to. */
  receipt_at: number | null
  /** The link to it that came with the result, sealed. */
  receipt_link: Uint8Array | null
}

/** Money that has to go back. */
export interface PaymentRefundTable {
  tenant: string
  reference: string
  transaction_no: string
  amount: number
  reason: string
  asked_at: number
  /** When the platform was asked to give it back: never twice, as long as nobody knows what became of that. */
  sent_at: number | null
  done_at: number | null
}

/** The platform's receipts, sealed. */
export interface PaymentReceiptTable {
  tenant: string
  reference: string
  sealed: Uint8Array
  fetched_at: number
}

/** Under which code a bill was shown to somebody who looked it up. */
export interface BillLookupTable {
  tenant: string
  lookup_code: string
  bill: string
  shown_at: number
}

/** Append-only, each entry bound to the one before it: what an auditor reads. */
export interface PaymentJournalTable {
  tenant: string
  partner: string
  /** 1, 2, 3 … without a gap. */
  seq: number
  at: number
  /** `init`, `init-answer`, `result`, `result-refused`, `query`, `no-query`, `receipt`, `refund`, `bill-cancelled`, `bill-reopened`, `refund-answer`. */
  kind: string
  reference: string | null
  /** Keyed digest of the message as it was sent or came: of a question the answer's, and the question's own where none came. */
  message_digest: string
  /** What came of it: no personal data. JSON. */
  note: string
  previous: string
  hash: string
}

export interface PaymentTables {
  bills: BillTable
  payment_attempts: PaymentAttemptTable
  payment_refunds: PaymentRefundTable
  payment_receipts: PaymentReceiptTable
  bill_lookups: BillLookupTable
  payment_journal: PaymentJournalTable
}
