/**
 * What a VNPT iGate 2.x gateway answers. contracts/provincial-sources.md §7.
 * Read leniently: unknown fields are kept, numbers may come as text and the other way round, and what is an object in one answer is an
 * array or a bare text in the next.
 */
import { z } from 'zod'

type Scalar = string | number | boolean
const isScalar = (value: unknown): value is Scalar => ['string', 'number', 'boolean'].includes(typeof value)

/** Text, or a number or boolean in its place. */
const text = z.custom<Scalar>(isScalar, 'expected a text').transform(String).nullish()

/** Of several languages; 46 is English. §7.3 */
const VIETNAMESE = '228'
/** No answer nests a name deeper. */
const DEEPEST_NAME = 4

/** A name: text, `{name}`, `{label}`, or one of these for each language. */
const name = z.custom<unknown>((value) => isNameLike(value, 0), 'expected a name').transform(nameIn)

/** What iGate writes as `{id, code, name}`, or as a bare id or name. */
export interface IgateRef {
  readonly id: string | null
  readonly code: string | null
  readonly name: string | null
}
const ref = z
  .custom<unknown>((value) => isScalar(value) || isRefObject(first(value)), 'expected an object with id and name')
  .transform(refIn)
  .nullish()

/** A task of `task[]` (§7.4). */
export const igateTask = z.looseObject({
  id: text,
  assignee: z.looseObject({ id: text, fullname: text }).nullish(),
  agency: ref,
  isCurrent: text,
  createdDate: text,
  updatedDate: text,
  activitiTask: z.looseObject({ id: text, status: text }).nullish(),
  bpmProcessDefinitionTask: z
    .looseObject({
      id: text,
      name: name.nullish(),
      remind: ref,
      definitionTask: z.looseObject({ definitionKey: text, name: name.nullish() }).nullish(),
      processingTime: text,
      processingTimeUnit: text,
    })
    .nullish(),
})
export type IgateTask = z.infer<typeof igateTask>

/** An item of `dossierFee[]`; its shape is not published (A). */
export const igateFee = z.looseObject({
  id: text,
  procost: z.looseObject({ id: text, type: ref }).nullish(),
  quantity: text,
  amount: text,
  paid: text,
  required: text,
})
export type IgateFee = z.infer<typeof igateFee>

/** What the e-form holds of the applicant. Forms differ: anything may be absent. */
const applicantData = z.looseObject({
  fullname: text,
  ownerFullname: text,
  birthday: text,
  gender: text,
  identityNumber: text,
  identityDate: text,
  phoneNumber: text,
  email: text,
  fax: text,
  address: text,
  organization: name.nullish(),
  province: name.nullish(),
  district: name.nullish(),
  village: name.nullish(),
  noidungyeucaugiaiquyet: text,
  chonDoiTuong: ref,
})

/** A dossier as search and detail show it (§7.3). Tasks and fees are read one by one, so that a bad one costs only itself. */
export const igateDossier = z.looseObject({
  id: text,
  code: text,
  dossierStatus: ref,
  dossierTaskStatus: ref,
  applicant: z.looseObject({ userId: text, eformId: text, data: applicantData.nullish() }).nullish(),
  procedure: z.looseObject({ id: text, code: text, nationCode: text, name: name.nullish(), translate: name.nullish(), sector: ref }).nullish(),
  agency: ref,
  applyMethod: ref,
  appliedDate: text,
  acceptedDate: text,
  appointmentDate: text,
  dueDate: text,
  completedDate: text,
  returnedDate: text,
  updatedDate: text,
  processingTime: text,
  processingTimeUnit: text,
  dossierReceivingKind: ref,
  paymentMethod: ref,
  task: z.array(z.unknown()).nullish(),
  currentTask: z.array(z.unknown()).nullish(),
  dossierFee: z.array(z.unknown()).nullish(),
})
export type IgateDossier = z.infer<typeof igateDossier>

/** A procedure of `bd/procedure/--can-apply` (§7.2). */
export const igateProcedure = z.looseObject({
  id: text,
  code: text,
  nationCode: text,
  name: name.nullish(),
  translate: name.nullish(),
  sector: ref,
  agency: z.union([z.array(ref), ref.transform((one) => (one == null ? null : [one]))]).nullish(),
  level: ref,
})
export type IgateProcedure = z.infer<typeof igateProcedure>

const count = z
  .custom<string | number>((value) => (typeof value === 'number' || typeof value === 'string') && /^\d+$/.test(String(value)), 'expected a count')
  .transform(Number)
  .nullish()

/** A page of Spring (§7.1): `spec=page` has totals, `spec=slice` none. Rows are read one by one. */
export const igatePage = z.looseObject({
  content: z.array(z.unknown()),
  totalElements: count,
  totalPages: count,
  number: count,
  size: count,
  last: z.boolean().nullish(),
})

/** The answer of Keycloak, also where a proxy wraps it as `{data}` (§7.6 step 1). */
export const igateToken = z.looseObject({ access_token: z.string().min(1), expires_in: count, token_type: text })

/** Keycloak's refusal. */
export const igateTokenRefusal = z.looseObject({ error: z.string() })

/** `{value}`: the next dossier number (§7.2). */
export const igateNextValue = z.looseObject({ value: z.string().min(1) })

/** Every field name read here. */
export const igateFieldNames: readonly string[] = [
  ...new Set([
    ...namesIn(igateDossier),
    ...namesIn(igateTask),
    ...namesIn(igateFee),
    ...namesIn(igateProcedure),
    'content',
    'name',
    'label',
    'languageId',
  ]),
]

function namesIn(schema: unknown): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return namesIn(schema.unwrap())
  if (!(schema instanceof z.ZodObject)) return []
  return Object.entries(schema.shape).flatMap(([field, below]) => [field, ...namesIn(below)])
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value
}

function isRefObject(value: unknown): boolean {
  if (!isObject(value)) return false
  const { id, code, name, label } = value
  return [id, code].every((one) => one == null || isScalar(one)) && [name, label].every((one) => one == null || isNameLike(one, 0))
}

function isNameLike(value: unknown, depth: number): boolean {
  if (typeof value === 'string' || typeof value === 'number') return true
  if (depth >= DEEPEST_NAME) return false
  if (Array.isArray(value)) return value.every((one) => one == null || isNameLike(one, depth + 1))
  if (!isObject(value) || !('name' in value || 'label' in value)) return false
  return [value.name, value.label].every((one) => one == null || isNameLike(one, depth + 1))
}

function nameIn(value: unknown): string | null {
  if (value == null) return null
  if (Array.isArray(value)) {
    const own = value.find((one) => isObject(one) && String(one.languageId) === VIETNAMESE)
    return nameIn(own ?? value[0])
  }
  return isObject(value) ? nameIn(value.name ?? value.label) : String(value)
}

/** A bare number is an id, a bare text a name. */
function refIn(written: unknown): IgateRef {
  const value = first(written)
  if (isObject(value)) {
    const id = value.id ?? value.value
    return { id: isScalar(id) ? String(id) : null, code: isScalar(value.code) ? String(value.code) : null, name: nameIn(value) }
  }
  const bare = String(value)
  return /^(?:\d+|[0-9a-f]{24}|)$/i.test(bare.trim()) ? { id: bare, code: null, name: null } : { id: null, code: null, name: bare }
}
