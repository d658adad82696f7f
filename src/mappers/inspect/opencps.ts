import { notesFor } from '../../base/index.js'
import { openCpsAction, openCpsFailure, openCpsFieldNames, openCpsLists, openCpsPayment } from '../../connectors/opencps/wire.js'
import { isoInstant } from '../../domain/index.js'
import { plainXml, readXml } from '../../transport/xml.js'
import { known } from '../known.js'
import { properNames, recased } from '../lenient.js'
import { applicantsMismatch, fromOpenCps, fromOpenCpsService, type OpenCpsProcedure, openCpsRules } from '../opencps/index.js'
import { paymentOf } from '../opencps/payment.js'
import { stepsOf } from '../opencps/steps.js'
import { openCpsTime } from '../opencps/traits.js'
import { procedureLookup } from '../procedures.js'
import type { Collector } from './collector.js'
import { linesTold, wholeJsonRecords, wholeXmlRecords } from './damaged-files.js'
import type { InspectFile, InspectInput } from './input.js'
import { isObject, readJson, textOf, unwrapped } from './json-files.js'
import { unreadable } from './stranger.js'

type Row = Readonly<Record<string, unknown>>
interface FiledRow {
  readonly file: string
  /** The file, and of a list the row, counted from 1. */
  readonly place: string
  readonly row: Row
}

/** What a row is, told by the fields only it has. Order matters: the first that fits names it. contracts/provincial-sources.md §4.3–4.5 */
const ROLES = [
  { role: 'payments', fits: (row: Row) => 'paymentFileId' in row || ('paymentStatus' in row && 'paymentAmount' in row) },
  { role: 'actions', fits: (row: Row) => 'dossierRefUid' in row || 'dossierSyncId' in row },
  { role: 'services', fits: (row: Row) => 'serviceCode' in row && !('referenceUid' in row || 'dossierStatus' in row || 'dossierNo' in row) },
  { role: 'dossiers', fits: (row: Row) => 'dossierStatus' in row || ('referenceUid' in row && 'dossierNo' in row) },
] as const
type Role = (typeof ROLES)[number]['role']
type Rows = Record<Role, FiledRow[]>

/** Reads any mixture of list, detail, action feed, fee record and catalogue of OpenCPS. */
export async function inspectOpenCps({ files, agencyCode }: InspectInput, found: Collector): Promise<void> {
  const rows: Rows = { payments: [], actions: [], services: [], dossiers: [] }
  for (const file of files) sortIn(file, rows, found)

  const services = rows.services.map(({ row }) => fromOpenCpsService(row)).filter((service) => service !== undefined)
  found.procedures(services)
  const procedures = procedureLookup(services)
  const byCode = new Map(services.map((service) => [service.localCode, service]))

  const dossiers = oneByUid(rows.dossiers, found)
  const owners = ownersOf(rows.payments, dossiers, found)
  const actionsOf = Map.groupBy(rows.actions, (action) => dossiers.find((dossier) => belongsTo(action.row, dossier)))
  for (const dossier of dossiers) {
    const actions = actionsOf.get(dossier)?.map(({ row }) => row) ?? null
    const mapped = fromOpenCps(
      { dossier: dossier.row, actions, payment: owners.get(dossier) ?? null },
      { tables: found.tables, ...(agencyCode === undefined ? {} : { provinceAgencyCode: agencyCode }) },
    )
    found.dossier(dossier.place, mapped, procedures)
    if (mapped.ok)
      compareApplicants(mapped.value.procedure.localCode, mapped.value.applicant.kind, mapped.value.localCode ?? dossier.file, byCode, found)
  }
  for (const action of actionsOf.get(undefined) ?? []) strayStep(action, found)
}

