import { comparable, type Mapped, type Notes, notesFor, redact } from '../../base/index.js'
import type { Dossier, Instant } from '../../domain/index.js'
import { identityOf } from '../identity.js'
import { nationalCodeOf } from '../national-code.js'
import type { ProcedureLookup } from '../procedures.js'
import { type CodeTable, type CodeTables, entryOf, type RegisterField, textEntryOf } from '../tables/index.js'
import type { DossierTraits } from '../traits.js'
import type { TableBytes } from './bytes.js'
import { readDateCell } from './cells.js'
import type { TableKind } from './headings.js'
import { feesOf, type PaymentField, paymentList, type Transaction } from './payments.js'
import { type FileRule, fileRules } from './rules.js'
import { type OpenTable, openTable, type TableOptions, type TableRow } from './table.js'

export type RegisterRow = TableRow<RegisterField>

/** What a register's rows are read with. */
export interface RegisterContext {
  readonly tables: CodeTables
  /** The file's name, for messages. */
  readonly file: string
  readonly procedures?: ProcedureLookup
  readonly provinceAgencyCode?: string | readonly string[]
  /** This dossier's rows of the payment list; absent when there is no such list. */
  readonly transactions?: readonly Transaction[]
}

type Note = Notes<FileRule>

/** contracts/provincial-sources.md §10, both list forms and the template; the province's own headings come from its tables. */
const registerKind = (tables: CodeTables): TableKind<'register', RegisterField> => ({
  name: 'register',
  columns: tables.columns,
  needs: [{ field: 'localCode', heading: 'Mã hồ sơ' }],
  tells: ['status', 'procedureName', 'procedureCode', 'applicantName', 'summary', 'submittedAt', 'receivedAt', 'dueAt', 'finishedAt', 'returnedAt'],
})

/** Any file offices keep, told by its content and its headings. @throws {LienthongError} `source.format` when it is neither */
export async function readOfficeFile(
  source: TableBytes,
  { tables, file }: Pick<RegisterContext, 'tables' | 'file'>,
  options: TableOptions = {},
): Promise<OpenTable<'register', RegisterField> | OpenTable<'payments', PaymentField>> {
  const kinds: readonly TableKind<'register' | 'payments', RegisterField | PaymentField>[] = [paymentList, registerKind(tables)]
  const table = await openTable(source, file, kinds, options)
  // The kind found decides which fields its rows can have.
  return table as OpenTable<'register', RegisterField> | OpenTable<'payments', PaymentField>
}

/**
 * Opens a register of dossiers.
 * @throws {LienthongError} `source.format` when the file is none
 */
export async function readRegister(
  source: TableBytes,
  { tables, file }: Pick<RegisterContext, 'tables' | 'file'>,
  options: TableOptions = {},
): Promise<OpenTable<'register', RegisterField>> {
  return openTable(source, file, [registerKind(tables)], options)
}

/** Opens a payment list. @throws {LienthongError} `source.format` when the file is none */
export async function readPayments(source: TableBytes, file: string, options: TableOptions = {}): Promise<OpenTable<'payments', PaymentField>> {
  return openTable(source, file, [paymentList], options)
}

/** What scope rules need of a row. */
export function registerTraits({ cells }: RegisterRow, { tables, procedures }: Pick<RegisterContext, 'tables' | 'procedures'>): DossierTraits {
  const received = cells.receivedAt === undefined ? null : readDateCell(cells.receivedAt).at
  return {
    localCode: cells.localCode ?? null,
    agencyCode: agencyOf(cells, tables).code,
    procedureCode: cells.procedureCode ?? procedures?.byName(cells.procedureName ?? '')?.localCode ?? null,
    channel: textOrCode(tables.channels, cells.channel) ?? tables.assume.channel,
    receivedAt: received,
    // A date that cannot be read is no missing one: mapping the row says so.
    flags: cells.receivedAt === undefined ? ['not-received'] : [],
  }
}

