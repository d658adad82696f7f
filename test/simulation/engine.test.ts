import { describe, expect, test } from 'vitest'
import { simulate } from './simulate.js'

const STORIES = 8
const groups = Array.from({ length: 6 }, (_, group) => [group * STORIES + 1, (group + 1) * STORIES] as const)

describe('faults, refusals and power cuts at random moments: every invariant holds', () => {
  test.each(groups)('stories %i to %i', { timeout: 300_000 }, async (first, last) => {
    let crashes = 0
    let declared = 0
    for (let seed = first; seed <= last; seed++) {
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
