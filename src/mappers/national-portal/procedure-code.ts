import { localDateOf, parseProcedureCode } from '../../domain/index.js'
import { codeWord } from '../known.js'
import type { RecordContext } from './record-context.js'

/**
 * `MaTTHC`: the national code. A local code without the province's suffix is one already. For a procedure that nobody matched yet the
 * table `unmatchedProcedure` decides: its dossiers wait, or go out under the local code, with or without suffix, since the portal was
 * seen to take codes with a suffix too. contracts/provincial-sources.md §3.2, contracts/national-portal.md §7
 */
export function procedureCodeOf({ dossier, procedure, tables, note }: RecordContext): string | null {
  if (procedure?.nationalCode) {
    const { endedOn, nationalCode } = procedure
    const { receivedAt } = dossier
    // Never more than a remark: what was received before goes on to be reported under the code it had.
    if (endedOn !== undefined && receivedAt !== null && localDateOf(receivedAt) >= endedOn)
      note.add('procedure.ended', 'procedure.nationalCode', { code: nationalCode, day: endedOn })
    return nationalCode
  }
  const local = dossier.procedure.localCode ?? procedure?.localCode ?? null
  if (local === null) {
    note.add('procedure.code-missing', 'procedure.localCode')
    return null
  }
  const parsed = parseProcedureCode(local)
  const withheld = procedure?.withheld
  // A local code in the form of a national one is one, unless somebody looked and said otherwise.
  if (parsed.ok && parsed.value.province === null && withheld === undefined) return parsed.value.base
  if (!parsed.ok || tables.unmatchedProcedure === 'refuse' || withheld === 'conflict') {
    note.add('procedure.unmapped', 'procedure.localCode', { code: codeWord(local) })
    return null
  }
  const finding = procedure === null ? 'procedure.unknown' : 'procedure.no-national-mapping'
  note.add(finding, 'procedure.localCode', { code: codeWord(local) })
  return tables.unmatchedProcedure === 'strip-suffix' ? parsed.value.base : local
}
