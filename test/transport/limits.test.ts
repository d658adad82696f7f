import { describe, expect, test } from 'vitest'
import { bothGates, type Gate, gatesOfMany, gatesOfThisProcess } from '../../src/transport/index.js'
import { type ManualClock, manualClock } from './manual-clock.js'

/** How many of these run at once. */
async function crowd(gates: readonly (Gate | undefined)[]): Promise<number> {
  let under = 0
  let most = 0
  const work = async () => {
    under += 1
    most = Math.max(most, under)
    await new Promise((resolve) => setImmediate(resolve))
    under -= 1
  }
  await Promise.all(gates.map((gate) => (gate === undefined ? work() : gate(work, undefined))))
  return most
}

describe('a gate that clients share', () => {
  test('is one for whoever asks the same system, and another for each account where accounts are counted apart', async () => {
    const gates = gatesOfThisProcess()
    const gate = (system: string, account?: string) =>
      gates.gate({ system, ...(account === undefined ? {} : { account }) }, { concurrency: 2 }, manualClock())
    expect(gate('gateway')).toBe(gate('gateway'))
    expect(gate('gateway', 'a')).not.toBe(gate('gateway', 'b'))
    expect(await crowd(Array.from({ length: 10 }, () => gate('gateway')))).toBe(2)
    expect(await crowd([...Array.from({ length: 5 }, () => gate('gateway', 'a')), ...Array.from({ length: 5 }, () => gate('gateway', 'b'))])).toBe(4)
  })

  test('holds besides a client’s own limits: the narrower one decides', async () => {
    const gates = gatesOfThisProcess()
    const shared = gates.gate({ system: 'gateway' }, { concurrency: 3 }, manualClock())
    const own = gates.gate({ system: 'tenant' }, { concurrency: 1 }, manualClock())
    expect(await crowd(Array.from({ length: 6 }, () => bothGates(own, shared)))).toBe(1)
    expect(await crowd(Array.from({ length: 6 }, () => bothGates(undefined, shared)))).toBe(3)
  })

  test('calls a second are counted together', async () => {
    const gates = gatesOfThisProcess()
    const clock = manualClock()
    const ask = () => gates.gate({ system: 'gateway' }, { requestsPerSecond: 1 }, clock)!(async () => {}, undefined)
    await ask()
    await ask()
    await ask()
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBe(2000)
  })
})

describe('turns that several processes share', () => {
  /** One place that gives turns, a second apart. */
  const place = (clock: ManualClock) => {
    let next = Number.NEGATIVE_INFINITY
    return async (_: string, { perSecond, count }: { readonly perSecond: number; readonly count: number }) => {
      const first = Math.max(next, clock.now())
      next = first + (1000 / perSecond) * count
      return first - clock.now()
    }
  }
  const gateOf = (clock: ManualClock, sleep: ManualClock['sleep'], reserve = place(clock)) => {
    const gates = gatesOfMany(reserve)
    return gates.gate({ system: 'gateway' }, { requestsPerSecond: 1 }, { now: clock.now, sleep }) as Gate
  }

  test('a process that stood still in its sleep gives its turn up and asks for another', async () => {
    const clock = manualClock()
    const reserve = place(clock)
    await reserve('', { perSecond: 1, count: 1 })
    let still = true
    const stopped = gateOf(
      clock,
      async (ms) => {
        clock.advance(still ? ms + 20_000 : ms)
        still = false
      },
      reserve,
    )
    const began = clock.now()
    const left: number[] = []
    await stopped(async () => left.push(clock.now()), undefined)
    // Its turn was after one second; it woke after twenty-one, when the next free turn is now, and not the one of then.
    expect(left).toEqual([began + 21_000])
    expect(await reserve('', { perSecond: 1, count: 1 })).toBe(1000)
  })

  test('one whose question was answered after a stand-still does not believe the answer', async () => {
    const clock = manualClock()
    const reserve = place(clock)
    let asked = 0
    const late: typeof reserve = async (name, turns) => {
      const wait = await reserve(name, turns)
      if (asked++ === 0) clock.advance(20_000)
      return wait
    }
    await gateOf(clock, clock.sleep, late)(async () => undefined, undefined)
    expect(asked).toBe(2)
  })

  test('a place that always answers too late does not keep us from calling', async () => {
    const clock = manualClock()
    const slow = async () => {
      clock.advance(5000)
      return 0
    }
    await expect(gateOf(clock, clock.sleep, slow)(async () => 'called', undefined)).resolves.toBe('called')
  })
})
