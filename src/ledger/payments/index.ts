export * from './book.js'
export { type ChainVerdict, type JournalEntry, verifyJournal } from './journal.js'
export type { BillState } from './tables.js'
