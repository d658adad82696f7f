/** `npm run bench [-- --only NAME] [-- --json]`: the measured claims. Run it on a quiet machine; ratios count, absolute figures do not. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { match } from './match.ts'
import { hold, machine, type Result } from './measure.ts'
import { push } from './push.ts'
import { rescan } from './rescan.ts'

const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'boolean', default: false } } })
const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'))
const results: Result[] = []

const benches: Readonly<Record<string, () => Promise<Result | Result[]>>> = {
  rescan: async () => hold(await rescan(folder)),
  push: async () => {
    const { contest, stop } = await push(folder)
    try {
      return await hold(contest)
    } finally {
      await stop()
    }
  },
  match,
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
