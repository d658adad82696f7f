import { expect, test } from 'vitest'
import { simulate } from './simulate.js'
test('wide', async () => {
  const bad: string[] = []
  const sum = { crashes: 0, faults: 0, calls: 0, declared: 0 }
  const t = performance.now()
  for (let seed = 1000; seed < 1500; seed++) {
    try {
    const r = await simulate(seed)
    for (const k of Object.keys(sum) as (keyof typeof sum)[]) sum[k] += r[k]
    if (r.violations.length) bad.push(`${seed}: ${r.violations.join('; ')}`)
    } catch (e) { bad.push(`${seed} threw ${(e as Error).stack?.slice(0, 600)}`) }
  }
  console.log(performance.now() - t, sum, bad.length, bad.slice(0, 10))
  expect(bad.length).toBe(0)
}, 300_000)
