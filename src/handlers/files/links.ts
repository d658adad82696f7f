/**
 * Serves the files behind links that were sent to the national portal (docs/file-links.md). Who has a link may read one file; without one
 * there is nothing to ask for. contracts/national-portal.md §4.1.2, §4.1.6
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { asLienthongError, type Clock, type LienthongError, type Logger, silentLogger, systemClock } from '../../base/index.js'
import type { SourceFile } from '../../domain/index.js'
import { fileLinkBy, type SqlLedger } from '../../ledger/index.js'
import {
  type DossierSource,
  defaultFileTypes,
  type FileType,
  keyVersionOf,
  type LinkedFile,
  type OpenFile,
  openLink,
  type Part,
  parseRange,
  partOf,
  sliced,
  TELLING_BYTES,
  tokenDigest,
  tokenOf,
  typeOf,
} from '../../sync/index.js'
import { callerOf } from '../access.js'
import { refusal } from '../answers.js'
import { single } from '../body.js'
import type { InboundHandler, InboundRequest, OutboundResponse } from '../handler.js'
import { cleanName, contentDisposition } from './disposition.js'
import { paceOf } from './pace.js'
import { type PouringEnd, pouring } from './pouring.js'

/** The files of one tenant. */
export interface FileDesk {
  readonly sources: Readonly<Record<string, Pick<DossierSource, 'openFile'>>>
  /** Larger ones are not served. Default 200 MB. */
  readonly maxBytes?: number
  /** What a file has to be, by its bytes. Default {@link defaultFileTypes}. */
  readonly types?: readonly FileType[]
  /** Lets caches between keep a file for so long. Default 0: nobody keeps it. */
  readonly cacheSeconds?: number
}

export interface FileLinksOptions {
  readonly ledger: Pick<SqlLedger, 'db' | 'vault'>
  readonly tenants: Readonly<Record<string, FileDesk>>
  /** Servers before us, whose `X-Forwarded-For` is believed. */
  readonly proxies?: readonly string[]
  /** Of each caller. A link that leads nowhere counts as twenty. Default 600. */
  readonly requestsPerMinute?: number
  /** Files on their way at once. Default 64. */
  readonly concurrency?: number
  /** A reader that takes nothing for so long is left. Default 30 seconds. */
  readonly idleMs?: number
  readonly clock?: Clock
  /** One line a request: no personal data. */
  readonly logger?: Logger
  readonly onDownload?: (download: FileDownload) => void
}

/** How a request ended. `sent`: all that was asked for; `headers`: nothing but what it is was asked. */
export type DownloadOutcome =
  | 'sent'
  | 'headers'
  | 'not-modified'
  | 'no-such-range'
  | 'unknown-link'
  | 'no-such-file'
  | 'refused'
  | 'type-refused'
  | 'source-unreachable'
  | 'ledger-unreachable'
  | 'too-many'
  | Exclude<PouringEnd, 'done'>

export interface FileDownload {
  readonly outcome: DownloadOutcome
  readonly tenant: string | null
  readonly source: string | null
  /** Names the link; the token itself is a key. */
  readonly link: string | null
  /** Of the dossier. */
  readonly code: string | null
  readonly peer: string | null
  readonly status: number
  readonly bytes: number
  readonly ms: number
  /** Why a file could not be opened. */
  readonly error: string | null
}

const MAX_BYTES = 200_000_000
const IDLE_MS = 30_000
const HARMLESS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
} as const

