import { createHash } from 'node:crypto'
import { canonicalJson, comparable } from '../base/index.js'
import type { ProcedureEntry } from '../domain/index.js'

/** Where mappers look a procedure up. */
export interface ProcedureLookup {
  /** @returns undefined when the code is unknown here. */
  byLocalCode(code: string): ProcedureEntry | undefined
  /** Exact name, compared without case and spacing; undefined when none or several fit. */
  byName(name: string): ProcedureEntry | undefined
}

/** A lookup over a list; `version` is the digest of its content. A later row replaces an earlier one with the same local code. */
export function procedureLookup(
  procedures: Iterable<ProcedureEntry>,
): ProcedureLookup & { readonly size: number; readonly version: string; all(): Iterable<ProcedureEntry> } {
  const byCode = new Map<string, ProcedureEntry>()
  for (const procedure of procedures) byCode.set(procedure.localCode, procedure)
  const byName = new Map<string, ProcedureEntry | null>()
  for (const procedure of byCode.values()) {
    for (const name of new Set([procedure.name, procedure.nationalName ?? procedure.name].map(comparable))) {
      byName.set(name, byName.has(name) ? null : procedure)
    }
  }
  const version = createHash('sha256')
    .update(canonicalJson([...byCode.values()]))
    .digest('hex')
    .slice(0, 12)
  return {
    byLocalCode: (code) => byCode.get(code.trim()),
    byName: (name) => byName.get(comparable(name)) ?? undefined,
    all: () => byCode.values(),
    size: byCode.size,
    version,
  }
}
