/** What the payment platform took for a dossier, in the record that the national portal gets. docs/payments.md, "Back into the dossier" */
import { asLienthongError, type Finding, type FindingRule, hours, type LienthongError, notesFor } from '../base/index.js'
import { codeKey, type Dossier, type Fee, formatVnd, type PaidDuty, sumVnd } from '../domain/index.js'
import type { KnownDossier, SyncLedger } from '../ledger/index.js'
import type { PaidBills } from './ports.js'
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
export function withPaidDuties(dossier: Dossier, known: readonly PaidDuty[]): WithPaidDuties {
  // What went back says nothing: the dossier is as its source has it.
  const duties = known.filter(({ takenBack }) => !takenBack)
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

export interface PayingOptions {
  readonly ledger: SyncLedger
  readonly tenant: string
  readonly source: string
  readonly payments?: PaidBills
  /** Nothing may be written. */
  readonly dry: boolean
}

/** What was paid for dossiers of a tenant, as far as one reading is concerned. */
export interface Paying {
  readonly isAny: boolean
  /** Of a dry run: what is not in the ledger yet. */
  readonly fresh: readonly PaidDuty[]
  /** Of a dry run: digests of records that a pass would read again. */
  readonly untold: ReadonlySet<string>
  /** Why the books of payments could not be read. What is known of them already is told all the same. */
  readonly warning: LienthongError | undefined
}

/** Clocks of processes differ, and what is paid in one moment may be written in another. */
const OVERLAP_MS = hours(1)

/** Takes over what was paid, and has the dossiers read again of which nobody has told it. */
export async function payingOf(options: PayingOptions): Promise<Paying> {
  const { ledger, tenant, source, dry } = options
  const fresh: PaidDuty[] = []
  const warning = await takeOver(options, (duties) => (dry ? void fresh.push(...duties) : ledger.keepPaid(tenant, duties)))
  const isAny = fresh.length > 0 || (await ledger.paidUntil(tenant)) !== null
  if (isAny && !dry) await ledger.readPaidAgain(tenant, source)
  const untold = isAny && dry ? [...(await ledger.untoldDigests(tenant, source)), ...(await digestsOf(options, fresh))] : []
  return { isAny, fresh, untold: new Set(untold), warning }
}

/** Books that cannot be read keep no dossier from being told. */
async function takeOver(options: PayingOptions, take: (duties: readonly PaidDuty[]) => Promise<void> | void): Promise<LienthongError | undefined> {
  const { ledger, tenant, payments, dry } = options
  if (payments === undefined) return undefined
  const startedAt = ledger.clock.now()
  try {
    for await (const duties of payments.since(await unreadSince(options, startedAt))) await take(duties)
    if (!dry) await ledger.keepNote(takenOverNote(tenant), String(startedAt))
    return undefined
  } catch (error) {
    return asLienthongError(error)
  }
}

/**
 * From when on the books are read. Neither time is relied on alone: one payment that a fast clock stamped with tomorrow must not hide those
 * that come after it, nor must a fast clock of ours. A last time in the future says that our clock was set back: then everything is read.
 */
async function unreadSince({ ledger, tenant }: PayingOptions, now: number): Promise<number> {
  const last = Number((await ledger.note(takenOverNote(tenant))) ?? Number.NaN)
  if (!(last <= now)) return 0
  return Math.max(0, Math.min(last, (await ledger.paidUntil(tenant)) ?? last) - OVERLAP_MS)
}

/** When everything that was paid had been taken over, by our clock. */
function takenOverNote(tenant: string): string {
  return `paid/${tenant}`
}

async function digestsOf({ ledger, tenant, source }: PayingOptions, duties: readonly PaidDuty[]): Promise<readonly string[]> {
  const holders = await ledger.codeHolders(tenant, [...new Set(duties.map(({ dossier }) => dossier))])
  return [...holders.values()].flatMap(({ row }) => (row.source === source && row.source_digest !== null ? [row.source_digest] : []))
}

/** A record, as far as somebody may have paid for it. */
export interface Payable extends Pick<KeyedItem, 'key' | 'reading'> {
  readonly entry: KnownDossier | undefined
  /** undefined: it was not mapped. */
  readonly outcome: ReadOutcome | undefined
}

/** What was paid for each of these records, by their keys. */
export async function paidAmong(
  { ledger, tenant, paying }: { readonly ledger: SyncLedger; readonly tenant: string; readonly paying: Paying },
  records: readonly Payable[],
): Promise<(key: string) => readonly PaidDuty[]> {
  if (!paying.isAny) return () => []
  const codes = new Map(records.map((record) => [record.key, codesOf(record)]))
  const known = await ledger.paidDuties(tenant, [...new Set([...codes.values()].flat())])
  const duties = new Map([...known, ...paying.fresh].map((duty) => [duty.bill, duty]))
  const byDossier = Map.groupBy(duties.values(), ({ dossier }) => dossier)
  return (key) => (codes.get(key) ?? []).flatMap((code) => byDossier.get(code) ?? [])
}

/** The codes that somebody may have paid under. */
function codesOf({ reading, entry, outcome }: Payable): readonly string[] {
  const nationalCode = outcome !== undefined && 'ok' in outcome && outcome.ok ? outcome.value.nationalCode : null
  const codes = [reading?.traits.localCode, nationalCode, entry?.row.sent_code]
  return [...new Set(codes.flatMap((code) => (code == null || code.trim() === '' ? [] : [codeKey(code)])))]
}
