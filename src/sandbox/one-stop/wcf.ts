/**
 * An older .NET one-stop system over the story of a province: SOAP 1.1 and JSON by the same operations. contracts/provincial-sources.md §9.1.
 * Namespace, envelope and most names are assumed there; `LoaiDoiTuongID`, `HinhThucNop`, `NoiNhanKetQuaID`, `NgayKetThuc`, `MaDonVi`, `TenDonVi`
 * and `GhiChu` stand for what an installation may show besides.
 */
import { createHash } from 'node:crypto'
import { Parser } from 'xml2js'
import { dossierStatuses, type Instant, instantFromWallClock, wallClockFormat } from '../../domain/index.js'
import { type Answer, type Incoming, json } from '../exchange.js'
import { actions } from '../province/actions.js'
import type { Life } from '../province/life.js'
import type { Province } from '../province/province.js'
import type { Call, SimulatedSystem } from '../system.js'
import { actionOf, MODELS, messagesSchema, modelsSchema, NAMESPACE, operationNames, wsdl } from './wcf-description.js'

export const WCF_BASE = '/one-stop/wcf'
const SERVICE = `${WCF_BASE}/MotCuaService.svc`

export interface WcfOptions {
  readonly account: { readonly username: string; readonly password: string }
  /** How a caller must tell who he is. SOAP takes each of them; JSON knows HTTP Basic alone. Default `username-token`. */
  readonly security: 'none' | 'basic' | 'username-token'
}

/** A record as the service has it; dates are instants until they are written. */
type Record_ = Readonly<Record<string, string | number | { readonly at: Instant } | null>>
type Result = { readonly Data: readonly Record_[]; readonly TotalRow: number } | readonly Record_[] | Record_ | null

/** Ids of states are rows of a list of their own. */
const STATE_BASE = 300
const STRANGER_STATE = 399

class Fault extends Error {
  constructor(
    readonly code: string,
    readonly reason: string,
  ) {
    super(reason)
  }
}

export function wcfService(current: () => Province | undefined, { account, security }: WcfOptions): SimulatedSystem {
  const expectedBasic = `Basic ${Buffer.from(`${account.username}:${account.password}`, 'utf8').toString('base64')}`

  const overSoap = (request: Incoming): Answer => {
    const envelope = parsed(request.body)
    const header = request.headers.soapaction
    if (envelope === undefined || !/text\/xml/.test(String(request.headers['content-type']))) return { status: 415, body: '' }
    try {
      if (security === 'basic' && request.headers.authorization !== expectedBasic) return unauthorized()
      if (security === 'username-token') checkToken(envelope, account)
      const [name, parameters] = operationIn(envelope)
      if (name === undefined || header !== `"${actionOf(name)}"`)
        throw new Fault('a:ActionNotSupported', 'The message cannot be processed at the receiver, due to an AddressFilter mismatch.')
      return soap(`<${name}Response xmlns="${NAMESPACE}">${xmlResult(`${name}Result`, run(name, parameters))}</${name}Response>`)
    } catch (error) {
      if (error instanceof Fault) return faulted(error)
      throw error
    }
  }

  const overJson = (request: Incoming): Answer => {
    if (security !== 'none' && request.headers.authorization !== expectedBasic) return unauthorized()
    const name = request.path.slice(request.path.lastIndexOf('/') + 1)
    if (!operationNames.includes(name))
      return { status: 404, body: '<html><body>Endpoint not found.</body></html>', headers: { 'content-type': 'text/html' } }
    return json({ [`${name}Result`]: jsonResult(run(name, new Map(request.query))) })
  }

  const run = (name: string, parameters: ReadonlyMap<string, string>): Result => {
    const province = current()
    if (name === 'MotCua_E_TrangThaiHoSo_GetAll') return states()
    if (name === 'MotCua_HoSoTiepNhan_Search') return province === undefined ? { Data: [], TotalRow: 0 } : search(province, parameters)
    const life = province?.byDossierId(Number(parameters.get('hoSoId')))
    if (province === undefined || life === undefined || isAbsent(life)) return name === 'MotCua_HoSoTiepNhan_GetByHoSoId' ? null : []
    return name === 'MotCua_HoSoTiepNhan_GetByHoSoId' ? dossier(province, life) : steps(province, life)
  }

  const description = (request: Incoming): Answer => {
    // It names itself as nobody else can call it.
    const origin = 'http://may-chu-motcua'
    const part = request.query.get('xsd')
    const text = part === 'xsd0' ? messagesSchema(SERVICE, origin) : part === 'xsd1' ? modelsSchema() : wsdl(SERVICE, origin)
    return { status: 200, body: text, headers: { 'content-type': 'text/xml; charset=UTF-8' } }
  }

  return {
    name: 'one-stop-wcf',
    base: WCF_BASE,
    open: (request): Call => {
      const isJson = request.path.includes('/MC/')
      const isDescription = request.method === 'GET' && request.path === SERVICE
      const name = isJson
        ? request.path.slice(request.path.lastIndexOf('/') + 1)
        : (/IMotCuaService\/(\w+)/.exec(String(request.headers.soapaction))?.[1] ?? '')
      return {
        service: isDescription ? 'wsdl' : name,
        key: isJson || isDescription ? request.query.toString() : keyOf(request.body),
        stepKeys: [],
        run: () => {
          if (isDescription) return description(request)
          if (isJson) return overJson(request)
          return request.method === 'POST' && request.path === SERVICE ? overSoap(request) : { status: 400, body: '' }
        },
        sessionLost: () => (isJson || security === 'basic' ? unauthorized() : faulted(badToken())),
        rejected: () =>
          isJson
            ? { status: 500, body: '' }
            : faulted(new Fault('a:InternalServiceFault', 'The server was unable to process the request due to an internal error.')),
      }
    },
  }
}

