import type { DutyKind, PaymentLineKind } from '../../domain/index.js'

/** What our words are on the wire. Data, so that an installation writes over them. contracts/payment-platform.md §4.7, §5.1 */
export interface PaymentCodes {
  /** `MaDichVu`; null: this platform has no code for it. */
  readonly duties: Readonly<Record<DutyKind, string | null>>
  /** `LoaiPhiLePhi` */
  readonly lines: Readonly<Record<PaymentLineKind, string>>
  /** Duties whose code nobody public uses: each bill says so. */
  readonly assumed: readonly DutyKind[]
  /** Behind `MaTTHC` where a procedure names no service (`MaDVC`). */
  readonly serviceSuffix: string
}

export const defaultPaymentCodes: PaymentCodes = {
  duties: { fine: '1', fees: '2', tax: '3', 'court-fee-advance': '4', 'social-insurance': '5', 'health-insurance': '5', other: null },
  lines: { charge: '1', fee: '2', other: '2' },
  assumed: ['tax', 'court-fee-advance', 'social-insurance', 'health-insurance'],
  serviceSuffix: '.01',
}
