import { describe, expect, test } from 'vitest'
import { simulate } from './simulate.js'

const seeds = Array.from({ length: 6 }, (_, group) => Array.from({ length: 8 }, (_, n) => group * 8 + n + 1))

describe('faults, refusals and power cuts at random moments: every invariant holds', () => {
  test.each(seeds)('seeds %i to %i …', async (...group) => {
    let crashes = 0
    let declared = 0
    for (const seed of group) {
      const report = await simulate(seed)
      expect(report.violations, `seed ${seed}`).toEqual([])
      crashes += report.crashes
      declared += report.declared
    }
    // Nothing is proved by a story in which nothing happened.
    expect(crashes).toBeGreaterThan(5)
    expect(declared).toBeGreaterThan(5)
  })
})
