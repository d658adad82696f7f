export { catalogueUpload } from './client.js'
export type { CatalogueTarget, OfferedFee, OfferedService, OfferOutcome } from './offer.js'
export type { CatalogueUploadOptions } from './options.js'
