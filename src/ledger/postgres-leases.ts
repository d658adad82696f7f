/**
 * Leases on PostgreSQL: a session's advisory lock, held on the connection that writes; and an epoch that every write looks at first.
 * A holder that says nothing for too long, because its machine stopped it, still has its connection: the next one has the server end it.
 */
import { Kysely, sql } from 'kysely'
import type { Client } from 'pg'
import { type Clock, LienthongError, seconds } from '../base/index.js'
import { assembleLedger, syncLedgerOf } from './assemble.js'
import { postgresStatements } from './group-postgres.js'
import { checkVersion } from './installed.js'
import type { Lease, LeaseTaker } from './lease.js'
import { newestVersion } from './migrations.js'
import { endClient, newClient, type PostgresAddress, type postgresDriver, singleDialect, UNDER_LEASE } from './postgres-connection.js'
import { afterFailure, explainPostgres } from './postgres-errors.js'
import { HELD_BY_NAME, lockName, tryLock, WRITER } from './postgres-locks.js'
import { POSTGRES_SHARDS } from './postgres-shards.js'
import type { LedgerTables } from './schema.js'
import type { Vault } from './vault.js'

export interface LeaseMakings {
  readonly driver: Awaited<ReturnType<typeof postgresDriver>>
  readonly address: PostgresAddress
  /** For reading. */
  readonly db: Kysely<LedgerTables>
  readonly vault: Vault
  readonly clock: Clock
  readonly place: string
}

/** A holder renews three times as often. */
const HEARTBEAT_MS = seconds(15)

