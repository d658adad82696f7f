/** The story of three workers on PostgreSQL: one after the other is switched off at any moment, and now and then one is frozen past its lease. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import { seededRandom } from '../../src/base/index.js'
import { demoFaults } from '../../src/cli/demo/faults.js'
import { DEMO_TENANT } from '../../src/cli/demo/province-files.js'
import type { PostgresServer } from '../postgres/server.js'
import type { HeldShard } from './ledger-witness.js'
import { run } from './processes.js'
import { checkBooks, checkCounters, lookInto } from './province.js'
import { until, type Worker, type WorkerProvince, workerProvince } from './worker-crew.js'

export interface WorkersKilledStory {
  readonly dossiers: number
  readonly kills: number
  /** A worker is frozen at least so often. */
  readonly freezes: number
  readonly seed: number
  /** Story days pass, and with them new versions come, after so many kills. */
  readonly killsPerDay: number
}

export interface WorkersKilledReport {
  readonly kills: number
  /** Kills that cut off writes which had arrived at the portal's side and were not answered. */
  readonly killedInFlight: number
  /** Shards that a killed worker held, and how long until somebody had one again. */
  readonly shardsOfKilled: number
  readonly longestUntilAgainMs: number
  /** How often the next worker was hit as well, between being given a shard's job and taking the shard. */
  readonly successorsHit: number
  /** Each of them with writes under way. */
  readonly freezes: number
  readonly shardsOfFrozen: number
  readonly longestUntilTakenOverMs: number
  /** What the frozen ones said when they went on. */
  readonly saidOfLeases: Readonly<Record<string, number>>
  readonly writesToPortal: number
  /** The least that was left of a mark's time when its request arrived. */
  readonly closestToDeadlineMs: number
  readonly writesToLedger: number
  readonly declared: number
}

const WORKERS = 3
const RUNS_AGAIN_WITHIN_MS = 45_000
/** Between two kills, from the moment that the victim has something to lose. */
const LONGEST_LIFE_MS = 1200
const LONGEST_SENDING_MS = 60
const QUIET_TOO_LONG_MS = 3000
/** Nothing is proved by kills that hit nothing: there are more of them until so many have hit. */
const LEAST_IN_FLIGHT = 2
/** Waited for something under way at the victim's door. */
const PATIENCE_S = 4
/** The same at any door. */
const PATIENCE_WITH_ALL_S = 150

interface Interrupted {
  readonly held: HeldShard
  /** By whoever had it last; moved on when its successor is hit before it could take it. */
  at: number
}

