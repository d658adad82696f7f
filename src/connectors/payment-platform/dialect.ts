/** What a dialect of the payment platform is: one value. contracts/payment-platform.md §1 */
import type { CodeMeaning, PaidState } from './codes.js'
import type { SignedBody } from './signed-body.js'
import type { Formula } from './signing.js'
import type { PaymentOrder } from './wire.js'

/** Who we are to the platform, and where its operations are. */
export interface PaymentSite {
  /** Absolute addresses, one an operation; which are needed stands in {@link PaymentDialect.needs}. */
  readonly urls: Readonly<Partial<Record<PaymentOperation, string>>>
  /** `MaDoiTac`, `client_id` or `partnerCode`. */
  readonly partner: string
  /** Signs what goes out. */
  readonly secret: string
  /** Any of these holds for what comes in: several while a secret is being changed. */
  readonly inboundSecrets: readonly string[]
  /** Of `paygov`. */
  readonly accessKey: string | undefined
  readonly serviceCode: string | undefined
  /** Fixed texts of messages that an installation words differently: `PhienBan`, `LoaiBanTin` of the result, `locale` … */
  readonly literals: Readonly<Record<string, string>>
  /** Error code → what it means to whoever sent the message; the defaults with what this installation says otherwise. */
  readonly codes: Readonly<Record<string, CodeMeaning>>
  /** `TrangThaiGD` → state; one without a row is pending. */
  readonly states: Readonly<Record<string, PaidState | 'unpaid'>>
  /** Where the browser comes back to, in dialects that say so. */
  readonly returnUrl: string | undefined
}

export type PaymentOperation = 'start' | 'query' | 'receipt' | 'refund' | 'verify'

export interface WireMessage {
  readonly url: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** An attempt that was sent before. */
export interface SentAttempt {
  readonly reference: string
  /** The very text that was sent. */
  readonly at: string
}

/** A paid attempt, as its receipt is asked for. */
export interface PaidAttempt extends SentAttempt {
  /** The time under which the platform told of the payment: some know the receipt by that alone. */
  readonly toldAt?: string | null
  /** The link that came with the result. */
  readonly receiptUrl?: string | null
}

/** Money of a paid attempt that goes back to whoever paid. */
export interface RefundOrder {
  readonly reference: string
  /** Plain digits. */
  readonly amount: string
  /** Signed: without `|`. */
  readonly reason: string
}

export type RefundAnswer =
  /** The platform took it over; its own number of the refund, where it gives one. */
  { readonly outcome: 'accepted'; readonly refundNumber: string } | { readonly outcome: 'refused'; readonly code: string; readonly message: string }

/** What came of asking for a payment page. */
export type StartAnswer =
  | { readonly outcome: 'started'; readonly payUrl: string }
  /** The platform has this reference: an earlier try arrived. Ask it (§8, 116). */
  | { readonly outcome: 'exists' }
  /** Not now: try again later (96, 06, 99). */
  | { readonly outcome: 'busy'; readonly code: string; readonly message: string }
  | { readonly outcome: 'refused'; readonly code: string; readonly message: string }

export interface QueryAnswer {
  /** `unknown`: the platform has no such reference. `unpaid`: it has, and nobody paid yet. */
  readonly state: PaidState | 'unpaid' | 'unknown'
  /** Plain digits; empty where it does not say. */
  readonly amount: string
  readonly transaction: string
  readonly bank: string
  readonly at: string
  readonly code: string
}

/** A result message, once its signature held. */
export interface PaymentResult {
  /** Ours, or one that the platform made for a bill it looked up itself. */
  readonly reference: string
  readonly partner: string
  readonly paid: boolean
  readonly code: string
  /** Plain digits. */
  readonly amount: string
  /** The platform's own number: the key of reconciliation. */
  readonly transaction: string
  readonly bank: string
  readonly at: string
  readonly narration: string
  readonly billCode: string | null
  /** What our answer to a bill inquiry had named the bill (`MaTraCuuTT`). */
  readonly lookupCode: string | null
  /** Where the receipt may be fetched for a while (`UrlBienLai`). */
  readonly receiptUrl: string | null
}

/** What we say to a result message. `applied` also for one that came before. */
export type Acknowledged = 'applied' | 'refused' | 'bad-signature' | 'failed'

export interface PaymentDialect {
  readonly name: string
  /** What the national portal is told of money that came this way. */
  readonly paidThrough: 'national' | 'provincial'
  /** Addresses and settings without which it does not work. */
  readonly needs: readonly (`urls.${PaymentOperation}` | 'accessKey' | 'returnUrl' | 'inboundSecrets')[]
  readonly start: {
    request(order: PaymentOrder, site: PaymentSite): WireMessage
    /** @returns undefined for a body that is none of the platform's. */
    read(text: string, site: PaymentSite): StartAnswer | undefined
  }
  /** Absent: an unknown outcome is settled by the result message or by settlement alone. */
  readonly query?: {
    request(attempt: SentAttempt, site: PaymentSite): WireMessage
    /** `refused`: the platform does not answer the question; its code says why. */
    read(text: string, attempt: SentAttempt, site: PaymentSite): QueryAnswer | 'bad-signature' | { readonly refused: string } | undefined
  }
  readonly receipt?: {
    request(attempt: SentAttempt, site: PaymentSite): WireMessage
    /** Where the receipt is, from an answer that is no file. @returns undefined for what is no answer */
    read(text: string, site: PaymentSite): { readonly url: string } | { readonly code: string; readonly message: string } | undefined
  }
  /** Absent: people give money back, and record it (§11.2). */
  readonly refund?: {
    request(order: RefundOrder, site: PaymentSite): WireMessage
    read(text: string, order: RefundOrder, site: PaymentSite): RefundAnswer | 'bad-signature' | undefined
  }
  readonly result: {
    /** Null: the wire’s formula is not public; the platform is asked instead (`urls.verify`). */
    readonly formula: Formula | null
    /** Whether {@link formula} covers what became of the payment and its number, or the platform vouches for both when it is asked. */
    readonly signsOutcome: boolean
    readonly signature: string
    read(body: SignedBody): PaymentResult
    /** Whether it is a result at all: other messages may be signed by the same formula. Absent: no other is. */
    isResult?(body: SignedBody, site: PaymentSite): boolean
    acknowledge(what: Acknowledged, body: SignedBody | undefined): unknown
    /** Asks the platform whether a result is its own. */
    readonly verify?: { request(body: SignedBody, site: PaymentSite): WireMessage; read(text: string): boolean | undefined }
  }
}
