/** One call from its envelope to its rows: session, transport, reading, judging. contracts/procedure-database.md §3, §8 */
import { isLienthongError, LienthongError, redact, systemClock, type Text } from '../../base/index.js'
import { type HttpAnswer, type HttpClient, hostOf, sessionKeeper } from '../../transport/index.js'
import { isMisread, type ProcedureDatabaseAnswer } from './answer.js'
import type { ProcedureDatabaseCall } from './dialect.js'
import { builtRequest, readAnswer, SYSTEM } from './dialect-schema.js'
import type { ProcedureDatabaseSettings } from './options.js'

/** A good answer. `rows` is empty when the database does not have what was asked for. */
export interface Rows {
  readonly rows: readonly unknown[]
  readonly lastId: string | null
  readonly total: number | null
}

export interface DatabaseCalls {
  make(call: ProcedureDatabaseCall, signal: AbortSignal | undefined): Promise<Rows>
}

/** What came back, before a lost session is dealt with. */
type Reply = { readonly rows: Rows } | { readonly lost: LienthongError }

const LONGEST_MESSAGE = 500

export function databaseCalls(settings: ProcedureDatabaseSettings, client: HttpClient): DatabaseCalls {
  const { dialect, site, judge, credentials, transport } = settings
  const { session } = dialect
  const origin = new URL(site.baseUrl).origin
  const fixedSecrets = [credentials.password, credentials.token, credentials.username].filter((secret) => secret !== undefined)

  async function send(call: ProcedureDatabaseCall, secret: string, signal: AbortSignal | undefined): Promise<Reply> {
    const secrets = [...fixedSecrets, secret]
    const request = builtRequest(dialect, 'request', origin, secrets, () => dialect.request(call, site, secret))
    const attempt = () => client.send({ ...request, operation: call.service, repeat: 'freely', signal }, (http) => read(call, secrets, http))
    return attempt().catch((error: unknown) => {
      // A page of a proxy or half an answer is often gone the second time; a third would not help (§8).
      if (isLienthongError(error) && error.code === 'procedure-database.unreadable_answer') return attempt()
      throw error
    })
  }

  function read({ kind, service }: ProcedureDatabaseCall, secrets: readonly string[], http: HttpAnswer): Reply {
    const { status, attempt } = http
    const { answer, problem } = readAnswer(dialect, http.text, kind)
    const means = judge(kind, status, answer)
    const about = { system: SYSTEM, operation: service, hop: 'portal', attempt } as const
    const said = { answerCode: codeOf(answer), answer: messageOf(answer, secrets) ?? `HTTP ${status}` }
    if (means === 'session-lost') {
      if (session !== undefined) return { lost: new LienthongError('procedure-database.session_lost', { values: said, ...about }) }
      throw new LienthongError('transport.unauthorized', { values: { host: hostOf(origin), status }, ...about })
    }
    if (means === 'busy') throw new LienthongError('transport.server_failed', { values: { host: hostOf(origin), status }, ...about })
    if (means === 'unknown-code') return { rows: { rows: [], lastId: null, total: null } }
    if (problem !== undefined) throw unreadable(service, same(redact(problem, secrets)), attempt)
    if (means === 'accepted' && status < 400) {
      if (isMisread(http.text)) throw unreadable(service, MISREAD, attempt)
      if (answer === null || answer.rows === null) throw unreadable(service, NO_ROWS, attempt)
      return { rows: { rows: answer.rows, lastId: answer.lastId, total: answer.total } }
    }
    if (means === 'refused' || (means === undefined && answer !== null && (answer.code !== null || answer.message !== null)))
      throw new LienthongError('procedure-database.refused', { values: { operation: service, ...said }, ...about })
    // A status of refusal without the database's own words: an adapter, a gateway or a firewall said no.
    if (status >= 400) throw new LienthongError('transport.refused', { values: { host: hostOf(origin), status }, ...about, hop: 'adapter' })
    throw unreadable(service, strangerIn(http), attempt)
  }

  async function logIn({ logIn: build }: NonNullable<typeof session>): Promise<string> {
    const { username = '', password = '' } = credentials
    const operation = 'login'
    const request = builtRequest(dialect, 'session.logIn', origin, fixedSecrets, () => build({ username, password }, site))
    return client.send({ ...request, operation, repeat: 'freely' }, (http) => {
      const { status, attempt } = http
      const { answer, problem } = readAnswer(dialect, http.text, 'login')
      const means = judge('login', status, answer)
      const given = answer?.session?.trim() ?? ''
      if (means === 'accepted' && given !== '') return given
      if (means === 'busy')
        throw new LienthongError('transport.server_failed', { values: { host: hostOf(origin), status }, system: SYSTEM, operation })
      // A login carries no session that could be lost: whoever says so did not look at the password.
      const isAnswered = answer !== null && answer.code !== null && means !== 'accepted' && means !== 'session-lost'
      const isRefusal = status === 401 || status === 403 || isAnswered
      if (!isRefusal) {
        // Nobody said that the password is wrong: a later call tries again.
        if (status >= 400 && answer === null)
          throw new LienthongError('transport.refused', {
            values: { host: hostOf(origin), status },
            system: SYSTEM,
            operation,
            hop: 'adapter',
            attempt,
          })
        throw unreadable(operation, problem !== undefined ? same(problem) : answer === null ? strangerIn(http) : NO_SESSION, attempt)
      }
      const said = messageOf(answer, fixedSecrets) ?? (answer === null ? `HTTP ${status}` : codeOf(answer))
      throw new LienthongError('procedure-database.login_refused', { values: { answer: said }, system: SYSTEM, operation, hop: 'portal', attempt })
    })
  }

  const keeper =
    session === undefined
      ? undefined
      : sessionKeeper({ system: SYSTEM, maxAgeMs: session.maxAgeMs, clock: transport.clock ?? systemClock, logIn: () => logIn(session) })

  return {
    async make(call, signal) {
      const reply =
        keeper === undefined
          ? await send(call, credentials.token ?? '', signal)
          : await keeper.use(
              (secret) => send(call, secret, signal),
              (one) => 'lost' in one,
              signal,
            )
      if ('lost' in reply) throw reply.lost
      return reply.rows
    },
  }
}