/** A row of a register as a dossier. Its key is the dossier number: registers have no other. contracts/provincial-sources.md §10 */
export function fromRegisterRow(row: RegisterRow, context: RegisterContext): Mapped<Dossier> {
  const { cells } = row
  const { tables, file, transactions } = context
  const note = notesFor(fileRules)
  const localCode = cells.localCode
  if (row.damaged) note.add(row.problem === undefined ? 'row.damaged' : `row.${row.problem}`, '', { file, row: row.row })
  if (localCode === undefined) note.add('row.no-code', '', { file, row: row.row })
  const isDossier = localCode !== undefined && !row.damaged && holdsNumber(localCode, cells)
  if (localCode !== undefined && !row.damaged && !isDossier) note.add('row.no-dossier', '', { file, row: row.row })
  if (!isDossier) return { ok: false, findings: note.findings }

  const nationalCode = nationalCodeOf(localCode, context.provinceAgencyCode)
  if (nationalCode === null) note.add('code.without-province', 'nationalCode')
  const kind = coded(tables.applicantKinds, cells.applicantKind, 'applicant.kind', note)
  const submitter = cells.submitter ?? null
  if (submitter !== null && cells.applicantName !== undefined && comparable(submitter) !== comparable(cells.applicantName)) {
    note.add('applicant.owner-not-submitter', 'applicant.name')
  }
  const value: Dossier = {
    sourceId: localCode,
    localCode,
    nationalCode,
    origin: 'local',
    receiptNumber: null,
    ...procedureOf(cells, context, note),
    agency: agencyOf(cells, tables),
    applicant: {
      name: cells.applicantName ?? null,
      kind,
      identities: cells.applicantId === undefined ? [] : [identityOf(cells.applicantId, kind, null, note)],
      nationalAccountId: null,
      identityVerified: null,
      phone: cells.phone ?? null,
      email: cells.email ?? null,
      fax: null,
      address: cells.address ?? null,
      note: null,
    },
    submitter: submitter === null ? null : { name: submitter, phone: null, email: null },
    summary: cells.summary ?? null,
    note: null,
    channel: coded(tables.channels, cells.channel, 'channel', note),
    filedAt: 'provincial',
    submittedAt: dated(cells.submittedAt, 'submittedAt', note),
    receivedAt: dated(cells.receivedAt, 'receivedAt', note, 'time.reception-unreadable'),
    dueAt: dated(cells.dueAt, 'dueAt', note),
    finishedAt: dated(cells.finishedAt, 'finishedAt', note),
    returnedAt: dated(cells.returnedAt, 'returnedAt', note),
    refusedAt: null,
    returnBy: coded(tables.returnWays, cells.returnBy, 'returnBy', note),
    returnNote: null,
    status: statusOf(cells, tables, note),
    steps: null,
    fees: feesOf(transactions ?? [], note),
    onlinePayment: null,
    documents: null,
    otherPapers: null,
    supplements: null,
    results: null,
    digitised: null,
    databases: null,
  }
  return { ok: true, value, findings: note.findings }
}

type Cells = RegisterRow['cells']

/** “Tổng cộng”, “Tổng số: 3 hồ sơ”, “Cộng”. */
const TOTAL = /^(?:tổng(?: cộng| số)?|cộng)(?:$|[\s:.])/
const OF_A_DOSSIER = ['status', 'submittedAt', 'receivedAt', 'dueAt', 'finishedAt', 'returnedAt'] as const

/** Numbers have digits and no blanks (contracts/provincial-sources.md §3.1); totals, signatures and slipped columns put other things there. */
function holdsNumber(code: string, cells: Cells): boolean {
  if (!/\d/.test(code) || /\s/.test(code)) return false
  return OF_A_DOSSIER.some((field) => cells[field] !== undefined) || !Object.values(cells).some((text) => TOTAL.test(comparable(text)))
}

