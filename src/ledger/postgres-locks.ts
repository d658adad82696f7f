/** Advisory locks by name. They live as long as the connection that holds them, however it ends. */
import type { Client } from 'pg'

/** Held alone by whoever writes everything, and together by the workers. */
export const WRITER = 'writer'
/** Held by a command that writes beside the workers. */
export const COMMANDS = 'commands'

/** The key of a name, as SQL: one database may hold several ledgers, each in a schema of its own. */
export function lockName(name: string): string {
  return `hashtextextended('lienthong/' || current_schema() || '/${name.replaceAll("'", "''")}', 0)`
}

/** The key of a lock that somebody holds, for `… from pg_locks as held where`. Another database of the server may hold a ledger too. */
export const HELD_BY_NAME = `held.locktype = 'advisory' and held.granted and held.objsubid = 1
  and held.database = (select oid from pg_database where datname = current_database()) and (held.classid::bigint << 32 | held.objid::bigint)`

export async function tryLock(client: Client, name: string, how: 'exclusive' | 'shared'): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    `select pg_try_advisory_lock${how === 'shared' ? '_shared' : ''}(${lockName(name)}) as locked`,
  )
  return rows[0]?.locked === true
}

/** Who holds a lock, as its connections call themselves. */
export async function holdersOf(client: Client, name: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select distinct activity.application_name as name from pg_locks as held join pg_stat_activity as activity on activity.pid = held.pid
     where held.pid <> pg_backend_pid() and ${HELD_BY_NAME} = ${lockName(name)}`,
  )
  return rows.map((row) => row.name)
}
