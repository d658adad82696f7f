/**
 * What the engine tells whoever watches it: measures, traces, logs, health. Nothing here names a dossier or a person, and everything that
 * could become a label has few values: tenants, sources and systems of the configuration, kinds of calls, outcomes, codes of errors.
 */
import { asLienthongError, type Clock, isLienthongError, type LienthongError } from '../base/index.js'
import type { Tally } from './tally.js'

export interface SyncObserver {
  pass?(start: PassStart): Watching<PassEnd> | undefined
  /** One source is read. */
  reading?(start: ReadingStart): Watching<ReadingEnd> | undefined
  /** One batch of a source is in the ledger. */
  batch?(batch: BatchRead): void
  /** The ledger knows what came of a call to the target. */
  send?(send: SettledSend): void
  /** A system is held or lets us in no longer, or does again. Told as often as it is noticed. */
  brake?(brake: BrakeState): void
  /** A worker works on a bounded part of one tenant. */
  slice?(start: SliceStart): Watching<SliceSummary> | undefined
  /** Somebody else took over what this worker was working on. */
  leaseLost?(lost: SliceStart): void
}

/** Something that takes a while is watched until its end. */
export interface Watching<End> {
  /** Calls the work, so that what is traced within belongs to it. */
  within?<T>(work: () => T): T
  ended?(end: End): void
}

export interface PassStart {
  readonly tenant: string
}

export interface PassEnd extends Pick<Tally, 'confirmed' | 'failed' | 'postponed' | 'stepsSent'> {
  readonly ms: number
  /** `failed`: it could not begin, or a brake stopped it before the first call. */
  readonly outcome: 'done' | 'incomplete' | 'interrupted' | 'failed'
  /** Why it is incomplete or failed: what stopped sending, else what ended a reading. */
  readonly error: LienthongError | undefined
  readonly runs: readonly RunEnd[]
}

/** What became of the versions that one source's reading found. */
export interface RunEnd extends Readonly<Record<RunCounter, number>> {
  readonly source: string
  readonly outcome: 'done' | 'incomplete' | 'interrupted'
  readonly error: LienthongError | undefined
}

export const runCounters = ['unchanged', 'created', 'updated', 'skipped', 'failed', 'pending', 'superseded'] as const
export type RunCounter = (typeof runCounters)[number]

export interface ReadingStart {
  readonly tenant: string
  readonly source: string
}

export interface ReadingEnd {
  readonly ms: number
  readonly error: LienthongError | undefined
}

export interface BatchRead {
  readonly tenant: string
  readonly source: string
  /** Of this batch alone. */
  readonly seen: number
  /** Of them new or changed. */
  readonly planned: number
}

export interface SettledSend {
  readonly tenant: string
  readonly source: string
  readonly operation: 'create' | 'update' | 'steps' | 'lookup'
  /** As in the send journal: `accepted`, `already-exists`, `unknown-dossier`, `rejected`, `batch-refused`, `exists`, `absent`, `unknown`, or an error's code. */
  readonly outcome: string
  /** Steps or records of the call; each record of several is told of by itself. */
  readonly items: number
  readonly ms: number
}

export interface BrakeState {
  readonly tenant: string
  readonly system: string
  /** `held`: it refuses everything. `login`: it refused our account. */
  readonly brake: 'held' | 'login'
  /** Absent: the brake is off. */
  readonly error: LienthongError | undefined
}

export interface SliceStart {
  readonly tenant: string
  /** As the lease is called: `send/3`, `read/one-stop`. */
  readonly shard: string
}

export interface SliceSummary {
  readonly ms: number
  /** `more`: its time was over, and something is left. `stopped`: a brake is on, or a system is away. */
  readonly outcome: 'done' | 'more' | 'interrupted' | 'stopped' | 'failed'
  /** Calls that were settled. */
  readonly sends: number
  readonly error: LienthongError | undefined
}

