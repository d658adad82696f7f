/** From a checked configuration to the parts that a pass needs: clients, sources, target, ledger. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Clock, canonicalJson, LienthongError, type Logger, systemClock } from '../base/index.js'
import { procedureDirectoryOf } from '../catalogue/index.js'
import {
  type NationalPortal,
  type NationalPortalOptions,
  nationalPortal,
  type OpenCps,
  openCps,
  type TransportHooks,
  type TransportOptions,
} from '../connectors/index.js'
import { type LocalDate, parseLocalDate } from '../domain/index.js'
import { type Ledger, openLedger } from '../ledger/index.js'
import {
  type CodeTables,
  type ProcedureLookupTable,
  type ProcedureRows,
  type Product,
  parseCodeTables,
  procedureLines,
  procedureLookup,
  readProcedureRows,
} from '../mappers/index.js'
import {
  type DossierSource,
  type DossierTarget,
  openCpsSource,
  type ProcedureDirectory,
  portalTarget,
  registerSource,
  rowSource,
  type SyncSettings,
  type TenantSync,
} from '../sync/index.js'
import { type LoadedConfig, ledgerFile, ledgerUrl, readLedgerKey, readNamedFile, readSecret } from './load.js'
import type { PortalConfig, ProcedureDatabaseConfig, SourceConfig, TenantConfig, UploadConfig } from './schema.js'

export interface AssemblyOptions {
  readonly logger?: Logger
  readonly clock?: Clock
  readonly hooks?: TransportHooks
}

/** Which tenant a command is about: the one named, or the only one there is. @throws {LienthongError} `usage.invalid`. */
export function chooseTenant({ config }: LoadedConfig, named: string | undefined): string {
  const tenants = Object.keys(config.tenants)
  if (named === undefined && tenants.length === 1) return tenants[0] as string
  if (named !== undefined && tenants.includes(named)) return named
  const known = tenants.join(', ')
  const problem =
    named === undefined
      ? { en: `name one of the tenants with --tenant: ${known}`, vi: `chỉ ra một đơn vị bằng --tenant: ${known}` }
      : { en: `there is no tenant “${named}”; the configuration has ${known}`, vi: `không có đơn vị “${named}”; cấu hình có ${known}` }
  throw new LienthongError('usage.invalid', { values: { problem } })
}

/**
 * Opens the ledger of a configuration; for writing it is created when there is none.
 *
 * @throws {LienthongError} `ledger.missing` (only for reading), `ledger.locked`, `ledger.key_missing` and the others of `ledger.…`.
 */
export async function openConfiguredLedger(
  loaded: LoadedConfig,
  access: 'read' | 'write',
  command: string,
  clock: Clock = systemClock,
): Promise<Ledger> {
  const file = ledgerFile(loaded)
  if (access === 'read' && file !== undefined && !existsSync(file))
    throw new LienthongError('ledger.missing', { hop: 'ledger', values: { path: file } })
  return openLedger({ url: ledgerUrl(loaded), key: readLedgerKey(loaded), access, command, clock })
}

/** Everything a pass of one tenant needs. Nothing is sent before the first call. @throws {LienthongError} `config.…`. */
export async function assembleTenant(loaded: LoadedConfig, tenant: string, ledger: Ledger, options: AssemblyOptions = {}): Promise<TenantSync> {
  const assembly = tenantAssembly(loaded, tenant, options, await tenantDirectory(loaded, tenant, ledger))
  const { config } = assembly
  const sources: Record<string, DossierSource> = {}
  for (const [name, source] of Object.entries(config.sources)) sources[name] = assembleSource(assembly, name, source).port
  return {
    ledger,
    tenant,
    sources,
    target: assemblePortal(assembly, config.portal).target,
    scope: config.scope,
    production: config.production,
    settings: present(config.sync) as Partial<SyncSettings>,
  }
}

