export {
  envelopeAnswer,
  formalityAnswerIn,
  gatewayAnswer,
  type ProcedureDatabaseAnswer,
  type ProcedureDatabaseKind,
} from './answer.js'
export { type ProcedureDatabase, procedureDatabase, type WireProcedure } from './client.js'
export type {
  ProcedureDatabaseCall,
  ProcedureDatabaseDialect,
  ProcedureDatabaseNeed,
  ProcedureDatabaseSite,
  ProcedureDatabaseUse,
} from './dialect.js'
export { procedureDatabaseDialects } from './dialects/index.js'
export type { ListedProcedure, ListProblem, ProcedurePage } from './listing.js'
export type { ProcedureDatabaseOptions } from './options.js'
export { gatewayOutcomes, type ProcedureDatabaseMeaning, type ProcedureDatabaseRule, publicPortalOutcomes, sessionOutcomes } from './outcome.js'
export {
  type DecisionRow,
  type DictionaryService,
  dictionaryFields,
  dictionaryServices,
  type FormalityDetail,
  type ProcedureDetail,
  type ProcedureService,
} from './wire.js'
