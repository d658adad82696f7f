/** Every kind of source that a configuration can name. */
import { z } from 'zod'
import { settingMessage } from '../../base/index.js'
import type { Product } from '../../mappers/index.js'
import { customKind } from './custom.js'
import { ndjsonKind } from './file-ndjson.js'
import { hcmLgspKind } from './hcm-lgsp.js'
import { igateKind } from './igate2.js'
import type { AssembledSource, SourceKind, SourceSite } from './kind.js'
import { csvKind, htmlKind, xlsxKind } from './office-file.js'
import { openCpsKind } from './opencps-v2.js'
import { lgspMsyncKind, relayPushKind } from './pushed.js'
import { tdKind } from './td-mssql.js'
import { wcfKind } from './wcf-motcua.js'

const kinds: readonly Pick<SourceKind, 'dialect' | 'product' | 'example'>[] = [
  openCpsKind,
  igateKind,
  tdKind,
  wcfKind,
  csvKind,
  xlsxKind,
  htmlKind,
  lgspMsyncKind,
  relayPushKind,
  ndjsonKind,
  hcmLgspKind,
  customKind,
]
const names = kinds.map(({ dialect }) => dialect).join(', ')

const schemas = [
  openCpsKind.schema,
  igateKind.schema,
  tdKind.schema,
  wcfKind.schema,
  csvKind.schema,
  xlsxKind.schema,
  htmlKind.schema,
  lgspMsyncKind.schema,
  relayPushKind.schema,
  ndjsonKind.schema,
  hcmLgspKind.schema,
  customKind.schema,
] as const
export const source = z.discriminatedUnion('dialect', schemas, {
  error: settingMessage({ en: `a source needs a "dialect": ${names}`, vi: `nguồn cần có "dialect": ${names}` }),
})
export type SourceConfig = z.output<typeof source>

/** What `init` writes for each. */
export const sourceExamples: Readonly<Record<string, z.input<typeof source>>> = Object.fromEntries(
  kinds.map(({ dialect, example }) => [dialect, example as z.input<typeof source>]),
)

/** @throws {LienthongError} `config.…`, naming the setting */
export function assembleKind(settings: SourceConfig, site: SourceSite): AssembledSource {
  // The schema has made sure that there is one, and that these are its settings.
  const kind = kinds.find(({ dialect }) => dialect === settings.dialect) as unknown as SourceKind
  return kind.assemble(settings, site)
}

/** Whose default tables a source is read with. */
export function productOf({ dialect }: SourceConfig): Product {
  return kinds.find((kind) => kind.dialect === dialect)?.product ?? (dialect as Product)
}
