import { describe, expect, test } from 'vitest'
import { simulateCluster } from './cluster.js'
import { tryRange } from './range.js'
import { shrink } from './shrink.js'

describe('several workers, crashes, freezes and a network that loses and delays: every invariant holds on SQLite', () => {
  const RANGE = 100
  test.each([1, 2, 3, 4, 5])('part %i', { timeout: 300_000 }, async (part) => {
    expect(await tryRange((part - 1) * RANGE + 1, RANGE, { on: 'sqlite' })).toMatchObject({ violations: {}, schedules: RANGE })
  })
})

describe('a schedule', () => {
  test('is told again by its seed, turn by turn', async () => {
    const once: string[] = []
    const again: string[] = []
    const first = await simulateCluster(42, { trace: (line) => once.push(line) })
    const second = await simulateCluster(42, { trace: (line) => again.push(line) })
    expect(again).toEqual(once)
    expect(second).toEqual(first)
    expect(first.operations).toBeGreaterThanOrEqual(50)
  })

  test('is told again by its decisions, and differs without them', async () => {
    const first = await simulateCluster(42)
    expect(await simulateCluster(42, { decisions: first.decisions })).toEqual(first)
    expect((await simulateCluster(42, { decisions: [] })).decisions).not.toEqual(first.decisions)
  })

  test('that breaks a promise is made shorter, and still breaks it', { timeout: 300_000 }, async () => {
    const { mutations } = await import('./mutations.js')
    const mutation = mutations['an unknown update is treated as a success'] ?? {}
    let seed = 1
    while ((await simulateCluster(seed, { mutation })).violations.length === 0) seed += 1
    const whole = await simulateCluster(seed, { mutation })
    const shortest = await shrink(seed, { mutation })
    expect(shortest?.report.violations).not.toEqual([])
    expect(shortest?.decisions.length).toBeLessThan(whole.decisions.length)
    // The same schedule without the mistake keeps every promise: what was left is the mistake's.
    expect((await simulateCluster(seed, { size: shortest?.size ?? {}, decisions: shortest?.decisions ?? [] })).violations).toEqual([])
  })
})
