import { type MemoryTables, operationsOf } from './memory-tables.js'

/** What must be zero after every commit (I1): each version is counted once, and what counts as waiting or failed really does. */
export interface Figures {
  /** Runs whose parts do not add up to what they saw. */
  unequal: number
  /** Runs with a counter below zero. */
  negative: number
  /** By how much the runs count more than the dossiers show. */
  pending: number
  failed: number
  skipped: number
  /** Dossiers that wait although nothing of them does. */
  idle: number
  /** Failed dossiers of which nobody says why. */
  unexplained: number
}

export function figuresOf(tables: MemoryTables): Figures {
  const figures: Figures = { unequal: 0, negative: 0, pending: 0, failed: 0, skipped: 0, idle: 0, unexplained: 0 }
  for (const { seen, unchanged, skipped, failed, pending, created, updated, superseded } of tables.runs.values()) {
    if (seen !== unchanged + skipped + failed + pending + created + updated + superseded) figures.unequal += 1
    if (Math.min(seen, unchanged, skipped, failed, pending, created, updated, superseded) < 0) figures.negative += 1
    figures.pending += pending
    figures.failed += failed
    figures.skipped += skipped
  }
  for (const [name, { state }] of tables.dossiers) {
    if (state === 'confirmed') continue
    figures[state] -= 1
    if (state === 'pending' && operationsOf(tables, name).length === 0) figures.idle += 1
    if (state === 'failed' && !tables.failures.has(name)) figures.unexplained += 1
  }
  return figures
}
