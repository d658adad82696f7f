export {
  type Assembly,
  type AssemblyOptions,
  assemblePortal,
  assembleSource,
  assembleTenant,
  chooseTenant,
  openConfiguredLedger,
  readProcedures,
  tablesOf,
  tenantAssembly,
  tenantDirectory,
} from './assemble.js'
export { assembleCatalogues, assembleUpload, cataloguesOf, type TenantCatalogues } from './assemble-catalogue.js'
export { configNames, type LoadedConfig, ledgerFile, loadConfig, readLedgerKey, readSecret, type Surroundings } from './load.js'
export { type Config, type ConfigInput, configSchema, defineConfig, type PortalConfig, type SourceConfig, type TenantConfig } from './schema.js'
export { type NamedSecret, secretsOf } from './secrets.js'
