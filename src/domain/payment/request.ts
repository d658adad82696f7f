import type { CodeAndName } from '../dossier.js'
import { sumVnd, type Vnd } from '../money.js'
import type { Instant, LocalDate } from '../time.js'
import type { DutyKind } from './duty.js'

/** `charge` is phí, `fee` is lệ phí; what is neither (a fine, interest, a tax) is `other`. */
export type PaymentLineKind = 'charge' | 'fee' | 'other'

/** One amount of a bill. Lines always add up to what is paid: a bill has no total of its own. */
export interface PaymentLine {
  readonly kind: PaymentLineKind
  /** Code of the national catalogue's fee list, where the procedure has one. */
  readonly code: string | null
  readonly name: string
  readonly amount: Vnd
}

export interface Payer {
  readonly name: string
  /** Personal number, or tax code of a business. */
  readonly idNumber: string | null
  readonly address: string | null
  readonly province: string | null
}

/** Where the money goes: an account of the agency, or of the State Treasury. */
export interface Beneficiary {
  readonly account: string
  readonly bankCode: string
  readonly accountName: string
}

/** Of a fine: the decision that imposes it. contracts/payment-platform.md §4.6 */
export interface FineDecision {
  readonly number: string
  readonly decidedOn: LocalDate
  readonly authority: CodeAndName
  readonly kind: CodeAndName
  /** State Treasury unit that collects it. */
  readonly treasury: string
  readonly budgetAccount: string | null
  readonly violator: string | null
  readonly violatedAt: Instant | null
  readonly place: string | null
}

/** Of a tax: what identifies it at the treasury (§7.3). */
export interface TaxNotice {
  readonly taxCode: string
  readonly noticeNumber: string
  readonly noticeDate: LocalDate
  readonly authority: CodeAndName
  readonly treasury: string
  readonly budgetAccount: string
}

/** Of an insurance contribution (§7.7). The amount comes from the insurer's service, never from a computation of ours. */
export interface InsuranceTerm {
  readonly number: string
  readonly months: number
  readonly from: LocalDate
  readonly until: LocalDate
}

/** Money that somebody owes under a dossier, a decision or a notice, as it is put to the platform. */
export interface PaymentRequest {
  readonly duty: DutyKind
  /** Dossier, decision or notice: what the citizen types to find the bill. */
  readonly billCode: string
  readonly dossierCode: string | null
  readonly agency: { readonly code: string; readonly name: string }
  readonly procedure: { readonly code: string; readonly name: string; readonly service: CodeAndName } | null
  readonly payer: Payer
  readonly lines: readonly PaymentLine[]
  readonly beneficiary: Beneficiary
  readonly decision: FineDecision | null
  readonly tax: TaxNotice | null
  readonly insurance: InsuranceTerm | null
  /** On the payer's bank statement. */
  readonly narration: string
}

export function totalOf(request: Pick<PaymentRequest, 'lines'>): Vnd {
  return sumVnd(request.lines.map(({ amount }) => amount))
}
