/** Log lines of the library: JSON on stderr, redacted. */
import { pino, stdTimeFunctions } from 'pino'
import { type Logger, redact, redactFields, silentLogger } from '../base/index.js'
import { type LoadedConfig, readSecret, secretsOf } from '../config/index.js'
import type { Session } from './session.js'

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/**
 * @param level without one: `debug` with `--verbose`, else silent.
 * @param loaded whose passwords must not be written whatever happens.
 */
export function logger(session: Session, level: LogLevel | undefined, loaded: LoadedConfig | undefined): Logger {
  const wanted = level ?? (session.verbose ? 'debug' : undefined)
  if (wanted === undefined) return silentLogger
  const secrets = loaded === undefined ? [] : secretTexts(loaded)
  const stream = { write: (line: string) => void session.streams.err.write(line) }
  const lines = pino({ level: wanted, base: null, formatters: { level: (label) => ({ level: label }) }, timestamp: stdTimeFunctions.isoTime }, stream)
  const at = (name: LogLevel) =>
    lines.isLevelEnabled(name)
      ? (fields: Readonly<Record<string, unknown>>, message: string) => lines[name](redactFields(fields, secrets), redact(message, secrets))
      : () => {}
  return { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** What the configuration's secrets are now. One that cannot be read is told by whoever needs it. */
function secretTexts(loaded: LoadedConfig): readonly string[] {
  const { ledger, tenants } = loaded.config
  const named = Object.entries(tenants).flatMap(([name, tenant]) => secretsOf(tenant, name))
  const all = ledger.password === undefined ? named : [...named, { reference: ledger.password, place: 'ledger.password' }]
  return all.flatMap(({ reference, place }) => {
    try {
      return [readSecret(reference, place, loaded)]
    } catch {
      return []
    }
  })
}
