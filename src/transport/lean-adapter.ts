/**
 * What carries a request of axios where nobody needs its own Node adapter (no proxy, no instance of the caller's): straight to node:http.
 * axios's adapter spends more on forms, redirects and streams, which we never use, than the network on the call.
 */
import type { Agent as HttpAgent, IncomingMessage, RequestOptions } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createUnzip } from 'node:zlib'
import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from 'axios'
import { CANCELED } from './failure.js'
import type { FlightTransport } from './flight.js'

/** One request, past axios's own handling of headers and bodies: these are ready as they are. */
export interface LeanRequest {
  /** Counts how far the request comes; see `flight.ts`. */
  readonly transport: FlightTransport
  readonly agents: { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent }
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
  readonly signal: AbortSignal | undefined
  /** Longest silence. */
  readonly readMs: number
  readonly maxAnswerBytes: number
  /** One character a byte instead of UTF-8. */
  readonly binary: boolean
}

export function leanAdapter(lean: LeanRequest): AxiosAdapter {
  const { signal } = lean
  return (config) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(canceled())
        return
      }
      // As bytes: a text is encoded together with the headers, which takes Vietnamese the slow way.
      const body = typeof lean.body === 'string' ? Buffer.from(lean.body, 'utf8') : lean.body
      const request = lean.transport.request(requestOptions(config, lean, body), (answer) => {
        readText(answer, lean).then((data) => resolve(answered(config, answer, data)), fail)
      })
      const cancel = () => request.destroy(canceled())
      const fail = (error: unknown) => {
        request.destroy()
        reject(error)
      }
      request.once('error', fail)
      request.setTimeout(lean.readMs, () => request.destroy(failed('ETIMEDOUT', 'no answer in time')))
      if (signal !== undefined) {
        signal.addEventListener('abort', cancel)
        request.once('close', () => signal.removeEventListener('abort', cancel))
      }
      request.end(body)
    })
}

function requestOptions(config: InternalAxiosRequestConfig, { agents, headers }: LeanRequest, body: Uint8Array | undefined): RequestOptions {
  const { protocol, hostname, port, pathname, search, username, password } = new URL(config.url ?? '')
  return {
    protocol,
    // An IPv6 address stands in brackets in a URL only.
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port,
    path: pathname + search,
    method: (config.method ?? 'get').toUpperCase(),
    headers: body === undefined ? headers : { ...headers, 'Content-Length': String(body.length) },
    agent: protocol === 'https:' ? agents.httpsAgent : agents.httpAgent,
    ...(username === '' ? {} : { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` }),
  }
}

function answered(config: InternalAxiosRequestConfig, answer: IncomingMessage, data: string): AxiosResponse<string> {
  return { data, status: answer.statusCode ?? 0, statusText: answer.statusMessage ?? '', headers: answer.headers as AxiosResponse['headers'], config }
}

/** The whole body as text, without a byte order mark. Rejects with an error that begins with `maxContentLength`, as axios's own does. */
function readText(answer: IncomingMessage, { maxAnswerBytes: most, binary }: LeanRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    const body = unpacked(answer)
    const chunks: Buffer[] = []
    let length = 0
    // Events and no loop over the stream: an iterator costs as much as the rest of a small answer.
    body.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (most >= 0 && length > most)
        reject(Object.assign(failed('ERR_BAD_RESPONSE', `maxContentLength size of ${most} exceeded`), { status: answer.statusCode }))
      else chunks.push(chunk)
    })
    body.once('error', reject)
    answer.once('error', reject)
    answer.once('close', () => answer.complete || reject(failed('ECONNRESET', 'the answer ended in the middle')))
    body.once('end', () => {
      const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length)
      if (binary) {
        resolve(bytes.toString('latin1'))
        return
      }
      const text = bytes.toString('utf8')
      resolve(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text)
    })
  })
}

const BYTE_ORDER_MARK = 0xfeff

/** We ask for plain bodies, but some gateways pack them all the same. */
function unpacked(answer: IncomingMessage): Readable {
  const packing = answer.headers['content-encoding']?.trim().toLowerCase()
  if (packing === 'gzip' || packing === 'deflate' || packing === 'x-gzip') return answer.compose(createUnzip())
  return packing === 'br' ? answer.compose(createBrotliDecompress()) : answer
}

function canceled(): Error {
  return failed(CANCELED, 'canceled')
}

function failed(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}