/** This product makes no copies for publishing and no group dossiers; what was not received has no receipt. */
function isAbsent(life: Life): boolean {
  return life.fate === 'copy' || life.fate === 'group'
}

function search(province: Province, parameters: ReadonlyMap<string, string>): Result {
  const [from, to] = ['tuNgay', 'denNgay'].map((name) => timeIn(parameters.get(name) ?? ''))
  const page = Number(parameters.get('pageIndex') ?? '1')
  const size = Math.min(500, Math.max(1, Number(parameters.get('pageSize') ?? '10') || 10))
  const receipt = parameters.get('soBienNhan') ?? ''
  const hits = province.lives.filter((life) => {
    const { receivedAt, code } = province.standing(life)
    if (isAbsent(life) || receivedAt === null) return false
    return (from === undefined || receivedAt >= from) && (to === undefined || receivedAt <= to) && (receipt === '' || code === receipt)
  })
  const start = Math.max(0, page - 1) * size
  return { Data: hits.slice(start, start + size).map((life) => dossier(province, life)), TotalRow: hits.length }
}

function dossier(province: Province, life: Life): Record_ {
  const standing = province.standing(life)
  const { applicant, procedure, agency } = life
  return {
    HoSoID: life.dossierId,
    SoBienNhan: standing.code,
    ThuTucId: 500,
    MaThuTuc: procedure.localCode,
    TenThuTuc: procedure.name,
    HoTenNguoiNop: applicant.name,
    SoGiayTo: applicant.number,
    NgayNhan: moment(standing.receivedAt),
    NgayHenTra: moment(standing.dueAt),
    TrangThaiHoSoID: life.fate === 'status-unmapped' ? STRANGER_STATE : STATE_BASE + standing.national,
    NgayTraKetQua: moment(standing.finishedAt),
    LoaiDoiTuongID: life.fate === 'applicant-kind-missing' ? null : { citizen: 'CN', business: 'DN', organization: 'TC' }[applicant.kind],
    HinhThucNop: life.online ? 'TT' : 'TTIEP',
    NoiNhanKetQuaID: life.byPost ? '2' : '1',
    NgayKetThuc: moment(standing.releasedAt),
    MaDonVi: agency.code,
    TenDonVi: agency.name,
    GhiChu: life.fate === 'test' ? 'HỒ SƠ THỬ NGHIỆM' : null,
  }
}

/** What was migrated brought no history along. */
function steps(province: Province, life: Life): readonly Record_[] {
  if (life.fate === 'migrated') return []
  return province.standing(life).steps.map((step, place) => ({
    QuaTrinhXuLyID: 880_000 + life.index * 20 + place,
    HoSoID: life.dossierId,
    NgayXuLy: moment(step.at),
    NguoiXuLy: step.officer,
    PhongBan: null,
    CongViec: actions[step.action].name,
    NoiDungXuLy: step.note,
    TrangThaiHoSoID: STATE_BASE + actions[step.action].national,
  }))
}

function states(): readonly Record_[] {
  const national = Object.entries(dossierStatuses).filter(([code]) => Number(code) >= 1 && Number(code) <= 10)
  return [
    ...national.map(([code, { says }]) => ({ TrangThaiHoSoID: STATE_BASE + Number(code), TenTrangThai: says.vi })),
    { TrangThaiHoSoID: STRANGER_STATE, TenTrangThai: 'Chuyển kho cũ' },
  ]
}

const wall = wallClockFormat("yyyy-MM-dd'T'HH:mm:ss")
const moment = (at: Instant | null): { readonly at: Instant } | null => (at === null ? null : { at })

function timeIn(text: string): Instant | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})/.exec(text)
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number)
  return instantFromWallClock({ year: year ?? 0, month: month ?? 0, day: day ?? 0, hour: hour ?? 0, minute: minute ?? 0, second: second ?? 0 })
}

