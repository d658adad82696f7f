export * from './catalogue.js'
export * from './catalogue-details.js'
export * from './catalogue-pulls.js'
export {
  countPending,
  type DossierKey,
  type DueDossier,
  dossierName,
  type Leaving,
  retryFailures,
  type SettledOrStale,
  type Settlement,
  type WaitingOperation,
} from './dispatching.js'
export type { Lease, LeaseTaker } from './lease.js'
export { isPostgresUrl, type Ledger, type LedgerOptions, openLedger, type SqlLedger } from './ledger.js'
export * from './offers.js'
export type { DossierRow, KnownDossier, NewOperation, OperationRow, PlannedBatch, PlannedVersion, RunOutcome } from './planning.js'
export * from './reading.js'
export type * from './schema.js'
export { type DueQuestion, type RetryFilter, type SyncLedger, shardOf } from './sync-ledger.js'
export * from './tracing.js'
export { forgetUnreadable, unreadableId, unreadableIds } from './unreadable.js'
export { createVault, newLedgerKey, parseLedgerKey, type Vault } from './vault.js'
export { currentWriter } from './writer-lock.js'
