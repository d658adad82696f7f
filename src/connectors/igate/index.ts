export { type AdapterCall, type IgateAdapter, type IgateAdapterOptions, type IgateUpload, igateAdapter } from './adapter.js'
export { type Igate, type IgateOptions, type IgateRows, type IgateSearch, igate } from './client.js'
export type { IgateDossier, IgateFee, IgateProcedure, IgateRef, IgateTask } from './wire.js'
export type { IgateIntake, IgateProgress, IgateState } from './wire-adapter.js'