/** `DataContractSerializer`: members in the order of the contract, null as `i:nil`, wall clocks without zone. */
function xmlResult(name: string, result: Result): string {
  const open = `${name} xmlns:a="${MODELS}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"`
  if (result === null) return `<${open} i:nil="true"/>`
  if (isPage(result)) {
    const rows = result.Data.map((row) => `<a:HoSoTiepNhanViewModel>${xmlFields(row)}</a:HoSoTiepNhanViewModel>`).join('')
    return `<${open}><a:Data>${rows}</a:Data><a:TotalRow>${result.TotalRow}</a:TotalRow></${name}>`
  }
  if (!Array.isArray(result)) return `<${open}>${xmlFields(result as Record_)}</${name}>`
  const element = name.includes('QuaTrinh') ? 'QuaTrinhXuLyViewModel' : 'TrangThaiHoSo'
  return `<${open}>${result.map((row) => `<a:${element}>${xmlFields(row)}</a:${element}>`).join('')}</${name}>`
}

function xmlFields(record: Record_): string {
  return Object.entries(record)
    .map(([name, value]) => {
      if (value === null) return `<a:${name} i:nil="true"/>`
      return `<a:${name}>${escaped(typeof value === 'object' ? wall.format(value.at) : String(value))}</a:${name}>`
    })
    .join('')
}

function isPage(result: Exclude<Result, null>): result is { readonly Data: readonly Record_[]; readonly TotalRow: number } {
  return !Array.isArray(result) && Array.isArray(Reflect.get(result, 'Data'))
}

/** `DataContractJsonSerializer`: dates as milliseconds with a zone that is decoration. */
function jsonResult(result: Result): unknown {
  if (result === null) return null
  if (isPage(result)) return { Data: result.Data.map(jsonFields), TotalRow: result.TotalRow }
  return Array.isArray(result) ? result.map(jsonFields) : jsonFields(result as Record_)
}

function jsonFields(record: Record_): unknown {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, typeof value === 'object' && value !== null ? `/Date(${value.at}+0700)/` : value]),
  )
}

function soap(body: string, status = 200): Answer {
  return {
    status,
    body: `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`,
    headers: { 'content-type': 'text/xml; charset=utf-8' },
  }
}

/** A fault comes as HTTP 500. */
function faulted({ code, reason }: Fault): Answer {
  const namespace = 'http://schemas.microsoft.com/ws/2005/05/addressing/none'
  return soap(
    `<s:Fault><faultcode xmlns:a="${namespace}">${code}</faultcode><faultstring xml:lang="vi-VN">${escaped(reason)}</faultstring></s:Fault>`,
    500,
  )
}

function unauthorized(): Answer {
  return { status: 401, body: '', headers: { 'www-authenticate': 'Basic realm="motcua"' } }
}

function badToken(): Fault {
  return new Fault('a:FailedAuthentication', 'At least one security token in the message could not be validated.')
}

function escaped(text: string): string {
  return text.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

/** What a request asks for, whatever stands in its header: that differs each time. */
function keyOf(body: string): string {
  return createHash('sha256')
    .update(body.slice(body.indexOf(':Body')))
    .digest('hex')
    .slice(0, 16)
}

type Node = Readonly<Record<string, unknown>> | string

function parsed(body: string): Node | undefined {
  let read: Node | undefined
  const local = (name: string) => name.slice(name.indexOf(':') + 1)
  new Parser({ explicitArray: true, explicitRoot: false, tagNameProcessors: [local], attrNameProcessors: [local] }).parseString(
    body,
    (error, value) => {
      if (error === null) read = value as Node
    },
  )
  return read
}

function first(node: unknown, name: string): unknown {
  const children = typeof node === 'object' && node !== null ? Reflect.get(node, name) : undefined
  return Array.isArray(children) ? children[0] : undefined
}

function textIn(node: unknown): string {
  if (typeof node === 'string') return node
  const text = typeof node === 'object' && node !== null ? Reflect.get(node, '_') : undefined
  return typeof text === 'string' ? text : ''
}

function operationIn(envelope: Node): readonly [string | undefined, ReadonlyMap<string, string>] {
  const body = first(envelope, 'Body')
  const name = Object.keys((body ?? {}) as object).find((key) => operationNames.includes(key))
  if (name === undefined) return [undefined, new Map()]
  const asked = first(body, name)
  const parameters = typeof asked === 'object' && asked !== null ? Object.entries(asked).filter(([key]) => key !== '$' && key !== '_') : []
  return [name, new Map(parameters.map(([key, values]) => [key, textIn(Array.isArray(values) ? values[0] : '')]))]
}

/** WS-Security UsernameToken 1.0: the password, or base64(sha1(nonce + created + password)). */
function checkToken(envelope: Node, account: WcfOptions['account']): void {
  const token = first(first(first(envelope, 'Header'), 'Security'), 'UsernameToken')
  const [username, password] = [textIn(first(token, 'Username')), first(token, 'Password')]
  const type = typeof password === 'object' && password !== null ? String(Reflect.get(Reflect.get(password, '$') ?? {}, 'Type') ?? '') : ''
  const nonce = Buffer.from(textIn(first(token, 'Nonce')), 'base64')
  const digest = createHash('sha1')
    .update(nonce)
    .update(textIn(first(token, 'Created')), 'utf8')
    .update(account.password, 'utf8')
    .digest('base64')
  const expected = type.endsWith('#PasswordDigest') ? digest : account.password
  if (username !== account.username || textIn(password) !== expected) throw badToken()
}
