/** How payments are told to people. */
import type { Text } from '../../../base/index.js'
import { instant, isoInstant, type TransactionState } from '../../../domain/index.js'
import type { BillState } from '../../../ledger/index.js'
import type { Session } from '../../session.js'

export const attemptStates: Readonly<Record<TransactionState, Text>> = {
  created: { en: 'written down, not sent', vi: 'đã ghi, chưa gửi' },
  initiated: { en: 'the citizen may be paying', vi: 'người dân có thể đang nộp' },
  pending: { en: 'nobody knows yet', vi: 'chưa rõ kết quả' },
  paid: { en: 'paid', vi: 'đã nộp' },
  failed: { en: 'failed', vi: 'không thành công' },
  expired: { en: 'its page closed unpaid', vi: 'trang đã đóng, chưa nộp' },
  receipted: { en: 'paid, receipt kept', vi: 'đã nộp, đã có biên lai' },
  reconciled: { en: 'paid and settled', vi: 'đã nộp và đối soát' },
  disputed: { en: 'money that does not belong', vi: 'tiền không khớp khoản thu' },
  'refund-requested': { en: 'to be given back', vi: 'chờ hoàn' },
  refunded: { en: 'given back', vi: 'đã hoàn' },
}

export const billStates: Readonly<Record<BillState, Text>> = {
  open: { en: 'open', vi: 'chưa nộp' },
  paid: { en: 'paid', vi: 'đã nộp' },
  cancelled: { en: 'cancelled', vi: 'đã hủy' },
}

/** `150,000 đ`. */
export function money(session: Session, amount: number): string {
  return `${session.count(amount)} đ`
}

export function time(milliseconds: number): string {
  return isoInstant(instant(milliseconds))
}

export function timeOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : time(milliseconds)
}
