/** What a tenant's catalogues and codes say today, put together from the ledger. */
import { LienthongError } from '../base/index.js'
import type { LocalDate, Procedure } from '../domain/index.js'
import { type CatalogueName, catalogueNames, catalogueProcedures, type Ledger, todayOf } from '../ledger/index.js'
import type { ProcedureLookup } from '../mappers/index.js'
import { briefProcedure } from './brief-procedure.js'
import type { NationalState } from './diff/diff.js'

export interface TenantView {
  readonly day: LocalDate
  /** Of the province, in force, by code. */
  readonly local: readonly Procedure[]
  /** Of the nation, with what was switched off, by code; without the long texts that no comparison looks at. */
  readonly national: ReadonlyMap<string, NationalState>
  /**
   * The national code that holds today. `null`: a person decided that there is none, or the matching found none; `undefined`: nobody
   * knows yet.
   */
  link(localCode: string): string | null | undefined
}

/**
 * Reads both catalogues into memory: the province's whole, the nation's without its long texts.
 *
 * @throws {LienthongError} `catalogue.missing`
 */
export async function tenantView(ledger: Ledger, tenant: string, directory: ProcedureLookup): Promise<TenantView> {
  const local: Procedure[] = []
  for await (const { procedure, state } of catalogueProcedures(ledger, tenant, 'local')) if (state === 'active') local.push(procedure)
  const national = new Map<string, NationalState>()
  for await (const { procedure, state, inactiveSince } of catalogueProcedures(ledger, tenant, 'national')) {
    national.set(procedure.code, { procedure: briefProcedure(procedure), state, inactiveSince })
  }
  if (local.length === 0) throw missing('local', tenant)
  if (national.size === 0) throw missing('national', tenant)
  const day = todayOf(ledger)
  return {
    day,
    local,
    national,
    link(localCode) {
      const entry = directory.byLocalCode(localCode, day)
      return entry?.nationalCode ?? (entry?.withheld === 'none' ? null : undefined)
    },
  }
}

export function missing(catalogue: CatalogueName, tenant: string): LienthongError {
  return new LienthongError('catalogue.missing', { values: { catalogue: catalogueNames[catalogue], tenant } })
}

/** What the nation lists now. */
export function* listedNow({ national }: Pick<TenantView, 'national'>): Generator<Procedure> {
  for (const { procedure, state } of national.values()) if (state === 'active') yield procedure
}
