/**
 * Where bills are kept and paid. Whatever happens to a process or a message, the ledger knows of every attempt before the platform does,
 * and believes only what the platform signed or answered. contracts/payment-platform.md §2
 */
import { isLienthongError, LienthongError } from '../base/index.js'
import type { PaymentOrder } from '../connectors/index.js'
import { codeKey, instant, localDateOf, type PaymentRequest, type TransactionState, totalOf } from '../domain/index.js'
import {
  attemptBy,
  type BillState,
  billBy,
  billsUnder,
  cancelBill,
  keepBill,
  keepLookup,
  openAttemptOf,
  type PaymentStanding,
} from '../ledger/index.js'
import { type AskedDue, askAbout, askDue } from './asking.js'
import { accountFor, assertApproved } from './beneficiaries.js'
import { billContent } from './bill-content.js'
import { type Desk, deskOf, type PaymentOfficeOptions } from './desk.js'
import { type FetchedDue, type FetchedReceipt, fetchDueReceipts, fetchReceipt } from './receipts.js'
import {
  askRefund,
  listRefunds,
  type RefundChoice,
  type RefundDecision,
  type RefundOutcome,
  type RefundState,
  recordRefund,
  sendRefund,
} from './refunds.js'
import { type Received, receiveResult } from './results.js'
import { type PaymentStart, startPayment } from './starting.js'

/** A bill as its owner may see it. */
export interface Bill {
  readonly id: string
  readonly billCode: string
  readonly amount: number
  readonly state: BillState
  readonly paidBy: string | null
}

/** A bill without its account, which is then looked up among the approved ones. */
export type NewBill = Omit<PaymentRequest, 'beneficiary'> & { readonly beneficiary?: PaymentRequest['beneficiary'] }

export interface PaymentState {
  readonly reference: string
  readonly bill: Bill
  readonly state: TransactionState
  readonly transaction: string | null
}

export interface PaymentOffice {
  /**
   * Idempotent: the same dossier with the same lines is the same bill, in whatever order and however typed. Payer, account and words of an
   * open bill may be corrected by creating it again; what is paid stays as it was paid, what was cancelled by {@link cancelBill} or given
   * back stays cancelled.
   *
   * Other lines under the same duty, `billCode` and `dossierCode` correct the bill: other open bills there are cancelled as replaced, one
   * whose page is open as soon as that has ended unpaid. A second debt, also of the same lines once more, needs another `billCode`.
   *
   * @throws `payment.invalid_bill`, `payment.no_account`, `payment.account_unclear`, `payment.account_not_approved`, `payment.no_partner`
   */
  createBill(bill: NewBill): Promise<Bill>
  bill(id: string): Promise<Bill | undefined>
  /** However the code is typed; the newest first. */
  billsUnder(billCode: string): Promise<readonly Bill[]>
  /**
   * Somebody decided that nobody has to pay a bill any more; said again it changes nothing. A payment that comes all the same is disputed and
   * goes back.
   *
   * @throws `payment.unknown_bill`; `payment.attempt_open`, while an attempt may still take money; `payment.bill_paid`
   */
  cancelBill(id: string): Promise<Bill>
  /** Asks for a page on which the bill can be paid. At most one attempt of a bill may take money at a time. @throws `payment.unknown_bill` */
  start(bill: string, signal?: AbortSignal): Promise<PaymentStart>
  /** What is known of an attempt; undefined: it is none of ours. */
  attempt(reference: string): Promise<PaymentState | undefined>
  /** Asks the platform now. @throws `payment.unknown_reference`; what kept the platform from answering, which is in the journal then */
  ask(reference: string, signal?: AbortSignal): Promise<PaymentState>
  /** Asks about attempts that are due to be asked about, a hundred at most. */
  askDue(signal?: AbortSignal): Promise<AskedDue>
  /** Money that has to go back, or with `done` went back: what waits longest first. */
  refunds(which?: { readonly done?: boolean }): Promise<readonly RefundState[]>
  /** Somebody decided that a payment goes back. @throws `payment.unknown_reference`, `payment.nothing_to_refund` */
  askRefund(reference: string, reason: RefundDecision): Promise<RefundState>
  /** Has the platform give it back, where it can; never twice. @throws `payment.nothing_to_refund`, `payment.which_refund` */
  refund(choice: RefundChoice, signal?: AbortSignal): Promise<RefundOutcome>
  /** Somebody gave it back and says so; said again it changes nothing. @throws as {@link refund} */
  recordRefund(choice: RefundChoice): Promise<RefundState>
  /** Whether results under this partner code prove by themselves who sent them. @throws `payment.unknown_partner` */
  signsResults(partner: string): boolean
  /** Takes a result message: raw bytes, never a parsed object. Durable before it returns. */
  receive(partner: string, message: Uint8Array, signal?: AbortSignal): Promise<Received>
  /**
   * Shows a bill to the national portal under its code (§4.5), with a fresh `MaTraCuuTT`. `nothing-due` also while an attempt of the bill may
   * still take money: whoever paid there as well would pay twice.
   */
  lookUp(billCode: string): Promise<{ readonly lookupCode: string; readonly order: PaymentOrder } | 'nothing-due' | 'unknown'>
  /** The platform’s receipt, fetched once and kept, or why there is none. @throws `payment.unknown_reference` */
  fetchReceipt(reference: string, signal?: AbortSignal): Promise<FetchedReceipt>
  /** Fetches receipts of what was paid meanwhile, a hundred at most: the platform's links to them end within minutes. */
  fetchDueReceipts(signal?: AbortSignal): Promise<FetchedDue>
  /** The same as {@link PaymentOffice.fetchReceipt}; null: there is none yet. @throws `payment.unknown_reference` */
  receipt(reference: string, signal?: AbortSignal): Promise<Uint8Array | null>
}

