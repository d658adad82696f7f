/**
 * Vietnamese words as the matching compares them. A word of Vietnamese is one syllable: letters with their quality (ă, â, ê, ô, ơ, ư, đ)
 * and one tone, whose mark two schools write over different letters (`hòa`, `hoà`). So the tone is taken out and put behind: `hoa1`.
 */

export interface Syllable {
  /** Letters with their quality and the tone as a digit: `hoa1`. Equal for both tone-mark styles, for NFC and NFD, for any case. */
  readonly toned: string
  /** ASCII letters alone: `hoa`. What is left of a text that lost its diacritics. */
  readonly bare: string
}

const TONES: Readonly<Record<string, string>> = { '\u0300': '1', '\u0301': '2', '\u0303': '3', '\u0309': '4', '\u0323': '5' }
const TONE = /[\u0300\u0301\u0303\u0309\u0323]/
const TONES_ALL = /[\u0300\u0301\u0303\u0309\u0323]/g
const MARKS = /[\u0300-\u036f]/g
/** `kỹ` and `kĩ`, `quy` and `qui` are one word in two spellings; `thủy` and `thủi` would be two. */
const FINAL_Y = /^(h|k|l|m|s|t|v|qu)y$/

/** @param word letters or digits without a space */
export function syllable(word: string): Syllable {
  const lower = word.toLowerCase()
  if (/^\d+$/.test(lower)) {
    const digits = lower.replace(/^0+(?=\d)/, '')
    return { toned: digits, bare: digits }
  }
  const parts = lower.normalize('NFD')
  const tone = TONE.exec(parts)
  const letters = parts.replace(TONES_ALL, '').normalize('NFC').replace(FINAL_Y, '$1i')
  return { toned: letters + (tone === null ? '' : (TONES[tone[0]] ?? '')), bare: bareLetters(letters) }
}

/** Without any diacritic. */
export function bareLetters(text: string): string {
  return text.normalize('NFD').replace(MARKS, '').replace(/đ/g, 'd')
}

/** Whether two words differ by one letter: one wrong, missing, too many, or two in the wrong order. Equal words do not. */
export function oneTypoApart(a: string, b: string): boolean {
  if (a === b) return false
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  if (long.length - short.length > 1) return false
  let start = 0
  while (start < short.length && short[start] === long[start]) start++
  if (short.slice(start) === long.slice(start + 1)) return true
  if (short.length !== long.length) return false
  if (short.slice(start + 1) === long.slice(start + 1)) return true
  return short[start] === long[start + 1] && short[start + 1] === long[start] && short.slice(start + 2) === long.slice(start + 2)
}
