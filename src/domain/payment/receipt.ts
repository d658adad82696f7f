import type { Vnd } from '../money.js'
import type { Instant } from '../time.js'

/** The platform's voucher of one paid attempt: the file itself, because links to it expire. */
export interface Receipt {
  readonly mediaType: 'application/pdf'
  readonly bytes: Uint8Array
  readonly fetchedAt: Instant
}

/** Why money goes back. */
export type RefundReason = 'paid-twice' | 'other-amount' | 'bill-cancelled' | 'dossier-withdrawn' | 'by-decision'

/** Money that has to go back to whoever paid. Where a platform has no call for it, people do it and record it. */
export interface Refund {
  readonly reference: string
  readonly amount: Vnd
  readonly reason: RefundReason
  readonly requestedAt: Instant
  readonly doneAt: Instant | null
}
