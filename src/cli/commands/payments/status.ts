/** `lienthong payments status`: what the books say. Asks nobody, shows nobody's name. */
import { LienthongError, type Text } from '../../../base/index.js'
import {
  attemptBy,
  attemptsOf,
  type BillRow,
  billBy,
  billsNamed,
  eventsOf,
  type Ledger,
  openAttemptsBeside,
  type PaymentAttemptRow,
  paymentTotals,
  refundsOf,
  waitingAttempts,
} from '../../../ledger/index.js'
import { refundState } from '../../../payments/index.js'
import { command, wholeNumber } from '../../command.js'
import { exitCodes, type Session } from '../../session.js'
import { openConfig } from '../open.js'
import { paymentTenants, withPaymentLedger } from './offices.js'
import { refundDocument } from './refunds.js'
import { attemptStates, billStates, money, time, timeOrNull } from './words.js'

const says = {
  bills: { en: '{tenant}: bills', vi: '{tenant}: khoản thu' },
  attempts: { en: '{tenant}: attempts', vi: '{tenant}: giao dịch' },
  row: { en: '  {count} × {state}: {amount}', vi: '  {count} × {state}: {amount}' },
  nothing: { en: '{tenant}: no bill yet', vi: '{tenant}: chưa có khoản thu' },
  toGiveBack: {
    en: '! {tenant}: {amount} in {count} payments have to go back: lienthong payments refunds',
    vi: '! {tenant}: cần hoàn {amount} của {count} lần nộp: lienthong payments refunds',
  },
  unconfigured: {
    en: '! {tenant}: nobody can be asked about attempts of the partner code {partner}, which is not configured any more: {references}. Put its row back, with `validTo`, until they are over',
    vi: '! {tenant}: không hỏi được về giao dịch của mã đối tác {partner} vì không còn cấu hình: {references}. Thêm lại dòng cấu hình, kèm `validTo`, tới khi giao dịch kết thúc',
  },
  waiting: { en: '{tenant}: what waits, longest first', vi: '{tenant}: đang chờ, lâu nhất trước' },
  waits: {
    en: '  {reference}  {billCode}  {amount}  {state}, since {since}; {next}',
    vi: '  {reference}  {billCode}  {amount}  {state}, từ {since}; {next}',
  },
  asked: { en: 'asked {queries} times, again at {at}', vi: 'đã hỏi {queries} lần, hỏi tiếp lúc {at}' },
  notAsked: { en: 'asked {queries} times', vi: 'đã hỏi {queries} lần' },
  bill: { en: '{tenant}  bill {id} of {code}: {amount}, {state}', vi: '{tenant}  khoản thu {id} của {code}: {amount}, {state}' },
  attempt: {
    en: '  {reference} ({partner}): {amount}, {state}{transaction}',
    vi: '  {reference} ({partner}): {amount}, {state}{transaction}',
  },
  transaction: { en: ', transaction {number}', vi: ', mã giao dịch {number}' },
  event: { en: '    {at}  {kind}  {note}', vi: '    {at}  {kind}  {note}' },
} satisfies Record<string, Text>

export const status = command({
  name: 'payments status',
  description: 'Bills and attempts by state and what waits; or one bill, dossier or reference with its history',
  args: {
    what: { type: 'positional', description: 'a bill’s code or id, a dossier’s code, or the reference of an attempt', required: false },
    limit: { type: 'string', description: 'at most so many of what waits', default: '20', valueHint: 'N' },
  },
  async run(session, args) {
    const loaded = await openConfig(session)
    const tenants = paymentTenants(session, loaded)
    const limit = wholeNumber(args.limit, 'limit') ?? 20
    const { what } = args
    return withPaymentLedger(loaded, 'read', 'payments status', async (ledger) => {
      if (what === undefined) {
        const documents = []
        for (const tenant of tenants) {
          const partners = loaded.config.tenants[tenant]?.payments?.partners.map(({ partner }) => partner) ?? []
          documents.push(await overview(session, ledger, tenant, partners, limit))
        }
        session.result({ tenants: documents })
        return exitCodes.done
      }
      const bills = []
      for (const tenant of tenants) {
        for (const bill of await found(ledger, tenant, what)) bills.push(await billDocument(session, ledger, bill))
      }
      if (bills.length === 0) throw new LienthongError('payment.unknown_bill', { values: { bill: what } })
      session.result({ bills })
      return exitCodes.done
    })
  },
})

