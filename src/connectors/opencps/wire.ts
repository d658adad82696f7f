/**
 * What an OpenCPS v2 server answers. contracts/provincial-sources.md §4.
 * Read leniently: unknown fields are kept, an empty text stands for "not set", numbers may come as text.
 */
import { z } from 'zod'
import { textLike } from '../lenient/wire.js'

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
  cityCode: textLike,
  districtCode: textLike,
  wardCode: textLike,
  contactName: textLike,
  contactTelNo: textLike,
  contactEmail: textLike,
  delegateName: textLike,
  delegateIdNo: textLike,
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
  lockState: textLike,
  originality: numberLike,
  originDossierNo: textLike,
  groupDossierId: textLike,
  systemId: numberLike,
  durationCount: numberLike,
  durationUnit: numberLike,
  lastActionDate: textLike,
  lastActionCode: textLike,
  stepOverdue: textLike,
  metaData: textLike,
})
export type OpenCpsDossier = z.infer<typeof openCpsDossier>

const dossierNumbers = ['dossierId', 'originality', 'systemId', 'durationCount', 'durationUnit'] as const satisfies readonly (keyof OpenCpsDossier)[]
const isNumber = new Set<string>(dossierNumbers)
const dossierTexts = Object.keys(openCpsDossier.shape).filter((name) => name !== 'referenceUid' && !isNumber.has(name))
const isText = new Set(dossierTexts)

export type OpenCpsDossierReading =
  | { readonly ok: true; readonly value: OpenCpsDossier }
  /** Empty for what is no object. */
  | { readonly ok: false; readonly field: string }

/**
 * As {@link openCpsDossier} reads a row. Every row of every changed page passes here: one walk over the names costs a tenth of the schema,
 * and a row in which every field already has its type is read as it is.
 */
export function readOpenCpsDossier(row: unknown): OpenCpsDossierReading {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return { ok: false, field: '' }
  const given = row as Readonly<Record<string, unknown>>
  if (typeof given.referenceUid !== 'string') return { ok: false, field: 'referenceUid' }
  if (isAsNamed(given)) return { ok: true, value: given as OpenCpsDossier }
  const value: Record<string, unknown> = { referenceUid: given.referenceUid }
  for (const name of dossierTexts) {
    const text = given[name]
    if (typeof text === 'string') value[name] = text
    else if (typeof text === 'number' || typeof text === 'boolean') value[name] = String(text)
    else if (text !== null && text !== undefined) return { ok: false, field: name }
  }
  for (const name of dossierNumbers) {
    const number = given[name]
    if (typeof number === 'number') value[name] = number
    else if (typeof number === 'string') value[name] = number === '' ? null : Number(number)
    else if (number !== null && number !== undefined) return { ok: false, field: name }
  }
  return { ok: true, value: value as OpenCpsDossier }
}

/** Whether nothing that we read of a row has to be bent. */
function isAsNamed(row: Readonly<Record<string, unknown>>): boolean {
  for (const name of dossierNumbers) {
    const number = row[name]
    if (typeof number !== 'number' && number !== null && number !== undefined) return false
  }
  for (const name in row) {
    const value = row[name]
    if (typeof value !== 'string' && value !== null && value !== undefined && isText.has(name)) return false
  }
  return true
}

/** Whether we read this field of a dossier. */
export function openCpsReads(field: string): boolean {
  return Object.hasOwn(openCpsDossier.shape, field) || (openCpsUpdateFields as readonly string[]).includes(field)
}

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
  /** Wall clock in a record of its own, with a quoted `Z` in lists, where it is local time all the same (§3.4). */
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

/** Children that are lists wherever they stand in an XML answer. The root of a list is called `data` too. */
export const openCpsLists: ReadonlySet<string> = new Set(['data', 'serviceConfigs'])

/** Every name that a file of OpenCPS may hold. */
export const openCpsFieldNames: readonly string[] = [
  openCpsDossier,
  openCpsAction,
  openCpsPayment,
  openCpsService,
  openCpsServiceInfo,
  openCpsPage,
].flatMap(({ shape }) => Object.keys(shape))

/** What `PUT /dossiers/{id}` takes as form fields, as far as a mark may need them (§4.2). Everything is text. */
export const openCpsUpdateFields = [
  'serviceCode',
  'govAgencyCode',
  'dossierTemplateNo',
  'viaPostal',
  'postalAddress',
  'postalCityCode',
  'postalTelNo',
  'applicantNote',
  'delegateName',
  'delegateIdNo',
  'delegateTelNo',
  'delegateEmail',
  'delegateAddress',
  'delegateCityCode',
  'delegateDistrictCode',
  'delegateWardCode',
  'briefNote',
  'dossierName',
  'sampleCount',
] as const
export type OpenCpsUpdateField = (typeof openCpsUpdateFields)[number]

const wallClock = z.string().regex(/^\d{2}\/\d{2}\/\d{4} \d{2}:\d{2}:\d{2}$/, 'expected dd/MM/yyyy HH:mm:ss')
const filled = z.string().trim().min(1)
const optional = z.string().optional()

/**
 * A dossier from outside as `POST /dossiers/publish` takes it (§4.2): strict, so that a misspelt field is refused here and not dropped
 * there. The publish form spells `correcttingDate` so. That dates are wall clocks as in lists is assumed.
 */
export const openCpsPublication = z.strictObject({
  referenceUid: filled,
  serviceCode: filled,
  serviceName: optional,
  govAgencyCode: filled,
  govAgencyName: optional,
  dossierTemplateNo: optional,
  applicantName: filled,
  applicantIdType: z.enum(['citizen', 'business', 'organization']),
  applicantIdNo: filled,
  applicantIdDate: wallClock.optional(),
  address: optional,
  cityCode: optional,
  cityName: optional,
  districtCode: optional,
  districtName: optional,
  wardCode: optional,
  wardName: optional,
  contactName: optional,
  contactTelNo: optional,
  contactEmail: optional,
  delegateName: optional,
  delegateIdNo: optional,
  delegateTelNo: optional,
  delegateEmail: optional,
  delegateAddress: optional,
  online: z.boolean().optional(),
  notification: z.boolean().optional(),
  /** 0 and 1: at the counter. */
  viaPostal: z.int().min(0).max(2).optional(),
  postalAddress: optional,
  postalCityCode: optional,
  postalTelNo: optional,
  applicantNote: optional,
  submissionNote: optional,
  briefNote: optional,
  dossierName: optional,
  /** 0 copy for publishing, 1 online, 2 interoperation, 3 one-stop, 4 interlinked. */
  originality: z.int().min(0).max(4),
  dossierNo: optional,
  createDate: wallClock.optional(),
  modifiedDate: wallClock.optional(),
  submitDate: wallClock.optional(),
  receiveDate: wallClock.optional(),
  dueDate: wallClock.optional(),
  releaseDate: wallClock.optional(),
  finishDate: wallClock.optional(),
  cancellingDate: wallClock.optional(),
  correcttingDate: wallClock.optional(),
  extendDate: wallClock.optional(),
  dossierStatus: optional,
  dossierStatusText: optional,
  dossierSubStatus: optional,
  dossierSubStatusText: optional,
  lockState: optional,
  durationCount: z.number().min(0).optional(),
  /** 0 days, 1 hours. */
  durationUnit: z.int().min(0).max(1).optional(),
  metaData: optional,
  /** 5: from the national portal, under the number `referenceUid` (§4.3). */
  systemId: z.int().min(0).optional(),
})
export type OpenCpsPublication = z.input<typeof openCpsPublication>
