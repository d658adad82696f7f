import { type FontLetters, fromFont } from './letters/index.js'

/** `="0123"` and `'0123` are how programs and people keep Excel from taking a code for a number. */
const KEPT_AS_TEXT = /^="([^"]*)"$|^'(?=[\d+=@-])(.*)$/
/** What nobody sees: zero-width signs and soft hyphens come with text copied from web pages. */
const UNSEEN = /[\u00ad\u200b-\u200d\u2060\ufeff]/g
/** Any white space but single blanks: line breaks inside a cell, blanks that do not break. */
const ODD_BLANKS = /[^\S ]| {2}/

/** What a person sees in a cell: one line, NFC, without the signs that only programs see. */
export function cellText(written: string | undefined, letters: FontLetters | null): string {
  if (written === undefined) return ''
  const seen = (letters === null ? written : fromFont(written, letters)).normalize('NFC').replace(UNSEEN, '').trim()
  const text = ODD_BLANKS.test(seen) ? seen.replace(/\s+/g, ' ') : seen
  const kept = text.startsWith('=') || text.startsWith("'") ? KEPT_AS_TEXT.exec(text) : null
  return kept === null ? text : (kept[1] ?? kept[2] ?? '').trim()
}
