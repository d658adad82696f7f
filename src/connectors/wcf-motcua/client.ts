/** Reads a WCF one-stop service. contracts/provincial-sources.md §9.1. Records stay raw: reading them is the mapper's part. */
import { z } from 'zod'
import { LienthongError, readSettings } from '../../base/index.js'
import {
  elementIn,
  type HttpAnswer,
  httpClient,
  type SoapSecurity,
  soapClient,
  type TransportOptions,
  transportShape,
} from '../../transport/index.js'
import { builtInDescription } from './description.js'
import { field, listIn, pageIn, type WcfPage } from './wire.js'

export interface WcfMotCuaOptions extends TransportOptions {
  /** `https://motcua.tinh.example/MotCuaService.svc`; with `json` the address in front of `/MC/…`. */
  readonly url: string
  readonly binding?: 'soap' | 'json'
  readonly security?: SoapSecurity
  /** `served` (default): the service's own at `?wsdl`; `built-in`: ours, for services that show none; or another address. */
  readonly wsdl?: string
  /** Of the built-in description. Default `http://tempuri.org/`, which is assumed. */
  readonly namespace?: string
  /** SOAPAction, where it is another than the description says: `http://tempuri.org/IMotCuaService/{operation}`. */
  readonly action?: string
  /** Of the search: 1 (default, assumed) or 0. */
  readonly firstPage?: 0 | 1
}

export interface WcfSearch {
  /** From 1, whatever the service counts from. */
  readonly page: number
  readonly pageSize: number
  /** Days of reception, `yyyy-MM-dd`, both included. */
  readonly receivedFrom: string
  readonly receivedTo: string
  readonly signal?: AbortSignal | undefined
}

/** Every method throws {@link LienthongError}: `soap.…`, `wcf.…` and the transport's own. A failed read never comes back as an empty one. */
export interface WcfMotCua {
  readonly host: string
  dossiers(search: WcfSearch): Promise<WcfPage>
  /** Null: the service has no such dossier. */
  dossier(id: string, signal?: AbortSignal): Promise<unknown>
  steps(id: string, signal?: AbortSignal): Promise<readonly unknown[]>
  /** States by their id: texts, which alone say what a state means. */
  states(signal?: AbortSignal): Promise<readonly unknown[]>
}

export const SYSTEM = 'wcf-motcua'

