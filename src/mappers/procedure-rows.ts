/** The province's own list of procedures, from a file of JSON lines or a list in the configuration. docs/configuration.md "Procedures" */
import { z } from 'zod'
import { LienthongError } from '../base/index.js'
import { namedProcedure, type OnlineService, type Procedure, type ProcedureEntry, type ServiceLevel, vnd } from '../domain/index.js'
import { type ProcedureLookupTable, procedureLookup } from './procedures.js'

const numbered = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])
const fee = z.looseObject({ kind: z.enum(['charge', 'fee']).nullish(), amount: z.number().int().min(0).nullish(), text: z.string().nullish() })
const unitLevel = z.enum(['ministry', 'province', 'district', 'commune', 'other'])

/**
 * One procedure. Written by hand or exported: `localCode` and `nationalCode` as here, or `local_code` and `base_code` as in public
 * catalogues. Fields we do not need are ignored.
 */
const procedureRow = z.looseObject({
  localCode: z.string().optional(),
  local_code: z.string().optional(),
  nationalCode: z.string().nullish(),
  base_code: z.string().nullish(),
  name: z.string().min(1),
  nationalName: z.string().nullish(),
  sector: z.union([z.string(), z.looseObject({ code: z.string().nullish(), name: z.string().nullish() })]).nullish(),
  sectorCode: z.string().nullish(),
  sectorName: z.string().nullish(),
  paperResult: z.boolean().nullish(),
  /** Where it is handled. */
  levels: z.array(unitLevel).nullish(),
  unit_level: unitLevel.nullish().catch(null),
  /** How far it is done online: 2–4 as before 2022, or the words of today. */
  serviceLevel: z
    .union([numbered, z.enum(['information', 'partial', 'full', '1', '2', '3', '4'])], { error: 'expected information, partial, full, 2, 3 or 4' })
    .nullish(),
  serviceUrl: z.string().nullish(),
  /** What is to be paid. */
  fees: z.array(fee).nullish(),
  agency: z.looseObject({ code: z.string().nullish(), name: z.string().nullish() }).nullish(),
})

export interface ProcedureRows {
  /** As dossiers need them. */
  readonly entries: readonly ProcedureEntry[]
  /** As a catalogue needs them. */
  readonly procedures: readonly Procedure[]
}

/** @throws {LienthongError} `config.invalid`, naming file, line and field. */
export function readProcedureRows(rows: Iterable<{ readonly value: unknown; readonly place: string }>): ProcedureRows {
  const entries: ProcedureEntry[] = []
  const procedures: Procedure[] = []
  for (const { value, place } of rows) {
    const read = procedureRow.safeParse(value)
    if (!read.success) {
      const issue = read.error.issues[0]
      throw invalid(place, (issue?.path ?? []).join('.'), issue?.message ?? '')
    }
    const row = read.data
    const localCode = row.localCode ?? row.local_code ?? row.nationalCode ?? row.base_code
    if (!localCode) throw invalid(place, 'localCode', 'localCode is missing')
    const sector = typeof row.sector === 'string' ? { code: null, name: row.sector } : row.sector
    const entry: ProcedureEntry = {
      localCode,
      nationalCode: row.nationalCode ?? row.base_code ?? null,
      name: row.name.normalize('NFC'),
      nationalName: row.nationalName?.normalize('NFC') ?? null,
      sector: { code: row.sectorCode ?? sector?.code ?? null, name: row.sectorName ?? sector?.name ?? null },
      paperResult: row.paperResult ?? null,
    }
    entries.push(entry)
    procedures.push(procedureOf(entry, row))
  }
  return { entries, procedures }
}

/** The directory of such a list. @throws {LienthongError} `config.invalid`, naming file, line and field. */
export function procedureDirectory(rows: Iterable<{ readonly value: unknown; readonly place: string }>): ProcedureLookupTable {
  return procedureLookup(readProcedureRows(rows).entries)
}

function procedureOf(entry: ProcedureEntry, row: z.output<typeof procedureRow>): Procedure {
  const { code, name } = entry.sector
  const levels = row.levels ?? (row.unit_level == null ? null : [row.unit_level])
  const agency = row.agency == null ? null : { code: row.agency.code ?? null, name: row.agency.name ?? null }
  const services: OnlineService[] | null = row.serviceUrl ? [{ code: null, name: null, agency, url: row.serviceUrl }] : null
  // An empty list says that it is free; in a catalogue a fee of 0 says so.
  const written = row.fees?.length === 0 ? [{ kind: null, amount: 0, text: null }] : row.fees
  const fees = written?.map(({ kind, amount, text }) => ({
    kind: kind ?? null,
    amount: amount == null ? null : (vnd(amount) ?? null),
    raw: null,
    text: text ?? null,
    files: [],
  }))
  return {
    ...namedProcedure(entry.localCode, entry.name),
    nationalCode: entry.nationalCode,
    sectors: code === null && name === null ? null : [{ code, name }],
    levels,
    channels: fees === undefined ? null : [{ channel: null, timeLimits: [{ value: null, unit: null, text: null, fees }] }],
    serviceLevels: row.serviceLevel == null ? null : [{ level: levelOf(row.serviceLevel), from: null, to: null }],
    services,
  }
}

function levelOf(written: 1 | 2 | 3 | 4 | '1' | '2' | '3' | '4' | 'information' | 'partial' | 'full'): ServiceLevel {
  if (written === 'information' || written === 'partial' || written === 'full') return { scale: 'named', level: written }
  return { scale: 'numbered', level: Number(written) as 1 | 2 | 3 | 4 }
}

/** Each line of a JSONL text with its place. @throws {LienthongError} `config.invalid` for a line that is no JSON. */
export function* procedureLines(text: string, path: string): Generator<{ readonly value: unknown; readonly place: string }> {
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const place = `${path}, line ${index + 1}`
    try {
      yield { value: JSON.parse(line.replace(/^\uFEFF/, '')), place }
    } catch (cause) {
      throw new LienthongError('config.invalid', { values: { place, problem: 'this line is not JSON' }, cause })
    }
  }
}

function invalid(place: string, field: string, problem: string): LienthongError {
  return new LienthongError('config.invalid', { values: { place: `${place}: ${field}`, problem } })
}
