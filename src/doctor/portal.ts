/** Whether the national portal can be reached, lets us in and answers. Asks for what changes nothing; sends no dossier. */
import { asLienthongError, type Clock, LienthongError, type Text } from '../base/index.js'
import { type AssembledPortal, type Assembly, assemblePortal } from '../config/index.js'
import type { NationalPortal } from '../connectors/index.js'
import { instant, isValidOn, localDateOf } from '../domain/index.js'
import { accountSystem, type DossierTarget } from '../sync/index.js'
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
  nobody: { en: '{subject}: no account holds today', vi: '{subject}: hôm nay không có tài khoản nào hiệu lực' },
  nobodyHint: {
    en: 'Nothing can be sent until one does. Look at `validFrom` and `validTo` in `portal.accounts`.',
    vi: 'Không gửi được gì cho tới khi có tài khoản. Xem `validFrom` và `validTo` trong `portal.accounts`.',
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
  let parts: AssembledPortal
  try {
    // A password is shown once, whatever comes of it.
    parts = assemblePortal({ ...assembly, hooks: watch.hooks }, { ...portal, retry: { ...portal.retry, attempts: 1 } })
  } catch (error) {
    yield failed('portal.settings', error)
    return undefined
  }
  const doors = doorsOf(parts, assembly)
  for (const door of doors) {
    yield* checkDoor(door, watch, refused, signal)
    if (signal?.aborted) break
  }
  if (doors.length === 0) yield doubtful('portal.login', says.nobody, says.nobodyHint, { subject: SUBJECT, agency: assembly.config.agencyCode })
  if (watch.aheadMs !== undefined) yield checkClock('portal.clock', SUBJECT, watch)
  return parts.target
}

/** One login, with how checks and the ledger name it. */
interface Door {
  readonly id: string
  readonly subject: string
  readonly client: NationalPortal
  readonly system: string
  readonly account: string | undefined
  readonly agency: string
}

/** The accounts of today. */
function doorsOf({ target, client, accounts }: AssembledPortal, { config, clock }: PortalCheck['assembly']): readonly Door[] {
  if (accounts.length === 0)
    return [{ id: 'portal', subject: SUBJECT, client, system: target.name, account: target.account, agency: config.agencyCode }]
  const today = localDateOf(instant(clock.now()))
  return accounts
    .filter((account) => isValidOn(account, today))
    .map((one) => ({
      id: `portal.accounts.${one.name}`,
      subject: `${SUBJECT} (${one.name})`,
      client: one.portal,
      system: accountSystem(target, one),
      account: one.account,
      agency: one.agencyCode,
    }))
}

async function* checkDoor(
  { id, subject, client, system, account, agency }: Door,
  watch: ReturnType<typeof serverClock>,
  refused: PortalCheck['refused'],
  signal: AbortSignal | undefined,
): AsyncGenerator<Check> {
  const told = await refused(system, account)
  if (told) {
    yield failed(`${id}.login`, told)
    return
  }
  const values = { subject, host: client.host, dialect: client.dialect, agency }
  const call = signal === undefined ? {} : { signal }
  const attemptsBefore = watch.attempts
  const loginError = await errorOf(client.login(call))
  const logsIn = watch.attempts > attemptsBefore
  const answer = loginError === undefined ? await askSomething(client, agency, call) : undefined
  const error = loginError ?? (answer instanceof LienthongError ? answer : undefined)
  const unreadable = !logsIn && error !== undefined && !client.canLookUp && error.code === 'transport.refused'
  yield checkReach(`${id}.reach`, subject, client.host, unreadable || (logsIn && loginError === undefined) ? undefined : error)
  if (loginError !== undefined && failedOnTheWay(loginError)) yield skipped(`${id}.login`, says.notAsked, values)
  else if (loginError !== undefined) yield failedAt(`${id}.login`, subject, loginError)
  else yield fine(`${id}.login`, logsIn ? says.login : says.token, values)

  if (answer === undefined || (!logsIn && error !== undefined && failedOnTheWay(error) && !unreadable))
    yield skipped(`${id}.read`, says.notAsked, values)
  else if (unreadable) yield doubtful(`${id}.read`, says.noReads, says.noReadsHint, { ...values, problem: error.text })
  else if (answer instanceof LienthongError) yield failedAt(`${id}.read`, subject, answer)
  else if (answer.agencies === undefined) yield doubtful(`${id}.read`, says.lookup, says.lookupHint, { ...values, problem: answer.problem })
  else yield fine(`${id}.read`, says.agencies, { ...values, agencies: answer.agencies })
}

function failedAt(id: string, subject: string, error: LienthongError): Check {
  const hop = error.hop === undefined ? undefined : hops[error.hop]
  return failed(id, error, hop === undefined ? undefined : says.about, undefined, { subject, hop })
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