function procedureOf(cells: Cells, { procedures }: RegisterContext, note: Note): Pick<Dossier, 'procedure' | 'sector'> {
  const name = cells.procedureName ?? null
  const byCode = cells.procedureCode === undefined ? undefined : procedures?.byLocalCode(cells.procedureCode)
  if (cells.procedureCode !== undefined) {
    return { procedure: { localCode: cells.procedureCode, name: name ?? byCode?.name ?? null }, sector: byCode?.sector ?? NO_SECTOR }
  }
  const byName = name === null ? undefined : procedures?.byName(name)
  if (byName !== undefined) note.add('procedure.resolved-by-name', 'procedure.localCode')
  else if (name !== null && procedures !== undefined)
    note.add('procedure.name-unmatched', 'procedure.name', { name: name.length <= LONGEST_NAME ? tellable(name, cells) : '…' })
  return { procedure: { localCode: byName?.localCode ?? null, name }, sector: byName?.sector ?? NO_SECTOR }
}

/** Names of procedures are sentences. */
const LONGEST_NAME = 300

const NO_SECTOR = { code: null, name: null }

/** The register writes the agency's name; the table `agencies` may be keyed by it. */
function agencyOf({ agencyCode, agencyName }: Cells, tables: CodeTables): Dossier['agency'] {
  const row = entryOf(tables.agencies, agencyCode ?? null) ?? entryOf(tables.agencies, agencyName ?? null)
  return row ?? { code: agencyCode ?? null, name: agencyName ?? null }
}

function statusOf({ status: text, ...others }: Cells, tables: CodeTables, note: Note): Dossier['status'] {
  if (text === undefined) return null
  const status = textEntryOf(tables.statusText, text) ?? entryOf(tables.status, text)
  if (status === undefined) note.add('status.unmapped', 'status', { status: text.length <= LONGEST_STATUS ? tellable(text, others) : '…' })
  return status ?? null
}

/** Longer ones are remarks. */
const LONGEST_STATUS = 60

/** Whoever maps a text must see it; whom it is about, officers wrote into the same cell or the columns slipped, nobody must. */
function tellable(text: string, { applicantName, submitter, applicantId, phone, email, address, summary }: Cells): string {
  const told = comparable(text)
  const values = [applicantName, submitter, applicantId, phone, email, address, summary].filter((value) => value !== undefined)
  const names = [applicantName, submitter].filter((name) => name !== undefined)
  // Most rows share nothing with the text, and masking builds a pattern for every value that it is given.
  const near = values.filter((value) => MANY_DIGITS.test(told) || told.includes(firstLetters(value)))
  const people = names.filter((name) => sharesWord(told, name))
  if (near.length > 0 || people.length > 0) return redact(text, near, people)
  const known = harmless.get(text)
  if (known !== undefined) return known
  const masked = redact(text)
  if (harmless.size < MOST_HARMLESS) harmless.set(text, masked)
  return masked
}

/** Texts by themselves, as they may be told: the names of a few hundred procedures and states. */
const harmless = new Map<string, string>()
const MOST_HARMLESS = 1000

/** Numbers come back with separators. */
const MANY_DIGITS = /(?:\d[\s.-]?){8}/

function firstLetters(value: string): string {
  return comparable(value).slice(0, 4)
}

/** Names also come back without blanks, and in another order. */
function sharesWord(told: string, name: string): boolean {
  const bare = withoutTones(told).replaceAll(' ', '')
  return withoutTones(comparable(name))
    .split(' ')
    .some((word) => word.length > 1 && bare.includes(word))
}

/** Names come back without their marks. */
function withoutTones(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd')
}

function dated(text: string | undefined, path: string, note: Note, unreadable: FileRule = 'time.unreadable'): Instant | null {
  if (text === undefined) return null
  const cell = readDateCell(text)
  if (cell.lost === 'unreadable') note.add(unreadable, path)
  if (cell.lost === 'serial') note.add('time.serial', path)
  if (cell.lost === 'clock') note.add('time.without-clock', path)
  return cell.at
}

function coded<Value>(table: CodeTable<Value>, text: string | undefined, path: string, note: Note): Value | null {
  if (text === undefined) return null
  const value = textOrCode(table, text)
  if (value === null) note.add('value.unmapped', path)
  return value
}

function textOrCode<Value>(table: CodeTable<Value>, text: string | undefined): Value | null {
  return text === undefined ? null : (entryOf(table, text) ?? textEntryOf(table, text) ?? null)
}
