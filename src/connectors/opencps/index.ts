export type { OpenCpsFormat, OpenCpsRows } from './answer.js'
export { type OpenCps, type OpenCpsOptions, type OpenCpsSearch, type OpenCpsUpdate, type OpenCpsWindow, openCps } from './client.js'
export {
  type OpenCpsAction,
  type OpenCpsDossier,
  type OpenCpsPayment,
  type OpenCpsPublication,
  type OpenCpsService,
  type OpenCpsUpdateField,
  openCpsReads,
  openCpsUpdateFields,
} from './wire.js'
