/** `lienthong files serve`: the files behind links, alone behind a web server of yours. docs/file-links.md */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LienthongError, minutes, seconds, type Text } from '../../../base/index.js'
import { assembleFiles, openConfiguredLedger } from '../../../config/index.js'
import { type FileDesk, fileLinks, forNode, type InboundHandler } from '../../../handlers/index.js'
import { command, usage, wholeNumber } from '../../command.js'
import { observe, observingArgs } from '../../observing.js'
import { exitCodes } from '../../session.js'
import { openConfig, tenantsOf } from '../open.js'

const says = {
  serving: {
    en: 'Files of {tenants} are served at {origin}; a web server of yours leads {publicUrl} there. Ctrl-C ends it.',
    vi: 'Đang phục vụ tệp của {tenants} tại {origin}; máy chủ web của bạn dẫn {publicUrl} về đây. Ctrl-C để dừng.',
  },
  nothing: {
    en: 'no tenant has `files.publicUrl`; set it to where the national side reaches this machine (docs/file-links.md)',
    vi: 'chưa đơn vị nào có `files.publicUrl`; đặt địa chỉ mà phía quốc gia truy cập được (docs/file-links.md)',
  },
  taken: {
    en: 'cannot listen at {host}:{port} ({code}); name others with --host and --port',
    vi: 'không mở được {host}:{port} ({code}); chọn giá trị khác bằng --host và --port',
  },
} satisfies Record<string, Text>

/** Whoever writes slowly into his request is no portal. */
const REQUEST_MS = seconds(15)
/** A connection that moves nothing for so long is closed. */
const SILENCE_MS = minutes(1)
const CONNECTIONS = 512

export const serve = command({
  name: 'files serve',
  description: 'Serves the files that links lead to, alone behind a web server of yours that speaks https',
  args: {
    port: { type: 'string', description: 'port to listen on (0: any free one)', default: '4700', valueHint: 'PORT' },
    host: { type: 'string', description: 'address to listen on', default: '127.0.0.1', valueHint: 'HOST' },
    proxies: { type: 'string', description: 'addresses of web servers before it, whose X-Forwarded-For is believed', valueHint: 'ADDRESS,…' },
    ...observingArgs,
  },
  remarks: ['  one line of JSON on stderr for each request; --log-level warn silences it'],
  async run(session, args) {
    const port = wholeNumber(args.port, 'port', 0) ?? 4700
    if (port > 65_535) throw usage({ en: `--port takes a number up to 65535, not ${port}`, vi: `--port nhận số đến 65535, không phải ${port}` })
    const loaded = await openConfig(session)
    const ledger = await openConfiguredLedger(loaded, 'read', 'files serve')
    const named = tenantsOf(session, loaded)
    const { listen, logLevel = 'info' } = args
    try {
      const observing = await observe(session, loaded, { listen, logLevel, tenants: named, ledger, staleAfterMs: Number.POSITIVE_INFINITY })
      try {
        const tenants: Record<string, FileDesk> = {}
        for (const tenant of named) {
          const desk = await assembleFiles(loaded, tenant, ledger, { logger: observing.logger })
          if (desk !== undefined) tenants[tenant] = desk
        }
        const names = Object.keys(tenants)
        if (names.length === 0) throw usage(says.nothing)
        const proxies = args.proxies?.split(',').map((one) => one.trim()) ?? ['127.0.0.1', '::1']
        const handler = fileLinks({ ledger, tenants, proxies, logger: observing.logger, onDownload: observing.download })
        const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS }, forNode(anywhere(handler), observing))
        server.timeout = SILENCE_MS
        server.maxConnections = CONNECTIONS
        const origin = await listening(server, args.host, port)
        const publicUrl = [...new Set(names.map((tenant) => loaded.config.tenants[tenant]?.files?.publicUrl))].join(', ')
        session.note(session.say(says.serving, { tenants: names.join(', '), origin, publicUrl }))
        await untilAborted(session.signal)
        await closed(server)
        session.result({ origin, tenants: names })
        return exitCodes.done
      } finally {
        await observing.close()
      }
    } finally {
      await ledger.close()
    }
  },
})

/** Web servers before us hand the path on with or without what stands before the token. */
function anywhere(handler: InboundHandler): InboundHandler {
  return (request) => {
    const path = request.url.split('?', 1)[0] ?? ''
    return handler({ ...request, url: path.slice(path.lastIndexOf('/')) })
  }
}

async function listening(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  }).catch((cause: NodeJS.ErrnoException) => {
    const { code = '' } = cause
    if (cause.syscall !== 'listen' && cause.syscall !== 'getaddrinfo') throw new LienthongError('internal.bug', { cause })
    throw usage({
      en: says.taken.en.replace('{host}', host).replace('{port}', String(port)).replace('{code}', code),
      vi: says.taken.vi.replace('{host}', host).replace('{port}', String(port)).replace('{code}', code),
    })
  })
  const { address, family, port: bound } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Files under way are cut off: whoever fetches asks again. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
