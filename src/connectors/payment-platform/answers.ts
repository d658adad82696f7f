/** Answers as they come: wrapped or flat, in any case of names. contracts/payment-platform.md §4.1, §10.12 */
import { wrapped } from './wire.js'

export function lowerCaseKeys(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key.toLowerCase(), one]))
}

export type Unwrapped =
  | { readonly kind: 'flat'; readonly fields: Record<string, unknown> }
  /** The hop in between failed; its words are no answer of the platform. */
  | { readonly kind: 'refused-on-the-way'; readonly code: string; readonly message: string }

/** @returns undefined for what is no JSON object */
export function unwrap(text: string): Unwrapped | undefined {
  const fields = lowerCaseKeys(parsed(text))
  if (fields === undefined) return undefined
  const outer = wrapped.safeParse(fields)
  if (!outer.success || outer.data.error_code == null || 'maloi' in fields) return { kind: 'flat', fields }
  const { error_code: code, message } = outer.data
  const inner = lowerCaseKeys(parsed(message ?? ''))
  if (code.trim() === '0' && inner !== undefined) return { kind: 'flat', fields: inner }
  return { kind: 'refused-on-the-way', code, message: message ?? '' }
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
