/** The server goes away, or the way to it does: nothing is lost, nothing is doubled undeclared, and the next pass ends where it should have. */
import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { openLedger } from '../../src/ledger/index.js'
import type { Office } from '../sync/office.js'
import { key } from '../sync/office.js'
import { booksOf, brokenBy, CARDS, newLedger, officeAt, passesLater } from './broken-office.js'
import { type BrokenWay, brokenWay } from './broken-way.js'
import { type PostgresServer, password, startPostgres } from './server.js'
import { until } from './until.js'

let server: PostgresServer
/** What a pass that nobody disturbs brings about. */
let whole: ReturnType<typeof booksOf>
beforeAll(async () => {
  server = await startPostgres()
}, 300_000)

/** Compared with what an undisturbed office ends with. */
async function expectWhole(office: Office, url: string): Promise<void> {
  const { stepsMaybeDoubled, totals } = await passesLater(office, url)
  if (whole === undefined) {
    const undisturbed = await officeAt(await newLedger(server))
    await undisturbed.run()
    whole = booksOf(undisturbed.portal)
  }
  const { entries, doubled } = booksOf(office.portal)
  expect(entries).toEqual(whole.entries)
  expect(doubled).toBeLessThanOrEqual(stepsMaybeDoubled)
  expect(totals).toMatchObject({ created: CARDS.length, pending: 0, failed: 0 })
}

/** Something happens while the portal serves a request. */
function during(office: Office, call: number, happens: () => Promise<void>): void {
  const { portal } = office
  const submit = portal.submit.bind(portal)
  let calls = 0
  portal.submit = async (record, options) => {
    calls += 1
    if (calls === call) await happens()
    return submit(record, options)
  }
}

describe('the server', () => {
  test('restarts in the middle of a pass: the pass says that the ledger cannot be reached, and the next one ends it', async () => {
    const url = await newLedger(server)
    const office = await officeAt(url)
    during(office, 2, async () => {
      await server.stop()
      await server.start()
    })
    expect(await brokenBy(office.run())).toBe('ledger.unreachable')
    await expectWhole(office, url)
  })

  test('is down when a pass begins and comes back by itself', async () => {
    const url = await newLedger(server)
    const office = await officeAt(url)
    await server.stop()
    expect(await brokenBy(office.run())).toBe('ledger.unreachable')
    await expect(openLedger({ url, password, key, access: 'write' })).rejects.toMatchObject({ code: 'ledger.unreachable', retryable: true })
    await server.start()
    await expectWhole(office, url)
  })

  test('ends a connection in the middle of a transaction: nothing of it is written', async () => {
    const url = await newLedger(server)
    const office = await officeAt(url)
    const blocking = await server.session(url)
    await blocking.query('begin; lock table dossiers in share row exclusive mode')
    const broken = brokenBy(office.run())
    await until('the pass waits in its transaction', async () => {
      const { rowCount } = await server.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and application_name like 'lienthong%' and datname = '${new URL(url).pathname.slice(1)}'`,
      )
      return rowCount === 1
    })
    expect(await broken).toBe('ledger.unreachable')
    await blocking.query('rollback')
    expect((await server.query('select 1 from dossiers union all select 1 from operations', url)).rowCount).toBe(0)
    expect(office.portal.calls).toEqual([])
    await expectWhole(office, url)
  })

  test('ends a connection that somebody reads with: he is told, the process lives, and the next question is answered', async () => {
    const url = await newLedger(server)
    const { ledger } = await officeAt(url)
    const blocking = await server.session(url)
    await blocking.query('begin; lock table dossiers in access exclusive mode')
    const reading = ledger.countPending('cao-bang').catch((error: unknown) => error)
    await until('the reader waits', async () => {
      const { rowCount } = await server.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where query like '%count(*) as count%' and wait_event_type = 'Lock'`,
      )
      return rowCount === 1
    })
    expect(await reading).toMatchObject({ code: 'ledger.unreachable' })
    await blocking.query('rollback')
    expect(await ledger.countPending('cao-bang')).toBe(0)
  })
})

describe('the way to the server', () => {
  test('carries nothing any more and tells nobody: the pass ends by itself, and leaves the ledger to others once the server notices', async () => {
    const url = await newLedger(server)
    const way = await brokenWay(server.port)
    const office = await officeAt(way.url(url, { query_timeout: 500 }))
    during(office, 2, async () => way.blackhole())
    expect(await brokenBy(office.run())).toBe('ledger.unreachable')
    await office.ledger.close()
    await expect(openLedger({ url, password, key, access: 'write' })).rejects.toMatchObject({ code: 'ledger.locked' })
    way.drop()
    await expectWhole(office, url)
  })

  test.each([
    ['is cut', (way: BrokenWay) => way.drop()],
    ['carries nothing any more', () => {}],
  ])('%s while somebody reads: he is told, the process lives, and the next question goes another way', async (_what, breaks) => {
    const way = await brokenWay(server.port)
    const { ledger } = await officeAt(way.url(await newLedger(server), { query_timeout: 500 }))
    expect(await ledger.countPending('cao-bang')).toBe(0)
    way.blackhole()
    const reading = ledger.countPending('cao-bang').catch((error: unknown) => error)
    await until('the question is on its way', () => way.lostBytes > 0)
    breaks(way)
    expect(await reading).toMatchObject({ code: 'ledger.unreachable' })
    expect(await ledger.countPending('cao-bang')).toBe(0)
  })

  test('a server hears soon that a machine is gone', async () => {
    const { ledger } = await officeAt(await newLedger(server))
    const { rows } = await sql<{ count: string; idle: string; interval: string }>`select current_setting('tcp_keepalives_count') as count,
      current_setting('tcp_keepalives_idle') as idle, current_setting('tcp_keepalives_interval') as interval`.execute(ledger.db)
    expect(rows).toEqual([{ count: '3', idle: '15', interval: '5' }])
  })

  test.each(['answer', 'request'] as const)(
    'breaks around a COMMIT so that its %s is lost, whichever COMMIT of a pass it is: the next passes end where one would have',
    { timeout: 300_000 },
    async (lost) => {
      for (let nth = 1; ; nth++) {
        const url = await newLedger(server)
        const way = await brokenWay(server.port)
        const office = await officeAt(way.url(url))
        way.cutAt('commit', nth, lost)
        const broken = await brokenBy(office.run())
        if (!way.wasCut) {
          expect(nth).toBeGreaterThan(5)
          break
        }
        expect([nth, broken]).toEqual([nth, 'ledger.unreachable'])
        await expectWhole(office, url)
      }
    },
  )
})

test.each(['everything', 'command'] as const)('a ledger that was opened to write %s and wrote nothing leaves no connection behind', async (scope) => {
  const url = await newLedger(server)
  const command = `idle ${scope}`
  const ledger = await openLedger({ url, password, key, access: 'write', scope, command })
  const connections = async () =>
    (await server.query('select 1 from pg_stat_activity where application_name like $1', undefined, [`lienthong ${command} %`])).rowCount
  expect(await connections()).toBeGreaterThan(0)
  await ledger.close()
  await until('its connections are gone', async () => (await connections()) === 0)
})
