/** Whether the services that a province publishes are there. Reads pages only; asks no host that is not configured. */
import pMap from 'p-map'
import { z } from 'zod'
import { asLienthongError, fillText, LienthongError, readSettings, settingMessage, type Text, type TextValues } from '../../base/index.js'
import { type AttemptEnd, type HttpAnswer, type HttpClient, httpClient, isLoopback, type TransportOptions } from '../../transport/index.js'
import { saysMissing } from './page.js'
import { type LinkSayingId, type LinkState, linkSayings } from './states.js'

/** A published address, and the procedures or services whose it is. */
export interface ServiceLink {
  readonly url: string
  readonly codes: readonly string[]
}

export interface CheckedLink extends ServiceLink {
  readonly state: LinkState
  /** HTTP status of the last answer; null when there was none. */
  readonly status: number | null
  /** Of a link that leads on to another host. */
  readonly movedTo: string | null
  /** How long the last answer took, without waiting for our turn; 0 where nobody was asked. */
  readonly ms: number
  /** null: alive. */
  readonly problem: Text | null
  readonly hint: Text | null
}

export interface LinkCheckOptions {
  /**
   * The only hosts that are asked: `dichvucong.tinh.example.vn`, with its port where it is no usual one, or `*.tinh.example.vn` for all below.
   * This machine and private addresses too are asked only when they stand here. docs/security.md
   */
  readonly allowedHosts: readonly string[]
  /** Links under way at once. 4. */
  readonly concurrency?: number
  /** Of each host. 5. */
  readonly requestsPerSecond?: number
  /** Time-outs, proxy, certificates and the like. By default 10 s to connect, 20 s to answer, 2 attempts. */
  readonly transport?: Omit<TransportOptions, 'limits' | 'maxAnswerBytes'>
  readonly signal?: AbortSignal | undefined
  /** Called for each checked link. */
  readonly onChecked?: (link: CheckedLink, progress: { readonly checked: number; readonly total: number }) => void
}

const SYSTEM = 'service-links'
const LONGEST_URL = 2048
/** Enough for any page's head; what is longer proves by itself that there is a page. */
const MOST_READ = 1_000_000

