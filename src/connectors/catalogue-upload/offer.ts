/** What a province offers nationally, in the terms of the upload, and the port through which it goes. */
import type { LienthongError } from '../../base/index.js'

/** One service of a procedure. `null` is not known, and is not sent. */
export interface OfferedService {
  /** As the province writes it: `1.001193.000.00.00.H99`. */
  readonly localCode: string
  readonly nationalCode: string | null
  readonly name: string
  readonly level: 'information' | 'partial' | 'full' | null
  /** Where citizens file it. */
  readonly url: string | null
  readonly agencyCode: string | null
  /** `[]`: free of charge. */
  readonly fees: readonly OfferedFee[] | null
}

export interface OfferedFee {
  /** `charge` is phí, `fee` is lệ phí. */
  readonly kind: 'charge' | 'fee' | null
  /** Whole đồng. */
  readonly amount: number | null
  readonly text: string | null
}

/**
 * What became of one offer. `unknown`: it was sent, and no answer proves anything; it may be there. `not-sent` certainly is not.
 * `rejected`: the other side said no.
 */
export interface OfferOutcome {
  readonly localCode: string
  readonly outcome: 'accepted' | 'rejected' | 'unknown' | 'not-sent'
  /** What the other side said, redacted. */
  readonly answer: { readonly code: string; readonly message: string | null } | null
  /** Why not; null when accepted. */
  readonly error: LienthongError | null
}

/** Where offers go. */
export interface CatalogueTarget {
  /** Host and port; no request goes anywhere else. */
  readonly host: string
  /** Whether that is this machine: to any other a caller sends only in production. */
  readonly loopback: boolean
  readonly offersPerCall: number
  /** Sends offers, in their order. Whatever happens, there is one outcome for each, in the same order. */
  offer(offers: readonly OfferedService[], options?: { readonly signal?: AbortSignal | undefined }): Promise<readonly OfferOutcome[]>
}
