/** The canonical form of a dossier in files: one JSON object a line, our own field names, times as ISO 8601 with offset. */
import { z } from 'zod'
import { type Mapped, notesFor } from '../../base/index.js'
import { type Dossier, type Instant, isoInstant, type LocalDate, parseLocalDate, type Vnd, vnd } from '../../domain/index.js'
import { identityOf } from '../identity.js'
import { codeWord, known } from '../known.js'
import { nationalCodeOf } from '../national-code.js'
import type { DossierTraits } from '../traits.js'
import { fileRules } from './rules.js'

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/

const text = z.string().nullable().default(null).transform(known)
const flag = z.boolean().nullable().default(null)
const moment = z
  .string()
  .refine((value) => ISO.test(value) && !Number.isNaN(Date.parse(value)), 'a time such as 2025-03-10T08:15:00+07:00')
  .transform((value) => Date.parse(value) as Instant)
const time = moment.nullable().default(null)
const day = z
  .string()
  .refine((value) => parseLocalDate(value) !== undefined, 'a day such as 2025-03-10')
  .transform((value) => value as LocalDate)
const amount = z
  .number()
  .refine((value) => vnd(value) !== undefined, 'a whole amount of đồng')
  .transform((value) => value as Vnd)
const status = z.int().min(0).max(99).nullable().default(null)

const identity = z.strictObject({
  kind: z.enum(['personal-number', 'old-id-card', 'tax-code', 'other']),
  number: z.string().min(1),
  issuedOn: day.nullable().default(null),
})
const step = z.strictObject({
  id: text,
  at: moment,
  status,
  action: text,
  officer: text,
  position: text,
  department: text,
  note: text,
  startedAt: time,
  deadline: time,
  derived: z.boolean().default(false),
})
const fee = z.strictObject({ name: text, code: text, amountVnd: amount, paid: flag, collectedAt: text, kind: text })
const paper = z.strictObject({ name: z.string(), copies: z.int().min(0).nullable().default(null), kind: text })
/** Where the file lies at its source: one of the three. */
const file = z
  .union([z.strictObject({ path: z.string().min(1) }), z.strictObject({ id: z.string().min(1) }), z.strictObject({ url: z.string().min(1) })], {
    error: 'one of {"path": …}, {"id": …}, {"url": …}',
  })
  .nullable()
  .default(null)
const attachment = z.strictObject({
  id: text,
  name: z.string(),
  componentCode: text,
  url: text,
  file,
  deleted: z.boolean().default(false),
  digitised: flag,
  reuse: z
    .union([z.literal(0), z.literal(1), z.literal(2)])
    .nullable()
    .default(null),
  fromPersonalStore: flag,
  replacedByResult: text,
})
const supplement = z.strictObject({
  id: text,
  requestedBy: text,
  content: text,
  requestedAt: time,
  receivedBy: text,
  receiptNote: text,
  receivedAt: time,
  received: flag,
  papers: z.array(paper).default([]),
  fees: z.array(fee).default([]),
  dueBefore: time,
  dueAfter: time,
})
const result = z.strictObject({ id: text, name: z.string(), componentCode: text, url: text, file, resultCode: text })
const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).nullable().default(null)

/**
 * One line of a canonical file. Everything but `localCode` (or `sourceId`) may be left out and then means "not known": `fees: []` says that
 * nothing is due, no `fees` that nobody told us. `applicantId` is the short way for one identity; `identities` wins.
 */
