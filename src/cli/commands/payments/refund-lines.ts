/** Money that has to go back, as it is told. */
import type { PaymentRefundRow } from '../../../ledger/index.js'
import { time, timeOrNull } from './words.js'

export function refundDocument({ reference, transaction_no: transaction, amount, reason, asked_at, done_at }: PaymentRefundRow) {
  return { reference, transaction, amount, reason, since: time(asked_at), doneAt: timeOrNull(done_at) }
}
