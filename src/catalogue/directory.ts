/** Local ⇄ national codes as dossiers need them: the province's own list, what the matching found, and what people decided. */
import { type LocalDate, type Procedure, type ProcedureEntry, parseProcedureCode } from '../domain/index.js'
import { allMatches, type CatalogueLine, catalogueLines, catalogueProcedures, codeDecisions, type Ledger, SINCE_EVER } from '../ledger/index.js'
import { type DatedProcedure, datedLookup, type ProcedureLookupTable } from '../mappers/index.js'

/** A code from a day on; `nationalCode` null: from then on it has none. */
interface Period {
  readonly from: LocalDate
  readonly nationalCode: string | null
  readonly conflict?: boolean
}

/**
 * The directory of a tenant. On any day a person's decision wins; then the code that the province's own list names for a procedure,
 * unless it comes from a system and the matching found that code and name disagree; then what the matching found.
 *
 * @param own the list that the configuration names: written by people, so its codes are believed
 */
export async function procedureDirectoryOf(ledger: Ledger, tenant: string, own: Iterable<ProcedureEntry>): Promise<ProcedureLookupTable> {
  const entries = new Map<string, { readonly entry: ProcedureEntry; readonly believed: boolean }>()
  for await (const { procedure } of catalogueProcedures(ledger, tenant, 'local')) {
    entries.set(procedure.code, { entry: entryOf(procedure), believed: false })
  }
  for (const entry of own) entries.set(entry.localCode, { entry, believed: true })
  const matches = grouped(await allMatches(ledger, tenant), ({ decision }) => ({ conflict: decision === 'conflict' }))
  const decisions = grouped(await codeDecisions(ledger, tenant), () => ({}))
  const national = new Map<string, CatalogueLine>()
  if (entries.size > 0) for (const line of await catalogueLines(ledger, tenant, 'national')) national.set(line.code, line)

  function* dated(): Generator<DatedProcedure> {
    for (const [localCode, { entry, believed }] of entries) {
      const found = matches.get(localCode) ?? []
      const decided = decisions.get(localCode) ?? []
      const days = [...new Set([SINCE_EVER, ...found.map(({ from }) => from), ...decided.map(({ from }) => from)])].sort()
      const periods = days.map((from) => {
        const decision = heldOn(decided, from)
        const match = heldOn(found, from)
        const listed = believed || match?.conflict !== true ? entry.nationalCode : null
        const nationalCode = decision === undefined ? (listed ?? match?.nationalCode ?? null) : decision.nationalCode
        return { from, entry: withNational(entry, nationalCode, nationalCode === null ? undefined : national.get(nationalCode)) }
      })
      yield {
        localCode,
        periods: periods.filter(({ entry: { nationalCode } }, index) => index === 0 || nationalCode !== periods[index - 1]?.entry.nationalCode),
      }
    }
  }
  return datedLookup(dated())
}

function withNational(entry: ProcedureEntry, nationalCode: string | null, line: CatalogueLine | undefined): ProcedureEntry {
  if (line === undefined) return { ...entry, nationalCode }
  return {
    ...entry,
    nationalCode,
    nationalName: line.name === entry.name ? null : line.name,
    sector: line.sectorCode === null && line.sectorName === null ? entry.sector : { code: line.sectorCode, name: line.sectorName },
    ...(line.state === 'inactive' && line.inactiveSince !== null ? { endedOn: line.inactiveSince } : {}),
  }
}

/** What dossiers need of a procedure of the province's own catalogue. */
export function entryOf(procedure: Procedure): ProcedureEntry {
  const parsed = procedure.nationalCode === null ? undefined : parseProcedureCode(procedure.nationalCode)
  return {
    localCode: procedure.code,
    nationalCode: parsed?.ok ? parsed.value.base : procedure.nationalCode,
    name: procedure.name,
    nationalName: null,
    sector: procedure.sectors?.[0] ?? { code: null, name: null },
    paperResult: null,
  }
}

function grouped<Row extends { readonly localCode: string; readonly validFrom: LocalDate; readonly nationalCode: string | null }>(
  rows: readonly Row[],
  more: (row: Row) => Partial<Period>,
): ReadonlyMap<string, readonly Period[]> {
  const periods = new Map<string, Period[]>()
  for (const row of rows) {
    const period = { from: row.validFrom, nationalCode: row.nationalCode, ...more(row) }
    const known = periods.get(row.localCode)
    if (known === undefined) periods.set(row.localCode, [period])
    else known.push(period)
  }
  return periods
}

function heldOn(periods: readonly Period[], day: LocalDate): Period | undefined {
  return periods.findLast(({ from }) => from <= day)
}