function sortIn({ name, bytes }: InspectFile, rows: Rows, found: Collector): void {
  const listed = rowsIn(name, bytes, found)
  if (listed === undefined) return
  const unknown = listed.filter((row, index) => {
    const role = isObject(row) ? ROLES.find(({ fits }) => fits(row))?.role : undefined
    if (role !== undefined) rows[role].push({ file: name, place: listed.length === 1 ? name : `${name}, row ${index + 1}`, row: row as Row })
    return role === undefined
  })
  if (unknown.length === listed.length && listed.length > 0) found.problem(name, 'file.unrecognised', '', { dialect: DIALECT })
  else for (const row of unknown) found.problem(`${name}, row ${listed.indexOf(row) + 1}`, 'row.unrecognised', '', { dialect: DIALECT })
}

const DIALECT = 'opencps-v2'

/** The rows of one file, JSON or XML. @returns undefined for what was told of as no data at all */
function rowsIn(name: string, bytes: Uint8Array, found: Collector): readonly unknown[] | undefined {
  const text = textOf(bytes)
  const isXml = /^\ufeff?\s*</.test(text)
  const xml = isXml ? readXml(text) : undefined
  const json = isXml ? undefined : readJson(bytes)
  const page = xml?.ok ? plainXml(xml.root, openCpsLists) : recased(json?.values[0], names).value
  if (page === undefined) {
    const damaged = isXml ? xml?.ok === false && xml.problem === 'damaged' : true
    const { records, broken } = !damaged ? NOTHING : isXml ? wholeXmlRecords(text, 'data', openCpsLists) : wholeJsonRecords(text)
    if (records.length > 0) found.problem(name, 'file.damaged', '', { records: records.length, lines: linesTold(broken) })
    else found.problem(name, 'file.unreadable', '', { problem: xml?.ok === false ? xml.says : unreadable(bytes, 'JSON or XML') })
    return records.length > 0 ? records : undefined
  }
  const inner = json?.lines || rowsOf(page).some(isKnown) ? undefined : unwrapped(page, isKnown)
  if (inner !== undefined) return inner
  const failure = openCpsFailure.safeParse(page)
  if (!json?.lines && isObject(page) && !('data' in page) && failure.success && !ROLES.some(({ fits }) => fits(page))) {
    // The status line is not in a file: code and message tell an answer to a stranger from a failure.
    const loggedOut = failure.data.code === 203 || /non-authoritative/i.test(failure.data.message)
    found.problem(name, loggedOut ? 'source.not-logged-in' : 'source.failed', '', { code: failure.data.code ?? '?' })
    return undefined
  }
  const listed = json?.lines ? json.values.map((value) => recased(value, names).value) : rowsOf(page)
  const isList = isObject(page) && Array.isArray(page.data)
  if (listed.length === 0 && !isList) found.problem(name, 'file.unrecognised', '', { dialect: DIALECT })
  if (isList && Number(page.total) > listed.length) found.problem(name, 'list.partial', '', { total: Number(page.total), rows: listed.length })
  return listed
}

const NOTHING = { records: [], broken: [] }
/** Gateways in between write names as they please. */
const names = properNames(openCpsFieldNames)

function isKnown(row: unknown): boolean {
  return isObject(row) && ROLES.some(({ fits }) => fits(row))
}

function rowsOf(page: unknown): readonly unknown[] {
  if (Array.isArray(page)) return page
  if (isObject(page) && Array.isArray(page.data)) return page.data
  return [page]
}

/** List and detail show one dossier twice. The one changed last counts; what it lacks (the detail has no field codes) comes from the other. */
function oneByUid(rows: readonly FiledRow[], found: Collector): readonly FiledRow[] {
  // A row without a uid is nobody's twin.
  const byUid = Map.groupBy(rows, (filed) => (typeof filed.row.referenceUid === 'string' && known(filed.row.referenceUid)) || filed)
  return [...byUid.values()].map((same) => {
    const [first, ...others] = [...same].sort((a, b) => changedAt(a.row) - changedAt(b.row))
    if (first === undefined || others.length === 0) return first ?? { file: '', place: '', row: {} }
    const merged = Object.assign({}, first.row, ...others.map(({ row }) => row)) as Row
    found.problem(known(String(merged.dossierNo ?? '')) ?? first.file, 'record.same-uid')
    return { file: first.file, place: first.place, row: merged }
  })
}

