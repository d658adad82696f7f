/** The province's catalogue against the national one: what an officer must look at, procedure by procedure. */
import { type Finding, hasErrors, type Text } from '../../base/index.js'
import type { AdministrativeLevel, LocalDate, Procedure } from '../../domain/index.js'
import type { DifferenceField, FieldDifference } from './field-difference.js'
import { fieldDifferences } from './fields.js'

export type DifferenceKind = 'same' | 'differs' | 'unlinked' | 'abolished' | 'unknown-national' | 'local-only'

export interface ProcedureDifference {
  readonly localCode: string
  readonly localName: string
  readonly nationalCode: string | null
  readonly nationalName: string | null
  readonly kind: DifferenceKind
  /** Of the kind `differs` only. */
  readonly fields: readonly FieldDifference[]
  /** What to do about the procedure as a whole; null where there is nothing, or the fields say it. */
  readonly says: Text | null
  /** Since when the nation no longer lists it. */
  readonly inactiveSince: LocalDate | null
  readonly sector: string | null
  readonly levels: readonly AdministrativeLevel[] | null
}

/** A national procedure that is handled in provinces and that the province lacks. */
export interface MissingProcedure {
  readonly code: string
  readonly name: string
  readonly sector: string | null
  readonly levels: readonly AdministrativeLevel[]
}

/** A procedure of the province that does not say all it must (V17). */
export interface IncompleteProcedure {
  readonly localCode: string
  readonly localName: string
  readonly findings: readonly Finding[]
}

export interface NationalState {
  readonly procedure: Procedure
  readonly state: 'active' | 'inactive'
  readonly inactiveSince: LocalDate | null
}

export interface DiffContext {
  /** undefined: the national catalogue never had this code. */
  readonly national: (code: string) => NationalState | undefined
  /** The national code that holds for a local one; null: a person decided that there is none; undefined: nobody knows yet. */
  readonly link: (localCode: string) => string | null | undefined
  readonly day: LocalDate
}

export interface DiffInput extends DiffContext {
  readonly local: Iterable<Procedure>
  /** What the nation lists now, for {@link CatalogueDiff.missing}. */
  readonly listed: Iterable<Procedure>
  /** Rule V17. */
  readonly completeness: (procedure: Procedure) => readonly Finding[]
}

export interface CatalogueDiff {
  readonly differences: readonly ProcedureDifference[]
  readonly missing: readonly MissingProcedure[]
  readonly incomplete: readonly IncompleteProcedure[]
  readonly summary: DiffSummary
}

export interface DiffSummary {
  readonly local: number
  readonly kinds: Readonly<Record<DifferenceKind, number>>
  /** Procedures that differ in a field. */
  readonly fields: Readonly<Partial<Record<DifferenceField, number>>>
  /** Differences of fields on which somebody must act, and those that may be meant. */
  readonly toCorrect: number
  readonly toKnow: number
  readonly missing: number
  readonly incomplete: number
  /** Procedures of which the province's catalogue does not show some part at all, so that V17 cannot be judged. */
  readonly unjudged: number
}

/**
 * Compares two catalogues. What a side does not know is not compared: a national list of codes and names differs in names only.
 * Order: as `local` gives them; `missing` by code.
 */
export function diffCatalogues(input: DiffInput): CatalogueDiff {
  const differences: ProcedureDifference[] = []
  const incomplete: IncompleteProcedure[] = []
  let unjudged = 0
  for (const procedure of input.local) {
    differences.push(differenceOf(procedure, input))
    const findings = input.completeness(procedure)
    // What a catalogue has no place for is not missing: it would be said of every procedure alike.
    if (hasErrors(findings)) incomplete.push({ localCode: procedure.code, localName: procedure.name, findings })
    else if (findings.length > 0) unjudged++
  }
  const missing = missingFrom(input.listed, differences, input.day)
  return { differences, missing, incomplete, summary: { ...summaryOf(differences, missing, incomplete), unjudged } }
}

