/** How much we ask of one system: calls at once (cockatiel's bulkhead) and calls a second. Not limited costs nothing. */
import { bulkhead } from 'cockatiel'
import type { Clock } from '../base/index.js'
import { abortable } from './abortable.js'

/** Waits for its turn, then runs the work. Rejects with the signal's reason when aborted while waiting. */
export type Gate = <T>(work: () => Promise<T>, signal: AbortSignal | undefined) => Promise<T>

/** undefined when nothing is limited. */
export function limiting(
  limits: { readonly concurrency?: number | undefined; readonly requestsPerSecond?: number | undefined },
  clock: Clock,
): Gate | undefined {
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
