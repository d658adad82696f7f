export { type WcfMotCua, type WcfMotCuaOptions, type WcfSearch, wcfMotCua } from './client.js'
export type { FieldNames, WcfPage } from './wire.js'
