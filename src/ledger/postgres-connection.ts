/** Connections to a PostgreSQL server: a pool for reading, and single ones that never come back once they are lost. */
import { PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import type { Client, ClientConfig, Pool } from 'pg'
import { LienthongError } from '../base/index.js'

export interface PostgresAddress {
  readonly url: string
  readonly password?: string
  /** What the server's list of connections shows: `lienthong worker 4711`. */
  readonly name: string
}

interface Driver {
  readonly Client: typeof Client
  readonly Pool: typeof Pool
  readonly types: typeof import('pg')['types']
}

/** `pg` is needed by those alone who keep their ledger on a server. @throws {LienthongError} `config.missing_package`. */
export async function postgresDriver(): Promise<Driver> {
  try {
    const { default: pg } = await import('pg')
    return pg
  } catch (cause) {
    throw new LienthongError('config.missing_package', { values: { what: 'ledger.url: postgres://…', name: 'pg' }, cause })
  }
}

const INT8 = 20

/**
 * How every connection is made. Counts and moments come as numbers: none of ours leaves 2^53. A statement that hangs, a lock that nobody
 * gives back and a transaction whose client went to sleep end by themselves.
 */
export function clientConfig({ types }: Driver, { url, password, name }: PostgresAddress): ClientConfig {
  return {
    connectionString: withPassword(url, password),
    application_name: name,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    statement_timeout: STATEMENT_MS,
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: IDLE_MS,
    types: {
      getTypeParser: ((oid: number, format: never) => (oid === INT8 ? Number : types.getTypeParser(oid, format))) as typeof types.getTypeParser,
    },
  }
}

/** The driver takes a password from the address alone, where there is an address. */
function withPassword(url: string, password: string | undefined): string {
  if (password === undefined) return url
  const complete = new URL(url)
  complete.password = encodeURIComponent(password)
  return complete.toString()
}

const CONNECT_MS = 10_000
const STATEMENT_MS = 60_000
const LOCK_MS = 15_000
const IDLE_MS = 30_000

/** PostgreSQL keeps no NUL in a text; records of broken sources have them. */
function withoutNul(values: readonly unknown[]): unknown[] {
  return values.map((value) => {
    if (typeof value === 'string')
      return value.includes('\0') || value.includes('\\u0000') ? value.replaceAll('\0', '\uFFFD').replaceAll('\\u0000', '\uFFFD') : value
    return Array.isArray(value) ? withoutNul(value) : value
  })
}

/** Kysely on a pool: for reading. */
export function poolDialect(pool: Pool): PostgresDialect {
  return new PostgresDialect({
    pool: {
      async connect() {
        const client = await pool.connect()
        return { query: queryWith(client), release: () => client.release() } as unknown as PostgresPoolClient
      },
      end: () => pool.end(),
    } as PostgresPool,
  })
}

/**
 * Kysely on one connection, one user at a time. When it is gone everything fails: nothing ever goes on with another one, because a lock
 * that this one held is gone with it.
 */
export function singleDialect(client: Client): PostgresDialect {
  let last: Promise<void> = Promise.resolve()
  return new PostgresDialect({
    pool: {
      async connect() {
        const before = last
        let free = () => {}
        last = new Promise((resolve) => {
          free = resolve
        })
        await before
        return { query: queryWith(client), release: () => free() } as unknown as PostgresPoolClient
      },
      end: () => client.end(),
    } as PostgresPool,
  })
}

function queryWith(client: Pick<Client, 'query'>) {
  return (text: string, values: readonly unknown[]) => client.query(text, withoutNul(values))
}

/** Class 08: the connection. 57P0x: the server shuts down, starts up, or ended this connection. 25P03, 57014, 55P03: a time-out. 40: try again. 53: full. */
const PASSING = /^(08|57P0|57014|55P03|25P03|40|53)/
const NETWORK = /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/

/** In words, and without what PostgreSQL quotes of the row: it may hold what nobody may read. */
export function explainPostgres(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || error instanceof LienthongError) return error
  const { code, severity } = error as { code?: string; severity?: string }
  const lostClient = /^(Connection terminated|Client (was closed|has encountered a connection error)|timeout expired)/.test(error.message)
  if (lostClient || (code !== undefined && (NETWORK.test(code) || (severity !== undefined && PASSING.test(code))))) {
    return new LienthongError('ledger.unreachable', {
      hop: 'ledger',
      values: { path: place, problem: `${error.message}${code === undefined ? '' : ` (${code})`}` },
      cause: error,
    })
  }
  // 28: who we are. 3D: which database. 42501: not allowed. 42P01: no tables.
  if (severity !== undefined && code !== undefined && /^(28|3D|3F|42501|42P01)/.test(code))
    return new LienthongError('ledger.unreadable', { hop: 'ledger', values: { path: place, problem: `${error.message} (${code})` }, cause: error })
  return error
}

/** The address without what opens it. */
export function placeOf(url: string): string {
  try {
    const parsed = new URL(url)
    parsed.password = ''
    parsed.search = ''
    return parsed.toString()
  } catch {
    return 'postgres://…'
  }
}
