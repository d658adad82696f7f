/** Opening what most commands need: configuration, ledger, tenant. */
import { pino } from 'pino'
import { type Logger, silentLogger } from '../../base/index.js'
import { assembleTenant, chooseTenant, type LoadedConfig, loadConfig, openConfiguredLedger } from '../../config/index.js'
import type { Ledger } from '../../ledger/index.js'
import type { TenantSync } from '../../sync/index.js'
import type { Session } from '../session.js'

export async function openConfig(session: Session): Promise<LoadedConfig> {
  const loaded = await loadConfig(session.config, session.workingFolder)
  session.preferLanguage(loaded.config.language)
  return loaded
}

/** Logs of the library, as JSON lines on stderr, with --verbose. */
export function loggerOf(session: Session): Logger {
  return session.verbose ? pino({ level: 'debug', base: null }, pino.destination({ fd: 2, sync: true })) : silentLogger
}

/** Does something with the ledger and closes it, whatever happens. */
export async function withLedger<T>(loaded: LoadedConfig, access: 'read' | 'write', name: string, use: (ledger: Ledger) => Promise<T>): Promise<T> {
  const ledger = await openConfiguredLedger(loaded, access, name)
  try {
    return await use(ledger)
  } finally {
    await ledger.close()
  }
}

/** The tenants a command is about: the one named, else all. */
export function tenantsOf(session: Session, loaded: LoadedConfig): readonly string[] {
  return session.tenant === undefined ? Object.keys(loaded.config.tenants) : [chooseTenant(loaded, session.tenant)]
}

export function tenantSync(session: Session, loaded: LoadedConfig, tenant: string, ledger: Ledger): Promise<TenantSync> {
  return assembleTenant(loaded, tenant, ledger, { logger: loggerOf(session) })
}
