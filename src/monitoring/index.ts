/** What a process that keeps going shows of itself: measures for Prometheus, and whether it is well. docs/observability.md */
import { asLienthongError, type Clock, type Language, LienthongError, seconds } from '../base/index.js'
import type { Backlog } from '../ledger/index.js'
import { observers, type SyncObserver } from '../sync/index.js'
import type { TransportHooks } from '../transport/index.js'
import { expositionType } from './exposition.js'
import { health, type Readiness } from './health.js'
import { type FileServed, metrics } from './metrics.js'
import { json, type ListenAddress, serve } from './server.js'

export type { HealthCheck, Readiness } from './health.js'
export type { FileServed } from './metrics.js'
export type { ListenAddress } from './server.js'

export interface Monitor {
  readonly origin: string
  readonly observer: SyncObserver
  /** Of the clients of one tenant; called for each new set of clients. */
  hooks(tenant: string): TransportHooks
  /** Somebody looked for work, even if there was none. */
  beat(): void
  fileServed(file: FileServed): void
  close(): Promise<void>
}

export interface MonitorOptions {
  readonly listen: ListenAddress
  readonly clock: Clock
  readonly version: string
  readonly language: () => Language
  /** Without any sign of work for so long the process is not ready. */
  readonly staleAfterMs: number
  /** What waits and fails, by tenant, asked of the ledger. */
  readonly backlogs: () => Promise<ReadonlyMap<string, Backlog>>
}

/** However many ask, the ledger is asked this often. */
const SAMPLE_EVERY_MS = seconds(10)
/** A scraper waits ten seconds; until then it has to have an answer. */
const SAMPLE_WITHIN_MS = seconds(5)

/** Starts to serve. @throws what the system says, when it cannot listen there. */
export async function openMonitor(options: MonitorOptions): Promise<Monitor> {
  const { clock } = options
  const measures = metrics(clock, options.version)
  const condition = health(options)
  const ledger = sampled(options.backlogs, clock)
  const server = await serve(options.listen, {
    async '/metrics'() {
      const { backlogs } = await ledger()
      measures.backlog(backlogs)
      return { status: 200, type: expositionType, body: measures.text() }
    },
    '/health/live': () => json(200, { schema: 1, status: 'live' }),
    async '/health/ready'() {
      const readiness: Readiness = condition.readiness((await ledger()).error)
      return json(readiness.status === 'ready' ? 200 : 503, readiness)
    },
  })
  return {
    origin: server.origin,
    observer: observers(measures.observer, condition.observer),
    hooks: measures.hooks,
    beat: condition.beat,
    fileServed: measures.fileServed,
    close: server.close,
  }
}

interface Sample {
  readonly backlogs: ReadonlyMap<string, Backlog> | undefined
  readonly error: LienthongError | undefined
}

/** Asks once for all who ask at the same time or shortly after. */
function sampled(ask: MonitorOptions['backlogs'], clock: Clock): () => Promise<Sample> {
  let last: { readonly at: number; readonly sample: Promise<Sample> } | undefined
  return () => {
    const now = clock.now()
    // A clock that was set back must not keep an old answer.
    if (last === undefined || now - last.at >= SAMPLE_EVERY_MS || now < last.at) {
      const sample = inTime(ask, clock).then(
        (backlogs) => ({ backlogs, error: undefined }),
        (error: unknown) => ({ backlogs: undefined, error: asLienthongError(error) }),
      )
      last = { at: now, sample }
    }
    return last.sample
  }
}

async function inTime<T>(ask: () => Promise<T>, clock: Clock): Promise<T> {
  const answered = new AbortController()
  const tooLate = clock.sleep(SAMPLE_WITHIN_MS, answered.signal).then(
    () => {
      throw new LienthongError('ledger.unreachable', { hop: 'ledger', values: { path: '', problem: `no answer within ${SAMPLE_WITHIN_MS} ms` } })
    },
    () => new Promise<never>(() => {}),
  )
  try {
    return await Promise.race([ask(), tooLate])
  } finally {
    answered.abort()
  }
}
