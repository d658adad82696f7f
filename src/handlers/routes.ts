/** Several handlers behind one door. */
import { asLienthongError, type Clock, type Logger, silentLogger, systemClock } from '../base/index.js'
import { refusal } from './answers.js'
import type { InboundHandler, InboundRequest, OutboundResponse } from './handler.js'

export interface RouteOptions {
  /** One line a request: which route, which status, how long. Neither address nor query nor body: they may name people. */
  readonly logger?: Logger
  readonly clock?: Clock
  /** Callers that write `/document/syncdocument`. Default false. */
  readonly ignoreCase?: boolean
}

interface Route {
  readonly name: string
  readonly method: string | undefined
  readonly segments: readonly string[]
  /** `/files/*`: everything below, shown to the handler as if it stood at the root. */
  readonly below: boolean
  readonly handler: InboundHandler
}

/**
 * Chooses by path, then by method: `{ 'POST /token': …, '/files/*': … }`. The longest path wins. Doubled and trailing slashes do not matter.
 * 404 where nothing is, 405 for another method.
 */
export function routes(table: Readonly<Record<string, InboundHandler>>, options: RouteOptions = {}): InboundHandler {
  const { logger = silentLogger, clock = systemClock, ignoreCase = false } = options
  const form = (segment: string) => (ignoreCase ? segment.toLowerCase() : segment)
  const known: readonly Route[] = Object.entries(table)
    .map(([name, handler]) => readRoute(name, handler, form))
    .sort((a, b) => b.segments.length - a.segments.length || Number(a.below) - Number(b.below))

  return async (request) => {
    const started = clock.now()
    const { path, query } = parted(request.url)
    const here = path.map(form)
    const there = known.filter(({ segments, below }) => fits(segments, here, below))
    const route = there.find(({ method }) => method === undefined || method === request.method)
    const log = (response: Pick<OutboundResponse, 'status'>) =>
      logger.info({ route: route?.name ?? null, method: request.method, status: response.status, ms: clock.now() - started }, 'inbound')
    if (route === undefined) {
      const response = there.length === 0 ? refusal(404, 'not found') : refusal(405, 'method not allowed', { allow: methodsOf(there) })
      log(response)
      return response
    }
    try {
      const response = await route.handler(route.below ? below(request, path.slice(route.segments.length), query) : request)
      log(response)
      return response
    } catch (error) {
      logger.error({ route: route.name, code: asLienthongError(error).code, ms: clock.now() - started }, 'inbound failed')
      throw error
    }
  }
}

function readRoute(name: string, handler: InboundHandler, form: (segment: string) => string): Route {
  const [, method, pattern = ''] = /^(?:([A-Z]+) )?(\/.*)$/.exec(name) ?? []
  const segments = parted(pattern).path.map(form)
  const isBelow = segments.at(-1) === '*'
  return { name, method, segments: isBelow ? segments.slice(0, -1) : segments, below: isBelow, handler }
}

function parted(url: string): { readonly path: readonly string[]; readonly query: string } {
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  // One known client ends a path with a space. contracts/provincial-sources.md §5.4
  const segments = path.split('/').map((segment) => segment.replace(/(?:%20)+$/, ''))
  return { path: segments.filter((segment) => segment !== ''), query: mark < 0 ? '' : url.slice(mark) }
}

function fits(segments: readonly string[], path: readonly string[], below: boolean): boolean {
  return (below ? path.length >= segments.length : path.length === segments.length) && segments.every((segment, index) => segment === path[index])
}

function below(request: InboundRequest, rest: readonly string[], query: string): InboundRequest {
  return { ...request, url: `/${rest.join('/')}${query}` }
}

function methodsOf(routes: readonly Route[]): string {
  return [...new Set(routes.map(({ method }) => method ?? ''))].join(', ')
}