const words = z.string().min(1)
const security = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('basic'), username: words, password: words }),
  z.strictObject({ kind: z.literal('username-token'), username: words, password: words, digest: z.boolean() }),
])
const address = z
  .url({ protocol: /^https?$/, error: 'expected an http or https address' })
  .refine((url) => !/[#@]/.test(url), 'expected an address without credentials')

const schema = z.strictObject({
  url: address.refine((url) => !url.includes('?'), 'expected an address without query').transform((url) => url.replace(/\/+$/, '')),
  binding: z.enum(['soap', 'json']).default('soap'),
  security: security.default({ kind: 'none' }),
  wsdl: z.union([z.enum(['served', 'built-in']), address]).default('served'),
  namespace: z.string().min(1).default('http://tempuri.org/'),
  action: z.string().includes('{operation}').optional(),
  firstPage: z.union([z.literal(0), z.literal(1)]).default(1),
  ...transportShape,
})

/** @throws {LienthongError} `config.invalid` or `config.unknown_key`, naming the option. */
export function wcfMotCua(options: WcfMotCuaOptions): WcfMotCua {
  const settings = readSettings(schema, options, SYSTEM)
  const { url, binding, firstPage } = settings
  const { url: _, binding: __, security: ___, wsdl: ____, namespace: _____, action: ______, firstPage: _______, ...transport } = options
  const http = httpClient({ ...transport, system: SYSTEM, hop: 'source' })
  const call = binding === 'soap' ? overSoap(settings, http) : overJson(settings, http)

  return {
    host: new URL(url).host,
    async dossiers({ page, pageSize, receivedFrom, receivedTo, signal }) {
      const operation = 'MotCua_HoSoTiepNhan_Search'
      const range = { tuNgay: `${receivedFrom}T00:00:00`, denNgay: `${receivedTo}T23:59:59` }
      const search = { linhVucID: 0, thuTucID: 0, soBienNhan: '', ...range, hoTenNguoiNop: '', soGiayTo: '', userDangNhapID: 0, trangThaiHoSoID: 0 }
      const result = await call(operation, { ...search, pageIndex: page - 1 + firstPage, pageSize }, signal)
      const read = pageIn(result)
      if (read === undefined) throw unreadable(operation, 'no page')
      return read
    },
    async dossier(id, signal) {
      const result = await call('MotCua_HoSoTiepNhan_GetByHoSoId', { hoSoId: id }, signal)
      return field(result, 'HoSoID') === undefined ? null : result
    },
    steps: async (id, signal) => listIn(await call('MotCua_QuaTrinhXuLys_GetByHoSoID', { hoSoId: id }, signal)),
    states: async (signal) => listIn(await call('MotCua_E_TrangThaiHoSo_GetAll', {}, signal)),
  }
}

type Settings = z.output<typeof schema>
type Call = (operation: string, parameters: Readonly<Record<string, string | number>>, signal: AbortSignal | undefined) => Promise<unknown>

function overSoap({ url, security: who, wsdl, namespace, action }: Settings, http: ReturnType<typeof httpClient>): Call {
  const description = wsdl === 'built-in' ? { text: builtInDescription(namespace) } : { url: wsdl === 'served' ? `${url}?wsdl` : wsdl }
  const client = soapClient({
    system: SYSTEM,
    http,
    endpoint: url,
    description,
    security: who,
    ...(action === undefined ? {} : { action: (operation: string) => action.replaceAll('{operation}', operation) }),
  })
  return async (operation, parameters, signal) => {
    const response = await client.call(operation, parameters, { signal })
    // `…Response` holds `…Result`; without one there is nothing.
    return elementIn(response, `${operation}Result`) ?? null
  }
}

/** As `MC/<Operation>`, parameters in the query (assumed), the result bare or inside `…Result`. */
function overJson({ url, security: who }: Settings, http: ReturnType<typeof httpClient>): Call {
  const authorization =
    who.kind === 'basic' ? { Authorization: `Basic ${Buffer.from(`${who.username}:${who.password}`, 'utf8').toString('base64')}` } : {}
  if (who.kind === 'username-token') {
    const problem = { en: 'a username token needs "binding": "soap"', vi: 'username token cần "binding": "soap"' }
    throw new LienthongError('config.invalid', { values: { place: `${SYSTEM}.security`, problem } })
  }
  return (operation, parameters, signal) => {
    const query = new URLSearchParams(Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]))
    const address = `${url}/MC/${operation}${query.size === 0 ? '' : `?${query}`}`
    const headers = { Accept: 'application/json', ...authorization }
    return http.send({ operation, method: 'GET', url: address, headers, repeat: 'freely', signal }, (answer) => resultIn(operation, answer))
  }
}

function resultIn(operation: string, { status, text, attempt }: HttpAnswer): unknown {
  if (status === 401 || status === 403)
    throw new LienthongError('wcf.not_logged_in', { values: { status }, system: SYSTEM, operation, hop: 'source', attempt })
  const body = status === 200 ? parsed(text) : undefined
  if (body === undefined) throw unreadable(operation, `HTTP ${status}, ${text.trimStart().startsWith('<') ? 'a page in markup' : 'no JSON'}`, attempt)
  const result = field(body.value, `${operation}Result`)
  return result === undefined ? body.value : result
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

function unreadable(operation: string, problem: string, attempt?: number): LienthongError {
  return new LienthongError('wcf.unreadable_answer', {
    values: { operation, problem },
    system: SYSTEM,
    operation,
    hop: 'source',
    ...(attempt === undefined ? {} : { attempt }),
  })
}
