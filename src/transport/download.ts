/**
 * One GET whose body is handed on as it comes. For addresses that others name: the connection is made only to an address that was looked at,
 * by the same lookup, so that a name that changes its mind in between (DNS rebinding) changes nothing. Never follows a redirect, never reuses
 * a connection.
 */
import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import { type ClientRequest, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { rootCertificates } from 'node:tls'
import { type Clock, LienthongError, systemClock } from '../base/index.js'
import { readPem } from './tls.js'

export interface DownloadOptions {
  readonly system: string
  readonly operation: string
  readonly headers?: Readonly<Record<string, string>>
  /** Whether a connection to this address may be made. */
  readonly mayConnect: (address: string) => boolean
  /** By default 10 s for DNS, TCP, TLS and the head of the answer together, and 60 s of silence afterwards. */
  readonly timeouts?: { readonly connectMs?: number; readonly readMs?: number }
  readonly caFile?: string
  /** Ends when the body is needed no more. */
  readonly signal: AbortSignal
  readonly clock?: Clock
  /** For tests: as `dns.lookup` with `all`. */
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>
}

export interface Download {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: AsyncIterable<Uint8Array>
}

/** @throws {LienthongError} `files.refused` where `mayConnect` says no; `transport.…` as a connector's call. */
export async function download(url: URL, options: DownloadOptions): Promise<Download> {
  const { system, operation, mayConnect, signal, clock = systemClock } = options
  const { connectMs = 10_000, readMs = 60_000 } = options.timeouts ?? {}
  const about = { system, operation, values: { host: url.host } }
  const failure = (error: unknown): LienthongError => {
    if (error instanceof LienthongError) return error
    if (signal.aborted) return new LienthongError('transport.aborted', { ...about, cause: error })
    const cause = codeOf(error)
    return new LienthongError('transport.unreachable', { ...about, values: { ...about.values, cause } })
  }
  const hostname = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(hostname) !== 0 && !mayConnect(hostname)) throw forbidden(about)

  const arrived = new AbortController()
  let request: ClientRequest | undefined
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const settings = {
        method: 'GET',
        headers: { 'accept-encoding': 'identity', ...options.headers },
        agent: false,
        signal,
        lookup: checkedLookup(
          options.resolve ?? everyAddress,
          (address) => mayConnect(address),
          () => forbidden(about),
        ),
      } as const
      const { caFile } = options
      request =
        url.protocol === 'https:'
          ? httpsRequest(url, { ...settings, ...(caFile === undefined ? {} : { ca: [...rootCertificates, readPem(caFile)] }) }, resolve)
          : httpRequest(url, settings, resolve)
      request.once('error', reject)
      clock.sleep(connectMs, arrived.signal).then(
        () => reject(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })),
        () => {},
      )
      request.end()
    })
    // An agent of the process may have been replaced: what is connected counts.
    const { remoteAddress } = answer.socket
    if (remoteAddress !== undefined && !mayConnect(remoteAddress)) throw forbidden(about)
    answer.setTimeout(readMs, () => answer.destroy(Object.assign(new Error('silence'), { code: 'ETIMEDOUT' })))
    // A body that nobody reads may fail, too.
    answer.on('error', () => {})
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: bodyOf(answer, failure) }
  } catch (error) {
    request?.on('error', () => {}).destroy()
    throw failure(error)
  } finally {
    arrived.abort()
  }
}

async function* bodyOf(answer: IncomingMessage, failure: (error: unknown) => LienthongError): AsyncGenerator<Uint8Array> {
  try {
    yield* answer as AsyncIterable<Uint8Array>
  } catch (error) {
    throw failure(error)
  }
}

/** One address that may not be asked condemns the name: which of them would be taken is chance. */
function checkedLookup(
  resolve: NonNullable<DownloadOptions['resolve']>,
  mayConnect: (address: string) => boolean,
  refusal: () => LienthongError,
): LookupFunction {
  return (hostname, { all }, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses
        if (first === undefined) callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '')
        else if (!addresses.every(({ address }) => mayConnect(address))) callback(refusal() as NodeJS.ErrnoException & LienthongError, '')
        else if (all) callback(null, [...addresses])
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    )
  }
}

function everyAddress(hostname: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) =>
    systemLookup(hostname, { all: true, verbatim: true }, (error, addresses) => (error ? reject(error) : resolve(addresses))),
  )
}

function forbidden({ system, operation, values }: { system: string; operation: string; values: { host: string } }): LienthongError {
  return new LienthongError('files.refused', {
    system,
    operation,
    values: {
      problem: {
        en: `${values.host} leads to an address inside a private network that is not configured`,
        vi: `${values.host} trỏ tới địa chỉ mạng nội bộ chưa được cấu hình`,
      },
    },
  })
}

function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' ? code : 'no code'
}
