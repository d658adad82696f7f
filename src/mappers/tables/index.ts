export { type AgencyRow, type AgencyTable, agencyRow, noAgencies, parseAgencies } from './agencies.js'
export { noPlaces, type PlaceRow, type PlacesSetting, type PlaceTable, parsePlaces, placeRow, placesSetting } from './places.js'
export { type RecordedTables, recordedTables, type TableUse, type WordTable, wordTables } from './recording.js'
export { type PaymentState, type Product, products, type RegisterField, type SendPolicy, type TablesInput } from './schema.js'
export {
  type CodeTable,
  type CodeTables,
  codeTables,
  entryOf,
  firstRow,
  loadDefaults,
  parseCodeTables,
  textEntryOf,
  type WireCodes,
} from './tables.js'
