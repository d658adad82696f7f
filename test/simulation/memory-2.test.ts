import { expect, test } from 'vitest'
import { tryRange } from './range.js'

/** Half of what every change has to pass; the other half runs beside it. `npm run simulate` tries as many as there is time for. */
test('several workers, crashes, freezes and a network that loses and delays: every invariant holds in 5,000 schedules', {
  timeout: 300_000,
}, async () => {
  const report = await tryRange(5001, 5000, {})
  expect(report.violations).toEqual({})
  expect(report.schedules).toBe(5000)
  // Nothing is proved by schedules in which nothing happens.
  expect(report.fewest).toBeGreaterThanOrEqual(50)
  for (const figure of ['crashes', 'freezes', 'faults', 'declared'] as const) expect(report[figure], figure).toBeGreaterThan(500)
})
