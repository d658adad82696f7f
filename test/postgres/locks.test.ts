/** Others hold what a worker needs: it waits for a while, says so, and goes on when they are done. */
import { sql } from 'kysely'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { isLienthongError, systemClock } from '../../src/base/index.js'
import { type Ledger, openLedger, shardOf } from '../../src/ledger/index.js'
import { runSlice, type SliceEnd } from '../../src/sync/workers/worker.js'
import { cardIndex } from '../sync/card-index.js'
import { card, codeOf, key, steps, TENANT } from '../sync/office.js'
import { paperPortal } from '../sync/paper-portal.js'
import { newLedger } from './broken-office.js'
import { type PostgresServer, password, startPostgres } from './server.js'
import { until } from './until.js'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres(['-c', 'deadlock_timeout=100ms'])
}, 300_000)

const SHARD = shardOf('cards', 'uid-1', 16)

async function workersLedger(url: string, limits = ''): Promise<Ledger> {
  const ledger = await openLedger({ url: `${url}${limits}`, password, key, access: 'write', scope: 'workers' })
  onTestFinished(() => ledger.close())
  return ledger
}

/** A worker without an engine: whoever tests says what it does. */
function slicesOf(ledger: Ledger) {
  const portal = paperPortal({ now: systemClock.now })
  const { leases } = ledger
  if (leases === undefined) throw new Error('no leases')
  const slice = (name: string): Promise<SliceEnd> =>
    runSlice(
      { tenant: TENANT, slice: name, touch: async () => true, end: async () => {} },
      {
        leases,
        tenants: {
          [TENANT]: { tenant: TENANT, sources: { cards: cardIndex([card(1, { steps: steps(2, 4) })]) }, target: portal, settings: { patienceMs: 0 } },
        },
        clock: systemClock,
        name: 'test',
        sliceMs: 1000,
        signal: new AbortController().signal,
      },
    )
  return { portal, slice }
}

describe('a slice', () => {
  test.each([
    ['that waits for a row too long ends as unreachable', '?lock_timeout=200', /55P03.*pg_stat_activity/],
    ['whose statement takes too long ends as unreachable', '?lock_timeout=0&statement_timeout=200', /57014/],
  ])('%s; once the row is free, the next one sends', async (_what, limits, problem) => {
    const url = await newLedger(server)
    const { portal, slice } = slicesOf(await workersLedger(url, limits))
    expect(await slice('read/cards')).toMatchObject({ error: undefined, report: { planned: 1 } })
    const other = await server.session(url)
    await other.query('begin; select 1 from dossiers for update')
    const { error } = await slice(`send/${SHARD}`)
    expect(error).toMatchObject({ code: 'ledger.unreachable', retryable: true })
    expect(error?.message).toMatch(problem)
    expect(portal.calls).toEqual([])
    await other.query('rollback')
    expect(await slice(`send/${SHARD}`)).toMatchObject({ error: undefined, report: { tally: { confirmed: 1 } } })
    expect(portal.books.get(codeOf(1))).toMatchObject({ creates: 1, steps: [{}, {}] })
  })
})

describe('two writers that lock each other out', () => {
  test('are both written: the one that PostgreSQL undoes is written again', async () => {
    const url = await newLedger(server)
    const [one, two] = [await workersLedger(url), await workersLedger(url)]
    await one.keepNote('a/count', '0')
    await one.keepNote('b/count', '0')
    const raise = (ledger: Ledger, name: string, tx: Ledger['db']) =>
      sql`update meta set value = value::integer + 1 where name = ${name}`.execute(tx).then(() => ledger)
    let met = 0
    let tries = 0
    const both = (ledger: Ledger, first: string, second: string) =>
      ledger.write(async (tx) => {
        tries += 1
        await raise(ledger, first, tx)
        met += 1
        await until('both have their first row', () => met >= 2)
        await raise(ledger, second, tx)
      })
    await Promise.all([both(one, 'a/count', 'b/count'), both(two, 'b/count', 'a/count')])
    expect(tries).toBeGreaterThanOrEqual(3)
    expect([await one.note('a/count'), await one.note('b/count')]).toEqual(['2', '2'])
  })
})

describe('a server that takes no more connections', () => {
  test('is told as such at once, with what to do, by a pass and by a slice; a slice goes on when there is room again', async () => {
    const url = await newLedger(server)
    await server.query(`create role clerk login password '${password}' connection limit 3; grant pg_read_all_data, pg_write_all_data to clerk`)
    const clerk = url.replace('//postgres@', '//clerk@')
    const { slice } = slicesOf(await workersLedger(clerk))
    expect(await slice('read/cards')).toMatchObject({ error: undefined })
    const taken = await Promise.all([1, 2].map(() => server.session(clerk)))
    const began = systemClock.now()
    const refused = await openLedger({ url: clerk, password, key, access: 'write' }).catch((error: unknown) => error)
    const { error } = await slice('read/cards')
    expect(systemClock.now() - began).toBeLessThan(5000)
    for (const told of [refused, error]) {
      expect(told).toMatchObject({ code: 'ledger.unreachable' })
      expect(isLienthongError(told) && told.message).toMatch(/53300.*max_connections/)
      expect(isLienthongError(told) && told.text.vi).toMatch(/Tăng `max_connections`/)
    }
    await Promise.all(taken.map((session) => session.end()))
    expect(await slice('read/cards')).toMatchObject({ error: undefined })
  })
})