/** What the parts of one tenant are put together from. */
export interface Assembly extends AssemblyOptions {
  readonly tenant: string
  readonly config: TenantConfig
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  readonly procedures: ProcedureDirectory
}

/** @param procedures see {@link tenantDirectory} */
export function tenantAssembly(loaded: LoadedConfig, tenant: string, options: AssemblyOptions, procedures: ProcedureDirectory): Assembly {
  const config = loaded.config.tenants[tenant] as TenantConfig
  const { folder, environment } = loaded
  return { ...options, tenant, config, folder, environment, procedures }
}

/** A source, and the client it reads through where it is a system and no file. @throws {LienthongError} `config.…`. */
export function assembleSource(assembly: Assembly, name: string, source: SourceConfig): { readonly port: DossierSource; readonly client?: OpenCps } {
  const { config, folder, tenant, procedures } = assembly
  const { agencyCode } = config
  const place = `tenants.${tenant}.sources.${name}`
  switch (source.dialect) {
    case 'opencps-v2': {
      const credentials = {
        username: readSecret(source.credentials.username, `${place}.credentials.username`, assembly),
        password: readSecret(source.credentials.password, `${place}.credentials.password`, assembly),
      }
      const client = openCps({
        baseUrl: source.url,
        groupId: source.groupId,
        credentials,
        ...transportOf(assembly, source, place),
      })
      const { windowDays, overlapDays, pageSize } = source
      const port = openCpsSource({
        client,
        account: accountOf(source.url, credentials),
        tables: tablesOf(assembly, source.tables, 'opencps-v2'),
        agencyCode,
        since: sinceOf(source.since, `${place}.since`),
        ...present({ windowDays, overlapDays, pageSize, clock: assembly.clock }),
      })
      return { port, client }
    }
    case 'file-csv':
      return {
        port: registerSource({
          file: resolve(folder, source.file),
          ...(source.payments === undefined ? {} : { payments: resolve(folder, source.payments) }),
          tables: tablesOf(assembly, source.tables, 'file-csv'),
          agencyCode,
          procedures,
        }),
      }
    case 'file-ndjson':
      return { port: rowSource({ file: resolve(folder, source.file), agencyCode }) }
  }
}

/** The national portal as target, and its client. @throws {LienthongError} `config.…`. */
export function assemblePortal(assembly: Assembly, portal: PortalConfig): { readonly target: DossierTarget; readonly client: NationalPortal } {
  const { config, tenant, procedures } = assembly
  const { agencyCode } = config
  const place = `tenants.${tenant}.portal`
  const credentials = secretsIn(assembly, portal.credentials, `${place}.credentials`)
  const client = nationalPortal({
    adapterUrl: portal.adapterUrl,
    agencyCode,
    dialect: portal.dialect as NonNullable<NationalPortalOptions['dialect']>,
    credentials,
    ...present({
      endpoints: portal.endpoints && present(portal.endpoints),
      serviceEndpoints: portal.serviceEndpoints,
      dstcode: portal.dstcode,
      urls: portal.urls && present(portal.urls),
      outcomes: portal.outcomes as NationalPortalOptions['outcomes'],
    }),
    ...transportOf(assembly, portal, place),
  } as NationalPortalOptions)
  const target = portalTarget({
    portal: client,
    account: accountOf(portal.adapterUrl, credentials),
    tables: tablesOf(assembly, undefined, undefined),
    procedures,
    agencyCode,
    ...present({ deriveSteps: portal.deriveSteps }),
  })
  return { target, client }
}

/** Credentials with their secrets read; what is not set stays away. */
export function secretsIn(
  assembly: Assembly,
  credentials: PortalConfig['credentials'],
  place: string,
): { readonly username?: string; readonly password?: string; readonly token?: string } {
  return Object.fromEntries(
    Object.entries(credentials).flatMap(([name, value]) => (value === undefined ? [] : [[name, readSecret(value, `${place}.${name}`, assembly)]])),
  )
}

