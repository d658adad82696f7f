import { hostname } from 'node:os'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { type Clock, LienthongError, systemClock } from '../base/index.js'
import { instant, isoInstant } from '../domain/index.js'
import { type CounterChanges, counterChanges } from './counters.js'
import { type GroupCommit, groupCommit } from './group-commit.js'
import { migrate, migrationsFor, schemaVersion } from './migrations.js'
import { nodeSqliteDialect } from './node-sqlite.js'
import { createPrivately } from './private-file.js'
import type { LedgerTables } from './schema.js'
import { createVault, type Vault } from './vault.js'
import { takeWriterLock } from './writer-lock.js'

export interface Ledger {
  readonly db: Kysely<LedgerTables>
  readonly vault: Vault
  readonly clock: Clock
  /** Every write goes through here. */
  readonly write: GroupCommit<LedgerTables, CounterChanges>['write']
  /** For what a crash may forget without harm; see {@link GroupCommit}. */
  readonly writeLater: GroupCommit<LedgerTables, CounterChanges>['writeLater']
  readonly flush: GroupCommit<LedgerTables, CounterChanges>['flush']
  /** Looks at a moment when no change is half done. */
  readonly atRest: GroupCommit<LedgerTables, CounterChanges>['atRest']
  /** Operations whose payloads may go; swept now and then. */
  readonly confirmed: number[]
  close(): Promise<void>
}

export interface LedgerOptions {
  /** `sqlite:./lienthong.db`, or `sqlite::memory:` for tests. */
  readonly url: string
  /** 32 bytes. See {@link newLedgerKey}. */
  readonly key: Uint8Array
  /** `write` takes the writer's lock; `read` never waits and never migrates. */
  readonly access: 'read' | 'write'
  /** What this process is doing, told to a second writer: `sync run`. */
  readonly command?: string
  readonly clock?: Clock
}

/**
 * Opens a ledger, creating and migrating it when it is opened for writing.
 *
 * @throws {LienthongError} `ledger.locked`, `ledger.newer`, `ledger.key_wrong`, `ledger.unreadable`.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const path = sqlitePath(options.url)
  const clock = options.clock ?? systemClock
  const inMemory = path === ':memory:'
  const unlock = options.access === 'write' && !inMemory ? lockOrExplain(path, options.command ?? 'lienthong', clock) : () => {}
  let db: Kysely<LedgerTables> | undefined
  try {
    if (options.access === 'write' && !inMemory) createPrivately(path)
    const database = new DatabaseSync(path, { readOnly: options.access === 'read', timeout: 5000 })
    if (options.access === 'write')
      database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000; pragma cache_size = -16000')
    db = new Kysely<LedgerTables>({ dialect: nodeSqliteDialect(database) })
    const vault = createVault(options.key)
    if (options.access === 'write') await prepare(db, vault, path)
    else await checkReadable(db, vault, path)
    const opened = db
    const commits = groupCommit(opened, {
      open: counterChanges,
      close: (transaction, counters) => counters.apply(transaction),
      explain: (error) => (isOfTheDisk(error) ? explain(error, path) : error),
    })
    return {
      db: opened,
      vault,
      clock,
      ...commits,
      confirmed: [],
      async close() {
        await opened.destroy()
        unlock()
      },
    }
  } catch (error) {
    await db?.destroy()
    unlock()
    throw explain(error, path)
  }
}

function sqlitePath(url: string): string {
  const match = /^sqlite:(.+)$/.exec(url)
  if (!match?.[1]) {
    throw new LienthongError('config.invalid', {
      values: { place: 'ledger.url', problem: `“${url.split(':')[0]}:…” is not supported yet; use sqlite:./lienthong.db` },
    })
  }
  return match[1]
}

function lockOrExplain(path: string, command: string, clock: Clock): () => void {
  try {
    return takeWriterLock(path, { pid: process.pid, host: hostname(), command, since: isoInstant(instant(clock.now())) })
  } catch (error) {
    throw explain(error, path)
  }
}

async function prepare(db: Kysely<LedgerTables>, vault: Vault, path: string): Promise<void> {
  const migrations = migrationsFor('sqlite')
  const known = migrations.at(-1)?.version ?? 0
  await db.transaction().execute(async (transaction) => {
    const plain = transaction as unknown as Kysely<unknown>
    const found = await schemaVersion(plain)
    refuseNewer(found, known, path)
    await migrate(plain, migrations, found)
    await transaction
      .insertInto('meta')
      .values({ name: 'key_id', value: vault.keyId })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute()
  })
  await checkKey(db, vault, path)
  // What a crash kept from being swept.
  await db
    .deleteFrom('payloads')
    .where('operation', 'not in', (eb) => eb.selectFrom('operations').select('id'))
    .execute()
}

async function checkReadable(db: Kysely<LedgerTables>, vault: Vault, path: string): Promise<void> {
  const row = await db.selectFrom('meta').select('value').where('name', '=', 'schema').executeTakeFirst()
  const found = Number(row?.value ?? 0)
  const known = migrationsFor('sqlite').at(-1)?.version ?? 0
  refuseNewer(found, known, path)
  if (found < known) throw new LienthongError('ledger.older', { hop: 'ledger', values: { path, found, known } })
  await checkKey(db, vault, path)
}

function refuseNewer(found: number, known: number, path: string): void {
  if (found > known) throw new LienthongError('ledger.newer', { hop: 'ledger', values: { path, found, known } })
}

async function checkKey(db: Kysely<LedgerTables>, vault: Vault, path: string): Promise<void> {
  const { rows } = await sql<{ value: string }>`select value from meta where name = 'key_id'`.execute(db)
  if (rows[0]?.value !== vault.keyId) throw new LienthongError('ledger.key_wrong', { hop: 'ledger', values: { path } })
}

/** Primary result codes of SQLite for what a machine does to a file: read-only, I/O error, damaged, full, not to be opened, no database. */
const DISK_TROUBLE: ReadonlySet<number> = new Set([8, 10, 11, 13, 14, 26])

/** Once the ledger is open, any other complaint of SQLite is a mistake of ours. */
function isOfTheDisk(error: unknown): boolean {
  const { errcode } = error instanceof Error ? (error as { errcode?: number }) : {}
  return errcode !== undefined && DISK_TROUBLE.has(errcode & 0xff)
}

function explain(error: unknown, path: string): unknown {
  const isSqlite = error instanceof Error && (error as { code?: string }).code === 'ERR_SQLITE_ERROR'
  const isFile = error instanceof Error && /^(EACCES|ENOSPC|EROFS|ENOENT|EPERM)$/.test((error as { code?: string }).code ?? '')
  if (!isSqlite && !isFile) return error
  return new LienthongError('ledger.unreadable', { hop: 'ledger', values: { path, problem: (error as Error).message }, cause: error })
}
