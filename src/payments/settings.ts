import { hours, minutes } from '../base/index.js'

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
}

export const defaultPaymentSettings: PaymentSettings = {
  pageMs: minutes(15),
  graceMs: minutes(15),
  askAfterMs: minutes(2),
  longestWaitMs: hours(1),
  sendingMs: minutes(2),
}
