/** The small tables beside a catalogue: dictionaries, and the decisions by which procedures were published. */
import pMap from 'p-map'
import { asLienthongError, type LienthongError } from '../../base/index.js'
import { type CatalogueName, catalogueProcedures, DECISION, keepReference, knownReferences, type Ledger } from '../../ledger/index.js'
import { failuresInARow } from './failures.js'
import type { CatalogueReferences } from './ports.js'

/** The row under which a dictionary says when it was last read whole. */
const WHOLE = ''

export interface ReferenceOptions {
  readonly ledger: Ledger
  readonly tenant: string
  readonly catalogue: CatalogueName
  /** Calls under way at once. */
  readonly concurrency: number
  /** A dictionary older than this is read again. */
  readonly maxAgeMs: number
  readonly signal?: AbortSignal
  /** One of them could not be read; the others are. */
  readonly problem: (place: string, error: LienthongError) => void
}

/**
 * Reads dictionaries that are old and decisions that are not known yet. What cannot be read is told and asked for again the next time.
 *
 * @returns how many answers were kept
 * @throws {LienthongError} what would meet every further call
 */
export async function readReferences(references: CatalogueReferences, options: ReferenceOptions): Promise<number> {
  const { ledger, tenant, catalogue, maxAgeMs, concurrency, signal, problem } = options
  const call = signal === undefined ? {} : { signal }
  const row = failuresInARow({ silent: 5, useless: 5 })
  let offered = true
  let kept = 0
  const ask = async <Answer>(place: string, question: () => Promise<Answer>): Promise<{ readonly answer: Answer } | undefined> => {
    signal?.throwIfAborted()
    if (!offered) return undefined
    try {
      const answer = await question()
      row.succeeded()
      return { answer }
    } catch (error) {
      const failure = asLienthongError(error)
      if (failure.code === 'internal.bug' || signal?.aborted) throw failure
      problem(place, failure)
      const end = row.ends(failure)
      if (end === 'away') throw failure
      // Nobody has seen every one of these services at every door: a database without them is whole.
      if (end === 'useless') offered = false
      return undefined
    }
  }
  for (const name of references.dictionaries) {
    const known = await knownReferences(ledger, tenant, name, ledger.clock.now() - maxAgeMs)
    if (known.has(WHOLE)) continue
    const rows = (await ask(name, () => references.dictionary(name, call)))?.answer ?? []
    // As with every list: empty is no answer. What was read earlier stays.
    if (rows.length === 0) continue
    for (const { code, content } of rows) await keepReference(ledger, tenant, name, code, content)
    await keepReference(ledger, tenant, name, WHOLE, { rows: rows.length })
    kept += rows.length
  }
  const decision = references.decision?.bind(references)
  if (decision === undefined) return kept
  const known = await knownReferences(ledger, tenant, DECISION, 0)
  const due = new Set<string>()
  for await (const { procedure, state } of catalogueProcedures(ledger, tenant, catalogue)) {
    const id = procedure.decision?.id
    if (state === 'active' && id != null && !known.has(id)) due.add(id)
  }
  const askFor = async (id: string) => {
    const found = await ask(`${DECISION} ${id}`, () => decision(id, call))
    if (found === undefined) return
    await keepReference(ledger, tenant, DECISION, id, found.answer)
    kept++
  }
  await pMap(due, askFor, { concurrency })
  return kept
}
