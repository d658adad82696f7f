export { type AdapterCall, type IgateAdapter, type IgateAdapterOptions, type IgateUpload, igateAdapter } from './client.js'
export type { IgateIntake, IgateProgress, IgateState } from './wire.js'
