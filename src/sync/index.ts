export { isLoopback } from '../transport/index.js'
export { accountSystem } from './account-brakes.js'
export { currentHold, type Hold, standingBrakes, wasRefused } from './brakes.js'
export type { DispatchReport } from './dispatcher.js'
export {
  type PassOptions,
  type PassProgress,
  type PassReport,
  previewPass,
  type RunReport,
  runPass,
  watch,
} from './engine.js'
export { keyVersionOf, type LinkedFile, linkFiles, openLink, tokenDigest, tokenOf } from './files/linking.js'
export { type FileOpenerOptions, fileOpener } from './files/opening.js'
export { type Part, parseRange, partOf, sliced } from './files/ranges.js'
export { defaultFileTypes, extensionOf, extensionsOf, type FileType, fileTypes, TELLING_BYTES, typeOf } from './files/types.js'
export type { FileHost, WebFileOptions } from './files/web.js'
export { loggingObserver } from './log-observer.js'
export {
  type BatchRead,
  type BrakeState,
  endOfPass,
  endOfSlice,
  observers,
  type PassEnd,
  type PassStart,
  type ReadingEnd,
  type ReadingStart,
  type RunCounter,
  type RunEnd,
  runCounters,
  type SettledSend,
  type SliceStart,
  type SliceSummary,
  type SyncObserver,
  type Watching,
  watched,
} from './observer.js'
export { type OpenTelemetrySyncApi, openTelemetrySync } from './opentelemetry.js'
export { outlookOf } from './outlook.js'
export { type OwnershipRule, ownershipRule } from './ownership.js'
export type { GoneCounts, PlanningReport } from './planner.js'
export type * from './ports.js'
export { defaultRetry, type RetryPolicy } from './retry-policy.js'
export { defaultScope, type Scope, type ScopeRule, scopeOf, scopeRule } from './scope.js'
export { defaultSettings, type SyncSettings, type TenantSync } from './settings.js'
export {
  type ChangesContext,
  type DefinedSource,
  defineSource,
  isDefinedSource,
  type OpenSourceOptions,
  type OwnBatch,
  type OwnContext,
  type OwnMark,
  type SourceDefinition,
} from './sources/defined.js'
export { type DropFolderOptions, dropFolderSource } from './sources/drop/index.js'
export { type HcmLgspSourceOptions, hcmLgspSource } from './sources/hcm-lgsp.js'
export { type IgateSourceOptions, igateSource } from './sources/igate.js'
export { type InboxDialect, type InboxSourceOptions, inboxSource, lgspMsyncInbox, relayPushInbox } from './sources/inbox.js'
export { type OpenCpsSourceOptions, openCpsSource } from './sources/opencps.js'
export { type RegisterSourceOptions, registerSource } from './sources/register.js'
export { type RowSourceOptions, rowSource } from './sources/rows.js'
export { type TdSourceOptions, tdSource } from './sources/td-mssql.js'
export { type TdRestSourceOptions, tdRestSource } from './sources/td-rest.js'
export { type WcfSourceOptions, wcfSource } from './sources/wcf-motcua.js'
export type { Tally } from './tally.js'
export { type PortalTargetOptions, portalTarget } from './targets/national-portal.js'
export { type PortalAccount, type PortalAccounts, type PortalAccountsOptions, portalAccounts } from './targets/portal-accounts.js'
export type { Preview } from './versions.js'
export { type WaitingContent, waitingContents } from './waiting.js'
export type { JobEngine, SliceJob } from './workers/job-engine.js'
export { ledgerSessions } from './workers/ledger-sessions.js'
export { pgBossEngine } from './workers/pg-boss.js'
export { runWorker, type SliceEnd, type WorkerOptions, type WorkerTenant } from './workers/worker.js'
export { type MarksReport, mayTellSources } from './write-back.js'
