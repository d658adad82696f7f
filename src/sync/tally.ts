/** What one dispatch did, in calls and in steps. Dossiers are counted by the ledger, where they survive a crash. */
export interface Tally {
  calls: Record<'create' | 'update' | 'steps' | 'lookup', number>
  stepsSent: number
  /** Steps sent again because nobody knew whether they had arrived. */
  stepsMaybeDoubled: number
  confirmed: number
  failed: number
  postponed: number
}

export function emptyTally(): Tally {
  return { calls: { create: 0, update: 0, steps: 0, lookup: 0 }, stepsSent: 0, stepsMaybeDoubled: 0, confirmed: 0, failed: 0, postponed: 0 }
}

export function addTally(sum: Tally, part: Tally): void {
  for (const kind of ['create', 'update', 'steps', 'lookup'] as const) sum.calls[kind] += part.calls[kind]
  sum.stepsSent += part.stepsSent
  sum.stepsMaybeDoubled += part.stepsMaybeDoubled
  sum.confirmed += part.confirmed
  sum.failed += part.failed
  sum.postponed += part.postponed
}
