/** Everything that decides whether a pass of one tenant would work, one check after the other. Sends no dossier, writes nothing. */
import { type Clock, type LienthongError, type Logger, systemClock, type Text } from '../base/index.js'
import { type LoadedConfig, type TenantConfig, tenantAssembly } from '../config/index.js'
import type { Ledger } from '../ledger/index.js'
import { type DossierSource, wasRefused } from '../sync/index.js'
import { type Check, skipped } from './check.js'
import { checkSample } from './coverage.js'
import { checkFileLinks } from './file-links.js'
import { checkPaymentAttempts } from './payment-attempts.js'
import { checkPaymentPlatforms } from './payments.js'
import { checkPortal } from './portal.js'
import { checkProcedureDatabase } from './procedure-database.js'
import { checkProcedures, checkProduction, checkSecrets, checkTables } from './settings.js'
import { checkSource } from './source.js'

export interface TenantCheckOptions {
  /** Knows which account was refused lately and must not be tried again; without it each password is tried once. */
  readonly ledger?: Ledger
  readonly clock?: Clock
  readonly logger?: Logger
  readonly signal?: AbortSignal
}

const says = {
  noSample: {
    en: '{subject}: not sampled; correct what was said before first',
    vi: '{subject}: chưa lấy mẫu; hãy sửa các lỗi nêu trên trước',
  },
} satisfies Record<string, Text>

/**
 * Checks one tenant of a configuration. A password is shown at most once, and not at all where the ledger remembers that it was refused.
 *
 * @example for await (const { id, state, what } of checkTenant(loaded, 'cao-bang')) console.log(state, id, what.en)
 */
export async function* checkTenant(loaded: LoadedConfig, tenant: string, options: TenantCheckOptions = {}): AsyncGenerator<Check> {
  const { ledger, clock = systemClock, logger, signal } = options
  const config = loaded.config.tenants[tenant] as TenantConfig
  const refused = async (system: string, account: string | undefined): Promise<LienthongError | undefined> =>
    ledger === undefined || account === undefined ? undefined : wasRefused(ledger, tenant, system, account)
  const stop = signal === undefined ? {} : { signal }

  yield checkProduction(config)
  yield checkSecrets(loaded, tenant, config)
  yield checkTables(loaded, tenant, config)
  const procedures = await checkProcedures(loaded, tenant, ledger)
  yield procedures.check
  const assembly = tenantAssembly(loaded, tenant, { clock, ...(logger ? { logger } : {}) }, procedures.directory)

  const ports = new Map<string, DossierSource | undefined>()
  for (const [name, source] of Object.entries(config.sources)) {
    ports.set(name, yield* checkSource({ assembly: { ...assembly, clock }, name, source, refused, ...stop }))
    if (signal?.aborted) return
  }
  const target = yield* checkPortal({ assembly: { ...assembly, clock }, refused, ...stop })
  yield* checkFileLinks({
    tenant,
    ledger,
    linking: config.files && { publicUrl: config.files.publicUrl, keyVersion: config.files.keyVersion },
    cacheSeconds: config.files?.cacheSeconds,
    sourcesHaveFiles: Object.values(config.sources).some((source) => 'files' in source && source.files !== undefined),
    ...stop,
  })
  yield* checkProcedureDatabase(loaded, { ...assembly, clock }, signal)
  yield* checkPaymentPlatforms({ ...assembly, clock }, signal)
  yield* checkPaymentAttempts(loaded, tenant)
  for (const [name, port] of ports) {
    if (signal?.aborted) return
    const id = `sources.${name}`
    if (port === undefined || target === undefined || procedures.check.state === 'error')
      yield skipped(`${id}.coverage`, says.noSample, { subject: name })
    else yield* checkSample({ id, subject: name, tenant, port, target, scope: config.scope, ...stop })
  }
}
