/** The engine as OpenTelemetry sees it. Names: docs/observability.md. */
import type { OpenTelemetryApi } from '../transport/index.js'
import type { SyncObserver, Watching } from './observer.js'

type Attributes = Record<string, string | number>

/** The part of `@opentelemetry/api` that we use, so that it needs not be installed. */
export interface OpenTelemetrySyncApi extends OpenTelemetryApi {
  readonly context: {
    active(): unknown
    with<T>(context: unknown, work: () => T): T
  }
  readonly trace: OpenTelemetryApi['trace'] & { setSpan(context: unknown, span: unknown): unknown }
  readonly metrics: {
    getMeter(name: string): {
      createHistogram(name: string, options?: InstrumentOptions): { record(value: number, attributes?: Attributes): void }
      createCounter(name: string, options?: InstrumentOptions): { add(value: number, attributes?: Attributes): void }
    }
  }
}

interface InstrumentOptions {
  readonly description?: string
  readonly unit?: string
}

const STATUS_ERROR = 2

/**
 * A span for each pass, reading and slice, under which the attempts of `openTelemetry` stand; and measures of passes, readings, sends,
 * slices and brakes.
 *
 * @example runPass({ …, observer: openTelemetrySync(await import('@opentelemetry/api')) })
 */
export function openTelemetrySync(api: OpenTelemetrySyncApi): SyncObserver {
  const tracer = api.trace.getTracer('lienthong')
  const meter = api.metrics.getMeter('lienthong')
  const lasting = (name: string, description: string) => meter.createHistogram(`lienthong.${name}.duration`, { description, unit: 'ms' })
  const counting = (name: string, description: string, unit: string) => meter.createCounter(`lienthong.${name}`, { description, unit })
  const passes = lasting('pass', 'One pass of one tenant')
  const readings = lasting('reading', 'One reading of one source')
  const sends = lasting('send', 'One call to the target, settled in the ledger')
  const slices = lasting('slice', 'One slice of a worker')
  const records = counting('records.read', 'Records read from a source', '{record}')
  const steps = counting('steps.sent', 'Progress steps the target took', '{step}')
  const brakes = counting('brakes', 'How often a system was found held, or our account refused', '{brake}')
  const leasesLost = counting('leases.lost', 'Slices that somebody else took over', '{lease}')

  /** A span, and what is to be said at its end. */
  const spanned = <End extends { readonly ms: number; readonly error: { readonly code: string } | undefined }>(
    name: string,
    attributes: Attributes,
    measured: Attributes,
    duration: { record(value: number, attributes?: Attributes): void },
    endOf: (end: End) => Attributes,
  ): Watching<End> => {
    const span = tracer.startSpan(name, { attributes })
    const context = api.trace.setSpan(api.context.active(), span)
    return {
      within: (work) => api.context.with(context, work),
      ended(end) {
        const told = endOf(end)
        for (const [key, value] of Object.entries(told)) span.setAttribute(key, value)
        if (end.error !== undefined) {
          span.setAttribute('error.type', end.error.code)
          span.setStatus({ code: STATUS_ERROR, message: end.error.code })
        }
        span.end()
        duration.record(end.ms, { ...measured, 'lienthong.outcome': String(told['lienthong.outcome']) })
      },
    }
  }

  return {
    pass({ tenant }) {
      const attributes = { 'lienthong.tenant': tenant }
      return spanned('lienthong pass', attributes, attributes, passes, ({ outcome, confirmed, failed, postponed, stepsSent }) => ({
        'lienthong.outcome': outcome,
        'lienthong.dossiers.confirmed': confirmed,
        'lienthong.dossiers.failed': failed,
        'lienthong.dossiers.postponed': postponed,
        'lienthong.steps.sent': stepsSent,
      }))
    },
    reading({ tenant, source }) {
      const attributes = { 'lienthong.tenant': tenant, 'lienthong.source': source }
      return spanned('lienthong reading', attributes, attributes, readings, ({ error }) => ({ 'lienthong.outcome': error?.code ?? 'ok' }))
    },
    batch({ tenant, source, seen, planned }) {
      const attributes = { 'lienthong.tenant': tenant, 'lienthong.source': source }
      records.add(planned, { ...attributes, 'lienthong.result': 'planned' })
      records.add(seen - planned, { ...attributes, 'lienthong.result': 'unchanged' })
    },
    send({ tenant, source, operation, outcome, items, ms }) {
      const attributes = { 'lienthong.tenant': tenant, 'lienthong.source': source }
      sends.record(ms, { ...attributes, 'lienthong.operation': operation, 'lienthong.outcome': outcome })
      if (operation === 'steps' && outcome === 'accepted') steps.add(items, attributes)
    },
    brake({ tenant, system, brake, error }) {
      if (error !== undefined) brakes.add(1, { 'lienthong.tenant': tenant, 'lienthong.system': system, 'lienthong.brake': brake })
    },
    slice({ tenant, shard }) {
      const attributes = { 'lienthong.tenant': tenant, 'lienthong.kind': shard.split('/', 1)[0] ?? shard }
      // A shard is one of many: it stands in the span, where it costs nothing, and not in the measures.
      return spanned('lienthong slice', { ...attributes, 'lienthong.shard': shard }, attributes, slices, ({ outcome, sends: sent }) => ({
        'lienthong.outcome': outcome,
        'lienthong.sends': sent,
      }))
    },
    leaseLost: ({ tenant }) => leasesLost.add(1, { 'lienthong.tenant': tenant }),
  }
}