/** Whoever logs in where: the ledger keeps a keyed digest of it when it was refused. */
function accountOf(address: string, credentials: Readonly<Record<string, string>>): string {
  return canonicalJson([address, credentials])
}

/** The settings of calls to one system, as every connector takes them. */
export function transportOf(
  assembly: Assembly,
  system: SourceConfig | PortalConfig | ProcedureDatabaseConfig | UploadConfig,
  place: string,
): TransportOptions {
  const { folder, logger, clock, hooks } = assembly
  if (
    !(
      'timeouts' in system ||
      'limits' in system ||
      'retry' in system ||
      'breaker' in system ||
      'proxy' in system ||
      'caFile' in system ||
      'clientCertificate' in system
    )
  ) {
    return present({ logger, clock, hooks }) as TransportOptions
  }
  const { timeouts, limits, retry, breaker, proxy, caFile, clientCertificate } = system
  return present({
    timeouts,
    limits,
    retry,
    breaker,
    proxy: proxy && readSecret(proxy, `${place}.proxy`, assembly),
    caFile: caFile && resolve(folder, caFile),
    clientCertificate: clientCertificate && {
      certFile: resolve(folder, clientCertificate.certFile),
      keyFile: resolve(folder, clientCertificate.keyFile),
      ...(clientCertificate.passphrase
        ? { passphrase: readSecret(clientCertificate.passphrase, `${place}.clientCertificate.passphrase`, assembly) }
        : {}),
    },
    logger,
    clock,
    hooks,
  }) as TransportOptions
}

/** A source's own tables, else the tenant's; over the defaults of the product. */
export function tablesOf(
  { config, folder, tenant }: Pick<Assembly, 'config' | 'folder' | 'tenant'>,
  own: SourceConfig extends infer S ? (S extends { tables?: infer T } ? T : never) : never,
  product: Product | undefined,
): CodeTables {
  const tables = own ?? config.tables
  if (typeof tables !== 'string') return parseCodeTables(tables ?? {}, `tenants.${tenant}.tables`, product)
  const { path, text } = readNamedFile(tables, `tenants.${tenant}.tables`, folder)
  return parseCodeTables(text, path, product)
}

/** The list of procedures that a tenant's configuration names; empty when it names none. @throws {LienthongError} `config.…`, naming file, line and field. */
export function readProcedures({ config, folder }: LoadedConfig, tenant: string): ProcedureRows {
  const { procedures } = config.tenants[tenant] as TenantConfig
  const place = `tenants.${tenant}.procedures`
  if (procedures === undefined || 'source' in procedures) return readProcedureRows([])
  if ('list' in procedures) return readProcedureRows(procedures.list.map((value, index) => ({ value, place: `${place}.list[${index}]` })))
  const { path, text } = readNamedFile(procedures.file, `${place}.file`, folder)
  return readProcedureRows(procedureLines(text, path))
}

/**
 * Local ⇄ national codes of a tenant: its own list, with what the ledger knows from `catalogue match` and from people's decisions.
 *
 * @throws {LienthongError} `config.…` for the list
 */
export async function tenantDirectory(loaded: LoadedConfig, tenant: string, ledger: Ledger | undefined): Promise<ProcedureLookupTable> {
  const { entries } = readProcedures(loaded, tenant)
  return ledger === undefined ? procedureLookup(entries) : procedureDirectoryOf(ledger, tenant, entries)
}

function sinceOf(text: string, place: string): LocalDate {
  const day = parseLocalDate(text)
  if (day === undefined)
    throw new LienthongError('config.invalid', {
      values: { place, problem: { en: `${text} is no day of the calendar`, vi: `${text} không có trong lịch` } },
    })
  return day
}

/** Without the keys that are not set: a client's default must not be overwritten by "undefined". */
export function present<T extends object>(options: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as { [Key in keyof T]?: Exclude<T[Key], undefined> }
}
