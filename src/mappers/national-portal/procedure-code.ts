import { parseProcedureCode } from '../../domain/index.js'
import { codeWord } from '../known.js'
import type { RecordContext } from './fields.js'

/**
 * `MaTTHC`: the national code; for a procedure not matched yet its local code, when that has the national form, since the portal takes
 * codes with the province's suffix too. contracts/provincial-sources.md §3.2, contracts/national-portal.md §7
 */
export function procedureCodeOf({ dossier, procedure, tables, note }: RecordContext): string | null {
  if (procedure?.nationalCode) return procedure.nationalCode
  const local = dossier.procedure.localCode ?? procedure?.localCode ?? null
  if (local === null) {
    note.add('procedure.code-missing', 'procedure.localCode')
    return null
  }
  const parsed = parseProcedureCode(local)
  if (!parsed.ok || tables.unmatchedProcedure === 'refuse') {
    note.add('procedure.unmapped', 'procedure.localCode', { code: codeWord(local) })
    return null
  }
  // A code without suffix is the national code itself.
  if (parsed.value.province !== null)
    note.add(procedure === null ? 'procedure.unknown' : 'procedure.no-national-mapping', 'procedure.localCode', { code: codeWord(local) })
  return tables.unmatchedProcedure === 'strip-suffix' ? parsed.value.base : local
}
