/** What the platform's error codes mean for whoever sent the message. contracts/payment-platform.md §8 */
export const codeMeanings = ['ok', 'busy', 'exists', 'unknown-reference', 'refused'] as const
export type CodeMeaning = (typeof codeMeanings)[number]

/** Only `00` and `99` are the platform’s own; the others are a bank’s, and assumed here: an installation says what its platform means. */
export const paymentErrorCodes: Readonly<Record<string, CodeMeaning>> = {
  '00': 'ok',
  '06': 'busy',
  '96': 'busy',
  '99': 'busy',
  '142': 'busy',
  '104': 'unknown-reference',
  '118': 'unknown-reference',
  '116': 'exists',
}

export type PaidState = 'paid' | 'pending' | 'failed'

export const queryStates = ['paid', 'pending', 'failed', 'unpaid'] as const
export type QueryState = (typeof queryStates)[number]

/** `TrangThaiGD` of an answer to QUERY (§5.2). `0` and `2` are assumed; whatever else comes is pending: nothing fails because a number is new. */
export const paymentQueryStates: Readonly<Record<string, QueryState>> = {
  '1': 'paid',
  '3': 'pending',
  '4': 'failed',
  '0': 'unpaid',
  '2': 'unpaid',
}

/** A code without a row is a refusal: sent again, the message would come back again. */
export function meaningOf(codes: Readonly<Record<string, CodeMeaning>>, code: string): CodeMeaning {
  return codes[code.trim()] ?? 'refused'
}
