export {
  fromOwnRecord,
  fromOwnRecordWith,
  type OwnDossier,
  type OwnRecordContext,
  type OwnRecords,
  type ReadRecord,
  readOwnRecord,
} from './from-record.js'
export type { Moment, RawFee, RawStep, RowHelp, Word } from './help.js'
export { ownSystemRules } from './rules.js'
