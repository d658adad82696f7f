/** Files at addresses that a source names: asked only on servers that the configuration names. */
import { LienthongError, type Text } from '../../base/index.js'
import type { Instant } from '../../domain/index.js'
import { type DownloadOptions, download, isAmong, isPublicAddress, networks } from '../../transport/index.js'
import type { OpenFile, OpenFileOptions } from '../ports.js'
import { parseContentRange, rangeHeader } from './ranges.js'

/** A server that may be asked for files. */
export interface FileHost {
  /** With its port where it is no usual one: `https://kho.tinh.example.vn`, `http://10.20.1.5:8080`. */
  readonly origin: string
  /** Networks that its name may lead to besides the public one: `10.20.0.0/16`. An origin that is an address needs none. */
  readonly networks?: readonly string[]
  /** Shown to this server alone: `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface WebFileOptions extends Pick<DownloadOptions, 'timeouts' | 'caFile' | 'resolve' | 'clock'> {
  /** For errors and logs. */
  readonly system?: string
}

const refusals = {
  invalid: { en: 'its address is none', vi: 'địa chỉ tệp không hợp lệ' },
  password: { en: 'its address carries a user name or password', vi: 'địa chỉ tệp kèm tên đăng nhập hoặc mật khẩu' },
  foreign: { en: 'its address is on a server that is not among `files.hosts`', vi: 'địa chỉ tệp ở máy chủ không có trong `files.hosts`' },
  redirect: { en: 'the server sends us on to another address', vi: 'máy chủ chuyển hướng sang địa chỉ khác' },
  packed: { en: 'the server packs what we ask for plain', vi: 'máy chủ nén dữ liệu dù yêu cầu không nén' },
} satisfies Record<string, Text>

/** @throws {RangeError} for an origin or a network that is none. */
export function webFiles(hosts: readonly FileHost[], options: WebFileOptions = {}) {
  const known = hosts.map((host) => ({ ...host, origin: originOf(host.origin), list: networks(host.networks ?? []) }))

  return async (address: string, { range, signal }: OpenFileOptions): Promise<OpenFile | null> => {
    const url = address.length > 4096 ? null : URL.parse(address)
    if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw refused('invalid')
    if (url.username !== '' || url.password !== '') throw refused('password')
    const host = known.find(({ origin }) => origin === url.origin)
    if (host === undefined) throw refused('foreign')
    const system = options.system ?? 'file'
    const answer = await download(url, {
      ...options,
      system,
      operation: 'file',
      signal,
      headers: { ...host.headers, ...(range === undefined ? {} : { range: rangeHeader(range) }) },
      mayConnect: (to) => isPublicAddress(to) || isAmong(host.list, to) || isLiteral(url, to),
    })
    const { status, headers, body } = answer
    if (status >= 300 && status < 400) throw refused('redirect')
    if (status === 404 || status === 410) return null
    const about = { system, operation: 'file', values: { host: url.host, status } }
    if (status === 429) throw new LienthongError('transport.throttled', about)
    if (status >= 500) throw new LienthongError('transport.server_failed', about)
    const part = parseContentRange(headers['content-range'])
    if (status === 416) return { ...described(headers), size: part.size ?? 0, range: null, body: nothing() }
    if (status !== 200 && status !== 206) throw new LienthongError('transport.refused', about)
    const packing = headers['content-encoding']
    if (packing !== undefined && packing !== 'identity') throw refused('packed')
    if (status === 206) return { ...described(headers), size: part.size, range: part.part, body }
    const length = headers['content-length']
    return { ...described(headers), size: length === undefined ? null : Number(length), range: null, body }
  }
}

function described(headers: Readonly<Record<string, string | string[] | undefined>>): Pick<OpenFile, 'type' | 'name' | 'lastModified'> {
  const type = headers['content-type']
  const modified = Date.parse(String(headers['last-modified'] ?? ''))
  return { type: typeof type === 'string' ? type : null, name: null, lastModified: Number.isNaN(modified) ? null : (modified as Instant) }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Whoever writes an address into the configuration means it, private or not. */
function isLiteral(url: URL, address: string): boolean {
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  return address === literal || address === `::ffff:${literal}`
}

function originOf(text: string): string {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.pathname !== '/' || url.search !== '') throw new RangeError(text)
  return url.origin
}

function refused(why: keyof typeof refusals): LienthongError {
  return new LienthongError('files.refused', { values: { problem: refusals[why] } })
}
