/** Result messages of the platform: believed by their signature alone, durable before they are acknowledged. contracts/payment-platform.md §4.2 */
import { isLienthongError } from '../base/index.js'
import type { Acknowledged, PaymentPlatform, PaymentResult, SignedBody } from '../connectors/index.js'
import { type BillRow, billByLookup, billsMeant, type JournalEntry, journalOnly, keepAttempt } from '../ledger/index.js'
import type { News, Verdict } from './decide.js'
import type { Desk } from './desk.js'

/** What we answer to a message, and what we made of it. */
export interface Received {
  readonly acknowledgement: unknown
  readonly verdict: Verdict | 'unreadable' | 'bad-signature' | 'unverified' | 'unknown-reference'
  readonly reference: string | null
}

export async function receiveResult(desk: Desk, partner: string, message: Uint8Array, signal: AbortSignal | undefined): Promise<Received> {
  const { ledger, tenant } = desk
  const platform = desk.platformFor(partner)
  const refused = async (verdict: Received['verdict'], what: Acknowledged, body?: SignedBody, note: JournalEntry['note'] = {}): Promise<Received> => {
    const reference = typeof note.reference === 'string' ? note.reference : null
    await journalOnly(ledger, tenant, [{ partner, kind: 'result-refused', reference, message, note: { ...note, verdict } }])
    return { acknowledgement: platform.acknowledgement(what, body), verdict, reference }
  }
  let received: Awaited<ReturnType<PaymentPlatform['receive']>>
  try {
    received = await platform.receive(message, { signal })
  } catch (error) {
    if (isLienthongError(error) && error.code === 'payment.unreadable_message') return refused('unreadable', 'failed')
    throw error
  }
  const { result, body, signature } = received
  if (signature === 'unverified') return refused('unverified', 'failed', body)
  if (signature !== 'holds') return refused('bad-signature', 'bad-signature', body, { signature })
  // It proves no outcome, and nobody can be asked.
  if (!platform.signsOutcomes && !platform.canQuery) return refused('unverified', 'failed', body)
  // From here on the platform said it.
  const { reference, transaction, code } = result
  const note = { reference, transaction, code, amount: result.amount }
  if (result.partner !== '' && result.partner !== platform.partner) return refused('wrong-partner', 'refused', body, note)
  const amount = Number(result.amount)
  const news = newsOf(desk, platform, result, amount)
  const learn = () => desk.learn(reference, news, { partner, kind: 'result', message }, { code })
  // Nearly always the attempt is one of ours: then nothing else has to be looked up.
  let settled = reference === '' ? undefined : await learn()
  if (settled === undefined) {
    const found = await attemptFor(desk, partner, result, amount)
    if (found === 'unknown') return refused('unknown-reference', 'refused', body, note)
    if (found === 'other-amount') return refused('other-amount', 'refused', body, note)
    if (found === 'nothing-paid') {
      // Somebody began to pay one of our bills on the national portal, and did not.
      await journalOnly(ledger, tenant, [{ partner, kind: 'result', reference, message, note: { ...note, verdict: 'ignored' } }])
      return { acknowledgement: platform.acknowledgement('applied', body), verdict: 'ignored', reference }
    }
    settled = await learn()
  }
  const verdict = settled?.verdict ?? 'ignored'
  return { acknowledgement: platform.acknowledgement(REFUSED.has(verdict) ? 'refused' : 'applied', body), verdict, reference }
}

/** Characters of a link that is kept. */
const LONGEST_LINK = 2000

const REFUSED: ReadonlySet<Verdict> = new Set(['other-amount', 'wrong-partner'])

function newsOf(desk: Desk, platform: PaymentPlatform, { reference, paid, transaction, bank, at, receiptUrl }: PaymentResult, amount: number): News {
  // Whoever saw one such message could turn a failure into a payment, or one payment into two.
  if (!platform.signsOutcomes || (paid && transaction === '')) return { kind: 'told' }
  if (paid) {
    // The link is not signed: it is kept for later, when only configured hosts are asked, and after GET_BILL.
    const receiptLink = receiptUrl === null || receiptUrl.length > LONGEST_LINK ? null : desk.sealReceiptLink(reference, receiptUrl)
    return { kind: 'paid', by: 'message', payment: { amount, transaction, bank, at, receiptLink } }
  }
  return { kind: platform.canQuery ? 'told-failed' : 'failed' }
}

/**
 * Finds what a result is about when its reference is none of ours: by what names the bill, never by reading a meaning into a reference. A
 * payment that the platform began by itself gets an attempt of its own.
 */
async function attemptFor(
  desk: Desk,
  partner: string,
  { reference, lookupCode, billCode, at, paid }: PaymentResult,
  amount: number,
): Promise<'known' | 'unknown' | 'other-amount' | 'nothing-paid'> {
  const { ledger, tenant, clock, settings } = desk
  if (reference === '') return 'unknown'
  const lookups = [...(lookupCode === null ? [] : [lookupCode]), reference]
  const named = (await Promise.all(lookups.map((code) => billByLookup(ledger, tenant, code)))).filter((bill) => bill !== undefined)
  const meant = billCode === null ? [] : await billsMeant(ledger, tenant, billCode)
  const bill = likeliest([...named, ...meant], amount)
  if (bill === undefined) return 'unknown'
  if (!paid) return 'nothing-paid'
  if (amount !== bill.amount) return 'other-amount'
  const now = clock.now()
  await keepAttempt(ledger, {
    ...{ tenant, reference, bill: bill.id, partner, amount: bill.amount, wire_at: at, state: 'created', open: 0 },
    sealed: desk.sealAttempt(reference, { order: null, payUrl: null }),
    // Were we to stop here, the platform would be asked about it.
    ...{ created_at: now, updated_at: now, closes_at: now, next_query_at: now + settings.askAfterMs },
    ...{ queries: 0, transaction_no: null, bank: null, paid_amount: null, accepted_at: now },
    ...{ told_at: null, receipt_at: null, receipt_link: null },
  })
  return 'known'
}

/**
 * Of several bills that a payment may be meant for: one that is due with this very amount, and was not replaced meanwhile; else one of this
 * amount that was paid already or cancelled, so that the money is known and goes back. Among equals the first.
 */
function likeliest(bills: readonly BillRow[], amount: number): BillRow | undefined {
  const isDue = (bill: BillRow) => bill.state === 'open' && bill.amount === amount
  return (
    bills.find((bill) => isDue(bill) && bill.cancelled_as === null) ??
    bills.find(isDue) ??
    bills.find((bill) => bill.amount === amount) ??
    bills.find(({ state }) => state === 'open') ??
    bills[0]
  )
}
