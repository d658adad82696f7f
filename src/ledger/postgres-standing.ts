/** What a PostgreSQL server says of itself and of who works with the ledger on it: for `doctor` and `status`. */
import { sql } from 'kysely'
import type { SqlLedger } from './ledger.js'
import { HELD_BY_NAME } from './postgres-locks.js'

export interface ServerStanding {
  /** `16.4` */
  readonly version: string
  readonly majorVersion: number
  /** Milliseconds by which the server's clock is ahead of ours. */
  readonly aheadMs: number
  /** Connections that the server takes from this user for this database, and how many of them are left. */
  readonly connections: number
  readonly connectionsLeft: number
}

export async function serverStanding({ db, clock }: Pick<SqlLedger, 'db' | 'clock'>): Promise<ServerStanding> {
  // The first question opens a connection: only the second one tells how long an answer takes.
  // Whoever hosts a server mostly limits a user or a database, and -1 is no limit; the tightest of the three is ours.
  const { rows } = await sql<{ version: string; number: number; connections: number; used: number }>`
    with bounds as (
      select current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer as connections,
        (select sum(numbackends) from pg_stat_database)::integer as used
      union all select rolconnlimit, (select count(*) from pg_stat_activity where usename = current_user)::integer
        from pg_roles where rolname = current_user and rolconnlimit >= 0 and not rolsuper
      union all select datconnlimit, (select numbackends from pg_stat_database where datname = current_database())::integer
        from pg_database where datname = current_database() and datconnlimit >= 0 and not (select rolsuper from pg_roles where rolname = current_user))
    select current_setting('server_version') as version, current_setting('server_version_num')::integer as number, connections, used
    from bounds order by connections - used limit 1`.execute(db)
  const asked = clock.now()
  const told = await sql<{ now: number }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(db)
  const ours = (asked + clock.now()) / 2
  const { version = '', number = 0, connections = 0, used = 0 } = rows[0] ?? {}
  return {
    version: version.split(' ')[0] ?? '',
    majorVersion: Math.floor(number / 10_000),
    aheadMs: Number(told.rows[0]?.now ?? ours) - ours,
    connections,
    connectionsLeft: Math.max(0, connections - used),
  }
}

export interface ShardHolder {
  /** In words: `process 4711 on srv-2`. */
  readonly holder: string
  /** `send/3`, or `read/` and the name of a source. */
  readonly shard: string
  /** When it took the shard, and how long ago it last said that it is alive: both by the server's clock. */
  readonly since: number
  readonly silentMs: number
}

/** Who holds which shard of a tenant now. A row of `shards` outlives its holder; the lock on the holder's connection does not. */
export async function shardHolders({ db }: Pick<SqlLedger, 'db'>, tenant: string): Promise<readonly ShardHolder[]> {
  const { rows } = await sql<{ holder: string; shard: string; since: number; silent: number }>`select shards.holder, shards.shard,
      (extract(epoch from activity.backend_start) * 1000)::bigint as since,
      (extract(epoch from clock_timestamp()) * 1000)::bigint - shards.heartbeat_at as silent
    from shards
    join pg_locks as held on held.pid = shards.backend and ${sql.raw(HELD_BY_NAME)}
        = hashtextextended('lienthong/' || current_schema() || '/' || shards.tenant || '/' || shards.shard, 0)
    join pg_stat_activity as activity on activity.pid = held.pid
    where shards.tenant = ${tenant} order by shards.holder, shards.shard`.execute(db)
  return rows.map(({ holder, shard, since, silent }) => ({ holder, shard, since, silentMs: Math.max(0, silent) }))
}
