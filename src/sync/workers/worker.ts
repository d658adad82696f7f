/**
 * One of many workers: takes slices, one tenant after another, each under a lease. Which slices there are stands in the ledger; the job
 * engine only says whose turn it is.
 */
import { asLienthongError, type Clock, isLienthongError, type LienthongError, type Logger, silentLogger } from '../../base/index.js'
import type { Lease, LeaseTaker } from '../../ledger/index.js'
import { endOfSlice, observers, watched } from '../observer.js'
import type { TenantSync } from '../settings.js'
import { type ReadSliceReport, readSlice, type SendSliceReport, sendSlice } from '../slices.js'
import { type JobEngine, parseSlice, readSliceName, type SliceJob, sendSliceName } from './job-engine.js'

/** What a worker knows of a tenant; its ledger comes with each lease. */
export type WorkerTenant = Omit<TenantSync, 'ledger'> & {
  /** When its sources are read: cron, five fields, Asia/Ho_Chi_Minh. */
  readonly readAt?: string
}

export interface SliceOptions {
  readonly leases: LeaseTaker
  readonly tenants: Readonly<Record<string, WorkerTenant>>
  readonly clock: Clock
  /** Who it is, for people: `process 4711 on srv-2`. */
  readonly name: string
  /** How long a slice begins new dossiers. Default 15 s, so that it ends within 20. */
  readonly sliceMs?: number
  readonly signal: AbortSignal
}

export interface WorkerOptions extends SliceOptions {
  readonly engine: JobEngine
  /** Slices at the same time, of different tenants as long as there are any. Default 4. */
  readonly slices?: number
  readonly logger?: Logger
  readonly onSlice?: (slice: SliceEnd) => void
  /** Called at each look at the agenda: this process is alive, even when there is nothing to do. */
  readonly onAgenda?: () => void
  /** Called once when the ledger or the job engine cannot be asked any more, and once, without an error, when it can be again. */
  readonly onLedger?: (error: LienthongError | undefined) => void
}

interface SliceResult {
  readonly report: ReadSliceReport | SendSliceReport | undefined
  /** What ended it, other than its work being done. */
  readonly error: LienthongError | undefined
}

export interface SliceEnd extends SliceResult {
  readonly tenant: string
  readonly slice: string
  readonly ms: number
}

/** Every five minutes. */
export const DEFAULT_READ_AT = '*/5 * * * *'

/** Between two looks at what is due. */
const AGENDA_MS = 1000
/** Between two looks for a job when there was none. */
const IDLE_MS = 250
/** Between two looks at tenants of which nothing is known to be due: a reading that its plan has enqueued. */
const SWEEP_MS = 5000

/** Works until the signal; then ends what is under way, within a call's time. @throws {LienthongError} when the ledger or the engine cannot be used at all. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  try {
    await work(options)
  } finally {
    await options.engine.stop()
  }
}

async function work(options: WorkerOptions): Promise<void> {
  const { engine, tenants, leases, clock, signal, logger = silentLogger } = options
  await engine.start(Object.keys(tenants))
  for (const [tenant, { sources, readAt = DEFAULT_READ_AT }] of Object.entries(tenants)) {
    for (const source of Object.keys(sources)) {
      await engine.schedule(tenant, readSliceName(source), readAt)
      await engine.enqueue(tenant, readSliceName(source))
    }
  }
  const slices = options.slices ?? 4
  const turns = turnsOf(Object.keys(tenants), slices, clock)
  const asked = ledgerWatch(logger, clock, options.onLedger)

  const agenda = async () => {
    while (!signal.aborted) {
      options.onAgenda?.()
      for (const tenant of turns.rested())
        await asked('agenda', async () => {
          for (const shard of await leases.dueShards(tenant)) {
            const slice = sendSliceName(shard)
            if (!turns.isRunning(tenant, slice)) await engine.enqueue(tenant, slice)
            turns.hint(tenant)
          }
        })
      await rest(clock, AGENDA_MS, signal)
    }
  }

  const running = new Set<Promise<unknown>>()
  const fetching = async () => {
    let sweptAt = Number.NEGATIVE_INFINITY
    while (!signal.aborted) {
      const isSweep = clock.now() - sweptAt >= SWEEP_MS
      const next = running.size < slices ? turns.inOrder(isSweep) : []
      // Nobody to ask for is no sign that anybody would answer.
      const job = next.length === 0 ? undefined : await asked('fetch', () => nextJob(engine, turns, next))
      if (job === undefined) {
        if (isSweep && running.size < slices) sweptAt = clock.now()
        await rest(clock, IDLE_MS, signal)
        continue
      }
      turns.begin(job.tenant, job.slice)
      const working = quietly(logger, () => workOn(job, options, turns)).finally(() => running.delete(working))
      running.add(working)
    }
    await Promise.all(running)
  }
  await Promise.all([agenda(), fetching()])
}

/** Whose turn it is: of all tenants the one of which fewest slices run here, then the one that waited longest. */
interface Turns {
  /** Tenants of which one more slice may begin. @param all Also those of which nothing is known to be due: somebody else may have enqueued it. */
  inOrder(all: boolean): readonly string[]
  /** Tenants of which something may be worth sending now. */
  rested(): readonly string[]
  /** Something of it is due. */
  hint(tenant: string): void
  /** Nothing of it waited. */
  unhint(tenant: string): void
  begin(tenant: string, slice: string): void
  end(tenant: string, slice: string, restUntil: number | undefined): void
  isRunning(tenant: string, slice: string): boolean
}

