/** What the payment platform took for a dossier, in the record that the national portal gets. docs/payments.md, "Back into the dossier" */
import { type Finding, type FindingRule, notesFor } from '../base/index.js'
import { codeKey, type Dossier, type Fee, formatVnd, type PaidDuty, sumVnd } from '../domain/index.js'
import type { KnownDossier, SyncLedger } from '../ledger/index.js'
import type { KeyedItem, ReadOutcome } from './records.js'

const paidDutyRules = {
  'fee.paid-beyond-source': {
    severity: 'info',
    says: {
      en: 'The payment platform took {paid} đồng for this dossier, its source lists fees of {listed} đồng: what was paid is reported beside them.',
      vi: 'Nền tảng thanh toán đã thu {paid} đồng cho hồ sơ này, hệ thống nguồn ghi {listed} đồng: khoản đã thu được báo cáo thêm.',
    },
    hint: { en: 'Enter the fees at the source, too.', vi: 'Ghi lệ phí ở hệ thống nguồn cho khớp.' },
  },
} as const satisfies Record<string, FindingRule>

export interface WithPaidDuties {
  readonly dossier: Dossier
  readonly findings: readonly Finding[]
}

/**
 * Shows what was paid: `DuocThanhToanTrucTuyen`, and the fees where the source tells of fewer. Doing it again changes nothing, so that a
 * payment is told once, however often the dossier is read.
 */
export function withPaidDuties(dossier: Dossier, duties: readonly PaidDuty[]): WithPaidDuties {
  const [first] = duties
  if (first === undefined) return { dossier, findings: [] }
  // Of several payments one at the national portal counts there.
  const onlinePayment = duties.some(({ paidThrough }) => paidThrough === 'national') ? 'national' : first.paidThrough
  const paid = duties.filter(({ duty }) => duty === 'fees').flatMap(({ lines }) => lines.filter(({ amount }) => amount > 0))
  if (paid.length === 0) return { dossier: { ...dossier, onlinePayment }, findings: [] }
  const listed = dossier.fees ?? []
  const [paidSum, listedSum] = [sumVnd(paid.map(({ amount }) => amount)), sumVnd(listed.map(({ amount }) => amount))]
  if (listedSum >= paidSum) return { dossier: { ...dossier, onlinePayment }, findings: [] }
  const note = notesFor<keyof typeof paidDutyRules>(paidDutyRules)
  if (listedSum > 0) note.add('fee.paid-beyond-source', 'fees', { paid: formatVnd(paidSum), listed: formatVnd(listedSum) })
  const fees = paid.map(({ name, code, amount }): Fee => ({ name, code, amount, paid: true, collectedAt: null, kind: null }))
  return { dossier: { ...dossier, onlinePayment, fees: [...without(listed, fees), ...fees] }, findings: note.findings }
}

/** Fees of the source that none of the paid ones can be: each paid amount stands for one of them. Zeros say nothing beside them. */
function without(listed: readonly Fee[], paid: readonly Fee[]): Fee[] {
  const left = paid.map(({ amount }) => amount)
  return listed.filter(({ amount }) => {
    const at = left.indexOf(amount)
    if (at >= 0) left.splice(at, 1)
    return at < 0 && amount > 0
  })
}

/** A record, as far as somebody may have paid for it. */
export interface Payable extends Pick<KeyedItem, 'key' | 'reading'> {
  readonly entry: KnownDossier | undefined
  /** undefined: it was not mapped. */
  readonly outcome: ReadOutcome | undefined
}

/** What was paid for each of these records, by their keys. */
export async function paidAmong(
  { ledger, tenant }: { readonly ledger: SyncLedger; readonly tenant: string },
  records: readonly Payable[],
): Promise<(key: string) => readonly PaidDuty[]> {
  const codes = new Map(records.map((record) => [record.key, codesOf(record)]))
  const duties = await ledger.paidDuties(tenant, [...new Set([...codes.values()].flat())])
  return (key) => (codes.get(key) ?? []).flatMap((code) => duties.get(code) ?? [])
}

/** The codes that somebody may have paid under. */
function codesOf({ reading, entry, outcome }: Payable): readonly string[] {
  const nationalCode = outcome !== undefined && 'ok' in outcome && outcome.ok ? outcome.value.nationalCode : null
  const codes = [reading?.traits.localCode, nationalCode, entry?.row.sent_code]
  return [...new Set(codes.flatMap((code) => (code == null || code.trim() === '' ? [] : [codeKey(code)])))]
}
