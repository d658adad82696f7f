/** Citizens by remote control: `POST /__sandbox/payment-platform/citizen`. */
import { z } from 'zod'
import { isBank } from './banks.js'
import type { Transaction } from './books.js'
import { type CitizenReport, citizenActions, PAGES, type Platform } from './platform.js'

const bank = z.string().refine(isBank, 'no bank of the pay page')

/** Which attempt, by its reference or by the address of its page; and what the citizen does there. */
export const citizenRequest = z.strictObject({
  reference: z.string().optional(),
  /** Where several partners have the same reference. */
  partner: z.string().optional(),
  payUrl: z.string().optional(),
  action: z.enum(citizenActions),
  bank: bank.optional(),
  /** How a slow payment ends; left out, the seed decides. */
  ends: z.enum(['paid', 'failed']).optional(),
})
export type CitizenInput = z.input<typeof citizenRequest>

/** @throws RangeError for an attempt that the platform does not have. */
export function citizen(platform: Platform, input: CitizenInput): CitizenReport {
  const { reference, partner, payUrl, action, ...choice } = citizenRequest.parse(input)
  const transaction = payUrl === undefined ? platform.books.find(reference ?? '', partner) : behind(platform, payUrl)
  if (transaction === undefined) throw new RangeError(`the payment platform has no ${payUrl ?? reference ?? 'attempt without a name'}`)
  return platform.act(transaction, action, choice)
}

function behind({ books }: Platform, payUrl: string): Transaction | undefined {
  const path = URL.parse(payUrl)?.pathname ?? ''
  return path.startsWith(PAGES) ? books.byToken(path.slice(PAGES.length)) : undefined
}