/** Milliseconds by the server's clock: workers need not agree on the time to agree on who is alive. */
const SERVER_NOW = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`

export function postgresLeases(makings: LeaseMakings): LeaseTaker {
  const { driver, address, db, clock, place } = makings
  return {
    heartbeatMs: HEARTBEAT_MS,
    dueShards: (tenant) => dueShards(db, tenant, clock.now()),
    reserveTurns: (tenant, system, { perSecond, count }) => reserveTurns(db, tenant, system, perSecond, count),
    async take(tenant, shard, holder) {
      const client = newClient(driver, address, UNDER_LEASE)
      try {
        await client.connect()
        const taken = await lockShard(client, tenant, shard)
        if (!taken) {
          await endClient(client)
          return undefined
        }
        const writer = new Kysely<LedgerTables>({ dialect: singleDialect(client, place) })
        // The tables may have been brought up to date since this process began: it must not write what it does not know.
        await checkVersion(writer, place)
        const epoch = await raiseEpoch(writer, tenant, shard, holder)
        return leaseOf(makings, { client, writer, tenant, shard, epoch })
      } catch (error) {
        await endClient(client)
        throw explainPostgres(error, place)
      }
    },
  }
}

/** One look at the index for each shard and priority, however many dossiers wait. */
async function dueShards(db: Kysely<LedgerTables>, tenant: string, now: number): Promise<readonly number[]> {
  const { rows } = await sql<{ shard: number }>`select shard from generate_series(0, ${POSTGRES_SHARDS - 1}) as shard
    where exists (select 1 from dossiers where tenant = ${tenant} and dossiers.shard = shard.shard and priority = 0 and next_at <= ${now})
       or exists (select 1 from dossiers where tenant = ${tenant} and dossiers.shard = shard.shard and priority = 1 and next_at <= ${now})`.execute(
    db,
  )
  return rows.map(({ shard }) => Number(shard))
}

/** By the server's clock, so that workers whose clocks differ share one rate. A second's turns may go at once; the average holds. */
async function reserveTurns(db: Kysely<LedgerTables>, tenant: string, system: string, perSecond: number, count: number): Promise<number> {
  const interval = 1000 / perSecond
  const earliest = sql`${SERVER_NOW} - ${Math.max(0, 1000 - interval)}::double precision`
  const length = sql`${interval * count}::double precision`
  const { rows } = await sql<{ wait: number }>`insert into budgets (tenant, system, next_at) values (${tenant}, ${system}, ${earliest} + ${length})
    on conflict (tenant, system) do update set next_at = greatest(budgets.next_at, ${earliest}) + ${length}
    returning next_at - ${length} - ${SERVER_NOW} as wait`.execute(db)
  return Math.max(0, Number(rows[0]?.wait ?? 0))
}

/** Whoever writes everything keeps all shards. */
async function lockShard(client: Client, tenant: string, shard: string): Promise<boolean> {
  if (!(await tryLock(client, WRITER, 'shared'))) return false
  const name = `${tenant}/${shard}`
  if (await tryLock(client, name, 'exclusive')) return true
  if (!(await putOut(client, tenant, shard))) return false
  // The server needs a moment to end a connection; whoever comes too early comes again with the next slice.
  return tryLock(client, name, 'exclusive')
}

/**
 * Ends the connection of a holder that has been silent for too long: by its heartbeat, or, when it fell silent before it wrote down who it
 * is, by what its connection did last. @returns whether there was one.
 */
async function putOut(client: Client, tenant: string, shard: string): Promise<boolean> {
  const { rows } = await client.query<{ ended: boolean }>(
    `select pg_terminate_backend(held.pid, 2000) as ended from pg_locks as held
     join pg_stat_activity as activity on activity.pid = held.pid
     left join shards on shards.tenant = $1 and shards.shard = $2 and shards.backend = held.pid
     where ${HELD_BY_NAME} = ${lockName(`${tenant}/${shard}`)}
       and coalesce(shards.heartbeat_at, extract(epoch from activity.state_change) * 1000) < extract(epoch from clock_timestamp()) * 1000 - $3`,
    [tenant, shard, HEARTBEAT_MS],
  )
  return rows.some(({ ended }) => ended)
}

async function raiseEpoch(writer: Kysely<LedgerTables>, tenant: string, shard: string, holder: string): Promise<number> {
  const { rows } = await sql<{ epoch: number }>`insert into shards (tenant, shard, epoch, holder, backend, heartbeat_at)
    values (${tenant}, ${shard}, 1, ${holder}, pg_backend_pid(), ${SERVER_NOW})
    on conflict (tenant, shard) do update set epoch = shards.epoch + 1, holder = excluded.holder, backend = excluded.backend, heartbeat_at = excluded.heartbeat_at
    returning epoch`.execute(writer)
  return Number(rows[0]?.epoch)
}

interface Held {
  readonly client: Client
  readonly writer: Kysely<LedgerTables>
  readonly tenant: string
  readonly shard: string
  readonly epoch: number
}

function leaseOf({ db, vault, clock, place }: LeaseMakings, { client, writer, tenant, shard, epoch }: Held): Lease {
  const lost = (cause?: unknown) => new LienthongError('ledger.lease_lost', { hop: 'ledger', values: { shard, tenant }, cause })
  const ours = (query: Kysely<LedgerTables>) =>
    query.selectFrom('shards').select('epoch').where('tenant', '=', tenant).where('shard', '=', shard).where('epoch', '=', epoch)
  const ledger = assembleLedger({
    kind: 'postgres',
    place,
    tablesBefore: newestVersion,
    db,
    writer,
    vault,
    clock,
    shards: POSTGRES_SHARDS,
    confirmed: [],
    statements: postgresStatements,
    explain: (error) => explainPostgres(error, place),
    afterFailure,
    async fence(transaction) {
      if ((await ours(transaction).forShare().executeTakeFirst()) === undefined) throw lost()
    },
    leases: undefined,
    close: () => writer.destroy(),
  })
  return {
    tenant,
    shard,
    epoch,
    ledger: syncLedgerOf(ledger),
    async renew() {
      try {
        const { numUpdatedRows } = await writer
          .updateTable('shards')
          .set({ heartbeat_at: SERVER_NOW })
          .where('tenant', '=', tenant)
          .where('shard', '=', shard)
          .where('epoch', '=', epoch)
          .executeTakeFirst()
        if (Number(numUpdatedRows) === 0) throw lost()
      } catch (error) {
        throw explainPostgres(error, place)
      }
    },
    async release() {
      // The lock goes with the connection; when that is gone already, so is the lock.
      await endClient(client)
    },
  }
}
