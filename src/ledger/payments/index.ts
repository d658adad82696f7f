export * from './book.js'
export { type ChainVerdict, type JournalEntry, verifyJournal } from './journal.js'
export { openBill, sealBill } from './sealed.js'
export type { BillState } from './tables.js'
