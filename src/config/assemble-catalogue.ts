/** From a checked configuration to the two catalogues that `catalogue` commands read. */
import { days, LienthongError } from '../base/index.js'
import { type CatalogueSource, listedCatalogue, nationalCatalogue } from '../catalogue/index.js'
import {
  type CatalogueTarget,
  type CatalogueUploadOptions,
  catalogueUpload,
  type ProcedureDatabase,
  type ProcedureDatabaseDialect,
  procedureDatabase,
  procedureDatabaseDialects,
} from '../connectors/index.js'
import { procedureLookup } from '../mappers/index.js'
import { assembleSource, readProcedures } from './assemble.js'
import type { LoadedConfig } from './load.js'
import { type Assembly, type AssemblyOptions, secretsIn, tenantAssembly, transportOf } from './parts.js'
import { present } from './present.js'

export interface TenantCatalogues {
  /** Absent where the configuration names no procedure database. */
  readonly national?: { readonly source: CatalogueSource; readonly client: ProcedureDatabase; readonly maxAgeMs?: number }
  /** Absent where the configuration names no list of procedures. */
  readonly local?: { readonly source: CatalogueSource }
}

/**
 * Both catalogues of a tenant, as `catalogue pull` reads them. Nothing is asked before the first page.
 *
 * @throws {LienthongError} `config.…`, naming setting, file and line.
 */
export function assembleCatalogues(loaded: LoadedConfig, tenant: string, options: AssemblyOptions = {}): TenantCatalogues {
  return cataloguesOf(loaded, tenantAssembly(loaded, tenant, options, procedureLookup([])))
}

/** The same, of a tenant whose settings were put together already. */
export function cataloguesOf(loaded: LoadedConfig, assembly: Assembly): TenantCatalogues {
  const { tenant } = assembly
  const national = nationalOf(assembly)
  const local = localOf(loaded, assembly)
  if (national === undefined && local === undefined) {
    throw new LienthongError('config.invalid', {
      values: {
        place: `tenants.${tenant}`,
        problem: {
          en: 'a catalogue needs “procedureDatabase” (the national side) or “procedures” (the province’s list): docs/catalogue.md',
          vi: 'danh mục cần “procedureDatabase” (phía quốc gia) hoặc “procedures” (danh mục của tỉnh): docs/catalogue.md',
        },
      },
    })
  }
  return { ...(national === undefined ? {} : { national }), ...(local === undefined ? {} : { local }) }
}

function nationalOf(assembly: Assembly): TenantCatalogues['national'] {
  const { config, tenant } = assembly
  const database = config.procedureDatabase
  if (database === undefined) return undefined
  const place = `tenants.${tenant}.procedureDatabase`
  const dialect = database.dialect as string | ProcedureDatabaseDialect
  const { needs, uses = [] } = (typeof dialect === 'string' ? procedureDatabaseDialects.get(dialect) : dialect) ?? { needs: [] }
  const asksForUnit = [...(Array.isArray(needs) ? needs : []), ...uses].includes('agencyCode')
  const { unitCode, dstcode, endpoints, outcomes, maxAnswerBytes, maxAgeDays, sector, dictionaries } = database
  const client = procedureDatabase({
    baseUrl: database.url,
    dialect,
    credentials: secretsIn(assembly, database.credentials, `${place}.credentials`),
    ...(asksForUnit ? { agencyCode: config.agencyCode } : {}),
    ...present({ unitCode, dstcode, endpoints: endpoints && present(endpoints), outcomes: outcomes as never, maxAnswerBytes }),
    ...transportOf(assembly, database, place),
  })
  return {
    client,
    source: nationalCatalogue({ client, ...present({ sector, dictionaries }) }),
    ...(maxAgeDays === undefined ? {} : { maxAgeMs: days(maxAgeDays) }),
  }
}

function localOf(loaded: LoadedConfig, assembly: Assembly): TenantCatalogues['local'] {
  const { config, tenant } = assembly
  const { procedures } = config
  if (procedures === undefined) return undefined
  if (!('source' in procedures)) return { source: listedCatalogue(readProcedures(loaded, tenant).procedures) }
  const source = config.sources[procedures.source]
  const { catalogue } = source === undefined ? {} : assembleSource(assembly, procedures.source, source)
  if (catalogue === undefined) {
    const systems = Object.entries(config.sources).flatMap(([name, one]) => (assembleSource(assembly, name, one).catalogue ? [name] : []))
    const known = systems.length === 0 ? '–' : systems.join(', ')
    throw new LienthongError('config.invalid', {
      values: {
        place: `tenants.${tenant}.procedures.source`,
        problem: {
          en: `“${procedures.source}” is no source that keeps a catalogue; those that do: ${known}`,
          vi: `“${procedures.source}” không phải nguồn có danh mục thủ tục; các nguồn có: ${known}`,
        },
      },
    })
  }
  return { source: catalogue }
}

/** Where offers are uploaded to; undefined: nowhere, as long as nobody configured it. @throws {LienthongError} `config.…`. */
export function assembleUpload(assembly: Assembly): CatalogueTarget | undefined {
  const { config, tenant } = assembly
  const upload = config.publish?.upload
  if (upload === undefined) return undefined
  const place = `tenants.${tenant}.publish.upload`
  const { url, service, headers, envelope, fields, feeFields, levels, feeKinds, success, offersPerCall } = upload
  const { username, password, token } = secretsIn(assembly, upload.credentials, `${place}.credentials`)
  const auth =
    upload.auth === 'none'
      ? { kind: 'none' }
      : upload.auth === 'bearer'
        ? { kind: 'bearer', token }
        : { kind: 'session', loginUrl: upload.loginUrl, username, password }
  // The client checks what it is given, and names what is missing.
  return catalogueUpload({
    url,
    service,
    auth,
    ...present({ headers, envelope, fields, feeFields, levels, feeKinds, success, offersPerCall }),
    ...transportOf(assembly, upload, place),
  } as CatalogueUploadOptions)
}
