/** A circuit breaker per system: cockatiel's, on the injected clock. */
import { type CircuitBreakerPolicy, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel'
import { type Clock, isLienthongError } from '../base/index.js'

export interface Breaker {
  /** Milliseconds for which nothing is to be sent; 0 when the way is free. While one call tries again, the others wait too. */
  restLeft(): number
  /** Runs the work and counts how it ended: only transient and unknown failures are the system's, and our own lateness is not. */
  run<T>(work: () => Promise<T>): Promise<T>
}

export function breaking(
  options: { readonly failures: number; readonly restMs: number },
  clock: Clock,
  /** Told when it begins to rest, and when it is over it. */
  onChange: (open: boolean) => void = () => {},
): Breaker {
  let restUntil = 0
  const policy: CircuitBreakerPolicy = circuitBreaker(
    handleWhen((error) => isLienthongError(error) && (error.kind === 'transient' || error.kind === 'unknown') && error.code !== 'transport.too_late'),
    {
      breaker: new ConsecutiveBreaker(options.failures),
      halfOpenAfter: { next: () => rest() },
    },
  )
  // cockatiel compares this duration with the machine's clock: all or nothing makes it ask ours.
  const rest = () => ({
    get duration() {
      return clock.now() >= restUntil ? 0 : Number.POSITIVE_INFINITY
    },
    next: () => rest(),
  })
  policy.onBreak(() => {
    restUntil = clock.now() + options.restMs
    onChange(true)
  })
  policy.onReset(() => onChange(false))
  return {
    restLeft() {
      if (policy.state === CircuitState.HalfOpen) return options.restMs
      return policy.state === CircuitState.Open ? Math.max(0, restUntil - clock.now()) : 0
    },
    run: (work) => policy.execute(work),
  }
}
