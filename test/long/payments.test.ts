import { expect, test } from 'vitest'
import { storm } from '../payments/storm.js'
import { openTill } from '../payments/till.js'

test('ten thousand payments through the storm', { timeout: 1_200_000 }, async () => {
  const till = await openTill()
  const report = await storm(till, 10_000, 'ten thousand')
  console.log(JSON.stringify(report))
  expect(report).toMatchObject({ bills: 10_000, unreported: 0, invented: 0, journalHolds: true })
  expect(report.ours + report.disputed).toBe(report.platforms)
  // The platform's clock was another one, and it mattered.
  expect(report.paidAfterClosing).toBeGreaterThan(5)
})
