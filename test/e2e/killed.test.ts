import { expect, test } from 'vitest'
import { tellKilledStory } from './killed.js'

test('killed ten times while it syncs 300 dossiers with a failing portal, the province ends where it would have ended', {
  timeout: 300_000,
}, async () => {
  const report = await tellKilledStory({ dossiers: 300, kills: 10, seed: 1, killsPerDay: 4 })
  expect(report.killedInFlight).toBeGreaterThanOrEqual(3)
})
