/** A province whose systems run in one process and whose `sync run` runs in others, which may die at any moment. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { DEMO_TENANT, writeDemoProvince } from '../../src/cli/demo/province-files.js'
import type { RunningSandbox } from '../../src/cli/demo/sandbox-process.js'
import type { ConfigInput } from '../../src/config/index.js'
import { declaredDoubled, isPostgresUrl, knowinglyUnsent, type Ledger, openLedger, parseLedgerKey } from '../../src/ledger/index.js'
import { emptyFolder } from '../cli/command-line.js'
import { sandboxProcess } from './processes.js'

export interface Province {
  readonly folder: string
  readonly sandbox: RunningSandbox
  /** Where the ledger is; may be moved to another disk before the first run. */
  moveLedger(path: string): void
  /** A file, or the address of a database. */
  ledgerPath(): string
  /** What the commands need to open it. */
  readonly environment: NodeJS.ProcessEnv
}

export interface ProvinceOptions {
  readonly dossiers: number
  readonly seed?: number
  readonly latencyMs?: number
  /** What holds the ledger instead of a file. */
  readonly database?: { readonly url: string; readonly password: string }
}

const LEDGER_PASSWORD = 'LEDGER_PASSWORD'

export async function provinceOfProcesses({ dossiers, seed = 1, latencyMs = 0, database }: ProvinceOptions): Promise<Province> {
  const folder = emptyFolder()
  const sandbox = await sandboxProcess({ folder, latencyMs })
  const setup = await sandbox.post('/province', { seed, dossiers })
  // Short waits and time-outs: what a crash leaves open is settled after two seconds, not after a minute.
  const path = writeDemoProvince(folder, setup, sandbox.systems, { faults: true })
  const config = () => JSON.parse(readFileSync(path, 'utf8')) as ConfigInput
  if (database !== undefined) {
    const { ledger, ...rest } = config()
    writeFileSync(path, JSON.stringify({ ...rest, ledger: { ...ledger, url: database.url, password: { env: LEDGER_PASSWORD } } }))
  }
  return {
    folder,
    sandbox,
    moveLedger(to) {
      const { ledger, ...rest } = config()
      writeFileSync(path, JSON.stringify({ ...rest, ledger: { ...ledger, url: `sqlite:${to}` } }))
    },
    ledgerPath: () => database?.url ?? join(folder, config().ledger.url.replace(/^sqlite:/, '')),
    environment: database === undefined ? {} : { [LEDGER_PASSWORD]: database.password },
  }
}

/** Looks into the ledger from outside, as `status` does. */
export async function lookInto<T>(province: Province, path: string, look: (ledger: Ledger) => Promise<T>): Promise<T> {
  const key = parseLedgerKey(readFileSync(join(province.folder, 'lienthong.key'), 'utf8')) as Uint8Array
  const where = isPostgresUrl(path) ? { url: path, password: province.environment[LEDGER_PASSWORD] ?? '' } : { url: `sqlite:${path}` }
  const ledger = await openLedger({ ...where, key, access: 'read' })
  try {
    return await look(ledger)
  } finally {
    await ledger.close()
  }
}

/** I1: every version that was ever read is in exactly one bucket, and the buckets say what the dossiers' rows say. */
export async function checkCounters(ledger: Ledger): Promise<void> {
  const runs = await ledger.db.selectFrom('runs').selectAll().execute()
  const sums = { pending: 0, failed: 0, skipped: 0 }
  for (const { id, seen, unchanged, skipped, failed, pending, created, updated, superseded } of runs) {
    expect(unchanged + skipped + failed + pending + created + updated + superseded, `I1: the parts of run ${id}`).toBe(seen)
    sums.pending += pending
    sums.failed += failed
    sums.skipped += skipped
  }
  const rows = await ledger.db
    .selectFrom('dossiers')
    .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute()
  const counted = Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]))
  expect(sums, 'I1: the counters and the rows').toEqual({
    pending: counted.pending ?? 0,
    failed: counted.failed ?? 0,
    skipped: counted.skipped ?? 0,
  })
}

/** Holds the portal's books against the story (I1–I4). @returns how many steps were declared as maybe doubled. */
export async function checkBooks(province: Province, path: string): Promise<number> {
  const { sandbox } = province
  const excused = await lookInto(province, path, (ledger) => knowinglyUnsent(ledger, DEMO_TENANT))
  const doubled = await lookInto(province, path, async (ledger) => {
    const steps: { maHoSo: string; at: number; trangThai: string }[] = []
    for await (const { code, at, status } of declaredDoubled(ledger, DEMO_TENANT)) steps.push({ maHoSo: code, at, trangThai: String(status) })
    return steps
  })
  const verdict = await sandbox.post('/verdict', {
    excused,
    declaredDoubled: doubled,
  })
  expect(verdict, JSON.stringify(verdict.examples)).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0, unexpected: 0 })
  const { planted } = (await sandbox.get('/province/setup')) as { planted: { dirty: number; excluded: number } }
  expect(excused.length, 'dossiers that stay at home').toBeLessThanOrEqual(planted.dirty + planted.excluded)
  const dossiers = await (await fetch(`${sandbox.origin}/__sandbox/national-portal/dossiers`)).text()
  const twice = dossiers
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { maHoSo: string; creates: number })
    .filter(({ creates }) => creates > 1)
  expect(twice, 'created twice').toEqual([])
  expect(verdict.dossiers).toBe(Number(verdict.expected))
  return doubled.length
}

interface Pass {
  readonly outcome: string
  readonly waiting: number
  readonly failing: number
  readonly calls: Readonly<Record<string, number>>
}

/** The one pass of a `sync run --json`. */
export function passOf(out: string): Pass {
  const { passes } = JSON.parse(out) as { passes: readonly Pass[] }
  return passes[0] ?? expect.unreachable(`no pass in ${out}`)
}
