/**
 * Databases of products that are read by SQL: how they are opened, and what their errors mean. Reading them is the connector's part.
 * The drivers are optional: whoever has no such source needs none of them.
 */
import { type Dialect, MssqlDialect, type MssqlDialectConfig, PostgresDialect, type PostgresPool } from 'kysely'
import { type ErrorCode, isLienthongError, LienthongError, seconds } from '../base/index.js'

/** What SQL differs in, as far as we use it. */
export type SqlFlavour = 'mssql' | 'postgres' | 'sqlite'

export interface SqlAddress {
  readonly host: string
  readonly port?: number
  readonly database: string
  readonly username: string
  readonly password: string
  /** SQL Server and PostgreSQL. True: the connection is encrypted and the server's certificate is checked. */
  readonly encrypt?: boolean
  /** PEM text of authorities trusted besides the built-in ones. */
  readonly ca?: string
  readonly connectMs?: number
  /** Longest statement. */
  readonly requestMs?: number
  readonly connections?: number
}

const CONNECT_MS = seconds(10)
const REQUEST_MS = seconds(120)
const CONNECTIONS = 4
/** An unused connection is closed, so that a process with nothing left to do ends. */
const IDLE_MS = seconds(1)

/** SQL Server through `tedious`. Times come as they stand in the table: wall clocks. @throws {LienthongError} `config.missing_package` */
export async function sqlServerDialect(address: SqlAddress): Promise<Dialect> {
  const tedious = await installed('tedious', () => import('tedious'))
  const tarn = await installed('tarn', () => import('tarn'))
  const { host, port = 1433, database, username, password, encrypt = true, ca } = address
  const { connectMs = CONNECT_MS, requestMs = REQUEST_MS, connections = CONNECTIONS } = address
  return new MssqlDialect({
    tarn: { Pool: tarn.Pool, options: { min: 0, max: connections, idleTimeoutMillis: IDLE_MS, acquireTimeoutMillis: connectMs + seconds(5) } },
    tedious: {
      ISOLATION_LEVEL: tedious.ISOLATION_LEVEL,
      Request: tedious.Request,
      TYPES: tedious.TYPES,
      connectionFactory: () =>
        new tedious.Connection({
          server: host,
          authentication: { type: 'default', options: { userName: username, password } },
          options: {
            port,
            database,
            encrypt,
            trustServerCertificate: false,
            ...(ca === undefined ? {} : { cryptoCredentialsDetails: { ca } }),
            appName: 'lienthong',
            connectTimeout: connectMs,
            requestTimeout: requestMs,
            useUTC: true,
            lowerCaseGuids: true,
          },
        }),
    } as unknown as MssqlDialectConfig['tedious'],
  })
}

/** PostgreSQL through `pg`, for a copy of such a database. @throws {LienthongError} `config.missing_package` */
export async function postgresDialect(address: SqlAddress): Promise<Dialect> {
  const { default: pg } = await installed('pg', () => import('pg'))
  const { host, port = 5432, database, username, password, encrypt = true, ca, connections = CONNECTIONS } = address
  const { connectMs = CONNECT_MS, requestMs = REQUEST_MS } = address
  const pool = new pg.Pool({
    host,
    port,
    database,
    user: username,
    password,
    ...(encrypt ? { ssl: ca === undefined ? true : { ca } } : {}),
    application_name: 'lienthong',
    connectionTimeoutMillis: connectMs,
    statement_timeout: requestMs,
    query_timeout: requestMs + seconds(15),
    max: connections,
    idleTimeoutMillis: IDLE_MS,
    allowExitOnIdle: true,
    types: { getTypeParser: ((oid: number, format: never) => (WALL_CLOCKS.has(oid) ? asItStands : pg.types.getTypeParser(oid, format))) as never },
  })
  // A connection that breaks while nobody uses it is replaced by the pool.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return new PostgresDialect({ pool: pool as unknown as PostgresPool })
}

