import { z } from 'zod'
import type { ProcedureEntry } from '../../domain/index.js'
import { known } from '../known.js'
import { fromOpenCpsService } from '../opencps/index.js'
import { isObject, readJson } from './json-files.js'

/** A row of an iGate procedure page, as far as a companion of office files needs it. contracts/provincial-sources.md §7 */
const igateProcedure = z.looseObject({
  code: z.string(),
  nationCode: z.string().nullish(),
  name: z.string(),
  sector: z.looseObject({ code: z.string().nullish(), name: z.string().nullish() }).nullish(),
})

/** Reads a page of procedures, of OpenCPS (`data[]`) or iGate (`content[]`). @returns undefined when the file is none */
export function readCataloguePage(bytes: Uint8Array): { readonly procedures: readonly ProcedureEntry[]; readonly total: number | null } | undefined {
  const [page] = readJson(bytes)?.values ?? []
  if (!isObject(page)) return undefined
  const { content, data } = page
  const rows = Array.isArray(content) ? content.map(fromIgate) : Array.isArray(data) ? data.map(fromOpenCpsService) : []
  const procedures = rows.filter((row) => row !== undefined)
  if (procedures.length === 0 || procedures.length < rows.length) return undefined
  const total = Array.isArray(content) ? page.totalElements : page.total
  return { procedures, total: typeof total === 'number' ? total : null }
}

function fromIgate(row: unknown): ProcedureEntry | undefined {
  const read = igateProcedure.safeParse(row)
  if (!read.success) return undefined
  const { code, nationCode, name, sector } = read.data
  const localCode = known(code)
  const title = known(name)
  if (localCode === null || title === null) return undefined
  return {
    localCode,
    nationalCode: known(nationCode),
    name: title,
    nationalName: null,
    sector: { code: known(sector?.code), name: known(sector?.name) },
    paperResult: null,
  }
}
