/**
 * Where bills are kept and paid. Whatever happens to a process or a message, the ledger knows of every attempt before the platform does,
 * and believes only what the platform signed or answered. contracts/payment-platform.md §2
 */
import { canonicalJson, LienthongError } from '../base/index.js'
import type { PaymentOrder } from '../connectors/index.js'
import { codeKey, instant, localDateOf, type PaymentRequest, type TransactionState, totalOf } from '../domain/index.js'
import { attemptBy, type BillState, billBy, billsUnder, keepBill, keepLookup, type PaymentStanding } from '../ledger/index.js'
import { type AskedDue, askAbout, askDue } from './asking.js'
import { accountFor, assertApproved } from './beneficiaries.js'
import { deskOf, type PaymentOfficeOptions } from './desk.js'
import { type FetchedReceipt, fetchReceipt } from './receipts.js'
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
   * Idempotent: the same dossier with the same lines is the same bill. Payer, account and words of an open bill may be corrected by
   * creating it again; what is paid stays as it was paid. Who owes the same once more gets a bill under another `billCode`.
   *
   * @throws `payment.invalid_bill`, `payment.no_account`, `payment.account_unclear`, `payment.account_not_approved`, `payment.no_partner`
   */
  createBill(bill: NewBill): Promise<Bill>
  bill(id: string): Promise<Bill | undefined>
  billsUnder(billCode: string): Promise<readonly Bill[]>
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
  /** Shows a bill to the national portal under its code (§4.5); undefined: nothing is due under it. @returns a fresh `MaTraCuuTT` with it */
  lookUp(billCode: string): Promise<{ readonly lookupCode: string; readonly order: PaymentOrder } | 'nothing-due' | 'unknown'>
  /** The platform’s receipt, fetched once and kept, or why there is none. @throws `payment.unknown_reference` */
  fetchReceipt(reference: string, signal?: AbortSignal): Promise<FetchedReceipt>
  /** The same; null: there is none yet. @throws `payment.unknown_reference` */
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
      desk.platformFor(desk.partnerOf(request))
      const { duty, billCode, dossierCode, lines } = request
      const digest = vault.digest(tenant, canonicalJson({ duty, billCode, dossierCode, lines }))
      const id = digest.slice(0, 16)
      const row = await keepBill(ledger, {
        ...{ tenant, id, duty: bill.duty, bill_code: bill.billCode, dossier_code: bill.dossierCode, content_digest: digest },
        ...{ amount: totalOf(bill), state: 'open', sealed: desk.sealBill(id, request) },
        ...{ dossier_key: bill.dossierCode === null ? null : codeKey(bill.dossierCode), created_at: clock.now() },
        ...{ paid_at: null, paid_by: null, paid_through: null },
      })
      return shown(row)
    },

    async bill(id) {
      const row = await billBy(ledger, tenant, id)
      return row && shown(row)
    },

    billsUnder: async (billCode) => (await billsUnder(ledger, tenant, billCode)).map(shown),

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
      const bill = bills.find(({ state }) => state === 'open')
      if (bill === undefined) return bills.length === 0 ? 'unknown' : 'nothing-due'
      const order = desk.orderOf(desk.requestOf(bill), desk.newReference())
      const lookupCode = `${billCode}${order.at}`
      await keepLookup(ledger, { tenant, lookup_code: lookupCode, bill: bill.id, shown_at: clock.now() })
      return { lookupCode, order }
    },

    fetchReceipt: (reference, signal) => fetchReceipt(desk, reference, signal),

    async receipt(reference, signal) {
      const fetched = await fetchReceipt(desk, reference, signal)
      return fetched.outcome === 'pdf' ? fetched.bytes : null
    },
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
