/** Texts typed in fonts that drew Vietnamese letters in the place of others: TCVN3 (ABC) and VNI. contracts/provincial-sources.md §10 */
import { isSyllable } from './syllables.js'
import { tcvn3 } from './tcvn3.js'
import { vni, vniLoose } from './vni.js'

export type FontLetters = 'tcvn3' | 'vni'

const tables: Readonly<Record<FontLetters, ReadonlyMap<string, string>>> = { tcvn3, vni: new Map([...vniLoose, ...vni]) }
/** The characters that stand for letters or marks. */
const signs: Readonly<Record<FontLetters, ReadonlySet<string>>> = {
  tcvn3: new Set(tcvn3.keys()),
  vni: new Set([...vni.keys()].flatMap((written) => [...written].filter((character) => character > '\u007f'))),
}

/**
 * Turns text of such a font into Unicode. A text that holds any other character beyond ASCII was not typed in it and stays as it is: files
 * are often typed half in the old fonts and half in Unicode.
 */
export function fromFont(text: string, letters: FontLetters): string {
  return isAscii(text) || !fits(text, letters) ? text : read(text, letters).text
}

/** `whole`: every sign found its letter. A mark that stands behind no letter is kept. */
function read(text: string, letters: FontLetters): { readonly text: string; readonly whole: boolean } {
  const table = tables[letters]
  let out = ''
  let whole = true
  for (let index = 0; index < text.length; index++) {
    const pair = letters === 'vni' ? table.get(text.slice(index, index + 2)) : undefined
    const character = text[index] as string
    const one = pair ?? table.get(character)
    if (pair !== undefined) index++
    whole &&= one !== undefined || character <= '\u007f'
    out += one ?? character
  }
  return { text: letters === 'tcvn3' ? withCapitals(out) : out, whole }
}

/** Writes text as such a font wants it: for tests, and for whoever must send a list back. TCVN3 loses the capitals that it does not have. */
export function toFont(text: string, letters: FontLetters): string {
  let out = ''
  for (const character of text.normalize('NFC')) out += written[letters].get(character) ?? written[letters].get(character.toLowerCase()) ?? character
  return out
}

const inverse = (table: ReadonlyMap<string, string>) => new Map([...table].map(([sign, letter]) => [letter, sign]))
const written: Readonly<Record<FontLetters, ReadonlyMap<string, string>>> = { tcvn3: inverse(tcvn3), vni: inverse(vni) }

/** Which letters a font of this name draws, as workbooks name the fonts of their cells; null: ordinary ones. */
export function lettersOfFont(font: string): FontLetters | null {
  if (/^\.vn/i.test(font)) return 'tcvn3'
  return /^vni[- ]/i.test(font) ? 'vni' : null
}

/** How a text of some length was most likely typed. `doubtful`: it looks like an old font, but not surely enough to act on it. */
export interface LettersJudgement {
  readonly letters: FontLetters | null
  readonly doubtful: boolean
}

/** So many words beyond ASCII are needed to be sure. */
const ENOUGH_WORDS = 12

/**
 * Scores a sample by how many of its words beyond ASCII could be Vietnamese under each reading.
 *
 * @param asFont the same sample as a font's table wants it read, where that is another encoding
 */
export function judgeLetters(sample: string, asFont = sample): LettersJudgement {
  const unicode = share(wordsOf(sample), isSyllable)
  const words = wordsOf(asFont)
  if (words.length === 0 || unicode > 0.5) return { letters: null, doubtful: false }
  const scores = (['tcvn3', 'vni'] as const)
    .map((letters) => ({ letters, score: share(words, (word) => typedIn(word, letters)) }))
    .sort((a, b) => b.score - a.score)
  const [best, other] = scores
  if (best === undefined || best.score < 0.5) return { letters: null, doubtful: false }
  // The signs of the fonts are letters of other languages, and a third of the words can be read either way.
  const sure = words.length >= ENOUGH_WORDS && best.score >= 0.85 && best.score - Math.max(unicode, other?.score ?? 0) >= 0.3
  return { letters: best.letters, doubtful: !sure }
}

function typedIn(word: string, letters: FontLetters): boolean {
  const { text, whole } = read(word, letters)
  return whole && isSyllable(text)
}

function wordsOf(sample: string): readonly string[] {
  // The sign of ư in TCVN3 is a soft hyphen, that of à a micro sign: what parts words is named one by one.
  const words = sample.normalize('NFC').match(/[^\s,;:.!?/()"'\d<>=–-]+/g) ?? []
  return words.filter((word) => !isAscii(word)).slice(0, 2000)
}

function share(words: readonly string[], holds: (word: string) => boolean): number {
  return words.length === 0 ? 0 : words.filter(holds).length / words.length
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false
  return true
}

function fits(text: string, letters: FontLetters): boolean {
  for (const character of text) if (character > '\u007f' && character !== '\u00a0' && !signs[letters].has(character)) return false
  return true
}

/** Where all that could show its case is a capital, beyond the first letters of words, the letters without a capital of their own are meant as capitals. */
function withCapitals(text: string): string {
  return /\p{L}[A-Z]/u.test(text) && !/[a-z]/.test(text) ? text.toUpperCase() : text
}
