import type { DutyKind } from './duty.js'
import type { PaymentLine } from './request.js'

/** Through whose gateway money came: what the national portal is told of it. contracts/national-portal.md §5.9 */
export type PaidThrough = 'national' | 'provincial'

/** A bill of a dossier that the payment platform took the money for. */
export interface PaidDuty {
  /** The bill's id. */
  readonly bill: string
  /** Its dossier’s code, as `codeKey` gives it. */
  readonly dossier: string
  /** Milliseconds. */
  readonly paidAt: number
  readonly duty: DutyKind
  readonly lines: readonly PaymentLine[]
  readonly paidThrough: PaidThrough
  /** The money went back, and the bill pays nothing any more. */
  readonly takenBack: boolean
}
