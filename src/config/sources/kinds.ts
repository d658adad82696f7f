/** Every kind of source that a configuration can name. */
import { z } from 'zod'
import { settingMessage } from '../../base/index.js'
import { csvKind } from './file-csv.js'
import { ndjsonKind } from './file-ndjson.js'
import type { AssembledSource, SourceKind, SourceSite } from './kind.js'
import { openCpsKind } from './opencps-v2.js'

const kinds: readonly Pick<SourceKind, 'dialect' | 'example'>[] = [openCpsKind, csvKind, ndjsonKind]
const names = kinds.map(({ dialect }) => dialect).join(', ')

export const source = z.discriminatedUnion('dialect', [openCpsKind.schema, csvKind.schema, ndjsonKind.schema], {
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
