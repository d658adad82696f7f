import { type Finding, hasErrors, type Mapped, notesFor } from '../../base/index.js'
import { type DossierRecord, dossierRecord, soundRecord } from '../../connectors/national-portal/wire.js'
import type { Dossier, ProcedureEntry } from '../../domain/index.js'
import { checkDossier } from '../../rules/index.js'
import type { CodeTables } from '../tables/index.js'
import { defaultFieldPolicy, type FieldPolicy, recordFields } from './fields.js'
import { progressOf } from './progress.js'
import type { RecordContext } from './record-context.js'
import { type RecordFinding, recordFindings } from './rules.js'
import { scoringGaps } from './scoring.js'

export interface RecordOptions {
  /** The number the dossier is or will be reported under (`MaHoSo`). */
  readonly code: string
  /** The procedure in our catalogue; `null` when it is unknown there. */
  readonly procedure: ProcedureEntry | null
  readonly tables: CodeTables
  /** Overrides `tables.fields`, which overrides {@link defaultFieldPolicy}. */
  readonly policy?: Partial<FieldPolicy>
  /** As for {@link progressOf}: decides whether an end of processing without a step is reported. */
  readonly deriveSteps?: boolean
}

/**
 * A dossier as the national portal takes it, every field of contracts/national-portal.md §4.1.1 in its order.
 *
 * @returns no value when a required field is unknown; findings also name what will cost points nationally (§8.1) and the record rules
 * of contracts/rules-and-indicators.md §6.1. A finding of severity `error` forbids sending.
 */
export function toDossierRecord(dossier: Dossier, options: RecordOptions): Mapped<DossierRecord> {
  const { code, procedure, tables } = options
  const note = notesFor<RecordFinding>(recordFindings)
  const policy = { ...defaultFieldPolicy, ...tables.fields, ...options.policy }
  const record = assemble({ code: code.normalize('NFC'), dossier, procedure, tables, note }, policy)
  const refused = hasErrors(note.findings)
  const progress = progressOf(dossier, options.deriveSteps === undefined ? {} : { deriveSteps: options.deriveSteps })
  const context = { procedure, tables, progress: progress.ok ? progress.value : [] }
  for (const { finding, path, missing } of scoringGaps) if (missing(dossier, context)) note.add(finding, path)
  const parsed = dossierRecord.safeParse(record)
  if (!parsed.success && !refused) {
    for (const { path, message } of parsed.error.issues) note.add('record.invalid', path.join('.'), { field: path.join('.'), problem: message })
  }
  const findings: readonly Finding[] = [...note.findings, ...checkDossier(dossier, { code, procedure }, tables.rules)]
  // The record itself, since the schema's copy is in another order than the contract's.
  return parsed.success && !hasErrors(note.findings) ? { ok: true, value: soundRecord(record as DossierRecord), findings } : { ok: false, findings }
}

function assemble(context: RecordContext, policy: FieldPolicy): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  for (const { name, required, list, from } of recordFields) {
    const send = policy[name]
    if (send === 'never') {
      if (list) record[name] = []
      continue
    }
    const errorsBefore = context.note.findings.length
    const value = from(context) ?? null
    if (value !== null) record[name] = typeof value === 'string' ? value.normalize('NFC') : value
    else if (required !== undefined) {
      // What the field itself already explained is not said twice.
      if (!hasErrors(context.note.findings.slice(errorsBefore))) context.note.add(required.finding, required.path)
    } else if (send === 'always') record[name] = list ? [] : ''
  }
  return record
}
