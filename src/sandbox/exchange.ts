import type { IncomingMessage, ServerResponse } from 'node:http'

/** One request, read whole. */
export interface Incoming {
  readonly method: string
  /** Path without the query, decoded segment by segment only where a system asks. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
  /** `latin1`: the characters of `body` are bytes already. Default UTF-8. */
  readonly encoding?: 'latin1'
  /** Sent so much later than it was made. */
  readonly delayMs?: number
}

export function json(value: unknown, status = 200): Answer {
  return { status, body: JSON.stringify(value), headers: { 'content-type': 'application/json;charset=UTF-8' } }
}

export function ndjson(rows: Iterable<unknown>): Answer {
  let body = ''
  for (const row of rows) body += `${JSON.stringify(row)}\n`
  return { status: 200, body, headers: { 'content-type': 'application/x-ndjson;charset=UTF-8' } }
}

const LARGEST_BODY = 64 * 1024 * 1024

/** @returns undefined when the body is larger than any batch could be, or the client went away. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > LARGEST_BODY) return undefined
      chunks.push(chunk)
    }
  } catch {
    return undefined
  }
  return Buffer.concat(chunks).toString('utf8')
}

export function send(response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body, answer.encoding ?? 'utf8')
  response.writeHead(answer.status, { 'content-length': String(body.length), ...answer.headers })
  response.end(body)
}

/** @returns undefined when the text is no JSON. `null` is JSON too. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** A JSON object as it came, unchecked. */
export type Loose = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The text, or none where it is something else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
