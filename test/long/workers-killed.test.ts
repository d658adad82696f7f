import { beforeAll, expect, test } from 'vitest'
import { tellWorkersKilledStory } from '../e2e/workers-killed.js'
import { type PostgresServer, startPostgres } from '../postgres/server.js'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
}, 60_000)

test('three workers, killed a hundred times and frozen past their leases while they sync 1,000 dossiers with a failing portal, end where one undisturbed would have', {
  timeout: 1_800_000,
}, async () => {
  const report = await tellWorkersKilledStory(server, { dossiers: 1000, kills: 100, freezes: 6, seed: 7, killsPerDay: 5 })
  process.stdout.write(`${JSON.stringify(report)}\n`)
  // Nothing is proved by kills that hit nothing.
  expect(report.killedInFlight).toBeGreaterThanOrEqual(35)
  expect(report.freezes).toBeGreaterThanOrEqual(4)
})
