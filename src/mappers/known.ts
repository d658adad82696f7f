import { tidy } from '../base/index.js'

/** NFC and trimmed; blank means "not known". Sources write an empty text where they have no value. */
export function known(text: string | null | undefined): string | null {
  if (!text) return null
  const tidied = tidy(text)
  return tidied === '' ? null : tidied
}

/** A code for a message. Codes are short words; anything longer in their place, or what looks like a number of a person, is not repeated. */
export function codeWord(value: string | null | undefined): string {
  const text = known(value) ?? ''
  return /^[\p{L}\p{N}_.:-]{0,40}$/u.test(text) && !/\d{8}/.test(text) ? text : '…'
}
