/** The files of a tenant, ready to be served. docs/file-links.md */
import type { Ledger } from '../ledger/index.js'
import type { DossierSource, FileType } from '../sync/index.js'
import { assembleSource, tenantDirectory } from './assemble.js'
import type { LoadedConfig } from './load.js'
import { type AssemblyOptions, tenantAssembly } from './parts.js'
import { present } from './present.js'
import type { TenantConfig } from './schema.js'

/** The files of one tenant, as the handler of `lienthong/handlers` takes them. */
export interface ServedFiles {
  readonly sources: Readonly<Record<string, DossierSource>>
  readonly maxBytes?: number
  readonly types?: readonly FileType[]
  readonly cacheSeconds?: number
}

/** Nothing is asked before the first link is opened. @returns undefined where the tenant has no `files`. @throws {LienthongError} `config.…` */
export async function assembleFiles(
  loaded: LoadedConfig,
  tenant: string,
  ledger: Ledger,
  options: AssemblyOptions = {},
): Promise<ServedFiles | undefined> {
  const { files } = loaded.config.tenants[tenant] as TenantConfig
  if (files === undefined) return undefined
  const assembly = tenantAssembly(loaded, tenant, options, await tenantDirectory(loaded, tenant, ledger))
  const sources = Object.fromEntries(
    Object.entries(assembly.config.sources).map(([name, source]) => [name, assembleSource(assembly, name, source).port]),
  )
  const { maxBytes, types, cacheSeconds } = files
  return { sources, ...(present({ maxBytes, types, cacheSeconds }) as Omit<ServedFiles, 'sources'>) }
}
