/** HTTP as every connector uses it: lean axios, time-outs, repeating, limits, circuit breaker. DESIGN "Resilience". */
import type { AxiosProxyConfig, AxiosRequestConfig } from 'axios'
import { asLienthongError, isLienthongError, type LienthongError, readSettings, silentLogger } from '../base/index.js'
import { type Breaker, breaking } from './breaker.js'
import { type AttemptContext, abortedError, attemptError, failureOf, failureOfAnswer } from './failure.js'
import { type Flight, type FlightTransport, watched } from './flight.js'
import { leanAdapter } from './lean-adapter.js'
import { bothGates, type Gate, limiting } from './limits.js'
import { type HttpClientOptions, httpClientSchema } from './options.js'
import { retryAfterMs } from './retry-after.js'
import { type Repeat, repeating } from './retrying.js'
import { agentsFor } from './tls.js'

export interface HttpRequest {
  /** The service as errors, logs and traces name it, e.g. `DongBoHoSoMC`. */
  readonly operation: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Absolute. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** A text goes as UTF-8. */
  readonly body?: string | Uint8Array
  /** Reads are repeated `freely`, writes `if-not-sent`. */
  readonly repeat: Repeat
  /** The body is no text: {@link HttpAnswer.text} then holds one character a byte (`Buffer.from(text, 'latin1')`). */
  readonly binary?: boolean
  /** Whether a 2xx without a body is an answer. Default: it is none (`transport.unanswered`). */
  readonly emptyAnswer?: 'failure' | 'allowed'
  /** What an answer of 500 and above means where the system says more in it, as SOAP faults do. undefined: the server has failed. */
  readonly failure?: (answer: HttpAnswer) => LienthongError | undefined
  readonly signal?: AbortSignal | undefined
  /** By the client's clock, in milliseconds: no attempt starts later; then the request fails as never sent (`transport.too_late`). */
  readonly notAfter?: number | undefined
}

/** Any answer below 500 except 429: what 401, 403 or an HTML page mean is the connector's to say. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  /** The body as it came. */
  readonly text: string
  /** Which attempt brought it; for the connector's own errors. */
  readonly attempt: number
}

export interface HttpClient {
  /**
   * Sends one request, repeating it as far as its kind allows.
   *
   * @param read turns the answer into what the caller needs. What it throws counts as this attempt's failure: an unreadable
   *   answer to a read (kind `unknown`) is asked for again, and opens the circuit like any other failure.
   * @throws {LienthongError} kind `transient`: certainly not sent. `throttled`: not applied. `unknown`: sent, and no usable answer.
   */
  send(request: HttpRequest): Promise<HttpAnswer>
  send<T>(request: HttpRequest, read: (answer: HttpAnswer) => T): Promise<T>
}

/** axios merges every key of its defaults into every call: these are all we need of them. */
const BARE = { headers: {}, transformRequest: [], transformResponse: [], validateStatus: null }

const asItCame = (answer: HttpAnswer): HttpAnswer => answer

