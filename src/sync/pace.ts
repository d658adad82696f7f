/** How many dossiers are sent at once: as many as the target takes well, at most as many as allowed. */
import type { Clock, LienthongError } from '../base/index.js'

export interface Pace {
  /** How many may be under way now; at least 1. */
  readonly places: number
  /** Waits for a place. */
  enter(): Promise<void>
  leave(): void
  /** What one call was like. */
  learn(call: { readonly ms: number; readonly error?: LienthongError }): void
}

/** A target that says “too many” or fails is asked a third less at once. */
const BACK_OFF = 0.7
/** Calls that take so many times as long as they used to, and so much longer, tell of a queue at the other side. */
const SLOW_FACTOR = 3
const SLOW_MS = 200
/** Of each new time in the running averages: of late, and usually. */
const LATELY = 0.2
const USUALLY = 0.01

/**
 * Additive increase, multiplicative decrease: backs off on 429, on failures of the other side and on rising latency, and comes back by one
 * place for each round of good answers. Backs off once per round: sixteen calls that meet one failure are one failure.
 */
export function adaptivePace(most: number, clock: Clock): Pace {
  let limit = most
  let under = 0
  let lately: number | undefined
  let usually: number | undefined
  let deafUntil = Number.NEGATIVE_INFINITY
  const waiting: (() => void)[] = []

  const admit = () => {
    while (waiting.length > 0 && under < Math.max(1, Math.floor(limit))) {
      under += 1
      waiting.shift()?.()
    }
  }
  const backOff = (factor: number, ms: number) => {
    if (clock.now() < deafUntil) return
    limit = Math.max(1, limit * factor)
    deafUntil = clock.now() + ms
  }

  return {
    get places() {
      return Math.max(1, Math.floor(limit))
    },
    enter() {
      if (waiting.length === 0 && under < Math.max(1, Math.floor(limit))) {
        under += 1
        return Promise.resolve()
      }
      return new Promise((resolve) => waiting.push(resolve))
    },
    leave() {
      under -= 1
      admit()
    },
    learn({ ms, error }) {
      // Nothing was asked: an account that is left alone says nothing of the target.
      if (error?.code === 'sync.account_waits') return
      if (error !== undefined && STRAIN.has(error.kind)) {
        backOff(BACK_OFF, Math.max(ms, 1))
        return
      }
      lately = lately === undefined ? ms : lately + LATELY * (ms - lately)
      usually = usually === undefined ? ms : Math.min(usually + USUALLY * (ms - usually), lately)
      if (lately > usually * SLOW_FACTOR && lately - usually > SLOW_MS) {
        backOff(0.9, lately)
        return
      }
      limit = Math.min(most, limit + 1 / limit)
      admit()
    },
  }
}

/** What an overloaded system answers. A refused login or a rejected dossier says nothing of load. */
const STRAIN: ReadonlySet<string> = new Set(['throttled', 'transient', 'unknown'])
