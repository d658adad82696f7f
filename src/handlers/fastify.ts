import type { IncomingMessage, ServerResponse } from 'node:http'
import { systemClock } from '../base/index.js'
import type { InboundHandler } from './handler.js'
import { bodyOf, inbound, type ServingOptions, send } from './node.js'

/** The part of a Fastify instance that the plugin uses: the type stays ours, and Fastify no dependency. */
export interface FastifyScope {
  readonly prefix: string
  removeAllContentTypeParsers(): unknown
  addContentTypeParser(
    type: string,
    parser: (request: unknown, payload: IncomingMessage, done: (error: null, body: unknown) => void) => void,
  ): unknown
  addHook(name: 'onRequest', hook: (request: FastifyRequestPart, reply: unknown, done: () => void) => void): unknown
  route(options: {
    readonly method: string[]
    readonly url: string
    readonly exposeHeadRoute: boolean
    readonly handler: (request: FastifyRequestPart, reply: FastifyReplyPart) => Promise<unknown>
  }): unknown
}

interface FastifyRequestPart {
  readonly raw: IncomingMessage
}

interface FastifyReplyPart {
  readonly raw: ServerResponse
  hijack(): unknown
  getHeaders(): Record<string, number | string | string[] | undefined>
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * For `app.register(forFastify(handler), { prefix: '/inbound' })`. Parsers of bodies are those of the plugin's own scope: the bytes come as they
 * were sent, and the rest of the application keeps its parsers. Do not wrap it in `fastify-plugin`, which would take that scope away.
 */
export function forFastify(
  handler: InboundHandler,
  { clock = systemClock }: Pick<ServingOptions, 'clock'> = {},
): (scope: FastifyScope) => Promise<void> {
  return async (scope) => {
    scope.removeAllContentTypeParsers()
    // Handed on unread.
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    // Fastify refuses a type that it cannot read before any parser sees it.
    const types = new WeakMap<IncomingMessage, string>()
    scope.addHook('onRequest', ({ raw }, _reply, done) => {
      const type = raw.headers['content-type']
      if (type !== undefined) {
        types.set(raw, type)
        raw.headers['content-type'] = 'application/octet-stream'
      }
      done()
    })
    const depth = scope.prefix.split('/').filter((segment) => segment !== '').length
    const answering = async (request: FastifyRequestPart, reply: FastifyReplyPart) => {
      const { raw } = request
      const type = types.get(raw)
      if (type !== undefined) raw.headers['content-type'] = type
      const response = await handler(inbound(raw, reply.raw, { url: below(raw.url ?? '/', depth), body: bodyOf(raw) }))
      const headers = reply.getHeaders()
      reply.hijack()
      await send(raw, reply.raw, response, { clock, headers })
      return reply
    }
    for (const url of scope.prefix === '' ? ['/*'] : ['', '/*']) scope.route({ method: METHODS, url, exposeHeadRoute: false, handler: answering })
  }
}

/** Without as many segments as the prefix has; it may contain parameters, so that its text is not the path's. */
function below(url: string, depth: number): string {
  const mark = url.indexOf('?')
  const [path, query] = mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark)]
  return `/${path
    .split('/')
    .slice(depth + 1)
    .join('/')}${query}`
}
