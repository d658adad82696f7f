/** A made-up province whose one-stop system is TD.DichVuCong, in a database of the test's own; between it and the national portal our engine. */
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { onTestFinished } from 'vitest'
import { nationalPortal, type TdDatabase, tdDatabase } from '../../../src/connectors/index.js'
import type { LocalDate } from '../../../src/domain/index.js'
import { declaredDoubled, knowinglyUnsent, newLedgerKey, nodeSqliteDialect, openLedger, parseLedgerKey } from '../../../src/ledger/index.js'
import { parseCodeTables, procedureDirectory } from '../../../src/mappers/index.js'
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js'
import {
  type DossierSource,
  portalTarget,
  runPass,
  type SyncSettings,
  type TdSourceOptions,
  type TenantSync,
  tdSource,
} from '../../../src/sync/index.js'
import { scopeOfSetup } from '../../../src/testing/index.js'
import { postgresDialect } from '../../../src/transport/index.js'

export const FLAT = { Business: 'Business_', Catalog: 'Catalog_' }
export const since = '2015-01-01' as LocalDate

export interface Database {
  readonly flavour: 'sqlite' | 'postgres'
  /** The product's own connection. */
  readonly books: Kysely<unknown>
  /** Ours, opened anew. */
  open(): TdDatabase
}

export function sqliteDatabase(path: string): Database {
  const books = new Kysely<unknown>({ dialect: nodeSqliteDialect(opened(path)) })
  onTestFinished(() => books.destroy())
  return {
    flavour: 'sqlite',
    books,
    open: () => closing(tdDatabase({ dialect: async () => nodeSqliteDialect(opened(path)), flavour: 'sqlite', place: 'td.sqlite', schemas: FLAT })),
  }
}

function opened(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 5000 })
  database.exec('pragma journal_mode = wal; pragma synchronous = off')
  return database
}

/** Both through the dialect that production uses. @param way ours, where it is another than the product's own */
export async function postgresDatabase(url: string, way = url): Promise<Database> {
  const dialect = (address: string) => {
    const { hostname, port, pathname, username, password } = new URL(address)
    return postgresDialect({ host: hostname, port: Number(port), database: pathname.slice(1), username, password, encrypt: false })
  }
  const books = new Kysely<unknown>({ dialect: await dialect(url) })
  onTestFinished(() => books.destroy())
  return { flavour: 'postgres', books, open: () => closing(tdDatabase({ dialect: () => dialect(way), flavour: 'postgres', place: 'td.postgres' })) }
}

function closing(database: TdDatabase): TdDatabase {
  onTestFinished(() => database.close())
  return database
}

export async function tdOffice(
  database: Database,
  options: {
    readonly dossiers: number
    readonly seed?: number
    readonly source?: Partial<TdSourceOptions>
    readonly settings?: Partial<SyncSettings>
  },
) {
  const sandbox = await startSandbox({})
  onTestFinished(() => sandbox.stop())
  const setup = sandbox.makeProvince({ seed: options.seed ?? 1, dossiers: options.dossiers })
  const books = sandbox.tdDatabase(database.books, { flavour: database.flavour })
  await books.create()
  await books.follow()
  const tables = parseCodeTables({ product: 'td-mssql' }, 'test', 'td-mssql')
  const source = () => tdSource({ database: database.open(), tables, agencyCode: setup.agencyCode, since, ...options.source })
  const office = await officeOf(sandbox, { source: source(), tables, ...(options.settings ? { settings: options.settings } : {}) })
  return {
    ...office,
    sandbox,
    setup,
    books,
    tables,
    source,
    async advance(days: number) {
      sandbox.advance(days)
      return books.follow()
    },
  }
}

/** The engine between a source and the sandbox's portal, with a ledger in memory. */
export async function officeOf(
  sandbox: Sandbox,
  {
    source,
    tables,
    settings,
  }: { readonly source: DossierSource; readonly tables: ReturnType<typeof parseCodeTables>; readonly settings?: Partial<SyncSettings> },
) {
  const setup = sandbox.setup()
  const ledger = await openLedger({ url: 'sqlite::memory:', key: parseLedgerKey(newLedgerKey()) as Uint8Array, access: 'write' })
  onTestFinished(() => ledger.close())
  const portal = sandbox.systems['national-portal']
  const sync: TenantSync = {
    ledger,
    tenant: 'test',
    sources: { 'one-stop': source },
    target: portalTarget({
      portal: nationalPortal({
        adapterUrl: portal?.url ?? '',
        agencyCode: setup.agencyCode,
        credentials: { username: portal?.credentials.username ?? '', password: portal?.credentials.password ?? '' },
        dialect: 'vpcp-2020',
        dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
      }),
      tables,
      procedures: procedureDirectory(setup.procedures.map((value, index) => ({ value, place: `procedures[${index}]` }))),
      agencyCode: setup.agencyCode,
    }),
    scope: scopeOfSetup(setup),
    settings: { patienceMs: 60_000, ...settings },
  }
  return {
    ledger,
    sync,
    run: () => runPass(sync),
    /** The portal's books against the story, what we know to be unsent left out. */
    async verdict(more: { readonly untold?: readonly 'DanhSachLePhi'[] } = {}) {
      const doubled: { maHoSo: string; at: number; trangThai: string }[] = []
      for await (const { code, at, status } of declaredDoubled(ledger, 'test')) doubled.push({ maHoSo: code, at, trangThai: String(status) })
      return sandbox.verdict({ excused: await knowinglyUnsent(ledger, 'test'), declaredDoubled: doubled, untold: [...(more.untold ?? [])] })
    },
  }
}

/** What a mark is made of, as the engine would give it for records that were sent. */
export async function marksFor(source: DossierSource, codes: ReadonlyMap<string, string>) {
  const marks: { key: string; localCode: string | null; nationalCode: string; holds: (bytes: Uint8Array | string) => boolean }[] = []
  for await (const { items } of source.changes(null, { open: async function* () {} })) {
    for (const item of items) {
      const read = item.read()
      if (!read.ok) continue
      const { key, traits } = read.value
      const nationalCode = codes.get(key)
      if (nationalCode !== undefined) marks.push({ key, localCode: traits.localCode, nationalCode, holds: (bytes) => bytes === item.bytes })
    }
  }
  return marks
}