export async function tellWorkersKilledStory(server: PostgresServer, story: WorkersKilledStory): Promise<WorkersKilledReport> {
  const random = seededRandom(`${story.seed}/kills`)
  const scene = await workerProvince(server, { dossiers: story.dossiers, seed: story.seed, latencyMs: 40 })
  const { province, witness } = scene
  const { sandbox } = province
  await sandbox.post('/faults', demoFaults(String(story.seed)))
  const crew = await scene.crew(WORKERS)
  /** Whose turn it is to be killed or frozen: never both at once. */
  const chosen = new Set<Worker>()
  const ofKilled: Interrupted[] = []
  const ofFrozen: Interrupted[] = []
  const saidOfLeases: Record<string, number> = {}
  const count = { kills: 0, killedInFlight: 0, freezes: 0 }
  let successorsHit = 0
  const noteSuccessors = async (now: number) => {
    for (const one of [...ofKilled, ...ofFrozen]) {
      if ((await witness.takenAgainAt(one.held)) !== undefined || !(await witness.isBeingTaken(one.held, one.at))) continue
      one.at = now
      successorsHit += 1
    }
  }
  let over = false
  const isEnough = () => over && count.freezes >= story.freezes

  const kill = async () => {
    await pause(random() * LONGEST_LIFE_MS)
    const others = () => crew.filter((worker) => !chosen.has(worker))
    const senders = () => others().filter(({ door }) => door.writesUnderWay() > 0)
    const whileSending = random() < 3 / 4
    if (whileSending) await until('a write under way', PATIENCE_S, () => senders().length > 0).catch(() => undefined)
    const candidates = whileSending && senders().length > 0 ? senders() : others()
    const victim = candidates[Math.floor(random() * candidates.length)] ?? expect.unreachable('nobody is left')
    chosen.add(victim)
    if (whileSending) await pause(random() * LONGEST_SENDING_MS)
    // It stands still while it is looked at: what it holds now is what it held when it died.
    victim.signal('SIGSTOP')
    if (victim.door.writesUnderWay() > 0) count.killedInFlight += 1
    const held = await witness.heldBy(victim.pid())
    const at = Date.now()
    await noteSuccessors(at)
    await victim.restart('SIGKILL')
    ofKilled.push(...held.map((one) => ({ held: one, at })))
    chosen.delete(victim)
    count.kills += 1
    if (count.kills % story.killsPerDay === 0) await sandbox.post('/province/advance', { days: 1 })
  }

  const freeze = async () => {
    // When all is sent there is nothing to interrupt: another day brings more.
    const moreToDo = setInterval(() => over && sandbox.post('/province/advance', { days: 1 }), QUIET_TOO_LONG_MS)
    const frozen = await until('a worker that sends and holds shards', PATIENCE_WITH_ALL_S, async () => {
      if (isEnough()) return 'enough'
      const worker = crew.find((one) => !chosen.has(one) && one.door.writesUnderWay() > 0)
      if (worker === undefined) return undefined
      chosen.add(worker)
      worker.signal('SIGSTOP')
      const held = await witness.heldBy(worker.pid())
      if (held.length > 0) return { worker, held }
      worker.signal('SIGCONT')
      chosen.delete(worker)
      return undefined
    }).finally(() => clearInterval(moreToDo))
    if (frozen === 'enough') return
    const { worker, held } = frozen
    const at = Date.now()
    await noteSuccessors(at)
    ofFrozen.push(...held.map((one) => ({ held: one, at })))
    for (const one of held) await until(`${one.shard} in other hands`, RUNS_AGAIN_WITHIN_MS / 1000, () => witness.takenAgainAt(one))
    const before = worker.log().length
    worker.signal('SIGCONT')
    const shards = new Set(held.map(({ shard }) => shard))
    const ends = () =>
      worker
        .log()
        .slice(before)
        .filter(({ msg, shard = '' }) => msg.startsWith('slice ended') && shards.has(shard))
    // A slice that had ended already, and was only giving its shard back, says nothing more.
    const haveAllSpoken = () => new Set(ends().map(({ shard }) => shard)).size === shards.size
    await until('a word of the slices that were frozen', PATIENCE_S, haveAllSpoken).catch(() => undefined)
    for (const { outcome = '', code = 'no code' } of ends()) {
      const said = `${outcome}: ${code}`
      saidOfLeases[said] = (saidOfLeases[said] ?? 0) + 1
    }
    chosen.delete(worker)
    count.freezes += 1
  }

  const killing = async () => {
    while (count.kills < story.kills || (count.killedInFlight < LEAST_IN_FLIGHT && count.kills < 3 * story.kills)) await kill()
    over = true
  }
  const freezing = async () => {
    while (!isEnough()) await freeze()
  }
  await Promise.all([killing(), freezing()])

  await untilQuiet(scene, crew)
  const again = await Promise.all(
    [...ofKilled, ...ofFrozen].map(async ({ held, at }) => {
      const taken = await until(`${held.shard} runs again`, RUNS_AGAIN_WITHIN_MS / 1000, () => witness.takenAgainAt(held))
      return taken - at
    }),
  )
  expect(Math.max(...again), 'milliseconds until a shard runs again').toBeLessThan(RUNS_AGAIN_WITHIN_MS)
  for (const worker of crew) expect((await worker.end('SIGTERM')).code).toBe(130)

  expect(Object.keys(saidOfLeases), 'how frozen slices ended').toEqual(
    expect.arrayContaining([expect.stringMatching(/^failed: ledger\.(unreachable|lease_lost)$/)]),
  )

  const ledger = province.ledgerPath()
  await lookInto(province, ledger, checkCounters)
  const declared = await checkBooks(province, ledger)
  return {
    ...count,
    successorsHit,
    shardsOfKilled: ofKilled.length,
    longestUntilAgainMs: Math.round(Math.max(...again.slice(0, ofKilled.length))),
    shardsOfFrozen: ofFrozen.length,
    longestUntilTakenOverMs: Math.round(Math.max(...again.slice(ofKilled.length))),
    saidOfLeases,
    ...(await checkArrivals(scene, crew)),
    writesToLedger: await witness.checkFencing(),
    declared,
  }
}

/** Everything that the source has was read, and nothing waits for anything but a person. */
async function untilQuiet({ province, witness }: WorkerProvince, crew: readonly Worker[]): Promise<void> {
  await province.sandbox.post('/province/advance', { days: 1 })
  const [{ at: advanced } = { at: 0 }] = await witness.query<{ at: number }>('select extract(epoch from clock_timestamp()) * 1000 as at')
  // A worker that starts asks for a reading.
  await crew[0]?.restart('SIGTERM')
  await until('a reading of the last day', 90, async () => {
    const [done] = await witness.query(`select id from runs where outcome = 'done' and started_at > $1::double precision limit 1`, [Number(advanced)])
    return done
  })
  const quiet = () =>
    until('nothing waits', 120, async () => {
      const [waiting] = await witness.query(
        `select from dossiers where next_at is not null union all select from operations where state = 'sending' limit 1`,
      )
      return waiting === undefined
    })
  await quiet()
  // What the portal refused for no reason of the dossier's goes again when the person on duty says so.
  const { code, err } = await run(['failures', 'retry', '--all', '--tenant', DEMO_TENANT], province)
  expect(code, err).toBe(0)
  await quiet()
}

/** Whatever reached the portal's side had been marked by the process that sent it, and the mark's deadline was not over. */
async function checkArrivals({ witness }: WorkerProvince, crew: readonly Worker[]): Promise<{ writesToPortal: number; closestToDeadlineMs: number }> {
  const marks = Map.groupBy(await witness.marks(), ({ code, kind }) => `${kind} ${code}`)
  let writesToPortal = 0
  let closestToDeadlineMs = Number.POSITIVE_INFINITY
  for (const { door, pids } of crew) {
    const names = pids.map((pid) => `(process ${pid} on `)
    for (const { at, service, codes } of door.arrivals) {
      for (const code of codes) {
        const own = (marks.get(`${service === 'DongBoHoSoMC' ? 'record' : 'step'} ${code}`) ?? []).filter(
          (mark) => mark.at <= at && names.some((name) => mark.name.includes(name)),
        )
        const left = Math.max(...own.map(({ deadline }) => deadline)) - at
        expect(left, `${service} of ${code}: milliseconds left of its mark`).toBeGreaterThan(0)
        closestToDeadlineMs = Math.min(closestToDeadlineMs, left)
      }
      writesToPortal += 1
    }
  }
  return { writesToPortal, closestToDeadlineMs: Math.round(closestToDeadlineMs) }
}