export function paymentOffice(options: PaymentOfficeOptions): PaymentOffice {
  const desk = deskOf(options)
  const { ledger, tenant, accounts, clock } = desk
  const { vault } = ledger

  return {
    async createBill({ beneficiary, ...bill }) {
      const today = localDateOf(instant(clock.now()))
      const account =
        beneficiary ?? accountFor(accounts, { duty: bill.duty, agency: bill.agency.code, procedure: bill.procedure?.code ?? null, on: today })
      assertApproved(accounts, account, today)
      const request: PaymentRequest = { ...bill, beneficiary: account }
      // What could never be sent is refused now, when somebody can still correct it.
      desk.orderOf(request, 'CHECK')
      const partner = desk.partnerOf(request)
      desk.platformFor(partner)
      const { duty, billCode, dossierCode } = request
      const content = billContent(request)
      const digest = vault.digest(tenant, content)
      const row = await keepBill(ledger, {
        ...{ tenant, id: digest.slice(0, 16), duty, content_digest: digest, amount: totalOf(bill), created_at: clock.now(), partner },
        ...{ bill_code: billCode, bill_key: codeKey(billCode), dossier_code: dossierCode, dossier_key: dossierCode && codeKey(dossierCode) },
        seal: (id) => desk.sealBill(id, request),
        isSame: (other) => billContent(desk.requestOf(other)) === content,
      })
      return shown(row)
    },

    async bill(id) {
      const row = await billBy(ledger, tenant, id)
      return row && shown(row)
    },

    billsUnder: async (billCode) => (await billsUnder(ledger, tenant, billCode)).map(shown),

    async cancelBill(id) {
      const bill = await billBy(ledger, tenant, id)
      const cancelled = bill && (await cancelBill(ledger, tenant, id, journalOf(desk, desk.requestOf(bill))))
      if (cancelled === undefined) throw new LienthongError('payment.unknown_bill', { values: { bill: id } })
      if (cancelled.outcome === 'cancelled') return shown(cancelled.bill)
      const code = cancelled.outcome === 'paid' ? 'payment.bill_paid' : 'payment.attempt_open'
      throw new LienthongError(code, { values: { bill: id, reference: cancelled.reference } })
    },

    start: (id, signal) => startPayment(desk, id, signal),

    async attempt(reference) {
      const attempt = await attemptBy(ledger, tenant, reference)
      const bill = attempt && (await billBy(ledger, tenant, attempt.bill))
      return attempt && bill && standing({ attempt, bill })
    },

    async ask(reference, signal) {
      const attempt = await attemptBy(ledger, tenant, reference)
      const asked = attempt && (await askAbout(desk, attempt, signal))
      if (asked?.failure !== undefined) throw asked.failure
      if (asked?.standing === undefined) throw unknownReference(reference)
      return standing(asked.standing)
    },

    askDue: (signal) => askDue(desk, signal),
    refunds: (which) => listRefunds(desk, which),
    askRefund: (reference, reason) => askRefund(desk, reference, reason),
    refund: (choice, signal) => sendRefund(desk, choice, signal),
    recordRefund: (choice) => recordRefund(desk, choice),
    signsResults: (partner) => desk.platformFor(partner).signsResults,
    receive: (partner, message, signal) => receiveResult(desk, partner, message, signal),

    async lookUp(billCode) {
      const bills = await billsUnder(ledger, tenant, billCode)
      for (const bill of bills) {
        if (bill.state !== 'open' || bill.cancelled_as !== null) continue
        if ((await openAttemptOf(ledger.db, tenant, bill.id)) !== undefined) continue
        const order = desk.orderOf(desk.requestOf(bill), desk.newReference())
        const lookupCode = `${bill.bill_code}${order.at}`
        await keepLookup(ledger, { tenant, lookup_code: lookupCode, bill: bill.id, shown_at: clock.now() })
        return { lookupCode, order }
      }
      return bills.length === 0 ? 'unknown' : 'nothing-due'
    },

    fetchDueReceipts: (signal) => fetchDueReceipts(desk, signal),

    fetchReceipt: (reference, signal) => fetchReceipt(desk, reference, signal),

    async receipt(reference, signal) {
      const fetched = await fetchReceipt(desk, reference, signal)
      return fetched.outcome === 'pdf' ? fetched.bytes : null
    },
  }
}

/** Under which partner code the journal tells of a bill itself; one that no platform would take can be cancelled all the same. */
function journalOf(desk: Desk, request: PaymentRequest): string {
  try {
    return desk.partnerOf(request)
  } catch (error) {
    if (isLienthongError(error)) return '-'
    throw error
  }
}

function shown({ id, bill_code: billCode, amount, state, paid_by: paidBy }: PaymentStanding['bill']): Bill {
  return { id, billCode, amount, state, paidBy }
}

function standing({ attempt, bill }: PaymentStanding): PaymentState {
  return { reference: attempt.reference, bill: shown(bill), state: attempt.state, transaction: attempt.transaction_no }
}

function unknownReference(reference: string): LienthongError {
  return new LienthongError('payment.unknown_reference', { values: { reference } })
}
