/** Whether two catalogues mean the same words: what only looks different is no difference for an officer. */

const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g
/** "Thủ tục", "Thủ tục hành chính", "TTHC" in front, and the number of a list before it. */
const OPENING = /^(?:\d{1,3}(?:\.\d{1,3})*[.)]\s+)?(?:(?:thủ tục hành chính|thủ tục|tthc)\b[\s:,–-]*)?/u

/**
 * A name as it is compared: NFC, lower case, one space between words, without "thủ tục" in front and marks at the end; a tone counts the
 * same over either letter (`hòa`, `hoà`). contracts/procedure-database.md §10.11–12
 */
export function nameKey(name: string): string {
  const folded = name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s\u00a0\u200b\ufeff]+/gu, ' ')
    .replace(/ ?([,;:/()–-]) ?/gu, '$1')
    .trim()
  const bare = folded.replace(OPENING, '').replace(/[\s.;:…]+$/u, '')
  return (bare === '' ? folded : bare).replace(/[\p{L}\p{M}]+/gu, tonesLast)
}

/** The tone of a syllable moved behind it: the schools differ only in the letter that carries it. */
function tonesLast(word: string): string {
  const parts = word.normalize('NFD')
  const tones = parts.match(TONES)
  return tones === null ? word : parts.replace(TONES, '').normalize('NFC') + tones.join('')
}

export function sameName(a: string, b: string): boolean {
  return nameKey(a) === nameKey(b)
}

/** Shorter beginnings are shared by names that mean different things. */
const TELLING_LENGTH = 30

/** The same name, or one that was cut off: catalogues shorten long texts, and glue file names to their end. */
export function sameNameOrCut(a: string, b: string): boolean {
  const [short = '', long = ''] = [nameKey(a), nameKey(b)].sort((one, other) => one.length - other.length)
  return short === long || (short.length >= TELLING_LENGTH && long.startsWith(short))
}