/** @throws {LienthongError} `config.invalid`, `config.unknown_key`, `config.file_unreadable`. */
export function httpClient(options: HttpClientOptions): HttpClient {
  const settings = readSettings(httpClientSchema, options, typeof options?.system === 'string' ? options.system : 'http')
  const { system, hop, timeouts, retry, clock, random, logger, hooks, maxAnswerBytes } = settings
  const gate: Gate | undefined = bothGates(limiting(settings.limits, clock), settings.gate)
  const breaker: Breaker = breaking(settings.breaker, clock, (open) => hooks?.circuit?.({ system, open }))
  const quiet = logger === silentLogger

  const agents = agentsFor(settings)
  /** What axios would do for convenience is switched off: it costs more than the engine around it. Anchors §0.5. */
  const lean: AxiosRequestConfig = {
    ...agents,
    proxy: settings.proxy === undefined ? false : proxyOf(settings.proxy),
    maxRedirects: 0,
    timeout: timeouts.readMs,
    transitional: { clarifyTimeoutError: true },
    maxContentLength: maxAnswerBytes,
    responseType: 'text',
    transformRequest: [],
    transformResponse: [],
    validateStatus: null,
  }

  // A proxy and an instance of the caller's need axios's own adapter; everything else goes the short way.
  const goesShort = settings.axios === undefined && settings.proxy === undefined
  let requester = settings.axios
  /** With the first request: a pass that finds nothing to send needs none of axios's thirty megabytes. */
  const loaded = async () => {
    const { Axios } = await import('axios')
    requester ??= new Axios(goesShort ? BARE : { ...lean, headers: {} })
    return requester
  }

  function configOf(request: HttpRequest, transport: FlightTransport): AxiosRequestConfig {
    const { method, url, body, signal, binary = false } = request
    const headers = { 'Accept-Encoding': 'identity', 'User-Agent': 'lienthong', ...request.headers }
    if (goesShort) {
      return { method, url, adapter: leanAdapter({ transport, agents, headers, body, signal, readMs: timeouts.readMs, maxAnswerBytes, binary }) }
    }
    return {
      ...(settings.axios === undefined ? {} : lean),
      method,
      url,
      headers,
      transport,
      ...(body === undefined ? {} : { data: body }),
      ...(binary ? { responseEncoding: 'latin1' } : {}),
      ...(signal === undefined ? {} : { signal }),
    }
  }

  async function once<T>(request: HttpRequest, read: (answer: HttpAnswer) => T, context: AttemptContext): Promise<T> {
    const axios = requester ?? (await loaded())
    const flight: Flight = { stage: 'idle' }
    const started = clock.now()
    const ended = hooks?.attempt?.({ system, operation: request.operation, attempt: context.attempt })
    let status: number | undefined
    let date: string | undefined
    let failure: LienthongError | undefined
    try {
      const { notAfter } = request
      const isTooLate = notAfter === undefined ? undefined : () => clock.now() > notAfter
      const response = await axios.request<string>(configOf(request, watched(flight, timeouts, isTooLate))).catch((error: unknown) => {
        throw failureOf(error, flight, context, maxAnswerBytes)
      })
      status = response.status
      if (ended !== undefined) date = textIn(response.headers.date)
      const text = typeof response.data === 'string' ? response.data : ''
      const told = status >= 500 ? request.failure?.({ status, headers: response.headers, text, attempt: context.attempt }) : undefined
      if (told !== undefined) throw told
      const poor = failureOfAnswer(status, text, beyondTheAdapter(context, response.headers), {
        retryAfterMs: status === 429 || status >= 500 ? retryAfterMs(response.headers['retry-after'], clock.now()) : undefined,
        emptyIsFailure: request.emptyAnswer !== 'allowed',
      })
      if (poor !== undefined) throw poor
      return read({ status, headers: response.headers, text, attempt: context.attempt })
    } catch (error) {
      failure = asLienthongError(error)
      throw failure
    } finally {
      if (!quiet || ended !== undefined) {
        const ms = clock.now() - started
        ended?.({ ms, status, errorCode: failure?.code, date })
        const fields = {
          system,
          operation: request.operation,
          status,
          ms,
          attempt: context.attempt,
          ...(failure === undefined ? {} : { code: failure.code }),
        }
        if (failure === undefined) logger.debug(fields, 'answered')
        else logger.warn(fields, 'attempt failed')
      }
    }
  }

  async function attempt<T>(request: HttpRequest, read: (answer: HttpAnswer) => T, number: number): Promise<T> {
    const context: AttemptContext = {
      system,
      operation: request.operation,
      hop,
      url: request.url,
      attempt: number,
      isRead: request.repeat === 'freely',
    }
    const { signal } = request
    const guarded = () => {
      if (signal?.aborted) throw abortedError(context, 'no')
      if (request.notAfter !== undefined && clock.now() > request.notAfter) throw attemptError('transport.too_late', context)
      const retryAfter = breaker.restLeft()
      if (retryAfter > 0)
        throw attemptError('transport.circuit_open', context, { values: { failures: settings.breaker.failures }, retryAfterMs: retryAfter })
      return breaker.run(() => once(request, read, context))
    }
    try {
      return await (gate === undefined ? guarded() : gate(async () => guarded(), signal))
    } catch (error) {
      // Waiting for a place or for a turn ends with the signal's own reason.
      if (!isLienthongError(error) && signal?.aborted) throw abortedError(context, 'no')
      throw asLienthongError(error)
    }
  }

  return {
    async send<T>(request: HttpRequest, read?: (answer: HttpAnswer) => T): Promise<T | HttpAnswer> {
      const reader: (answer: HttpAnswer) => T | HttpAnswer = read ?? asItCame
      const { signal } = request
      let attempts = 0
      try {
        return await repeating(
          (number) => {
            attempts = number
            return attempt(request, reader, number)
          },
          { policy: retry, repeat: request.repeat, clock, random, signal },
        )
      } catch (error) {
        if (isLienthongError(error)) throw error
        const context = { system, operation: request.operation, hop, url: request.url, attempt: attempts, isRead: request.repeat === 'freely' }
        throw signal?.aborted ? abortedError(context, 'no') : asLienthongError(error)
      }
    },
  }
}

/** Only X-Road itself sets this header, when it failed: the adapter did its part. contracts/document-exchange.md §6 */
function beyondTheAdapter(context: AttemptContext, headers: Readonly<Record<string, unknown>>): AttemptContext {
  return context.hop === 'adapter' && headers['x-road-error'] !== undefined ? { ...context, hop: 'platform' } : context
}

function textIn(header: unknown): string | undefined {
  return typeof header === 'string' ? header : undefined
}

function proxyOf(address: string): AxiosProxyConfig {
  const url = new URL(address)
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  const auth = url.username === '' ? {} : { auth: { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) } }
  return { protocol: url.protocol, host: url.hostname, port, ...auth }
}
