import { describe, expect, test } from 'vitest'
import { simulateCluster } from './cluster.js'
import { mutations } from './mutations.js'

/** So many schedules must be enough to find any mistake. */
const MOST = 10_000

/** @returns the first seed that tells, and what it tells. */
async function firstViolation(name: string): Promise<{ readonly seed: number; readonly violations: readonly string[] } | undefined> {
  const mutation = mutations[name]
  if (mutation === undefined) throw new Error(name)
  for (let seed = 1; seed <= MOST; seed++) {
    const { violations } = await simulateCluster(seed, { mutation })
    if (violations.length > 0) return { seed, violations }
  }
  return undefined
}

describe('the simulation finds each mistake built into it', { timeout: 300_000 }, () => {
  test.each(Object.keys(mutations))('%s', async (name) => {
    const found = await firstViolation(name)
    if (process.env.LIENTHONG_SIMULATION_TELL) console.log(name, found)
    expect(found?.violations ?? []).not.toEqual([])
  })
})
