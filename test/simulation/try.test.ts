import { test } from 'vitest'
import { simulateCluster } from './cluster.js'

test('try', { timeout: 600_000 }, async () => {
  const from = Number(process.env.SIM_FROM ?? 1),
    count = Number(process.env.SIM_COUNT ?? 50)
  const on = process.env.SIM_ON === 'sqlite' ? ('sqlite' as const) : ('memory' as const)
  const t = performance.now()
  let ops = 0,
    crashes = 0,
    freezes = 0,
    faults = 0,
    declared = 0,
    bad = 0,
    small = 0
  for (let seed = from; seed < from + count; seed++) {
    const r = await simulateCluster(seed, { on })
    ops += r.operations
    crashes += r.crashes
    freezes += r.freezes
    faults += r.faults
    declared += r.declared
    if (r.operations < 50) small++
    if (r.violations.length > 0 && bad++ < 5) console.log(seed, r.operations, r.violations.slice(0, 6))
  }
  const s = (performance.now() - t) / 1000
  console.log({ count, s, perSecond: count / s, ops: ops / count, opsPerS: ops / s, crashes, freezes, faults, declared, bad, small })
})
