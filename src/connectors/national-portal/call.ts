/** One call from its envelope to its meaning: session, transport, reading, judging. contracts/national-portal.md §3, §6. */
import { type ErrorCode, isLienthongError, LienthongError, systemClock } from '../../base/index.js'
import { type HttpAnswer, type HttpClient, hostOf, sessionKeeper } from '../../transport/index.js'
import type { PortalCall } from './dialect.js'
import { builtRequest, readAnswer } from './dialect-calls.js'
import { type AnswerNote, noteOf, tellable } from './note.js'
import { type PortalSettings, SYSTEM } from './options.js'
import type { CallKind, Meaning } from './outcome.js'
import type { PortalAnswer } from './wire.js'

export interface Call {
  readonly kind: CallKind
  readonly wire: PortalCall
  /** What the answer's text may quote, for redaction. */
  readonly sent: unknown
  /** See {@link HttpRequest.notAfter}. */
  readonly notAfter?: number | undefined
}

/** An answer that says what the portal did; everything else was thrown. */
export interface Judged {
  readonly means: 'accepted' | 'already-exists' | 'unknown-dossier' | 'rejected'
  note(): AnswerNote
  /** @throws {LienthongError} `portal.unreadable_answer` when the rows are none. */
  rows(): readonly unknown[]
  error(code: ErrorCode): LienthongError
  unreadable(problem: string): LienthongError
}

export interface PortalCalls {
  make(call: Call, signal: AbortSignal | undefined): Promise<Judged>
  logIn(signal: AbortSignal | undefined): Promise<void>
}

/** What came back, before a lost session is dealt with. */
interface Reply {
  readonly means: Meaning
  readonly answer: PortalAnswer | null
  readonly http: HttpAnswer
  /** The session it was asked with: an answer may quote it. */
  readonly secret: string
}

