/** Opening what most commands need: configuration, ledger, tenant. */
import { asLienthongError, type Logger } from '../../base/index.js'
import {
  type AssemblyOptions,
  assembleTenant,
  chooseTenant,
  type LedgerUse,
  type LoadedConfig,
  loadConfig,
  openConfiguredLedger,
} from '../../config/index.js'
import type { Ledger } from '../../ledger/index.js'
import { endOfPass, type TenantSync } from '../../sync/index.js'
import { logger } from '../logger.js'
import type { Observing } from '../observing.js'
import type { Session } from '../session.js'

export async function openConfig(session: Session): Promise<LoadedConfig> {
  const loaded = await loadConfig(session.config, session.workingFolder)
  session.preferLanguage(loaded.config.language)
  return loaded
}

/** Logs of the library, as JSON lines on stderr, with --verbose. */
export function loggerOf(session: Session, loaded: LoadedConfig): Logger {
  return logger(session, undefined, loaded)
}

/** Does something with the ledger and closes it, whatever happens. */
export async function withLedger<T>(loaded: LoadedConfig, access: LedgerUse, name: string, use: (ledger: Ledger) => Promise<T>): Promise<T> {
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

/** @param observing whoever watches this process; a tenant that cannot be put together is told to them as a pass that failed. @param shared with other processes. */
export async function tenantSync(
  session: Session,
  loaded: LoadedConfig,
  tenant: string,
  ledger: Ledger,
  observing?: Observing,
  shared: Pick<AssemblyOptions, 'gates' | 'sessions'> = {},
): Promise<TenantSync> {
  if (observing === undefined) return assembleTenant(loaded, tenant, ledger, { logger: loggerOf(session, loaded) })
  const hooks = observing.hooks(tenant)
  try {
    const sync = await assembleTenant(loaded, tenant, ledger, { logger: observing.logger, ...(hooks ? { hooks } : {}), ...shared })
    return { ...sync, observer: observing.observer }
  } catch (error) {
    observing.observer.pass?.({ tenant })?.ended?.(endOfPass(undefined, asLienthongError(error), 0))
    throw error
  }
}
