/** The small tables beside a catalogue: dictionaries, and the decisions by which procedures were published. */

import { catalogueProcedures, keepReference, knownReferences } from '../ledger/index.js'
import type { CatalogueReferences } from './ports.js'
import type { PullOptions } from './pull.js'

export const DECISION = 'decision'
/** The row under which a dictionary says when it was last read whole. */
const WHOLE = ''

/** Reads dictionaries that are old and decisions that are not known yet. @returns how many answers were kept */
export async function readReferences(
  references: CatalogueReferences,
  { ledger, tenant, catalogue, signal, maxAgeMs = 14 * 86_400_000 }: Pick<PullOptions, 'ledger' | 'tenant' | 'catalogue' | 'signal' | 'maxAgeMs'>,
): Promise<number> {
  const call = signal === undefined ? {} : { signal }
  let kept = 0
  for (const name of references.dictionaries) {
    const known = await knownReferences(ledger, tenant, name, ledger.clock.now() - maxAgeMs)
    if (known.has(WHOLE)) continue
    const rows = await references.dictionary(name, call)
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
