/** Local ⇄ national codes as dossiers need them: the province's own list, what the matching found, and what people decided. */
import { type LocalDate, type Procedure, type ProcedureEntry, parseProcedureCode } from '../domain/index.js'
import {
  allMatches,
  type CatalogueLine,
  catalogueLines,
  catalogueProcedures,
  codeDecisions,
  type Ledger,
  SINCE_EVER,
  todayOf,
} from '../ledger/index.js'
import { type DatedProcedure, datedLookup, type ProcedureLookupTable } from '../mappers/index.js'

/** What was found or decided, from a day on. */
interface Period {
  readonly from: LocalDate
  readonly nationalCode: string | null
  readonly withheld: NonNullable<ProcedureEntry['withheld']>
}

/**
 * The directory of a tenant. On any day a person's decision wins. Then, of a list that people wrote, the code that it names; of a list
 * that a system keeps, first what the matching found by name and code, and the system's own link only while nothing speaks against it.
 *
 * @param own the list that the configuration names: written by people, so its codes are believed
 */
export async function procedureDirectoryOf(ledger: Ledger, tenant: string, own: Iterable<ProcedureEntry>): Promise<ProcedureLookupTable> {
  const entries = new Map<string, { readonly entry: ProcedureEntry; readonly believed: boolean }>()
  for await (const { procedure } of catalogueProcedures(ledger, tenant, 'local')) {
    entries.set(procedure.code, { entry: entryOf(procedure), believed: false })
  }
  for (const entry of own) entries.set(entry.localCode, { entry, believed: true })
  const matches = grouped(await allMatches(ledger, tenant), ({ decision }) => (decision === 'conflict' || decision === 'suggest' ? decision : 'none'))
  const decisions = grouped(await codeDecisions(ledger, tenant), () => 'none')
  const national = new Map<string, CatalogueLine>()
  if (entries.size > 0) for (const line of await catalogueLines(ledger, tenant, 'national')) national.set(line.code, line)
  const isKnown = (code: string) => national.size === 0 || national.has(code)

  function codeOn(day: LocalDate, { entry, believed }: { readonly entry: ProcedureEntry; readonly believed: boolean }): Omit<Period, 'from'> {
    const { localCode, nationalCode: listed } = entry
    const decision = heldOn(decisions.get(localCode) ?? [], day)
    if (decision !== undefined) return decision
    const match = heldOn(matches.get(localCode) ?? [], day)
    const withheld = match?.withheld ?? 'none'
    if (believed && listed !== null) return { nationalCode: listed, withheld }
    if (match?.nationalCode != null) return match
    const usable = listed !== null && withheld !== 'conflict' && isKnown(listed)
    return { nationalCode: usable ? listed : null, withheld }
  }

  function* dated(): Generator<DatedProcedure> {
    for (const [localCode, known] of entries) {
      const looked = [...(matches.get(localCode) ?? []), ...(decisions.get(localCode) ?? [])]
      const days = [...new Set([SINCE_EVER, ...looked.map(({ from }) => from)])].sort()
      const periods = days.map((from) => {
        const { nationalCode, withheld } = codeOn(from, known)
        const entry = withNational(known.entry, nationalCode, nationalCode === null ? undefined : national.get(nationalCode))
        return { from, entry: nationalCode === null && looked.length > 0 ? { ...entry, withheld } : entry }
      })
      yield { localCode, periods: periods.filter(({ entry }, index) => index === 0 || saysOtherwise(entry, periods[index - 1]?.entry)) }
    }
  }
  return datedLookup(dated(), todayOf(ledger))
}

function saysOtherwise(one: ProcedureEntry, before: ProcedureEntry | undefined): boolean {
  return one.nationalCode !== before?.nationalCode || one.withheld !== before?.withheld
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
    // A system may keep any text there; what is no code would only be refused nationally.
    nationalCode: parsed?.ok ? parsed.value.base : null,
    name: procedure.name,
    nationalName: null,
    sector: procedure.sectors?.[0] ?? { code: null, name: null },
    paperResult: null,
  }
}

function grouped<Row extends { readonly localCode: string; readonly validFrom: LocalDate; readonly nationalCode: string | null }>(
  rows: readonly Row[],
  withheldOf: (row: Row) => Period['withheld'],
): ReadonlyMap<string, readonly Period[]> {
  const periods = new Map<string, Period[]>()
  for (const row of rows) {
    const period = { from: row.validFrom, nationalCode: row.nationalCode, withheld: withheldOf(row) }
    const known = periods.get(row.localCode)
    if (known === undefined) periods.set(row.localCode, [period])
    else known.push(period)
  }
  return periods
}

function heldOn(periods: readonly Period[], day: LocalDate): Period | undefined {
  return periods.findLast(({ from }) => from <= day)
}
