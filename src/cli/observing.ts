/** How a command that keeps going is watched: log lines, OpenTelemetry, and what it serves over HTTP. docs/observability.md */
import type { ArgsDef } from 'citty'
import { type Logger, systemClock } from '../base/index.js'
import { type LoadedConfig, openConfiguredLedger } from '../config/index.js'
import { type Backlog, backlogOf, type Ledger } from '../ledger/index.js'
import { type FileServed, type Monitor, openMonitor } from '../monitoring/index.js'
import { loggingObserver, observers, openTelemetrySync, type SyncObserver } from '../sync/index.js'
import { openTelemetry, type TransportHooks, transportHooks } from '../transport/index.js'
import { usage } from './command.js'
import { type LogLevel, logger, logLevels } from './logger.js'
import type { Session } from './session.js'
import { version } from './version.js'

export const observingArgs = {
  listen: { type: 'string', description: 'serve /metrics and /health/… there; without a host on this machine only', valueHint: '[HOST:]PORT' },
  logLevel: { type: 'string', description: `JSON lines on stderr: ${logLevels.join(', ')}`, valueHint: 'LEVEL' },
} as const satisfies ArgsDef

export interface Observing {
  readonly logger: Logger
  readonly observer: SyncObserver
  /** For a new set of clients of one tenant. */
  hooks(tenant: string): TransportHooks | undefined
  /** Somebody looked for work, even if there was none. */
  beat(): void
  /** A file behind a link was asked for. */
  download(file: FileServed): void
  close(): Promise<void>
}

export interface ObservingOptions {
  readonly listen?: string | undefined
  readonly logLevel?: string | undefined
  readonly tenants: readonly string[]
  /** Without any sign of work for so long this process is not ready. */
  readonly staleAfterMs: number
  /** The ledger that is open anyway; without it one is opened for each look. */
  readonly ledger?: Ledger
}

/** A command that ends by itself serves nothing: it is seen in its logs and traces. */
const unserved: ObservingOptions = { tenants: [], staleAfterMs: 0 }

/** @throws {LienthongError} `usage.invalid` for an address or level that is none, and for a port that is taken. */
export async function observe(session: Session, loaded: LoadedConfig, options: ObservingOptions = unserved): Promise<Observing> {
  const log = logger(session, levelOf(options.logLevel), loaded)
  const api = await openTelemetryApi(session, loaded.environment)
  const monitor = options.listen === undefined ? undefined : await monitorAt(options.listen, session, loaded, options)
  return {
    logger: log,
    observer: observers(loggingObserver(log), api && openTelemetrySync(api), monitor?.observer),
    hooks: (tenant) => transportHooks(api && openTelemetry(api), monitor?.hooks(tenant)),
    beat: () => monitor?.beat(),
    download: (file) => monitor?.fileServed(file),
    close: async () => monitor?.close(),
  }
}

const says = {
  serving: { en: 'Metrics and health: {origin}/metrics, {origin}/health/ready', vi: 'Số đo và tình trạng: {origin}/metrics, {origin}/health/ready' },
  noApi: {
    en: 'OTEL_… is set, but @opentelemetry/api is not installed: nothing is traced. npm install @opentelemetry/api, or unset it.',
    vi: 'Có biến OTEL_… nhưng chưa cài @opentelemetry/api: không ghi vết. Hãy npm install @opentelemetry/api, hoặc bỏ biến đó.',
  },
} as const

function levelOf(text: string | undefined): LogLevel | undefined {
  if (text === undefined) return undefined
  const level = logLevels.find((one) => one === text)
  if (level === undefined)
    throw usage({
      en: `--log-level takes one of ${logLevels.join(', ')}, not “${text}”`,
      vi: `--log-level nhận một trong ${logLevels.join(', ')}, không phải “${text}”`,
    })
  return level
}

async function monitorAt(listen: string, session: Session, loaded: LoadedConfig, options: ObservingOptions): Promise<Monitor> {
  const { tenants, staleAfterMs, ledger } = options
  const [, host = '127.0.0.1', port = ''] = /^(?:(\[[0-9a-f:]+\]|[^:\s]+):)?(\d{1,5})$/i.exec(listen) ?? []
  if (port === '' || Number(port) > 65_535)
    throw usage({ en: `--listen takes [HOST:]PORT, not “${listen}”`, vi: `--listen nhận [HOST:]PORT, không phải “${listen}”` })
  const backlogs = async () => {
    // Read beside whoever writes: between two passes the ledger is nobody's.
    const open = ledger ?? (await openConfiguredLedger(loaded, 'read', 'monitoring'))
    try {
      const found = new Map<string, Backlog>()
      for (const tenant of tenants) found.set(tenant, await backlogOf(open, tenant))
      return found
    } finally {
      if (open !== ledger) await open.close()
    }
  }
  let monitor: Monitor
  try {
    monitor = await openMonitor({
      listen: { host: host.replace(/^\[|\]$/g, ''), port: Number(port) },
      clock: systemClock,
      version: version(),
      language: session.spoken,
      staleAfterMs,
      backlogs,
    })
  } catch (cause) {
    const { code = '', syscall } = cause as NodeJS.ErrnoException
    if (syscall !== 'listen' && syscall !== 'getaddrinfo') throw cause
    throw usage({ en: `--listen ${listen}: cannot listen there (${code})`, vi: `--listen ${listen}: không mở được cổng này (${code})` })
  }
  session.note(session.say(says.serving, { origin: monitor.origin }))
  return monitor
}

/** Only the API's globals are used: which SDK stands behind them is the user's affair (`node --import ./telemetry.mjs`). */
async function openTelemetryApi(session: Session, environment: NodeJS.ProcessEnv) {
  const wanted = Object.keys(environment).some((name) => name.startsWith('OTEL_')) && environment.OTEL_SDK_DISABLED?.toLowerCase() !== 'true'
  if (!wanted) return undefined
  try {
    return await import('@opentelemetry/api')
  } catch {
    session.note(session.say(says.noApi))
    return undefined
  }
}
