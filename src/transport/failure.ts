/** The only place that sees axios errors. They carry bodies, sessions and passwords, so nothing of them but a code goes on. */
import { type ErrorCode, type ErrorDetails, type Hop, LienthongError } from '../base/index.js'
import type { Flight } from './flight.js'

/** Who was asked for what; every error of one attempt says the same. */
export interface AttemptContext {
  readonly system: string
  readonly operation: string
  readonly hop: Hop | undefined
  readonly url: string
  readonly attempt: number
  /** Whether repeating is harmless even if the request was applied. */
  readonly isRead: boolean
}

export function attemptError(code: ErrorCode, context: AttemptContext, details: Pick<ErrorDetails, 'values' | 'retryAfterMs'> = {}): LienthongError {
  const { system, operation, hop, attempt } = context
  return new LienthongError(code, {
    system,
    operation,
    ...(hop === undefined ? {} : { hop }),
    attempt,
    ...details,
    values: { host: hostOf(context.url), ...details.values },
  })
}

/** The call was given up by its caller. `values.sent` is `maybe` when the request was under way: a write is then unknown. */
export function abortedError(context: AttemptContext, sent: 'no' | 'maybe'): LienthongError {
  return attemptError('transport.aborted', context, { values: { sent } })
}

const BEFORE_ANYTHING_WAS_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'])

/** The code of axios's `CanceledError`. */
export const CANCELED = 'ERR_CANCELED'

/** What a rejected attempt means. */
export function failureOf(error: unknown, flight: Flight, context: AttemptContext, maxAnswerBytes: number): LienthongError {
  const code = codeOf(error)
  if (code === CANCELED) return abortedError(context, flight.stage === 'connected' ? 'maybe' : 'no')
  if (flight.stage === 'late') return attemptError('transport.too_late', context)
  if (error instanceof TypeError) return attemptError('internal.bug', context, { values: { problem: code } })
  const notSent = flight.stage === 'connecting' || (flight.stage === 'idle' && BEFORE_ANYTHING_WAS_SENT.has(code))
  if (notSent) return attemptError('transport.unreachable', context, { values: { cause: code } })
  if (isTooLarge(error)) {
    // An answer that is too long proves that the request arrived: for a write nothing better is known than after a reset.
    return context.isRead
      ? attemptError('transport.too_large', context, { values: { limit: maxAnswerBytes, status: statusOf(error) } })
      : attemptError('transport.unanswered', context, { values: { cause: `> ${maxAnswerBytes} bytes` } })
  }
  return attemptError('transport.unanswered', context, { values: { cause: code } })
}

/** What an answer means that is not one: throttling, a failed server, an empty body. Everything else is the connector's to judge. */
export function failureOfAnswer(
  status: number,
  text: string,
  context: AttemptContext,
  options: { retryAfterMs: number | undefined; emptyIsFailure: boolean },
): LienthongError | undefined {
  const { retryAfterMs, emptyIsFailure } = options
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs }
  if (status === 429) return attemptError('transport.throttled', context, { values: { status }, ...wait })
  if (status >= 500) return attemptError('transport.server_failed', context, { values: { status }, ...wait })
  const mayBeEmpty = status >= 300 || status === 204 || status === 205
  if (emptyIsFailure && !mayBeEmpty && text.trim() === '') return attemptError('transport.unanswered', context, { values: { cause: 'empty body' } })
  return undefined
}

export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? '?'
}

function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
  if (code === 'ERR_BAD_RESPONSE') return 'ECONNRESET'
  return typeof code === 'string' ? code : 'no code'
}

/** Known where the answer came the short way; see `lean-adapter.ts`. */
function statusOf(error: unknown): number | undefined {
  const status: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'status') : undefined
  return typeof status === 'number' ? status : undefined
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('maxContentLength')
}
