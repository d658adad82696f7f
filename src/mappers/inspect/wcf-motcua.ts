/** Saved answers of a WCF one-stop service: SOAP envelopes, or the JSON of its other binding. What a file holds, its records tell. */
import { notesFor } from '../../base/index.js'
import { type Cells, cellsOf, field, listIn, pageIn, textOf as textIn } from '../../connectors/wcf-motcua/wire.js'
import { isoInstant } from '../../domain/index.js'
import { readXml, type XmlElement, type XmlNode } from '../../transport/xml.js'
import { known } from '../known.js'
import { procedureLookup } from '../procedures.js'
import { fromWcf, type WcfMapping, wcfRules, wcfStates } from '../wcf-motcua/index.js'
import { stepsOf } from '../wcf-motcua/steps.js'
import type { Collector } from './collector.js'
import { linesTold, wholeJsonRecords, wholeXmlRecords } from './damaged-files.js'
import type { InspectFile, InspectInput } from './input.js'
import { isObject, readJson, textOf, unwrapped } from './json-files.js'
import { unreadable } from './stranger.js'

interface Filed {
  readonly file: string
  readonly place: string
  readonly record: unknown
  readonly cells: Cells
}
type Kind = 'dossiers' | 'steps' | 'states'
type Found = Record<Kind, Filed[]> & { readonly read: Set<Kind> }

const DIALECT = 'wcf-motcua'

/** Elements that only records of this kind have. The first kind that fits names a record. */
const TELLS: readonly (readonly [Kind, readonly string[]])[] = [
  ['steps', ['quatrinhxulyid', 'ngayxuly', 'noidungxuly']],
  ['dossiers', ['sobiennhan', 'ngaynhan', 'hotennguoinop', 'ngayhentra', 'mathutuc', 'tenthutuc']],
  ['states', ['trangthaihosoid', 'tentrangthai', 'tentrangthaihoso']],
]

export async function inspectWcf({ files, agencyCode }: InspectInput, found: Collector): Promise<void> {
  const rows: Found = { dossiers: [], steps: [], states: [], read: new Set() }
  for (const file of files) sortIn(file, rows, found)
  const mapping: WcfMapping = {
    tables: found.tables,
    states: wcfStates(rows.states.map(({ record }) => record)),
    ...(agencyCode === undefined ? {} : { provinceAgencyCode: agencyCode }),
  }
  const stepsBy = Map.groupBy(rows.steps, ({ cells }) => known(cells.get('hosoid')))
  const procedures = procedureLookup([])
  const ids = new Set<string | null>()
  for (const filed of rows.dossiers) {
    const id = known(filed.cells.get('hosoid'))
    const only = rows.dossiers.length === 1
    const own = [...(stepsBy.get(id) ?? []), ...(only && id !== null ? (stepsBy.get(null) ?? []) : [])]
    ids.add(id)
    const steps = rows.read.has('steps') ? own.map(({ record }) => record) : null
    found.dossier(`${filed.file}, ${filed.place}`, fromWcf({ dossier: filed.record, steps }, mapping), procedures)
  }
  const strays = rows.steps.filter(
    ({ cells }) => !ids.has(known(cells.get('hosoid'))) && !(cells.get('hosoid') === undefined && rows.dossiers.length === 1),
  )
  for (const { file, record, cells } of strays) {
    const note = notesFor(wcfRules)
    for (const { at, status, officer, note: says } of stepsOf([record], mapping, note))
      found.strayStep({ dossier: known(cells.get('hosoid')), localCode: null, at: isoInstant(at), status, officer, note: says, file })
    found.findings(file, note.findings)
  }
}

function sortIn({ name, bytes }: InspectFile, rows: Found, found: Collector): void {
  const text = textOf(bytes)
  const read = /^\ufeff?\s*</.test(text) ? xmlRecords(name, text, found) : jsonRecords(name, bytes, text, found)
  if (read === undefined) return
  const unknown = read.records.filter((record, index) => {
    const cells = cellsOf(record)
    const kind = kindOf(cells)
    if (cells === undefined || kind === undefined) return true
    rows.read.add(kind)
    rows[kind].push({ file: name, place: `record ${index + 1}`, record, cells })
    return false
  })
  if (unknown.length > 0 && unknown.length === read.records.length) found.problem(name, 'file.unrecognised', '', { dialect: DIALECT })
  else
    for (const record of unknown) found.problem(`${name}, record ${read.records.indexOf(record) + 1}`, 'row.unrecognised', '', { dialect: DIALECT })
  if (read.total !== null && read.total > read.records.length)
    found.problem(name, 'list.partial', '', { total: read.total, rows: read.records.length })
}

