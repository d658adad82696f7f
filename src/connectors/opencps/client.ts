/** Reads an OpenCPS v2 server. contracts/provincial-sources.md §4. Rows stay raw: reading them is the mapper's part. */
import { z } from 'zod'
import { comparable, LienthongError, readSettings } from '../../base/index.js'
import { type HttpAnswer, httpClient, type TransportOptions, transportShape } from '../../transport/index.js'
import { openCpsFailure, openCpsPage } from './wire.js'

export interface OpenCpsOptions extends TransportOptions {
  /** With the base path: `https://motcua.tinh.example.vn/o/rest/v2`, on some installations `…/o/secure/rest/v2`. */
  readonly baseUrl: string
  /** Liferay site of the agency. Without it the server answers for site 0, which is empty. */
  readonly groupId: string | number
  /** HTTP Basic. */
  readonly credentials: { readonly username: string; readonly password: string }
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/** A window of rows. `end` is a row number too; left out, the server would answer with the whole site. */
export interface OpenCpsWindow {
  readonly start: number
  readonly end: number
}

/** Search of §4.2; dates are `dd/MM/yyyy`. There is no modified-since. */
export interface OpenCpsSearch extends OpenCpsWindow, CallOptions {
  readonly fromReceiveDate?: string
  readonly toReceiveDate?: string
  readonly fromSubmitDate?: string
  readonly toSubmitDate?: string
  readonly fromReleaseDate?: string
  readonly toReleaseDate?: string
  readonly fromFinishDate?: string
  readonly toFinishDate?: string
  readonly fromDueDate?: string
  readonly toDueDate?: string
  readonly dossierNo?: string
  /** Comma list. */
  readonly status?: string
  readonly substatus?: string
  /** `all` for no filter. */
  readonly agency?: string
  readonly service?: string
  readonly domain?: string
  readonly sort?: string
  readonly order?: 'true' | 'false'
}

export interface OpenCpsRows {
  /** How many rows the server has for this search, as it says. */
  readonly total: number
  readonly rows: readonly unknown[]
}

/**
 * Every method throws {@link LienthongError}: `opencps.not_logged_in` (also when it comes as HTTP 203), `opencps.refused` (403 for
 * any failure), `opencps.unreadable_answer`, and the transport's own. A failed read never comes back as an empty one.
 */
export interface OpenCps {
  readonly host: string
  listDossiers(search: OpenCpsSearch): Promise<OpenCpsRows>
  /** By numeric id, dossier number or `referenceUid`. */
  dossier(id: string, options?: CallOptions): Promise<unknown>
  /** All executed actions (`/syncs`, §4.4), in the server's order. */
  actions(id: string, options?: CallOptions): Promise<readonly unknown[]>
  /**
   * The fee record, or null when there is none. Ask by `referenceUid`: the public source looks a dossier up only when the id is
   * not a number, and answers a numeric id with nothing.
   */
  payment(id: string, options?: CallOptions): Promise<unknown>
  services(window: OpenCpsWindow & CallOptions): Promise<OpenCpsRows>
}

export const SYSTEM = 'opencps'
const PAGE = 200
/** A feed that always promises more must not hold us for ever. */
const MOST_ACTIONS = 20_000
const MOST_PAGES = 200

const date = z.string().regex(/^\d{2}\/\d{2}\/\d{4}$/, 'expected dd/MM/yyyy')
const rowNumber = z.number().int().min(0)
const window = {
  start: rowNumber,
  // 0 would mean all rows.
  end: z.number().int().positive(),
}
const searchSchema = z.strictObject({
  ...window,
  ...Object.fromEntries(
    ['Receive', 'Submit', 'Release', 'Finish', 'Due'].flatMap((kind) => [`from${kind}Date`, `to${kind}Date`].map((name) => [name, date.optional()])),
  ),
  ...Object.fromEntries(
    ['dossierNo', 'status', 'substatus', 'agency', 'service', 'domain', 'sort', 'order'].map((name) => [name, z.string().optional()]),
  ),
})
const windowSchema = z.strictObject(window)

const schema = z.strictObject({
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'expected an http or https address' })
    .refine((url) => !/[?#@]/.test(url), 'expected an address without query and without credentials')
    .transform((url) => url.replace(/\/+$/, '')),
  groupId: z.union([z.string().regex(/^\d+$/), z.number().int().positive()], { error: 'expected the number of the Liferay site' }).transform(String),
  credentials: z.strictObject({ username: z.string().min(1), password: z.string().min(1) }),
  ...transportShape,
})

/** @throws {LienthongError} `config.invalid` or `config.unknown_key`, naming the option. */
export function openCps(options: OpenCpsOptions): OpenCps {
  const { baseUrl, groupId, credentials } = readSettings(schema, options, SYSTEM)
  const { baseUrl: _, groupId: __, credentials: ___, ...transport } = options
  const client = httpClient({ ...transport, system: SYSTEM, hop: 'source' })
  const headers = {
    Accept: 'application/json',
    groupId,
    Authorization: `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`, 'utf8').toString('base64')}`,
  }

  function get<T>(
    operation: string,
    path: string,
    query: object,
    signal: AbortSignal | undefined,
    read: (http: HttpAnswer) => T,
    emptyAnswer?: 'allowed',
  ): Promise<T> {
    const parameters = new URLSearchParams()
    for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value))
    const url = parameters.size === 0 ? baseUrl + path : `${baseUrl}${path}?${parameters}`
    return client.send({ operation, method: 'GET', url, headers, repeat: 'freely', signal, ...(emptyAnswer && { emptyAnswer }) }, read)
  }

  const page = (operation: string, path: string, query: object, signal: AbortSignal | undefined) =>
    get(operation, path, query, signal, (http) => rowsIn(operation, http))

  return {
    host: new URL(baseUrl).host,

    async listDossiers({ signal, ...search }) {
      return page('dossiers', '/dossiers', readSettings(searchSchema, search, 'dossiers'), signal)
    },

    dossier: (id, { signal } = {}) => get('dossier', `/dossiers/${segment(id)}`, {}, signal, (http) => objectIn('dossier', http)),

    async actions(id, { signal } = {}) {
      const rows: unknown[] = []
      for (let pages = 1; ; pages++) {
        const next = await page('syncs', `/dossiers/${segment(id)}/syncs`, { start: rows.length, end: rows.length + PAGE }, signal)
        // A server that ignores the window repeats everything: one full answer is then the whole feed.
        if (rows.length > 0 && next.rows.length > PAGE) throw unreadable('syncs', `${next.rows.length} rows for a window of ${PAGE}`)
        rows.push(...next.rows)
        if (rows.length >= next.total) return rows
        if (next.rows.length === 0 || rows.length > MOST_ACTIONS || pages >= MOST_PAGES)
          throw unreadable('syncs', `${rows.length} of ${next.total} rows`)
      }
    },

    payment: (id, { signal } = {}) =>
      get('payment', `/dossiers/${segment(id)}/payment`, {}, signal, (http) => (hasNoPayment(http) ? null : objectIn('payment', http)), 'allowed'),

    async services({ signal, ...rows }) {
      return page('serviceinfos', '/serviceinfos', readSettings(windowSchema, rows, 'serviceinfos'), signal)
    },
  }
}

/** `{total, data}`. Nothing that is not exactly that counts as an empty list. */
function rowsIn(operation: string, http: HttpAnswer): OpenCpsRows {
  const read = openCpsPage.safeParse(objectIn(operation, http))
  if (!read.success) throw unreadable(operation, 'no list')
  const { total, data } = read.data
  const rows = data ?? []
  if (total == null || !Number.isFinite(total)) throw unreadable(operation, 'no total')
  if (data == null && total > 0) throw unreadable(operation, `total ${total} and no data`)
  return { total, rows }
}

/** The JSON object of a good answer; every other answer becomes the error that it is (§4.7). */
function objectIn(operation: string, http: HttpAnswer): object {
  const { status, text } = http
  const body = parsed(text)
  const failure = openCpsFailure.safeParse(body)
  // A wrong password comes as HTTP 203, which is a success to whoever only looks at 2xx; without permission 401 with code 203.
  if (status === 203 || status === 401 || (failure.success && failure.data.code === 203)) {
    throw new LienthongError('opencps.not_logged_in', { values: { status }, system: SYSTEM, operation, hop: 'source', attempt: http.attempt })
  }
  const isBody = typeof body === 'object' && body !== null && !Array.isArray(body)
  if (isBody && status === 200 && !(failure.success && failure.data.code != null)) return body
  if (failure.success || status === 403) {
    throw new LienthongError('opencps.refused', { values: { status, operation }, system: SYSTEM, operation, hop: 'source', attempt: http.attempt })
  }
  throw unreadable(operation, `HTTP ${status}, ${kindOf(text)}`, http.attempt)
}

/**
 * Whether the server says that a dossier has no fee record. In the public source that is an empty body (204, or 200 without an
 * entity), or the 403 that stands for every failure: with "No Content." and either no description (a null record was read) or the
 * name of the exception for a missing payment. Any other description, e.g. of the database, is a failure and not "no fee".
 */
function hasNoPayment({ status, text }: HttpAnswer): boolean {
  if (status === 204 || (status === 200 && ['', 'null'].includes(text.trim()))) return true
  const failure = openCpsFailure.safeParse(parsed(text))
  if (!failure.success || (status !== 403 && status !== 200)) return false
  const { message, code, description } = failure.data
  if (code === 204) return true
  return (
    status === 403 && comparable(message).startsWith('no content') && /^$|nosuchpaymentfile|no paymentfile exists/i.test((description ?? '').trim())
  )
}

/** An id in a path. Ids come from the server: half a character in one must not throw. */
function segment(id: string): string {
  return encodeURIComponent(Buffer.from(id, 'utf8').toString('utf8'))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function kindOf(text: string): string {
  const start = text.trimStart().slice(0, 1)
  if (start === '') return 'empty body'
  return start === '<' ? 'a page in markup' : start === '{' || start === '[' ? 'JSON of another form' : 'text'
}

function unreadable(operation: string, problem: string, attempt?: number): LienthongError {
  return new LienthongError('opencps.unreadable_answer', {
    values: { operation, problem },
    system: SYSTEM,
    operation,
    hop: 'source',
    ...(attempt === undefined ? {} : { attempt }),
  })
}