/** `date`, `timestamp`: a driver that makes moments of them would take them for this machine's time. */
const WALL_CLOCKS: ReadonlySet<number> = new Set([1082, 1114])
const asItStands = (text: string): string => text

async function installed<Package>(name: string, load: () => Promise<Package>): Promise<Package> {
  try {
    return await load()
  } catch (cause) {
    throw new LienthongError('config.missing_package', { values: { what: `SQL (${name})`, name }, cause })
  }
}

/** Which database was asked for what; every error says the same. */
export interface SqlContext {
  readonly system: string
  readonly operation: string
  /** Host, or the file's name. */
  readonly place: string
}

/** By the number or code that drivers give. SQL Server's numbers, PostgreSQL's states, codes of sockets and of tedious. */
const MEANINGS: readonly (readonly [code: ErrorCode, told: readonly (string | number)[]])[] = [
  ['sql.login_refused', [18456, 18452, 4060, '28P01', '28000', '3D000', 'ELOGIN']],
  ['sql.no_right', [229, 230, 262, 916, '42501']],
  ['sql.schema', [207, 208, '42703', '42P01', '3F000']],
  ['sql.busy', [1205, 1222, 3960, '40P01', '40001', '55P03', '57014', 'ETIMEOUT']],
  [
    'sql.unreachable',
    ['ESOCKET', 'ECONNCLOSED', 'EINSTLOOKUP', 'ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'EPIPE'].concat(
      // PostgreSQL: shut down, starting, too many connections.
      ['57P01', '57P02', '57P03', '53300', '08000', '08001', '08003', '08004', '08006'],
    ),
  ],
]

/** By their words, where drivers give no code. */
const WORDS: readonly (readonly [code: ErrorCode, pattern: RegExp])[] = [
  ['sql.schema', /no such (?:table|column)/i],
  ['sql.busy', /database (?:table )?is locked|Query read timeout|acquir\w+ .*timed? ?out|operation timed out/i],
  [
    'sql.unreachable',
    /connection (?:terminated|lost|closed)|terminated unexpectedly|not connected|unable to open database|failed to connect|timeout.* connect/i,
  ],
  ['sql.no_right', /readonly database/i],
]

/** Names of tables and columns may be told; values, which such messages hold too, may not. */
const NAMED = [
  /Invalid (?:column|object) name '([\w.$ ]{1,128})'/,
  /no such (?:table|column): ([\w.$ ]{1,128})/i,
  /(?:column|relation|schema) "?([\w.$]{1,128})"? does not exist/,
  /permission (?:was )?denied (?:on|for) (?:the )?\w+ '?([\w.$]{1,128})/i,
]

/** What an error of a driver means. Its own message stays out: it may quote a value of a row. */
export function sqlFailure(error: unknown, { system, operation, place }: SqlContext): LienthongError {
  if (isLienthongError(error)) return error
  const codes = codesOf(error)
  const words = error instanceof Error ? error.message : ''
  const code =
    MEANINGS.find(([, told]) => told.some((one) => codes.includes(String(one))))?.[0] ??
    WORDS.find(([, pattern]) => pattern.test(words))?.[0] ??
    'sql.failed'
  const name = NAMED.map((pattern) => pattern.exec(words)?.[1]).find((found) => found !== undefined)
  const values = { place, operation, code: codes[0] ?? 'no code', name: name ?? '?' }
  return new LienthongError(code, { values, system, operation, hop: 'source' })
}

function codesOf(error: unknown): readonly string[] {
  if (typeof error !== 'object' || error === null) return []
  const own = ['number', 'code', 'errcode']
    .map((key) => Reflect.get(error, key))
    .filter((value) => typeof value === 'string' || typeof value === 'number')
  const causes = [Reflect.get(error, 'cause'), ...(error instanceof AggregateError ? error.errors : [])]
  return [...own.map(String), ...causes.flatMap((cause) => (cause === error ? [] : codesOf(cause)))]
}
