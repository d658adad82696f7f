import { type Clock, seconds } from '../../base/index.js'
import type { ProcedureDatabaseOptions } from './options.js'

/** So many requests within any second, and so many at once. contracts/procedure-database.md §3c */
export interface Throttle {
  /** @returns how to give the place back, or undefined: too many. */
  enter(): (() => void) | undefined
  largestConcurrent(): number
  reset(): void
}

export function throttle(clock: Clock, limits: ProcedureDatabaseOptions['throttle']): Throttle {
  let recent: number[] = []
  let inside = 0
  let most = 0
  return {
    enter() {
      const now = clock.now()
      recent = recent.filter((at) => now - at < seconds(1))
      if (limits !== null && (recent.length >= limits.perSecond || inside >= limits.concurrent)) return undefined
      recent.push(now)
      inside++
      if (inside > most) most = inside
      let left = false
      return () => {
        if (!left) inside--
        left = true
      }
    },
    largestConcurrent: () => most,
    reset() {
      recent = []
      most = inside
    },
  }
}
