/**
 * SOAP through the `soap` package: it writes envelopes and WS-Security headers by a WSDL. The wire is ours: the same time-outs, repeats,
 * limits, certificates and errors as every other call, and nothing reaches its parser that was not checked before. DESIGN "transport/".
 */
import type { IHttpClient } from 'soap'
import { type ErrorCode, isLienthongError, LienthongError } from '../base/index.js'
import type { HttpAnswer, HttpClient } from './client.js'
import { readXml, type XmlElement, type XmlNode } from './xml.js'

/** Who we are, as the service wants to be told. */
export type SoapSecurity =
  | { readonly kind: 'none' }
  /** HTTP Basic. */
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** WS-Security UsernameToken: the password as it is, or as a digest with nonce and time. */
  | { readonly kind: 'username-token'; readonly username: string; readonly password: string; readonly digest: boolean }

export interface SoapOptions {
  /** As errors and logs name it. */
  readonly system: string
  readonly http: HttpClient
  /** Where calls go, whatever the description says. */
  readonly endpoint: string
  /** Address of a WSDL, or the WSDL itself where the service shows none. */
  readonly description: { readonly url: string } | { readonly text: string }
  readonly security: SoapSecurity
  /** SOAPAction by the operation's name, where it is another than the description says. */
  readonly action?: (operation: string) => string
}

export interface SoapClient {
  /**
   * Calls an operation that only reads: it is repeated like any reading.
   *
   * @returns the first element in the answer's body, names without prefixes
   * @throws {LienthongError} `soap.fault`, `soap.refused`, `soap.misconfigured`, `soap.unreadable_answer`, `soap.no_description`, and the transport's own
   */
  call(
    operation: string,
    parameters: Readonly<Record<string, string | number>>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<XmlNode>
}

/** A description is a few files of some kilobytes. */
const LONGEST_DESCRIPTION = 4_000_000
const MOST_DOCUMENTS = 30
const MOST_NODES = 2_000_000

interface Asked {
  readonly operation: string
  readonly signal: AbortSignal | undefined
  /** The answer, as we read it. */
  answer?: XmlNode
}

type Client = Awaited<ReturnType<typeof import('soap')['createClientAsync']>>
type Method = (parameters: object, options: { readonly asked: Asked }) => Promise<unknown>

export function soapClient({ system, http, endpoint, description, security, action }: SoapOptions): SoapClient {
  const failed = (code: ErrorCode, operation: string, values: Readonly<Record<string, string | number>> = {}, attempt?: number) =>
    new LienthongError(code, { values: { operation, ...values }, system, operation, hop: 'source', ...(attempt === undefined ? {} : { attempt }) })

  const open = async (): Promise<Client> => {
    const soap = await import('soap')
    let documents = 0
    const fetched = async (url: string): Promise<string> => {
      documents += 1
      if (documents > MOST_DOCUMENTS) throw failed('soap.no_description', 'wsdl', { problem: `more than ${MOST_DOCUMENTS} documents` })
      const headers = security.kind === 'basic' ? { Authorization: basic(security) } : {}
      return http.send({ operation: 'wsdl', method: 'GET', url, headers, repeat: 'freely' }, ({ status, text, attempt }) => {
        const problem = status === 200 ? problemOfDescription(text) : `HTTP ${status}`
        if (problem !== undefined) throw failed('soap.no_description', 'wsdl', { problem }, attempt)
        return text
      })
    }
    const posted = (url: string, body: string, headers: Readonly<Record<string, string>>, asked: Asked): Promise<string> => {
      const { operation, signal } = asked
      const read = (answer: HttpAnswer): string => {
        asked.answer = bodyOf(answer, operation)
        return answer.text
      }
      const failure = (answer: HttpAnswer) => faultOf(rootOf(answer.text), operation, answer)
      return http.send({ operation, method: 'POST', url, headers, body, repeat: 'freely', signal, failure }, read)
    }
    const httpClient: IHttpClient = {
      request(url, data, callback, headers, options) {
        const work = typeof data === 'string' && data !== '' ? posted(url, data, headers ?? {}, options?.asked as Asked) : fetched(url)
        const answered = work.then((text) => ({ status: 200, statusText: '', headers: {}, config: {}, data: text }))
        answered.then(
          (answer) => callback(null, answer, answer.data),
          (error: unknown) => callback(error),
        )
        return answered as unknown as ReturnType<IHttpClient['request']>
      },
    }
    const settings = {
      httpClient,
      endpoint,
      disableCache: true,
      // Parts of a description are fetched where it lies itself: servers write names into it that only they can resolve, and a file is none.
      wsdl_options: { overrideImportLocation: (location: string) => sameHost(location, 'url' in description ? description.url : endpoint) },
    }
    try {
      if ('text' in description) return await described(soap, description.text, endpoint, settings)
      const client = await soap.createClientAsync(description.url, settings, endpoint)
      return client
    } catch (error) {
      throw isLienthongError(error) ? error : failed('soap.no_description', 'wsdl', { problem: 'it cannot be understood' })
    }
  }

  let opening: Promise<Client> | undefined
  const opened = () => {
    opening ??= open().then(async (client) => {
      const soap = await import('soap')
      if (security.kind === 'basic') client.setSecurity(new soap.BasicAuthSecurity(security.username, security.password))
      if (security.kind === 'username-token') {
        const { username, password, digest } = security
        client.setSecurity(
          new soap.WSSecurity(username, password, {
            passwordType: digest ? 'PasswordDigest' : 'PasswordText',
            hasNonce: digest,
            hasTokenCreated: true,
          }),
        )
      }
      return client
    })
    opening.catch(() => {
      opening = undefined
    })
    return opening
  }

  function rootOf(text: string): ReturnType<typeof readXml> {
    return readXml(text, { withoutPrefixes: true, limits: { nodes: MOST_NODES } })
  }

  function bodyOf(answer: HttpAnswer, operation: string): XmlNode {
    const { status, text, attempt } = answer
    if (status === 401 || status === 403) throw failed('soap.refused', operation, { problem: `HTTP ${status}` }, attempt)
    const read = rootOf(text)
    const fault = faultOf(read, operation, answer)
    if (fault !== undefined) throw fault
    const [first] = read.ok && read.name === 'Envelope' ? partsOf(elementIn(read.root, 'Body')) : []
    if (status !== 200 || first === undefined) {
      const problem = read.ok ? `HTTP ${status}, <${read.name.slice(0, 40)}>` : read.says.en
      throw failed('soap.unreadable_answer', operation, { problem }, attempt)
    }
    return first
  }

  /** SOAP 1.1 and 1.2. The reason stays out: it may quote what was asked for. */
  function faultOf(read: ReturnType<typeof readXml>, operation: string, { attempt }: HttpAnswer): LienthongError | undefined {
    const fault = read.ok && read.name === 'Envelope' ? elementIn(elementIn(read.root, 'Body'), 'Fault') : undefined
    if (fault === undefined) return undefined
    const code = textOf(elementIn(fault, 'faultcode')) || textOf(elementIn(elementIn(fault, 'Code'), 'Value'))
    const detailed = textOf(elementIn(elementIn(elementIn(fault, 'Code'), 'Subcode'), 'Value')) || code
    const told = /^[\w.:-]{1,60}$/.test(detailed) ? detailed : '—'
    const means = FAULTS.find(([pattern]) => pattern.test(told))?.[1] ?? 'soap.fault'
    return failed(means, operation, { problem: told }, attempt)
  }

  return {
    async call(operation, parameters, { signal } = {}) {
      const client = await opened()
      const method: unknown = Reflect.get(client, `${operation}Async`)
      if (typeof method !== 'function') throw failed('soap.misconfigured', operation, { problem: 'the description has no such operation' })
      const asked: Asked = { operation, signal }
      // Read again with each call, in the same turn in which the envelope is written.
      if (action !== undefined) client.setSOAPAction(action(operation))
      try {
        await (method as Method).call(client, parameters, { asked })
      } catch (error) {
        if (isLienthongError(error)) throw error
        // What we could read the package may still not like: its dislike of a schema is no reason to lose an answer.
        if (asked.answer === undefined) throw failed('soap.unreadable_answer', operation, { problem: 'the envelope' })
      }
      if (asked.answer === undefined) throw failed('soap.unreadable_answer', operation, { problem: 'no answer' })
      return asked.answer
    },
  }
}

/** By faultcode, of WCF and WS-Security: whoever is meant must act otherwise. */
const FAULTS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/FailedAuthentication|InvalidSecurity|FailedCheck|SecurityTokenUnavailable|AccessDenied/i, 'soap.refused'],
  [/ActionNotSupported|ActionMismatch|DestinationUnreachable|DeserializationFailed|VersionMismatch|MustUnderstand/i, 'soap.misconfigured'],
]

