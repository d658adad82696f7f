/** Whether the national portal can be reached, lets us in and answers. Asks for what changes nothing; sends no dossier. */
import { asLienthongError, type Clock, LienthongError, type Text } from '../base/index.js'
import { type Assembly, assemblePortal } from '../config/index.js'
import type { NationalPortal } from '../connectors/index.js'
import type { DossierTarget } from '../sync/index.js'
import { type Check, doubtful, failed, fine, skipped } from './check.js'
import { checkReach, failedOnTheWay } from './reach.js'
import { checkClock, serverClock } from './server-clock.js'

export interface PortalCheck {
  readonly assembly: Assembly & { readonly clock: Clock }
  readonly refused: (system: string, account: string | undefined) => Promise<LienthongError | undefined>
  readonly signal?: AbortSignal
}

const SUBJECT = 'national-portal'

const says = {
  login: { en: '{subject}: {host} accepts the login of {agency}', vi: '{subject}: {host} chấp nhận đăng nhập của {agency}' },
  token: {
    en: '{subject}: the dialect {dialect} knows no login; each call shows the token',
    vi: '{subject}: phương ngữ {dialect} không đăng nhập; mỗi lời gọi gửi kèm token',
  },
  notAsked: { en: '{subject}: not asked, since it does not let us in', vi: '{subject}: không hỏi vì chưa vào được' },
  agencies: { en: '{subject}: answers; it lists {agencies} agencies', vi: '{subject}: có trả lời; danh mục {agencies} cơ quan' },
  lookup: {
    en: '{subject}: answers a lookup; the list of agencies is kept from us.',
    vi: '{subject}: trả lời tra cứu; không cho lấy danh mục cơ quan.',
  },
  lookupHint: { en: 'Nothing depends on that list. {problem}', vi: 'Không có gì phụ thuộc danh mục này. {problem}' },
  noReads: {
    en: '{subject}: the relay answers, but has no address for reading ({problem}).',
    vi: '{subject}: relay có trả lời nhưng không có địa chỉ để đọc ({problem}).',
  },
  noReadsHint: {
    en: 'The token is proven by the first dossier only. If the relay can read, name the address in `urls.read`.',
    vi: 'Token chỉ được kiểm chứng khi gửi hồ sơ đầu tiên. Nếu relay đọc được, khai địa chỉ trong `urls.read`.',
  },
  about: { en: '{subject} ({hop}): {problem}', vi: '{subject} ({hop}): {problem}' },
} satisfies Record<string, Text>

/** Who failed, where it can be told. */
const hops: Readonly<Record<string, Text>> = {
  adapter: { en: 'at the adapter', vi: 'tại adapter' },
  platform: { en: 'at the national platform', vi: 'tại nền tảng quốc gia' },
  portal: { en: 'at the portal itself', vi: 'tại chính Cổng' },
}

/** @returns the target, for mapping a sample: also when nobody answers, and not when its settings are wrong. */
export async function* checkPortal({ assembly, refused, signal }: PortalCheck): AsyncGenerator<Check, DossierTarget | undefined> {
  const watch = serverClock(assembly.clock)
  const { portal } = assembly.config
  let parts: ReturnType<typeof assemblePortal>
  try {
    // A password is shown once, whatever comes of it.
    parts = assemblePortal({ ...assembly, hooks: watch.hooks }, { ...portal, retry: { ...portal.retry, attempts: 1 } })
  } catch (error) {
    yield failed('portal.settings', error)
    return undefined
  }
  const { target, client } = parts
  const told = await refused(target.name, target.account)
  if (told) {
    yield failed('portal.login', told)
    return target
  }

  const values = { subject: SUBJECT, host: client.host, dialect: client.dialect, agency: assembly.config.agencyCode }
  const call = signal === undefined ? {} : { signal }
  const loginError = await errorOf(client.login(call))
  const logsIn = watch.attempts > 0
  const answer = loginError === undefined ? await askSomething(client, assembly.config.agencyCode, call) : undefined
  const error = loginError ?? (answer instanceof LienthongError ? answer : undefined)
  const unreadable = !logsIn && error !== undefined && !client.canLookUp && error.code === 'transport.refused'
  yield checkReach('portal.reach', SUBJECT, client.host, unreadable || (logsIn && loginError === undefined) ? undefined : error)
  if (loginError !== undefined && failedOnTheWay(loginError)) yield skipped('portal.login', says.notAsked, values)
  else if (loginError !== undefined) yield failedAt('portal.login', loginError)
  else yield fine('portal.login', logsIn ? says.login : says.token, values)

  if (answer === undefined || (!logsIn && error !== undefined && failedOnTheWay(error) && !unreadable))
    yield skipped('portal.read', says.notAsked, values)
  else if (unreadable) yield doubtful('portal.read', says.noReads, says.noReadsHint, { ...values, problem: error.text })
  else if (answer instanceof LienthongError) yield failedAt('portal.read', answer)
  else if (answer.agencies === undefined) yield doubtful('portal.read', says.lookup, says.lookupHint, { ...values, problem: answer.problem })
  else yield fine('portal.read', says.agencies, { ...values, agencies: answer.agencies })
  if (watch.aheadMs !== undefined) yield checkClock('portal.clock', SUBJECT, watch)
  return target
}

function failedAt(id: string, error: LienthongError): Check {
  const hop = error.hop === undefined ? undefined : hops[error.hop]
  return failed(id, error, hop === undefined ? undefined : says.about, undefined, { subject: SUBJECT, hop })
}

type Answer = { readonly agencies: number } | { readonly agencies: undefined; readonly problem: Text } | LienthongError

/** The list of agencies, and where that is not for us, a dossier that nobody has. */
async function askSomething(client: NationalPortal, agencyCode: string, call: { readonly signal?: AbortSignal }): Promise<Answer> {
  try {
    return { agencies: (await client.agencies(call)).length }
  } catch (thrown) {
    const error = asLienthongError(thrown)
    if (failedOnTheWay(error) || error.kind === 'auth' || error.kind === 'aborted' || !client.canLookUp) return error
    const lookUpError = await errorOf(client.lookUpDossier(`${agencyCode}-000101-0000`, call))
    return lookUpError === undefined ? { agencies: undefined, problem: error.text } : error
  }
}

async function errorOf(work: Promise<unknown>): Promise<LienthongError | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    return asLienthongError(error)
  }
}