export function portalCalls(settings: PortalSettings, client: HttpClient): PortalCalls {
  const { dialect, site, judge, credentials, agencyOf, transport } = settings
  const { session } = dialect
  const origin = new URL(site.adapterUrl).origin
  const fixedSecrets = [credentials.password, credentials.token, credentials.username].filter((secret) => secret !== undefined)

  function send({ kind, wire, sent, notAfter }: Call, secret: string, signal: AbortSignal | undefined): Promise<Reply> {
    const tell = (text: string) => tellable(text, sent, [...fixedSecrets, secret])
    const request = builtRequest(dialect, 'request', origin, () => dialect.request(wire, site, secret), tell)
    const repeat = kind === 'read' ? 'freely' : 'if-not-sent'
    return client.send({ ...request, operation: wire.service, repeat, signal, notAfter }, (http) => read(kind, wire.service, sent, secret, http))
  }

  function read(kind: CallKind, operation: string, sent: unknown, secret: string, http: HttpAnswer): Reply {
    const { answer, problem } = readAnswer(dialect, http.text)
    const means = judge(kind, http.status, answer)
    const tell = (text: string) => tellable(text, sent, [...fixedSecrets, secret])
    if (means === 'unknown') throw unreadable(operation, tell(answer?.message ?? ''), http.attempt)
    if (means !== undefined) return { means, answer, http, secret }
    if (problem !== undefined) throw unreadable(operation, tell(problem), http.attempt)
    // A status of refusal without the portal's own words: the adapter or a firewall said no, and nothing was applied.
    if (answer?.error_code == null && http.status >= 400) {
      const values = { host: hostOf(site.adapterUrl), status: http.status }
      throw new LienthongError('transport.refused', { values, system: SYSTEM, operation, hop: 'adapter', attempt: http.attempt })
    }
    if (answer === null) throw unreadable(operation, strangerIn(http), http.attempt)
    // A sentence that no rule knows, without a code, proves nothing in either direction.
    if (answer.error_code == null)
      throw unreadable(operation, `no error_code, and no rule of dialect ${dialect.name} for an answer without one`, http.attempt)
    return { means: 'rejected', answer, http, secret }
  }

  const keeper =
    session === undefined
      ? undefined
      : sessionKeeper<string>({
          system: SYSTEM,
          maxAgeMs: session.maxAgeMs,
          clock: transport.clock ?? systemClock,
          logIn: () => logIn(session),
          ...(settings.sessions === undefined ? {} : { shelf: settings.sessions }),
        })

  async function logIn({ logIn: build }: NonNullable<typeof session>): Promise<string> {
    const { username = '', password = '' } = credentials
    const tell = (text: string) => tellable(text, null, fixedSecrets)
    const request = builtRequest(dialect, 'session.logIn', origin, () => build({ username, password }, site), tell)
    return client.send({ ...request, operation: 'login', repeat: 'freely' }, (http) => {
      const { answer, problem } = readAnswer(dialect, http.text)
      const means = judge('login', http.status, answer)
      const given = answer?.session?.trim() ?? ''
      if (means === 'accepted' || (means === undefined && answer?.error_code == null)) {
        if (given !== '') return given
        // §3.3: a login that gives no session has failed, but nobody said that the password is wrong.
        const nothing = `the login’s answer holds no session: does \`answer\` of dialect ${dialect.name} fill \`session\`?`
        const stranger = problem === undefined ? strangerIn(http) : tell(problem)
        if (http.status < 400) throw unreadable('login', answer === null ? stranger : nothing, http.attempt)
      }
      // A login carries no session that could be lost: whoever says so did not look at the password.
      if (means === 'unknown' || (means === 'session-lost' && http.status !== 401)) {
        throw unreadable('login', tell(answer?.message ?? ''), http.attempt)
      }
      if (answer === null && http.status !== 401 && http.status !== 403) {
        if (problem !== undefined) throw unreadable('login', tell(problem), http.attempt)
        const values = { host: hostOf(site.adapterUrl), status: http.status }
        throw new LienthongError('transport.refused', { values, system: SYSTEM, operation: 'login', hop: 'adapter', attempt: http.attempt })
      }
      const note = noteOf(answer, http.text, null, fixedSecrets)
      const said = note.message ?? note.code ?? `HTTP ${http.status}`
      const unjudged = means === undefined && note.code !== null ? ` (code “${note.code}” of the login fits no rule of dialect ${dialect.name})` : ''
      const values = { agency: agencyOf({ code: null, record: null }), answer: said + unjudged }
      throw new LienthongError('portal.login_refused', { values, system: SYSTEM, operation: 'login', hop: 'portal', attempt: http.attempt })
    })
  }

  function judged({ wire, sent }: Call, { means, answer, http, secret }: Reply): Judged {
    const operation = wire.service
    const note = () => noteOf(answer, http.text, sent, [...fixedSecrets, secret])
    const error = (code: ErrorCode) => {
      const { code: answerCode, message } = note()
      const values = { operation, answerCode: answerCode ?? '–', answer: message ?? `HTTP ${http.status}` }
      return new LienthongError(code, { values, system: SYSTEM, operation, hop: 'portal', attempt: http.attempt })
    }
    if (means === 'session-lost') {
      if (keeper !== undefined) throw error('portal.session_lost')
      const values = { host: hostOf(site.adapterUrl), status: http.status }
      throw new LienthongError('transport.unauthorized', { values, system: SYSTEM, operation, hop: 'adapter', attempt: http.attempt })
    }
    if (means === 'config') throw error('portal.misconfigured')
    if (means === 'unknown') throw error('portal.unreadable_answer')
    return {
      means,
      note,
      error,
      unreadable: (problem) => unreadable(operation, problem, http.attempt),
      rows() {
        const rows = rowsOf(answer)
        if (rows === null) throw unreadable(operation, 'result is not a list', http.attempt)
        return rows
      },
    }
  }

  /** Nobody knows what became of a login, and it does not matter: the call that waited for it never left. */
  function notSent(error: unknown): unknown {
    if (!isLienthongError(error) || error.kind !== 'unknown' || error.operation !== 'login') return error
    const values = { host: hostOf(site.adapterUrl), cause: `login: ${error.code}` }
    return new LienthongError('transport.unreachable', { values, system: SYSTEM, operation: 'login', hop: 'adapter', cause: error })
  }

  return {
    async make(call, signal) {
      const reply =
        keeper === undefined
          ? await send(call, credentials.token ?? '', signal)
          : await keeper
              .use(
                (secret) => send(call, secret, signal),
                ({ means }) => means === 'session-lost',
                signal,
              )
              .catch((error: unknown) => {
                throw notSent(error)
              })
      return judged(call, reply)
    },
    async logIn(signal) {
      await keeper?.use(
        async () => undefined,
        () => false,
        signal,
      )
    },
  }
}

function unreadable(operation: string, problem: string, attempt: number): LienthongError {
  return new LienthongError('portal.unreadable_answer', { values: { operation, problem }, system: SYSTEM, operation, hop: 'adapter', attempt })
}

/** Names a body that is not the portal's without quoting it. */
function strangerIn({ status, text }: HttpAnswer): string {
  const start = text.trimStart().slice(0, 1)
  const kind =
    start === '' ? 'empty body' : start === '<' ? 'a page or fault in markup' : start === '{' || start === '[' ? 'JSON of another form' : 'text'
  return `HTTP ${status}, ${kind}`
}

/** The sibling platform says `data` where this one says `result` (§4.3); nothing and an empty text are no rows. */
function rowsOf(answer: PortalAnswer | null): readonly unknown[] | null {
  const rows = answer?.result ?? answer?.data
  if (rows === undefined || rows === null || rows === '') return []
  if (Array.isArray(rows)) return rows.filter((row) => row !== null)
  return typeof rows === 'object' ? (Object.keys(rows).length > 0 ? [rows] : []) : null
}
