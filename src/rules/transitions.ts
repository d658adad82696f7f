import type { DossierStatus } from '../domain/index.js'

/** Moves that Nghị định 61/2018 Điều 17–20 allows. contracts/rules-and-indicators.md §5.2 (the graph itself is assumed). */
const ALLOWED: Readonly<Record<number, readonly DossierStatus[]>> = {
  1: [2, 3, 5, 6, 7],
  2: [4, 5, 6, 7, 8, 9],
  3: [],
  4: [5, 6, 7, 8, 9],
  5: [1, 2, 3, 4, 7, 8],
  6: [2, 4, 7, 8],
  7: [4, 8],
  8: [10],
  9: [10],
  10: [],
}

/** Where a history may begin: 1 online, 2 at the desk or by post. */
const STARTS: readonly DossierStatus[] = [1, 2]

/** How far along a dossier is; a move to an earlier stage that the law does not foresee is an officer undoing a step. */
const STAGE: Readonly<Record<number, number>> = { 1: 1, 2: 2, 5: 2, 6: 2, 4: 3, 7: 3, 3: 4, 8: 4, 9: 4, 10: 5 }

/**
 * - `same`: an idempotent update
 * - `allowed`: an edge of the graph
 * - `undo`: one step back, seen in the field (10→2, 2→1): reported, never dropped
 * - `unforeseen`: no such edge
 * - `unknown`: a status outside 1 to 10, which passes through
 */
export type TransitionKind = 'same' | 'allowed' | 'undo' | 'unforeseen' | 'unknown'

/** Judges one move. `from: null` is the beginning of the history. contracts/rules-and-indicators.md §5.2 */
export function transitionKind(from: DossierStatus | null, to: DossierStatus): TransitionKind {
  if (ALLOWED[to] === undefined) return 'unknown'
  if (from === null) return STARTS.includes(to) ? 'allowed' : 'unforeseen'
  const allowed = ALLOWED[from]
  if (allowed === undefined) return 'unknown'
  if (from === to) return 'same'
  if (allowed.includes(to)) return 'allowed'
  return (STAGE[to] ?? 0) < (STAGE[from] ?? 0) ? 'undo' : 'unforeseen'
}