export function unreadable(operation: string, problem: Text, attempt?: number): LienthongError {
  const details = { values: { operation, problem }, system: SYSTEM, operation }
  return new LienthongError('procedure-database.unreadable_answer', attempt === undefined ? details : { ...details, attempt })
}

const MISREAD: Text = {
  en: 'its text is not in UTF-8, or was read wrongly on the way',
  vi: 'nội dung không phải UTF-8 hoặc đã bị đọc sai mã trên đường truyền',
}
const NO_ROWS: Text = { en: 'it says success and holds no list', vi: 'báo thành công nhưng không có danh sách' }
const NO_SESSION: Text = { en: 'it holds no session', vi: 'không có phiên' }
const same = (text: string): Text => ({ en: text, vi: text })

/** Names a body that is not the database's without quoting it. */
function strangerIn({ status, text }: HttpAnswer): Text {
  const start = text.trimStart().slice(0, 1)
  const looksLikeJson = start === '{' || start === '[' || start === '"'
  const kind: Text =
    start === ''
      ? { en: 'an empty body', vi: 'nội dung rỗng' }
      : start === '<'
        ? { en: 'a web page or a fault in markup', vi: 'một trang web hoặc thông báo lỗi dạng thẻ' }
        : isMisread(text)
          ? { en: 'text in another encoding', vi: 'văn bản ở bảng mã khác' }
          : !looksLikeJson
            ? { en: 'text', vi: 'văn bản' }
            : isJson(text)
              ? { en: 'JSON of another form, or cut inside', vi: 'JSON có cấu trúc khác hoặc bị cắt bên trong' }
              : { en: 'JSON that was cut or damaged', vi: 'JSON bị cắt hoặc bị hỏng' }
  return { en: `HTTP ${status}, ${kind.en}`, vi: `HTTP ${status}, ${kind.vi}` }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function codeOf(answer: ProcedureDatabaseAnswer | null): string {
  return answer?.code?.slice(0, 40) ?? '–'
}

function messageOf(answer: ProcedureDatabaseAnswer | null, secrets: readonly string[]): string | null {
  const told = redact(answer?.message ?? '', secrets).trim()
  if (told === '') return null
  return told.length > LONGEST_MESSAGE ? `${told.slice(0, LONGEST_MESSAGE)}…` : told
}
