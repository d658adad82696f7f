import type { Sandbox } from '../../src/sandbox/index.js'
import { AGENCY, post } from './portal-calls.js'

export type Row = Record<string, unknown>
export interface Envelope {
  readonly error_code: number
  readonly message?: string
  readonly session?: string
  readonly result?: readonly Row[]
}

/** Somebody at the native door, logged in; `call` picks the path that the service lives at unless told otherwise. */
export async function native(sandbox: Sandbox) {
  const { url, credentials } = sandbox.systems['procedure-database']!
  const headers = { dstcode: credentials.dstcode ?? '' }
  const logIn = async () => {
    const { answer } = await post(`${url}/mapi/login`, { username: credentials.username, password: credentials.password }, headers)
    return answer.session ?? ''
  }
  const session = await logIn()
  const raw = (path: string, body: Row, more: Record<string, string> = headers) => post(url + path, { madonvi: AGENCY, ...body }, more)
  const call = async (service: string, fields: Row = {}, path = service === 'LayThuTuc' ? credentials.integration : credentials.share) =>
    (await raw(path ?? '', { session, service, ...fields })).answer as unknown as Envelope
  /** The answer as it came, readable or not. */
  const text = async (service: string, fields: Row = {}) => {
    const path = (service === 'LayThuTuc' ? credentials.integration : credentials.share) ?? ''
    return (await fetch(url + path, { method: 'POST', headers, body: JSON.stringify({ session, madonvi: AGENCY, service, ...fields }) })).text()
  }
  return {
    text,
    url,
    session,
    logIn,
    raw,
    call,
    list: async () => (await call('LayDanhSachTTHC')).result ?? [],
    procedure: async (code: string) => (await call('LayThuTuc', { maTTHC: code })).result?.[0],
  }
}

/** GET at the gateway: status, the text, and what is in `message`. */
export async function gateway(sandbox: Sandbox, path: string, token = sandbox.systems['procedure-database-gateway']!.credentials.token) {
  const { url } = sandbox.systems['procedure-database-gateway']!
  const response = await fetch(`${url}/KetNoiMotCuaQuocGia/${path}`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })
  const text = await response.text()
  const outer = text.startsWith('{') ? (JSON.parse(text) as { message: string }) : { message: '' }
  return { status: response.status, text, message: outer.message, rows: readRows(outer.message) }
}

function readRows(message: string): readonly Row[] | undefined {
  try {
    return (JSON.parse(message) as Envelope).result
  } catch {
    return undefined
  }
}

export const LIST = '/api/v1/submitting/formality/list-all-public-formality-by-citizen'
export const DETAIL = '/api/v1/configuring/formality/get-formality-by-citizen'
export const PDF = '/api/v1/configuring/formality/export-pdf-formality-detail-by-citizen'

export interface Said {
  readonly status: number
  readonly retryAfter: string | null
  readonly code: string
  readonly data: (Row & { items: Row[]; lastId: string; total: number }) | null
}

export async function publicPortal(sandbox: Sandbox, path: string, body: unknown): Promise<Said> {
  const { url } = sandbox.systems['procedure-database-portal']!
  const response = await fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const text = await response.text()
  const read = text.startsWith('{') ? (JSON.parse(text) as Pick<Said, 'code' | 'data'>) : { code: '', data: null }
  return { ...read, status: response.status, retryAfter: response.headers.get('retry-after') }
}

/** Quirks off: records as the contract's example has them. */
export const plain = { numbers: 0, keyCase: 0, feeSpelling: 0, channelFees: 0, repeatedDocuments: 0, whitespace: 0 }