/** Mount it where `files.publicUrl` leads: `routes({ 'GET /lt/*': fileLinks(…), 'HEAD /lt/*': … })`, `forFastify` with a prefix, or alone. */
export function fileLinks(options: FileLinksOptions): InboundHandler {
  const { ledger, tenants, concurrency = 64, idleMs = IDLE_MS, clock = systemClock, logger = silentLogger } = options
  const caller = callerOf(options.proxies ?? [], 'files.proxies')
  const pace = paceOf(options.requestsPerMinute ?? 600, clock)
  let underWay = 0

  return async (request) => {
    const started = clock.now()
    const peer = caller(request) ?? null
    const told = (status: number, outcome: DownloadOutcome, more: Partial<FileDownload> = {}) => {
      const download: FileDownload = {
        ...{ outcome, tenant: null, source: null, link: null, code: null, peer, status, bytes: 0, ms: clock.now() - started, error: null },
        ...more,
      }
      logger.info({ ...download }, 'file link')
      options.onDownload?.(download)
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405, 'method not allowed', { allow: 'GET, HEAD' })
    const wait = pace.waitFor(peer ?? '')
    if (wait > 0) {
      told(429, 'too-many')
      return refusal(429, 'too many requests', { 'retry-after': String(wait) })
    }
    if (underWay >= concurrency) {
      told(503, 'too-many')
      return refusal(503, 'busy', { 'retry-after': '5' })
    }
    underWay += 1
    /** Ends what is open at the source; then the place is free for others. */
    const needed = new AbortController()
    const letGo = () => {
      if (needed.signal.aborted) return
      needed.abort()
      underWay -= 1
    }
    const hangUp = () => letGo()
    request.signal.addEventListener('abort', hangUp, { once: true })
    try {
      const link = await findLink(ledger, tenants, tokenIn(request.url)).catch((error: unknown) => asLienthongError(error))
      if (link === undefined || !('tenant' in link)) {
        letGo()
        if (link === undefined) pace.guessed(peer ?? '')
        told(link === undefined ? 404 : 503, link === undefined ? 'unknown-link' : 'ledger-unreachable', link && { error: link.code })
        return link === undefined ? refusal(404, 'not found') : refusal(503, 'try again later', { 'retry-after': '30' })
      }
      const about = { tenant: link.tenant, source: link.source, link: link.digest.slice(0, 12), code: link.code }
      const answer = await answerFor(request, link, needed.signal)
      const { response, outcome, body } = answer
      if (body === undefined) {
        letGo()
        told(response.status, outcome, { ...about, error: answer.error ?? null })
        return response
      }
      const poured = pouring(body.stream, {
        ...{ length: body.length, maxBytes: link.desk.maxBytes ?? MAX_BYTES, idleMs, clock, signal: request.signal },
        onEnd(how, bytes) {
          letGo()
          told(response.status, how === 'done' ? 'sent' : how, { ...about, bytes })
        },
      })
      return { ...response, body: poured }
    } catch (error) {
      letGo()
      throw error
    } finally {
      if (needed.signal.aborted) request.signal.removeEventListener('abort', hangUp)
    }
  }
}

/** The one segment below where we are mounted. */
function tokenIn(url: string): string {
  const path = url.split('?', 1)[0] ?? ''
  return path.startsWith('/') ? path.slice(1) : path
}

interface FoundLink extends LinkedFile {
  readonly tenant: string
  readonly desk: FileDesk
  readonly source: string
  readonly sourceId: string
  readonly code: string | null
  readonly digest: string
  readonly token: string
}

/** What an unknown token is compared with, so that it costs what a known one costs. */
const NO_FILE: SourceFile = { id: '' }

/** Looked up by digest for every tenant, found or not; a found row counts only if our key makes the same token of what it says. */
async function findLink(ledger: FileLinksOptions['ledger'], tenants: FileLinksOptions['tenants'], token: string): Promise<FoundLink | undefined> {
  const { vault } = ledger
  const version = keyVersionOf(token)
  const asked = version === undefined ? '' : token
  let found: FoundLink | undefined
  for (const [tenant, desk] of Object.entries(tenants)) {
    const row = await fileLinkBy(ledger, tenant, tokenDigest(vault, tenant, asked))
    const linked: LinkedFile = row === undefined ? { file: NO_FILE, name: '' } : openLink(ledger, tenant, row)
    const { source = '', source_id = '' } = row ?? {}
    const rightful = sameText(asked, tokenOf({ tenant, source, vault }, source_id, linked.file, version ?? 1))
    if (row === undefined || !rightful) continue
    found = { ...linked, tenant, desk, source, sourceId: source_id, code: row.code, digest: row.token_digest, token }
  }
  return found
}

function sameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}

interface Answer {
  readonly response: Omit<OutboundResponse, 'body'> & { readonly body: OutboundResponse['body'] }
  readonly outcome: DownloadOutcome
  readonly error?: string
  /** What is to be poured out. */
  readonly body?: { readonly stream: AsyncIterable<Uint8Array>; readonly length: number | null }
}

