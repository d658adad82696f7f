/**
 * What an OpenCPS v2 server answers. contracts/provincial-sources.md §4.
 * Read leniently: unknown fields are kept, an empty text stands for "not set", numbers may come as text.
 */
import { z } from 'zod'

/** Text, or a number or boolean in its place. One check instead of a union: a row has forty such fields, and every row of every pass is read. */
const textLike = z
  .custom<string | number | boolean>(
    (value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean',
    'expected a text',
  )
  .transform(String)
  .nullish()
const numberLike = z
  .custom<string | number>((value) => typeof value === 'number' || typeof value === 'string', 'expected a number')
  .transform((value) => (value === '' ? null : Number(value)))
  .nullish()

/** A dossier as list and detail show it (§4.3). The detail lacks `domainCode` and `domainName`. */
export const openCpsDossier = z.looseObject({
  dossierId: numberLike,
  referenceUid: z.string(),
  dossierNo: textLike,
  dossierIdCTN: textLike,
  serviceCode: textLike,
  serviceName: textLike,
  domainCode: textLike,
  domainName: textLike,
  govAgencyCode: textLike,
  govAgencyName: textLike,
  applicantName: textLike,
  applicantIdType: textLike,
  applicantIdNo: textLike,
  applicantIdDate: textLike,
  address: textLike,
  contactName: textLike,
  contactTelNo: textLike,
  contactEmail: textLike,
  delegateName: textLike,
  delegateTelNo: textLike,
  delegateEmail: textLike,
  briefNote: textLike,
  dossierNote: textLike,
  submitDate: textLike,
  receiveDate: textLike,
  dueDate: textLike,
  releaseDate: textLike,
  finishDate: textLike,
  cancellingDate: textLike,
  correctingDate: textLike,
  createDate: textLike,
  modifiedDate: textLike,
  dossierStatus: textLike,
  dossierStatusText: textLike,
  dossierSubStatus: textLike,
  dossierSubStatusText: textLike,
  viaPostal: textLike,
  online: textLike,
  originality: numberLike,
  systemId: numberLike,
  durationCount: numberLike,
  durationUnit: numberLike,
  lastActionDate: textLike,
  lastActionCode: textLike,
  stepOverdue: textLike,
  metaData: textLike,
})
export type OpenCpsDossier = z.infer<typeof openCpsDossier>

/** One executed action of the feed `/dossiers/{id}/syncs` (§4.4); `createDate` is epoch milliseconds. */
export const openCpsAction = z.looseObject({
  dossierSyncId: numberLike,
  dossierId: numberLike,
  dossierRefUid: textLike,
  syncRefUid: textLike,
  createDate: numberLike,
  actionCode: textLike,
  actionName: textLike,
  actionUser: textLike,
  actionNote: textLike,
  syncType: numberLike,
  payload: textLike,
})
export type OpenCpsAction = z.infer<typeof openCpsAction>

/** The fee record `/dossiers/{id}/payment` (§4.5). It does not name its dossier: only the request path does. */
export const openCpsPayment = z.looseObject({
  paymentFileId: numberLike,
  referenceUid: textLike,
  paymentFee: textLike,
  advanceAmount: numberLike,
  feeAmount: numberLike,
  serviceAmount: numberLike,
  shipAmount: numberLike,
  paymentAmount: numberLike,
  paymentStatus: numberLike,
  paymentMethod: textLike,
  confirmDatetime: textLike,
  approveDatetime: textLike,
  invoiceNo: textLike,
})
export type OpenCpsPayment = z.infer<typeof openCpsPayment>

/** A procedure of the catalogue `/serviceinfos` (§4.5). */
export const openCpsService = z.looseObject({
  serviceInfoId: numberLike,
  serviceCode: z.string(),
  serviceName: textLike,
  serviceCodeDVCQG: textLike,
  serviceNameDVCQG: textLike,
  applicantText: textLike,
  durationText: textLike,
  domainCode: textLike,
  domainName: textLike,
  maxLevel: numberLike,
  synced: numberLike,
  active: textLike,
})
export type OpenCpsService = z.infer<typeof openCpsService>

/** Text, number or boolean; anything else costs this field and not the row. */
const lenientText = textLike.catch(null)

/** The whole row of `/serviceinfos` (§4.5), for the catalogue. Free texts may hold HTML. */
export const openCpsServiceInfo = z.looseObject({
  serviceCode: lenientText,
  serviceName: lenientText,
  serviceCodeDVCQG: lenientText,
  serviceNameDVCQG: lenientText,
  processText: lenientText,
  methodText: lenientText,
  dossierText: lenientText,
  conditionText: lenientText,
  durationText: lenientText,
  applicantText: lenientText,
  resultText: lenientText,
  regularText: lenientText,
  feeText: lenientText,
  administrationCode: lenientText,
  administrationName: lenientText,
  domainCode: lenientText,
  domainName: lenientText,
  maxLevel: lenientText,
  active: lenientText,
  serviceConfigs: z
    .array(
      z
        .looseObject({
          govAgencyCode: lenientText,
          govAgencyName: lenientText,
          serviceInstruction: lenientText,
          serviceLevel: lenientText,
          serviceUrl: lenientText,
        })
        .nullable()
        .catch(null),
    )
    .nullish()
    .catch(null),
})
export type OpenCpsServiceInfo = z.infer<typeof openCpsServiceInfo>

/** The envelope of every list. Rows are read one by one, so that one bad row costs one message. */
export const openCpsPage = z.looseObject({ total: numberLike, data: z.array(z.unknown()).nullish() })

/** The body of a failure, also with status 203 (§4.7). */
export const openCpsFailure = z.looseObject({ message: z.string(), code: numberLike, description: textLike })