async function overview(
  session: Session,
  ledger: Ledger,
  tenant: string,
  partners: readonly string[],
  limit: number,
): Promise<Record<string, unknown>> {
  const { bills, attempts, toGiveBack } = await paymentTotals(ledger, tenant)
  const waiting = await waitingAttempts(ledger, tenant, limit)
  if (bills.length === 0) session.line(session.say(says.nothing, { tenant }))
  else session.line(session.say(says.bills, { tenant }))
  for (const { state, count, amount } of bills) session.line(row(session, billStates[state], count, amount))
  if (attempts.length > 0) session.line(session.say(says.attempts, { tenant }))
  for (const { state, count, amount } of attempts) session.line(row(session, attemptStates[state], count, amount))
  if (waiting.length > 0) session.line(session.say(says.waiting, { tenant }))
  for (const { reference, billCode, amount, state, createdAt, nextQueryAt, queries } of waiting) {
    const next = nextQueryAt === null ? session.say(says.notAsked, { queries }) : session.say(says.asked, { queries, at: time(nextQueryAt) })
    const told = { reference, billCode, amount: money(session, amount), state: session.say(attemptStates[state]), since: time(createdAt), next }
    session.line(session.say(says.waits, told))
  }
  const unconfigured = await openAttemptsBeside(ledger, tenant, partners)
  for (const { partner, references } of unconfigured)
    session.line(session.say(says.unconfigured, { tenant, partner, references: references.join(', ') }))
  if (toGiveBack.count > 0) {
    session.line(session.say(says.toGiveBack, { tenant, amount: money(session, toGiveBack.amount), count: session.count(toGiveBack.count) }))
  }
  return {
    tenant,
    bills: byState(bills),
    attempts: byState(attempts),
    toGiveBack,
    unconfigured,
    waiting: waiting.map(({ createdAt, nextQueryAt, queries, ...one }) => ({
      ...one,
      ...{ since: time(createdAt), nextQuestionAt: timeOrNull(nextQueryAt), questions: queries },
    })),
  }
}

function row(session: Session, state: Text, count: number, amount: number): string {
  return session.say(says.row, { count: session.count(count), state: session.say(state), amount: money(session, amount) })
}

function byState(rows: readonly { readonly state: string; readonly count: number; readonly amount: number }[]): Record<string, unknown> {
  return Object.fromEntries(rows.map(({ state, count, amount }) => [state, { count, amount }]))
}

/** A reference names an attempt, whose bill is shown; anything else names bills. */
async function found(ledger: Ledger, tenant: string, what: string): Promise<readonly BillRow[]> {
  const attempt = await attemptBy(ledger, tenant, what)
  if (attempt === undefined) return billsNamed(ledger, tenant, what)
  const bill = await billBy(ledger, tenant, attempt.bill)
  return bill === undefined ? [] : [bill]
}

async function billDocument(session: Session, ledger: Ledger, bill: BillRow): Promise<Record<string, unknown>> {
  const { tenant, id, duty, bill_code: billCode, dossier_code: dossierCode, amount, state } = bill
  const told = { tenant, id, code: billCode, amount: money(session, amount), state: session.say(billStates[state]) }
  session.line(session.say(says.bill, told))
  const attempts = []
  for (const attempt of await attemptsOf(ledger, tenant, id)) attempts.push(await attemptDocument(session, ledger, attempt))
  return {
    ...{ tenant, id, duty, billCode, dossierCode, amount, state },
    ...{ createdAt: time(bill.created_at), paidAt: timeOrNull(bill.paid_at), paidBy: bill.paid_by },
    attempts,
  }
}

async function attemptDocument(session: Session, ledger: Ledger, attempt: PaymentAttemptRow): Promise<Record<string, unknown>> {
  const { tenant, reference, partner, amount, state, transaction_no: transaction, bank } = attempt
  const number = transaction === null ? '' : session.say(says.transaction, { number: transaction })
  const told = { reference, partner, amount: money(session, amount), state: session.say(attemptStates[state]), transaction: number }
  session.line(session.say(says.attempt, told))
  const history = await eventsOf(ledger, attempt)
  for (const { at, kind, note } of history) {
    const words = Object.entries(note).map(([name, value]) => `${name} ${value}`)
    session.line(session.say(says.event, { at: time(at), kind, note: words.join(', ') }))
  }
  const refunds = await refundsOf(ledger, tenant, { reference })
  return {
    ...{ reference, partner, amount, state, transaction, bank, paidAmount: attempt.paid_amount },
    ...{ createdAt: time(attempt.created_at), changedAt: time(attempt.updated_at), pageClosesAt: time(attempt.closes_at) },
    ...{ nextQuestionAt: timeOrNull(attempt.next_query_at), questions: attempt.queries },
    history: history.map(({ at, seq, kind, note }) => ({ at: time(at), seq, kind, ...note })),
    refunds: refunds.map((refund) => refundDocument(refundState(refund))),
  }
}
