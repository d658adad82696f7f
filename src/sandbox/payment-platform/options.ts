/** What nobody knows about the payment platform, as switches. contracts/payment-platform.md §10 and §13 */
import { minutes, seconds } from '../../base/index.js'
import { type PartnerProfile, partnerProfile } from './partners.js'

export interface PlatformOptions {
  /** Who is registered from the beginning; others come through the sandbox's own door. */
  readonly partners: readonly PartnerProfile[]
  /** How long a pay page takes money. */
  readonly pageMs: number
  /** For so long the same INIT gets the same answer again; later it is a duplicate, 116. */
  readonly sameAnswerMs: number
  /** Smallest amount, in đồng. */
  readonly leastAmount: number
  /** `LoaiBanTin` of results: no public client shows the literal. */
  readonly resultType: string
  /** How often a result is sent until it is acknowledged. */
  readonly tries: number
  /** Wait before the second try; each further wait is twice as long: 1, 2, 4, 8 minutes. */
  readonly retryMs: number
  /** How long the platform waits for an acknowledgement. */
  readonly answerWithinMs: number
  /** How long a payment hangs at a bank that does not answer. */
  readonly slowMs: number
  /** Links to receipts end after this (§4.4). */
  readonly receiptLinkMs: number
}

export const platformDefaults: PlatformOptions = {
  partners: [partnerProfile({ partner: 'TINHMAU' })],
  pageMs: minutes(15),
  sameAnswerMs: minutes(15),
  leastAmount: 1000,
  resultType: 'CONFIRM',
  tries: 5,
  retryMs: minutes(1),
  answerWithinMs: seconds(10),
  slowMs: minutes(5),
  receiptLinkMs: seconds(300),
}
