import { beforeAll, expect, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../postgres/server.js'
import { tellWorkersKilledStory } from './workers-killed.js'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
}, 300_000)

test('three workers, killed ten times and frozen past their leases while they sync 300 dossiers with a failing portal, end where one undisturbed would have', {
  timeout: 300_000,
}, async () => {
  const report = await tellWorkersKilledStory(server, { dossiers: 300, kills: 10, freezes: 1, seed: 1, killsPerDay: 2 })
  process.stdout.write(`${JSON.stringify(report)}\n`)
  expect(report.killedInFlight).toBeGreaterThanOrEqual(2)
  expect(report.freezes).toBeGreaterThanOrEqual(1)
})
