/** Reads a VNPT iGate 2.x gateway. contracts/provincial-sources.md §7. Rows stay raw: reading them is the mapper's part. */
import { z } from 'zod'
import { readSettings, settingMessage, systemClock } from '../../base/index.js'
import { type HttpAnswer, httpClient, type TransportOptions, transportShape } from '../../transport/index.js'
import { type About, jsonIn, SYSTEM, wrong } from './answer.js'
import { type TokenRequest, tokenKeeper, UNAUTHORIZED } from './token.js'
import { igatePage } from './wire.js'

export interface IgateOptions extends TransportOptions {
  /** The gateway; the first segment behind it is a microservice: `https://apiigate.tinh.example`. */
  readonly baseUrl: string
  /** Of the login server: `https://sso.tinh.example/auth/realms/digo/protocol/openid-connect/token`, of older stacks `…/oauth/token`. */
  readonly tokenUrl: string
  /** Default `client_credentials`. */
  readonly grant?: TokenRequest['grant']
  /** Default `header`, HTTP Basic. */
  readonly clientSecretIn?: TokenRequest['clientSecretIn']
  /** Of a client that was issued to you; `username` and `password` for the grant `password`. */
  readonly credentials: { readonly clientId: string; readonly clientSecret?: string; readonly username?: string; readonly password?: string }
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/** §7.2; names as the gateway writes them where they are not paging. */
export interface IgateSearch extends CallOptions {
  /** From 0. */
  readonly page: number
  readonly size: number
  /** `page` tells totals, `slice` does not and is cheaper for the server. Default `page`. */
  readonly spec?: 'page' | 'slice'
  /** `updatedDate,desc` */
  readonly sort?: string
  readonly code?: string
  /** Mongo id: only what belongs to this agency and those below it. */
  readonly ancestorAgencyId?: string
}

export interface IgateRows {
  readonly rows: readonly unknown[]
  /** How many the server has for this search, where it says. */
  readonly total: number | null
  /** Whether nothing comes behind this page. */
  readonly last: boolean
}

/**
 * Every method throws {@link LienthongError}: `igate.login_refused`, `igate.token_rejected` (401 also with a new token), `igate.refused`,
 * `igate.unreadable_answer`, and the transport's own. A failed read never comes back as an empty one.
 */
export interface Igate {
  readonly host: string
  /** `pa/dossier/search` */
  searchDossiers(search: IgateSearch): Promise<IgateRows>
  /** `pa/dossier/{id}`; null when the gateway has no such dossier. */
  dossier(id: string, options?: CallOptions): Promise<unknown>
  /** `bd/procedure/--can-apply` */
  procedures(search: Pick<IgateSearch, 'page' | 'size' | 'spec' | 'signal'> & { readonly keyword?: string }): Promise<IgateRows>
  /** `bd/procost/--for-online`: what is due under a procedure. Items have no published shape. */
  procedureFees(procedureId: string, options?: CallOptions): Promise<readonly unknown[]>
  /** `ba/agency/{id}`; null when there is none. */
  agency(id: string, options?: CallOptions): Promise<unknown>
}

const whole = z.number().int()
const page = { page: whole.min(0), size: whole.min(1).max(1000), spec: z.enum(['page', 'slice']).default('page') }
const searchSchema = z.strictObject({ ...page, sort: z.string().optional(), code: z.string().optional(), ancestorAgencyId: z.string().optional() })
const procedureSearchSchema = z.strictObject({ ...page, keyword: z.string().optional() })

const address = z
  .url({ protocol: /^https?$/, error: 'expected an http or https address' })
  .refine((url) => !/[?#@]/.test(url), 'expected an address without query and without credentials')
  .transform((url) => url.replace(/\/+$/, ''))
const filled = z.string().min(1)

type Login = { readonly grant?: string | undefined; readonly credentials: { readonly [name in 'clientSecret' | 'username' | 'password']?: unknown } }

function hasSecret({ grant, credentials }: Login): boolean {
  return grant === 'password' || credentials.clientSecret !== undefined
}

function hasPassword({ grant, credentials }: Login): boolean {
  return grant !== 'password' || (credentials.username !== undefined && credentials.password !== undefined)
}

const needsSecret = settingMessage({
  en: 'the grant “client_credentials” needs a `clientSecret`',
  vi: 'cách cấp “client_credentials” cần có `clientSecret`',
})
const needsPassword = settingMessage({
  en: 'the grant “password” needs `username` and `password`',
  vi: 'cách cấp “password” cần có `username` và `password`',
})

const login = {
  tokenUrl: address,
  grant: z.enum(['client_credentials', 'password']).default('client_credentials'),
  clientSecretIn: z.enum(['header', 'body']).default('header'),
  credentials: z.strictObject({ clientId: filled, clientSecret: filled.optional(), username: filled.optional(), password: filled.optional() }),
}
const schema = z
  .strictObject({ baseUrl: address, ...login, ...transportShape })
  .refine(hasSecret, { path: ['credentials', 'clientSecret'], error: needsSecret })
  .refine(hasPassword, { path: ['credentials', 'password'], error: needsPassword })

/** @throws {LienthongError} `config.invalid` or `config.unknown_key`, naming the option. */
export function igate(options: IgateOptions): Igate {
  const settings = readSettings(schema, options, SYSTEM)
  const { baseUrl, tokenUrl, grant, clientSecretIn, credentials } = settings
  const { baseUrl: _, tokenUrl: __, grant: ___, clientSecretIn: ____, credentials: _____, ...transport } = options
  const client = httpClient({ ...transport, system: SYSTEM, hop: 'source' })
  const tokens = tokenKeeper({ url: tokenUrl, grant, clientSecretIn, credentials }, client, transport.clock ?? systemClock, SYSTEM)

  function get<T>(operation: string, path: string, query: object, signal: AbortSignal | undefined, read: (http: HttpAnswer, about: About) => T) {
    const about: About = { system: SYSTEM, operation, hop: 'source' }
    const parameters = new URLSearchParams()
    for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value))
    const url = parameters.size === 0 ? baseUrl + path : `${baseUrl}${path}?${parameters}`
    return tokens.use(
      (token) =>
        client.send(
          { operation, method: 'GET', url, headers: { Accept: 'application/json', Authorization: `Bearer ${token}` }, repeat: 'freely', signal },
          (http) => (http.status === 401 ? UNAUTHORIZED : read(http, about)),
        ),
      about,
      signal,
    )
  }

  const one = (operation: string, path: string, signal: AbortSignal | undefined) =>
    get(operation, path, {}, signal, (http, about) => (isUnknown(http) ? null : jsonIn(http, about)))

  return {
    host: new URL(baseUrl).host,

    async searchDossiers({ signal, ...search }) {
      const { ancestorAgencyId, ...rest } = readSettings(searchSchema, search, 'search')
      const query = { ...rest, 'ancestor-agency-id': ancestorAgencyId }
      return get('search', '/pa/dossier/search', query, signal, (http, about) => rowsIn(http, rest.page, rest.size, about))
    },

    dossier: (id, { signal } = {}) => one('dossier', `/pa/dossier/${segment(id)}`, signal),

    async procedures({ signal, ...search }) {
      const query = readSettings(procedureSearchSchema, search, 'procedures')
      return get('procedures', '/bd/procedure/--can-apply', query, signal, (http, about) => rowsIn(http, query.page, query.size, about))
    },

    procedureFees: (procedureId, { signal } = {}) =>
      get('procedureFees', '/bd/procost/--for-online', { 'procedure-id': procedureId }, signal, (http, about) => {
        const body = jsonIn(http, about)
        const content: unknown = Array.isArray(body) ? body : Reflect.get(body, 'content')
        if (!Array.isArray(content)) throw wrong('no list', about)
        return content
      }),

    agency: (id, { signal } = {}) => one('agency', `/ba/agency/${segment(id)}`, signal),
  }
}

/** A page of Spring. Nothing that is not exactly that counts as an empty list. */
function rowsIn(http: HttpAnswer, asked: number, size: number, about: About): IgateRows {
  const read = igatePage.safeParse(jsonIn(http, about))
  if (!read.success) throw wrong('no page', { ...about, attempt: http.attempt })
  const { content: rows, totalElements, totalPages, number, last, size: given } = read.data
  // A server that ignores the page would show its first one for ever.
  if (number != null && number !== asked) throw wrong(`page ${number} for page ${asked}`, { ...about, attempt: http.attempt })
  const total = totalElements ?? null
  const perPage = given != null && given > 0 ? given : size
  if (rows.length === 0 && asked === 0 && total !== null && total > 0) throw wrong(`total ${total} and no rows`, { ...about, attempt: http.attempt })
  const isEnd =
    rows.length === 0 ||
    last === true ||
    (totalPages != null && asked + 1 >= totalPages) ||
    (total !== null ? asked * perPage + rows.length >= total : last == null && rows.length < perPage)
  return { rows, total, last: isEnd }
}

/** Spring's own 404, with a JSON body: the entity is missing. A page in markup says that the address is. */
function isUnknown({ status, text }: HttpAnswer): boolean {
  return status === 404 && text.trimStart().startsWith('{')
}

/** An id in a path. Ids come from the server: half a character in one must not throw. */
function segment(id: string): string {
  return encodeURIComponent(Buffer.from(id, 'utf8').toString('utf8'))
}
