import type { Product } from '../tables/index.js'
import { inspectCanonical } from './canonical.js'
import type { Collector } from './collector.js'
import type { InspectInput } from './input.js'
import { inspectOfficeFiles } from './office-files.js'
import { inspectOpenCps } from './opencps.js'

/** How the files of one dialect are read. Adding a dialect is adding a row. */
export interface InspectDialect {
  readonly name: string
  /** Whose default tables it is read with. */
  readonly product: Product
  read(input: InspectInput, found: Collector): Promise<void>
}

export const inspectDialects: readonly InspectDialect[] = [
  { name: 'opencps-v2', product: 'opencps-v2', read: inspectOpenCps },
  { name: 'file-csv', product: 'file-csv', read: inspectOfficeFiles('csv') },
  { name: 'file-xlsx', product: 'file-csv', read: inspectOfficeFiles('xlsx') },
  { name: 'file-html', product: 'file-csv', read: inspectOfficeFiles('html') },
  { name: 'ndjson', product: 'ndjson', read: inspectCanonical },
]
