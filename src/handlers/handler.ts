/** A handler that a portal mounts in its own server: knows nothing of node:http, Fastify or Express. */

export interface InboundRequest {
  readonly method: string
  /** Path and query, below where the handler is mounted, as they came: not decoded. */
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Of the peer; not what a header says of it. */
  readonly remoteAddress: string | undefined
  /** The bytes as they came: a signature is over bytes. Read at most once. */
  readonly body: AsyncIterable<Uint8Array>
  /** Ends when the caller hangs up. */
  readonly signal: AbortSignal
}

export interface OutboundResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Null: none. */
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array> | null
}

/** Never rejects for what a caller sends: a bad request is an answer. */
export type InboundHandler = (request: InboundRequest) => Promise<OutboundResponse>
