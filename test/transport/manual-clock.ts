import type { Clock } from '../../src/base/index.js'

export interface ManualClock extends Clock {
  readonly slept: number[]
  advance(ms: number): void
}

/** A clock that stands still; sleeping takes no time, is written down, and moves it. */
export function manualClock(start = Date.UTC(2026, 10, 22, 1, 0, 0)): ManualClock {
  let now = start
  const slept: number[] = []
  return {
    slept,
    now: () => now,
    async sleep(ms, signal) {
      if (signal?.aborted) throw signal.reason
      slept.push(ms)
      now += ms
    },
    advance(ms) {
      now += ms
    },
  }
}
