/** How often one caller may ask. A guess that fails costs as much as many downloads, so that nobody goes through tokens. */
import { type Clock, minutes } from '../../base/index.js'

export interface Pace {
  /** @returns how many seconds to wait; 0: go on. */
  waitFor(caller: string): number
  /** The caller asked for what there is not. */
  guessed(caller: string): void
}

const PRICE_OF_A_GUESS = 20
/** So many callers are remembered; the one not seen for longest is forgotten first. */
const CALLERS = 10_000

export function paceOf(requestsPerMinute: number, clock: Clock): Pace {
  const perMs = requestsPerMinute / minutes(1)
  const budgets = new Map<string, { left: number; at: number }>()
  const budgetOf = (caller: string) => {
    const now = clock.now()
    const known = budgets.get(caller)
    const left = known === undefined ? requestsPerMinute : Math.min(requestsPerMinute, known.left + Math.max(0, now - known.at) * perMs)
    const budget = { left, at: now }
    budgets.delete(caller)
    budgets.set(caller, budget)
    for (const oldest of budgets.keys()) {
      if (budgets.size <= CALLERS) break
      budgets.delete(oldest)
    }
    return budget
  }
  return {
    waitFor(caller) {
      const budget = budgetOf(caller)
      if (budget.left < 1) return Math.max(1, Math.ceil((1 - budget.left) / perMs / 1000))
      budget.left -= 1
      return 0
    },
    guessed(caller) {
      budgetOf(caller).left -= PRICE_OF_A_GUESS - 1
    },
  }
}
