import { notesFor } from '../../base/index.js'
import { openCpsAction, openCpsFailure, openCpsPayment } from '../../connectors/opencps/wire.js'
import { isoInstant } from '../../domain/index.js'
import { known } from '../known.js'
import { applicantsMismatch, fromOpenCps, fromOpenCpsService, type OpenCpsProcedure, openCpsRules } from '../opencps/index.js'
import { paymentOf } from '../opencps/payment.js'
import { stepsOf } from '../opencps/steps.js'
import { openCpsTime } from '../opencps/traits.js'
import { procedureLookup } from '../procedures.js'
import type { Collector } from './collector.js'
import type { InspectFile, InspectInput } from './input.js'
import { isObject, readJson } from './json-files.js'

type Row = Readonly<Record<string, unknown>>
interface FiledRow {
  readonly file: string
  readonly row: Row
}

/** What a row is, told by the fields only it has. Order matters: the first that fits names it. contracts/provincial-sources.md §4.3–4.5 */
const ROLES = [
  { role: 'payments', fits: (row: Row) => 'paymentFileId' in row || ('paymentStatus' in row && 'paymentAmount' in row) },
  { role: 'actions', fits: (row: Row) => 'dossierRefUid' in row || 'dossierSyncId' in row },
  { role: 'services', fits: (row: Row) => 'serviceCode' in row && !('referenceUid' in row) },
  { role: 'dossiers', fits: (row: Row) => 'referenceUid' in row && ('dossierStatus' in row || 'dossierNo' in row) },
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
    found.dossier(dossier.file, mapped, procedures)
    if (mapped.ok)
      compareApplicants(mapped.value.procedure.localCode, mapped.value.applicant.kind, mapped.value.localCode ?? dossier.file, byCode, found)
  }
  for (const action of actionsOf.get(undefined) ?? []) strayStep(action, found)
}

function sortIn({ name, bytes }: InspectFile, rows: Rows, found: Collector): void {
  const json = readJson(bytes)
  if (json === undefined) {
    found.problem(name, 'file.unreadable', '', { problem: 'JSON?' })
    return
  }
  const page = json.values[0]
  const failure = openCpsFailure.safeParse(page)
  if (!json.lines && isObject(page) && !('data' in page) && failure.success && !ROLES.some(({ fits }) => fits(page))) {
    // The status line is not in a file: code and message tell an answer to a stranger from a failure.
    const loggedOut = failure.data.code === 203 || /non-authoritative/i.test(failure.data.message)
    found.problem(name, loggedOut ? 'source.not-logged-in' : 'source.failed', '', { code: failure.data.code ?? '?' })
    return
  }
  const listed = json.lines ? json.values : rowsOf(page)
  const unknown = listed.filter((row) => {
    const role = isObject(row) ? ROLES.find(({ fits }) => fits(row))?.role : undefined
    if (role !== undefined) rows[role].push({ file: name, row: row as Row })
    return role === undefined
  })
  const isList = isObject(page) && Array.isArray(page.data)
  if (unknown.length > 0 || (listed.length === 0 && !isList)) found.problem(name, 'file.unrecognised', '', { dialect: 'opencps-v2' })
  if (isList && typeof page.total === 'number' && page.total > listed.length)
    found.problem(name, 'list.partial', '', { total: page.total, rows: listed.length })
}

function rowsOf(page: unknown): readonly unknown[] {
  if (Array.isArray(page)) return page
  if (isObject(page) && Array.isArray(page.data)) return page.data
  return [page]
}

/** List and detail show one dossier twice. The one changed last counts; what it lacks (the detail has no field codes) comes from the other. */
function oneByUid(rows: readonly FiledRow[], found: Collector): readonly FiledRow[] {
  const byUid = Map.groupBy(rows, ({ row }) => row.referenceUid)
  return [...byUid.values()].map((same) => {
    const [first, ...others] = [...same].sort((a, b) => changedAt(a.row) - changedAt(b.row))
    if (first === undefined || others.length === 0) return first ?? { file: '', row: {} }
    const merged = Object.assign({}, first.row, ...others.map(({ row }) => row)) as Row
    found.problem(known(String(merged.dossierNo ?? '')) ?? first.file, 'record.same-uid')
    return { file: first.file, row: merged }
  })
}

function changedAt(row: Row): number {
  return openCpsTime.parse(String(row.modifiedDate ?? '')) ?? 0
}

function belongsTo(action: Row, { row }: FiledRow): boolean {
  if (typeof action.dossierRefUid === 'string' && action.dossierRefUid !== '') return action.dossierRefUid === row.referenceUid
  return action.dossierId !== undefined && action.dossierId === row.dossierId
}

/**
 * A fee record names no dossier: only its request path did, and a file has none. What is left is the ending of the uid, an assumption
 * (contracts/examples/expected.json) that is reported each time for somebody to confirm. Never by applicant, who may have several
 * dossiers; a contradicting applicant or agency only forbids it.
 */
function ownersOf(payments: readonly FiledRow[], dossiers: readonly FiledRow[], found: Collector): ReadonlyMap<FiledRow, Row> {
  const owners = new Map<FiledRow, Row>()
  for (const { file, row } of payments) {
    const ending = lastGroup(row.referenceUid)
    const fitting = dossiers.filter(
      (dossier) => ending !== undefined && lastGroup(dossier.row.referenceUid) === ending && !contradicts(row, dossier.row),
    )
    const [owner] = fitting
    if (owner !== undefined && fitting.length === 1 && !owners.has(owner)) {
      owners.set(owner, row)
      found.problem(file, 'fee.dossier-from-path', '', { code: String(owner.row.dossierNo ?? '') })
    } else strayFees({ file, row }, found)
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
