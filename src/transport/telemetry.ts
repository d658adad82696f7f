/** Hooks around each attempt. They cost nothing unless they are set, and never see a body, an address or a person. */
export interface AttemptStart {
  readonly system: string
  readonly operation: string
  /** 1 for the first try. */
  readonly attempt: number
}

export interface AttemptEnd {
  readonly ms: number
  /** HTTP status, when an answer came. */
  readonly status: number | undefined
  /** Code of the error, when the attempt failed; see the error table. */
  readonly errorCode: string | undefined
  /** The server's own time, its header `Date`, when an answer came. */
  readonly date: string | undefined
}

export interface TransportHooks {
  /** Called before each attempt. What it returns is called when that attempt ends. */
  readonly attempt?: (start: AttemptStart) => ((end: AttemptEnd) => void) | undefined
  /** Called when the circuit breaker of a system begins to rest, and when it is over it. */
  readonly circuit?: (change: CircuitChange) => void
}

export interface CircuitChange {
  readonly system: string
  /** Nothing is sent for a while. */
  readonly open: boolean
}

/** Several hooks as one; undefined when there are none. */
export function transportHooks(...all: readonly (TransportHooks | undefined)[]): TransportHooks | undefined {
  const each = all.filter((one) => one !== undefined)
  if (each.length < 2) return each[0]
  return {
    attempt(start) {
      const ends = each.flatMap((hooks) => hooks.attempt?.(start) ?? [])
      return (end) => {
        for (const ended of ends) ended(end)
      }
    },
    circuit(change) {
      for (const hooks of each) hooks.circuit?.(change)
    },
  }
}

/** The part of `@opentelemetry/api` that we use, so that it needs not be installed. */
export interface OpenTelemetryApi {
  readonly trace: {
    getTracer(name: string): {
      startSpan(
        name: string,
        options?: { kind?: number; attributes?: Record<string, string | number> },
      ): {
        setAttribute(key: string, value: string | number): unknown
        setStatus(status: { code: number; message?: string }): unknown
        end(): void
      }
    }
  }
  readonly metrics?: {
    getMeter(name: string): {
      createHistogram(
        name: string,
        options?: { description?: string; unit?: string },
      ): { record(value: number, attributes?: Record<string, string | number>): void }
    }
  }
}

const CLIENT_SPAN = 2
const STATUS_ERROR = 2

/**
 * Reports each attempt as a client span and a duration.
 *
 * @example nationalPortal({ …, hooks: openTelemetry(await import('@opentelemetry/api')) })
 */
export function openTelemetry(api: OpenTelemetryApi): TransportHooks {
  const tracer = api.trace.getTracer('lienthong')
  const duration = api.metrics
    ?.getMeter('lienthong')
    .createHistogram('lienthong.attempt.duration', { description: 'One attempt at an outside system', unit: 'ms' })
  return {
    attempt({ system, operation, attempt }) {
      const attributes = { 'lienthong.system': system, 'lienthong.operation': operation }
      const span = tracer.startSpan(`${system} ${operation}`, { kind: CLIENT_SPAN, attributes: { ...attributes, 'lienthong.attempt': attempt } })
      return ({ ms, status, errorCode }) => {
        if (status !== undefined) span.setAttribute('http.response.status_code', status)
        if (errorCode !== undefined) {
          span.setAttribute('error.type', errorCode)
          span.setStatus({ code: STATUS_ERROR, message: errorCode })
        }
        span.end()
        duration?.record(ms, { ...attributes, 'lienthong.outcome': errorCode ?? 'ok' })
      }
    },
  }
}
