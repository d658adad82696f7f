/**
 * Time, and whose turn it is. Everything that takes time in the real world (a statement, a request, a sleep) waits here; one at a time goes
 * on, and which one is a decision. A list of decisions is a schedule: the same list tells the same story, and a shorter one a simpler.
 */
import { type Random, seededRandom } from '../../src/base/index.js'
import { PowerCut } from '../sync/paper-portal.js'

/** One process. What it awaits is rejected once it is dead, and waits while it is frozen. */
export interface Actor {
  readonly name: string
  dead: boolean
  /** Until then nothing of it goes on. */
  frozenUntil: number
}

interface Waiting {
  readonly actor: Actor | undefined
  /** By the simulated clock. */
  readonly at: number
  readonly resolve: () => void
  readonly reject: (reason: unknown) => void
}

export interface Schedule {
  now(): number
  /** Waits for a turn. */
  turn(actor: Actor | undefined): Promise<void>
  sleep(actor: Actor | undefined, ms: number, signal?: AbortSignal): Promise<void>
  /** A choice among `count`: 0 is the usual one. */
  choose(count: number): number
  /** Whether something unusual happens. */
  chance(probability: number): boolean
  /** Lets one go on. @returns false when nobody waits. */
  step(): Promise<boolean>
  /** Everything decided so far. */
  readonly decisions: readonly number[]
  readonly steps: number
}

/**
 * @param source a seed, or the decisions of an earlier schedule: when they are used up, everything goes its usual way.
 */
export function newSchedule(source: number | readonly number[]): Schedule {
  const decisions: number[] = []
  const random: Random | undefined = typeof source === 'number' ? seededRandom(`${source}/schedule`) : undefined
  const given = typeof source === 'number' ? [] : source
  let clock = Date.UTC(2026, 10, 22, 1, 0, 0)
  let steps = 0
  let ready: Waiting[] = []
  const timers: Waiting[] = []

  const decide = (count: number, weigh: (one: number) => number) => {
    const decided = random ? weigh(random()) : Math.min(given[decisions.length] ?? 0, count - 1)
    decisions.push(decided)
    return decided
  }
  const isDead = ({ actor }: Waiting) => actor?.dead === true
  const mayGo = ({ actor }: Waiting) => actor === undefined || actor.frozenUntil <= clock

  /** Whoever died meanwhile is told; it never does anything again. */
  const buryDead = () => {
    for (const list of [ready, timers]) {
      for (let index = list.length - 1; index >= 0; index--) {
        const one = list[index] as Waiting
        if (!isDead(one)) continue
        list.splice(index, 1)
        one.reject(new PowerCut())
      }
    }
  }

  const nextTime = () => {
    let next = Number.POSITIVE_INFINITY
    for (const { at, actor } of timers) next = Math.min(next, Math.max(at, actor?.frozenUntil ?? 0))
    for (const one of ready) if (!mayGo(one)) next = Math.min(next, one.actor?.frozenUntil ?? next)
    return next
  }
  const wakeTimers = () => {
    for (let index = timers.length - 1; index >= 0; index--) {
      const one = timers[index] as Waiting
      if (one.at > clock) continue
      timers.splice(index, 1)
      ready.push(one)
    }
  }

  return {
    decisions,
    get steps() {
      return steps
    },
    now: () => clock,
    turn(actor) {
      if (actor?.dead) return Promise.reject(new PowerCut())
      return new Promise((resolve, reject) => {
        ready.push({ actor, at: clock, resolve, reject })
      })
    },
    sleep(actor, ms, signal) {
      if (actor?.dead) return Promise.reject(new PowerCut())
      if (signal?.aborted) return Promise.reject(signal.reason as unknown)
      return new Promise((resolve, reject) => {
        const one: Waiting = { actor, at: clock + ms, resolve, reject }
        timers.push(one)
        signal?.addEventListener(
          'abort',
          () => {
            const index = timers.indexOf(one)
            if (index >= 0) timers.splice(index, 1)
            reject(signal.reason as unknown)
          },
          { once: true },
        )
      })
    },
    choose: (count) => (count <= 1 ? 0 : decide(count, (one) => Math.floor(one * count))),
    chance: (probability) => decide(2, (one) => (one < probability ? 1 : 0)) === 1,
    async step() {
      // What was woken last does all it can without waiting for anything.
      await quiet()
      buryDead()
      let able = ready.filter(mayGo)
      if (able.length === 0) {
        await quiet()
        able = ready.filter(mayGo)
      }
      if (able.length === 0) {
        const next = nextTime()
        if (next === Number.POSITIVE_INFINITY) return false
        clock = Math.max(clock, next)
        wakeTimers()
        able = ready.filter(mayGo)
        if (able.length === 0) return true
      }
      const one = able[able.length === 1 ? 0 : decide(able.length, (chosen) => Math.floor(chosen * able.length))] as Waiting
      ready = ready.filter((other) => other !== one)
      steps += 1
      one.resolve()
      return true
    },
  }
}

/** Until all that can go on without a turn has gone on. */
function quiet(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
