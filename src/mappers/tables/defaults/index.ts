import type { DefaultTables, Product } from '../schema.js'
import { common } from './common.js'
import { hcmLgsp } from './hcm-lgsp.js'
import { igate } from './igate2.js'
import { lgspMsync } from './lgsp-msync.js'
import { openCps } from './opencps-v2.js'
import { registerFile } from './register-file.js'
import { relayPush } from './relay-push.js'
import { td } from './td-mssql.js'

/** The defaults of each product, as one province's file would write them. A product has a file of its own here. */
export const defaultTables: Readonly<Record<Product, readonly DefaultTables[]>> = {
  'opencps-v2': [common, openCps],
  'lgsp-msync': [common, lgspMsync],
  'relay-push': [common, relayPush],
  'hcm-lgsp': [common, hcmLgsp],
  igate2: [common, igate],
  'td-mssql': [common, td],
  'wcf-motcua': [common],
  'file-csv': [common, registerFile],
  ndjson: [common],
  // A source that a province defines brings its own.
  custom: [common],
}
