import type { Text } from '../../base/index.js'

export type DifferenceField = 'name' | 'sector' | 'levels' | 'timeLimit' | 'fees' | 'documents' | 'results' | 'serviceLevel'

export interface FieldDifference {
  readonly field: DifferenceField
  /** `warn`: somebody must act. `info`: the province may do so; look whether it means to. */
  readonly severity: 'warn' | 'info'
  readonly local: Text
  readonly national: Text
  /** What to do. */
  readonly says: Text
}

/** Several texts in one cell. */
export function joinTexts(texts: readonly Text[]): Text {
  return { en: texts.map(({ en }) => en).join('; '), vi: texts.map(({ vi }) => vi).join('; ') }
}
