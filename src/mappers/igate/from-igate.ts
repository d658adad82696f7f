import { type Mapped, type Notes, notesFor, redact, textsWithin } from '../../base/index.js'
import { type IgateDossier, type IgateRef, igateDossier, igateFieldNames } from '../../connectors/igate/wire.js'
import {
  type Applicant,
  type CodeAndName,
  DAY_MS,
  type Dossier,
  type DossierStatus,
  type Instant,
  localDateOf,
  startOfDay,
} from '../../domain/index.js'
import { identityOf } from '../identity.js'
import { codeWord, known } from '../known.js'
import { properNames, recased, withoutWrongFields } from '../lenient.js'
import { nationalCodeOf } from '../national-code.js'
import { type CodeTable, type CodeTables, firstRow } from '../tables/index.js'
import { feesOf } from './fees.js'
import { type IgateRule, igateRules } from './rules.js'
import { type ReadSteps, stepsOf } from './steps.js'
import { igateTime } from './time.js'

export interface IgateMapping {
  readonly tables: CodeTables
  /** e.g. `000.00.00.H14`: a local number of another province is no national number. */
  readonly provinceAgencyCode?: string | readonly string[]
}

type Note = Notes<IgateRule>
/** A name or code for a message, without what it may say of a person. */
type Tell = (text: string | null | undefined) => string

const names = properNames(igateFieldNames)

/** The row with its fields named as they should be, and parsed; null when it is no dossier. */
export function readIgateRow(row: unknown) {
  const { value, renamed } = recased(row, names)
  const read = withoutWrongFields(igateDossier, value)
  return read === undefined ? null : { record: read.value, wrong: read.wrong, renamed, raw: value }
}

/**
 * An iGate dossier as ours, from a row of the search or from the detail. contracts/provincial-sources.md §7.3–7.5.
 *
 * `appointmentDate` is the promise to the citizen (`dueDate` belongs to a step), `completedDate` the end of processing. The contract names
 * no date of refusal: for a refused dossier it is `completedDate`, else the end of the task that `actions` maps to 3.
 */
export function fromIgate(row: unknown, { tables, provinceAgencyCode }: IgateMapping): Mapped<Dossier> {
  const note = notesFor(igateRules)
  const read = readIgateRow(row)
  const sourceId = known(read?.record.id)
  if (read === null || sourceId === null) {
    if (read === null) note.add('record.unreadable', '', { problem: { en: 'no object', vi: 'không phải đối tượng' } })
    else note.add('record.no-id', 'id')
    return { ok: false, findings: note.findings }
  }
  const { record, wrong, renamed, raw } = read
  for (const field of wrong) note.add('field.unreadable', field)
  for (const field of renamed) note.add('shape.key-case', field)
  const tell = teller(record)
  const status = statusOf(record, tables, note, tell)
  const history = stepsOf(record, tables, note, tell)
  const times = timesOf(record, status, history, note)
  const { applicant, submitter } = peopleOf(record, tables, note)
  const data = record.applicant?.data
  const value: Dossier = {
    sourceId,
    ...codesOf(record, provinceAgencyCode, note),
    origin: 'local',
    receiptNumber: null,
    procedure: { localCode: known(record.procedure?.code), name: known(record.procedure?.translate) ?? known(record.procedure?.name) },
    sector: { code: known(record.procedure?.sector?.code), name: known(record.procedure?.sector?.name) },
    agency: agencyOf(record, tables, note),
    applicant,
    submitter,
    summary: known(data?.noidungyeucaugiaiquyet),
    note: null,
    channel: channelOf(record, tables, note, tell),
    // Dossiers filed on the national portal look the same here.
    filedAt: null,
    ...times,
    returnBy: named(record.dossierReceivingKind, tables.returnWays, (value) => note.add('return-way.unmapped', 'returnBy', { value }), tell),
    returnNote: null,
    status,
    steps: history?.steps ?? null,
    ...feesOf(record, tables, note),
    documents: null,
    otherPapers: null,
    supplements: null,
    results: null,
    digitised: null,
    databases: null,
  }
  if (value.procedure.name === null) note.add('procedure.name-missing', 'procedure.name')
  noteHabits(raw, record, value, note)
  return { ok: true, value, findings: note.findings }
}

function codesOf(record: IgateDossier, province: string | readonly string[] | undefined, note: Note): Pick<Dossier, 'localCode' | 'nationalCode'> {
  const localCode = known(record.code)
  const nationalCode = nationalCodeOf(localCode, province)
  if (localCode === null) note.add('code.missing', 'localCode')
  else if (nationalCode === null) note.add('code.without-province', 'nationalCode')
  return { localCode, nationalCode }
}

