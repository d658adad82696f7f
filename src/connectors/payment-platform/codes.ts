/** What the platform's error codes mean for whoever sent the message. contracts/payment-platform.md §8; all but 00 and 99 are the bank's (assumed). */
export type CodeMeaning = 'ok' | 'busy' | 'exists' | 'unknown-reference' | 'refused'

const MEANINGS: Readonly<Record<string, CodeMeaning>> = {
  '00': 'ok',
  '06': 'busy',
  '96': 'busy',
  '99': 'busy',
  '142': 'busy',
  '104': 'unknown-reference',
  '118': 'unknown-reference',
  '116': 'exists',
}

/** A code without a row is a refusal: sent again, the message would come back again. */
export function meaningOf(code: string): CodeMeaning {
  return MEANINGS[code.trim()] ?? 'refused'
}
