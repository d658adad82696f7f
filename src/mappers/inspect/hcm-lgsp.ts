import { HCM_LIST, hcmDossierFields, hcmEnvelope, hcmProcedureFields, isHcmSuccess } from '../../connectors/hcm-lgsp/wire.js'
import type { ProcedureEntry } from '../../domain/index.js'
import { fromHcm, fromHcmProcedure } from '../hcm-lgsp/index.js'
import { procedureLookup } from '../procedures.js'
import type { Collector } from './collector.js'
import { wholeJsonRecords } from './damaged-files.js'
import type { InspectFile, InspectInput } from './input.js'
import { isObject, readJson, textOf, unwrapped } from './json-files.js'
import { unreadable } from './stranger.js'

interface Filed {
  readonly place: string
  readonly row: unknown
}

const DIALECT = 'hcm-lgsp'
/** A row is told by fields that only it has; a misspelt one among them must not hide the rest. */
const marksOf = (fields: Readonly<Record<string, string>>) => Object.values(fields)
const DOSSIER_MARKS = marksOf(hcmDossierFields)
const PROCEDURE_MARKS = marksOf(hcmProcedureFields)

/** Reads pushes of dossiers and answers of the catalogue, under the assumed names. contracts/provincial-sources.md §6 */
export async function inspectHcmLgsp({ files, agencyCode }: InspectInput, found: Collector): Promise<void> {
  const pushed: Filed[] = []
  const catalogue: ProcedureEntry[] = []
  for (const file of files) sortIn(file, pushed, catalogue, found)
  found.procedures(catalogue)
  const procedures = procedureLookup(catalogue)
  const context = { tables: found.tables, ...(agencyCode === undefined ? {} : { provinceAgencyCode: agencyCode }) }
  for (const { place, row } of pushed) {
    const mapped = fromHcm(row, context)
    found.dossier(place, mapped, procedures)
    const code = mapped.ok ? mapped.value.procedure.localCode : null
    if (mapped.ok && catalogue.length > 0 && procedures.byLocalCode(code ?? '')?.nationalCode == null)
      found.problem(mapped.value.localCode ?? place, 'procedure.no-national-mapping', 'procedureCode', { code: code ?? '?' })
  }
}

function sortIn({ name, bytes }: InspectFile, pushed: Filed[], catalogue: ProcedureEntry[], found: Collector): void {
  const rows = rowsIn({ name, bytes }, found)
  if (rows === undefined) return
  const kinds = rows.map(kindOf)
  if (rows.length > 0 && kinds.every((kind) => kind === undefined)) found.problem(name, 'file.unrecognised', '', { dialect: DIALECT })
  else {
    let tariffs = false
    rows.forEach((row, index) => {
      const place = rows.length === 1 ? name : `${name}, row ${index + 1}`
      if (kinds[index] === 'dossier') pushed.push({ place, row })
      else if (kinds[index] === undefined) found.problem(place, 'row.unrecognised', '', { dialect: DIALECT })
      else {
        const procedure = fromHcmProcedure(row)
        if (procedure.ok) catalogue.push(entryOf(procedure.value))
        tariffs ||= procedure.findings.some(({ ruleId }) => ruleId === 'fee.catalogue-not-dossier')
        found.findings(
          place,
          procedure.findings.filter(({ ruleId }) => ruleId !== 'fee.catalogue-not-dossier'),
        )
      }
    })
    if (tariffs) found.problem(name, 'fee.catalogue-not-dossier', hcmProcedureFields.fee)
  }
}

/** @returns undefined for what was told of as no data */
function rowsIn({ name, bytes }: InspectFile, found: Collector): readonly unknown[] | undefined {
  const json = readJson(bytes)
  if (json === undefined) {
    const { records } = wholeJsonRecords(textOf(bytes))
    if (records.length > 0) found.problem(name, 'file.damaged', '', { records: records.length, lines: { en: '', vi: '' } })
    else found.problem(name, 'file.unreadable', '', { problem: unreadable(bytes, 'JSON') })
    return records.length > 0 ? records : undefined
  }
  const [page] = json.values
  if (json.lines) return json.values
  if (Array.isArray(page) && page.some((row) => kindOf(row) !== undefined)) return page
  const envelope = hcmEnvelope.safeParse(page)
  if (envelope.success && isObject(page) && 'ResultObject' in page) {
    if (!isHcmSuccess(envelope.data)) {
      const code = String(envelope.data.StatusCode)
      found.problem(name, code === '401' ? 'source.not-logged-in' : 'source.refused', '', { code })
      return undefined
    }
    if (Array.isArray(envelope.data.ResultObject)) return envelope.data.ResultObject
  }
  if (isObject(page) && Array.isArray(page[HCM_LIST])) return page[HCM_LIST]
  return unwrapped(page, (row) => kindOf(row) !== undefined) ?? [page]
}

function kindOf(row: unknown): 'dossier' | 'procedure' | undefined {
  if (!isObject(row)) return undefined
  const count = (marks: readonly string[]) => marks.filter((mark) => Object.hasOwn(row, mark)).length
  if (count(PROCEDURE_MARKS) >= 3) return 'procedure'
  // MaHoSo alone is in messages of every kind.
  return count(DOSSIER_MARKS) >= 8 ? 'dossier' : undefined
}

function entryOf({ code, name, sectors }: { readonly code: string; readonly name: string; readonly sectors: ProcedureSectors }): ProcedureEntry {
  return { localCode: code, nationalCode: null, name, nationalName: null, sector: sectors?.[0] ?? { code: null, name: null }, paperResult: null }
}

type ProcedureSectors = readonly { readonly code: string | null; readonly name: string | null }[] | null
