/**
 * A province with several workers, a portal and a network on a simulated clock: workers read and send slices of one ledger, die and come
 * back, are frozen and wake up, while requests get lost or arrive late. Whatever is checked is checked in the books of the portal and in
 * the tables, after every step; the engine is the real one.
 */
import { isLienthongError, seededRandom } from '../../src/base/index.js'
import type { LeaseTaker, SyncLedger } from '../../src/ledger/index.js'
import type { DossierSource } from '../../src/sync/index.js'
import { runSlice, type SliceOptions } from '../../src/sync/workers/worker.js'
import { type Gates, gatesOfMany } from '../../src/transport/index.js'
import { TENANT } from '../sync/office.js'
import { type PaperPortal, PowerCut, paperPortal } from '../sync/paper-portal.js'
import { checkBooks, checkFailures, checkMarks, keyOf } from './books.js'
import type { MemorySession } from './memory-session.js'
import { type NetworkOptions, throughNetwork } from './network.js'
import { type Actor, newSchedule, type Schedule } from './schedule.js'
import { inMemory, onSqlite } from './store.js'
import { pick, tellStory } from './story.js'

/** How big a world is; fewer of anything makes a violation easier to read. */
export interface WorldSize {
  readonly workers: number
  readonly dossiers: number
  /** How often the officers change something while the workers work. */
  readonly days: number
  /** Most records in one call. */
  readonly batch: number
}

export interface ClusterOptions {
  readonly size?: Partial<WorldSize>
  /** In place of the seed's: an earlier schedule, or a part of one. */
  readonly decisions?: readonly number[]
  readonly on?: 'memory' | 'sqlite'
  /** Hears what happens, for whoever looks for the reason of a violation. */
  readonly trace?: (line: string) => void
  /** Breaks one of the parts that the engine is given, on purpose. */
  readonly mutation?: Mutation
}

/** A way to break the engine's surroundings: each gives back the part with its mistake. */
export interface Mutation {
  readonly ledger?: (ledger: SyncLedger) => SyncLedger
  readonly leases?: (leases: LeaseTaker, unfenced: () => SyncLedger) => LeaseTaker
  readonly target?: (target: PaperPortal, ledger: () => SyncLedger | undefined) => PaperPortal
  readonly source?: (source: DossierSource) => DossierSource
  readonly gates?: (gates: Gates) => Gates
}

export interface ClusterReport {
  readonly violations: readonly string[]
  /** Turns that somebody got: statements and requests. */
  readonly operations: number
  readonly crashes: number
  readonly freezes: number
  readonly faults: number
  readonly declared: number
  readonly decisions: readonly number[]
}

const slices = ['read/story', 'send/0', 'send/1']
const HEARTBEAT_MS = 15_000
const SHARDS = 2
const CALL_TIMEOUT_MS = 75_000
const SLICE_MS = 10_000
/** What all workers together may ask of the portal. */
const CALLS_PER_SECOND = 1
const WINDOW_MS = 3000
/** Shorter than a lease, longer than one, longer than any request. */
const FREEZES = [HEARTBEAT_MS / 2, HEARTBEAT_MS * 2, CALL_TIMEOUT_MS * 2]
/** A schedule that has not come to rest after so many turns never will. */
const MOST_STEPS = 5000
/** Most of what happens in a day happens at its start. */
const DAY_STEPS = 120

export function sizeOf(seed: number): WorldSize {
  const random = seededRandom(`${seed}/size`)
  const pick = (least: number, most: number) => least + Math.floor(random() * (most - least + 1))
  const size = { workers: pick(2, 3), dossiers: pick(1, 4), days: pick(1, 4) }
  return random() < 0.5 ? { ...size, batch: 1 } : { ...size, dossiers: size.dossiers + 2, batch: pick(2, 4) }
}

