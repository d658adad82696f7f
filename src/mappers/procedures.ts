import { createHash } from 'node:crypto'
import { canonicalJson, comparable } from '../base/index.js'
import type { LocalDate, ProcedureEntry } from '../domain/index.js'

/** Where mappers look a procedure up. */
export interface ProcedureLookup {
  /**
   * @param on a dossier keeps the national code that held on its reception day; without a day, what holds now
   * @returns undefined when the code is unknown here
   */
  byLocalCode(code: string, on?: LocalDate): ProcedureEntry | undefined
  /** Exact name, compared without case and spacing; undefined when none or several fit. */
  byName(name: string): ProcedureEntry | undefined
}

/** The whole directory. */
export interface ProcedureLookupTable extends ProcedureLookup {
  readonly size: number
  /** Digest of the content. */
  readonly version: string
  /** As they hold now. */
  all(): Iterable<ProcedureEntry>
}

/** A procedure whose national code changed: each entry holds from its day on, the first one also before. */
export interface DatedProcedure {
  readonly localCode: string
  /** In the order of their days; not empty. */
  readonly periods: readonly { readonly from: LocalDate; readonly entry: ProcedureEntry }[]
}

/** A lookup over a list. A later row replaces an earlier one with the same local code. */
export function procedureLookup(procedures: Iterable<ProcedureEntry>): ProcedureLookupTable {
  const dated: DatedProcedure[] = []
  for (const entry of procedures) dated.push({ localCode: entry.localCode, periods: [{ from: SINCE_EVER, entry }] })
  return datedLookup(dated, SINCE_EVER)
}

const SINCE_EVER = '0001-01-01' as LocalDate

/** The same, for procedures whose codes have days. @param today decides what holds now */
export function datedLookup(procedures: Iterable<DatedProcedure>, today: LocalDate): ProcedureLookupTable {
  const byCode = new Map<string, DatedProcedure>()
  for (const procedure of procedures) byCode.set(procedure.localCode, procedure)
  const byName = new Map<string, ProcedureEntry | null>()
  for (const procedure of byCode.values()) {
    const entry = entryOn(procedure, today)
    for (const name of new Set([entry.name, entry.nationalName ?? entry.name].map(comparable))) byName.set(name, byName.has(name) ? null : entry)
  }
  const content = [...byCode.values()].map(({ periods }) => (periods.length === 1 ? periods[0]?.entry : periods))
  const version = createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 12)
  return {
    byLocalCode(code, on = today) {
      const procedure = byCode.get(code.trim())
      return procedure && entryOn(procedure, on)
    },
    byName: (name) => byName.get(comparable(name)) ?? undefined,
    *all() {
      for (const procedure of byCode.values()) yield entryOn(procedure, today)
    },
    size: byCode.size,
    version,
  }
}

function entryOn({ periods }: DatedProcedure, on: LocalDate): ProcedureEntry {
  return (periods.findLast(({ from }) => from <= on) ?? (periods[0] as DatedProcedure['periods'][number])).entry
}
