/** Who may use the platform: what was agreed with a province before its first payment. contracts/payment-platform.md §3 */
import { z } from 'zod'

/** The sandbox calls nobody else. */
const here = z.url({ protocol: /^https?$/ }).refine(isOnThisMachine, 'expected an http address on this machine: the sandbox calls nobody else')
const page = z.url({ protocol: /^https?$/, error: 'expected an http or https address' })
const secret = z.string().min(8).max(200)

/** What `POST /__sandbox/payment-platform/partner` takes; what is left out stays as it was, or takes its default. */
export const partnerRequest = z.strictObject({
  /** `MaDoiTac`, `client_id`, `partnerCode`. */
  partner: z.string().regex(/^[^|\s]{1,50}$/, 'expected a code of at most 50 characters without blanks and “|”'),
  /** Signs in both directions; in KeyPay what the province sends. */
  secret: secret.optional(),
  /** KeyPay's second key: signs what the platform sends. */
  inboundSecret: secret.optional(),
  /** Of PayGov. */
  accessKey: z.string().min(1).max(200).optional(),
  serviceCode: z.string().min(1).max(200).optional(),
  /** Bearer token of PayGov's LGSP. */
  token: z.string().min(1).max(200).optional(),
  /** `payplat` as it is, or as it was in June 2020. */
  signing: z.enum(['current', 'june-2020']).optional(),
  /** `lgsp`: JSON within JSON, as an adapter in between gives it (§4.1). */
  answers: z.enum(['flat', 'lgsp']).optional(),
  /** GET_BILL gives the file itself, or a link to it (§4.4). */
  receipts: z.enum(['pdf', 'link']).optional(),
  /** Under which time GET_BILL finds the receipt of a payment that the province began: that of INIT, or that of the result (§4.4). */
  receiptTime: z.enum(['init', 'result']).optional(),
  /** Where results of payments go; null: nowhere. */
  callbackUrl: here.nullable().optional(),
  /** Where the pay page leads back to. It proves nothing. */
  returnUrl: page.nullable().optional(),
  /** Where the national portal looks bills up by their code. */
  inquiryUrl: here.nullable().optional(),
})
export type PartnerInput = z.input<typeof partnerRequest>

export interface PartnerProfile {
  readonly partner: string
  readonly secret: string
  readonly inboundSecret: string
  readonly accessKey: string
  readonly serviceCode: string
  readonly token: string
  readonly signing: 'current' | 'june-2020'
  readonly answers: 'flat' | 'lgsp'
  readonly receipts: 'pdf' | 'link'
  readonly receiptTime: 'init' | 'result'
  readonly callbackUrl: string | null
  readonly returnUrl: string | null
  readonly inquiryUrl: string | null
}

/** A profile with what is not said as before, or by default. @throws {z.ZodError} */
export function partnerProfile(input: PartnerInput, before?: PartnerProfile): PartnerProfile {
  const said = Object.fromEntries(Object.entries(partnerRequest.parse(input)).filter(([, value]) => value !== undefined))
  return { ...(before ?? defaults), ...said } as PartnerProfile
}

const defaults: Omit<PartnerProfile, 'partner'> = {
  secret: 'sandbox-payment-secret',
  inboundSecret: 'sandbox-payment-inbound-secret',
  accessKey: 'sandbox-payment-access',
  serviceCode: 'sandbox-payment-service',
  token: 'sandbox-payment-token',
  signing: 'current',
  answers: 'flat',
  receipts: 'pdf',
  receiptTime: 'init',
  callbackUrl: null,
  returnUrl: null,
  inquiryUrl: null,
}

/** @returns whether only this machine is reached by it. */
export function isOnThisMachine(url: string): boolean {
  const parsed = URL.parse(url)
  return parsed?.protocol === 'http:' && /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(parsed.hostname)
}
