import { type Mapped, type Notes, notesFor } from '../../base/index.js'
import { type OpenCpsDossier, readOpenCpsDossier } from '../../connectors/opencps/wire.js'
import { type Applicant, type Dossier, type DossierStatus, daysBetween, type Instant, localDateOf } from '../../domain/index.js'
import { identityOf } from '../identity.js'
import { codeWord, known } from '../known.js'
import { nationalCodeOf } from '../national-code.js'
import { type CodeTables, entryOf } from '../tables/index.js'
import { paymentOf } from './payment.js'
import { type OpenCpsRule, openCpsRules } from './rules.js'
import { stepsOf } from './steps.js'
import { FROM_NATIONAL_PORTAL, openCpsTime } from './traits.js'

/** One dossier with what belongs to it. `null` means "not read": unknown, never "none". */
export interface OpenCpsSource {
  /** A row of `/dossiers` or the answer of `/dossiers/{id}`. */
  readonly dossier: unknown
  /** Rows of `/dossiers/{id}/syncs`. */
  readonly actions: readonly unknown[] | null
  /** The answer of `/dossiers/{id}/payment`. */
  readonly payment: unknown
}

export interface OpenCpsMapping {
  readonly tables: CodeTables
  /** e.g. `000.00.00.H14`: a local number of another province is no national number. */
  readonly provinceAgencyCode?: string | readonly string[]
}

type Note = Notes<OpenCpsRule>

/**
 * An OpenCPS dossier as ours. contracts/provincial-sources.md §4.
 *
 * `releaseDate` is the end of processing and `finishDate` the hand-over, as the product fills its own LGSP messages. The contract names
 * no date of refusal: for a refused dossier it is `finishDate`, else `releaseDate`; `cancellingDate` belongs to withdrawals.
 */
export function fromOpenCps(source: OpenCpsSource, { tables, provinceAgencyCode }: OpenCpsMapping): Mapped<Dossier> {
  const note = notesFor(openCpsRules)
  const read = readOpenCpsDossier(source.dossier)
  if (!read.ok) {
    const { field } = read
    note.add('record.unreadable', field, { problem: field === '' ? 'no object' : `field ${field}` })
    return { ok: false, findings: note.findings }
  }
  const record = read.value
  const status = statusOf(record, tables, note)
  const { submittedAt, receivedAt, dueAt, finishedAt, returnedAt, refusedAt } = timesOf(record, status, note)
  const { fees, onlinePayment } = source.payment == null ? { fees: null, onlinePayment: null } : paymentOf(source.payment, tables, note)
  const remark = known(record.dossierNote)
  const fromNational = record.systemId === FROM_NATIONAL_PORTAL
  const agencyCode = known(record.govAgencyCode)
  const { localCode, nationalCode } = codesOf(record, fromNational, provinceAgencyCode, note)
  const value: Dossier = {
    sourceId: record.referenceUid,
    localCode,
    nationalCode,
    origin: fromNational ? 'national' : 'local',
    receiptNumber: null,
    procedure: { localCode: known(record.serviceCode), name: known(record.serviceName) },
    sector: { code: known(record.domainCode), name: known(record.domainName) },
    agency: entryOf(tables.agencies, agencyCode) ?? { code: agencyCode, name: known(record.govAgencyName) },
    applicant: applicantOf(record, tables, note),
    submitter: submitterOf(record),
    // OpenCPS itself sends dossierNote as both.
    summary: remark ?? known(record.briefNote),
    note: remark,
    channel: mapped(record.online, tables.channels, () => note.add('channel.unmapped', 'channel', { value: codeWord(record.online) })),
    filedAt: fromNational ? 'national' : 'provincial',
    submittedAt,
    receivedAt,
    dueAt,
    finishedAt,
    returnedAt,
    refusedAt,
    returnBy: mapped(record.viaPostal, tables.returnWays, () => note.add('return-way.unmapped', 'returnBy', { value: codeWord(record.viaPostal) })),
    returnNote: null,
    status,
    steps: source.actions === null ? null : stepsOf(source.actions, tables, note),
    fees,
    onlinePayment,
    documents: null,
    otherPapers: null,
    supplements: null,
    results: null,
    digitised: null,
    databases: null,
  }
  noteHabits(record, source, value, note)
  return { ok: true, value, findings: note.findings }
}

function codesOf(
  record: OpenCpsDossier,
  fromNational: boolean,
  province: string | readonly string[] | undefined,
  note: Note,
): Pick<Dossier, 'localCode' | 'nationalCode'> {
  const localCode = known(record.dossierNo)
  const nationalCode = fromNational ? known(record.referenceUid) : nationalCodeOf(localCode, province)
  if (localCode === null) note.add('code.missing', 'localCode')
  else if (nationalCode === null) note.add('code.without-province', 'nationalCode')
  return { localCode, nationalCode }
}

