import type { Text } from '../../base/index.js'

/** The answer of a parser of identifiers: the value in its normal form, or what is wrong with it. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Text }

export function accept<T>(value: T): Parsed<T> {
  return { ok: true, value }
}

export function refuse(en: string, vi: string): { readonly ok: false; readonly problem: Text } {
  return { ok: false, problem: { en, vi } }
}
