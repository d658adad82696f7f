/** A handler in a server of node:http; Express and Fastify stand on it too, since theirs are node's requests. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { asLienthongError, type Clock, LienthongError, type Logger, seconds, silentLogger, systemClock } from '../base/index.js'
import { refusal } from './answers.js'
import type { InboundHandler, InboundRequest, OutboundResponse } from './handler.js'

export interface ServingOptions {
  readonly logger?: Logger
  readonly clock?: Clock
}

/**
 * For `createServer(forNode(handler))`. Never rejects: what goes wrong inside is a 500 without details, and its code a line of the log.
 * Set `requestTimeout` and `headersTimeout` of the server too.
 */
export function forNode(
  handler: InboundHandler,
  options: ServingOptions = {},
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { logger = silentLogger, clock = systemClock } = options
  return async (request, response) => {
    const unconsumed = bodyOf(request)
    try {
      await send(request, response, await handler(inbound(request, response, { body: unconsumed })), { clock })
    } catch (error) {
      logger.error({ code: asLienthongError(error).code }, 'an inbound request failed')
      await send(request, response, refusal(500, 'internal error'), { clock })
    }
  }
}

/** What the handler sees of a request of node:http. */
export function inbound(
  request: IncomingMessage,
  response: ServerResponse,
  { url = request.url ?? '/', body }: { readonly url?: string; readonly body: AsyncIterable<Uint8Array> },
): InboundRequest {
  const hangUp = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) hangUp.abort(new LienthongError('transport.aborted'))
  })
  return {
    method: request.method ?? 'GET',
    url,
    headers: request.headers,
    remoteAddress: request.socket.remoteAddress,
    body,
    signal: hangUp.signal,
  }
}

/** The bytes as they came. @throws {LienthongError} `inbound.body_consumed` when read, if something before us has taken them. */
export async function* bodyOf(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  if (request.readableDidRead || request.readableEnded) {
    const kept = keptBytes(request)
    if (kept !== undefined) yield kept
    else if (hasBody(request)) throw new LienthongError('inbound.body_consumed')
    return
  }
  // What came in one piece with its head is here when the parser has gone through that piece.
  await undefined
  if (isAllHere(request)) yield* wholeBody(request)
  // Stopping early must not destroy the socket: the answer still has to go through it.
  else yield* request.iterator({ destroyOnReturn: false })
}

function isAllHere({ headers, readableLength, destroyed }: IncomingMessage): boolean {
  return readableLength > 0 && Number(headers['content-length']) === readableLength && !destroyed
}

/** Of a request that is all here: an iterator over its stream, which nothing can break any more, takes longer than the rest of reading it. */
async function* wholeBody(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  const ended = new Promise((resolve) => request.once('end', resolve).once('close', resolve))
  const bytes: Uint8Array | null = request.read()
  if (bytes !== null) yield bytes
  // To its end, which a stream tells only while it is read.
  request.resume()
  await ended
}

/** `express.raw()` and the usual `verify` hook keep the bytes; a parsed body is not what was sent. */
function keptBytes(request: IncomingMessage): Uint8Array | undefined {
  const { rawBody, body } = request as IncomingMessage & { rawBody?: unknown; body?: unknown }
  return [rawBody, body].find((bytes): bytes is Uint8Array => bytes instanceof Uint8Array)
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

interface Sending {
  readonly clock: Clock
  /** Set by what stands before us: security headers of a portal. Ours win. */
  readonly headers?: Readonly<Record<string, number | string | readonly string[] | undefined>>
}

/** Whoever is still sending when the answer is there gets so long to notice it. */
const NOTICE_MS = seconds(2)
const NOTICE_BYTES = 16 * 1024 * 1024

/** Writes an answer. Never rejects: a caller who hung up is no failure of ours. */
export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: OutboundResponse,
  { clock, headers = {} }: Sending,
): Promise<void> {
  const { body } = answer
  const withBody = request.method !== 'HEAD' && body !== null
  const stream = typeof body === 'object' && body !== null && Symbol.asyncIterator in body ? body : undefined
  if (response.headersSent || response.destroyed) {
    response.destroy()
    await abandon(stream)
    return
  }
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value)
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value)
  response.statusCode = answer.status
  // The rest of a body nobody wants would be read before the next request.
  const unread = !request.readableEnded && hasBody(request)
  if (unread) response.setHeader('connection', 'close')
  if (stream === undefined) {
    const whole = typeof body === 'string' || body instanceof Uint8Array ? body : ''
    if (!response.hasHeader('content-length') && answer.status !== 204 && answer.status !== 304)
      response.setHeader('content-length', Buffer.byteLength(whole))
    if (!unread) {
      // Head and body in one packet.
      response.end(withBody ? whole : undefined)
      return
    }
    response.flushHeaders()
    if (withBody) response.write(whole)
  } else if (withBody) {
    if (!(await pour(stream, response))) return
  } else {
    await abandon(stream)
  }
  if (unread) await drained(request, clock)
  response.end()
}

/** @returns whether all of it went out. A stream that fails midway ends the connection: half an answer must not look whole. */
async function pour(stream: AsyncIterable<Uint8Array>, response: ServerResponse): Promise<boolean> {
  try {
    for await (const chunk of stream) {
      if (response.destroyed) return false
      if (!response.write(chunk)) await roomIn(response)
    }
    return true
  } catch {
    response.destroy()
    return false
  }
}

function roomIn(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go)
      response.off('close', go)
      resolve()
    }
    response.once('drain', go)
    response.once('close', go)
  })
}

async function abandon(stream: AsyncIterable<Uint8Array> | undefined): Promise<void> {
  try {
    await stream?.[Symbol.asyncIterator]().return?.()
  } catch {
    // Nobody waits for it any more.
  }
}

/** Closing while the other side still writes makes its system throw our answer away: read on for a moment, and forget it. */
async function drained(request: IncomingMessage, clock: Clock): Promise<void> {
  const enough = new AbortController()
  let bytes = 0
  await new Promise<void>((resolve) => {
    const done = () => {
      enough.abort()
      resolve()
    }
    request.once('end', done).once('close', done).once('error', done)
    request.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length
      if (bytes > NOTICE_BYTES) done()
    })
    request.resume()
    clock.sleep(NOTICE_MS, enough.signal).then(done, () => {})
  })
}
