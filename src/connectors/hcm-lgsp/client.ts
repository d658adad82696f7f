/** Asks the HCM City LGSP. contracts/provincial-sources.md §6. Experimental: see README.md for what is confirmed. */
import { z } from 'zod'
import { LienthongError, readSettings, systemClock } from '../../base/index.js'
import { type HttpAnswer, httpClient, sessionKeeper, type TransportOptions, transportShape } from '../../transport/index.js'
import { hcmEnvelope, hcmServices, hcmToken, isHcmSuccess } from './wire.js'

export interface HcmLgspOptions extends TransportOptions {
  /** A service's name follows directly: `https://lgsp.tinh.example/api`. */
  readonly baseUrl: string
  readonly credentials: {
    readonly appName: string
    readonly accessKey: string
    readonly secretKey: string
    /** Agency code of the caller. */
    readonly partnerCode: string
    /** Agency code of the unit on whose behalf it calls. Default: {@link partnerCode}. */
    readonly partnerCodeCus?: string | undefined
  }
  /**
   * Where the credentials go, as base64 of compact JSON. `authorization` (default): in `Authorization`, without a scheme word. An address:
   * in `lgspaccesstoken`, with a bearer token that is fetched there (Hậu Giang, Gia Lai).
   */
  readonly tokenUrl?: string
  /** Of the catalogue by sector. Its name is on public pages, the parameter is assumed. */
  readonly catalogue?: { readonly service?: string; readonly parameter?: string }
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/**
 * Every method throws {@link LienthongError}: `hcm-lgsp.not_logged_in`, `hcm-lgsp.refused` for an envelope that is no success whatever the
 * HTTP status, `hcm-lgsp.unreadable_answer`, and the transport's own.
 */
export interface HcmLgsp {
  readonly host: string
  /** `ResultObject` of a service, read-only by name. */
  read(service: string, parameters: Readonly<Record<string, string>>, options?: CallOptions): Promise<unknown>
  /** Procedures of one sector, raw. */
  procedures(sectorCode: string, options?: CallOptions): Promise<readonly unknown[]>
}

const SYSTEM = 'hcm-lgsp'
/** Where the token's answer does not say how long it holds. */
const TOKEN_MS = 10 * 60_000

const name = z.string().min(1)
const address = z
  .url({ protocol: /^https?$/, error: 'expected an http or https address' })
  .refine((url) => !/[?#@]/.test(url), 'expected an address without query and without credentials')
  .transform((url) => url.replace(/\/+$/, ''))
const schema = z.strictObject({
  baseUrl: address,
  credentials: z.strictObject({ appName: name, accessKey: name, secretKey: name, partnerCode: name, partnerCodeCus: name.optional() }),
  tokenUrl: address.optional(),
  catalogue: z.strictObject({ service: name.optional(), parameter: name.optional() }).optional(),
  ...transportShape,
})

/** @throws {LienthongError} `config.invalid` or `config.unknown_key`, naming the option. */
export function hcmLgsp(options: HcmLgspOptions): HcmLgsp {
  const { baseUrl, credentials, tokenUrl, catalogue } = readSettings(schema, options, SYSTEM)
  const { baseUrl: _, credentials: __, tokenUrl: ___, catalogue: ____, ...transport } = options
  const client = httpClient({ ...transport, system: SYSTEM, hop: 'source' })
  const key = hcmAccessKey(credentials)
  const session =
    tokenUrl === undefined
      ? undefined
      : sessionKeeper({ system: SYSTEM, logIn: () => logIn(tokenUrl), maxAgeMs: TOKEN_MS, clock: options.clock ?? systemClock })

  /** A write-free POST: asking for a token twice does no harm. */
  function logIn(url: string): Promise<string> {
    return client.send(
      {
        operation: 'token',
        method: 'POST',
        url,
        headers: { lgspaccesstoken: key, 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
        body: 'grant_type=client_credentials',
        repeat: 'freely',
      },
      (http) => {
        const token = hcmToken.safeParse(parsed(http.text))
        if (http.status === 401 || http.status === 403) throw problem('hcm-lgsp.not_logged_in', 'token', { status: http.status })
        if (http.status !== 200 || !token.success) throw problem('hcm-lgsp.unreadable_answer', 'token', { problem: `HTTP ${http.status}, no token` })
        return token.data.access_token
      },
    )
  }

  function call(service: string, parameters: Readonly<Record<string, string>>, token: string | undefined, signal: AbortSignal | undefined) {
    const query = new URLSearchParams(parameters)
    const headers = token === undefined ? { Authorization: key } : { lgspaccesstoken: key, Authorization: `Bearer ${token}` }
    return client.send(
      {
        operation: service,
        method: 'GET',
        url: `${baseUrl}/${encodeURIComponent(service)}${query.size === 0 ? '' : `?${query}`}`,
        headers: { ...headers, Accept: 'application/json' },
        repeat: 'freely',
        signal,
      },
      (http) => (session !== undefined && http.status === 401 ? SESSION_LOST : { result: resultIn(service, http) }),
    )
  }

  const read = async (service: string, parameters: Readonly<Record<string, string>>, { signal }: CallOptions = {}): Promise<unknown> => {
    const answer =
      session === undefined
        ? await call(service, parameters, undefined, signal)
        : await session.use(
            (token) => call(service, parameters, token, signal),
            (result) => result === SESSION_LOST,
            signal,
          )
    if (answer === SESSION_LOST) throw problem('hcm-lgsp.not_logged_in', service, { status: 401 })
    return answer.result
  }

  return {
    host: new URL(baseUrl).host,
    read,
    async procedures(sectorCode, callOptions) {
      const service = catalogue?.service ?? hcmServices.catalogue
      const rows = await read(service, { [catalogue?.parameter ?? 'MaLinhVuc']: sectorCode }, callOptions)
      if (!Array.isArray(rows)) throw problem('hcm-lgsp.unreadable_answer', service, { problem: 'ResultObject is no list' })
      return rows
    },
  }
}

/** Base64 of compact JSON, without a scheme word. §6.1 (C2) */
export function hcmAccessKey({ accessKey, secretKey, appName, partnerCode, partnerCodeCus }: HcmLgspOptions['credentials']): string {
  const json = JSON.stringify({
    AccessKey: accessKey,
    SecretKey: secretKey,
    AppName: appName,
    PartnerCode: partnerCode,
    PartnerCodeCus: partnerCodeCus ?? partnerCode,
  })
  return Buffer.from(json, 'utf8').toString('base64')
}

const SESSION_LOST = Symbol('session lost')

function resultIn(operation: string, { status, text }: HttpAnswer): unknown {
  const envelope = hcmEnvelope.safeParse(parsed(text))
  if (status === 401 || (envelope.success && Number(envelope.data.StatusCode) === 401)) throw problem('hcm-lgsp.not_logged_in', operation, { status })
  if (!envelope.success) throw problem('hcm-lgsp.unreadable_answer', operation, { problem: `HTTP ${status}, no envelope` })
  // A description may quote what was asked for: only its code is told.
  if (!isHcmSuccess(envelope.data)) throw problem('hcm-lgsp.refused', operation, { status, code: String(envelope.data.StatusCode) })
  return envelope.data.ResultObject
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function problem(
  code: 'hcm-lgsp.not_logged_in' | 'hcm-lgsp.refused' | 'hcm-lgsp.unreadable_answer',
  operation: string,
  values: Readonly<Record<string, string | number>>,
): LienthongError {
  return new LienthongError(code, { values: { operation, ...values }, system: SYSTEM, operation, hop: 'source' })
}
