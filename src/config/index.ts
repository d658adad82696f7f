export {
  assembleSource,
  assembleTenant,
  chooseTenant,
  readProcedures,
  tenantDirectory,
} from './assemble.js'
export { assembleCatalogues, assembleUpload, cataloguesOf, type TenantCatalogues } from './assemble-catalogue.js'
export { assembleFiles, type ServedFiles } from './assemble-files.js'
export { type AssembledPayments, assemblePayments, type ConfiguredPartner, partnersOf } from './assemble-payments.js'
export { type AssembledPortal, assemblePortal } from './assemble-portal.js'
export { configNames, type LoadedConfig, ledgerFile, loadConfig, readLedgerKey, readSecret, type Surroundings } from './load.js'
export { type LedgerUse, openConfiguredLedger, openPaymentLedger } from './open-ledger.js'
export { type Assembly, type AssemblyOptions, agenciesOf, tablesOf, tenantAssembly } from './parts.js'
export type { PaymentsConfig } from './payments.js'
export { type Config, type ConfigInput, configSchema, defineConfig, type PortalConfig, type TenantConfig } from './schema.js'
export { type NamedSecret, secretsOf } from './secrets.js'
export type { AccessSettings } from './shapes.js'
export type { AssembledSource, SourceSystem } from './sources/kind.js'
export { productOf, type SourceConfig, sourceExamples } from './sources/kinds.js'
