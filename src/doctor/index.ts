/** `lienthong doctor`: would a pass work? */
export type { Check, CheckDetail, CheckState } from './check.js'
export { checkInstallation, type InstallationOptions } from './installation.js'
export {
  checkFileMapping,
  checkMapping,
  type FileMappingOptions,
  type MappingOptions,
  type MappingReport,
  type SourceMapping,
  type UnmappedWord,
  type UnusedRow,
} from './mapping.js'
export { checkTenant, type TenantCheckOptions } from './tenant.js'
