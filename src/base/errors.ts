import { type ErrorCode, type ErrorEntry, type ErrorKind, errorTable } from './error-table.js'
import { redact, sayingOf } from './redact.js'
import { fillText, type Text, type TextValues } from './text.js'

export type { ErrorCode, ErrorKind } from './error-table.js'

/** Which part of the way failed, where it can be told. DESIGN "Errors". */
export type Hop = 'adapter' | 'platform' | 'portal' | 'source' | 'ledger'

export interface ErrorDetails {
  /** Fill the placeholders of the code's text. Never personal data. */
  readonly values?: TextValues
  /** The outside system, e.g. `national-portal`. */
  readonly system?: string
  /** The service or step, e.g. `DongBoHoSoMC`. */
  readonly operation?: string
  readonly hop?: Hop
  /** 1 for the first try. */
  readonly attempt?: number
  /** Milliseconds the other side asked us to wait. */
  readonly retryAfterMs?: number
  readonly cause?: unknown
}

const brand = Symbol.for('lienthong.error')

/**
 * The one error of the library. Decide by `code` (stable, one page each in docs/errors/) or `kind`; recognise it with
 * {@link isLienthongError}, which also works when two copies of the library are loaded.
 */
export class LienthongError extends Error {
  readonly [brand] = true
  readonly code: ErrorCode
  readonly kind: ErrorKind
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean
  readonly text: Text
  /** What the integrator should do, in English; `hintText` has both languages. */
  readonly hint: string
  readonly hintText: Text
  readonly values: TextValues
  readonly system: string | undefined
  readonly operation: string | undefined
  readonly hop: Hop | undefined
  readonly attempt: number | undefined
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    const entry: ErrorEntry = errorTable[code]
    const values = details.values ?? {}
    const text = fillText(entry.says, values)
    super(text.en + whereabouts(details), details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'LienthongError'
    this.code = code
    this.kind = entry.kind
    this.retryable = entry.kind === 'transient' || entry.kind === 'throttled' || entry.kind === 'unknown'
    this.text = text
    this.hintText = fillText(entry.hint, values)
    this.hint = this.hintText.en
    this.values = values
    this.system = details.system
    this.operation = details.operation
    this.hop = details.hop
    this.attempt = details.attempt
    this.retryAfterMs = details.retryAfterMs
  }

  /** Safe to print and to keep: without `cause`, which may quote the outside world. */
  toJSON(): Record<string, unknown> {
    const { code, kind, retryable, message, hint, system, operation, hop, attempt, retryAfterMs } = this
    return { code, kind, retryable, message, hint, system, operation, hop, attempt, retryAfterMs }
  }
}

export function isLienthongError(error: unknown): error is LienthongError {
  return typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[brand] === true
}

/** Turns whatever was thrown into our error; a stranger becomes `internal.bug`, with what it says redacted. */
export function asLienthongError(error: unknown): LienthongError {
  if (isLienthongError(error)) return error
  return new LienthongError('internal.bug', { values: { problem: redact(sayingOf(error)) }, cause: error })
}

function whereabouts({ system, operation, hop, attempt }: ErrorDetails): string {
  const parts = [
    system && `system: ${system}`,
    operation && `operation: ${operation}`,
    hop && `hop: ${hop}`,
    attempt !== undefined && attempt > 1 && `attempt ${attempt}`,
  ].filter(Boolean)
  return parts.length > 0 ? ` (${parts.join(', ')})` : ''
}