const HOST = settingMessage({
  en: 'expected a host such as dichvucong.example.vn or *.example.vn, without http:// and path',
  vi: 'cần tên máy chủ như dichvucong.example.vn hoặc *.example.vn, không kèm http:// và đường dẫn',
})
const schema = z.strictObject({
  allowedHosts: z.array(z.string().regex(/^(?:(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+|localhost|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i, HOST)),
  concurrency: z.number().int().min(1).max(32).default(4),
  requestsPerSecond: z.number().positive().default(5),
})

/** What a look at one address gave. */
interface Look {
  readonly saying: LinkSayingId | null
  readonly status: number | null
  readonly values?: TextValues
  readonly movedTo?: string | null
}

/**
 * Checks each distinct address once, with one request (one more where its own host sends it on, or fails once).
 *
 * @returns a row for each distinct address, in the order in which they came first, with the codes of all its links.
 * @throws {LienthongError} `config.invalid` for the options; `transport.aborted` for the signal: what was checked went to `onChecked`.
 */
export async function checkServiceLinks(links: Iterable<ServiceLink>, options: LinkCheckOptions): Promise<readonly CheckedLink[]> {
  const { transport = {}, signal, onChecked, ...rest } = options
  const { allowedHosts, concurrency, requestsPerSecond } = readSettings(schema, rest, 'links')
  const codes = new Map<string, Set<string>>()
  for (const link of links) {
    const known = codes.get(link.url) ?? new Set()
    for (const code of link.codes) known.add(code)
    codes.set(link.url, known)
  }
  const ask = asking(transport, requestsPerSecond, signal)
  /** Addresses that differ only behind `#` are one to the server. */
  const looks = new Map<string, Promise<Look & { readonly ms: number }>>()
  const lookAt = (url: URL) => {
    const key = url.href.slice(0, url.href.length - url.hash.length)
    const known = looks.get(key) ?? ask(url)
    looks.set(key, known)
    return known
  }
  let checked = 0
  const check = async ([url, itsCodes]: readonly [string, ReadonlySet<string>]): Promise<CheckedLink> => {
    const parsed = url.length > LONGEST_URL ? null : URL.parse(url.trim())
    const refusal = parsed === null ? 'invalid' : refusalOf(parsed, allowedHosts)
    const look = parsed === null || refusal !== null ? { saying: refusal, status: null, ms: 0 } : await lookAt(parsed)
    const row = told({ url, codes: [...itsCodes] }, parsed?.host ?? '', look)
    checked += 1
    onChecked?.(row, { checked, total: codes.size })
    return row
  }
  try {
    return await pMap(codes, check, { concurrency, ...(signal === undefined ? {} : { signal }) })
  } catch (error) {
    if (signal?.aborted) throw new LienthongError('transport.aborted', { values: { sent: 'no' }, system: SYSTEM })
    throw error
  }
}

/** Why an address is not asked at all. */
function refusalOf(url: URL, allowedHosts: readonly string[]): LinkSayingId | null {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'invalid'
  if (url.username !== '' || url.password !== '') return 'with-password'
  if (!isAllowed(url, allowedHosts)) return 'foreign-host'
  return url.protocol === 'http:' && !isLoopback(url.host) ? 'not-https' : null
}

/** Of this machine any port, since tests do not know theirs beforehand. */
function isAllowed(url: URL, allowedHosts: readonly string[]): boolean {
  return allowedHosts.some((written) => {
    const allowed = written.toLowerCase()
    if (allowed.startsWith('*.')) return url.host.endsWith(allowed.slice(1))
    return url.host === allowed || (isLoopback(allowed) && url.hostname === allowed)
  })
}

/** One client a host, so that each has its own pace and its own circuit. */
function asking(transport: TransportOptions, requestsPerSecond: number, signal: AbortSignal | undefined) {
  const clients = new Map<string, HttpClient>()
  /** By operation: the only thing that a hook and a call have in common. */
  const took = new Map<string, number>()
  const clientOf = (host: string): HttpClient => {
    const known = clients.get(host) ?? httpClient(settingsOf(transport, requestsPerSecond, took))
    clients.set(host, known)
    return known
  }
  return async (url: URL): Promise<Look & { readonly ms: number }> => {
    const operation = `link ${took.size + 1}`
    took.set(operation, 0)
    const get = (target: URL) =>
      clientOf(url.host).send({
        operation,
        method: 'GET',
        url: target.href,
        headers: { Accept: 'text/html,*/*;q=0.8' },
        repeat: 'freely',
        emptyAnswer: 'allowed',
        signal,
      })
    const look = await lookOf(url, get).catch((error: unknown) => lookOfFailure(error))
    return { ...look, ms: took.get(operation) ?? 0 }
  }
}

function settingsOf(transport: TransportOptions, requestsPerSecond: number, took: Map<string, number>) {
  const { hooks } = transport
  return {
    timeouts: { connectMs: 10_000, readMs: 20_000 },
    retry: { attempts: 2 },
    ...transport,
    system: SYSTEM,
    limits: { requestsPerSecond },
    maxAnswerBytes: MOST_READ,
    hooks: {
      attempt(start: { readonly system: string; readonly operation: string; readonly attempt: number }) {
        const ended = hooks?.attempt?.(start)
        return (end: AttemptEnd) => {
          took.set(start.operation, end.ms)
          ended?.(end)
        }
      },
    },
  }
}

async function lookOf(url: URL, get: (target: URL) => Promise<HttpAnswer>): Promise<Look> {
  const answer = await get(url)
  const { status } = answer
  if (!isRedirect(status)) return lookOfPage(answer)
  const target = targetOf(answer, url)
  if (target === null) return { saying: 'leads-nowhere', status }
  const elsewhere = lookElsewhere(target, url, status)
  if (elsewhere !== null) return elsewhere
  const next = await get(target)
  if (!isRedirect(next.status)) return lookOfPage(next)
  const further = targetOf(next, target)
  // A second step on the same host: a sign-in that sets its cookies, and no page that is missing.
  return (further === null ? null : lookElsewhere(further, url, next.status)) ?? { saying: null, status: next.status }
}

const SIGN_IN = /login|log-in|signin|sign-in|dang-?nhap|\/(?:sso|cas|auth|oauth2?|openid)\b/i

/** What a redirect tells by its target alone; null when one has to look there. */
function lookElsewhere(target: URL, from: URL, status: number): Look | null {
  if (target.hostname !== from.hostname) return { saying: 'moved', status, movedTo: target.host, values: { target: target.host } }
  if (target.protocol !== from.protocol && target.protocol !== 'https:') return { saying: 'sent-to-http', status }
  if (target.port !== from.port) return { saying: 'moved', status, movedTo: target.host, values: { target: target.host } }
  if (SIGN_IN.test(target.pathname)) return { saying: null, status }
  const isFront = (url: URL) => url.pathname === '/' && url.search === '' && url.hash === ''
  return isFront(target) && !isFront(from) ? { saying: 'front-page', status } : null
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400
}

function targetOf(answer: HttpAnswer, from: URL): URL | null {
  const { location } = answer.headers
  const target = typeof location === 'string' && location.length <= LONGEST_URL ? URL.parse(location, from.href) : null
  return target !== null && /^https?:$/.test(target.protocol) ? target : null
}

function lookOfPage({ status, text }: Pick<HttpAnswer, 'status' | 'text'>): Look {
  if (status === 404 || status === 410) return { saying: 'dead', status }
  if (status >= 400) return { saying: 'refused', status }
  if (text.trim() === '') return { saying: 'empty', status }
  return { saying: saysMissing(text) ? 'says-missing' : null, status }
}

const NO_SUCH_HOST = new Set(['ENOTFOUND', 'EAI_AGAIN'])
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)|ERR_TLS|EPROTO|ERR_SSL/

/** What a failed request says about the link. Anything that is not the link's fault is thrown on. */
function lookOfFailure(error: unknown): Look {
  const failure = asLienthongError(error)
  const { cause, status: given } = failure.values
  const status = typeof given === 'number' ? given : null
  const values = { cause: String(cause ?? '') }
  switch (failure.code) {
    case 'transport.too_large':
      return status === null ? { saying: null, status } : lookOfPage({ status, text: 'long' })
    case 'transport.server_failed':
      return { saying: 'failing', status }
    case 'transport.throttled':
      return { saying: 'throttled', status: status ?? 429 }
    case 'transport.unanswered':
      return { saying: 'silent', status: null, values }
    case 'transport.circuit_open':
      return { saying: 'not-asked', status: null }
    case 'transport.unreachable':
      return {
        saying: NO_SUCH_HOST.has(values.cause) ? 'no-such-host' : UNTRUSTED.test(values.cause) ? 'untrusted' : 'no-connection',
        status: null,
        values,
      }
    default:
      throw failure
  }
}

function told(link: ServiceLink, host: string, { saying, status, values, movedTo = null, ms }: Look & { readonly ms: number }): CheckedLink {
  if (saying === null) return { ...link, state: 'alive', status, movedTo, ms, problem: null, hint: null }
  const { state, problem, hint } = linkSayings[saying]
  const filling = { host, ...(status === null ? {} : { status }), ...values }
  return { ...link, state, status, movedTo, ms, problem: fillText(problem, filling), hint: fillText(hint, filling) }
}
