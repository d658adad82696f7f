/** HTTP for a province's own system, with the time-outs, repeats, limits and errors that every connector has. */
import { LienthongError } from '../../base/index.js'
import { type HttpAnswer, hostOf, httpClient, type TransportOptions } from '../../transport/index.js'

export interface OwnRequest {
  /** As errors, logs and traces name the call: `danh-sach`. Default: the path of the address. */
  readonly operation?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Added to the address; what is undefined stays away. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly signal?: AbortSignal | undefined
}

export interface OwnSend extends OwnRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly body?: string
  /** `freely`: the call changes nothing there, or the same call twice is as good as one. `if-not-sent`: default for all but GET. */
  readonly repeat?: 'freely' | 'if-not-sent'
  /** Whether a 2xx without a body is an answer. Default: it is none. */
  readonly emptyAnswer?: 'failure' | 'allowed'
}

export interface OwnHttp {
  /** A JSON answer. @throws {LienthongError} `transport.unauthorized` (401, 403), `transport.refused` (other 4xx), `source.format` for no JSON */
  json(url: string, request?: OwnRequest): Promise<unknown>
  /** Sends JSON and reads JSON. @param request `repeat: 'freely'` for searches. @throws as {@link OwnHttp.json} */
  postJson(url: string, body: unknown, request?: Omit<OwnSend, 'method' | 'body'>): Promise<unknown>
  /** A text answer, such as XML. @throws as {@link OwnHttp.json} */
  text(url: string, request?: OwnRequest): Promise<string>
  /** Any answer below 500 except 429, as it came: what it means is the caller's to say. */
  send(url: string, request: OwnSend): Promise<HttpAnswer>
}

/** @param name of the source: who is at the other end, in errors and logs. @throws {LienthongError} `config.…` for wrong options. */
export function ownHttp(name: string, options: TransportOptions = {}): OwnHttp {
  const client = httpClient({ ...options, system: name, hop: 'source' })

  const send = <T>(address: string, { method, operation, headers, query, signal, ...rest }: OwnSend, read: (answer: HttpAnswer) => T): Promise<T> => {
    const url = new URL(address)
    for (const [key, value] of Object.entries(query ?? {})) if (value !== undefined) url.searchParams.set(key, String(value))
    const request = {
      operation: operation ?? url.pathname,
      method,
      url: url.href,
      repeat: rest.repeat ?? (method === 'GET' ? 'freely' : 'if-not-sent'),
      ...(headers === undefined ? {} : { headers }),
      ...(rest.body === undefined ? {} : { body: rest.body }),
      ...(rest.emptyAnswer === undefined ? {} : { emptyAnswer: rest.emptyAnswer }),
      ...(signal === undefined ? {} : { signal }),
    } as const
    return client.send(request, read)
  }

  const jsonIn = (url: string, operation: string | undefined) => (answer: HttpAnswer) => {
    refuseBad(answer, name, url, operation)
    try {
      return JSON.parse(answer.text) as unknown
    } catch {
      const problem = { en: `the answer is no JSON (HTTP ${answer.status})`, vi: `phản hồi không phải JSON (HTTP ${answer.status})` }
      throw new LienthongError('source.format', { values: { place: `${name}, ${operation ?? hostOf(url)}`, problem }, system: name, hop: 'source' })
    }
  }

  return {
    json: (url, request = {}) =>
      send(url, { ...request, method: 'GET', headers: { Accept: 'application/json', ...request.headers } }, jsonIn(url, request.operation)),
    postJson: (url, body, request = {}) => {
      const headers = { Accept: 'application/json', 'Content-Type': 'application/json', ...request.headers }
      return send(url, { ...request, method: 'POST', headers, body: JSON.stringify(body) }, jsonIn(url, request.operation))
    },
    text: (url, request = {}) =>
      send(url, { ...request, method: 'GET' }, (answer) => {
        refuseBad(answer, name, url, request.operation)
        return answer.text
      }),
    send: (url, request) => send(url, request, (answer) => answer),
  }
}

function refuseBad({ status, attempt }: HttpAnswer, system: string, url: string, operation: string | undefined): void {
  if (status >= 200 && status < 300) return
  const code = status === 401 || status === 403 ? 'transport.unauthorized' : 'transport.refused'
  const details = { system, hop: 'source', attempt, ...(operation === undefined ? {} : { operation }) } as const
  throw new LienthongError(code, { ...details, values: { host: hostOf(url), status } })
}
