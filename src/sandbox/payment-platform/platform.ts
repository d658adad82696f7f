/** What the platform does, whoever asks for it: attempts are opened, citizens pay or do not, banks answer late, provinces are told. */
import { createHash } from 'node:crypto'
import { type Clock, hashText } from '../../base/index.js'
import { type Instant, instant, wallClockFormat } from '../../domain/index.js'
import type { Fault } from '../faults.js'
import { FIRST_BANK } from './banks.js'
import {
  type Opening,
  type PaymentBooks,
  type PaymentDeed,
  type PaymentEntry,
  paymentBooks,
  type Transaction,
  type TransactionState,
} from './books.js'
import { type Courier, courier } from './courier.js'
import type { PlatformOptions } from './options.js'
import { type PartnerInput, type PartnerProfile, partnerProfile } from './partners.js'

export const citizenActions = ['pay', 'fail', 'slow', 'abandon', 'pay-twice'] as const
export type CitizenAction = (typeof citizenActions)[number]

export interface CitizenChoice {
  readonly bank?: string | undefined
  /** How a slow payment ends; left out, chance decides. */
  readonly ends?: 'paid' | 'failed' | undefined
}

/** What became of an attempt, as the citizen sees it. */
export interface CitizenReport {
  readonly reference: string
  readonly partner: string
  readonly state: ShownState
  /** Numbers of what was paid. */
  readonly payments: readonly string[]
  /** Whether this action changed anything: a closed page takes no money. */
  readonly done: boolean
}

/** `closed`: nobody paid while the page was open. */
export type ShownState = TransactionState | 'closed'

export interface Platform {
  readonly options: PlatformOptions
  readonly clock: Clock
  readonly books: PaymentBooks
  readonly seed: number | string
  origin(): string
  now(): Instant
  /** Writes an attempt down. */
  open(opening: Omit<Opening, 'token' | 'at' | 'closesAt'>): Transaction
  stateOf(transaction: Transaction): ShownState
  act(transaction: Transaction, action: CitizenAction, choice?: CitizenChoice): CitizenReport
  register(input: PartnerInput): PartnerProfile
  pageOf(transaction: Transaction): string
  replay(entry: PaymentEntry): void
  /** The sandbox listens: what an earlier life left undone goes on. */
  listens(origin: string): void
  /** What hangs at a bank ends, and what is to be told is told without the waits in between. */
  settle(): Promise<void>
  /** Sends again what nobody acknowledged, as the platform's operator would when asked. */
  resend(): Promise<void>
  reset(): void
  close(): Promise<void>
}

export interface PlatformSetting {
  readonly clock: Clock
  readonly seed: number | string
  readonly options: PlatformOptions
  readonly keep: (entry: PaymentEntry) => void
  /** What the plan of faults does to this try of a message. */
  readonly strike: (service: string, key: string) => Fault | undefined
}

/** Of what a bank refuses: not enough money (§8). */
const NOT_PAID = '123'

export function paymentPlatform({ clock, seed, options, keep, strike }: PlatformSetting): Platform {
  const books = paymentBooks(options.partners)
  let origin = ''
  const now = () => instant(clock.now())
  const write = (deed: PaymentDeed) => {
    books.post(deed)
    keep({ op: 'payments', deed })
  }
  const post: Courier = courier({ clock, options, books, strike, origin: () => origin, write })

  const tell = (transaction: Transaction, code: string, payment: string | null) => {
    const { partner, reference, messages } = transaction
    const message = { id: `${partner}/${reference}#${messages.length + 1}`, partner, reference, code, payment, at: now() }
    write({ did: 'told', message })
    post.deliver(message.id)
  }
  const pay = (transaction: Transaction, bank: string) => {
    const { partner, reference, amount } = transaction
    const number = `PP${dayFormat.format(now()).slice(2)}${String(books.count() + 1).padStart(8, '0')}`
    write({ did: 'paid', partner, reference, payment: { number, amount, bank, at: now() } })
    tell(transaction, '00', number)
  }
  const fail = (transaction: Transaction) => {
    const { partner, reference } = transaction
    write({ did: 'moved', partner, reference, at: now(), state: 'failed', ends: null })
    tell(transaction, NOT_PAID, null)
  }
  /** The bank answers at last. */
  const end = (transaction: Transaction) => {
    if (transaction.state !== 'pending' || transaction.ends === null) return
    if (transaction.ends.how === 'paid') pay(transaction, FIRST_BANK)
    else fail(transaction)
  }
  const hang = (transaction: Transaction, how: 'paid' | 'failed') => {
    const { partner, reference } = transaction
    const at = now()
    write({ did: 'moved', partner, reference, at, state: 'pending', ends: { at: instant(at + options.slowMs), how } })
    post.later(at + options.slowMs, () => end(transaction))
  }
  const stateOf = (transaction: Transaction): ShownState => {
    if (transaction.ends !== null && transaction.ends.at <= now()) end(transaction)
    return transaction.state === 'open' && transaction.closesAt <= now() ? 'closed' : transaction.state
  }
  const chosen = ({ partner, reference }: Transaction): 'paid' | 'failed' =>
    hashText(`${seed}/slow/${partner}/${reference}`) % 2 === 0 ? 'paid' : 'failed'

  return {
    options,
    clock,
    books,
    seed,
    origin: () => origin,
    now,
    open(opening) {
      const at = now()
      const token = createHash('sha256').update(`${seed}/page/${opening.partner}/${opening.reference}`).digest('hex').slice(0, 32)
      write({ did: 'opened', opening: { ...opening, token, at, closesAt: instant(at + options.pageMs) } })
      return books.find(opening.reference, opening.partner) as Transaction
    },
    stateOf,
    act(transaction, action, { bank = FIRST_BANK, ends = chosen(transaction) } = {}) {
      const before = stateOf(transaction)
      const takes = before === 'open' || (before === 'paid' && action === 'pay-twice')
      const done = takes && action !== 'abandon'
      if (done) {
        if (action === 'fail') fail(transaction)
        else if (action === 'slow') hang(transaction, ends)
        else pay(transaction, bank)
        if (action === 'pay-twice' && before === 'open') pay(transaction, bank)
      }
      const { reference, partner, payments } = transaction
      return { reference, partner, state: stateOf(transaction), payments: payments.map(({ number }) => number), done }
    },
    register(input) {
      const profile = partnerProfile(input, books.partners.get(input.partner))
      write({ did: 'partner', profile })
      return profile
    },
    pageOf: ({ token }) => `${origin}${PAGES}${token}`,
    replay: ({ deed }) => books.post(deed),
    listens(at) {
      origin = at
      for (const transaction of books.transactions()) if (transaction.ends !== null) post.later(transaction.ends.at, () => end(transaction))
      for (const { id, acknowledged, tries } of books.messages.values()) if (!acknowledged && tries.length < options.tries) post.deliver(id)
    },
    settle: () => post.settle(),
    async resend() {
      for (const { id, acknowledged } of books.messages.values()) if (!acknowledged) post.deliver(id)
      await post.settle()
    },
    reset() {
      post.forget()
      books.clear()
    },
    close: () => post.close(),
  }
}

export const PAGES = '/payment-platform/pay/'

const dayFormat = wallClockFormat('yyyyMMdd')