export async function simulateCluster(seed: number, options: ClusterOptions = {}): Promise<ClusterReport> {
  const size = { ...sizeOf(seed), ...options.size }
  const schedule = newSchedule(options.decisions ?? seed)
  const story = tellStory(seed, size.dossiers, size.batch + 1)
  const store = options.on === 'sqlite' ? await onSqlite(schedule.now) : inMemory()
  const violations = new Set<string>()
  const figures = { crashes: 0, freezes: 0, faults: 0 }
  let troubled = true
  let ending = false

  const refusing = refusals(seed, () => troubled)
  const batches = pick(seededRandom(`${seed}/batches`), ['atomic', 'keeps-earlier', 'keeps-others'] as const)
  const portal = paperPortal({ now: schedule.now, batches, refuses: refusing.refuses })
  const left: number[] = []
  const network: NetworkOptions = {
    troubled: () => troubled,
    onFault: () => {
      figures.faults += 1
    },
    refuses: refusing.refuses,
    onLeave() {
      const now = schedule.now()
      left.push(now)
      // A second's calls may go at once, and as many turns may have been kept for a second.
      const lately = left.filter((at) => at > now - WINDOW_MS).length
      if (lately > CALLS_PER_SECOND * (WINDOW_MS / 1000 + 2)) violations.add(`rate: ${lately} calls in ${WINDOW_MS / 1000} s`)
    },
    onArrival(kind, code) {
      options.trace?.(`${schedule.steps} portal: ${kind} ${code}`)
      if (kind === 'steps' && !portal.books.has(code)) violations.add(`I3 ${code}: steps before their dossier`)
    },
  }
  const { vault } = store

  /** One worker's life, until it is killed. */
  const life = (actor: Actor): Promise<void> => {
    const clock = { now: schedule.now, sleep: (ms: number, signal?: AbortSignal) => schedule.sleep(actor, ms, signal) }
    const session: MemorySession = {
      clock,
      vault,
      shards: SHARDS,
      async turn(moment, what) {
        options.trace?.(`${schedule.steps} ${actor.name} ${moment} ${what}`)
        if (moment === 'after-commit') options.trace?.(`    ${await store.told()}`)
        // A commit that nobody waits for is over at once: half of the schedules differ in nothing else.
        if (moment === 'after-commit') {
          if (actor.dead) throw new PowerCut()
          for (const [figure, count] of Object.entries(await store.figures())) if (count !== 0) violations.add(`I1: ${figure} is ${count}`)
          if (troubled && schedule.chance(0.01)) kill(actor)
        }
        await schedule.turn(actor)
      },
    }
    const fencedLeases = store.leases({ heartbeatMs: HEARTBEAT_MS, clock, session })
    const leases = options.mutation?.leases?.(fencedLeases, () => store.connect(session)) ?? fencedLeases
    let current: SyncLedger | undefined
    /** Requests that the slice under way has marked. */
    let marked: number[] = []
    let epoch: number | undefined
    const noting = (ledger: SyncLedger): SyncLedger => ({
      ...ledger,
      async markSending(leaving) {
        marked.push(...leaving.flatMap(({ operations }) => operations))
        return ledger.markSending(leaving)
      },
    })
    const watched: LeaseTaker = {
      ...leases,
      async take(...asked) {
        const lease = await leases.take(...asked)
        if (lease === undefined) return undefined
        epoch = lease.epoch
        current = noting(options.mutation?.ledger?.(lease.ledger) ?? lease.ledger)
        return { ...lease, ledger: current }
      },
    }
    const failing = () => troubled && schedule.chance(0.05)
    const source = options.mutation?.source?.(story.source(failing)) ?? story.source(failing)
    const gates = gatesOfMany((name, turns) => watched.reserveTurns(TENANT, name, turns))
    const ownGates = options.mutation?.gates?.(gates) ?? gates
    const gate = ownGates.gate({ system: 'national-portal' }, { requestsPerSecond: CALLS_PER_SECOND }, clock)
    const reached = throughNetwork(portal, actor, schedule, { ...network, ...(gate ? { gate: () => gate(async () => {}, undefined) } : {}) })
    const target = options.mutation?.target?.(reached, () => current) ?? reached
    const stop = new AbortController()
    const work: SliceOptions = {
      leases: watched,
      clock,
      name: actor.name,
      sliceMs: SLICE_MS,
      signal: stop.signal,
      tenants: {
        [TENANT]: {
          tenant: TENANT,
          sources: { story: turnBased(source, actor, schedule) },
          target,
          settings: {
            writeBack: 'always',
            concurrency: 2,
            batchSize: size.batch,
            callTimeoutMs: CALL_TIMEOUT_MS,
            retry: { firstMs: 30_000, maxMs: 3_600_000 },
          },
        },
      },
    }
    return (async () => {
      for (let round = born; !actor.dead && !ending; round++) {
        // Usually one after another.
        const slice = slices[(round + schedule.choose(slices.length)) % slices.length] as string
        marked = []
        epoch = undefined
        const { error, report } = await runSlice({ tenant: TENANT, slice, touch: async () => true, end: async () => {} }, work)
        if (actor.dead) return
        const stopped = error ?? (report !== undefined && 'stopped' in report ? report.stopped : report?.error)
        if (isLienthongError(stopped) && !EXPECTED.has(stopped.code)) violations.add(`${slice} failed with ${stopped.code}: ${stopped.text.en}`)
        // A slice that says it is done leaves nothing of its own under way.
        const left =
          marked.length === 0 || isLienthongError(stopped) || epoch !== store.epochOf(slice) ? [] : await store.sending(Number(slice.split('/')[1]))
        if (left.some((id) => marked.includes(id))) violations.add(`I5 ${slice}: it was over before its requests were settled`)
        const idle = report === undefined || ('tally' in report ? report.tally.confirmed + report.tally.failed === 0 : report.planned === 0)
        await clock.sleep(((idle ? [5000, 30_000] : [100, 5000])[schedule.choose(2)] ?? 0) as number)
      }
    })().catch((error: unknown) => {
      if (!(error instanceof PowerCut) && !actor.dead)
        violations.add(`a worker broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    })
  }

  let born = 0
  const actors: Actor[] = []
  const start = () => {
    born += 1
    const actor: Actor = { name: `worker ${born}`, dead: false, frozenUntil: 0 }
    actors.push(actor)
    void life(actor)
  }
  const alive = () => actors.filter(({ dead }) => !dead)
  const kill = (actor: Actor) => {
    actor.dead = true
    figures.crashes += 1
  }

  /** What happens to the machines between two turns. */
  const mishap = () => {
    if (!schedule.chance(0.02)) return
    const running = alive()
    const one = running[schedule.choose(running.length)]
    if (one === undefined) return
    if (schedule.choose(2) === 0) kill(one)
    else {
      figures.freezes += 1
      one.frozenUntil = schedule.now() + (FREEZES[schedule.choose(FREEZES.length)] ?? 0)
    }
  }
  const run = async (until: () => boolean | Promise<boolean>, limit: number) => {
    const from = schedule.steps
    while (!(await until())) {
      if (schedule.steps - from > limit) {
        if (limit === MOST_STEPS) violations.add('I4: what waits is not sent, however long the workers work')
        return
      }
      while (alive().length < size.workers) start()
      if (!(await schedule.step())) return
      if (troubled) mishap()
    }
  }
  const isQuiet = async () => {
    for (const [sourceId, versions] of story.versions) if ((story.shown.get(sourceId) ?? 0) < versions.length) return false
    const { any, cursor } = await store.waiting()
    if (any || cursor !== JSON.stringify({ read: story.changed })) return false
    return !(story.takesMarks && (await store.marksWait()))
  }

  while (alive().length < size.workers) start()
  for (let day = 0; day < size.days; day++) {
    story.goOn()
    const end = schedule.now() + 20_000 + schedule.choose(4) * 40_000
    await run(() => schedule.now() >= end, DAY_STEPS)
  }
  troubled = false
  for (const actor of actors) actor.frozenUntil = 0
  await run(isQuiet, MOST_STEPS)
  checkFailures(await store.reported(), story, (sourceId) => refusing.ever.has(sourceId), violations)
  story.tidyUp()
  const boss = store.connect({ clock: { now: schedule.now, sleep: async () => {} }, vault, shards: SHARDS, turn: async () => {} })
  // What a person would do: whatever is left failed or held is tried again, as often as it takes.
  for (let round = 0; round < 3; round++) {
    await run(isQuiet, MOST_STEPS)
    if ((await boss.retryFailures(TENANT, {})) === 0 && round > 0) break
    await run(isQuiet, MOST_STEPS)
  }
  ending = true
  for (const actor of actors) actor.dead = true
  await schedule.step()
  const reported = await store.reported()
  checkBooks(reported, story, portal, violations)
  checkMarks(story, portal, violations)
  await store.close()
  return {
    violations: [...violations],
    operations: schedule.steps,
    ...figures,
    declared: reported.declared.size,
    decisions: schedule.decisions,
  }
}

/** What a slice may end with without anything being wrong. */
const EXPECTED: ReadonlySet<string> = new Set([
  'ledger.lease_lost',
  'ledger.busy',
  'transport.unreachable',
  'transport.aborted',
  'transport.circuit_open',
])

/** Reading takes time as well. */
function turnBased(source: DossierSource, actor: Actor, schedule: Schedule): DossierSource {
  const { writeBack } = source
  return {
    ...source,
    ...(writeBack && {
      async writeBack(...asked: Parameters<typeof writeBack>) {
        await schedule.turn(actor)
        const outcomes = await writeBack(...asked)
        await schedule.turn(actor)
        return outcomes
      },
    }),
    async *changes(cursor, options) {
      await schedule.turn(actor)
      for await (const batch of source.changes(cursor, options)) {
        yield batch
        await schedule.turn(actor)
      }
    },
  }
}

/** Some dossiers are refused as long as there is trouble, whatever is sent of them. */
function refusals(seed: number, troubled: () => boolean) {
  const ever = new Set<string>()
  return {
    ever,
    refuses(code: string) {
      const refused = troubled() && seededRandom(`${seed}/refused/${code}`)() < 0.1
      if (refused) ever.add(keyOf(code))
      return refused
    },
  }
}
