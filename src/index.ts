/**
 * lienthong: keeps a province's procedures and dossiers in step with the national public-service systems.
 * What each part offers is under its own entry: `lienthong/connectors`, `/mappers`, `/rules`, `/sync`, `/catalogue`, `/sandbox`, `/testing`.
 */
export * from './base/index.js'
export {
  type AssembledPayments,
  type AssemblyOptions,
  assembleCatalogues,
  assembleFiles,
  assemblePayments,
  assembleTenant,
  type Config,
  type ConfigInput,
  chooseTenant,
  defineConfig,
  type LoadedConfig,
  loadConfig,
  openConfiguredLedger,
  openPaymentLedger,
  type ServedFiles,
  type TenantCatalogues,
  tenantDirectory,
} from './config/index.js'
export {
  type Check,
  type CheckDetail,
  type CheckState,
  checkInstallation,
  checkMapping,
  checkTenant,
  type InstallationOptions,
  type MappingOptions,
  type MappingReport,
  type TenantCheckOptions,
} from './doctor/index.js'
export * from './domain/index.js'
export {
  declaredDoubled,
  type FailureEntry,
  type FailureGroup,
  failureEntries,
  failureGroups,
  knowinglyUnsent,
  type Ledger,
  type LedgerStatus,
  ledgerStatus,
  newLedgerKey,
  openLedger,
  parseLedgerKey,
  procedureOn,
  retryFailures,
} from './ledger/index.js'
export { type DefinedSource, defineSource, type SourceDefinition } from './sync/index.js'
