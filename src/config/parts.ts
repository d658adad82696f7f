/** What every part of a tenant is put together from: secrets, settings of calls, code tables. */
import { resolve } from 'node:path'
import { type Clock, type Logger, systemClock } from '../base/index.js'
import type { TransportHooks, TransportOptions } from '../connectors/index.js'
import { createVault, type Vault } from '../ledger/index.js'
import {
  type AgencyTable,
  type CodeTables,
  noAgencies,
  noPlaces,
  type PlaceTable,
  type Product,
  parseAgencies,
  parseCodeTables,
  parsePlaces,
  type TablesInput,
} from '../mappers/index.js'
import type { ProcedureDirectory } from '../sync/index.js'
import { bothGates, type CallLimits, type Gate, type Gates, gatesOfThisProcess, type SessionShelf } from '../transport/index.js'
import { type LoadedConfig, readLedgerKey, readNamedFile, readSecret } from './load.js'
import { present } from './present.js'
import type { Config, PortalConfig, TenantConfig } from './schema.js'
import type { TablesSetting, TransportSettings } from './shapes.js'

export interface AssemblyOptions {
  /** Stands between a source and its code tables, for whoever wants to know which rows it uses. */
  readonly tablesFor?: (source: string, tables: CodeTables) => CodeTables
  readonly logger?: Logger
  readonly clock?: Clock
  readonly hooks?: TransportHooks
  /** Where calls to a shared system wait for their turn. Default: counted within this process, for one loaded configuration. */
  readonly gates?: Gates
  /** Where the portal's session of an account is kept when several processes share it. */
  readonly sessions?: (account: string) => SessionShelf
}

/** What the parts of one tenant are put together from. */
export interface Assembly extends AssemblyOptions {
  readonly tenant: string
  readonly config: TenantConfig
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  readonly procedures: ProcedureDirectory
  readonly systems: Config['systems']
  readonly gates: Gates
  readonly vault: () => Vault
}

/** Tenants are put together one after the other; what they share has to outlive that. */
const sharedGates = new WeakMap<LoadedConfig, Gates>()

function gatesOf(loaded: LoadedConfig): Gates {
  const gates = sharedGates.get(loaded) ?? gatesOfThisProcess()
  sharedGates.set(loaded, gates)
  return gates
}

/** @param procedures see {@link tenantDirectory} */
export function tenantAssembly(loaded: LoadedConfig, tenant: string, options: AssemblyOptions, procedures: ProcedureDirectory): Assembly {
  const config = loaded.config.tenants[tenant] as TenantConfig
  const { folder, environment } = loaded
  const { systems } = loaded.config
  const vault = () => createVault(readLedgerKey(loaded))
  return { ...options, tenant, config, folder, environment, procedures, systems, gates: options.gates ?? gatesOf(loaded), vault }
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

/** The settings of calls to one system, as every connector takes them. */
export function transportOf(assembly: Assembly, system: TransportSettings, place: string): TransportOptions {
  const { folder, logger, clock, hooks } = assembly
  const gate = gateOfSystem(assembly, system.system)
  const { timeouts, limits, retry, breaker, proxy, caFile, clientCertificate } = system
  return present({
    timeouts,
    limits,
    gate,
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

/** The gate of a system that several tenants, sources or accounts share. */
export function gateOfSystem({ systems, gates, clock = systemClock }: Assembly, system: string | undefined): Gate | undefined {
  const limits = system === undefined ? undefined : systems[system]?.limits
  return system === undefined || limits === undefined ? undefined : gates.gate({ system }, limits, clock)
}

/** The gate of a place whose accounts share its limits, besides that of its system. */
export function gateOfPlace(assembly: Assembly, place: string, limits: CallLimits | undefined, system: string | undefined): Gate | undefined {
  const own = limits === undefined ? undefined : assembly.gates.gate({ system: place }, limits, assembly.clock ?? systemClock)
  return bothGates(own, gateOfSystem(assembly, system))
}

/** A source's own tables, else the tenant's; over the defaults of the product and what lies between. */
export function tablesOf(
  { config, folder, tenant }: Pick<Assembly, 'config' | 'folder' | 'tenant'>,
  own: TablesSetting | undefined,
  product: Product | undefined,
  between: readonly TablesInput[] = [],
): CodeTables {
  const tables = own ?? config.tables
  if (typeof tables !== 'string') return parseCodeTables(tables ?? {}, `tenants.${tenant}.tables`, product, between)
  const { path, text } = readNamedFile(tables, `tenants.${tenant}.tables`, folder)
  return parseCodeTables(text, path, product, between)
}

/** Who stood for what when. @throws {LienthongError} `config.…`, naming row and field. */
export function agenciesOf({ config, folder, tenant }: Pick<Assembly, 'config' | 'folder' | 'tenant'>): AgencyTable {
  const { agencies } = config
  const place = `tenants.${tenant}.agencies`
  if (agencies === undefined) return noAgencies
  if (typeof agencies !== 'string') return parseAgencies(agencies, place)
  const { path, text } = readNamedFile(agencies, place, folder)
  return parseAgencies(text, path)
}

/** Which places a code of an address meant when. @throws {LienthongError} `config.…`, naming file, row and field. */
export function placesOf({ config, folder, tenant }: Pick<Assembly, 'config' | 'folder' | 'tenant'>): PlaceTable {
  const { places } = config
  return places === undefined ? noPlaces : parsePlaces(places, `tenants.${tenant}.places`, (name, place) => readNamedFile(name, place, folder))
}

/** The tenant's own code, and those of all that it continues: a dossier under any of them is the tenant's. */
export function ownCodesOf(assembly: Pick<Assembly, 'config' | 'folder' | 'tenant'>): string | readonly string[] {
  const { agencyCode } = assembly.config
  const others = agenciesOf(assembly).relativesOf(agencyCode)
  return others.length === 0 ? agencyCode : [agencyCode, ...others.map(({ code }) => code)]
}
