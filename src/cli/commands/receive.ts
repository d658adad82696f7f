/** `lienthong receive`: keeps what one-stop systems push, until the engine reads it. docs/receiving.md */
import { createServer } from 'node:http'
import { minutes, seconds, systemClock, type Text } from '../../base/index.js'
import { configuredReceivers, forNode } from '../../handlers/index.js'
import { command, usage } from '../command.js'
import { closed, listening, untilAborted } from '../listening.js'
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
