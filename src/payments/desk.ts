/** What every part of the office works with: the ledger, the platforms, seals, and the one way to write down what was learnt. */
import { randomInt } from 'node:crypto'
import { type Clock, LienthongError, systemClock } from '../base/index.js'
import type { PaymentOrder, PaymentPlatform } from '../connectors/index.js'
import { type Instant, instant, type PaymentRequest, wallClockFormat } from '../domain/index.js'
import {
  type BillRow,
  type JournalEntry,
  type Ledger,
  openBill,
  type PaymentAttemptRow,
  type PaymentStanding,
  sealBill,
  settlePayment,
} from '../ledger/index.js'
import { defaultPaymentCodes, type PaymentCodes, toPaymentOrder } from '../mappers/index.js'
import type { ApprovedAccount } from './beneficiaries.js'
import { type Decision, decide, entryOf, type News, type Verdict } from './decide.js'
import { defaultPaymentSettings, type PaymentSettings } from './settings.js'

export interface PaymentOfficeOptions {
  readonly ledger: Ledger
  readonly tenant: string
  /** By partner code. A bill goes to the one that `partnerOf` names. */
  readonly platforms: Readonly<Record<string, PaymentPlatform>>
  /** Which partner code a bill is paid under: by agency, procedure and day. Default: the only one there is. */
  readonly partnerOf?: (request: PaymentRequest) => string
  /** The only accounts that money may go to. */
  readonly accounts: readonly ApprovedAccount[]
  readonly codes?: PaymentCodes
  /** Of this server, as the platform wants it. */
  readonly ip: string
  readonly settings?: Partial<PaymentSettings>
  readonly clock?: Clock
  /** Gives a new reference: letters and digits, never one that was given before. Default: 20 by the machine's own chance. */
  readonly newReference?: () => string
}

/** What an attempt’s seal holds. */
export interface SealedAttempt {
  /** Null: the platform began it by itself, and nothing of ours was sent. */
  readonly order: PaymentOrder | null
  readonly payUrl: string | null
}

export interface Desk {
  readonly ledger: Ledger
  readonly tenant: string
  readonly accounts: readonly ApprovedAccount[]
  readonly settings: PaymentSettings
  readonly clock: Clock
  newReference(): string
  partnerOf(request: PaymentRequest): string
  /** @throws `payment.unknown_partner` */
  platformFor(partner: string): PaymentPlatform
  /** A bill in the platform’s words, now. @throws `payment.invalid_bill`, naming the field */
  orderOf(request: PaymentRequest, reference: string): PaymentOrder
  sealBill(id: string, request: PaymentRequest): Uint8Array
  requestOf(bill: Pick<BillRow, 'id' | 'sealed'>): PaymentRequest
  sealAttempt(reference: string, content: SealedAttempt): Uint8Array
  unsealAttempt(attempt: Pick<PaymentAttemptRow, 'reference' | 'sealed'>): SealedAttempt
  sealReceiptLink(reference: string, link: string): Uint8Array
  receiptLinkOf(attempt: Pick<PaymentAttemptRow, 'reference' | 'receipt_link'>): string | null
  /** Writes down what was learnt of an attempt and what it changes, with its entry in the journal. Undefined: there is no such attempt. */
  learn(
    reference: string,
    news: News,
    entry: Pick<JournalEntry, 'partner' | 'kind' | 'message'>,
    more?: JournalEntry['note'],
  ): Promise<(PaymentStanding & { readonly verdict: Verdict }) | undefined>
}

const wireClock = wallClockFormat('yyyyMMddHHmmss')
export const wireTimeOf = (at: Instant): string => wireClock.format(at)
const REFERENCE_LENGTH = 20
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

export function deskOf(options: PaymentOfficeOptions): Desk {
  const { ledger, tenant, platforms, accounts, ip, codes = defaultPaymentCodes, clock = systemClock } = options
  const settings = { ...defaultPaymentSettings, ...options.settings }
  const { vault } = ledger
  return {
    ledger,
    tenant,
    accounts,
    settings,
    clock,
    newReference: options.newReference ?? (() => Array.from({ length: REFERENCE_LENGTH }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('')),
    partnerOf: options.partnerOf ?? (() => onlyOne(platforms)),
    platformFor(partner) {
      const platform = platforms[partner]
      if (platform === undefined)
        throw new LienthongError('payment.unknown_partner', { values: { partner, known: Object.keys(platforms).join(', ') } })
      return platform
    },
    orderOf(request, reference) {
      const mapped = toPaymentOrder(request, { reference, at: wireTimeOf(instant(clock.now())), ip, codes })
      if (mapped.ok) return mapped.value
      const [problem] = mapped.findings.filter(({ severity }) => severity === 'error')
      throw new LienthongError('payment.invalid_bill', {
        values: { field: problem?.path ?? '', problem: problem?.message ?? '', hint: problem?.hint ?? '' },
      })
    },
    sealBill: (id, request) => sealBill(vault, tenant, id, request),
    requestOf: (bill) => openBill(vault, tenant, bill),
    sealAttempt: (reference, content) => vault.seal(tenant, `payment\n${reference}`, JSON.stringify(content)),
    unsealAttempt: ({ reference, sealed }) => JSON.parse(vault.open(tenant, `payment\n${reference}`, sealed)) as SealedAttempt,
    sealReceiptLink: (reference, link) => vault.seal(tenant, `receipt link\n${reference}`, link),
    receiptLinkOf: ({ reference, receipt_link }) => (receipt_link === null ? null : vault.open(tenant, `receipt link\n${reference}`, receipt_link)),
    async learn(reference, news, entry, more = {}) {
      let verdict = 'ignored' as Verdict
      const settled = await settlePayment(ledger, tenant, reference, (standing) => {
        // Whoever has the secret of one partner code says nothing about the attempts of another.
        const decision: Decision =
          standing.attempt.partner === entry.partner ? decide(news, standing, clock.now(), settings) : { verdict: 'wrong-partner', changes: {} }
        verdict = decision.verdict
        const { bill } = decision.changes
        const paid = bill?.state === 'paid' ? { bill: { ...bill, paid_through: platforms[entry.partner]?.paidThrough ?? 'national' } } : {}
        return { ...decision.changes, ...paid, journal: [entryOf({ ...entry, reference }, news, verdict, more)] }
      })
      return settled === undefined ? undefined : { verdict, ...settled.after }
    },
  }
}

function onlyOne(platforms: PaymentOfficeOptions['platforms']): string {
  const [partner, ...others] = Object.keys(platforms)
  if (partner !== undefined && others.length === 0) return partner
  throw new LienthongError('config.invalid', {
    values: {
      place: 'payments.partnerOf',
      problem: {
        en: 'several partner codes are configured: say which one a bill is paid under',
        vi: 'có nhiều mã đối tác: cần chỉ ra mã nào cho khoản thu',
      },
    },
  })
}