interface TenantTurns {
  readonly running: Set<string>
  served: number
  restUntil: number
  /** The last slice met a system that failed or refused. */
  troubled: boolean
  hinted: boolean
}

/**
 * No tenant takes more than half of the places, and one whose system fails no more than one: its slices hang as long as its calls do, and
 * the others would wait behind them (I8).
 */
function turnsOf(names: readonly string[], places: number, clock: Clock): Turns {
  const fresh = (): TenantTurns => ({ running: new Set(), served: 0, restUntil: 0, troubled: false, hinted: true })
  const known = new Map(names.map((name) => [name, fresh()]))
  const of = (tenant: string) => known.get(tenant) ?? fresh()
  const most = names.length === 1 ? places : Math.max(1, Math.ceil(places / 2))
  let served = 0
  return {
    inOrder: (all) =>
      [...known]
        .filter(([, { running, troubled, hinted }]) => (all || hinted) && running.size < (troubled ? 1 : most))
        .sort(([, a], [, b]) => a.running.size - b.running.size || a.served - b.served)
        .map(([name]) => name),
    rested: () => [...known].filter(([, { restUntil }]) => restUntil <= clock.now()).map(([name]) => name),
    hint(tenant) {
      of(tenant).hinted = true
    },
    unhint(tenant) {
      of(tenant).hinted = false
    },
    begin(tenant, slice) {
      served += 1
      of(tenant).served = served
      of(tenant).running.add(slice)
    },
    end(tenant, slice, restUntil) {
      const turns = of(tenant)
      turns.running.delete(slice)
      turns.troubled = restUntil !== undefined
      if (restUntil !== undefined) turns.restUntil = restUntil
    },
    isRunning: (tenant, slice) => of(tenant).running.has(slice),
  }
}

async function nextJob(engine: JobEngine, turns: Turns, tenants: readonly string[]): Promise<SliceJob | undefined> {
  for (const tenant of tenants) {
    const job = await engine.fetch(tenant)
    if (job !== undefined) return job
    turns.unhint(tenant)
  }
  return undefined
}

async function workOn(job: SliceJob, options: WorkerOptions, turns: Turns): Promise<void> {
  const { engine, clock } = options
  const { tenant, slice } = job
  let end: SliceEnd | undefined
  try {
    end = await runSlice(job, options)
  } finally {
    turns.end(tenant, slice, end === undefined ? clock.now() + SHORTEST_REST_MS : restUntil(end, clock.now()))
  }
  const { report, error } = end
  // What was found out in the meantime need not wait for the next look at the agenda.
  if (report !== undefined && 'nextAt' in report && error === undefined && report.nextAt !== null && report.nextAt <= clock.now()) {
    await engine.enqueue(tenant, slice)
    turns.hint(tenant)
  }
  options.onSlice?.(end)
}

/** Does one job: takes its lease, works, gives it back, and only then says that it is done. */
export async function runSlice(job: SliceJob, options: SliceOptions): Promise<SliceEnd> {
  const { leases, clock, name } = options
  const { tenant, slice } = job
  const started = clock.now()
  let end: SliceResult = { report: undefined, error: undefined }
  try {
    const lease = await leases.take(tenant, slice, name)
    // Somebody has it who is alive: a pass of a single process, or a worker that the engine took for dead.
    if (lease !== undefined) end = await underLease(job, lease, options)
  } catch (error) {
    end = { report: undefined, error: asLienthongError(error) }
  }
  try {
    await job.end()
  } catch (error) {
    // What it did is done. The job is given to somebody once its heartbeat is missed, and he finds what is left.
    end = { ...end, error: end.error ?? asLienthongError(error) }
  }
  return { tenant, slice, ms: clock.now() - started, ...end }
}

