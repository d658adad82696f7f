import { days, hours, minutes, seconds } from '../base/index.js'

export interface PaymentSettings {
  /** How long the platform's page takes money (assumed 15 minutes, §13). */
  readonly pageMs: number
  /** So long after its page has closed an unpaid attempt counts as expired: banks answer late. */
  readonly graceMs: number
  /** First question about an attempt that nobody has told about; doubles up to {@link longestWaitMs}. */
  readonly askAfterMs: number
  readonly longestWaitMs: number
  /** How long a payment request may be on its way: until then "no such reference" proves nothing. */
  readonly sendingMs: number
  /** So long after a payment its receipt is asked for. One that is not there yet is asked for again after as long as the attempt is old, a day at most. */
  readonly receiptAfterMs: number
  /** A receipt that is not there so long after the attempt is fetched only when somebody asks for it. */
  readonly receiptWithinMs: number
}

export const defaultPaymentSettings: PaymentSettings = {
  pageMs: minutes(15),
  graceMs: minutes(15),
  askAfterMs: minutes(2),
  longestWaitMs: hours(1),
  sendingMs: minutes(2),
  receiptAfterMs: seconds(30),
  receiptWithinMs: days(30),
}
