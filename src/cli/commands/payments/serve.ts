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
      const keep = (chore: Chore, tenant: string, what: string) => {
        const failed = (error: unknown) => log.error({ tenant, code: asLienthongError(error).code }, what)
        return keepDoing(chore, failed, seconds(askEvery), systemClock, session.signal)
      }
      const chores = (askEvery === 0 ? [] : offices).flatMap((office) => [
        keep(asking(office, log), office.tenant, 'payments not asked about'),
        keep(fetching(office, log), office.tenant, 'receipts not fetched'),
      ])
      await untilAborted(session.signal)
      await Promise.all([closed(server), ...chores])
      return exitCodes.done
    })
  },
})

/** What is done again and again; @returns whether more of it is due at once. */
type Chore = (signal: AbortSignal) => Promise<boolean>

const asking =
  ({ tenant, office }: OpenOffice, log: Logger): Chore =>
  async (signal) => {
    const { asked, over, unanswered, more } = await office.askDue(signal)
    if (asked > 0) log[unanswered > 0 ? 'warn' : 'info']({ tenant, asked, over, unanswered }, 'payments asked about')
    return more
  }

const fetching =
  ({ tenant, office }: OpenOffice, log: Logger): Chore =>
  async (signal) => {
    const { fetched, waiting, givenUp, failure, more } = await office.fetchDueReceipts(signal)
    const isBad = failure !== undefined || givenUp > 0
    if (fetched + waiting + givenUp > 0)
      log[isBad ? 'warn' : 'info']({ tenant, fetched, waiting, givenUp, ...(failure && { code: failure.code }) }, 'receipts fetched')
    return more
  }

/** Until it is told to stop. Each chore for itself: a host of receipts that is slow keeps nobody from asking what became of a payment. */
async function keepDoing(chore: Chore, failed: (error: unknown) => void, everyMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      if (await chore(signal)) continue
    } catch (error) {
      if (!signal.aborted) failed(error)
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
