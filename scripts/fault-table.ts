/**
 * Tells the demo's story with faults for many seeds and holds each against the books of the sandbox: a line a seed, exit code 1 when
 * one of them breaks a promise. A story mostly waits for time-outs, so that several fit beside each other.
 *
 *     npm run faults:table -- --seeds 1-50 --dossiers 2000 --together 1
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import pMap from 'p-map'

const command = join(import.meta.dirname, '../bin/lienthong.js')
/** Of each kind, and of answers lost after the portal had applied a create and a step, in a story of so many dossiers. */
const PER_STORY = { dossiers: 2000, eachKind: 5, lostAnswers: 20 }
const LOST_ANSWER = 'timeout-after-apply'
const SERVICES = { creates: 'DongBoHoSoMC', steps: 'CapNhatTienDoHoSoMC' }
const KINDS = ['timeout-before', LOST_ANSWER, 'late-apply', 'http-500', 'http-429', 'reset', 'garbage', 'empty', 'session-lost', 'slow', 'reject']

interface Summary {
  readonly dossiers: { readonly seen: number; readonly pending: number; readonly skipped: number; readonly failed: number }
  readonly steps: { readonly maybeDoubled: number }
  readonly portal: {
    readonly dossiers: number
    readonly lost: number
    readonly duplicated: number
    readonly outOfOrder: number
    readonly unexpected: number
    readonly repeatedSteps: number
    readonly examples: Readonly<Record<string, readonly string[]>>
  }
  readonly faultsInjected: {
    readonly total: number
    readonly byKind: Readonly<Record<string, number>>
    readonly byService: Readonly<Record<string, Readonly<Record<string, number>>>>
  }
  readonly planted: { readonly dirty: number; readonly excluded: number }
  readonly quietPassWrites: number
  readonly elapsedMs: number
}

function complaints({ dossiers, steps, portal, faultsInjected, planted, quietPassWrites }: Summary, told: number, exitCode: number | null): string[] {
  const share = told / PER_STORY.dossiers
  const atLeast = (count: number) => Math.floor(count * share)
  const stayed = dossiers.failed + dossiers.skipped
  const allowed = planted.dirty + planted.excluded
  const injected = (kind: string) => faultsInjected.byKind[kind] ?? 0
  const lostAnswers = (service: string) => faultsInjected.byService[service]?.[LOST_ANSWER] ?? 0
  const expectations: readonly (readonly [boolean, string])[] = [
    [exitCode === 0, `exit code ${exitCode}`],
    [portal.dossiers > 0, 'nothing arrived at the portal'],
    [portal.lost === 0, `${portal.lost} lost`],
    [portal.duplicated === 0, `${portal.duplicated} duplicated`],
    [portal.outOfOrder === 0, `${portal.outOfOrder} out of order`],
    [portal.unexpected === 0, `${portal.unexpected} unexpected`],
    [dossiers.pending === 0, `${dossiers.pending} still pending`],
    [steps.maybeDoubled === portal.repeatedSteps, `${steps.maybeDoubled} steps declared, ${portal.repeatedSteps} repeated`],
    [stayed <= allowed, `${dossiers.failed} failed and ${dossiers.skipped} skipped, but only ${allowed} planted`],
    [quietPassWrites === 0, `${quietPassWrites} writing calls with nothing changed`],
    ...KINDS.map((kind) => [injected(kind) >= atLeast(PER_STORY.eachKind), `only ${injected(kind)} ${kind}`] as const),
    ...Object.entries(SERVICES).map(
      ([what, service]) =>
        [lostAnswers(service) >= atLeast(PER_STORY.lostAnswers), `only ${lostAnswers(service)} ${LOST_ANSWER} on ${what}`] as const,
    ),
  ]
  return expectations.filter(([holds]) => !holds).map(([, complaint]) => complaint)
}

const { values: asked } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1-3' },
    dossiers: { type: 'string', default: '500' },
    together: { type: 'string', default: '3' },
  },
})
const [first = 1, last = first] = asked.seeds.split('-').map(Number)
const told = Number(asked.dossiers)

const columns = [
  'seed',
  'dossiers',
  'faults',
  'lost',
  'duplicated',
  'outOfOrder',
  'maybeDoubled',
  'repeated',
  'stayed',
  'planted',
  'seconds',
  'verdict',
]
const row = (cells: readonly (string | number)[]) => cells.map((cell, index) => String(cell).padStart(columns[index]?.length ?? 0)).join('  ')
console.log(row(columns))

/** @returns whether every promise was kept. */
async function tell(seed: number): Promise<boolean> {
  const options = [command, 'demo', '--faults', '--json', '--quiet', '--dossiers', String(told), '--seed', String(seed)]
  const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 600_000 })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  try {
    const summary: Summary = JSON.parse(stdout)
    const { dossiers, steps, portal, faultsInjected, planted, elapsedMs } = summary
    const wrong = complaints(summary, told, exitCode)
    const { lost, duplicated, outOfOrder, repeatedSteps } = portal
    const stayed = dossiers.failed + dossiers.skipped
    const books = [lost, duplicated, outOfOrder, steps.maybeDoubled, repeatedSteps, stayed, planted.dirty + planted.excluded]
    const cells = [seed, portal.dossiers, faultsInjected.total, ...books, (elapsedMs / 1000).toFixed(1)]
    console.log(row([...cells, wrong.length === 0 ? 'ok' : wrong.join('; ')]))
    if (wrong.length === 0) return true
    for (const [kind, examples] of Object.entries(portal.examples)) for (const example of examples) console.log(`      ${kind}: ${example}`)
  } catch (error) {
    console.log(
      `seed ${seed}: exit code ${exitCode}, no summary: ${error instanceof Error ? error.message : error}\n${stderr}${stdout.slice(0, 2000)}`,
    )
  }
  return false
}

const seeds = Array.from({ length: last - first + 1 }, (_, index) => first + index)
const kept = await pMap(seeds, tell, { concurrency: Number(asked.together) })
const broken = kept.filter((one) => !one).length
console.log(`${seeds.length} seeds × ${told} dossiers, ${broken} broken`)
if (broken > 0) process.exitCode = 1
