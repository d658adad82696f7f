/** From a checked configuration to the parts that a pass needs: clients, sources, target. */
import { resolve } from 'node:path'
import { LienthongError } from '../base/index.js'
import { procedureDirectoryOf } from '../catalogue/index.js'
import type { Ledger } from '../ledger/index.js'
import { type ProcedureLookupTable, type ProcedureRows, procedureLines, procedureLookup, readProcedureRows } from '../mappers/index.js'
import type { DossierSource, SyncSettings, TenantSync } from '../sync/index.js'
import { assemblePortal } from './assemble-portal.js'
import { type LoadedConfig, readNamedFile, readSecret } from './load.js'
import { paidBillsOf } from './paid-bills.js'
import { type Assembly, type AssemblyOptions, ownCodesOf, tablesOf, tenantAssembly, transportOf } from './parts.js'
import { present } from './present.js'
import type { TenantConfig } from './schema.js'
import { fileOpenerOf } from './source-files.js'
import type { AssembledSource } from './sources/kind.js'
import { assembleKind, type SourceConfig } from './sources/kinds.js'

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

/** Everything a pass of one tenant needs. Nothing is sent before the first call. @throws {LienthongError} `config.…`. */
export async function assembleTenant(loaded: LoadedConfig, tenant: string, ledger: Ledger, options: AssemblyOptions = {}): Promise<TenantSync> {
  const assembly = tenantAssembly(loaded, tenant, options, await tenantDirectory(loaded, tenant, ledger))
  const { config } = assembly
  const sources: Record<string, DossierSource> = {}
  for (const [name, source] of Object.entries(config.sources)) sources[name] = assembleSource(assembly, name, source).port
  const payments = paidBillsOf(loaded, tenant, ledger)
  return {
    ledger,
    tenant,
    sources,
    ...(payments === undefined ? {} : { payments }),
    target: assemblePortal(assembly, config.portal).target,
    scope: config.scope,
    ownership: config.ownership,
    production: config.production,
    settings: present(config.sync) as Partial<SyncSettings>,
  }
}

/** A source with what else is known of it. @throws {LienthongError} `config.…`. */
export function assembleSource(assembly: Assembly, name: string, source: SourceConfig): AssembledSource {
  const { folder, tenant, procedures, clock, logger } = assembly
  const place = `tenants.${tenant}.sources.${name}`
  return assembleKind(source, {
    tenant,
    name,
    place,
    agencyCode: ownCodesOf(assembly),
    procedures,
    ...(clock === undefined ? {} : { clock }),
    ...(logger === undefined ? {} : { logger }),
    folder,
    path: (file) => resolve(folder, file),
    secret: (value, setting) => readSecret(value, `${place}.${setting}`, assembly),
    transport: (settings) => transportOf(assembly, settings, place),
    vault: assembly.vault,
    files: (setting, byId) => fileOpenerOf(assembly, setting, byId, place),
    tables(own, product, between) {
      const tables = tablesOf(assembly, own, product, between)
      return assembly.tablesFor?.(name, tables) ?? tables
    },
  })
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
