/** How a configuration names one kind of source, and what becomes of it. Adding a kind is adding a file here and its row in `kinds.ts`. */
import type { z } from 'zod'
import type { Clock, Logger, Text } from '../../base/index.js'
import type { CatalogueSource } from '../../catalogue/index.js'
import type { TransportOptions } from '../../connectors/index.js'
import type { Vault } from '../../ledger/index.js'
import type { CodeTables, Product, TablesInput } from '../../mappers/index.js'
import type { DossierSource, FileOpenerOptions, ProcedureDirectory } from '../../sync/index.js'
import type { SecretRef, SourceFilesSetting, TablesSetting, TransportSettings } from '../shapes.js'

export interface SourceKind<Schema extends z.ZodObject = z.ZodObject> {
  readonly dialect: string
  /** Whose default tables it is read with, where that is not the product of its name. */
  readonly product?: Product
  /** With `dialect` as a literal. */
  readonly schema: Schema
  /** What `init` writes: the least that works, against the sandbox where it is a system. */
  readonly example: z.input<Schema>
  /** Nothing is asked before the first call. @throws {LienthongError} `config.…`, naming the setting. */
  assemble(settings: z.output<Schema>, site: SourceSite): AssembledSource
}

/** What a source is put together with. */
export interface SourceSite {
  readonly tenant: string
  /** Of the source, under `sources`. */
  readonly name: string
  /** For messages: `tenants.cao-bang.sources.one-stop`. */
  readonly place: string
  /** The province's own code, and those of agencies that it continues. */
  readonly agencyCode: string | readonly string[]
  readonly procedures: ProcedureDirectory
  readonly clock?: Clock
  readonly logger?: Logger
  /** Where relative paths start. */
  readonly folder: string
  /** A path of the configuration, from the configuration's folder. */
  path(file: string): string
  /** @param setting below {@link place}: `credentials.password` */
  secret(value: string | SecretRef, setting: string): string
  transport(settings: TransportSettings): TransportOptions
  /** Made of the ledger's key, for what a source keeps of its own. @throws {LienthongError} `ledger.key_missing` */
  vault(): Vault
  /** The source's own tables, else the tenant's, over the product's defaults and what lies between. */
  tables(own: TablesSetting | undefined, product: Product, between?: readonly TablesInput[]): CodeTables
  /**
   * For `DossierSource.openFile`, from the source's setting `files`.
   *
   * @param byId opens what the source names by an id of its own; its own clients know how
   */
  files(setting: SourceFilesSetting | undefined, byId?: FileOpenerOptions['byId']): NonNullable<DossierSource['openFile']>
}

export interface AssembledSource {
  readonly port: DossierSource
  /** Of a source that is a system: what `doctor` asks. */
  readonly system?: SourceSystem
  /** Of a source that reads files: all of them must be readable. */
  readonly files?: readonly string[]
  /** Of a source that takes files out of folders: all of them must be readable and writable. */
  readonly folders?: readonly string[]
  /** Of a source without a system: what to do when it holds nothing. */
  readonly emptyHint?: Text
  /** What of its dialect nobody has confirmed: `doctor` says it. */
  readonly experimental?: Text
  /** Its own catalogue, for `catalogue pull`. */
  readonly catalogue?: CatalogueSource
}

export interface SourceSystem {
  readonly host: string
  /** One call with our credentials. @returns how many dossiers it shows; null where it does not say. @throws as the connector */
  probe(signal?: AbortSignal): Promise<number | null>
  /** What to look at when it lets us in and shows nothing. */
  readonly emptyHint: Text
}

/** Keeps the schema's type. */
export function sourceKind<Schema extends z.ZodObject>(kind: SourceKind<Schema>): SourceKind<Schema> {
  return kind
}
