/**
 * A portal of the province that also serves the files the national side is led to, in its own Fastify server.
 *
 *   PORT=8080 node portal.ts [lienthong.config.json]
 *
 * With Express: `app.use('/lt', forExpress(files))`, before body parsers. With nothing around it: `lienthong files serve`.
 */
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { assembleFiles, type Logger, loadConfig, openConfiguredLedger } from 'lienthong'
import { type FileDesk, fileLinks, forFastify } from 'lienthong/handlers'

const loaded = await loadConfig(process.argv[2], process.cwd())
// Only for reading: `sync watch` goes on beside it.
const ledger = await openConfiguredLedger(loaded, 'read', 'portal')

const tenants: Record<string, FileDesk> = {}
for (const tenant of Object.keys(loaded.config.tenants)) {
  const desk = await assembleFiles(loaded, tenant, ledger)
  if (desk !== undefined) tenants[tenant] = desk
}

const log = (fields: object, message: string) => console.log(JSON.stringify({ time: new Date().toISOString(), message, ...fields }))
const logger: Logger = { trace: () => {}, debug: () => {}, info: log, warn: log, error: log }
// The web server before us ends TLS and says who called; it must not log what stands below /lt.
const files = fileLinks({ ledger, tenants, proxies: ['127.0.0.1'], logger })

const app = Fastify()
app.get('/', () => 'Cổng dịch vụ công của tỉnh')
app.register(forFastify(files), { prefix: '/lt' })
await app.listen({ port: Number(process.env.PORT ?? 8080), host: '127.0.0.1' })
log({ port: (app.server.address() as AddressInfo).port }, 'listening')

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, async () => {
    await app.close()
    await ledger.close()
  })