/** A tenant of which nothing can be sent for a while need not be asked about every second. */
function restUntil({ report, error }: SliceResult, now: number): number | undefined {
  const stopped = error ?? (report !== undefined && 'stopped' in report ? report.stopped : undefined)
  if (!isLienthongError(stopped)) return undefined
  return now + Math.min(LONGEST_REST_MS, Math.max(SHORTEST_REST_MS, stopped.retryAfterMs ?? 0))
}

const SHORTEST_REST_MS = 5000
const LONGEST_REST_MS = 60_000

async function underLease(job: SliceJob, lease: Lease, options: SliceOptions): Promise<SliceResult> {
  const { leases, clock, tenants, sliceMs = 15_000, signal } = options
  const { tenant, slice } = job
  const about = parseSlice(slice)
  const known = tenants[tenant]
  if (about === undefined || known === undefined) return { report: undefined, error: undefined }
  const observer = known.observer && observers(known.observer)
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const over = new AbortController()
  let failure: LienthongError | undefined
  const beating = beat(job, lease, clock, leases.heartbeatMs / 3, over.signal).catch((error: unknown) => {
    failure = asLienthongError(error)
    stop.abort(error)
  })
  try {
    const sync: TenantSync = { ...known, ledger: lease.ledger }
    const work = async () => {
      const done = await (about.kind === 'send' ? sendSlice(sync, about.shard, sliceMs, either) : readOne(sync, about.source, either))
      // It ended because its lease did, which nobody but the heartbeat knew: that is told, and not an interruption.
      if (failure !== undefined) throw failure
      return done
    }
    const report = await watched(observer?.slice?.({ tenant, shard: slice }), clock, work, (end, error, ms) => endOfSlice(end, error, ms))
    return { report, error: undefined }
  } catch (error) {
    failure = asLienthongError(stop.signal.aborted ? stop.signal.reason : error)
    return { report: undefined, error: failure }
  } finally {
    over.abort()
    await beating
    if (failure?.code === 'ledger.lease_lost') observer?.leaseLost?.({ tenant, shard: slice })
    await lease.release()
  }
}

/** A source that was taken out of the configuration may still have a job. */
async function readOne(sync: TenantSync, source: string, signal: AbortSignal): Promise<ReadSliceReport | undefined> {
  return sync.sources[source] === undefined ? undefined : readSlice(sync, source, signal)
}

/** Says both to the ledger and to the engine that the slice is alive, until it is over. @throws when it is somebody else's by now. */
async function beat(job: SliceJob, lease: Lease, clock: Clock, everyMs: number, over: AbortSignal): Promise<void> {
  while (await rest(clock, everyMs, over)) {
    await lease.renew()
    // A job that could not be told may be given to somebody else, who then finds the lease taken.
    await job.touch().catch(() => false)
  }
}

/** @returns false when it was woken by the signal. */
async function rest(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal)
    return true
  } catch {
    return false
  }
}

/** A ledger that stays away is told again after so long, for whoever reads only the end of a log. */
const STILL_AWAY_MS = 60_000

/**
 * The ledger may be away for a while, as when its server restarts: a worker waits until it is back. It asks several times a second, and
 * says once that it is away, then each minute, and once that it is back: only when everything that was refused is answered again.
 */
function ledgerWatch(logger: Logger, clock: Clock, onLedger: WorkerOptions['onLedger']) {
  const failing = new Set<string>()
  let toldAt = Number.NEGATIVE_INFINITY
  return async <T>(what: string, ask: () => Promise<T>): Promise<T | undefined> => {
    try {
      const answer = await ask()
      if (failing.delete(what) && failing.size === 0) {
        toldAt = Number.NEGATIVE_INFINITY
        logger.info({}, 'ledger is back')
        onLedger?.(undefined)
      }
      return answer
    } catch (error) {
      const problem = asLienthongError(error)
      if (failing.size === 0) onLedger?.(problem)
      failing.add(what)
      if (Math.abs(clock.now() - toldAt) < STILL_AWAY_MS) return undefined
      toldAt = clock.now()
      logger.warn({ what, code: problem.code, problem: problem.text.en }, 'worker')
      return undefined
    }
  }
}

async function quietly<T>(logger: Logger, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    const { code, text } = asLienthongError(error)
    logger.warn({ what: 'slice', code, problem: text.en }, 'worker')
    return undefined
  }
}
