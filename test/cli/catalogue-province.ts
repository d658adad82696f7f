/** A province with both catalogues: its own in the one-stop system, the nation's in a database that speaks three dialects. */
import { readFileSync, writeFileSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import { writeDemoProvince } from '../../src/cli/demo/province-files.js'
import type { ConfigInput } from '../../src/config/index.js'
import type { Procedure } from '../../src/domain/index.js'
import { type CatalogueName, catalogueLines, catalogueProcedures, type Ledger, openLedger, parseLedgerKey } from '../../src/ledger/index.js'
import { type SandboxOptions, startSandbox } from '../../src/sandbox/index.js'
import { document, emptyFolder, type Spoken } from './command-line.js'
import { file, type InstalledProvince, TENANT } from './installed-province.js'

export interface CatalogueProvinceOptions {
  readonly dossiers?: number
  /** Rows of the province's own catalogue besides the forty of its dossiers. */
  readonly catalogue?: number
  /** Size of the national catalogue. */
  readonly count?: number
  readonly sandbox?: SandboxOptions
}

export async function catalogueProvince({ dossiers = 0, catalogue = 0, count = 60, sandbox: more = {} }: CatalogueProvinceOptions = {}) {
  const folder = emptyFolder()
  const sandbox = await startSandbox({ ...more, options: { ...more.options, procedures: { count, ...more.options?.procedures } } })
  onTestFinished(() => sandbox.stop())
  const setup = sandbox.makeProvince({ seed: 1, dossiers, catalogue })
  const path = writeDemoProvince(folder, { ...setup }, sandbox.systems, { faults: false, catalogue: true })
  const province: InstalledProvince = {
    folder,
    sandbox,
    configure(change) {
      const config = JSON.parse(readFileSync(path, 'utf8')) as ConfigInput
      change(config, config.tenants[TENANT]!)
      writeFileSync(path, JSON.stringify(config))
    },
  }
  // How long is waited after a fault is no promise of this command: short waits tell the same.
  province.configure((_, tenant) => {
    Object.assign(tenant.procedureDatabase!, { retry: { firstMs: 1, maxMs: 5 }, timeouts: { readMs: 300 } })
  })
  return province
}

/** What `catalogue pull --json` says of one catalogue. */
export interface Pulled {
  readonly outcome: string
  readonly resumed: boolean
  readonly listRead: boolean
  readonly list: Readonly<Record<'listed' | 'added' | 'renamed' | 'deactivated' | 'reactivated' | 'kept', number>> | null
  readonly details: Readonly<Record<'due' | 'read' | 'added' | 'changed' | 'failed' | 'later', number>>
  readonly referencesFailed: number
  readonly problems: readonly { readonly place: string; readonly ruleId: string; readonly message: string; readonly hint: string }[]
  readonly problemCount: number
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null
  readonly catalogue: Readonly<Record<'active' | 'inactive' | 'detailed' | 'withFindings', number>>
}

export async function pull(
  province: InstalledProvince,
  ...options: string[]
): Promise<Spoken & { readonly national: Pulled; readonly local: Pulled }> {
  const { json, ...spoken } = await document(['catalogue', 'pull', ...options], province)
  const [{ national, local }] = json.tenants as [{ national: Pulled; local: Pulled }]
  return { ...spoken, national, local }
}

/** The tenant's part of a command's document. */
export async function told<Told>(args: readonly string[], province: InstalledProvince): Promise<Spoken & { readonly told: Told }> {
  const { json, ...spoken } = await document(args, province)
  return { ...spoken, told: (json.tenants as [Told])[0] }
}

export async function withLedger<T>(province: InstalledProvince, use: (ledger: Ledger) => Promise<T>): Promise<T> {
  const key = parseLedgerKey(readFileSync(file(province, 'lienthong.key'), 'utf8'))!
  const ledger = await openLedger({ url: `sqlite:${file(province, 'lienthong.db')}`, key, access: 'read' })
  try {
    return await use(ledger)
  } finally {
    await ledger.close()
  }
}

/** A catalogue as the ledger has it, without details. */
export function linesOf(province: InstalledProvince, catalogue: CatalogueName = 'national') {
  return withLedger(province, (ledger) => catalogueLines(ledger, TENANT, catalogue))
}

/** Every procedure with all it says, by code. */
export function proceduresOf(province: InstalledProvince, catalogue: CatalogueName = 'national'): Promise<ReadonlyMap<string, Procedure>> {
  return withLedger(province, async (ledger) => {
    const procedures = new Map<string, Procedure>()
    for await (const { procedure } of catalogueProcedures(ledger, TENANT, catalogue)) procedures.set(procedure.code, procedure)
    return procedures
  })
}

/** How often each service was asked since this was last called. */
export function callCounter(province: InstalledProvince): () => Readonly<Record<string, number>> {
  let before: Readonly<Record<string, number>> = {}
  return () => {
    const { byService } = province.sandbox.procedures.requests()
    const since = Object.entries(byService).flatMap(([service, count]) => {
      const asked = count - (before[service] ?? 0)
      return asked === 0 ? [] : [[service, asked] as const]
    })
    before = byService
    return Object.fromEntries(since)
  }
}

export const NATIVE_LIST = 'LayDanhSachTTHC'
export const NATIVE_DETAIL = 'LayThuTuc'
