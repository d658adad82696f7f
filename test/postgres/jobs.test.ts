/** What an older pg-boss got wrong, one test each, and what a worker relies on of its job engine. */
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type LogFields, type Logger, silentLogger, systemClock } from '../../src/base/index.js'
import { openLedger, shardOf } from '../../src/ledger/index.js'
import type { JobEngine, SliceJob } from '../../src/sync/workers/job-engine.js'
import { pgBossEngine } from '../../src/sync/workers/pg-boss.js'
import { runSlice } from '../../src/sync/workers/worker.js'
import { cardIndex } from '../sync/card-index.js'
import { card, codeOf, key, TENANT } from '../sync/office.js'
import { paperPortal } from '../sync/paper-portal.js'
import { newLedger } from './broken-office.js'
import { type PostgresServer, password, startPostgres, withPassword } from './server.js'
import { until } from './until.js'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
}, 300_000)

interface EngineOptions {
  /** Between two looks for dead workers. Left out: as in production. */
  readonly superviseSeconds?: number
  readonly logger?: Logger
}

async function engineAt(url: string, options: EngineOptions = { superviseSeconds: 1 }): Promise<JobEngine> {
  const engine = await pgBossEngine({ connectionString: withPassword(url), ...options })
  onTestFinished(() => engine.stop())
  return engine
}

/** Engines of as many workers, on a database of their own. */
async function engines(count: number, options?: EngineOptions): Promise<{ readonly url: string; readonly all: readonly JobEngine[] }> {
  const url = await server.database()
  const all: JobEngine[] = []
  for (let index = 0; index < count; index++) {
    const engine = await engineAt(url, options)
    await engine.start([TENANT])
    all.push(engine)
  }
  return { url, all }
}

const fetched = (engine: JobEngine, ms?: number): Promise<SliceJob> => until('there is a job', () => engine.fetch(TENANT), ms)

/** As if the workers of all running jobs had said nothing for a minute. */
const silence = (url: string) =>
  server.query(`update lienthong_jobs.job set heartbeat_on = heartbeat_on - interval '1 minute' where state = 'active'`, url)

const statesOf = async (url: string, slice: string) =>
  (
    await server.query(`select state from lienthong_jobs.job where name = '${TENANT}' and singleton_key = '${slice}' order by created_on`, url)
  ).rows.map(({ state }: { state: string }) => state)

describe('a job', () => {
  test('is given once, and its slice is not enqueued again while it waits, runs, or waits for another try', async () => {
    const { url, all } = await engines(2)
    const [one, two] = all as [JobEngine, JobEngine]
    expect(await one.enqueue(TENANT, 'send/1')).toBe(true)
    expect(await two.enqueue(TENANT, 'send/1')).toBe(false)
    const job = await fetched(one)
    expect([job.tenant, job.slice]).toEqual([TENANT, 'send/1'])
    expect(await two.fetch(TENANT)).toBeUndefined()
    expect(await two.enqueue(TENANT, 'send/1')).toBe(false)
    await silence(url)
    await until('it waits for another try', async () => (await statesOf(url, 'send/1')).includes('retry'))
    expect(await two.enqueue(TENANT, 'send/1')).toBe(false)
    await (await fetched(two)).end()
    expect(await two.enqueue(TENANT, 'send/1')).toBe(true)
  })

  test('of a shard that is running keeps no other shard waiting', async () => {
    const { all } = await engines(2)
    const [one, two] = all as [JobEngine, JobEngine]
    for (const slice of ['send/1', 'send/2', 'send/3']) await one.enqueue(TENANT, slice)
    const first = await fetched(one)
    await one.enqueue(TENANT, first.slice)
    const others = [await fetched(two), await fetched(two)]
    expect([first, ...others].map(({ slice }) => slice).sort()).toEqual(['send/1', 'send/2', 'send/3'])
  })

  test('that is over by a worker that was taken for dead does not end the attempt of the next one', async () => {
    const { url, all } = await engines(2)
    const [one, two] = all as [JobEngine, JobEngine]
    await one.enqueue(TENANT, 'send/1')
    const zombie = await fetched(one)
    expect(await zombie.touch()).toBe(true)
    await silence(url)
    const next = await fetched(two)
    expect(await zombie.touch()).toBe(false)
    await zombie.end()
    expect(await statesOf(url, 'send/1')).toEqual(['active'])
    expect(await next.touch()).toBe(true)
    expect(await two.enqueue(TENANT, 'send/1')).toBe(false)
    await next.end()
    expect(await statesOf(url, 'send/1')).toEqual(['completed'])
  })

  test('of a worker that was only slow is given to another, who finds the shard taken: nothing is sent twice', async () => {
    const url = await newLedger(server)
    const ledger = await openLedger({ url, password, key, access: 'write', scope: 'workers' })
    onTestFinished(() => ledger.close())
    const { leases } = ledger
    if (leases === undefined) throw new Error('no leases')
    const portal = paperPortal({ now: systemClock.now })
    let answer = () => {}
    const slow = new Promise<void>((resolve) => {
      answer = resolve
    })
    const submit = portal.submit.bind(portal)
    let asked = 0
    portal.submit = async (record, options) => {
      asked += 1
      await slow
      return submit(record, options)
    }
    const tenants = { [TENANT]: { tenant: TENANT, sources: { cards: cardIndex([card(1)]) }, target: portal } }
    const work = (job: SliceJob) =>
      runSlice(job, { leases, tenants, clock: systemClock, name: 'test', sliceMs: 1000, signal: new AbortController().signal })
    const [one, two] = [await engineAt(url), await engineAt(url)]
    for (const engine of [one, two]) await engine.start([TENANT])
    await one.enqueue(TENANT, 'read/cards')
    expect(await work(await fetched(one))).toMatchObject({ error: undefined })

    const slice = `send/${shardOf('cards', 'uid-1', 16)}`
    await one.enqueue(TENANT, slice)
    const first = work(await fetched(one))
    await until('a request is on its way', () => asked === 1)
    await silence(url)
    const second = await fetched(two)
    expect(second.slice).toBe(slice)
    expect(await work(second)).toMatchObject({ error: undefined, report: undefined })
    expect(asked).toBe(1)
    answer()
    expect(await first).toMatchObject({ error: undefined, report: { tally: { confirmed: 1 } } })
    expect(portal.books.get(codeOf(1))).toMatchObject({ creates: 1, refusedCreates: 0 })
  })

  test('of a worker that died is given to another within 45 s, with nobody’s help', { timeout: 300_000 }, async () => {
    const { all } = await engines(2, {})
    const [one, two] = all as [JobEngine, JobEngine]
    await one.enqueue(TENANT, 'send/1')
    await fetched(one)
    await one.stop()
    const died = systemClock.now()
    const next = await fetched(two, 45_000)
    const ms = systemClock.now() - died
    expect(next.slice).toBe('send/1')
    // Whoever is only busy has fifteen seconds to say so.
    expect(ms).toBeGreaterThan(14_000)
    expect(ms).toBeLessThan(45_000)
  })
})

