/** Sends offers by the configured operation. Assumed (A) from end to end: see README.md. */
import { asLienthongError, LienthongError, systemClock } from '../../base/index.js'
import { type HttpAnswer, hostOf, httpClient, isLoopback, sessionKeeper } from '../../transport/index.js'
import { parsed, readAnswer, scalarAt, type UploadAnswer } from './answer.js'
import { problemOf, uploadBody } from './body.js'
import type { CatalogueTarget, OfferedService, OfferOutcome } from './offer.js'
import { type CatalogueUploadOptions, readUploadOptions, SYSTEM } from './options.js'

const JSON_HEADERS = { Accept: 'application/json', 'Content-Type': 'application/json', Charset: 'utf-8' }

interface Reply {
  readonly answer: UploadAnswer
  readonly http: HttpAnswer
}

/** What became of one call; `stop`: the next would end the same way. */
interface Sent {
  readonly outcome: OfferOutcome['outcome']
  readonly answer: OfferOutcome['answer']
  readonly error: LienthongError | null
  readonly stop: boolean
}

/**
 * Opens an upload; nothing is sent before the first offer.
 *
 * An answer that is not provably a success is none. Offers of a refused list are sent again by halves, until those that are refused stand
 * alone. After a failure that would meet every offer (no way there, a refused login or address, an interruption) the rest is `not-sent`.
 *
 * @throws {LienthongError} `config.invalid` or `config.unknown_key`, naming the option.
 */
