/** Asking for a page on which a bill can be paid. At most one attempt of a bill may take money at a time. */
import { isLienthongError, LienthongError } from '../base/index.js'
import type { StartAnswer } from '../connectors/index.js'
import { instant, isOpenAttempt, localDateOf, type TransactionState } from '../domain/index.js'
import { attemptsOf, type BillRow, type BillState, beginAttempt, billBy } from '../ledger/index.js'
import { askAbout } from './asking.js'
import { assertApproved } from './beneficiaries.js'
import type { Desk } from './desk.js'
import { neverLeft } from './never-left.js'

export type PaymentStart =
  /** Send the citizen there. The same attempt gives the same address again as long as its page is open. */
  | { readonly outcome: 'pay'; readonly reference: string; readonly payUrl: string }
  /** Nobody knows yet what became of the last attempt; a second one could take the money twice. Ask again later. */
  | { readonly outcome: 'wait'; readonly reference: string; readonly state: TransactionState }
  | { readonly outcome: 'not-due'; readonly state: BillState }
  /** The platform turned it down; a corrected bill may be tried. */
  | { readonly outcome: 'refused'; readonly reference: string; readonly code: string; readonly message: string }

export async function startPayment(desk: Desk, id: string, signal: AbortSignal | undefined): Promise<PaymentStart> {
  const { ledger, tenant, clock } = desk
  for (;;) {
    const bill = await billBy(ledger, tenant, id)
    if (bill === undefined) throw new LienthongError('payment.unknown_bill', { values: { bill: id } })
    if (bill.state !== 'open') return { outcome: 'not-due', state: bill.state }
    const open = (await attemptsOf(ledger, tenant, id)).find(({ state }) => isOpenAttempt(state))
    if (open === undefined) {
      const started = await begin(desk, bill, signal)
      // Somebody else began one in the same moment: his is shown.
      if (started === undefined) continue
      return started
    }
    // A corrected bill took its place: nobody is sent to the page of the wrong one any more.
    if (bill.cancelled_as === 'replaced') return { outcome: 'not-due', state: 'cancelled' }
    const { payUrl } = desk.unsealAttempt(open)
    if (payUrl !== null && clock.now() < open.closes_at) return { outcome: 'pay', reference: open.reference, payUrl }
    const { standing } = await askAbout(desk, open, signal)
    if (standing === undefined || isOpenAttempt(standing.attempt.state))
      return { outcome: 'wait', reference: open.reference, state: standing?.attempt.state ?? open.state }
  }
}

/** @returns undefined when somebody else began one in the same moment. */
async function begin(desk: Desk, bill: BillRow, signal: AbortSignal | undefined): Promise<PaymentStart | undefined> {
  const { ledger, tenant, settings, clock, accounts } = desk
  const request = desk.requestOf(bill)
  const partner = desk.partnerOf(request)
  const platform = desk.platformFor(partner)
  const now = clock.now()
  assertApproved(accounts, request.beneficiary, localDateOf(instant(now)))
  const reference = desk.newReference()
  const order = desk.orderOf(request, reference)
  const message = platform.requestOf(order)
  const begun = await beginAttempt(
    ledger,
    {
      ...{ tenant, reference, bill: bill.id, partner, amount: bill.amount, wire_at: order.at, state: 'created' },
      sealed: desk.sealAttempt(reference, { order, payUrl: null }),
      ...{ created_at: now, updated_at: now, closes_at: now + settings.pageMs, next_query_at: now + settings.askAfterMs },
      ...{ queries: 0, transaction_no: null, bank: null, paid_amount: null, accepted_at: null },
      ...{ told_at: null, receipt_at: null, receipt_link: null },
    },
    { partner, kind: 'init', reference, message, note: { bill: bill.id, amount: bill.amount } },
  )
  if (begun === undefined) return undefined
  // Until something is heard, the entry of what became of it stands for the request.
  const entry = { partner, kind: 'init-answer', message }
  const heard = (text: string) => {
    entry.message = text
  }
  let answer: StartAnswer
  try {
    answer = await platform.start(order, { signal, heard })
  } catch (error) {
    if (!isLienthongError(error)) throw error
    const after = await desk.learn(reference, { kind: neverLeft(error) ? 'refused' : 'unanswered' }, entry, { code: error.code })
    if (neverLeft(error)) throw error
    return { outcome: 'wait', reference, state: after?.attempt.state ?? 'pending' }
  }
  // From here on the platform has answered: whatever fails now is ours, and the attempt stays to be asked about.
  switch (answer.outcome) {
    case 'started':
      await desk.learn(reference, { kind: 'started', sealed: desk.sealAttempt(reference, { order, payUrl: answer.payUrl }) }, entry)
      return { outcome: 'pay', reference, payUrl: answer.payUrl }
    case 'exists':
    case 'busy': {
      const after = await desk.learn(reference, { kind: 'unanswered' }, entry, { code: answer.outcome === 'busy' ? answer.code : 'exists' })
      return { outcome: 'wait', reference, state: after?.attempt.state ?? 'pending' }
    }
    case 'refused':
      await desk.learn(reference, { kind: 'refused' }, entry, { code: answer.code })
      return { outcome: 'refused', reference, code: answer.code, message: answer.message }
  }
}
