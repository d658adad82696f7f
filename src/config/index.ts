export { type AssemblyOptions, assembleTenant, chooseTenant, openConfiguredLedger } from './assemble.js'
export { configNames, type LoadedConfig, ledgerFile, loadConfig, readLedgerKey } from './load.js'
export { type Config, type ConfigInput, configSchema, defineConfig, type TenantConfig } from './schema.js'
