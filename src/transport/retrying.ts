/** Repeating inside one call: p-retry counts, we wait (full jitter, Retry-After, by the injected clock). */
import pRetry from 'p-retry'
import { type Clock, isLienthongError, type LienthongError, type Random } from '../base/index.js'

export interface RetryPolicy {
  readonly attempts: number
  readonly firstMs: number
  readonly maxMs: number
  readonly maxRetryAfterMs: number
}

/** `freely`: also when the request may have been applied. `if-not-sent`: only when it certainly was not. */
export type Repeat = 'freely' | 'if-not-sent'

/** DESIGN "What may be repeated". An open circuit is not worth waiting for inside a call. */
export function mayRepeat(error: LienthongError, repeat: Repeat): boolean {
  if (error.code === 'transport.circuit_open' || error.code === 'transport.too_late') return false
  return error.kind === 'transient' || error.kind === 'throttled' || (error.kind === 'unknown' && repeat === 'freely')
}

/**
 * How long to wait before the next attempt; undefined when the other side asks for more than we wait inside a call.
 * What it asks for is kept to the full, with jitter on top: a crowd told to come back in 5 s should not come all at once.
 */
export function pauseBefore(nextAttempt: number, error: LienthongError, policy: RetryPolicy, random: Random): number | undefined {
  const asked = error.retryAfterMs
  if (asked !== undefined) return asked > policy.maxRetryAfterMs ? undefined : asked + random() * policy.firstMs
  return random() * Math.min(policy.maxMs, policy.firstMs * 2 ** (nextAttempt - 2))
}

/** Runs `attempt(1)`, and again while its error may be repeated. Rejects with the last error, or the signal's reason while waiting. */
export async function repeating<T>(
  attempt: (number: number) => Promise<T>,
  options: {
    readonly policy: RetryPolicy
    readonly repeat: Repeat
    readonly clock: Clock
    readonly random: Random
    readonly signal: AbortSignal | undefined
  },
): Promise<T> {
  const { policy, repeat, clock, random, signal } = options
  const shouldRetry = async (error: Error, failedAttempt: number): Promise<boolean> => {
    if (!isLienthongError(error) || !mayRepeat(error, repeat)) return false
    const pause = pauseBefore(failedAttempt + 1, error, policy, random)
    if (pause === undefined) return false
    await clock.sleep(pause, signal)
    return true
  }
  try {
    return await attempt(1)
  } catch (first) {
    // The usual call succeeds: p-retry comes in only now, and is told what the first attempt gave.
    const retries = policy.attempts - 1
    if (retries === 0 || !isLienthongError(first) || !mayRepeat(first, repeat)) throw first
    return pRetry((number) => (number === 1 ? Promise.reject(first) : attempt(number)), {
      retries,
      minTimeout: 0,
      shouldRetry: ({ error, attemptNumber }) => shouldRetry(error, attemptNumber),
    })
  }
}
