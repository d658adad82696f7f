export { fromHcm, HCM_DATES, type HcmDossierForm, type HcmMapping, hcmTraits } from './from-hcm.js'
export { fromHcmProcedure, type HcmProcedureNames } from './procedures.js'
export { hcmRules } from './rules.js'