describe('a plan', () => {
  test('enqueues a reading once, however many workers know it', { timeout: 300_000 }, async () => {
    const { url, all } = await engines(3)
    for (const engine of all) await engine.schedule(TENANT, 'read/cards', '* * * * *')
    const jobs = async (what: string) =>
      (await server.query(`select count(*)::integer as count from lienthong_jobs.job where ${what}`, url)).rows[0].count
    // Each start of a worker looks at the plan; so does each of these, as if its turn had come.
    for (let late = 0; late < 3; late++) {
      await server.query(`update lienthong_jobs.version set cron_on = cron_on - interval '1 minute'`, url)
      await (await engineAt(url)).start([TENANT])
    }
    const job = await until('the reading is enqueued', () => all[0]?.fetch(TENANT))
    expect(job.slice).toBe('read/cards')
    await job.end()
    await until('every order of the plan was carried out', async () => (await jobs(`name = '__pgboss__send-it' and state <= 'active'`)) === 0)
    const minutes = await jobs(`name = '__pgboss__send-it'`)
    expect(minutes).toBeLessThanOrEqual(2)
    expect(await jobs(`name = '${TENANT}'`)).toBeLessThanOrEqual(minutes)
  })
})

describe('an engine that cannot work', () => {
  test('for want of a right says which, and works once it has it', async () => {
    const url = await server.database()
    await server.query(`create role clerk login password '${password}'`)
    const engine = await engineAt(url.replace('//postgres@', '//clerk@'))
    const refused = await engine.start([TENANT]).catch((error: unknown) => error)
    const grant = /grant create on database "\w+" to /.exec(String((refused as Error).message))?.[0]
    expect(refused).toMatchObject({ code: 'ledger.unreadable' })
    await engine.stop()
    await server.query(`${grant} clerk`, url)
    const allowed = await engineAt(url.replace('//postgres@', '//clerk@'))
    await allowed.start([TENANT])
    expect(await allowed.enqueue(TENANT, 'send/1')).toBe(true)
  })

  test('because nobody listens, or the password is wrong, says so', async () => {
    const url = await server.database()
    const nobody = await pgBossEngine({ connectionString: 'postgres://postgres@127.0.0.1:1/ledger' })
    await expect(nobody.start([TENANT])).rejects.toMatchObject({ code: 'ledger.unreachable' })
    await nobody.stop()
    const stranger = await pgBossEngine({ connectionString: url.replace('//postgres@', '//postgres:wrong@') })
    await expect(stranger.start([TENANT])).rejects.toMatchObject({ code: 'ledger.unreadable' })
    await stranger.stop()
  })

  test('for a while is told to whoever asks and to the log, and works again by itself', { timeout: 300_000 }, async () => {
    const told: LogFields[] = []
    const logger: Logger = { ...silentLogger, warn: (fields) => told.push(fields) }
    const { all } = await engines(1, { superviseSeconds: 1, logger })
    const [engine] = all as [JobEngine]
    await engine.enqueue(TENANT, 'send/1')
    await server.stop()
    await expect(engine.fetch(TENANT)).rejects.toMatchObject({ code: 'ledger.unreachable', retryable: true })
    await expect(engine.enqueue(TENANT, 'send/2')).rejects.toMatchObject({ code: 'ledger.unreachable' })
    await until('the log has heard of it', () => told.length > 0)
    await server.start()
    expect((await fetched(engine)).slice).toBe('send/1')
    expect(await engine.enqueue(TENANT, 'send/2')).toBe(true)
  })
})