/**
 * What the province says of the finer state comes first (`subStatus`), then the names, then the id: ids mean something else in every
 * installation.
 */
function statusOf({ dossierStatus, dossierTaskStatus }: IgateDossier, tables: CodeTables, note: Note, tell: Tell): DossierStatus | null {
  const own = firstRow(tables.subStatus, [dossierTaskStatus?.id, dossierTaskStatus?.name])
  if (own !== undefined) return own.value
  const byName = firstRow(withoutRest(tables.statusText), [dossierStatus?.name, dossierTaskStatus?.name])
  const found = byName ?? firstRow(tables.status, [dossierStatus?.id])
  if (found === undefined) {
    const values = { status: tell(dossierStatus?.name), id: codeWord(dossierStatus?.id), task: tell(dossierTaskStatus?.name) }
    note.add('status.unmapped', 'status', values)
    return null
  }
  const isAssumed = tables.assumed[byName === undefined ? 'status' : 'statusText']?.includes(found.key)
  if (isAssumed) note.add('status.assumed', 'status', { status: tell(known(dossierStatus?.name) ?? found.key) })
  return found.value
}

/** A table whose row for everything else must not hide the next question. */
function withoutRest<Value>(table: CodeTable<Value>): CodeTable<Value> {
  if (!Object.hasOwn(table, '*')) return table
  const { '*': _, ...rows } = table
  return rows as CodeTable<Value>
}

type Times = Pick<Dossier, 'submittedAt' | 'receivedAt' | 'dueAt' | 'finishedAt' | 'returnedAt' | 'refusedAt'>

function timesOf(record: IgateDossier, status: DossierStatus | null, steps: ReadSteps | null, note: Note): Times {
  const read = (text: string | null | undefined, path: string): Instant | null => {
    const written = known(text)
    if (written === null) return null
    const at = igateTime(written)
    if (at === undefined) note.add('time.unreadable', path)
    return at ?? null
  }
  const completed = read(record.completedDate, 'finishedAt')
  const written = read(record.returnedDate, 'returnedAt')
  const handedOver = status === 10 ? (steps?.finishedAs(10) ?? null) : null
  if (status === 10 && written === null) note.add(handedOver === null ? 'time.return-missing' : 'time.return-derived', 'returnedAt')
  return {
    submittedAt: read(record.appliedDate, 'submittedAt'),
    receivedAt: read(record.acceptedDate, 'receivedAt'),
    dueAt: read(record.appointmentDate, 'dueAt'),
    finishedAt: status === 3 ? null : completed,
    returnedAt: status === 10 ? (written ?? handedOver) : null,
    refusedAt: status === 3 ? (completed ?? steps?.finishedAs(3) ?? null) : null,
  }
}

function peopleOf(record: IgateDossier, tables: CodeTables, note: Note): Pick<Dossier, 'applicant' | 'submitter'> {
  const data = record.applicant?.data
  const kind = kindOf(record, tables, note)
  const [filer, owner] = [known(data?.fullname), known(data?.ownerFullname)]
  const organization = owner === null && kind !== null && kind !== 'citizen' ? known(data?.organization) : null
  const name = owner ?? organization ?? filer
  const isOther = filer !== null && name !== filer
  if (isOther) note.add(organization === null ? 'applicant.owner-not-submitter' : 'applicant.name-from-organization', 'applicant.name')
  const number = known(data?.identityNumber)
  if (isOther && number !== null) note.add('applicant.id-owner-uncertain', 'applicant.identities[0].number')
  const [phone, email] = [phoneOf(data?.phoneNumber), known(data?.email)]
  const applicant: Applicant = {
    name,
    kind,
    identities: number === null ? [] : [identityOf(number, kind, issuedOn(data?.identityDate, note), note)],
    nationalAccountId: null,
    identityVerified: null,
    phone,
    email,
    fax: known(data?.fax),
    address: addressOf(record),
    note: null,
  }
  return { applicant, submitter: isOther ? { name: filer, phone, email } : null }
}

function kindOf(record: IgateDossier, tables: CodeTables, note: Note): Applicant['kind'] {
  const choice = record.applicant?.data?.chonDoiTuong
  const written = known(choice?.id) ?? known(choice?.name)
  if (written === null) return null
  const row = firstRow(tables.applicantKinds, [choice?.id, choice?.name])
  if (row === undefined) note.add('applicant.kind-unmapped', 'applicant.kind', { kind: codeWord(written) })
  else if (tables.assumed.applicantKinds?.includes(row.key)) note.add('applicant.kind-table-assumed', 'applicant.kind', { kind: codeWord(written) })
  return row?.value ?? null
}

