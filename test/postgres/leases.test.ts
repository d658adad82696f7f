/** Who may write a shard: one holder at a time, who is alive, and whom the server knows by his connection. */
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/base/index.js'
import { type Lease, type LeaseTaker, type Ledger, openLedger, shardOf } from '../../src/ledger/index.js'
import type { TenantSync } from '../../src/sync/index.js'
import { readSlice, sendSlice } from '../../src/sync/slices.js'
import { cardIndex } from '../sync/card-index.js'
import { card, key, TENANT } from '../sync/office.js'
import { paperPortal } from '../sync/paper-portal.js'
import { newLedger } from './broken-office.js'
import { brokenWay } from './broken-way.js'
import { type PostgresServer, password, startPostgres } from './server.js'
import { until } from './until.js'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
}, 300_000)

async function worker(url: string): Promise<{ readonly ledger: Ledger; readonly leases: LeaseTaker }> {
  const ledger = await openLedger({ url, password, key, access: 'write', scope: 'workers', command: 'worker' })
  onTestFinished(() => ledger.close())
  if (ledger.leases === undefined) throw new Error('no leases')
  return { ledger, leases: ledger.leases }
}

async function taken(leases: LeaseTaker, shard: string, holder = 'test'): Promise<Lease> {
  const lease = await leases.take(TENANT, shard, holder)
  if (lease === undefined) throw new Error(`${shard} is somebody else's`)
  onTestFinished(() => lease.release())
  return lease
}

/** As if its holder had said nothing for a minute. */
const silence = (url: string) => server.query('update shards set heartbeat_at = heartbeat_at - 60000', url)

describe('a shard', () => {
  test('has one holder, and is the next one’s as soon as it is given back; each taking raises its epoch', async () => {
    const url = await newLedger(server)
    const [{ leases: one }, { leases: two }] = [await worker(url), await worker(url)]
    const first = await taken(one, 'send/1')
    expect(await two.take(TENANT, 'send/1', 'two')).toBeUndefined()
    expect((await taken(two, 'send/2')).epoch).toBe(1)
    await first.release()
    expect((await taken(two, 'send/1')).epoch).toBe(first.epoch + 1)
  })

  test('of a holder that fell silent is taken over: the old one can write nothing any more', async () => {
    const url = await newLedger(server)
    const [{ leases: one }, { ledger, leases: two }] = [await worker(url), await worker(url)]
    const frozen = await taken(one, 'send/1', 'one')
    await frozen.ledger.keepNote('who/wrote', 'one')
    await silence(url)
    const next = await taken(two, 'send/1', 'two')
    expect(next.epoch).toBe(frozen.epoch + 1)
    await next.ledger.keepNote('who/wrote', 'two')
    await expect(frozen.ledger.keepNote('who/wrote', 'one, late')).rejects.toMatchObject({ code: 'ledger.unreachable' })
    await expect(frozen.renew()).rejects.toMatchObject({ code: 'ledger.unreachable' })
    expect(await ledger.note('who/wrote')).toBe('two')
  })

  test('of a holder that says that it is alive stays his', async () => {
    const url = await newLedger(server)
    const [{ leases: one }, { leases: two }] = [await worker(url), await worker(url)]
    const lease = await taken(one, 'send/1')
    await silence(url)
    await lease.renew()
    expect(await two.take(TENANT, 'send/1', 'two')).toBeUndefined()
    await lease.ledger.keepNote('who/wrote', 'one')
  })

  test('of a holder who has just come and not yet written his name stays his, however long the one before him has been silent', async () => {
    const url = await newLedger(server)
    const { leases } = await worker(url)
    await (await taken(leases, 'send/1')).release()
    await silence(url)
    const newcomer = await server.session(url)
    await newcomer.query(`select pg_advisory_lock(hashtextextended('lienthong/public/${TENANT}/send/1', 0))`)
    expect(await leases.take(TENANT, 'send/1', 'test')).toBeUndefined()
    expect((await newcomer.query('select 1')).rowCount).toBe(1)
  })

  test('whose epoch was raised is lost to its holder even where his connection lives', async () => {
    const url = await newLedger(server)
    const { ledger, leases } = await worker(url)
    const lease = await taken(leases, 'send/1')
    await server.query('update shards set epoch = epoch + 1', url)
    const writes = ['a/note', 'b/note', 'c/note'].map((name) => lease.ledger.keepNote(name, 'late'))
    for (const write of await Promise.allSettled(writes)) expect(write).toMatchObject({ status: 'rejected', reason: { code: 'ledger.lease_lost' } })
    await expect(lease.renew()).rejects.toMatchObject({ code: 'ledger.lease_lost', values: { shard: 'send/1', tenant: TENANT } })
    expect(await ledger.note('a/note')).toBeUndefined()
  })

  test('of a holder that was killed is free at once', async () => {
    const url = await newLedger(server)
    const way = await brokenWay(server.port)
    const [{ leases: one }, { leases: two }] = [await worker(way.url(url)), await worker(url)]
    const killed = await taken(one, 'send/1')
    way.blackhole()
    way.drop()
    // Sooner than one who is silent is given up: fifteen seconds.
    const next = await until('the shard is free', () => two.take(TENANT, 'send/1', 'two'), 10_000)
    onTestFinished(() => next.release())
    expect(next.epoch).toBe(killed.epoch + 1)
  })

  test('of a holder whose connection carries nothing any more is taken over, and the holder notices by himself', async () => {
    const url = await newLedger(server)
    const way = await brokenWay(server.port)
    const [{ leases: one }, { leases: two }] = [await worker(way.url(url, { query_timeout: 500 })), await worker(url)]
    const cutOff = await taken(one, 'send/1')
    way.blackhole()
    const late = cutOff.ledger.keepNote('who/wrote', 'one').catch((error: unknown) => error)
    await silence(url)
    const next = await taken(two, 'send/1', 'two')
    expect(next.epoch).toBe(cutOff.epoch + 1)
    expect(await late).toMatchObject({ code: 'ledger.unreachable' })
    expect(await next.ledger.note('who/wrote')).toBeUndefined()
    const began = systemClock.now()
    await cutOff.release()
    expect(systemClock.now() - began).toBeLessThan(10_000)
  })
})

