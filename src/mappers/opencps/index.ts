export { fromOpenCps, type OpenCpsMapping, type OpenCpsSource } from './from-opencps.js'
export { openCpsRules } from './rules.js'
export { applicantsMismatch, fromOpenCpsService, type OpenCpsProcedure } from './services.js'
export { openCpsTime, openCpsTraits } from './traits.js'
