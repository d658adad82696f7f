import { notesFor } from '../../base/index.js'
import { igateFieldNames } from '../../connectors/igate/wire.js'
import { fromIgate, fromIgateService, igateRules } from '../igate/index.js'
import { known } from '../known.js'
import { properNames, recased } from '../lenient.js'
import { procedureLookup } from '../procedures.js'
import type { Collector } from './collector.js'
import { linesTold, wholeJsonRecords } from './damaged-files.js'
import type { InspectFile, InspectInput } from './input.js'
import { isObject, readJson, textOf, unwrapped } from './json-files.js'
import { unreadable } from './stranger.js'

type Row = Readonly<Record<string, unknown>>
interface FiledRow {
  readonly file: string
  /** `source-igate-search.json, content[3]` */
  readonly place: string
  readonly row: Row
}

const NOTHING = { records: [], broken: [] }
const names = properNames(igateFieldNames)

/** Only dossiers have these; a catalogue shares the rest with them. contracts/provincial-sources.md §7.3 */
const DOSSIER_FIELDS = ['dossierStatus', 'applicant', 'procedure', 'acceptedDate', 'appliedDate', 'applyMethod', 'task']
const PROCEDURE_FIELDS = ['nationCode', 'sector', 'name', 'translate', 'level']
/** Messages of the write adapter (§7.6): what goes out, never what is there. */
const OUTGOING_FIELDS = ['MaHoSo', 'IDHoSo', 'IdHoSo', 'MaTTHC']

/** Reads any mixture of search pages, details and pages of the catalogue. */
export async function inspectIgate({ files, agencyCode }: InspectInput, found: Collector): Promise<void> {
  const dossiers: FiledRow[] = []
  const procedureRows: FiledRow[] = []
  for (const file of files) sortIn(file, { dossiers, procedures: procedureRows }, found)

  const catalogue = procedureRows.flatMap(({ row, place }) => {
    const procedure = fromIgateService(row)
    if (procedure === undefined) found.problem(place, 'file.unreadable', '', { problem: 'procedure' })
    return procedure ?? []
  })
  found.procedures(catalogue)
  const procedures = procedureLookup(catalogue)

  const mapping = { tables: found.tables, ...(agencyCode === undefined ? {} : { provinceAgencyCode: agencyCode }) }
  for (const { place, row } of oneById(dossiers, found)) {
    const code = textAt(row, 'code')
    const named = code ?? place
    const mapped = fromIgate(row, mapping)
    if (mapped.ok || code === undefined || textAt(row, 'id') !== undefined) {
      found.dossier(named, mapped, procedures)
      continue
    }
    // A pass would leave it out; whoever looks at a file wants to see the rest of it.
    found.findings(named, mapped.findings)
    found.dossier(named, fromIgate({ ...row, id: code }, mapping), procedures)
  }
  officersWithSeveralIds(dossiers, found)
}

function sortIn({ name, bytes }: InspectFile, rows: { readonly dossiers: FiledRow[]; readonly procedures: FiledRow[] }, found: Collector): void {
  const json = readJson(bytes)
  const { records, broken } = json === undefined ? wholeJsonRecords(textOf(bytes)) : NOTHING
  if (json === undefined && records.length === 0) {
    found.problem(name, 'file.unreadable', '', { problem: unreadable(bytes, 'JSON') })
    return
  }
  if (json === undefined) found.problem(name, 'file.damaged', '', { records: records.length, lines: linesTold(broken) })
  const values = json?.values ?? [{ content: records }]
  let known = 0
  let count = 0
  for (const [index, written] of values.entries()) {
    const value = recased(written, names).value
    const isKnown = (row: unknown) => roleOf(row) !== undefined
    const inner = isPage(value) || rowsOf(value).some(isKnown) ? undefined : unwrapped(value, isKnown)
    const listed = inner ?? rowsOf(value)
    for (const [position, row] of listed.entries()) {
      count++
      const place = values.length > 1 ? `${name}, line ${index + 1}` : listed.length > 1 || isPage(value) ? `${name}, content[${position}]` : name
      const role = roleOf(row)
      if (role === undefined) {
        if (listed.length > 1 || isPage(value)) found.problem(place, 'file.unrecognised', '', { dialect: 'igate2' })
        continue
      }
      known++
      rows[role].push({ file: name, place, row: row as Row })
    }
    if (isPage(value)) checkTotal(name, value, listed.length, found)
  }
  if (known === 0 && !(count === 0 && values.some(isPage))) found.problem(name, 'file.unrecognised', '', { dialect: 'igate2' })
}

function isPage(value: unknown): value is Row & { readonly content: readonly unknown[] } {
  return isObject(value) && Array.isArray(value.content)
}

function rowsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  return isPage(value) ? value.content : [value]
}

function roleOf(row: unknown): 'dossiers' | 'procedures' | undefined {
  if (!isObject(row) || OUTGOING_FIELDS.some((field) => field in row)) return undefined
  if (DOSSIER_FIELDS.some((field) => field in row)) return 'dossiers'
  return 'code' in row && PROCEDURE_FIELDS.some((field) => field in row) ? 'procedures' : undefined
}

function checkTotal(name: string, page: Row, rows: number, found: Collector): void {
  const total = Number(page.totalElements ?? 0)
  if (Number.isFinite(total) && total > rows) found.problem(name, 'list.partial', '', { total, rows })
}

/** Search and detail show one dossier twice: the one changed last counts, and of the same change the fuller one. */
function oneById(rows: readonly FiledRow[], found: Collector): readonly FiledRow[] {
  const byId = Map.groupBy(rows, ({ row, place }) => textAt(row, 'id') ?? place)
  return [...byId.values()].flatMap((same) => {
    const sorted = [...same].sort((a, b) => (textAt(a.row, 'updatedDate') ?? '').localeCompare(textAt(b.row, 'updatedDate') ?? ''))
    const [first] = sorted
    if (first === undefined || sorted.length === 1) return first ?? []
    found.problem(textAt(first.row, 'code') ?? first.place, 'record.same-uid')
    return [{ ...first, row: Object.assign({}, ...sorted.map(({ row }) => filled(row))) as Row }]
  })
}

function filled(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value != null))
}

/** Names are no key: one officer has an id for each unit, and sometimes for each task. */
function officersWithSeveralIds(rows: readonly FiledRow[], found: Collector): void {
  const assignees = rows.flatMap(({ row, place }) => assigneesOf(row).map((one) => ({ ...one, place: textAt(row, 'code') ?? place })))
  const several = [...Map.groupBy(assignees, ({ name }) => name).values()].filter((same) => new Set(same.map(({ id }) => id)).size > 1)
  for (const place of new Set(several.flat().map(({ place }) => place))) {
    const note = notesFor(igateRules)
    note.add('officer.id-unstable', 'task[].assignee')
    found.findings(place, note.findings)
  }
}

function assigneesOf({ task }: Row): { readonly id: string; readonly name: string }[] {
  return (Array.isArray(task) ? task : []).flatMap((one) => {
    const assignee: unknown = isObject(one) ? one.assignee : undefined
    const [id, name] = [textAt(assignee, 'id'), textAt(assignee, 'fullname')]
    return id === undefined || name === undefined ? [] : [{ id, name }]
  })
}

function textAt(value: unknown, field: string): string | undefined {
  const text = isObject(value) ? value[field] : undefined
  return typeof text === 'string' || typeof text === 'number' ? (known(String(text)) ?? undefined) : undefined
}
