import type { LocalDate } from './time.js'

/**
 * How far a procedure can be done online. Before Decree 42/2022 levels 1 to 4, since then partial or full; what was level 2 and below
 * is information only. contracts/procedure-database.md §5.6, contracts/rules-and-indicators.md §7.6
 */
export type ServiceLevel =
  | { readonly scale: 'numbered'; readonly level: 1 | 2 | 3 | 4 }
  | { readonly scale: 'named'; readonly level: 'information' | 'partial' | 'full' }

export interface ServiceLevelPeriod {
  readonly level: ServiceLevel
  /** First day; `null`: since ever. */
  readonly from: LocalDate | null
  /** Last day; `null`: still. */
  readonly to: LocalDate | null
}

/** The stored number in the words used since 2022 (C1). */
export function namedLevel(level: ServiceLevel): 'information' | 'partial' | 'full' {
  if (level.scale === 'named') return level.level
  return level.level === 4 ? 'full' : level.level === 3 ? 'partial' : 'information'
}

/** The highest level that held on a day: several agencies may offer several. `null` when none is known. */
export function serviceLevelOn(periods: readonly ServiceLevelPeriod[] | null, day: LocalDate): ServiceLevel | null {
  const rank = { information: 0, partial: 1, full: 2 }
  let best: ServiceLevel | null = null
  for (const { level, from, to } of periods ?? []) {
    if ((from !== null && from > day) || (to !== null && to < day)) continue
    if (best === null || rank[namedLevel(level)] > rank[namedLevel(best)]) best = level
  }
  return best
}
