/** `lienthong payments refunds`: money that has to go back, and what became of it. */
import type { Text } from '../../../base/index.js'
import { refundsOf } from '../../../ledger/index.js'
import { type RefundDecision, type RefundOutcome, type RefundState, refundState } from '../../../payments/index.js'
import { command, usage } from '../../command.js'
import { type ExitCode, exitCodes, type Session } from '../../session.js'
import { openConfig } from '../open.js'
import { officeWith, paymentTenants, withOffices, withPaymentLedger } from './offices.js'
import { money, time, timeOrNull } from './words.js'

const says = {
  none: { en: '✓ {tenant}: nothing has to go back', vi: '✓ {tenant}: không có khoản cần hoàn' },
  waits: {
    en: '{reference}  transaction {transaction}: {amount}, {reason}, since {since}{sent}',
    vi: '{reference}  mã giao dịch {transaction}: {amount}, {reason}, từ {since}{sent}',
  },
  sent: { en: '; the platform was asked {at}, and nobody knows what became of it', vi: '; đã yêu cầu nền tảng lúc {at}, chưa rõ kết quả' },
  next: {
    en: 'Given back: lienthong payments refunds --done REFERENCE. Where the platform can do it: --send REFERENCE',
    vi: 'Đã hoàn: lienthong payments refunds --done MÃ. Nền tảng hoàn được: --send MÃ',
  },
  asked: { en: '{reference}: {amount} are to be given back', vi: '{reference}: cần hoàn {amount}' },
  done: { en: '✓ {reference}: {amount} given back at {at}', vi: '✓ {reference}: đã hoàn {amount} lúc {at}' },
  manual: {
    en: '– {reference}: this platform has no call for that, or none for this payment. Give it back as your accounting does, then --done {reference}',
    vi: '– {reference}: nền tảng không có lệnh hoàn cho khoản này. Hoàn theo quy trình kế toán, rồi --done {reference}',
  },
  refused: {
    en: '✗ {reference}: the platform refused it with code {code}: {message}',
    vi: '✗ {reference}: nền tảng từ chối với mã {code}: {message}',
  },
  unknown: {
    en: '! {reference}: the platform was asked and nobody knows what became of it. It is not asked again: find out from its operator, then --done {reference}',
    vi: '! {reference}: đã yêu cầu nền tảng nhưng chưa rõ kết quả. Sẽ không yêu cầu lại: hỏi đơn vị vận hành, rồi --done {reference}',
  },
  'paid-twice': { en: 'paid twice', vi: 'nộp trùng' },
  'other-amount': { en: 'another amount', vi: 'sai số tiền' },
  'bill-cancelled': { en: 'nobody had to pay it any more', vi: 'khoản thu đã hủy' },
  'dossier-withdrawn': { en: 'dossier withdrawn', vi: 'rút hồ sơ' },
  'by-decision': { en: 'by decision', vi: 'theo quyết định' },
} satisfies Record<string, Text>

const decisions: readonly RefundDecision[] = ['dossier-withdrawn', 'by-decision']

export const refunds = command({
  name: 'payments refunds',
  description: 'Money that has to go back; --done records that it went, --send has the platform do it, --ask puts a paid one there',
  args: {
    done: { type: 'string', description: 'record that it was given back', valueHint: 'REFERENCE' },
    send: { type: 'string', description: 'have the platform give it back, where it can; never twice', valueHint: 'REFERENCE' },
    ask: { type: 'string', description: 'a paid attempt that is to be given back', valueHint: 'REFERENCE' },
    reason: { type: 'string', description: `why, with --ask: ${decisions.join(', ')}`, valueHint: 'REASON' },
    transaction: { type: 'string', description: 'which payment, where one attempt was paid several times', valueHint: 'NUMBER' },
    all: { type: 'boolean', description: 'list also what was given back' },
  },
  remarks: ['  here 1 means that money has to go back still; 3 that nobody knows what the platform did'],
  async run(session, args) {
    const { done, send, ask, transaction } = args
    const named = [done, send, ask].filter((reference) => reference !== undefined)
    if (named.length > 1) throw usage({ en: 'one of --done, --send and --ask at a time', vi: 'mỗi lần chỉ dùng một trong --done, --send, --ask' })
    const reason = decisions.find((one) => one === args.reason)
    if ((ask !== undefined) !== (reason !== undefined))
      throw usage({ en: `--ask needs --reason: ${decisions.join(' or ')}`, vi: `--ask cần --reason: ${decisions.join(' hoặc ')}` })
    const [reference] = named
    if (reference === undefined) return list(session, args.all === true)
    return withOffices(session, 'payments refunds', async (offices) => {
      const { tenant, office } = await officeWith(offices, reference)
      if (send !== undefined) return sent(session, tenant, await office.refund({ reference, transaction }, session.signal))
      const refund = reason === undefined ? await office.recordRefund({ reference, transaction }) : await office.askRefund(reference, reason)
      const words = { reference, amount: money(session, refund.amount), at: timeOrNull(refund.doneAt) ?? '' }
      session.line(session.say(refund.doneAt === null ? says.asked : says.done, words))
      session.result({ tenant, refund: refundDocument(refund) })
      return exitCodes.done
    })
  },
})

async function list(session: Session, all: boolean): Promise<ExitCode> {
  const loaded = await openConfig(session)
  const tenants = paymentTenants(session, loaded)
  return withPaymentLedger(loaded, 'read', 'payments refunds', async (ledger) => {
    const documents = []
    let waiting = 0
    for (const tenant of tenants) {
      const found = (await refundsOf(ledger, tenant, all ? {} : { done: false })).map(refundState)
      const open = found.filter(({ doneAt }) => doneAt === null)
      waiting += open.length
      if (open.length === 0) session.line(session.say(says.none, { tenant }))
      for (const refund of found) session.line(line(session, refund))
      documents.push({ tenant, refunds: found.map(refundDocument) })
    }
    if (waiting > 0) session.line(session.say(says.next))
    session.result({ tenants: documents })
    return waiting > 0 ? exitCodes.someFailed : exitCodes.done
  })
}

function line(session: Session, { reference, transaction, amount, reason, requestedAt, sentAt, doneAt }: RefundState): string {
  if (doneAt !== null) return session.say(says.done, { reference, amount: money(session, amount), at: time(doneAt) })
  const told = Object.hasOwn(says, reason) ? session.say(says[reason as keyof typeof says]) : reason
  const sent = sentAt === null ? '' : session.say(says.sent, { at: time(sentAt) })
  return session.say(says.waits, { reference, transaction, amount: money(session, amount), reason: told, since: time(requestedAt), sent })
}

const codes: Readonly<Record<RefundOutcome['outcome'], ExitCode>> = {
  done: exitCodes.done,
  manual: exitCodes.someFailed,
  refused: exitCodes.someFailed,
  unknown: exitCodes.unreachable,
}

function sent(session: Session, tenant: string, answer: RefundOutcome): ExitCode {
  const { outcome, refund, ...more } = answer
  const { reference, amount, doneAt } = refund
  const told = answer.outcome === 'refused' ? { code: answer.code, message: answer.message } : {}
  session.line(session.say(says[outcome], { reference, amount: money(session, amount), at: timeOrNull(doneAt) ?? '', ...told }))
  session.result({ tenant, outcome, ...more, refund: refundDocument(refund) })
  return codes[outcome]
}

export function refundDocument({ requestedAt, sentAt, doneAt, ...refund }: RefundState): Record<string, unknown> {
  return { ...refund, since: time(requestedAt), sentAt: timeOrNull(sentAt), doneAt: timeOrNull(doneAt) }
}