/** A day is written as its midnight in Viet Nam, which is 17:00 of the day before in UTC. §3.4 */
function issuedOn(written: string | null | undefined, note: Note): ReturnType<typeof localDateOf> | null {
  const text = known(written)
  if (text === null) return null
  const at = igateTime(text)
  if (at === undefined) note.add('time.unreadable', 'applicant.data.identityDate')
  return at === undefined ? null : localDateOf(at)
}

/** `+84900000000` is how iGate writes 0900000000. */
function phoneOf(written: string | null | undefined): string | null {
  return known(written)?.replace(/^\+84(?=\d{9,10}$)/, '0') ?? null
}

function addressOf({ applicant }: IgateDossier): string | null {
  const { address, village, district, province } = applicant?.data ?? {}
  const parts: string[] = []
  for (const part of [address, village, district, province].map(known)) {
    if (part !== null && !parts.some((before) => before.toLowerCase().includes(part.toLowerCase()))) parts.push(part)
  }
  return parts.length === 0 ? null : parts.join(', ')
}

function agencyOf({ agency }: IgateDossier, tables: CodeTables, note: Note): CodeAndName {
  const [id, code, name] = [known(agency?.id), known(agency?.code), known(agency?.name)]
  const row = firstRow(tables.agencies, [code, id, name])
  if (row !== undefined) return row.value
  if (code === null) note.add('agency.code-missing', 'agency.code')
  if (name === null) note.add('agency.name-missing', 'agency.name')
  return { code, name }
}

function channelOf({ applyMethod }: IgateDossier, tables: CodeTables, note: Note, tell: Tell): Dossier['channel'] {
  const row = firstRow(tables.channels, [applyMethod?.name, applyMethod?.id])
  if (row !== undefined && tables.assumed.channels?.includes(row.key)) note.add('channel.assumed', 'channel', { value: codeWord(row.key) })
  return named(applyMethod, tables.channels, (value) => note.add('channel.unmapped', 'channel', { value }), tell)
}

function named<Value>(ref: IgateRef | null | undefined, table: CodeTable<Value>, unmapped: (value: string) => void, tell: Tell): Value | null {
  const written = known(ref?.name) ?? known(ref?.id)
  if (written === null) return null
  const row = firstRow(table, [ref?.name, ref?.code, ref?.id])
  if (row === undefined) unmapped(tell(written))
  return row?.value ?? null
}

function noteHabits(raw: unknown, record: IgateDossier, { receivedAt, dueAt }: Dossier, note: Note): void {
  const procedure: unknown = Reflect.get(raw as object, 'procedure')
  const translate: unknown = typeof procedure === 'object' && procedure !== null ? Reflect.get(procedure, 'translate') : undefined
  if (typeof translate === 'object' && translate !== null && !Array.isArray(translate)) note.add('shape.object-or-array', 'procedure.translate')
  const allowed = known(record.processingTimeUnit) === 'd' ? Number(record.processingTime ?? 0) : 0
  if (receivedAt === null || dueAt === null || !Number.isFinite(allowed)) return
  const given = Math.round((startOfDay(localDateOf(dueAt)) - startOfDay(localDateOf(receivedAt))) / DAY_MS)
  // Rest days only lengthen the way to a due date: fewer days than allowed cannot be explained by a calendar.
  if (given < allowed && allowed < 10_000) note.add('duration.contradiction', 'processingTime', { allowed, given })
}

/** Longer ones are remarks. */
const LONGEST_TOLD = 60

/** Whoever fills a table must see the word; whom a dossier is about nobody must. */
function teller(record: IgateDossier): Tell {
  let personal: { readonly values: ReadonlySet<string>; readonly people: readonly string[] } | undefined
  return (text) => {
    const word = known(text)
    if (word === null) return ''
    if (word.length > LONGEST_TOLD) return '…'
    personal ??= {
      values: textsWithin(record.applicant?.data ?? {}),
      people: [record.applicant?.data?.fullname, record.applicant?.data?.ownerFullname, ...officersOf(record)].filter((name) => name != null),
    }
    return redact(word, personal.values, personal.people)
  }
}

function officersOf({ task }: IgateDossier): readonly string[] {
  return (task ?? []).flatMap((row) => {
    const assignee: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, 'assignee') : undefined
    const name: unknown = typeof assignee === 'object' && assignee !== null ? Reflect.get(assignee, 'fullname') : undefined
    return typeof name === 'string' ? [name] : []
  })
}