async function described(soap: typeof import('soap'), text: string, endpoint: string, settings: object): Promise<Client> {
  const wsdl = new soap.WSDL(text, endpoint, settings)
  await new Promise<void>((resolve, reject) => wsdl.onReady((error) => (error ? reject(error) : resolve())))
  return new soap.Client(wsdl, endpoint, settings)
}

function problemOfDescription(text: string): string | undefined {
  const read = readXml(text, { withoutPrefixes: true, limits: { length: LONGEST_DESCRIPTION } })
  if (!read.ok) return read.says.en
  return ['definitions', 'schema'].includes(read.name) ? undefined : `<${read.name.slice(0, 40)}> is no description`
}

/** @throws for what is no web address: a description never makes us read a file */
function sameHost(location: string, from: string): string {
  const [part, own] = [new URL(location, from), new URL(from)]
  if (!/^https?:$/.test(part.protocol))
    throw new LienthongError('soap.no_description', { values: { operation: 'wsdl', problem: 'it names a part that is no web address' } })
  return new URL(part.pathname + part.search, own.origin).toString()
}

function basic({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`
}

/** The first child of this name. */
export function elementIn(node: XmlNode | undefined, name: string): XmlNode | undefined {
  const children = typeof node === 'object' ? (node as XmlElement)[name] : undefined
  return Array.isArray(children) ? (children as readonly XmlNode[])[0] : undefined
}

/** All children, in the order of their names. */
export function partsOf(node: XmlNode | undefined): readonly XmlNode[] {
  if (typeof node !== 'object') return []
  return Object.entries(node).flatMap(([name, children]) =>
    name !== '$' && name !== '_' && Array.isArray(children) ? (children as readonly XmlNode[]) : [],
  )
}

function textOf(node: XmlNode | undefined): string {
  if (typeof node === 'string') return node.trim()
  return typeof node?._ === 'string' ? node._.trim() : ''
}
