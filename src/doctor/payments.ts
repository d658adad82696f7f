/** Whether bills could be paid: each partner’s platform is asked about an attempt that nobody made. Sends no bill, writes nothing. */
import { asLienthongError, type Clock, type LienthongError, type Text } from '../base/index.js'
import { type Assembly, type ConfiguredPartner, partnersOf } from '../config/index.js'
import { hostOf, type SentAttempt } from '../connectors/index.js'
import { instant, wallClockFormat } from '../domain/index.js'
import { download } from '../transport/index.js'
import { type Check, doubtful, failed, fine, skipped } from './check.js'
import { checkReach, failedOnTheWay } from './reach.js'
import { checkClock, serverClock } from './server-clock.js'

const says = {
  answered: {
    en: '{subject}: {host} answers a question about an attempt that nobody made: addresses and secret are right',
    vi: '{subject}: {host} trả lời câu hỏi về giao dịch không tồn tại: địa chỉ và bí mật đúng',
  },
  notAsked: { en: '{subject}: not asked, since it is not reached', vi: '{subject}: không hỏi vì chưa kết nối được' },
  noQuestion: {
    en: '{subject}: this dialect cannot be asked, so the secret is not tried; the first payment shows whether it is right.',
    vi: '{subject}: phương ngữ này không có lệnh hỏi nên chưa thử được bí mật; giao dịch đầu tiên sẽ cho biết.',
  },
  noQuestionHint: {
    en: 'Where the platform has one, set `urls.query`: without it an attempt whose result gets lost ends unpaid in the books.',
    vi: 'Nếu nền tảng có, đặt `urls.query`: thiếu nó, giao dịch bị mất kết quả sẽ kết thúc là chưa nộp trong sổ.',
  },
} satisfies Record<string, Text>

/** Nothing where the configuration says nothing of payments. */
export async function* checkPaymentPlatforms(assembly: Assembly & { readonly clock: Clock }, signal?: AbortSignal): AsyncGenerator<Check> {
  const { payments } = assembly.config
  if (payments === undefined) return
  const { clock } = assembly
  // Asked once, whatever comes of it, and before production too.
  const once = { ...payments, partners: payments.partners.map((row) => ({ ...row, retry: { ...row.retry, attempts: 1 } })) }
  const watch = serverClock(clock)
  let partners: readonly ConfiguredPartner[]
  try {
    partners = partnersOf({ ...assembly, hooks: watch.hooks, config: { ...assembly.config, production: true } }, once)
  } catch (error) {
    yield failed('payments.settings', error)
    return
  }
  for (const { partner, platform, rows } of partners) {
    if (signal?.aborted) return
    const id = `payments.${partner}`
    const subject = `payments ${partner}`
    const url = platform.canQuery ? rows.at(-1)?.urls.query : rows.at(-1)?.urls.start
    const host = hostOf(url ?? '')
    const error = platform.canQuery ? await asked(platform, clock, signal) : await opened(url ?? '', signal)
    yield checkReach(`${id}.reach`, subject, host, error)
    if (error !== undefined && failedOnTheWay(error)) yield skipped(`${id}.query`, says.notAsked, { subject })
    else if (!platform.canQuery) yield doubtful(`${id}.query`, says.noQuestion, says.noQuestionHint, { subject })
    else if (error !== undefined) yield failed(`${id}.query`, error)
    else yield fine(`${id}.query`, says.answered, { subject, host })
  }
  if (watch.aheadMs !== undefined) yield checkClock('payments.clock', 'payments', watch)
}

const wireClock = wallClockFormat('yyyyMMddHHmmss')

async function asked({ query }: ConfiguredPartner['platform'], clock: Clock, signal: AbortSignal | undefined): Promise<LienthongError | undefined> {
  const nobodys: SentAttempt = { reference: 'LIENTHONGDOCTOR00000', at: wireClock.format(instant(clock.now())) }
  try {
    await query(nobodys, { ...(signal === undefined ? {} : { signal }) })
    return undefined
  } catch (error) {
    return asLienthongError(error)
  }
}

/** Any answer over HTTP will do. */
async function opened(url: string, signal: AbortSignal | undefined): Promise<LienthongError | undefined> {
  const enough = new AbortController()
  try {
    await download(new URL(url), {
      system: 'payment-platform',
      operation: 'reach',
      mayConnect: () => true,
      signal: signal === undefined ? enough.signal : AbortSignal.any([signal, enough.signal]),
    })
    return undefined
  } catch (error) {
    return asLienthongError(error)
  } finally {
    enough.abort()
  }
}
