export { type AssemblyOptions, assembleTenant, chooseTenant, openConfiguredLedger } from './assemble.js'
export { configNames, type LoadedConfig, loadConfig, readLedgerKey } from './load.js'
export { type Config, type ConfigInput, configSchema, defineConfig, type TenantConfig } from './schema.js'