/** Several observers as one. What one of them throws is dropped: nobody who watches may stop a send or change what is written about it. */
export function observers(...all: readonly (SyncObserver | undefined)[]): SyncObserver {
  const each = all.filter((one) => one !== undefined)
  const tell = (say: (observer: SyncObserver) => void) => {
    for (const observer of each) quietly(() => say(observer))
  }
  const watch = <End>(begin: (observer: SyncObserver) => Watching<End> | undefined): Watching<End> => {
    const watching = each.flatMap((observer) => quietly(() => begin(observer)) ?? [])
    return {
      within: (work) => watching.reduce((inner, { within }) => (within ? () => within(inner) : inner), work)(),
      ended: (end) => {
        for (const one of watching) quietly(() => one.ended?.(end))
      },
    }
  }
  return {
    pass: (start) => watch((observer) => observer.pass?.(start)),
    reading: (start) => watch((observer) => observer.reading?.(start)),
    batch: (batch) => tell((observer) => observer.batch?.(batch)),
    send: (send) => tell((observer) => observer.send?.(send)),
    brake: (brake) => tell((observer) => observer.brake?.(brake)),
    slice: (start) => watch((observer) => observer.slice?.(start)),
    leaseLost: (lost) => tell((observer) => observer.leaseLost?.(lost)),
  }
}

function quietly<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

/**
 * Does some work under somebody's eyes.
 *
 * @param endOf what to tell: the result, or the error that came instead, and how long it took.
 */
export async function watched<T, End>(
  watching: Watching<End> | undefined,
  clock: Clock,
  work: () => Promise<T>,
  endOf: (result: T | undefined, error: LienthongError | undefined, ms: number) => End,
): Promise<T> {
  if (watching === undefined) return work()
  const started = clock.now()
  try {
    const result = await (watching.within?.(work) ?? work())
    watching.ended?.(endOf(result, undefined, clock.now() - started))
    return result
  } catch (error) {
    watching.ended?.(endOf(undefined, asLienthongError(error), clock.now() - started))
    throw error
  }
}

/** The part of a pass's report that is told. */
interface PassResult {
  readonly outcome: 'done' | 'incomplete' | 'interrupted'
  readonly runs: readonly RunEnd[]
  readonly tally: Tally
  readonly stopped: LienthongError | 'interrupted' | undefined
}

export function endOfPass(result: PassResult | undefined, error: LienthongError | undefined, ms: number): PassEnd {
  if (result === undefined) return { ms, outcome: 'failed', error, runs: [], confirmed: 0, failed: 0, postponed: 0, stepsSent: 0 }
  const { outcome, runs, tally, stopped } = result
  const { confirmed, failed, postponed, stepsSent } = tally
  const why = isLienthongError(stopped) ? stopped : runs.find((run) => run.error !== undefined)?.error
  return { ms, outcome, error: why, runs, confirmed, failed, postponed, stepsSent }
}

/** The parts of a slice's report that are told: of sending (`tally`, `stopped`) or of reading (`error`). */
interface SliceResult {
  readonly tally?: Tally
  readonly stopped?: LienthongError | 'interrupted' | 'time-over' | undefined
  readonly outcome?: 'done' | 'incomplete' | 'interrupted'
  readonly error?: LienthongError | undefined
}

export function endOfSlice(result: SliceResult | undefined, error: LienthongError | undefined, ms: number): SliceSummary {
  // A slice of something that is there no longer has nothing to do.
  if (result === undefined) return { ms, outcome: error === undefined ? 'done' : 'failed', sends: 0, error }
  const { tally, stopped } = result
  const why = isLienthongError(stopped) ? stopped : result.error
  const interrupted = stopped === 'interrupted' || result.outcome === 'interrupted'
  return {
    ms,
    outcome: interrupted ? 'interrupted' : why !== undefined ? 'stopped' : stopped === 'time-over' ? 'more' : 'done',
    sends: tally === undefined ? 0 : Object.values(tally.calls).reduce((sum, calls) => sum + calls, 0),
    error: why,
  }
}