async function answerFor(request: InboundRequest, link: FoundLink, signal: AbortSignal): Promise<Answer> {
  const { desk, file, name } = link
  const openFile = desk.sources[link.source]?.openFile
  if (openFile === undefined) return missing('no-such-file', 'no openFile')
  const source = desk.sources[link.source] as Pick<DossierSource, 'openFile'>
  try {
    const look = await lookAt((range, until) => openFile.call(source, file, { range, signal: until }), signal)
    if (look === null) return missing('no-such-file')
    const { head, size, lastModified } = look
    const type = typeOf(head, name)
    if (type === undefined || !(desk.types ?? defaultFileTypes).includes(type)) return missing('type-refused')
    const maxBytes = desk.maxBytes ?? MAX_BYTES
    if (size !== null && size > maxBytes) return missing('too-large')

    const etag = etagOf(link, look)
    const shared: Record<string, string> = {
      ...HARMLESS,
      etag,
      'cache-control': desk.cacheSeconds ? `public, max-age=${desk.cacheSeconds}` : 'private, no-store',
      ...(lastModified === null ? {} : { 'last-modified': new Date(lastModified).toUTCString() }),
    }
    if (matches(single(request.headers['if-none-match']), etag))
      return { outcome: 'not-modified', response: { status: 304, headers: shared, body: null } }
    const described = {
      ...shared,
      'content-type': type,
      'content-disposition': contentDisposition(cleanName(name, type)),
      'accept-ranges': size === null ? 'none' : 'bytes',
    }
    const part = partAsked(request, etag, size)
    if (part === 'none-such')
      return {
        outcome: 'no-such-range',
        response: { ...refusal(416, 'no such range', { ...shared, 'accept-ranges': 'bytes', 'content-range': `bytes */${size}` }) },
      }
    const length = part === undefined ? size : part.to - part.from + 1
    const response = {
      status: part === undefined ? 200 : 206,
      headers: {
        ...described,
        ...(length === null ? {} : { 'content-length': String(length) }),
        ...(part === undefined ? {} : { 'content-range': `bytes ${part.from}-${part.to}/${size}` }),
      },
      body: null,
    }
    if (request.method === 'HEAD') return { outcome: 'headers', response }
    const opened = await openFile.call(source, file, part === undefined ? { signal } : { range: part, signal })
    if (opened === null || opened.size !== size || !holds(opened, part)) return missing('no-such-file', 'changed meanwhile')
    return { outcome: 'sent', response, body: { stream: bytesOf(opened, part), length } }
  } catch (thrown) {
    return failed(asLienthongError(thrown))
  }
}

interface Look extends Pick<OpenFile, 'size' | 'lastModified'> {
  readonly head: Uint8Array
}

/** What it is and how long, from its first bytes. */
async function lookAt(
  open: (range: { readonly from: number; readonly to: number }, signal: AbortSignal) => Promise<OpenFile | null>,
  signal: AbortSignal,
): Promise<Look | null> {
  const seen = new AbortController()
  try {
    const opened = await open({ from: 0, to: TELLING_BYTES - 1 }, AbortSignal.any([signal, seen.signal]))
    if (opened === null) return null
    const chunks: Uint8Array[] = []
    for await (const chunk of sliced(opened.body, { from: 0, to: TELLING_BYTES - 1 })) chunks.push(chunk)
    return { size: opened.size, lastModified: opened.lastModified, head: Buffer.concat(chunks) }
  } finally {
    seen.abort()
  }
}

function holds({ range }: OpenFile, part: Part | undefined): boolean {
  return range === null || (part !== undefined && range.from <= part.from && range.to >= part.to)
}

function bytesOf(opened: OpenFile, part: Part | undefined): AsyncIterable<Uint8Array> {
  const { range, body } = opened
  if (part === undefined) return body
  // A source that knows no ranges gives all, one that knows them may give more than was asked.
  const [from, to] = range === null ? [part.from, part.to] : [part.from - range.from, part.to - range.from]
  return from === 0 && range?.to === part.to ? body : sliced(body, { from, to })
}

function partAsked(request: InboundRequest, etag: string, size: number | null): Part | 'none-such' | undefined {
  const asked = request.method === 'GET' ? parseRange(single(request.headers.range)) : undefined
  if (asked === undefined || size === null) return undefined
  const ifRange = single(request.headers['if-range'])
  // Only a strong tag proves that the parts fit together. RFC 9110 §13.1.5
  if (ifRange !== undefined && (ifRange !== etag || etag.startsWith('W/'))) return undefined
  return partOf(asked, size) ?? 'none-such'
}

/** Strong where the source says when the file was changed. */
function etagOf({ token }: FoundLink, { size, lastModified }: Look): string {
  const digest = createHash('sha256').update(`${token}\n${size}\n${lastModified}`).digest('base64url').slice(0, 22)
  return `${size === null || lastModified === null ? 'W/' : ''}"${digest}"`
}

function matches(header: string | undefined, etag: string): boolean {
  const bare = (tag: string) => tag.trim().replace(/^W\//, '')
  return header !== undefined && (header.trim() === '*' || header.split(',').some((tag) => bare(tag) === bare(etag)))
}

/** From outside all of these look alike: who asks need not know why. */
function missing(outcome: DownloadOutcome, error?: string): Answer {
  return { outcome, response: refusal(404, 'not found'), ...(error === undefined ? {} : { error }) }
}

function failed(error: LienthongError): Answer {
  if (error.kind === 'aborted') return { outcome: 'hung-up', response: refusal(503, 'try again later'), error: error.code }
  if (error.code === 'files.refused') return missing('refused', error.code)
  return { outcome: 'source-unreachable', error: error.code, response: refusal(503, 'try again later', { 'retry-after': '60' }) }
}
