import { type ClusterOptions, simulateCluster } from './cluster.js'

export interface RangeReport {
  readonly schedules: number
  readonly operations: number
  readonly fewest: number
  readonly crashes: number
  readonly freezes: number
  readonly faults: number
  readonly declared: number
  /** By seed. */
  readonly violations: Readonly<Record<number, readonly string[]>>
}

/** So many broken schedules tell enough. */
const MOST_BROKEN = 5

/** Schedules of neighbouring seeds. @param until a moment of `performance.now()` after which none is begun. */
export async function tryRange(from: number, count: number, options: ClusterOptions, until = Number.POSITIVE_INFINITY): Promise<RangeReport> {
  const sum = { schedules: 0, operations: 0, fewest: Number.POSITIVE_INFINITY, crashes: 0, freezes: 0, faults: 0, declared: 0 }
  const violations: Record<number, readonly string[]> = {}
  for (let seed = from; seed < from + count && performance.now() < until && Object.keys(violations).length < MOST_BROKEN; seed++) {
    const report = await simulateCluster(seed, options)
    sum.schedules += 1
    sum.operations += report.operations
    sum.fewest = Math.min(sum.fewest, report.operations)
    sum.crashes += report.crashes
    sum.freezes += report.freezes
    sum.faults += report.faults
    sum.declared += report.declared
    if (report.violations.length > 0) violations[seed] = report.violations
  }
  return { ...sum, violations }
}