/** One procedure of the province against its national twin. */
export function differenceOf(local: Procedure, { national, link, day }: DiffContext): ProcedureDifference {
  const code = link(local.code)
  const twin = code == null ? undefined : national(code)
  const kind = kindOf(code, twin, day)
  const fields = kind === 'same' && twin !== undefined ? fieldDifferences(local, twin.procedure, day) : []
  return {
    localCode: local.code,
    localName: local.name,
    nationalCode: code ?? null,
    nationalName: twin?.procedure.name ?? null,
    kind: fields.length > 0 ? 'differs' : kind,
    fields,
    says: kindSays[kind],
    inactiveSince: kind === 'abolished' ? (twin?.inactiveSince ?? null) : null,
    sector: local.sectors?.[0]?.name ?? null,
    levels: local.levels,
  }
}

function kindOf(code: string | null | undefined, twin: NationalState | undefined, day: LocalDate): Exclude<DifferenceKind, 'differs'> {
  if (code === undefined) return 'unlinked'
  if (code === null) return 'local-only'
  if (twin === undefined) return 'unknown-national'
  const ended = twin.state === 'inactive' && (twin.inactiveSince === null || twin.inactiveSince <= day)
  return ended ? 'abolished' : 'same'
}

const kindSays: Readonly<Record<Exclude<DifferenceKind, 'differs'>, Text | null>> = {
  same: null,
  'local-only': null,
  unlinked: {
    en: 'Choose its national code, or say that it has none: its dossiers wait until then.',
    vi: 'Chọn mã quốc gia hoặc xác nhận không có: hồ sơ của thủ tục này đang chờ.',
  },
  'unknown-national': {
    en: 'The national catalogue has no such code: correct it, or pull the catalogue again.',
    vi: 'CSDL quốc gia không có mã này: sửa lại mã, hoặc tải lại danh mục quốc gia.',
  },
  abolished: {
    en: 'The nation no longer lists it: link the procedure that replaces it, or take it out of use. Dossiers already received are not affected.',
    vi: 'Thủ tục không còn trong danh mục quốc gia: liên kết với thủ tục thay thế hoặc ngừng sử dụng. Hồ sơ đã tiếp nhận không bị ảnh hưởng.',
  },
}

/** The tiers of a province. The district ended on 1 July 2025. contracts/procedure-database.md §5.2 */
const provincialLevels: readonly { readonly level: AdministrativeLevel; readonly until: string }[] = [
  { level: 'province', until: '9999-12-31' },
  { level: 'district', until: '2025-06-30' },
  { level: 'commune', until: '9999-12-31' },
]

/** Of the national procedures those of a province's tiers that no local one is linked to; a procedure whose level is unknown is left out. */
function missingFrom(
  listed: Iterable<Procedure>,
  differences: Iterable<Pick<ProcedureDifference, 'nationalCode'>>,
  day: LocalDate,
): readonly MissingProcedure[] {
  const linked = new Set<string>()
  for (const { nationalCode } of differences) if (nationalCode !== null) linked.add(nationalCode)
  const ours = provincialLevels.filter(({ until }) => day <= until).map(({ level }) => level)
  const missing: MissingProcedure[] = []
  for (const { code, name, sectors, levels, published } of listed) {
    if (linked.has(code) || published === false || !levels?.some((level) => ours.includes(level))) continue
    missing.push({ code, name, sector: sectors?.[0]?.name ?? null, levels })
  }
  return missing.sort((a, b) => (a.code < b.code ? -1 : 1))
}

function summaryOf(
  differences: readonly ProcedureDifference[],
  missing: readonly MissingProcedure[],
  incomplete: readonly IncompleteProcedure[],
): Omit<DiffSummary, 'unjudged'> {
  const kinds = { same: 0, differs: 0, unlinked: 0, abolished: 0, 'unknown-national': 0, 'local-only': 0 }
  const fields: Partial<Record<DifferenceField, number>> = {}
  let [toCorrect, toKnow] = [0, 0]
  for (const difference of differences) {
    kinds[difference.kind]++
    for (const field of new Set(difference.fields.map((one) => one.field))) fields[field] = (fields[field] ?? 0) + 1
    for (const { severity } of difference.fields) severity === 'warn' ? toCorrect++ : toKnow++
  }
  return { local: differences.length, kinds, fields, toCorrect, toKnow, missing: missing.length, incomplete: incomplete.length }
}
