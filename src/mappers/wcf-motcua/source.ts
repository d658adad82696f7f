import type { FieldNames } from '../../connectors/wcf-motcua/wire.js'
import type { CodeTables } from '../tables/index.js'

/** `null` means "not read": unknown, never "none". */
export interface WcfSource {
  readonly dossier: unknown
  readonly steps: readonly unknown[] | null
}

export interface WcfMapping {
  readonly tables: CodeTables
  readonly provinceAgencyCode?: string | readonly string[]
  readonly fields?: FieldNames
  /** Texts of the states by their id. */
  readonly states?: ReadonlyMap<string, string>
}
