export {
  type BillCancelled,
  type BillRow,
  billBy,
  billByLookup,
  billsMeant,
  billsUnder,
  cancelBill,
  keepBill,
  keepLookup,
  openAttemptOf,
  type ShownBill,
} from './bills.js'
export * from './book.js'
export { type ChainHead, type ChainVerdict, type JournalEntry, verifyJournal } from './journal.js'
export { paidSince } from './paid.js'
export * from './reading.js'
export { claimRefund, releaseRefund } from './refunds.js'
export { openBill, sealBill } from './sealed.js'
export type { PaymentChanges, PaymentStanding } from './settling.js'
export type { BillState, CancelReason } from './tables.js'