export const dossierRow = z
  .strictObject({
    sourceId: text,
    localCode: text,
    nationalCode: text,
    origin: z.enum(['local', 'national']).default('local'),
    receiptNumber: text,
    procedureCode: text,
    procedureName: text,
    sectorCode: text,
    sectorName: text,
    agencyCode: text,
    agencyName: text,
    applicantName: text,
    applicantKind: z.enum(['citizen', 'business', 'state-body', 'organization']).nullable().default(null),
    applicantId: text,
    identities: z.array(identity).optional(),
    nationalAccountId: text,
    identityVerified: flag,
    phone: text,
    email: text,
    fax: text,
    address: text,
    /** Codes of the address' province, district and commune. Never sent; `places` of the configuration tells whether they were valid. */
    applicantPlaces: z.strictObject({ province: text, district: text, commune: text }).nullable().default(null),
    applicantNote: text,
    submitter: z.strictObject({ name: text, phone: text, email: text }).nullable().default(null),
    summary: text,
    note: text,
    channel: z.enum(['direct', 'online', 'post']).nullable().default(null),
    filedAt: z.enum(['national', 'provincial']).nullable().default(null),
    submittedAt: time,
    receivedAt: time,
    dueAt: time,
    finishedAt: time,
    returnedAt: time,
    refusedAt: time,
    returnBy: z.enum(['counter', 'post']).nullable().default(null),
    returnNote: text,
    status,
    steps: listOf(step),
    fees: listOf(fee),
    onlinePayment: z.enum(['national', 'provincial', 'none', 'requested-offline']).nullable().default(null),
    documents: listOf(attachment),
    otherPapers: listOf(paper),
    supplements: listOf(supplement),
    results: listOf(result),
    digitised: flag,
    databases: listOf(z.string()),
    /** Facts for scope rules: `copy`, `group`, `migrated`, `test`. */
    flags: z.array(z.string()).default([]),
  })
  .refine(({ sourceId, localCode }) => (sourceId ?? localCode) !== null, { message: 'sourceId or localCode is needed', path: ['localCode'] })

/** What may be written on a line. */
export type DossierRow = z.input<typeof dossierRow>
type ReadRow = z.output<typeof dossierRow>

export interface RowContext {
  /** e.g. `000.00.00.H14`: a local number of this province serves as national number when the line names none. */
  readonly provinceAgencyCode?: string | readonly string[]
}

/** Reads one line's value. Unknown keys are refused: a misspelt field would be lost in silence. */
export function fromDossierRow(json: unknown, { provinceAgencyCode }: RowContext = {}): Mapped<Dossier> {
  const note = notesFor(fileRules)
  const parsed = dossierRow.safeParse(json)
  if (!parsed.success) {
    // Messages of our own schema and names of keys only: never a value. A slipped export makes keys of values.
    for (const issue of parsed.error.issues) {
      const keys = issue.code === 'unrecognized_keys' ? issue.keys : []
      const field = [...issue.path, ...keys.slice(0, 1).map(codeWord)].join('.') || 'line'
      note.add('row.unreadable', field, { field, problem: keys.length > 0 ? 'unknown field' : issue.message })
    }
    return { ok: false, findings: note.findings }
  }
  const row = parsed.data
  const { localCode } = row
  const value: Dossier = {
    sourceId: row.sourceId ?? localCode ?? '',
    localCode,
    nationalCode: row.nationalCode ?? nationalCodeOf(localCode, provinceAgencyCode),
    origin: row.origin,
    receiptNumber: row.receiptNumber,
    procedure: { localCode: row.procedureCode, name: row.procedureName },
    sector: { code: row.sectorCode, name: row.sectorName },
    agency: { code: row.agencyCode, name: row.agencyName },
    applicant: {
      name: row.applicantName,
      kind: row.applicantKind,
      identities: row.identities ?? (row.applicantId === null ? [] : [identityOf(row.applicantId, row.applicantKind, null, note)]),
      nationalAccountId: row.nationalAccountId,
      identityVerified: row.identityVerified,
      phone: row.phone,
      email: row.email,
      fax: row.fax,
      address: row.address,
      ...(row.applicantPlaces === null ? {} : { places: row.applicantPlaces }),
      note: row.applicantNote,
    },
    submitter: row.submitter,
    summary: row.summary,
    note: row.note,
    channel: row.channel,
    filedAt: row.filedAt,
    submittedAt: row.submittedAt,
    receivedAt: row.receivedAt,
    dueAt: row.dueAt,
    finishedAt: row.finishedAt,
    returnedAt: row.returnedAt,
    refusedAt: row.refusedAt,
    returnBy: row.returnBy,
    returnNote: row.returnNote,
    status: row.status,
    steps: row.steps,
    fees: row.fees?.map(readFee) ?? null,
    onlinePayment: row.onlinePayment,
    documents: row.documents,
    otherPapers: row.otherPapers,
    supplements: row.supplements?.map((request) => ({ ...request, fees: request.fees.map(readFee) })) ?? null,
    results: row.results,
    digitised: row.digitised,
    databases: row.databases,
  }
  if (localCode !== null && value.nationalCode === null) note.add('code.without-province', 'nationalCode')
  return { ok: true, value, findings: note.findings }
}

