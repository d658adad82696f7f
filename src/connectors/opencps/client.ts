/** Reads an OpenCPS v2 server. contracts/provincial-sources.md §4. Rows stay raw: reading them is the mapper's part. */
import { z } from 'zod'
import { readSettings } from '../../base/index.js'
import { type HttpAnswer, type HttpRequest, httpClient, type TransportOptions, transportShape } from '../../transport/index.js'
import { hasNoPayment, isUnknownDossier, type OpenCpsFormat, type OpenCpsRows, objectIn, rowsIn, SYSTEM, unreadable } from './answer.js'
import { type OpenCpsPublication, type OpenCpsUpdateField, openCpsPublication, openCpsUpdateFields } from './wire.js'

export interface OpenCpsOptions extends TransportOptions {
  /** With the base path: `https://motcua.tinh.example.vn/o/rest/v2`, on some installations `…/o/secure/rest/v2`. */
  readonly baseUrl: string
  /** Liferay site of the agency. Without it the server answers for site 0, which is empty. */
  readonly groupId: string | number
  /** HTTP Basic. */
  readonly credentials: { readonly username: string; readonly password: string }
  /** In what form the server is asked to answer. XML is larger; what is read is the same. Default `json`. */
  readonly format?: OpenCpsFormat
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

/**
 * Every method throws {@link LienthongError}: `opencps.not_logged_in` (also when it comes as HTTP 203), `opencps.refused` (403 for
 * any failure), `opencps.unreadable_answer`, and the transport's own. A failed read never comes back as an empty one.
 */
export interface OpenCps {
  readonly host: string
  listDossiers(search: OpenCpsSearch): Promise<OpenCpsRows>
  /** By numeric id, dossier number or `referenceUid`. */
  dossier(id: string, options?: CallOptions): Promise<unknown>
  /** As {@link dossier}; null where the server names the exception for a dossier that it does not have. */
  findDossier(id: string, options?: CallOptions): Promise<unknown>
  /** All executed actions (`/syncs`, §4.4), in the server's order. */
  actions(id: string, options?: CallOptions): Promise<readonly unknown[]>
  /**
   * The fee record, or null when there is none; a list where the server answers with several. Ask by `referenceUid`: the public source looks a dossier up only when the id is
   * not a number, and answers a numeric id with nothing.
   */
  payment(id: string, options?: CallOptions): Promise<unknown>
  services(window: OpenCpsWindow & CallOptions): Promise<OpenCpsRows>
  /**
   * Writes fields of one dossier, which is named by its number alone. What the form leaves out is not always left alone: the public
   * source empties the way of return, the delegate and the applicant's note, so send what the detail has. Sets `modifiedDate`.
   *
   * @param mark a field beyond those of the form, for servers that take more
   * @returns the detail after it
   */
  updateDossier(
    dossierId: number,
    form: OpenCpsUpdate,
    options?: CallOptions & { readonly mark?: readonly [field: string, text: string] },
  ): Promise<unknown>
  /**
   * Hands over a dossier that was filed elsewhere. Its `referenceUid` names it for ever: the same one again is the same dossier.
   *
   * @returns the detail, with the `dossierId` that it got
   */
  publishDossier(publication: OpenCpsPublication, options?: CallOptions): Promise<unknown>
}

export type OpenCpsUpdate = Readonly<Partial<Record<OpenCpsUpdateField, string>>>

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
const updateSchema = z.strictObject(Object.fromEntries(openCpsUpdateFields.map((field) => [field, z.string().optional()])))

const schema = z.strictObject({
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'expected an http or https address' })
    .refine((url) => !/[?#@]/.test(url), 'expected an address without query and without credentials')
    .transform((url) => url.replace(/\/+$/, '')),
  groupId: z.union([z.string().regex(/^\d+$/), z.number().int().positive()], { error: 'expected the number of the Liferay site' }).transform(String),
  credentials: z.strictObject({ username: z.string().min(1), password: z.string().min(1) }),
  format: z.enum(['json', 'xml']).default('json'),
  ...transportShape,
})

/** @throws {LienthongError} `config.invalid` or `config.unknown_key`, naming the option. */
export function openCps(options: OpenCpsOptions): OpenCps {
  const { baseUrl, groupId, credentials, format } = readSettings(schema, options, SYSTEM)
  const { baseUrl: _, groupId: __, credentials: ___, format: ____, ...transport } = options
  const client = httpClient({ ...transport, system: SYSTEM, hop: 'source' })
  const headers = {
    Accept: `application/${format}`,
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

  function write(operation: string, method: HttpRequest['method'], path: string, fields: object, signal: AbortSignal | undefined): Promise<unknown> {
    const form = new URLSearchParams()
    for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.set(name, String(value))
    return client.send(
      {
        operation,
        method,
        url: baseUrl + path,
        headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' },
        body: form.toString(),
        repeat: 'if-not-sent',
        signal,
      },
      (http) => objectIn(operation, http, format),
    )
  }

  /** One record, or a list that must be whole: a fee left out would be a fee that was not due. */
  function paymentIn(http: HttpAnswer): unknown {
    const record = objectIn('payment', http, format)
    return 'data' in record ? everyRow('payment', rowsIn('payment', http, format)) : record
  }

  const page = (operation: string, path: string, query: object, signal: AbortSignal | undefined) =>
    get(operation, path, query, signal, (http) => rowsIn(operation, http, format))

  return {
    host: new URL(baseUrl).host,

    async listDossiers({ signal, ...search }) {
      return page('dossiers', '/dossiers', readSettings(searchSchema, search, 'dossiers'), signal)
    },

    dossier: (id, { signal } = {}) => get('dossier', `/dossiers/${segment(id)}`, {}, signal, (http) => objectIn('dossier', http, format)),

    findDossier: (id, { signal } = {}) =>
      get('dossier', `/dossiers/${segment(id)}`, {}, signal, (http) => (isUnknownDossier(http, format) ? null : objectIn('dossier', http, format))),

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

    async payment(id, { signal } = {}) {
      const ask = (again: 'ask-again' | 'believe') =>
        get(
          'payment',
          `/dossiers/${segment(id)}/payment`,
          {},
          signal,
          (http) => (again === 'ask-again' && isBlank(http) ? undefined : hasNoPayment(http, format) ? null : paymentIn(http)),
          'allowed',
        )
      // Nothing at all may also be what is left of an answer that was lost on the way: it is believed when it comes twice.
      const answer = await ask('ask-again')
      return answer === undefined ? ask('believe') : answer
    },

    async services({ signal, ...rows }) {
      return page('serviceinfos', '/serviceinfos', readSettings(windowSchema, rows, 'serviceinfos'), signal)
    },

    async updateDossier(dossierId, form, { signal, mark } = {}) {
      const fields = { ...readSettings(updateSchema, form, 'update'), ...(mark === undefined ? {} : { [mark[0]]: mark[1] }) }
      return write('update', 'PUT', `/dossiers/${dossierId}`, fields, signal)
    },

    async publishDossier(publication, { signal } = {}) {
      return write('publish', 'POST', '/dossiers/publish', readSettings(openCpsPublication, publication, 'publish'), signal)
    },
  }
}

/** An id in a path. Ids come from the server: half a character in one must not throw. */
function segment(id: string): string {
  return encodeURIComponent(Buffer.from(id, 'utf8').toString('utf8'))
}

function everyRow(operation: string, { rows, total }: OpenCpsRows): readonly unknown[] {
  if (rows.length < total) throw unreadable(operation, `${rows.length} of ${total} rows`)
  return rows
}

function isBlank({ status, text }: HttpAnswer): boolean {
  return status === 200 && text.trim() === ''
}
