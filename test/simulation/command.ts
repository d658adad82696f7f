/**
 * `npm run simulate`: tries schedules, many or one. A schedule that breaks a promise is made as short as it goes, told, and can be told
 * again by its seed.
 */
import { parseArgs } from 'node:util'
import { simulateCluster } from './cluster.js'
import { mutations } from './mutations.js'
import { tryRange } from './range.js'
import { shrink } from './shrink.js'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    count: { type: 'string', default: '10000' },
    /** Ends earlier when the time is over. */
    minutes: { type: 'string' },
    on: { type: 'string', default: 'memory' },
    mutation: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
})

const on = values.on === 'sqlite' ? 'sqlite' : 'memory'
const mutation = Object.entries(mutations).find(([name]) => values.mutation !== undefined && name.includes(values.mutation))?.[1]
const options = { on, ...(mutation ? { mutation } : {}) } as const

async function tellOne(seed: number): Promise<boolean> {
  const shortest = await shrink(seed, options)
  if (shortest === undefined) {
    const report = await simulateCluster(seed, { ...options, ...(values.trace ? { trace: (line: string) => console.log(line) } : {}) })
    console.log(`seed ${seed}: ${report.operations} operations, no violation`)
    return true
  }
  const { size, decisions, report } = shortest
  console.log(`seed ${seed}: ${report.violations.length} violations`)
  console.log(
    `  shortest form: ${size.workers} workers, ${size.dossiers} dossiers, ${size.days} days, ${size.batch} records in a call, ${decisions.filter((one) => one !== 0).length} unusual decisions of ${decisions.length}`,
  )
  for (const violation of report.violations) console.log(`  ${violation}`)
  console.log(`  replay: npm run simulate -- --seed ${seed}${on === 'memory' ? '' : ' --on sqlite'} --trace`)
  if (values.trace) await simulateCluster(seed, { ...options, size, decisions, trace: (line) => console.log(line) })
  return false
}

async function tryMany(): Promise<boolean> {
  const from = Number(values.from)
  const started = performance.now()
  const until = values.minutes === undefined ? Number.POSITIVE_INFINITY : started + Number(values.minutes) * 60_000
  const { violations, ...sum } = await tryRange(from, Number(values.count), options, until)
  const seconds = (performance.now() - started) / 1000
  const broken = Object.keys(violations).map(Number)
  const told = { on, seeds: [from, from + sum.schedules - 1], ...sum, seconds: Math.round(seconds), perSecond: Math.round(sum.schedules / seconds) }
  console.log(JSON.stringify({ ...told, violations: broken.length }))
  for (const seed of broken) await tellOne(seed)
  return broken.length === 0
}

const quiet = values.seed === undefined ? await tryMany() : await tellOne(Number(values.seed))
process.exitCode = quiet ? 0 : 1
