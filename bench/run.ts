/** `npm run bench [-- --only NAME] [-- --json]`: the measured claims. Run it on a quiet machine; ratios count, absolute figures do not. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { initialLoad } from './initial-load.ts'
import { jobCases, jobPerDossier } from './job-per-dossier.ts'
import { mapping, mappingCases } from './mapping.ts'
import { match } from './match.ts'
import { type Contest, hold, machine, type Result } from './measure.ts'
import { memory } from './memory.ts'
import { oneStopLoop } from './one-stop-loop.ts'
import { paymentsCallback } from './payments-callback.ts'
import { paymentsSigning } from './payments-signing.ts'
import { startServer } from './postgres-server.ts'
import { push, pushCases } from './push.ts'
import { mappingCsv, workbookMemory } from './registers.ts'
import { remap } from './remap.ts'
import { rescan } from './rescan.ts'
import { workers } from './workers.ts'

const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'boolean', default: false } } })
const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'))
const results: Result[] = []

const held = async (made: Promise<{ contest: Contest; stop: () => Promise<void> }>) => {
  const { contest, stop } = await made
  try {
    return await hold(contest)
  } finally {
    await stop()
  }
}
const onPostgres = async (made: (server: Awaited<ReturnType<typeof startServer>>) => Promise<{ contest: Contest; stop: () => Promise<void> }>) => {
  const server = await startServer()
  try {
    return await held(made(server))
  } finally {
    await server.stop()
  }
}

const benches: Readonly<Record<string, () => Promise<Result | Result[]>>> = {
  rescan: async () => hold(await rescan(folder)),
  remap: async () => hold(await remap(folder)),
  ...Object.fromEntries(pushCases.map((test) => [test.name, () => held(push(folder, test))])),
  'initial-load': () => held(initialLoad(folder)),
  memory: () => memory(folder),
  'one-stop-loop': () => held(oneStopLoop(folder)),
  ...Object.fromEntries(jobCases.map((test) => [test.name, () => onPostgres((server) => jobPerDossier(folder, server, test))])),
  workers: () => onPostgres((server) => workers(folder, server)),
  match,
  'mapping-file-csv': async () => hold(mappingCsv()),
  'memory-xlsx': () => workbookMemory(folder),
  ...Object.fromEntries(mappingCases.map((format) => [`mapping-opencps-${format}`, () => hold(mapping(format))])),
  'payments-signing': async () => hold(paymentsSigning()),
  'payments-callback': async () => hold(await paymentsCallback(folder)),
}

try {
  const names = Object.keys(benches).filter((name) => values.only === undefined || name.includes(values.only))
  if (names.length === 0) throw new Error(`--only takes one of ${Object.keys(benches).join(', ')}`)
  for (const name of names) {
    for (const result of [await (benches[name] as () => Promise<Result | Result[]>)()].flat()) {
      results.push(result)
      if (values.json) continue
      const { ours, floor, peer, unit, ratioToFloor, ratioToPeer, bar, ok } = result
      const others = [floor !== null && `floor ${floor}, ratio ${ratioToFloor}`, peer !== null && `peer ${peer}, ratio ${ratioToPeer}`].filter(
        Boolean,
      )
      console.log(`${ok ? '✓' : '✗'} ${result.name}: ${[`${ours} ${unit}`, ...others].join(', ')} (bar ${bar})`)
    }
  }
  if (values.json) console.log(JSON.stringify({ machine: machine(), results }))
  else console.log(machine())
  if (results.some(({ ok }) => !ok)) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
