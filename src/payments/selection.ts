/** Of rows that each say for which bills and days they hold: the one that says most about a bill. contracts/payment-platform.md §3 */
import { type DutyKind, isValidOn, type LocalDate } from '../domain/index.js'

/** What a row holds for; whatever is absent, it holds for all of it. */
export interface BillRange {
  readonly duty?: DutyKind
  readonly agency?: string
  /** Code of the procedure, as bills name it. */
  readonly procedure?: string
  readonly validFrom: LocalDate | null
  /** First day on which it holds no more. */
  readonly validTo: LocalDate | null
}

/** What is known of a bill when something is chosen for it. */
export interface BillQuestion {
  readonly duty?: DutyKind
  readonly agency: string
  readonly procedure: string | null
  readonly on: LocalDate
}

/** A procedure says more than an agency, an agency more than a kind of duty. */
const WEIGHTS = [
  ['procedure', 4],
  ['agency', 2],
  ['duty', 1],
] as const

/** The rows that hold for a bill on its day and of which none says more than the others: none, one, or several that contradict each other. */
export function mostSpecific<Row extends BillRange>(rows: readonly Row[], { on, ...bill }: BillQuestion): readonly Row[] {
  const fitting = rows.filter((row) => isValidOn(row, on) && WEIGHTS.every(([name]) => row[name] === undefined || row[name] === bill[name]))
  const most = Math.max(...fitting.map(weightOf))
  return fitting.filter((row) => weightOf(row) === most)
}

function weightOf(row: BillRange): number {
  return WEIGHTS.reduce((sum, [name, weight]) => sum + (row[name] === undefined ? 0 : weight), 0)
}
