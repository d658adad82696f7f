/** The small tables beside a catalogue: dictionaries, and the decisions by which procedures were published. */

import { type CatalogueName, catalogueProcedures, keepReference, knownReferences, type Ledger } from '../../ledger/index.js'
import type { CatalogueReferences } from './ports.js'

export const DECISION = 'decision'
/** The row under which a dictionary says when it was last read whole. */
const WHOLE = ''

export interface ReferenceOptions {
  readonly ledger: Ledger
  readonly tenant: string
  readonly catalogue: CatalogueName
  /** A dictionary older than this is read again. */
  readonly maxAgeMs: number
  readonly signal?: AbortSignal
}

/** Reads dictionaries that are old and decisions that are not known yet. @returns how many answers were kept */
export async function readReferences(references: CatalogueReferences, options: ReferenceOptions): Promise<number> {
  const { ledger, tenant, catalogue, maxAgeMs, signal } = options
  const call = signal === undefined ? {} : { signal }
  let kept = 0
  for (const name of references.dictionaries) {
    const known = await knownReferences(ledger, tenant, name, ledger.clock.now() - maxAgeMs)
    if (known.has(WHOLE)) continue
    const rows = await references.dictionary(name, call)
    // As with every list: empty is no answer. What was read earlier stays.
    if (rows.length === 0) continue
    for (const { code, content } of rows) await keepReference(ledger, tenant, name, code, content)
    await keepReference(ledger, tenant, name, WHOLE, { rows: rows.length })
    kept += rows.length
  }
  if (references.decision === undefined) return kept
  const known = await knownReferences(ledger, tenant, DECISION, 0)
  for await (const { procedure, state } of catalogueProcedures(ledger, tenant, catalogue)) {
    const id = procedure.decision?.id
    if (state !== 'active' || id === null || id === undefined || known.has(id)) continue
    signal?.throwIfAborted()
    known.add(id)
    await keepReference(ledger, tenant, DECISION, id, await references.decision(id, call))
    kept++
  }
  return kept
}