function changedAt(row: Row): number {
  return openCpsTime.parse(String(row.modifiedDate ?? '')) ?? 0
}

function belongsTo(action: Row, { row }: FiledRow): boolean {
  if (typeof action.dossierRefUid === 'string' && action.dossierRefUid !== '') return action.dossierRefUid === row.referenceUid
  return action.dossierId !== undefined && String(action.dossierId) === String(row.dossierId)
}

/**
 * A fee record names no dossier: only its request path did, and a file has none. What is left is the ending of the uid, an assumption
 * (contracts/examples/expected.json) that is reported each time for somebody to confirm. Never by applicant, who may have several
 * dossiers; a contradicting applicant or agency only forbids it.
 */
function ownersOf(payments: readonly FiledRow[], dossiers: readonly FiledRow[], found: Collector): ReadonlyMap<FiledRow, readonly Row[]> {
  const owners = new Map<FiledRow, Row[]>()
  for (const filed of payments) {
    const { file, row } = filed
    const ending = lastGroup(row.referenceUid)
    const fitting = dossiers.filter(
      (dossier) => ending !== undefined && lastGroup(dossier.row.referenceUid) === ending && !contradicts(row, dossier.row),
    )
    const [owner] = fitting
    const before = owner === undefined ? [] : (owners.get(owner) ?? [])
    if (owner !== undefined && fitting.length === 1 && before.every((one) => one.paymentFileId !== row.paymentFileId)) {
      owners.set(owner, [...before, row])
      found.problem(file, 'fee.dossier-from-path', '', { code: String(owner.row.dossierNo ?? '') })
    } else strayFees(filed, found)
  }
  return owners
}

function lastGroup(uid: unknown): string | undefined {
  return typeof uid === 'string' ? /-([0-9a-f]{12})$/i.exec(uid)?.[1]?.toLowerCase() : undefined
}

function contradicts(payment: Row, dossier: Row): boolean {
  return ['applicantIdNo', 'govAgencyCode'].some((field) => Boolean(payment[field]) && Boolean(dossier[field]) && payment[field] !== dossier[field])
}

function strayFees({ file, row }: FiledRow, found: Collector): void {
  const note = notesFor(openCpsRules)
  const { fees } = openCpsPayment.safeParse(row).success ? paymentOf(row, found.tables, note) : { fees: null }
  for (const { amount, paid } of fees ?? []) found.strayFee({ amountVnd: amount, paid, localCode: null, file })
  if (fees === null) found.problem(file, 'file.unreadable', '', { problem: 'paymentFile' })
  found.findings(file, note.findings)
}

function strayStep({ file, row }: FiledRow, found: Collector): void {
  const note = notesFor(openCpsRules)
  const action = openCpsAction.safeParse(row)
  const payload = action.success ? readJson(new TextEncoder().encode(action.data.payload ?? ''))?.values[0] : undefined
  const localCode = isObject(payload) && typeof payload.dossierNo === 'string' ? known(payload.dossierNo) : null
  for (const { at, status, officer, note: says } of stepsOf([row], found.tables, note)) {
    const dossier = String(row.dossierId ?? row.dossierRefUid ?? '') || null
    found.strayStep({ dossier, localCode, at: isoInstant(at), status, officer, note: says, file })
  }
  found.findings(file, note.findings)
}

function compareApplicants(
  code: string | null,
  kind: Parameters<typeof applicantsMismatch>[1] | null,
  place: string,
  services: ReadonlyMap<string, OpenCpsProcedure>,
  found: Collector,
): void {
  const applicants = services.get(code ?? '')?.applicants
  if (applicants && kind !== null && applicantsMismatch(applicants, kind)) found.problem(place, 'procedure.applicants-mismatch', 'applicantKind')
}