/** The sub-status decides when it has a row, as in OpenCPS itself; an unmapped status is an error there silently became an empty code. */
function statusOf(record: OpenCpsDossier, tables: CodeTables, note: Note): DossierStatus | null {
  const [main, sub] = [known(record.dossierStatus), known(record.dossierSubStatus)]
  const bySub = entryOf(tables.subStatus, sub)
  if (bySub !== undefined) return bySub
  const byMain = entryOf(tables.status, main)
  if (byMain === undefined) note.add('status.unmapped', 'status', { status: codeWord(main) })
  else if (sub !== null) note.add('status.substatus-unmapped', 'status', { subStatus: codeWord(sub), status: codeWord(main) })
  return byMain ?? null
}

type Times = Pick<Dossier, 'submittedAt' | 'receivedAt' | 'dueAt' | 'finishedAt' | 'returnedAt' | 'refusedAt'>

function timesOf(record: OpenCpsDossier, status: DossierStatus | null, note: Note): Times {
  const read = (text: string | null | undefined, path: string): Instant | null => {
    const at = openCpsTime.parse(text ?? '')
    if (at === undefined && known(text) !== null) note.add('time.unreadable', path)
    return at ?? null
  }
  const finishedAt = read(record.releaseDate, 'finishedAt')
  const handedOver = read(record.finishDate, 'returnedAt')
  if (handedOver !== null && status !== 10 && status !== 3) note.add('time.finish-without-return', 'returnedAt')
  return {
    submittedAt: read(record.submitDate, 'submittedAt'),
    receivedAt: read(record.receiveDate, 'receivedAt'),
    dueAt: read(record.dueDate, 'dueAt'),
    finishedAt,
    returnedAt: status === 10 ? handedOver : null,
    refusedAt: status === 3 ? (handedOver ?? finishedAt) : null,
  }
}

function applicantOf(record: OpenCpsDossier, tables: CodeTables, note: Note): Applicant {
  const kind = mapped(record.applicantIdType, tables.applicantKinds, () =>
    note.add('applicant.kind-unmapped', 'applicant.kind', { kind: codeWord(record.applicantIdType) }),
  )
  const number = known(record.applicantIdNo)
  const issued = openCpsTime.parse(record.applicantIdDate ?? '')
  return {
    name: nameOf(record, tables, note),
    kind,
    identities: number === null ? [] : [identityOf(number, kind, issued === undefined ? null : localDateOf(issued), note)],
    nationalAccountId: null,
    identityVerified: null,
    phone: known(record.contactTelNo),
    email: known(record.contactEmail),
    fax: null,
    address: known(record.address),
    ...placesOf(record),
    note: null,
  }
}

function placesOf({ cityCode, districtCode, wardCode }: OpenCpsDossier): Pick<Applicant, 'places'> {
  const [province, district, commune] = [known(cityCode), known(districtCode), known(wardCode)]
  return province === null && district === null && commune === null ? {} : { places: { province, district, commune } }
}

function nameOf(record: OpenCpsDossier, tables: CodeTables, note: Note): string | null {
  const written = known(record.applicantName)
  // The list spaces a ";" that the detail does not.
  const name = written?.includes(';') ? written.replace(/;\s*/g, '; ').trim() : written
  if (name === null || !isCapitals(name)) return name
  if (tables.applicantName === 'contact-when-same-letters') {
    const contact = known(record.contactName)
    if (contact?.toUpperCase() === name) return contact
  }
  note.add('name.case-lost', 'applicant.name')
  return name
}

/** Of letters that have a case, capitals alone. Most names have one of A to Z, which saves folding them a second time. */
function isCapitals(name: string): boolean {
  return name === name.toUpperCase() && (/[A-Z]/.test(name) || name !== name.toLowerCase())
}

function submitterOf(record: OpenCpsDossier): Dossier['submitter'] {
  const [name, phone, email] = [known(record.delegateName), known(record.delegateTelNo), known(record.delegateEmail)]
  return name === null ? null : { name, phone, email }
}

function noteHabits(record: OpenCpsDossier, source: OpenCpsSource, { receivedAt, dueAt }: Dossier, note: Note): void {
  if (known(record.lastActionDate) !== null) note.add('steps.snapshot-only', 'lastAction*')
  if (source.actions === null) note.add('steps.not-fetched', '')
  if (source.payment == null) note.add('fee.not-fetched', '')
  if (record.stepOverdue === 'true') note.add('flag.unreliable', 'stepOverdue')
  const allowed = record.durationUnit === 0 ? (record.durationCount ?? 0) : 0
  if (receivedAt === null || dueAt === null) return
  const given = daysBetween(receivedAt, dueAt)
  // Rest days only lengthen the way to a due date: fewer days than allowed cannot be explained by a calendar.
  if (given < allowed) note.add('duration.contradiction', 'durationCount', { allowed, given })
}

function mapped<Value>(text: string | null | undefined, table: Readonly<Record<string, Value>>, unmapped: () => void): Value | null {
  const value = known(text)
  if (value === null) return null
  const row = entryOf(table, value)
  if (row === undefined) unmapped()
  return row ?? null
}
