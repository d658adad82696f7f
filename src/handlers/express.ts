import type { IncomingMessage, ServerResponse } from 'node:http'
import { LienthongError, systemClock } from '../base/index.js'
import type { InboundHandler } from './handler.js'
import { bodyOf, inbound, type ServingOptions, send } from './node.js'

/** What a middleware of Express is given: node's own request and response. */
export type ExpressMiddleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void

/**
 * For `app.use('/inbound', forExpress(handler))`, **before** `express.json()` and other body parsers: a handler needs the bytes as they came.
 * After one, the first request with a body goes to `next` with `inbound.body_consumed`, which says so; `express.raw({ type: '*' + '/*' })` is fine.
 */
export function forExpress(handler: InboundHandler, { clock = systemClock }: Pick<ServingOptions, 'clock'> = {}): ExpressMiddleware {
  return (request, response, next) => {
    if (response.headersSent) return next(new LienthongError('internal.bug', { values: { problem: 'another middleware has answered already' } }))
    handler(inbound(request, response, { body: bodyOf(request) })).then((answer) => send(request, response, answer, { clock }), next)
  }
}