export function catalogueUpload(options: CatalogueUploadOptions): CatalogueTarget {
  const { settings, transport } = readUploadOptions(options)
  const { url, auth, headers, success, offersPerCall } = settings
  const operation = settings.service ?? 'upload'
  const client = httpClient({ ...transport, system: SYSTEM, hop: 'portal' })
  const host = hostOf(url)
  const fixedSecrets = auth.kind === 'bearer' ? [auth.token] : auth.kind === 'session' ? [auth.username, auth.password] : []

  async function post(offers: readonly OfferedService[], session: string | null, signal: AbortSignal | undefined): Promise<Reply> {
    const authorization = auth.kind === 'bearer' ? { Authorization: `Bearer ${auth.token}` } : {}
    const http = await client.send({
      operation,
      method: 'POST',
      url,
      headers: { ...JSON_HEADERS, ...headers, ...authorization },
      body: uploadBody(offers, session, settings),
      repeat: 'if-not-sent',
      signal,
    })
    return { http, answer: readAnswer(http, success, session === null ? fixedSecrets : [...fixedSecrets, session]) }
  }

  const keeper =
    auth.kind === 'session'
      ? sessionKeeper({ system: SYSTEM, maxAgeMs: auth.maxAgeMs, clock: transport.clock ?? systemClock, logIn: () => logIn(auth) })
      : undefined

  /** contracts/procedure-database.md §3a: a session counts only beside `error_code` 0. */
  async function logIn({ loginUrl, username, password }: Extract<typeof auth, { kind: 'session' }>): Promise<string> {
    const body = JSON.stringify({ username, password })
    const http = await client.send({
      operation: 'login',
      method: 'POST',
      url: loginUrl,
      headers: { ...JSON_HEADERS, ...headers },
      body,
      repeat: 'freely',
    })
    const answer = readAnswer(http, { code: 'error_code', values: [0], message: 'message' }, fixedSecrets)
    const session = scalarAt(parsed(http.text), 'session')?.trim() ?? ''
    if (answer.means === 'accepted' && session !== '') return session
    const about = { system: SYSTEM, operation: 'login', hop: 'portal' as const, attempt: http.attempt }
    if (answer.means === 'nothing' && http.status !== 403) {
      throw new LienthongError('transport.unreachable', { values: { host, cause: `login: HTTP ${http.status}` }, ...about })
    }
    const said = answer.message ?? answer.code ?? `HTTP ${http.status}`
    throw new LienthongError('catalogue-upload.login_refused', { values: { answer: said }, ...about })
  }

  function ask(offers: readonly OfferedService[], signal: AbortSignal | undefined): Promise<Reply> {
    if (keeper === undefined) return post(offers, null, signal)
    return keeper.use(
      (session) => post(offers, session, signal),
      ({ answer }) => answer.means === 'session-lost',
      signal,
    )
  }

  function judged({ answer, http }: Reply): Sent {
    const { means, code, message } = answer
    const about = { system: SYSTEM, operation, hop: 'portal' as const, attempt: http.attempt }
    const said = code === null ? null : { code, message }
    const saying = message ?? code ?? `HTTP ${http.status}`
    if (means === 'accepted') return { outcome: 'accepted', answer: said, error: null, stop: false }
    if (means === 'rejected') {
      const error = new LienthongError('catalogue-upload.refused', { values: { answerCode: code ?? '–', answer: saying }, ...about })
      return { outcome: 'rejected', answer: said, error, stop: false }
    }
    if (means === 'session-lost') {
      const error =
        keeper === undefined
          ? new LienthongError('transport.unauthorized', { values: { host, status: http.status }, ...about })
          : new LienthongError('catalogue-upload.session_lost', { values: { answer: saying }, ...about })
      return { outcome: 'not-sent', answer: said, error, stop: true }
    }
    // A refusal without the operation's own words: the address or our rights are wrong, for every offer.
    if (http.status >= 400 && code === null) {
      const error = new LienthongError('transport.refused', { values: { host, status: http.status }, ...about })
      return { outcome: 'rejected', answer: said, error, stop: true }
    }
    const problem = code === null ? `HTTP ${http.status}, no ${success.code}` : `HTTP ${http.status}, ${success.code} ${code}`
    return {
      outcome: 'unknown',
      answer: said,
      error: new LienthongError('catalogue-upload.unreadable_answer', { values: { problem }, ...about }),
      stop: false,
    }
  }

  async function send(offers: readonly OfferedService[], signal: AbortSignal | undefined): Promise<Sent> {
    try {
      return judged(await ask(offers, signal))
    } catch (thrown) {
      const error = asLienthongError(thrown)
      if (error.code === 'internal.bug') throw error
      // A login may end unknown; the offer that waited for it never left.
      const isUnknown = error.operation !== 'login' && (error.kind === 'unknown' || error.values.sent === 'maybe')
      return { outcome: isUnknown ? 'unknown' : 'not-sent', answer: null, error, stop: error.kind !== 'unknown' || error.operation === 'login' }
    }
  }

  return {
    host,
    loopback: isLoopback(host),
    offersPerCall,

    async offer(offers, { signal } = {}) {
      const outcomes = new Map<OfferedService, OfferOutcome>()
      let stopped: LienthongError | null = null
      const settle = (some: readonly OfferedService[], sent: Omit<Sent, 'stop'>) => {
        for (const one of some) outcomes.set(one, { localCode: one.localCode, outcome: sent.outcome, answer: sent.answer, error: sent.error })
      }
      // The same object twice would otherwise have one outcome between them.
      const rows = offers.map((offer) => ({ ...offer }))
      const fit: OfferedService[] = []
      for (const row of rows) {
        const error = problemOf(row)
        if (error === null) fit.push(row)
        else settle([row], { outcome: 'not-sent', answer: null, error })
      }
      const waiting = inLists(fit, offersPerCall)
      for (let list = waiting.shift(); list !== undefined; list = waiting.shift()) {
        if (stopped !== null) {
          settle(list, { outcome: 'not-sent', answer: null, error: stopped })
          continue
        }
        const sent: Sent = await send(list, signal)
        if (sent.stop) stopped = sent.error
        if (sent.outcome === 'rejected' && !sent.stop && list.length > 1) waiting.unshift(...inLists(list, Math.ceil(list.length / 2)))
        else settle(list, sent)
      }
      return rows.map((row) => outcomes.get(row)).filter((outcome) => outcome !== undefined)
    },
  }
}

function inLists<T>(rows: readonly T[], length: number): T[][] {
  const lists: T[][] = []
  for (let from = 0; from < rows.length; from += length) lists.push(rows.slice(from, from + length))
  return lists
}