describe('a pass that needs the ledger alone', () => {
  test('takes no turn while a shard is held, and is told by whom; while it runs nobody gets a shard', async () => {
    const url = await newLedger(server)
    const { leases } = await worker(url)
    const lease = await taken(leases, 'send/1')
    const alone = () => openLedger({ url, password, key, access: 'write', command: 'sync run' })
    await expect(alone()).rejects.toMatchObject({
      code: 'ledger.locked',
      values: { holder: expect.stringMatching(/^lienthong worker \(process \d+ on /) },
    })
    await lease.release()
    const pass = await alone()
    expect(await leases.take(TENANT, 'send/1', 'test')).toBeUndefined()
    expect(await leases.take('lang-son', 'read/cards', 'test')).toBeUndefined()
    await pass.close()
    await taken(leases, 'send/1')
  })

  test('does not hear of ledgers in other databases of the server', async () => {
    const [ours, theirs] = [await newLedger(server), await newLedger(server)]
    const open = (url: string, command: string) => openLedger({ url, password, key, access: 'write', command })
    const neighbour = await open(theirs, 'neighbour')
    onTestFinished(() => neighbour.close())
    const pass = await open(ours, 'sync run')
    onTestFinished(() => pass.close())
    const holder: unknown = await open(ours, 'sync run').catch((error: { values: { holder: unknown } }) => error.values.holder)
    expect(holder).toContain('sync run')
    expect(holder).not.toContain('neighbour')
  })
})

describe('what many share', () => {
  test('the rate of a system: four connections at once get a second’s turns, and then one at a time', async () => {
    const url = await newLedger(server)
    const workers = await Promise.all([1, 2, 3, 4].map(() => worker(url)))
    const ask = async (count: number) => {
      const waits = await Promise.all(
        Array.from(
          { length: 40 / count },
          (_, index) => workers[index % 4]?.leases.reserveTurns(TENANT, 'national-portal', { perSecond: 10, count }) ?? 0,
        ),
      )
      return waits.sort((one, other) => one - other)
    }
    /** The longest wait, and what passed while they were asked, which is taken off each. */
    const longest = async (count: number) => {
      const began = systemClock.now()
      const wait = (await ask(count)).at(-1) ?? 0
      return wait + systemClock.now() - began
    }
    const began = systemClock.now()
    const waits = await ask(1)
    const passed = systemClock.now() - began
    expect(waits.filter((wait) => wait <= 0).length).toBeLessThanOrEqual(10 + Math.ceil(passed / 100))
    // The last of forty goes three seconds after the first ten.
    expect(waits.at(-1)).toBeGreaterThan(2900 - passed)
    expect(waits.at(-1)).toBeLessThanOrEqual(3000)

    // An hour in which nobody asked saves up no more than a second's turns.
    await server.query('update budgets set next_at = next_at - 3600000', url)
    expect(await longest(1)).toBeGreaterThan(2500)
    await server.query('update budgets set next_at = next_at - 3600000', url)
    expect(await longest(4)).toBeGreaterThan(2200)
    // Another system and another tenant have rates of their own.
    expect(await workers[0]?.leases.reserveTurns(TENANT, 'other', { perSecond: 10, count: 1 })).toBe(0)
    expect(await workers[0]?.leases.reserveTurns('lang-son', 'national-portal', { perSecond: 10, count: 1 })).toBe(0)
  })

  test('the agenda: the shards of which a dossier may go now, of changes and first loads, of one tenant', async () => {
    const url = await newLedger(server)
    const { leases } = await worker(url)
    const cards = Array.from({ length: 6 }, (_, n) => card(n + 1))
    const shards = [...new Set(cards.map(({ dossier }) => shardOf('cards', dossier.sourceId, 16)))].sort((one, other) => one - other)
    const sync = (lease: Lease): TenantSync => ({
      ledger: lease.ledger,
      tenant: TENANT,
      sources: { cards: cardIndex(cards) },
      target: paperPortal({ now: systemClock.now }),
    })
    expect(await leases.dueShards(TENANT)).toEqual([])
    await readSlice(sync(await taken(leases, 'read/cards')), 'cards')
    expect(await leases.dueShards(TENANT)).toEqual(shards)
    expect(await leases.dueShards('lang-son')).toEqual([])
    const [first = 0, second = 0, ...rest] = shards
    await sendSlice(sync(await taken(leases, `send/${first}`)), first, 1000)
    expect(await leases.dueShards(TENANT)).toEqual([second, ...rest])
    await server.query(`update dossiers set priority = 0 where shard = ${second}`, url)
    await server.query(`update dossiers set next_at = next_at + 3600000 where shard in (${rest.join()})`, url)
    expect(await leases.dueShards(TENANT)).toEqual([second])
  })
})
