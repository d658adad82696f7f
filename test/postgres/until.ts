import { setTimeout } from 'node:timers/promises'
import { systemClock } from '../../src/base/index.js'

/** Looks again and again until there is something to see. */
export async function until<T>(what: string, look: () => T | Promise<T>, ms = 20_000): Promise<NonNullable<T>> {
  const giveUpAt = systemClock.now() + ms
  while (systemClock.now() < giveUpAt) {
    const seen = await look()
    if (seen !== undefined && seen !== null && seen !== false) return seen
    await setTimeout(20)
  }
  throw new Error(`not within ${ms} ms: ${what}`)
}
