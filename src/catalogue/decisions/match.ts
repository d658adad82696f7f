/** Finds the national code of every local procedure and keeps what was found. */
import { breathe } from '../../base/index.js'
import type { Procedure } from '../../domain/index.js'
import { catalogueProcedures, codeDecisions, keepMatches, type Ledger } from '../../ledger/index.js'
import { type Match, type MatchDecision, type MatchSubject, procedureMatcher, subjectOf } from '../../mappers/index.js'
import { briefProcedure } from '../brief-procedure.js'
import { missing } from '../tenant-view.js'

export interface MatchOptions {
  readonly ledger: Ledger
  readonly tenant: string
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

export interface MatchRun {
  readonly rows: readonly MatchedProcedure[]
  readonly counts: Readonly<Record<MatchDecision, number>>
  /** Local codes about which a person decided; their matches are kept and do not count. */
  readonly decided: number
  /** How many say something else than the time before. */
  readonly changed: number
  readonly national: number
}

export interface MatchedProcedure extends Match {
  readonly localCode: string
  readonly name: string
  /** What a person decided, and what holds. `undefined`: nobody did. */
  readonly decidedCode: string | null | undefined
}

/**
 * Matches the province's catalogue with the national one, both as the ledger has them. What was abolished is no candidate.
 *
 * @throws {LienthongError} `catalogue.missing`
 */
export async function matchCatalogues({ ledger, tenant, signal, onProgress }: MatchOptions): Promise<MatchRun> {
  const national: Procedure[] = []
  for await (const { procedure, state } of catalogueProcedures(ledger, tenant, 'national'))
    if (state === 'active') national.push(briefProcedure(procedure))
  if (national.length === 0) throw missing('national', tenant)
  const matcher = procedureMatcher(national)
  const decided = new Map<string, string | null>()
  for (const { localCode, nationalCode } of await codeDecisions(ledger, tenant)) decided.set(localCode, nationalCode)

  const local: MatchSubject[] = []
  for await (const { procedure, state } of catalogueProcedures(ledger, tenant, 'local')) if (state === 'active') local.push(subjectOf(procedure))
  if (local.length === 0) throw missing('local', tenant)
  const rows: MatchedProcedure[] = []
  const counts = { exact: 0, auto: 0, suggest: 0, conflict: 0, none: 0 }
  for (const subject of local) {
    const match = matcher.match(subject)
    counts[match.decision]++
    rows.push({ ...match, localCode: subject.id, name: subject.name, decidedCode: decided.get(subject.id) })
    if (rows.length % 50 === 0) {
      onProgress?.(rows.length, local.length)
      await breathe()
      signal?.throwIfAborted()
    }
  }
  const changed = await keepMatches(ledger, tenant, rows)
  return { rows, counts, decided: rows.filter(({ decidedCode }) => decidedCode !== undefined).length, changed, national: national.length }
}
