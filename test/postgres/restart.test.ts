/** A worker while its server restarts, and while the way to it carries nothing: it says so, lives, and ends what it began. */
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type LogFields, type Logger, silentLogger, systemClock } from '../../src/base/index.js'
import { openLedger, versionTotals } from '../../src/ledger/index.js'
import { pgBossEngine } from '../../src/sync/workers/pg-boss.js'
import { runWorker, type SliceEnd } from '../../src/sync/workers/worker.js'
import { cardIndex } from '../sync/card-index.js'
import { card, key, steps, TENANT } from '../sync/office.js'
import { type PaperPortal, paperPortal } from '../sync/paper-portal.js'
import { booksOf, newLedger } from './broken-office.js'
import { brokenWay } from './broken-way.js'
import { type PostgresServer, password, startPostgres, withPassword } from './server.js'
import { until } from './until.js'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
}, 300_000)

const COUNT = 60
const cards = Array.from({ length: COUNT }, (_, n) => card(n + 1, { steps: steps(2, 4) }))

/** Answers after a moment, so that something is always on its way. */
function busyPortal(): PaperPortal {
  const portal = paperPortal({ now: systemClock.now })
  const { submit, addSteps } = portal
  portal.submit = async (...asked) => {
    await systemClock.sleep(15)
    return submit.call(portal, ...asked)
  }
  portal.addSteps = async (...asked) => {
    await systemClock.sleep(15)
    return addSteps.call(portal, ...asked)
  }
  return portal
}

async function workerAt(url: string, direct: string, portal: PaperPortal) {
  const told: LogFields[] = []
  const logger: Logger = { ...silentLogger, warn: (fields) => told.push(fields) }
  const ends: SliceEnd[] = []
  const ledgerWas: string[] = []
  const ledger = await openLedger({ url, password, key, access: 'write', scope: 'workers' })
  onTestFinished(() => ledger.close())
  const { leases } = ledger
  if (leases === undefined) throw new Error('no leases')
  const stop = new AbortController()
  const engine = await pgBossEngine({ connectionString: withPassword(direct), superviseSeconds: 1, logger })
  const running = runWorker({
    ...{ leases, engine, clock: systemClock, name: 'test', sliceMs: 1000, slices: 3, logger, signal: stop.signal },
    // A request that was on its way is settled two seconds later, not a minute.
    tenants: {
      [TENANT]: { tenant: TENANT, sources: { cards: cardIndex(cards, 20) }, target: portal, settings: { callTimeoutMs: 2000, concurrency: 3 } },
    },
    onSlice: (end) => ends.push(end),
    onLedger: (error) => ledgerWas.push(error?.code ?? 'back'),
  })
  onTestFinished(async () => {
    stop.abort()
    await running
  })
  return { told, ends, ledgerWas }
}

/** Everything arrived once, and what is there twice was declared. */
async function expectAllArrived(url: string, portal: PaperPortal): Promise<void> {
  const ledger = await openLedger({ url, password, key, access: 'read' })
  onTestFinished(() => ledger.close())
  await until('all is confirmed', async () => (await versionTotals(ledger, TENANT)).created === COUNT, 45_000)
  const { entries, doubled } = booksOf(portal)
  expect(entries.filter(({ creates, steps: distinct }) => creates !== 1 || distinct.length !== 2)).toEqual([])
  const declared = await ledger.db
    .selectFrom('journal')
    .select('note')
    .where('operation', '=', 'steps')
    .where('note', 'like', '%"maybeDoubled":true%')
    .execute()
  expect(doubled).toBeLessThanOrEqual(2 * declared.length)
  const { seen, unchanged, ...totals } = await versionTotals(ledger, TENANT)
  // The plan may have had the cards read once more.
  expect({ ...totals, new: seen - unchanged }).toMatchObject({ new: COUNT, created: COUNT, pending: 0, failed: 0 })
}

/** Jobs of slices that nobody could say were over. */
const forgetJobs = (url: string) =>
  server.query(`update lienthong_jobs.job set heartbeat_on = heartbeat_on - interval '1 minute' where state = 'active'`, url)

describe('a worker', () => {
  test('outlives a restart of its server, and sends what is left', { timeout: 300_000 }, async () => {
    const url = await newLedger(server)
    const portal = busyPortal()
    const { told, ends, ledgerWas } = await workerAt(url, url, portal)
    await until('it is in the middle of it', () => portal.books.size >= COUNT / 3)
    await server.stop()
    await until('its slices end and it is told', () => ledgerWas.includes('ledger.unreachable'))
    await until('a slice says why', () => ends.some(({ error }) => error?.code === 'ledger.unreachable'))
    expect(portal.books.size).toBeLessThan(COUNT)
    await server.start()
    await forgetJobs(url)
    await expectAllArrived(url, portal)
    // However often it asked meanwhile, it says once that the ledger is away and once that it is back; and once a minute in its log.
    expect(ledgerWas).toEqual(['ledger.unreachable', 'back'])
    expect(told.filter(({ what }) => what === 'fetch' || what === 'agenda')).toHaveLength(1)
    for (const { code } of told) expect([undefined, 'ledger.unreachable']).toContain(code)
  })

  test('goes on by new connections when the old ones carry nothing any more', { timeout: 300_000 }, async () => {
    const url = await newLedger(server)
    const way = await brokenWay(server.port)
    const portal = busyPortal()
    const { ends } = await workerAt(way.url(url, { query_timeout: 1000 }), url, portal)
    await until('it is in the middle of it', () => portal.books.size >= COUNT / 3)
    way.blackhole()
    await until('a slice gives up', () => ends.some(({ error }) => error?.code === 'ledger.unreachable'))
    // Its old connections still hold its shards: it puts itself out, as any other worker would.
    await server.query('update shards set heartbeat_at = heartbeat_at - 60000', url)
    await expectAllArrived(url, portal)
  })
})
