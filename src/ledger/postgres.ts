/**
 * The ledger on PostgreSQL. One process may be its only writer, as with a file; or many workers share it, each under leases.
 *
 * Every writer holds its advisory lock on the very connection that it writes with: whoever lost the lock lost the means to write.
 */
import { hostname } from 'node:os'
import { Kysely, sql } from 'kysely'
import type { Client } from 'pg'
import { LienthongError, systemClock } from '../base/index.js'
import { assembleLedger } from './assemble.js'
import { postgresStatements } from './group-postgres.js'
import { checkKey, checkVersion, refuseNewer, rememberKey } from './installed.js'
import type { Ledger, LedgerOptions } from './ledger.js'
import { migrate, migrationsFor, newestVersion, schemaVersion } from './migrations.js'
import {
  endClient,
  MIGRATING,
  newClient,
  newPool,
  type PostgresAddress,
  poolDialect,
  postgresDriver,
  singleDialect,
  USUAL,
  withinGoodbye,
} from './postgres-connection.js'
import { afterFailure, explainPostgres, placeOf } from './postgres-errors.js'
import { postgresLeases } from './postgres-leases.js'
import { COMMANDS, holdersOf, lockName, tryLock, WRITER } from './postgres-locks.js'
import { POSTGRES_SHARDS } from './postgres-shards.js'
import type { LedgerTables } from './schema.js'
import { createVault, type Vault } from './vault.js'

/** Connections for reading that one process holds at most. */
const READERS = 4

export async function openPostgresLedger(options: LedgerOptions): Promise<Ledger> {
  const { url, access, command = 'lienthong', scope = 'everything' } = options
  const place = placeOf(url)
  refusePasswordInUrl(url)
  const clock = options.clock ?? systemClock
  const vault = createVault(options.key)
  const driver = await postgresDriver()
  const address: PostgresAddress = {
    url,
    ...(options.password === undefined ? {} : { password: options.password }),
    name: `lienthong ${command} (process ${process.pid} on ${hostname()})`.slice(0, 63),
  }
  const db = new Kysely<LedgerTables>({ dialect: poolDialect(newPool(driver, address, READERS), place) })
  let writing: Client | undefined
  try {
    if (access === 'write' && scope !== 'workers') {
      writing = newClient(driver, address, options.migrating ? MIGRATING : USUAL)
      await writing.connect()
      await lockOrExplain(writing, WRITER, scope === 'command' ? 'shared' : 'exclusive', place)
      if (scope === 'command') await lockOrExplain(writing, COMMANDS, 'exclusive', place)
    }
    const writer = writing === undefined ? db : new Kysely<LedgerTables>({ dialect: singleDialect(writing, place) })
    const migrated = options.migrating ? await migrateTables(writer, vault, place) : undefined
    const version = await checkVersion(db, place)
    await checkKey(db, vault, place)
    const confirmed: number[] = []
    return assembleLedger({
      kind: 'postgres',
      place,
      tablesBefore: migrated ?? version,
      db,
      writer,
      vault,
      clock,
      shards: POSTGRES_SHARDS,
      confirmed,
      statements: postgresStatements,
      explain: (error) => explainPostgres(error, place),
      afterFailure,
      leases: access === 'write' ? postgresLeases({ driver, address, db, vault, clock, place }) : undefined,
      async close() {
        // The server notices the end of a connection a moment later; whoever comes next need not wait for that.
        if (writing) await withinGoodbye(writing.query('select pg_advisory_unlock_all()'))
        if (writer !== db) await writer.destroy()
        // Kysely ends only what it has used: whoever wrote nothing would leave a connection behind that keeps its process alive, and the lock.
        if (writing) await endClient(writing)
        await db.destroy()
      },
    })
  } catch (error) {
    if (writing) await endClient(writing)
    await db.destroy()
    throw explainMissing(explainPostgres(error, place), place)
  }
}

/** A password in an address ends in logs and in lists of processes. */
function refusePasswordInUrl(url: string): void {
  if (!URL.canParse(url)) {
    const problem = { en: 'expected postgres://user@host:5432/database', vi: 'cần dạng postgres://user@host:5432/database' }
    throw new LienthongError('config.invalid', { values: { place: 'ledger.url', problem } })
  }
  if (new URL(url).password === '') return
  const problem = {
    en: 'no password belongs into the address: write it as "password": { "env": "NAME" } or { "file": "path" } beside it',
    vi: 'không ghi mật khẩu trong địa chỉ: ghi "password": { "env": "TÊN" } hoặc { "file": "đường dẫn" } bên cạnh',
  }
  throw new LienthongError('config.invalid', { values: { place: 'ledger.url', problem } })
}

async function lockOrExplain(client: Client, name: string, how: 'exclusive' | 'shared', place: string): Promise<void> {
  if (await tryLock(client, name, how)) return
  const holder = (await holdersOf(client, name)).join(', ') || 'another process'
  throw new LienthongError('ledger.locked', { hop: 'ledger', values: { path: place, holder } })
}

/** @returns the version that it found; 0 in a new database. */
async function migrateTables(db: Kysely<LedgerTables>, vault: Vault, place: string): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const plain = transaction as unknown as Kysely<unknown>
    await sql`set local statement_timeout = 0`.execute(plain)
    // Two migrations at once, of two machines, follow each other.
    await sql`select pg_advisory_xact_lock(${sql.raw(lockName('migrate'))})`.execute(plain)
    const found = await schemaVersion(plain)
    refuseNewer(found, newestVersion, place)
    await migrate(plain, migrationsFor('postgres'), found)
    await rememberKey(transaction, vault)
    return found
  })
}

/** A database without our tables is a new one. */
function explainMissing(error: unknown, place: string): unknown {
  const { cause } = error instanceof LienthongError ? error : {}
  if ((cause as { code?: string } | undefined)?.code !== '42P01') return error
  return new LienthongError('ledger.older', { hop: 'ledger', values: { path: place, found: 0, known: newestVersion } })
}
