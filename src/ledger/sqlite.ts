/** The embedded ledger: one file, one writer. */
import { hostname } from 'node:os'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { type Clock, LienthongError, systemClock } from '../base/index.js'
import { instant, isoInstant } from '../domain/index.js'
import { assembleLedger } from './assemble.js'
import { sqliteStatements } from './group-sqlite.js'
import { checkKey, checkVersion, refuseNewer, rememberKey } from './installed.js'
import type { Ledger, LedgerOptions } from './ledger.js'
import { migrate, migrationsFor, newestVersion, schemaVersion } from './migrations.js'
import { nodeSqliteDialect } from './node-sqlite.js'
import { createPrivately } from './private-file.js'
import type { LedgerTables } from './schema.js'
import { createVault, type Vault } from './vault.js'
import { takeWriterLock } from './writer-lock.js'

export async function openSqliteLedger(options: LedgerOptions): Promise<Ledger> {
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
    const tablesBefore = options.access === 'write' ? await prepare(db, vault, path) : await checkReadable(db, vault, path)
    const opened = db
    const confirmed: number[] = []
    return assembleLedger({
      kind: 'sqlite',
      place: path,
      tablesBefore,
      db: opened,
      writer: opened,
      vault,
      clock,
      shards: 1,
      confirmed,
      statements: sqliteStatements(confirmed),
      explain: (error) => (isOfTheDisk(error) ? explain(error, path) : error),
      leases: undefined,
      async close() {
        await opened.destroy()
        unlock()
      },
    })
  } catch (error) {
    await db?.destroy()
    unlock()
    throw explain(error, path)
  }
}

function sqlitePath(url: string): string {
  const match = /^sqlite:(.+)$/.exec(url)
  if (!match?.[1]) {
    const scheme = url.split(':')[0]
    throw new LienthongError('config.invalid', {
      values: {
        place: 'ledger.url',
        problem: {
          en: `“${scheme}:…” is no ledger; use sqlite:./lienthong.db, or postgres://user@host/database`,
          vi: `“${scheme}:…” không phải sổ; dùng sqlite:./lienthong.db hoặc postgres://user@host/database`,
        },
      },
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

/** @returns the version of the tables that it found; 0 in a new file. */
async function prepare(db: Kysely<LedgerTables>, vault: Vault, path: string): Promise<number> {
  const tablesBefore = await db.transaction().execute(async (transaction) => {
    const plain = transaction as unknown as Kysely<unknown>
    const found = await schemaVersion(plain)
    refuseNewer(found, newestVersion, path)
    await migrate(plain, migrationsFor('sqlite'), found)
    await rememberKey(transaction, vault)
    return found
  })
  await checkKey(db, vault, path)
  // What a crash kept from being swept.
  await db
    .deleteFrom('payloads')
    .where('operation', 'not in', (eb) => eb.selectFrom('operations').select('id'))
    .execute()
  return tablesBefore
}

async function checkReadable(db: Kysely<LedgerTables>, vault: Vault, path: string): Promise<number> {
  const version = await checkVersion(db, path)
  await checkKey(db, vault, path)
  return version
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
