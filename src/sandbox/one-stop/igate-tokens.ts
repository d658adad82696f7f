/** The login server of iGate: Keycloak's realm `digo`, and `/oauth/token` of older stacks. contracts/provincial-sources.md §7.1 */
import { type Clock, hashText } from '../../base/index.js'
import { type Answer, type Incoming, json } from '../exchange.js'

export interface IgateLogin {
  readonly client: { readonly clientId: string; readonly clientSecret: string }
  /** Of the grant `password`, with the public client of apps. */
  readonly user: { readonly username: string; readonly password: string }
  readonly publicClientId: string
  /** How long a token holds. */
  readonly tokenMs: number
}

export const igateLoginDefaults: IgateLogin = {
  client: { clientId: 'lienthong', clientSecret: 'sandbox' },
  user: { username: 'canbo.dongbo', password: 'sandbox' },
  publicClientId: 'digo-app',
  tokenMs: 24 * 3_600_000,
}

export const REALM_PATH = '/auth/realms/digo/protocol/openid-connect/token'
const TOKEN_PATHS = new Set([REALM_PATH, '/oauth/token'])

export interface IgateTokens {
  isTokenPath(path: string): boolean
  issue(request: Incoming): Answer
  isGood(authorization: string | undefined): boolean
  /** How many were issued. */
  issued(): number
  revokeAll(): void
}

export function igateTokens(clock: Clock, seed: number | string, login: IgateLogin): IgateTokens {
  const good = new Map<string, number>()
  let issued = 0

  const mayHave = (form: URLSearchParams, authorization: string | undefined): string | undefined => {
    const [id, secret] = clientOf(form, authorization)
    const isOurs = id === login.client.clientId && secret === login.client.clientSecret
    if (form.get('grant_type') === 'client_credentials') return isOurs ? undefined : 'invalid_client'
    if (form.get('grant_type') !== 'password') return 'unsupported_grant_type'
    if (!isOurs && !(id === login.publicClientId && secret === undefined)) return 'invalid_client'
    const { username, password } = login.user
    return form.get('username') === username && form.get('password') === password ? undefined : 'invalid_grant'
  }

  return {
    isTokenPath: (path) => TOKEN_PATHS.has(path),
    issue(request) {
      if (request.method !== 'POST') return json({ error: 'RESTEASY003650: No resource method found' }, 405)
      const refusal = mayHave(new URLSearchParams(request.body), request.headers.authorization)
      if (refusal !== undefined)
        return json({ error: refusal, error_description: 'Invalid client or user credentials' }, refusal === 'unsupported_grant_type' ? 400 : 401)
      issued++
      const token = `sandbox.${hashText(`${seed}/igate/${issued}`).toString(16)}.${issued}`
      good.set(token, clock.now() + login.tokenMs)
      return json({
        access_token: token,
        expires_in: Math.floor(login.tokenMs / 1000),
        token_type: 'bearer',
        'not-before-policy': 0,
        scope: 'profile',
      })
    },
    isGood(authorization) {
      const until = good.get(/^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '')
      return until !== undefined && clock.now() < until
    },
    issued: () => issued,
    revokeAll: () => good.clear(),
  }
}

/** HTTP Basic, else the body. A public client has no secret. */
function clientOf(form: URLSearchParams, authorization: string | undefined): [string | undefined, string | undefined] {
  const basic = /^Basic (.+)$/i.exec(authorization ?? '')?.[1]
  if (basic === undefined) return [form.get('client_id') ?? undefined, form.get('client_secret') ?? undefined]
  const decoded = Buffer.from(basic, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  return colon < 0 ? [decoded, undefined] : [decoded.slice(0, colon), decoded.slice(colon + 1)]
}

export function unauthorized(): Answer {
  return {
    ...json({ error: 'invalid_token', error_description: 'Access token expired' }, 401),
    headers: { 'content-type': 'application/json', 'www-authenticate': 'Bearer error="invalid_token"' },
  }
}

export function forbidden(): Answer {
  return json({ status: 403, error: 'Forbidden', message: 'Access Denied' }, 403)
}
