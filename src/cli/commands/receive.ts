/** `lienthong receive`: keeps what one-stop systems push, until the engine reads it. docs/receiving.md */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { minutes, seconds, systemClock, type Text } from '../../base/index.js'
import { configuredReceivers, forNode } from '../../handlers/index.js'
import { command, usage } from '../command.js'
import { logger, logLevels } from '../logger.js'
import { exitCodes } from '../session.js'
import { openConfig, tenantsOf } from './open.js'

const says = {
  ready: {
    en: 'Receiving at {origin}. Plain HTTP: put a server with a certificate before it. Ctrl-C ends it.',
    vi: 'Đang nhận tại {origin}. HTTP thường: hãy đặt máy chủ có chứng thư phía trước. Nhấn Ctrl-C để dừng.',
  },
  receiver: { en: '  {tenant} / {source} ({dialect}): {url}', vi: '  {tenant} / {source} ({dialect}): {url}' },
  standing: {
    en: '    {dossiers} dossiers kept, {rejected} messages wait for a person',
    vi: '    đang giữ {dossiers} hồ sơ, {rejected} bản tin chờ xử lý',
  },
} satisfies Record<string, Text>

const CONNECTIONS = 256

export const receive = command({
  name: 'receive',
  description: 'Receives what one-stop systems push (lgsp-msync, relay-push) and keeps it for the next pass',
  args: {
    listen: { type: 'string', description: 'without a host on this machine only', default: '8470', valueHint: '[HOST:]PORT' },
    logLevel: { type: 'string', description: `JSON lines on stderr: ${logLevels.join(', ')}`, valueHint: 'LEVEL' },
  },
  async run(session, args) {
    const loaded = await openConfig(session)
    const level = logLevels.find((one) => one === args.logLevel)
    if (args.logLevel !== undefined && level === undefined)
      throw usage({
        en: `--log-level takes one of ${logLevels.join(', ')}, not “${args.logLevel}”`,
        vi: `--log-level nhận một trong ${logLevels.join(', ')}, không phải “${args.logLevel}”`,
      })
    const log = logger(session, level, loaded)
    const receiving = configuredReceivers(loaded, { tenants: tenantsOf(session, loaded), clock: systemClock, logger: log })
    try {
      // A whole file may stand in a message; who is slower than this is no sender.
      const server = createServer(
        { requestTimeout: minutes(3), headersTimeout: seconds(20), keepAliveTimeout: seconds(30) },
        forNode(receiving.handler, { logger: log }),
      )
      server.maxConnections = CONNECTIONS
      const origin = await listening(server, args.listen)
      const receivers = receiving.receivers.map(({ tenant, source, dialect, path }) => ({ tenant, source, dialect, url: origin + path }))
      if (session.json) session.streams.out.write(`${JSON.stringify({ origin, receivers })}\n`)
      else {
        session.line(session.say(says.ready, { origin }))
        for (const [index, receiver] of receivers.entries()) {
          session.line(session.say(says.receiver, receiver))
          const standing = await receiving.receivers[index]?.inbox.standing()
          if (standing !== undefined) session.line(session.say(says.standing, { dossiers: standing.dossiers, rejected: standing.rejected }))
        }
      }
      await untilAborted(session.signal)
      // What is being received is answered first.
      await closed(server)
    } finally {
      receiving.close()
    }
    return exitCodes.done
  },
})

async function listening(server: Server, listen: string | undefined): Promise<string> {
  const [, host = '127.0.0.1', port = ''] = /^(?:(\[[0-9a-f:]+\]|[^:\s]+):)?(\d{1,5})$/i.exec(listen ?? '') ?? []
  if (port === '' || Number(port) > 65_535)
    throw usage({ en: `--listen takes [HOST:]PORT, not “${listen}”`, vi: `--listen nhận [HOST:]PORT, không phải “${listen}”` })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(Number(port), host.replace(/^\[|\]$/g, ''), () => resolve())
  }).catch((cause: unknown) => {
    const { code = '' } = cause as NodeJS.ErrnoException
    throw usage({ en: `--listen ${listen}: cannot listen there (${code})`, vi: `--listen ${listen}: không mở được cổng này (${code})` })
  })
  const { address, family, port: bound } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
