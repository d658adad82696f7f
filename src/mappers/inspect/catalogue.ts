import { z } from 'zod'
import type { ProcedureEntry } from '../../domain/index.js'
import { fromIgateService } from '../igate/index.js'
import { fromOpenCpsService } from '../opencps/index.js'
import { isObject, parsed, readJson } from './json-files.js'

const relayAnswer = z.looseObject({ result: z.array(z.looseObject({ MATTHC: z.string().min(1), TENTTHC: z.string().min(1) })) })

/** Reads a page of procedures, of OpenCPS (`data[]`), iGate (`content[]`) or a relay (`message`). @returns undefined when the file is none */
export function readCataloguePage(bytes: Uint8Array): { readonly procedures: readonly ProcedureEntry[]; readonly total: number | null } | undefined {
  const [page] = readJson(bytes)?.values ?? []
  if (!isObject(page)) return undefined
  if (typeof page.message === 'string') return fromRelay(parsed(page.message)?.value)
  const { content, data } = page
  const rows = Array.isArray(content) ? content.map(fromIgateService) : Array.isArray(data) ? data.map(fromOpenCpsService) : []
  const procedures = rows.filter((row) => row !== undefined)
  if (procedures.length === 0 || procedures.length < rows.length) return undefined
  const total = Array.isArray(content) ? page.totalElements : page.total
  return { procedures, total: typeof total === 'number' ? total : null }
}
/** The answer of a catalogue relay holds its JSON as a text, with the national codes and names. contracts/provincial-sources.md §9.3 */
function fromRelay(inner: unknown): { readonly procedures: readonly ProcedureEntry[]; readonly total: null } | undefined {
  const read = relayAnswer.safeParse(inner)
  if (!read.success || read.data.result.length === 0 || !/^0{1,2}$/.test(String(read.data.error_code ?? '0'))) return undefined
  const procedures = read.data.result.map(({ MATTHC, TENTTHC }) => ({
    localCode: MATTHC.trim(),
    nationalCode: MATTHC.trim(),
    name: TENTTHC.trim(),
    nationalName: null,
    sector: { code: null, name: null },
    paperResult: null,
  }))
  return { procedures, total: null }
}