function kindOf(cells: Cells | undefined): Kind | undefined {
  return cells === undefined ? undefined : TELLS.find(([, names]) => names.some((one) => cells.has(one)))?.[0]
}

interface Records {
  readonly records: readonly unknown[]
  readonly total: number | null
}

function xmlRecords(name: string, text: string, found: Collector): Records | undefined {
  const read = readXml(text, { withoutPrefixes: true })
  if (!read.ok) {
    const record = read.problem === 'damaged' ? (/<((?:[\w.-]+:)?\w*ViewModel)>/.exec(text)?.[1] ?? null) : null
    const { records, broken } = record === null ? { records: [], broken: [] } : wholeXmlRecords(text, record, new Set(), { withoutPrefixes: true })
    if (records.length > 0) found.problem(name, 'file.damaged', '', { records: records.length, lines: linesTold(broken) })
    else found.problem(name, 'file.unreadable', '', { problem: read.says })
    return records.length > 0 ? { records, total: null } : undefined
  }
  const body = read.name === 'Envelope' ? childIn(read.root, 'Body') : read.root
  const fault = childIn(body, 'Fault')
  if (fault !== undefined) {
    const code = textIn(childIn(fault, 'faultcode')) ?? '?'
    found.problem(name, 'source.failed', '', { code: /^[\w.:-]{1,60}$/.test(code) ? code : '?' })
    return undefined
  }
  const result = resultIn(body)
  return recordsIn(name, result, found)
}

/** The `…Result` inside `…Response`, or what stands in its place. */
function resultIn(body: XmlNode | undefined): unknown {
  const [response] = listIn(body)
  const entry = Object.entries((response ?? {}) as XmlElement).find(([name]) => name.endsWith('Result'))?.[1]
  return (Array.isArray(entry) ? entry[0] : undefined) ?? response ?? body
}

function jsonRecords(name: string, bytes: Uint8Array, text: string, found: Collector): Records | undefined {
  const json = readJson(bytes)
  if (json === undefined) {
    const { records, broken } = wholeJsonRecords(text)
    if (records.length > 0) found.problem(name, 'file.damaged', '', { records: records.length, lines: linesTold(broken) })
    else found.problem(name, 'file.unreadable', '', { problem: unreadable(bytes, 'JSON or XML') })
    return records.length > 0 ? { records, total: null } : undefined
  }
  if (json.lines) return { records: json.values, total: null }
  const [value] = json.values
  const isKnown = (row: unknown) => kindOf(cellsOf(row)) !== undefined
  const isPlain = Array.isArray(value) ? value.some(isKnown) : isKnown(value) || (isObject(value) && 'Data' in value)
  const inner = isPlain ? undefined : unwrapped(value, isKnown)
  if (inner !== undefined) return { records: inner, total: null }
  const framed = isObject(value) ? Object.entries(value).find(([key]) => key.endsWith('Result'))?.[1] : undefined
  return recordsIn(name, framed === undefined ? value : framed, found)
}

function recordsIn(name: string, result: unknown, found: Collector): Records | undefined {
  // One record alone: an answer of `…_GetByHoSoId`.
  if (cellsOf(result)?.has('hosoid') && field(result, 'Data') === undefined) return { records: [result], total: null }
  const page = pageIn(result)
  if (page === undefined) found.problem(name, 'file.unrecognised', '', { dialect: DIALECT })
  else if (page.rows.length === 0 && page.total === null) found.problem(name, 'file.unrecognised', '', { dialect: DIALECT })
  return page === undefined ? undefined : { records: page.rows, total: page.total }
}

function childIn(node: XmlNode | undefined, name: string): XmlNode | undefined {
  const children = field(node, name)
  return Array.isArray(children) ? (children[0] as XmlNode) : undefined
}
