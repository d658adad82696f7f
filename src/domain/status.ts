import type { Text } from '../base/index.js'

/**
 * The national status of a dossier (`TrangThaiHoSo`, contracts/national-portal.md §5.1). 1 to 10 are known;
 * other numbers pass through, since the portal's own table may grow.
 */
export type DossierStatus = number

interface StatusEntry {
  readonly says: Text
  /** Ends processing for the national clock. contracts/rules-and-indicators.md §5.3 */
  readonly endsProcessing: boolean
  /** Nothing more is expected of the dossier, unless an officer takes a step back. */
  readonly terminal: boolean
}

export const dossierStatuses: Readonly<Record<number, StatusEntry>> = {
  1: { says: { vi: 'Mới đăng ký', en: 'submitted' }, endsProcessing: false, terminal: false },
  2: { says: { vi: 'Được tiếp nhận', en: 'received' }, endsProcessing: false, terminal: false },
  3: { says: { vi: 'Không được tiếp nhận', en: 'refused at intake' }, endsProcessing: true, terminal: true },
  4: { says: { vi: 'Đang xử lý', en: 'processing' }, endsProcessing: false, terminal: false },
  5: { says: { vi: 'Yêu cầu bổ sung giấy tờ', en: 'supplement requested' }, endsProcessing: false, terminal: false },
  6: { says: { vi: 'Yêu cầu thực hiện nghĩa vụ tài chính', en: 'payment requested' }, endsProcessing: false, terminal: false },
  7: { says: { vi: 'Công dân yêu cầu rút hồ sơ', en: 'withdrawn' }, endsProcessing: true, terminal: false },
  8: { says: { vi: 'Dừng xử lý', en: 'stopped' }, endsProcessing: true, terminal: false },
  9: { says: { vi: 'Đã xử lý xong', en: 'processed' }, endsProcessing: true, terminal: false },
  10: { says: { vi: 'Đã trả kết quả', en: 'result returned' }, endsProcessing: true, terminal: true },
}

export const SUPPLEMENT_REQUESTED: DossierStatus = 5

export function isKnownStatus(status: DossierStatus): boolean {
  return dossierStatuses[status] !== undefined
}

/** Whether a later pass must read the dossier again although nobody reports a change. */
export function isOpen(status: DossierStatus | null): boolean {
  return status === null || !(dossierStatuses[status]?.terminal ?? false)
}
