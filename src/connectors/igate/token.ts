/** Tokens of iGate's login server: fetched once for all who wait, renewed before they end and once after a 401. contracts/provincial-sources.md §7.1 */
import { type Clock, LienthongError, seconds } from '../../base/index.js'
import { type HttpAnswer, type HttpClient, sessionKeeper } from '../../transport/index.js'
import { type About, parsed, unreadable } from './answer.js'
import { igateToken, igateTokenRefusal } from './wire.js'

export interface TokenRequest {
  readonly url: string
  /** `password` is the grant of apps with a public client. */
  readonly grant: 'client_credentials' | 'password'
  /** Where id and secret of the client go: HTTP Basic, or the body. */
  readonly clientSecretIn: 'header' | 'body'
  readonly credentials: {
    readonly clientId: string
    readonly clientSecret?: string | undefined
    readonly username?: string | undefined
    readonly password?: string | undefined
  }
}

export interface TokenKeeper {
  /** Makes a call with a token. A 401 renews it and repeats the call once. @throws {LienthongError} `igate.token_rejected` when that is answered with 401 too. */
  use<T>(call: (token: string) => Promise<T | typeof UNAUTHORIZED>, about: About, signal?: AbortSignal): Promise<T>
}

/** What a call returns for a 401. */
export const UNAUTHORIZED = Symbol('unauthorized')

interface Token {
  readonly text: string
  /** By our clock. */
  readonly until: number
}

/** A server that does not say how long a token holds. */
const USUAL_LIFE_MS = seconds(300)
/** No token is used in its last moments: it would end on the way. */
const MARGIN_MS = seconds(10)

export function tokenKeeper(request: TokenRequest, client: HttpClient, clock: Clock, system: string): TokenKeeper {
  const keeper = sessionKeeper<Token>({ system, clock, maxAgeMs: Number.MAX_SAFE_INTEGER, logIn: () => logIn(request, client, clock, system) })
  return {
    async use(call, about, signal) {
      const result = await keeper.use(
        async (token) => (clock.now() < token.until ? call(token.text) : UNAUTHORIZED),
        (answer) => answer === UNAUTHORIZED,
        signal,
      )
      if (result === UNAUTHORIZED) throw new LienthongError('igate.token_rejected', { values: { operation: about.operation }, ...about })
      return result
    },
  }
}

function logIn(request: TokenRequest, client: HttpClient, clock: Clock, system: string): Promise<Token> {
  const { grant, clientSecretIn, credentials } = request
  const form = new URLSearchParams({ grant_type: grant })
  const basic = clientSecretIn === 'header' && credentials.clientSecret !== undefined
  if (!basic) form.set('client_id', credentials.clientId)
  if (!basic && credentials.clientSecret !== undefined) form.set('client_secret', credentials.clientSecret)
  if (grant === 'password') {
    form.set('username', credentials.username ?? '')
    form.set('password', credentials.password ?? '')
  }
  const headers = {
    Accept: 'application/json',
    'Content-Type': 'application/x-www-form-urlencoded',
    ...(basic ? { Authorization: `Basic ${Buffer.from(`${credentials.clientId}:${credentials.clientSecret}`, 'utf8').toString('base64')}` } : {}),
  }
  const read = (http: HttpAnswer): Token => tokenIn(http, clock, { system, operation: 'token', hop: 'source', attempt: http.attempt })
  return client.send({ operation: 'token', method: 'POST', url: request.url, headers, body: form.toString(), repeat: 'freely' }, read)
}

function tokenIn({ status, text }: HttpAnswer, clock: Clock, about: About): Token {
  const body = parsed(text)
  const inner = typeof body === 'object' && body !== null && 'data' in body ? body.data : body
  const token = igateToken.safeParse(inner)
  if (status === 200 && token.success) {
    const lifeMs = seconds(token.data.expires_in ?? 0) || USUAL_LIFE_MS
    // A token shorter than the margin is used all the same: half its life is better than none.
    return { text: token.data.access_token, until: clock.now() + Math.max(lifeMs - MARGIN_MS, lifeMs / 2) }
  }
  const refusal = igateTokenRefusal.safeParse(inner)
  if (refusal.success || status === 401 || status === 403) {
    // `error` is a word of OAuth; anything longer may quote what we sent.
    const word = refusal.success && /^[a-z_]{1,40}$/.test(refusal.data.error) ? refusal.data.error : `HTTP ${status}`
    throw new LienthongError('igate.login_refused', { values: { answer: word }, ...about })
  }
  throw unreadable(text, status, about)
}
