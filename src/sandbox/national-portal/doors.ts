/** The ways into the portal: the adapter (§3) and the provincial proxy (§9 row 1, D2). */
import { type Answer, type Incoming, json, parseJson } from '../exchange.js'
import type { Call, SimulatedSystem } from '../system.js'
import { unroutable } from '../x-road.js'
import { stepKey } from './books.js'
import { DSTCODE, type PortalAccount } from './options.js'
import { type Portal, type ServiceRequest, spell } from './portal.js'
import { type Refusal, refusals } from './refusals.js'
import type { Sessions } from './sessions.js'

export const ADAPTER_BASE = '/national-portal/XrdAdapter/RestService/forward'
export const PROXY_BASE = '/national-portal/proxy'

type Loose = Readonly<Record<string, unknown>>
type Asked = Omit<ServiceRequest, 'madonvi'> & { readonly madonvi?: unknown }

/** Body envelope, session in the body, both endpoint families at one path and open to every service. §3.4, §10 row 1 */
export function adapterDoor(portal: Portal, sessions: Sessions, seed: number | string): SimulatedSystem {
  const login = (body: Loose, attempt: number): Answer => {
    const account = portal.options.accounts.find((one) => one.username === body.username && one.password === body.password)
    if (account === undefined) return refuse(portal, refusals.wrongPassword())
    portal.countLogin()
    const code = spell('0', `${seed}/login/${account.username}/${attempt}`)
    return json({ error_code: code, message: '', session: sessions.open(account) })
  }
  const serve = (body: Loose, service: string, key: string, attempt: number): Answer => {
    const account = sessions.holder(body.session)
    if (account === undefined) return lost(portal)
    return reply(portal, { service, madonvi: body.madonvi, fields: body }, account, `${seed}/${service}/${key}/${attempt}`)
  }
  return {
    name: 'national-portal',
    base: ADAPTER_BASE,
    open(request) {
      const endpoint = request.path.slice(ADAPTER_BASE.length)
      const astray =
        unroutable(request, DSTCODE, portal.options.requireDstcode) ??
        (request.method === 'POST' && ENDPOINTS.has(endpoint) ? undefined : unknownPath())
      if (astray !== undefined) return fixed(portal, endpoint, astray)
      const parsed = parseJson(request.body)
      const body = isObject(parsed?.value) ? parsed.value : undefined
      if (body === undefined) return fixed(portal, endpoint, refuse(portal, refusals.notJson()))
      if (endpoint === LOGIN) {
        return { ...call(portal, 'login', text(body.username), []), run: (attempt) => login(body, attempt) }
      }
      const service = text(body.service)
      const key = keyOf(service, body)
      const rows = Array.isArray(body.data) ? body.data : []
      portal.count(service, rows.length)
      return { ...call(portal, service, key, rows), run: (attempt) => serve(body, service, key, attempt) }
    },
  }
}

const LOGIN = '/mapi/login'
const ENDPOINTS: ReadonlySet<string> = new Set([LOGIN, '/mapi/g'])

/** Bearer token, bare array, service as last path segment or a URL of its own for create, update and progress. */
export function proxyDoor(portal: Portal, seed: number | string): SimulatedSystem {
  return {
    name: 'national-portal-proxy',
    base: PROXY_BASE,
    open(request) {
      const asked = readProxyRequest(request)
      if ('code' in asked) return fixed(portal, request.path, refuse(portal, asked))
      const { service, fields } = asked
      const rows = Array.isArray(fields.data) ? fields.data : []
      const key = keyOf(service, fields)
      portal.count(service, rows.length)
      return {
        ...call(portal, service, key, rows),
        run(attempt) {
          if (request.headers.authorization !== `Bearer ${portal.options.proxyToken}`) return unauthorized(portal)
          const account = portal.options.accounts[0]
          const madonvi = asked.madonvi ?? account?.agencyCode
          return reply(portal, { service, madonvi, fields }, account, `${seed}/${service}/${key}/${attempt}`)
        },
        sessionLost: () => unauthorized(portal),
      }
    },
  }
}

/** Separate URLs, as one client has them configured. §9 row 1 */
const SHORTHANDS: Readonly<Record<string, { readonly service: string; readonly isUpdating?: string }>> = {
  create: { service: 'DongBoHoSoMC', isUpdating: 'False' },
  update: { service: 'DongBoHoSoMC', isUpdating: 'True' },
  progress: { service: 'CapNhatTienDoHoSoMC' },
}

function readProxyRequest(request: Incoming): Asked | Refusal {
  const segment = request.path.slice(PROXY_BASE.length + 1)
  const shorthand = SHORTHANDS[segment]
  const query: Record<string, unknown> = Object.fromEntries(request.query)
  const { MaDinhDanhDV, ...parameters } = query
  const body = request.body === '' ? { value: undefined } : parseJson(request.body)
  if (body === undefined) return refusals.notJson()
  const fields = {
    ...parameters,
    ...(isObject(body.value) ? body.value : { data: body.value }),
    ...(shorthand?.isUpdating !== undefined && { isUpdating: shorthand.isUpdating }),
  }
  return { service: shorthand?.service ?? segment, fields, ...(MaDinhDanhDV !== undefined && { madonvi: MaDinhDanhDV }) }
}

function call(portal: Portal, service: string, key: string, rows: readonly unknown[]): Omit<Call, 'run'> {
  return {
    service,
    key,
    stepKeys: service === 'CapNhatTienDoHoSoMC' ? rows.filter(isObject).map((row) => stepKeyOf(row)) : [],
    sessionLost: () => lost(portal),
    // Real portals quote the record in what they refuse; a client must not carry the name on.
    rejected: () => refuse(portal, refusals.onDemand(text(rows.find(isObject)?.ChuHoSo) || key)),
  }
}

function reply(portal: Portal, request: ServiceRequest, account: PortalAccount | undefined, chance: string): Answer {
  const { code, message, result, refused } = portal.serve(request, account, chance)
  if (refused) portal.countRefusal()
  return json({ error_code: spell(code, `${chance}/spelling`), message, ...(result && { result }) })
}

function refuse(portal: Portal, { code, message }: Refusal): Answer {
  portal.countRefusal()
  return json({ error_code: code, message })
}

/** §3.3: nobody has seen one; both guesses are offered. */
function lost(portal: Portal): Answer {
  return portal.options.sessionLoss === 'http-401' ? unauthorized(portal) : refuse(portal, refusals.sessionLost())
}

function unauthorized(portal: Portal): Answer {
  portal.countRefusal()
  return json({ error_code: '-1', message: 'Unauthorized' }, 401)
}

function unknownPath(): Answer {
  return { status: 404, body: '<html><body><h1>404 Not Found</h1></body></html>', headers: { 'content-type': 'text/html' } }
}

/** A call whose answer does not depend on anything else. */
function fixed(portal: Portal, service: string, answer: Answer): Call {
  return { ...call(portal, service, '', []), run: () => answer }
}

function keyOf(service: string, fields: Loose): string {
  if (Array.isArray(fields.data)) return text(fields.data.find(isObject)?.MaHoSo)
  return service === 'TraCuuHoSo' ? text(fields.mahoso) : ''
}

function stepKeyOf(row: Loose): string {
  return stepKey({ MaHoSo: text(row.MaHoSo), ThoiDiemXuLy: text(row.ThoiDiemXuLy), TrangThai: text(row.TrangThai), NguoiXuLy: text(row.NguoiXuLy) })
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
