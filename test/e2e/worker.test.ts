/** `lienthong worker` as systemd and an integrator meet it. */
import { beforeAll, describe, expect, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../postgres/server.js'
import { run } from './processes.js'
import { lookInto, provinceOfProcesses } from './province.js'
import { until, workerProvince } from './worker-crew.js'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
}, 300_000)

/** `sync.callTimeoutMs` of the province: no request is on its way for longer. */
const CALL_MS = 2000
/** For what a process does besides: connections to close, a last line to write. */
const LEAVING_MS = 1500

describe('SIGTERM', () => {
  test('ends a worker that sends within a call’s time: nothing is left on its way, every shard is free, and it prints one document', {
    timeout: 300_000,
  }, async () => {
    const { province, witness, crew } = await workerProvince(server, { dossiers: 100, seed: 3, latencyMs: 100 })
    const [worker] = await crew(1)
    if (worker === undefined) throw new Error('no worker')
    await until('several writes under way', 30, () => worker.door.writesUnderWay() >= 3)
    const began = performance.now()
    const { code, out, err } = await worker.end('SIGTERM')
    expect(performance.now() - began).toBeLessThan(CALL_MS + LEAVING_MS)
    expect(code, err).toBe(130)
    expect(out.endsWith('}\n')).toBe(true)
    expect(JSON.parse(out)).toEqual({ schema: 1, slices: expect.any(Number) })
    const operations = await lookInto(province, province.ledgerPath(), (ledger) => ledger.db.selectFrom('operations').select('state').execute())
    expect(operations.length, 'there was more to do').toBeGreaterThan(0)
    expect(operations.filter(({ state }) => state === 'sending')).toEqual([])
    expect(await witness.heldBy(worker.pid())).toEqual([])
    expect(await witness.checkFencing()).toBeGreaterThan(0)
  })
})

test('on a ledger in a file a worker says what to do instead, and what it needs', { timeout: 300_000 }, async () => {
  const province = await provinceOfProcesses({ dossiers: 1 })
  const { code, out, err } = await run(['worker', '--json', '--lang', 'en'], province)
  expect(code).toBe(2)
  expect(JSON.parse(out)).toMatchObject({ schema: 1, error: { code: 'usage.invalid', message: expect.stringContaining('postgres://') } })
  expect(err).toContain('lienthong sync watch')
})
