/** The platform's own books: what was opened, what was paid, what was told to whom. They are the truth that tests compare with. */
import { type Instant, isoInstant } from '../../domain/index.js'
import type { ShownBill } from './bill.js'
import type { PartnerProfile } from './partners.js'

export type WireDialect = 'payplat' | 'keypay-dvcqg' | 'paygov'

/** `pending`: the platform itself waits for a bank. */
export type TransactionState = 'open' | 'pending' | 'paid' | 'failed'

/** One attempt to pay, as it was opened. */
export interface Opening {
  readonly reference: string
  readonly partner: string
  readonly dialect: WireDialect
  /** By a province, or by a citizen on the national portal. */
  readonly by: 'province' | 'national'
  readonly amount: number
  readonly narration: string
  /** `ThoiGianGD` as it was sent. */
  readonly wireAt: string
  readonly bill: ShownBill
  /** Of a bill that the national portal looked up: `MaTraCuuTT`, and in which fields the result names the bill. */
  readonly lookup: { readonly code: string; readonly tells: readonly LookupField[] } | null
  /** Last part of the pay page's address. */
  readonly token: string
  /** SHA-256 of the request. */
  readonly digest: string
  readonly at: Instant
  readonly closesAt: Instant
  /** Where this attempt's page leads back to; else the partner's. */
  readonly returnUrl: string | null
  /** Fields of the request that a result repeats. */
  readonly echo: Readonly<Record<string, string>>
}

export const lookupFields = ['MaTraCuuTT', 'MaHoSo'] as const
export type LookupField = (typeof lookupFields)[number]

/** Money that a citizen paid. */
export interface Payment {
  /** The platform's own number, `MaGiaoDich`. */
  readonly number: string
  readonly amount: number
  readonly bank: string
  readonly at: Instant
}

/** What is told to a province, until it acknowledges. */
export interface ResultMessage {
  readonly id: string
  readonly partner: string
  readonly reference: string
  /** `00` paid. */
  readonly code: string
  /** Number of the payment that it tells of; null: nothing was paid. */
  readonly payment: string | null
  readonly at: Instant
}

/** One try to deliver a message. */
export interface Delivery {
  readonly at: Instant
  /** What left: nothing where the message got lost, `wrong` with a broken signature or amount. */
  readonly sent: 'whole' | 'nothing' | 'half' | 'empty' | 'wrong'
  /** HTTP status of the answer; null: none was heard. */
  readonly status: number | null
  readonly acknowledged: boolean
}

export interface HeldMessage extends ResultMessage {
  readonly tries: Delivery[]
  acknowledged: boolean
}

export interface Transaction extends Opening {
  state: TransactionState
  /** Of a pending one. */
  ends: { readonly at: Instant; readonly how: 'paid' | 'failed' } | null
  readonly payments: Payment[]
  readonly messages: HeldMessage[]
  readonly history: { readonly at: string; readonly state: TransactionState }[]
}

/** What happened. What is kept of the platform is a list of these. */
export type PaymentDeed =
  | { readonly did: 'partner'; readonly profile: PartnerProfile }
  | { readonly did: 'opened'; readonly opening: Opening }
  | {
      readonly did: 'moved'
      readonly partner: string
      readonly reference: string
      readonly at: Instant
      readonly state: 'pending' | 'failed'
      readonly ends: Transaction['ends']
    }
  | { readonly did: 'paid'; readonly partner: string; readonly reference: string; readonly payment: Payment }
  | { readonly did: 'told'; readonly message: ResultMessage }
  | { readonly did: 'tried'; readonly id: string; readonly delivery: Delivery }

export interface PaymentEntry {
  readonly op: 'payments'
  readonly deed: PaymentDeed
}

export interface PaymentBooks {
  readonly partners: ReadonlyMap<string, PartnerProfile>
  readonly messages: ReadonlyMap<string, HeldMessage>
  /** In the order in which they were opened. */
  transactions(): Iterable<Transaction>
  /** By the partner's own reference; without a partner the first that has it. */
  find(reference: string, partner?: string): Transaction | undefined
  byToken(token: string): Transaction | undefined
  /** How many payments there are: the next one's number follows from it. */
  count(): number
  post(deed: PaymentDeed): void
  clear(): void
}

export function paymentBooks(registered: readonly PartnerProfile[]): PaymentBooks {
  const partners = new Map<string, PartnerProfile>()
  const transactions = new Map<string, Transaction>()
  const tokens = new Map<string, Transaction>()
  const messages = new Map<string, HeldMessage>()
  let payments = 0
  const keyOf = (partner: string, reference: string) => `${partner}|${reference}`
  const held = (partner: string, reference: string): Transaction => {
    const found = transactions.get(keyOf(partner, reference))
    if (found === undefined) throw new RangeError(`the platform has no ${reference} of ${partner}`)
    return found
  }
  const register = () => {
    for (const profile of registered) partners.set(profile.partner, profile)
  }
  register()
  return {
    partners,
    messages,
    transactions: () => transactions.values(),
    find(reference, partner) {
      if (partner !== undefined) return transactions.get(keyOf(partner, reference))
      for (const transaction of transactions.values()) if (transaction.reference === reference) return transaction
      return undefined
    },
    byToken: (token) => tokens.get(token),
    count: () => payments,
    post(deed) {
      switch (deed.did) {
        case 'partner':
          partners.set(deed.profile.partner, deed.profile)
          return
        case 'opened': {
          const { opening } = deed
          const history = [{ at: isoInstant(opening.at), state: 'open' as const }]
          const transaction: Transaction = { ...opening, state: 'open', ends: null, payments: [], messages: [], history }
          transactions.set(keyOf(opening.partner, opening.reference), transaction)
          tokens.set(opening.token, transaction)
          return
        }
        case 'moved': {
          const transaction = held(deed.partner, deed.reference)
          transaction.ends = deed.ends
          move(transaction, deed.state, deed.at)
          return
        }
        case 'paid': {
          const transaction = held(deed.partner, deed.reference)
          transaction.payments.push(deed.payment)
          transaction.ends = null
          payments += 1
          move(transaction, 'paid', deed.payment.at)
          return
        }
        case 'told': {
          const message: HeldMessage = { ...deed.message, tries: [], acknowledged: false }
          messages.set(message.id, message)
          held(message.partner, message.reference).messages.push(message)
          return
        }
        case 'tried': {
          const message = messages.get(deed.id)
          message?.tries.push(deed.delivery)
          if (message !== undefined && deed.delivery.acknowledged) message.acknowledged = true
        }
      }
    },
    clear() {
      for (const book of [partners, transactions, tokens, messages]) book.clear()
      payments = 0
      register()
    },
  }
}

function move(transaction: Transaction, state: TransactionState, at: Instant): void {
  if (transaction.state === state) return
  transaction.state = state
  transaction.history.push({ at: isoInstant(at), state })
}
