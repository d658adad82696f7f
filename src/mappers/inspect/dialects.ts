import type { Product } from '../tables/index.js'
import { inspectCanonical } from './canonical.js'
import type { Collector } from './collector.js'
import { inspectOfficeFiles } from './office-files.js'
import { inspectOpenCps } from './opencps.js'

export interface InspectFile {
  /** As it appears in problems. */
  readonly name: string
  readonly bytes: Uint8Array
}

export interface InspectInput {
  readonly files: readonly InspectFile[]
  readonly agencyCode?: string
}

/** How the files of one dialect are read. Adding a dialect is adding a row. */
export interface InspectDialect {
  readonly name: string
  /** Whose default tables it is read with. */
  readonly product: Product
  read(input: InspectInput, found: Collector): Promise<void>
}

export const inspectDialects: readonly InspectDialect[] = [
  { name: 'opencps-v2', product: 'opencps-v2', read: inspectOpenCps },
  { name: 'file-csv', product: 'file-csv', read: inspectOfficeFiles },
  { name: 'ndjson', product: 'ndjson', read: inspectCanonical },
]
