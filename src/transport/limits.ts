/** How much we ask of one system: calls at once (cockatiel's bulkhead) and calls a second. Not limited costs nothing. */
import { bulkhead } from 'cockatiel'
import type { Clock } from '../base/index.js'
import { abortable } from './abortable.js'

/** Waits for its turn, then runs the work. Rejects with the signal's reason when aborted while waiting. */
export type Gate = <T>(work: () => Promise<T>, signal: AbortSignal | undefined) => Promise<T>

export interface CallLimits {
  readonly concurrency?: number | undefined
  readonly requestsPerSecond?: number | undefined
}

type Pacing = (requestsPerSecond: number, clock: Clock) => (signal: AbortSignal | undefined) => Promise<void>

/** undefined when nothing is limited. */
export function limiting(limits: CallLimits, clock: Clock, pace: Pacing = pacing): Gate | undefined {
  const turn = limits.requestsPerSecond === undefined ? undefined : pace(limits.requestsPerSecond, clock)
  const places = limits.concurrency === undefined ? undefined : bulkhead(limits.concurrency, Number.POSITIVE_INFINITY)
  if (turn === undefined && places === undefined) return undefined
  return (work, signal) => {
    const inTurn = turn === undefined ? work : () => turn(signal).then(work)
    return places === undefined ? inTurn() : abortable(places.execute(inTurn, signal), signal)
  }
}

/** A token bucket that holds up to one second's calls: bursts pass at once, the average holds. First come, first served. */
function pacing(requestsPerSecond: number, clock: Clock): (signal: AbortSignal | undefined) => Promise<void> {
  const interval = 1000 / requestsPerSecond
  const burst = Math.max(0, 1000 - interval)
  let nextAt = Number.NEGATIVE_INFINITY
  return async (signal) => {
    const now = clock.now()
    nextAt = Math.max(nextAt, now - burst)
    const wait = nextAt - now
    nextAt += interval
    if (wait > 0) await clock.sleep(wait, signal)
  }
}

/** Whose calls share a gate: all that ask one system, or all that ask it as one account. */
export interface GateKey {
  /** A name for what stands behind the address, e.g. `vendor-gateway`. */
  readonly system: string
  /** Absent: whoever asks. */
  readonly account?: string
}

/** Where clients get a gate that they share. This one counts inside one process; another may count across machines. */
export interface Gates {
  /** undefined when nothing is limited. The first limits that are named for a key hold for all who share it. */
  gate(key: GateKey, limits: CallLimits, clock: Clock): Gate | undefined
}

export function gatesOfThisProcess(): Gates {
  return gatesWith(() => pacing)
}

/**
 * Asks for turns that several processes share.
 *
 * @returns milliseconds until the first of them; the others follow at the rate's distance.
 */
export type ReserveTurns = (name: string, turns: { readonly perSecond: number; readonly count: number }) => Promise<number>

/** Gates whose rate holds for all processes that reserve at the same place; calls at once are counted in each. */
export function gatesOfMany(reserve: ReserveTurns): Gates {
  return gatesWith(
    (name) => (requestsPerSecond, clock) => sharedPacing((count) => reserve(name, { perSecond: requestsPerSecond, count }), requestsPerSecond, clock),
  )
}

function gatesWith(pacingFor: (name: string) => Pacing): Gates {
  const known = new Map<string, Gate | undefined>()
  return {
    gate({ system, account }, limits, clock) {
      const name = JSON.stringify([system, account ?? null])
      if (!known.has(name)) known.set(name, limiting(limits, clock, pacingFor(name)))
      return known.get(name)
    },
  }
}

/** Of a second's turns, the part that a process asks for at a time: fewer questions, and little is lost when it has no use for them. */
const SHARE_OF_A_SECOND = 0.25
/** A turn that nobody took for so long is given up: kept turns would become a burst. */
const TURN_KEEPS_MS = 1000

function sharedPacing(
  reserve: (count: number) => Promise<number>,
  requestsPerSecond: number,
  clock: Clock,
): (signal: AbortSignal | undefined) => Promise<void> {
  const interval = 1000 / requestsPerSecond
  const together = Math.max(1, Math.floor(requestsPerSecond * SHARE_OF_A_SECOND))
  let nextAt = 0
  let left = 0
  let asking: Promise<void> | undefined
  const ask = async () => {
    const askedAt = clock.now()
    const wait = await reserve(together)
    const now = clock.now()
    // Whoever stood still meanwhile cannot tell when its turns were: as if they had been given when it asked.
    nextAt = (now - askedAt > TURN_KEEPS_MS ? askedAt : now) + wait
    left = together
  }
  return async (signal) => {
    for (let tries = 1; ; tries++) {
      while (left === 0 || (nextAt < clock.now() - TURN_KEEPS_MS && tries < MOST_TRIES)) {
        asking ??= ask().finally(() => {
          asking = undefined
        })
        await asking
        tries += 1
      }
      const turnAt = nextAt
      nextAt += interval
      left -= 1
      const wait = turnAt - clock.now()
      if (wait > 0) await clock.sleep(wait, signal)
      // A process that was stopped in its sleep comes too late for this turn: others have gone on since.
      if (clock.now() - turnAt <= TURN_KEEPS_MS || tries >= MOST_TRIES) return
    }
  }
}

/** A place that always answers too late to be of use must not keep us from calling for ever. */
const MOST_TRIES = 5

/** Passes both: a client's own limits first, so that what waits there takes no place of the others. */
export function bothGates(own: Gate | undefined, shared: Gate | undefined): Gate | undefined {
  if (own === undefined || shared === undefined) return own ?? shared
  return (work, signal) => own(() => shared(work, signal), signal)
}
