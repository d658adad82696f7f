/** `lienthong payments serve`: takes results, shows bills to whoever looks them up, asks about what nobody told, and fetches receipts. docs/payments.md */
import { createServer } from 'node:http'
import { asLienthongError, type Clock, type Logger, minutes, seconds, systemClock, type Text } from '../../../base/index.js'
import { configuredPayments, forNode } from '../../../handlers/index.js'
import { command, usage, wholeNumber } from '../../command.js'
import { closed, listening, untilAborted } from '../../listening.js'
import { type LogLevel, logger, logLevels } from '../../logger.js'
import { exitCodes } from '../../session.js'
import { openConfig } from '../open.js'
import { type OpenOffice, officeOf, paymentTenants, withPaymentLedger } from './offices.js'

const says = {
  ready: {
    en: 'Taking payments at {origin}. Plain HTTP: put a server with a certificate before it. Ctrl-C ends it.',
    vi: 'Đang nhận thanh toán tại {origin}. HTTP thường: hãy đặt máy chủ có chứng thư phía trước. Nhấn Ctrl-C để dừng.',
  },
  results: { en: '  {tenant}: results of {partner}: POST {url}', vi: '  {tenant}: kết quả của {partner}: POST {url}' },
  inquiries: { en: '  {tenant}: inquiries: POST {url}', vi: '  {tenant}: tra cứu khoản thu: POST {url}' },
} satisfies Record<string, Text>

const CONNECTIONS = 512

export const serve = command({
  name: 'payments serve',
  description: 'Takes results of payments, answers bill inquiries, asks about attempts that nobody told about and fetches receipts',
  args: {
    listen: { type: 'string', description: 'without a host on this machine only', default: '8480', valueHint: '[HOST:]PORT' },
    askEvery: {
      type: 'string',
      description: 'look for attempts to ask about and receipts to fetch so often; 0: another process does',
      default: '30',
      valueHint: 'SECONDS',
    },
    logLevel: { type: 'string', description: `JSON lines on stderr: ${logLevels.join(', ')}`, valueHint: 'LEVEL' },
  },
  async run(session, args) {
    const level = levelOf(args.logLevel)
    const askEvery = wholeNumber(args.askEvery, 'ask-every', 0) ?? 30
    const loaded = await openConfig(session)
    const tenants = paymentTenants(session, loaded)
    const log = logger(session, level, loaded)
    return withPaymentLedger(loaded, 'workers', 'payments serve', async (ledger) => {
      const offices = tenants.map((tenant) => officeOf(session, loaded, tenant, ledger))
      const routing = configuredPayments(loaded, Object.fromEntries(offices.map((office) => [office.tenant, office])), { logger: log })
      const server = createServer(
        { requestTimeout: minutes(1), headersTimeout: seconds(20), keepAliveTimeout: seconds(30) },
        forNode(routing.handler, { logger: log }),
      )
      server.maxConnections = CONNECTIONS
      const origin = await listening(server, args.listen)
      const routes = routing.routes.map(({ path, ...route }) => ({ ...route, url: origin + path }))
      if (session.json) session.streams.out.write(`${JSON.stringify({ origin, routes })}\n`)
      session.line(session.say(says.ready, { origin }))
      for (const { serves, partner, ...route } of routes) session.line(session.say(says[serves], { ...route, partner: partner ?? '' }))
      const asking = askEvery === 0 ? [] : offices.map((office) => keepAsking(office, seconds(askEvery), systemClock, log, session.signal))
      await untilAborted(session.signal)
      await Promise.all([closed(server), ...asking])
      return exitCodes.done
    })
  },
})

/** Until it is told to stop. A platform that is away is asked again at its own times. */
async function keepAsking({ tenant, office }: OpenOffice, everyMs: number, clock: Clock, log: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const { asked, over, unanswered, more } = await office.askDue(signal)
      if (asked > 0) log[unanswered > 0 ? 'warn' : 'info']({ tenant, asked, over, unanswered }, 'payments asked about')
      if (more) continue
    } catch (error) {
      if (!signal.aborted) log.error({ tenant, code: asLienthongError(error).code }, 'payments not asked about')
    }
    try {
      const { fetched, waiting, givenUp, failure, more } = await office.fetchDueReceipts(signal)
      const isBad = failure !== undefined || givenUp > 0
      if (fetched + waiting + givenUp > 0)
        log[isBad ? 'warn' : 'info']({ tenant, fetched, waiting, givenUp, ...(failure && { code: failure.code }) }, 'receipts fetched')
      if (more) continue
    } catch (error) {
      if (!signal.aborted) log.error({ tenant, code: asLienthongError(error).code }, 'receipts not fetched')
    }
    await clock.sleep(everyMs, signal).catch(() => {})
  }
}

function levelOf(text: string | undefined): LogLevel | undefined {
  const level = logLevels.find((one) => one === text)
  if (text !== undefined && level === undefined)
    throw usage({
      en: `--log-level takes one of ${logLevels.join(', ')}, not “${text}”`,
      vi: `--log-level nhận một trong ${logLevels.join(', ')}, không phải “${text}”`,
    })
  return level
}
