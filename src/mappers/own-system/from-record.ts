/** Records of a province's own system: read by the schema that its source states, mapped by the function it gives. */
import type { z } from 'zod'
import { type Finding, issueProblem, type Mapped, type Notes, notesFor, redact, sayingOf, textsWithin } from '../../base/index.js'
import type { Dossier } from '../../domain/index.js'
import { type DossierRow, fromDossierRow } from '../files/dossier-row.js'
import { codeWord } from '../known.js'
import type { CodeTables } from '../tables/index.js'
import type { DossierTraits } from '../traits.js'
import { type RowHelp, rowHelp } from './help.js'
import { type OwnSystemRule, ownSystemRules } from './rules.js'

/** How a defined source says what its records are. */
export interface OwnRecords<Schema extends z.ZodType> {
  readonly record: Schema
  /** The record's stable id at its source: never empty, never another record's. */
  key(record: z.output<Schema>): string
  toDossier(record: z.output<Schema>, help: RowHelp): DossierRow
}

export interface OwnRecordContext {
  readonly tables: CodeTables
  readonly provinceAgencyCode?: string | readonly string[]
}

export interface ReadRecord<Value> {
  readonly key: string
  readonly record: Value
}

/** Reads one record by the schema. A record that does not fit is a finding for each field, without its values. */
export function readOwnRecord<Schema extends z.ZodType>(raw: unknown, { record, key }: OwnRecords<Schema>): Mapped<ReadRecord<z.output<Schema>>> {
  const note = notesFor(ownSystemRules)
  const parsed = record.safeParse(raw)
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      // A slipped export makes keys of values.
      const field = issue.path.map((part) => (typeof part === 'number' ? String(part) : codeWord(String(part)))).join('.')
      const problem = issue.code === 'unrecognized_keys' ? UNKNOWN_FIELD : issueProblem(issue, raw)
      note.add('record.unreadable', field, { field: field || '–', problem })
    }
    return { ok: false, findings: note.findings }
  }
  const named = attempt(note, 'key', raw, () => key(parsed.data))
  if (named === undefined) return { ok: false, findings: note.findings }
  const text = typeof named === 'string' || typeof named === 'number' ? String(named).trim() : ''
  if (text === '') note.add('record.no-key', '')
  return text === '' ? { ok: false, findings: note.findings } : { ok: true, value: { key: text, record: parsed.data }, findings: [] }
}

const UNKNOWN_FIELD = { en: 'a field that it does not know', vi: 'trường không được khai' }

/** A mapped record, and what scope rules may look at. */
export interface OwnDossier {
  readonly mapped: Mapped<Dossier>
  readonly traits: DossierTraits & { readonly note: string | null }
}

/** Maps a record that was read, by what it says itself. */
export function fromOwnRecord<Schema extends z.ZodType>(
  read: ReadRecord<z.output<Schema>>,
  { toDossier }: Pick<OwnRecords<Schema>, 'toDossier'>,
  context: OwnRecordContext,
): OwnDossier {
  const note = notesFor(ownSystemRules)
  const row = rowOf(read, toDossier, rowHelp(context.tables, note), note)
  const mapped = finished(read.key, row, note, context)
  return { mapped, traits: traitsOf(mapped, row ?? {}) }
}

/**
 * Maps a record with what belongs to it and is read apart: its fields win.
 *
 * @throws what `details` throws
 */
export async function fromOwnRecordWith<Schema extends z.ZodType>(
  read: ReadRecord<z.output<Schema>>,
  { toDossier }: Pick<OwnRecords<Schema>, 'toDossier'>,
  context: OwnRecordContext,
  details: (help: RowHelp) => Promise<DossierRow>,
): Promise<Mapped<Dossier>> {
  const note = notesFor(ownSystemRules)
  const help = rowHelp(context.tables, note)
  const row = rowOf(read, toDossier, help, note)
  return finished(read.key, row === undefined ? undefined : { ...row, ...(await details(help)) }, note, context)
}

function rowOf<Record>(
  { record }: ReadRecord<Record>,
  toDossier: (record: Record, help: RowHelp) => DossierRow,
  help: RowHelp,
  note: Notes<OwnSystemRule>,
): DossierRow | undefined {
  const row = attempt(note, 'toDossier', record, () => toDossier(record, help))
  if (typeof row === 'object' && row !== null) return row
  if (note.findings.length === 0) note.add('record.not-mapped', '', { step: 'toDossier', problem: NO_ROW })
  return undefined
}

function finished(key: string, row: DossierRow | undefined, note: Notes<OwnSystemRule>, { provinceAgencyCode }: OwnRecordContext): Mapped<Dossier> {
  if (row === undefined) return { ok: false, findings: note.findings }
  const mapped = fromDossierRow({ ...row, sourceId: key }, provinceAgencyCode === undefined ? {} : { provinceAgencyCode })
  const findings = [...note.findings, ...mapped.findings.map(inOurWords)]
  return mapped.ok ? { ok: true, value: mapped.value, findings } : { ok: false, findings }
}

const NO_ROW = { en: 'it gives no row', vi: 'không trả về dòng hồ sơ' }

/** Runs a function of the source's module. @returns undefined with a finding when it throws; what it says must not quote the record. */
function attempt<Result>(note: Notes<OwnSystemRule>, step: string, record: unknown, run: () => Result): Result | undefined {
  try {
    return run()
  } catch (error) {
    note.add('record.not-mapped', '', { step, problem: redact(sayingOf(error), textsWithin(record)) })
    return undefined
  }
}

function traitsOf(mapped: Mapped<Dossier>, { flags, summary, note, ...row }: DossierRow): OwnDossier['traits'] {
  const told = flags ?? []
  if (!mapped.ok) {
    const { localCode = null, agencyCode = null, procedureCode = null } = row
    return { localCode, agencyCode, procedureCode, channel: null, receivedAt: null, flags: told, note: null }
  }
  const { localCode, agency, procedure, channel, receivedAt } = mapped.value
  return {
    localCode,
    agencyCode: agency.code,
    procedureCode: procedure.localCode,
    channel,
    receivedAt,
    flags: receivedAt === null ? [...told, 'not-received'] : told,
    note: [mapped.value.summary, mapped.value.note].filter(Boolean).join(' ') || null,
  }
}

/** The row's reader speaks of lines of a file; here the module has to be corrected. */
function inOurWords(finding: Finding): Finding {
  const rule = Object.hasOwn(ownSystemRules, finding.ruleId) ? ownSystemRules[finding.ruleId as OwnSystemRule] : undefined
  return rule === undefined ? finding : { ...finding, hint: rule.hint }
}
