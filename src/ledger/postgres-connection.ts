/** Connections to a PostgreSQL server: a pool for reading, and single ones that never come back once they are lost. */
import { PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import type { Client, ClientConfig, Pool, PoolClient } from 'pg'
import { isLienthongError, LienthongError, seconds, systemClock } from '../base/index.js'
import { explainPostgres } from './postgres-errors.js'

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

/** How long things may take on one connection, in milliseconds. Each can be set in the address: `?lock_timeout=2000`. */
export interface Limits {
  readonly statement_timeout: number
  readonly lock_timeout: number
  /** Ours, for an answer of any kind: the server's own limits do not help when nothing arrives from it. 0: for ever. */
  readonly query_timeout: number
}

export const USUAL: Limits = { statement_timeout: seconds(60), lock_timeout: seconds(15), query_timeout: seconds(75) }

/** Who has not written for so long has lost his shard anyway; and while he waits for a lock he cannot say that he is alive. */
export const UNDER_LEASE: Limits = { statement_timeout: seconds(20), lock_timeout: seconds(5), query_timeout: seconds(30) }

/** An index over millions of rows takes longer than anything that the limits are meant for. */
export const MIGRATING: Limits = { ...USUAL, query_timeout: 0 }

/**
 * How every connection is made. Counts and moments come as numbers: none of ours leaves 2^53. A statement that hangs, a lock that nobody
 * gives back, a transaction whose client went to sleep and a machine that lost its power end by themselves.
 */
export function clientConfig({ types }: Driver, { url, password, name }: PostgresAddress, limits: Limits = USUAL): ClientConfig {
  return {
    connectionString: withPassword(url, password),
    application_name: name,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    // Firewalls forget connections on which nothing moves.
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    options: SERVER_KEEP_ALIVE,
    ...limits,
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

const CONNECT_MS = seconds(10)
const IDLE_MS = seconds(30)
const KEEP_ALIVE_MS = seconds(30)
/** The server frees the locks of a machine that is gone after half a minute; by itself it would take two hours. */
const SERVER_KEEP_ALIVE = '-c tcp_keepalives_idle=15 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=30000'

/**
 * A connection that writes finds every row by its key. Without statistics, in a new ledger or after a large import, the server would read
 * whole tables to look up two hundred rows: ten times slower.
 */
const BY_KEY = '-c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off'

/** PostgreSQL keeps no NUL in a text. What comes from a source has none by now; this is for what came another way. */
function withoutNul(values: readonly unknown[]): unknown[] {
  return values.map((value) => {
    if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value
    return Array.isArray(value) ? withoutNul(value) : value
  })
}

/** Kysely on a pool: for reading. */
export function poolDialect(pool: Pool, place: string): PostgresDialect {
  return new PostgresDialect({
    pool: {
      async connect() {
        const client = await pool.connect().catch((error: unknown) => {
          throw explainPostgres(error, place)
        })
        // The pool listens only while nobody uses it, and an error that nobody hears ends the process. Whoever asks is told by his query.
        client.on('error', ignore)
        // A server that ends a connection says so a moment before it does: the next one must not be given what is left of it.
        let isDoubtful = false
        const query = queryWith(client, place)
        return {
          async query(text: string, values: readonly unknown[]) {
            try {
              return await query(text, values)
            } catch (error) {
              isDoubtful ||= isLienthongError(error) && error.code === 'ledger.unreachable'
              throw error
            }
          },
          release() {
            client.off('error', ignore)
            client.release(isDoubtful)
          },
        } as unknown as PostgresPoolClient
      },
      end: () => endPool(pool),
    } as PostgresPool,
  })
}

/**
 * Kysely on one connection, one user at a time. When it is gone everything fails: nothing ever goes on with another one, because a lock
 * that this one held is gone with it.
 */
export function singleDialect(client: Client, place: string): PostgresDialect {
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
        return { query: queryWith(client, place), release: () => free() } as unknown as PostgresPoolClient
      },
      end: () => endClient(client),
    } as PostgresPool,
  })
}

function queryWith(client: Client | PoolClient, place: string) {
  return async (text: string, values: readonly unknown[]) => {
    try {
      return await client.query(text, withoutNul(values))
    } catch (error) {
      // The server may still be at it: whatever is asked next on this connection would wait behind it.
      if (error instanceof Error && error.message === 'Query read timeout') client.connection.stream.destroy()
      throw explainPostgres(error, place)
    }
  }
}

/** A connection on which nothing arrives any more is left without a goodbye. */
export async function endClient(client: Client): Promise<void> {
  await withinGoodbye(client.end())
  client.connection.stream.destroy()
}

/** @param pool made by {@link newPool}. */
async function endPool(pool: Pool): Promise<void> {
  await withinGoodbye(pool.end())
  for (const client of connected.get(pool) ?? []) client.connection.stream.destroy()
}

const connected = new WeakMap<Pool, Set<Client>>()

export function newPool(driver: Driver, address: PostgresAddress, max: number): Pool {
  const pool = new driver.Pool({ ...clientConfig(driver, address), max })
  const clients = new Set<Client>()
  connected.set(pool, clients)
  pool.on('connect', (client) => clients.add(client))
  pool.on('remove', (client) => clients.delete(client))
  // A connection that breaks while nobody uses it is replaced by the pool.
  pool.on('error', ignore)
  return pool
}

/** Whoever uses it next is told. */
export function newClient(driver: Driver, address: PostgresAddress, limits?: Limits): Client {
  const config = clientConfig(driver, address, limits)
  const client = new driver.Client({ ...config, options: `${config.options} ${BY_KEY}` })
  client.on('error', ignore)
  return client
}

const GOODBYE_MS = seconds(2)

/** Waits for it, but not for long; what comes of it does not matter any more. */
export async function withinGoodbye(work: Promise<unknown>): Promise<void> {
  const over = new AbortController()
  await Promise.race([work, systemClock.sleep(GOODBYE_MS, over.signal)]).catch(ignore)
  over.abort()
}

function ignore(): void {}
