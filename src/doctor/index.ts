/** `lienthong doctor`: would a pass work? */
export type { Check, CheckDetail, CheckState } from './check.js'
export { checkInstallation, type InstallationOptions } from './installation.js'
export { checkTenant, type TenantCheckOptions } from './tenant.js'
