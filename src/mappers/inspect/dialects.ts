import type { Product } from '../tables/index.js'
import { inspectCanonical } from './canonical.js'
import type { Collector } from './collector.js'
import { inspectHcmLgsp } from './hcm-lgsp.js'
import { inspectIgate } from './igate.js'
import type { InspectInput } from './input.js'
import { inspectLgspMsync } from './lgsp-msync.js'
import { inspectOfficeFiles } from './office-files.js'
import { inspectOpenCps } from './opencps.js'
import { inspectRelayPush } from './relay-push.js'
import { inspectTd } from './td-mssql.js'
import { inspectWcf } from './wcf-motcua.js'

/** How the files of one dialect are read. Adding a dialect is adding a row. */
export interface InspectDialect {
  readonly name: string
  /** Whose default tables it is read with. */
  readonly product: Product
  read(input: InspectInput, found: Collector): Promise<void>
}

export const inspectDialects: readonly InspectDialect[] = [
  { name: 'opencps-v2', product: 'opencps-v2', read: inspectOpenCps },
  { name: 'igate2', product: 'igate2', read: inspectIgate },
  { name: 'td-mssql', product: 'td-mssql', read: inspectTd },
  { name: 'wcf-motcua', product: 'wcf-motcua', read: inspectWcf },
  { name: 'file-csv', product: 'file-csv', read: inspectOfficeFiles('csv') },
  { name: 'file-xlsx', product: 'file-csv', read: inspectOfficeFiles('xlsx') },
  { name: 'file-html', product: 'file-csv', read: inspectOfficeFiles('html') },
  { name: 'lgsp-msync', product: 'lgsp-msync', read: inspectLgspMsync },
  { name: 'hcm-lgsp', product: 'hcm-lgsp', read: inspectHcmLgsp },
  { name: 'relay-push', product: 'relay-push', read: inspectRelayPush },
  { name: 'ndjson', product: 'ndjson', read: inspectCanonical },
]
