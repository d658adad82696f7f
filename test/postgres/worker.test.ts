import { setImmediate } from 'node:timers/promises'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/base/index.js'
import { type Ledger, openLedger, versionTotals } from '../../src/ledger/index.js'
import type { DossierTarget, TenantSync } from '../../src/sync/index.js'
import { pgBossEngine } from '../../src/sync/workers/pg-boss.js'
import { runWorker, type SliceEnd } from '../../src/sync/workers/worker.js'
import { cardIndex } from '../sync/card-index.js'
import { card, codeOf, key, steps, TENANT } from '../sync/office.js'
import { paperPortal } from '../sync/paper-portal.js'
import { type PostgresServer, password, startPostgres, withPassword } from './server.js'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
}, 300_000)

async function newLedger(): Promise<{ url: string; ledger: Ledger }> {
  const url = await server.database()
  await (await openLedger({ url, password, key, access: 'write', migrating: true })).close()
  const ledger = await openLedger({ url, password, key, access: 'write', scope: 'workers' })
  onTestFinished(() => ledger.close())
  return { url, ledger }
}

function worker(ledger: Ledger, url: string, tenant: Omit<TenantSync, 'ledger' | 'tenant'>, onSlice: (end: SliceEnd) => void) {
  const stop = new AbortController()
  const running = (async () => {
    const engine = await pgBossEngine({ connectionString: withPassword(url) })
    if (!ledger.leases) throw new Error('no leases')
    await runWorker({
      leases: ledger.leases,
      engine,
      tenants: { [TENANT]: { tenant: TENANT, ...tenant, readAt: '* * * * *' } },
      clock: systemClock,
      name: 'test',
      sliceMs: 1000,
      signal: stop.signal,
      onSlice,
    })
  })()
  return {
    async stop() {
      stop.abort()
      await running
    },
  }
}

describe('a worker', () => {
  test('reads what its cron says and sends what it planned', { timeout: 300_000 }, async () => {
    const { url, ledger } = await newLedger()
    const portal = paperPortal({ now: systemClock.now })
    const ends: SliceEnd[] = []
    const one = worker(
      ledger,
      url,
      {
        sources: { cards: cardIndex(Array.from({ length: 40 }, (_, n) => card(n + 1, { steps: steps(2, 4) }))) },
        target: portal as DossierTarget,
        settings: { concurrency: 3 },
      },
      (end) => ends.push(end),
    )
    const until = systemClock.now() + 90_000
    while (portal.books.size < 40 && systemClock.now() < until) await setImmediate()
    await one.stop()
    expect(ends.map(({ error }) => error).filter(Boolean)).toEqual([])
    expect(portal.books.get(codeOf(1))?.steps).toHaveLength(2)
    const { seen, unchanged, created } = await versionTotals(ledger, TENANT)
    // The plan may have had the cards read once more.
    expect({ created, new: seen - unchanged }).toEqual({ created: 40, new: 40 })
  })
})
