/**
 * Bundles the simulation and runs it, as many processes as there are processors where many schedules are to be tried.
 * Each takes its own range of seeds; what they tell is printed as it is.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'

const { values } = parseArgs({ strict: false, options: { seed: { type: 'string' }, from: { type: 'string' }, count: { type: 'string' } } })
const folder = await mkdtemp(join(import.meta.dirname, '..', 'node_modules', '.simulate-'))
const outfile = join(folder, 'simulate.mjs')
try {
  await build({
    entryPoints: [join(import.meta.dirname, '..', 'test', 'simulation', 'command.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  })
  const given = process.argv.slice(2)
  const parts = values.seed === undefined ? availableParallelism() : 1
  const from = Number(values.from ?? 1)
  const count = Number(values.count ?? 10_000)
  const share = Math.ceil(count / parts)
  const codes = await Promise.all(
    Array.from({ length: parts }, (_, part) => {
      const range = parts === 1 ? [] : ['--from', String(from + part * share), '--count', String(Math.min(share, count - part * share))]
      return run([outfile, ...given, ...range])
    }),
  )
  process.exitCode = Math.max(...codes)
} finally {
  await rm(folder, { recursive: true, force: true })
}

function run(parameters: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--max-semi-space-size=64', ...parameters], { stdio: 'inherit' })
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
