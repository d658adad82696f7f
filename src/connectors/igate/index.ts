export { type Igate, type IgateOptions, type IgateRows, type IgateSearch, igate } from './client.js'
export type { IgateDossier, IgateFee, IgateProcedure, IgateRef, IgateTask } from './wire.js'
