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

/** undefined when nothing is limited. */
export function limiting(limits: CallLimits, clock: Clock): Gate | undefined {
  const turn = limits.requestsPerSecond === undefined ? undefined : pacing(limits.requestsPerSecond, clock)
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
  const known = new Map<string, Gate | undefined>()
  return {
    gate({ system, account }, limits, clock) {
      const name = JSON.stringify([system, account ?? null])
      if (!known.has(name)) known.set(name, limiting(limits, clock))
      return known.get(name)
    },
  }
}

/** Passes both: a client's own limits first, so that what waits there takes no place of the others. */
export function bothGates(own: Gate | undefined, shared: Gate | undefined): Gate | undefined {
  if (own === undefined || shared === undefined) return own ?? shared
  return (work, signal) => own(() => shared(work, signal), signal)
}
