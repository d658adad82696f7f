/** What money is owed for. The directives name these; `other` is for what they will name next. */
export const dutyKinds = [
  /** Phí and lệ phí of an administrative procedure. */
  'fees',
  /** An administrative fine. */
  'fine',
  /** Taxes and land obligations. */
  'tax',
  'court-fee-advance',
  'social-insurance',
  'health-insurance',
  'other',
] as const
export type DutyKind = (typeof dutyKinds)[number]

export function isDutyKind(value: string): value is DutyKind {
  return dutyKinds.some((kind) => kind === value)
}
