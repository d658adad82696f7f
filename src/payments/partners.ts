/** Under which partner code a bill is paid, and with which secret: by agency, procedure, kind of duty and day. contracts/payment-platform.md §3 */
import { type Clock, days, LienthongError } from '../base/index.js'
import type { PaymentPlatform, ReceivedResult } from '../connectors/index.js'
import { instant, isValidOn, type LocalDate, localDateOf } from '../domain/index.js'
import { type BillQuestion, type BillRange, mostSpecific } from './selection.js'

/** A partner code and the bills that are paid under it. */
export interface PartnerRow extends BillRange {
  /** `MaDoiTac`, `client_id` or `partnerCode`, as issued. */
  readonly partner: string
}

/**
 * The partner code for a bill: of those that hold on the day, the one that says most about it.
 *
 * @throws {LienthongError} `payment.no_partner`; `payment.partner_unclear` when several say as much
 */
export function partnerFor(rows: readonly PartnerRow[], question: BillQuestion): string {
  const partners = [...new Set(mostSpecific(rows, question).map(({ partner }) => partner))]
  const [found, ...others] = partners
  const { agency, procedure, on } = question
  const about = { agency, procedure: procedure ?? '–', day: on }
  if (found === undefined) throw new LienthongError('payment.no_partner', { values: about })
  if (others.length > 0) throw new LienthongError('payment.partner_unclear', { values: { ...about, partners: partners.join(', ') } })
  return found
}

/** A client for one partner code, and the days on which its addresses and secrets hold. */
export interface DatedPlatform {
  readonly platform: PaymentPlatform
  readonly validFrom: LocalDate | null
  readonly validTo: LocalDate | null
}

/** Results about the last payments under an old secret still come so long after its last day (§12.3). */
const LATE_RESULTS_MS = days(3)

/**
 * One partner code whose secrets or addresses change on a day: what goes out is signed with those of today, what comes in with those of
 * today or of the last three days.
 *
 * @param rows at least one; of several none for the same day
 */
export function platformByDay(rows: readonly [DatedPlatform, ...DatedPlatform[]], clock: Clock): PaymentPlatform {
  const [first, ...others] = rows
  if (others.length === 0) return first.platform
  const inOrder = rows.toSorted((a, b) => ((a.validFrom ?? '') < (b.validFrom ?? '') ? -1 : 1))
  const on = (ms: number) => localDateOf(instant(ms))
  // Where none holds today, somebody may still ask about what was begun before.
  const today = () => {
    const day = on(clock.now())
    const begun = inOrder.filter(({ validFrom }) => validFrom === null || validFrom <= day)
    return (inOrder.find((row) => isValidOn(row, day)) ?? begun.at(-1) ?? first).platform
  }
  const believed = () => {
    const now = today()
    const late = on(clock.now() - LATE_RESULTS_MS)
    const day = on(clock.now())
    const ended = inOrder.filter(({ validFrom, validTo }) => (validFrom === null || validFrom <= day) && (validTo === null || validTo > late))
    return [now, ...ended.map(({ platform }) => platform).filter((platform) => platform !== now)]
  }
  return {
    ...{ dialect: first.platform.dialect, partner: first.platform.partner },
    signsResults: rows.every(({ platform }) => platform.signsResults),
    signsOutcomes: rows.every(({ platform }) => platform.signsOutcomes),
    get paidThrough() {
      return today().paidThrough
    },
    get canQuery() {
      return today().canQuery
    },
    get canRefund() {
      return today().canRefund
    },
    get canFetchReceipts() {
      return today().canFetchReceipts
    },
    requestOf: (order) => today().requestOf(order),
    start: (order, options) => today().start(order, options),
    query: (attempt, options) => today().query(attempt, options),
    receipt: (attempt, options) => today().receipt(attempt, options),
    refund: (order, options) => today().refund(order, options),
    async receive(body, options) {
      let unproven: ReceivedResult | undefined
      for (const platform of believed()) {
        const received = await platform.receive(body, options)
        if (received.signature === 'holds') return received
        unproven ??= received
      }
      return unproven ?? today().receive(body, options)
    },
    acknowledgement: (what, body) => today().acknowledgement(what, body),
  }
}
