import { expect, test } from 'vitest'
import { tellKilledStory } from '../e2e/killed.js'

test('killed a hundred times while it syncs 1,000 dossiers with a failing portal, the province ends where it would have ended', {
  timeout: 1_200_000,
}, async () => {
  const report = await tellKilledStory({ dossiers: 1000, kills: 100, seed: 7, killsPerDay: 12 })
  process.stdout.write(`${JSON.stringify(report)}\n`)
  // Nothing is proved by kills that hit nothing.
  expect(report.killedInFlight).toBeGreaterThanOrEqual(40)
})
