/** From a schedule that breaks a promise to the shortest that still does: fewer workers, dossiers, days and records in a call first, then fewer decisions. */
import { type ClusterOptions, type ClusterReport, simulateCluster, sizeOf, type WorldSize } from './cluster.js'

export interface Shrunk {
  readonly seed: number
  readonly size: WorldSize
  /** In place of the seed's; where they end, everything goes its usual way. */
  readonly decisions: readonly number[]
  readonly report: ClusterReport
}

/** So many schedules are tried at most. */
const TRIES = 2000

export async function shrink(seed: number, options: Pick<ClusterOptions, 'on' | 'mutation'> = {}): Promise<Shrunk | undefined> {
  let tries = 0
  const broken = async (size: WorldSize, decisions?: readonly number[]): Promise<ClusterReport | undefined> => {
    tries += 1
    const report = await simulateCluster(seed, { ...options, size, ...(decisions ? { decisions } : {}) })
    return report.violations.length > 0 ? report : undefined
  }

  let size = sizeOf(seed)
  let report = await broken(size)
  if (report === undefined) return undefined
  for (const what of ['days', 'dossiers', 'workers', 'batch'] as const) {
    for (let less = 1; less < size[what]; less++) {
      const smaller = { ...size, [what]: less }
      const found = await broken(smaller)
      if (found === undefined) continue
      size = smaller
      report = found
      break
    }
  }

  // The end first: where the schedule is over, everything goes its usual way.
  let decisions = report.decisions
  for (let length = Math.floor(decisions.length / 2), step = length; step >= 1; step = Math.floor(step / 2)) {
    const shorter = decisions.slice(0, Math.min(length, decisions.length))
    const found = await broken(size, shorter)
    if (found) {
      decisions = shorter
      report = found
      length = shorter.length - Math.max(1, Math.floor(step / 2))
    } else length += Math.max(1, Math.floor(step / 2))
  }
  // Then whatever in it need not be unusual, many at a time.
  for (let width = Math.floor(decisions.length / 2); width >= 1 && tries < TRIES; width = Math.floor(width / 2)) {
    for (let start = 0; start < decisions.length && tries < TRIES; start += width) {
      const part = decisions.slice(start, start + width)
      if (part.every((decided) => decided === 0)) continue
      const usual = [...decisions.slice(0, start), ...part.map(() => 0), ...decisions.slice(start + width)]
      const found = await broken(size, usual)
      if (found === undefined) continue
      decisions = usual
      report = found
    }
  }
  return { seed, size, decisions: withoutEnd(decisions), report }
}

/** Usual decisions at the end need not be written down. */
function withoutEnd(decisions: readonly number[]): readonly number[] {
  const last = decisions.findLastIndex((decided) => decided !== 0)
  return decisions.slice(0, last + 1)
}
