import { describe, expect, test } from 'vitest'
import { bothGates, type Gate, gatesOfThisProcess } from '../../src/transport/index.js'
import { manualClock } from './manual-clock.js'

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
