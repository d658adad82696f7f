export { type HcmLgsp, type HcmLgspOptions, hcmAccessKey, hcmLgsp } from './client.js'
export { type HcmDossierField, type HcmProcedureField, hcmDossierFields, hcmProcedureFields } from './wire.js'
