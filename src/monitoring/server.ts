/** `/metrics` and `/health/…` over plain HTTP. No authentication: it says nothing personal, and listens on this machine unless told otherwise. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
}

export interface Listening {
  /** `http://127.0.0.1:9464` */
  readonly origin: string
  close(): Promise<void>
}

export interface ListenAddress {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
}

/** Whoever is slower than that is no scraper. */
const REQUEST_MS = 10_000
const CONNECTIONS = 64

/** @throws what the system says, when the port is taken or the host is not ours. */
export async function serve({ host, port }: ListenAddress, pages: Readonly<Record<string, () => Promise<Answer> | Answer>>): Promise<Listening> {
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS }, (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined
    if (page === undefined) return send(response, json(404, { schema: 1, pages: Object.keys(pages) }))
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, json(405, { schema: 1, methods: ['GET', 'HEAD'] }))
    Promise.resolve()
      .then(page)
      .then(
        (answer) => send(response, answer, request.method === 'HEAD'),
        () => send(response, json(500, { schema: 1, status: 'failed' })),
      )
  })
  server.maxConnections = CONNECTIONS
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  // A connection that breaks is the scraper's affair.
  server.on('error', () => {})
  const { address, family, port: bound } = server.address() as AddressInfo
  return {
    origin: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function json(status: number, document: object): Answer {
  return { status, type: 'application/json; charset=utf-8', body: `${JSON.stringify(document)}\n` }
}

function send(response: ServerResponse, { status, type, body }: Answer, headOnly = false): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(headOnly ? undefined : body)
}