/** What scope rules need of a line. An unreadable line has no traits: mapping it reports why. */
export function dossierRowTraits(json: unknown): DossierTraits {
  const parsed = dossierRow.safeParse(json)
  if (!parsed.success) return { localCode: null, agencyCode: null, procedureCode: null, channel: null, receivedAt: null, flags: [] }
  const { localCode, agencyCode, procedureCode, channel, receivedAt, flags } = parsed.data
  return { localCode, agencyCode, procedureCode, channel, receivedAt, flags: receivedAt === null ? [...flags, 'not-received'] : flags }
}

/** Writes a dossier as a line's value; {@link fromDossierRow} reads the same dossier back. */
export function toDossierRow(dossier: Dossier): DossierRow {
  const { procedure, sector, agency, applicant, steps, fees, supplements, documents, otherPapers, results, databases, ...own } = dossier
  return {
    ...own,
    procedureCode: procedure.localCode,
    procedureName: procedure.name,
    sectorCode: sector.code,
    sectorName: sector.name,
    agencyCode: agency.code,
    agencyName: agency.name,
    applicantName: applicant.name,
    applicantKind: applicant.kind,
    applicantId: applicant.identities[0]?.number ?? null,
    identities: applicant.identities.map((one) => ({ ...one })),
    nationalAccountId: applicant.nationalAccountId,
    identityVerified: applicant.identityVerified,
    phone: applicant.phone,
    email: applicant.email,
    fax: applicant.fax,
    address: applicant.address,
    ...(applicant.places == null ? {} : { applicantPlaces: { ...applicant.places } }),
    applicantNote: applicant.note,
    submittedAt: iso(own.submittedAt),
    receivedAt: iso(own.receivedAt),
    dueAt: iso(own.dueAt),
    finishedAt: iso(own.finishedAt),
    returnedAt: iso(own.returnedAt),
    refusedAt: iso(own.refusedAt),
    steps: steps?.map((one) => ({ ...one, at: isoOf(one.at), startedAt: iso(one.startedAt), deadline: iso(one.deadline) })) ?? null,
    fees: fees?.map(writeFee) ?? null,
    documents: documents === null ? null : [...documents],
    otherPapers: otherPapers === null ? null : [...otherPapers],
    supplements:
      supplements?.map((request) => ({
        ...request,
        requestedAt: iso(request.requestedAt),
        receivedAt: iso(request.receivedAt),
        dueBefore: iso(request.dueBefore),
        dueAfter: iso(request.dueAfter),
        papers: [...request.papers],
        fees: request.fees.map(writeFee),
      })) ?? null,
    results: results === null ? null : [...results],
    databases: databases === null ? null : [...databases],
  }
}

type ReadFee = NonNullable<ReadRow['fees']>[number]

function readFee({ amountVnd, ...fee }: ReadFee): NonNullable<Dossier['fees']>[number] {
  return { ...fee, amount: amountVnd }
}

function writeFee({ amount: amountVnd, ...fee }: NonNullable<Dossier['fees']>[number]): NonNullable<DossierRow['fees']>[number] {
  return { ...fee, amountVnd }
}

function iso(at: Instant | null): string | null {
  return at === null ? null : isoOf(at)
}

/** Milliseconds are kept where a source has them. */
function isoOf(at: Instant): string {
  const milliseconds = ((at % 1000) + 1000) % 1000
  return milliseconds === 0 ? isoInstant(at) : isoInstant(at).replace('+07:00', `.${String(milliseconds).padStart(3, '0')}+07:00`)
}
