export { type OpenCps, type OpenCpsOptions, type OpenCpsRows, type OpenCpsSearch, type OpenCpsWindow, openCps } from './client.js'
export type { OpenCpsAction, OpenCpsDossier, OpenCpsPayment, OpenCpsService } from './wire.js'
