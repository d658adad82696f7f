/**
 * Who may reach an inbound route that has no signature of its own. There is no default: a route that anybody may call has to be wanted.
 * docs/receiving.md
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import { LienthongError, type Text } from '../base/index.js'
import { refusal } from './answers.js'
import { single } from './body.js'
import type { InboundHandler, InboundRequest } from './handler.js'

/** All that is set has to hold. */
export interface AccessPolicy {
  /** Addresses and networks that may call: `10.20.0.0/16`, `10.1.2.3`, `fd00::/8`. */
  readonly peers?: readonly string[]
  /** A header and the value it must have: `{ header: 'x-lienthong-key', value }`, or `authorization` with `Basic …`. */
  readonly secret?: { readonly header: string; readonly value: string }
  /** A server before us checks client certificates and says so in a header, which it removes from what comes from outside. Needs {@link proxies}. */
  readonly clientCertificate?: { readonly header: string; readonly values: readonly string[] }
  /** Servers before us: only their `X-Forwarded-For` and certificate headers are believed. */
  readonly proxies?: readonly string[]
  /** Anybody may call. */
  readonly insecure?: boolean
}

/** Shorter ones are guessed. */
const SECRET_LENGTH = 16

/**
 * A handler behind a policy: 401 without the secret, 403 from elsewhere.
 *
 * @param place of the policy in the configuration, for messages.
 * @throws {LienthongError} `config.invalid`, naming what to set, when nothing restricts the callers.
 */
export function guarded(handler: InboundHandler, policy: AccessPolicy, place = 'access'): InboundHandler {
  const refusing = accessCheck(policy, place)
  return async (request) => refusing(request) ?? handler(request)
}

/** @returns what to answer to one who may not call; null to one who may. @throws as {@link guarded} */
export function accessCheck(policy: AccessPolicy, place = 'access'): (request: InboundRequest) => ReturnType<typeof refusal> | null {
  const { peers, secret, clientCertificate, proxies = [], insecure = false } = policy
  if (peers === undefined && secret === undefined && clientCertificate === undefined && !insecure) {
    throw invalid(place, {
      en: 'this route has no signature, and nothing says who may call it. Set `peers` (addresses or networks), `secret` (header and value) or `clientCertificate` with `proxies`; `insecure: true` lets anybody in.',
      vi: 'đường nhận này không có chữ ký và chưa nêu ai được gọi. Đặt `peers` (địa chỉ hoặc dải mạng), `secret` (tên header và giá trị) hoặc `clientCertificate` kèm `proxies`; `insecure: true` là cho bất kỳ ai gọi.',
    })
  }
  if (clientCertificate !== undefined && (proxies.length === 0 || clientCertificate.values.length === 0)) {
    throw invalid(`${place}.${proxies.length === 0 ? 'proxies' : 'clientCertificate.values'}`, {
      en: 'anybody can write a header: name the servers whose certificate header is believed, and the values that mean “verified”.',
      vi: 'ai cũng ghi được header: hãy nêu các máy chủ có header chứng thư được tin, và các giá trị nghĩa là “đã kiểm tra”.',
    })
  }
  if (secret !== undefined && secret.value.length < SECRET_LENGTH) {
    throw invalid(`${place}.secret`, { en: `needs at least ${SECRET_LENGTH} characters`, vi: `cần ít nhất ${SECRET_LENGTH} ký tự` })
  }
  const allowed = peers === undefined ? undefined : addressList(peers, `${place}.peers`)
  const trusted = addressList(proxies, `${place}.proxies`)
  const certificates = clientCertificate === undefined ? undefined : new Set(clientCertificate.values)

  return (request) => {
    const viaProxy = contains(trusted, request.remoteAddress)
    const caller = viaProxy ? forwardedFor(request, trusted) : request.remoteAddress
    if (allowed !== undefined && !contains(allowed, caller)) return refusal(403, 'forbidden')
    if (clientCertificate !== undefined) {
      const said = request.headers[clientCertificate.header.toLowerCase()]
      if (!viaProxy || typeof said !== 'string' || certificates?.has(said) !== true) return refusal(403, 'client certificate required')
    }
    if (secret !== undefined && !sameSecret(single(request.headers[secret.header.toLowerCase()]), secret.value)) return refusal(401, 'unauthorized')
    return null
  }
}

/** Takes as long for a near miss as for a far one, also when the lengths differ. */
export function sameSecret(shown: string | undefined, secret: string): boolean {
  return timingSafeEqual(digest(shown ?? ''), digest(secret)) && shown !== undefined
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Who calls, as far as it can be known: behind servers of ours, what they say. @throws as {@link addressList} */
export function callerOf(proxies: readonly string[], place: string): (request: InboundRequest) => string | undefined {
  const trusted = addressList(proxies, place)
  return (request) => (contains(trusted, request.remoteAddress) ? forwardedFor(request, trusted) : undefined) || request.remoteAddress
}

/** The last address that a server of ours did not add itself; whatever stands before it may be invented. */
function forwardedFor(request: InboundRequest, trusted: BlockList): string | undefined {
  const header = request.headers['x-forwarded-for']
  const hops = (typeof header === 'string' ? header : (header ?? []).join(',')).split(',').map((hop) => hop.trim())
  for (const hop of hops.reverse()) if (!contains(trusted, hop)) return hop
  return undefined
}

/** @throws {LienthongError} `config.invalid`, naming the entry that is no address. */
export function addressList(entries: readonly string[], place: string): BlockList {
  const list = new BlockList()
  for (const [index, entry] of entries.entries()) {
    const [address = '', prefix, ...rest] = entry.split('/')
    const family = isIP(address)
    const most = family === 4 ? 32 : 128
    const bits = prefix === undefined ? most : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN
    if (family === 0 || rest.length > 0 || !(bits <= most)) {
      throw invalid(`${place}[${index}]`, {
        en: 'is no address and no network such as 10.20.0.0/16',
        vi: 'không phải địa chỉ IP hay dải mạng như 10.20.0.0/16',
      })
    }
    list.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}

function contains(list: BlockList, address: string | undefined): boolean {
  if (address === undefined) return false
  // A server that listens on both families shows 10.1.2.3 as ::ffff:10.1.2.3, and a link-local address with its interface.
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  const family = isIP(plain)
  return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6')
}

function invalid(place: string, problem: Text): LienthongError {
  return new LienthongError('config.invalid', { values: { place, problem } })
}
