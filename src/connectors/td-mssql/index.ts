export { type TdDatabase, type TdDatabaseOptions, type TdMark, type TdRecord, type TdTables, type TdWindow, tdDatabase } from './database.js'
export type { SchemaNames } from './names.js'
export { type TdRest, type TdRestOptions, type TdSearch, tdRest } from './rest.js'
export type { DossierColumn, TdPage } from './wire.js'
