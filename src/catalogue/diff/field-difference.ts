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

/** As officers call them. */
export const fieldNames: Readonly<Record<DifferenceField, Text>> = {
  name: { en: 'Name', vi: 'Tên thủ tục' },
  sector: { en: 'Sector', vi: 'Lĩnh vực' },
  levels: { en: 'Level', vi: 'Cấp thực hiện' },
  timeLimit: { en: 'Time limit', vi: 'Thời hạn giải quyết' },
  fees: { en: 'Charges and fees', vi: 'Phí, lệ phí' },
  documents: { en: 'Documents', vi: 'Thành phần hồ sơ' },
  results: { en: 'Results', vi: 'Kết quả' },
  serviceLevel: { en: 'Online service', vi: 'Mức độ dịch vụ công' },
}

/** Several texts in one cell. */
export function joinTexts(texts: readonly Text[]): Text {
  return { en: texts.map(({ en }) => en).join('; '), vi: texts.map(({ vi }) => vi).join('; ') }
}
