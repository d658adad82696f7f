/** The words of a name as the matching compares them, abbreviations written out. */
import { abbreviations } from './abbreviations.js'
import { type Syllable, syllable } from './syllable.js'

export interface NameWord extends Syllable {
  /** Written in capitals in a name that is not: `FLEGT`, `SXKD`. It may stand for the words whose initials it has. */
  readonly capitals: boolean
  /** A comma, a bracket or the like stands before it: a name could end there. */
  readonly afterBreak: boolean
}

/** @param standsOut whether a word in capitals is one among others that are not */
export type WordReader = (word: string, afterBreak: boolean, standsOut: boolean) => readonly NameWord[]

/** Vietnamese has some 7,000 syllables; what is beyond that is no language. */
const REMEMBERED = 20_000

/** A reader that remembers: the words of a catalogue come again and again. */
export function wordReader(): WordReader {
  const remembered = [0, 1, 2, 3].map(() => new Map<string, readonly NameWord[]>())
  return (word, afterBreak, standsOut) => {
    const read = remembered[(afterBreak ? 1 : 0) + (standsOut ? 2 : 0)] as Map<string, readonly NameWord[]>
    const known = read.get(word)
    if (known !== undefined) return known
    const fresh = writtenOut(word, afterBreak, standsOut && CAPITALS.test(word))
    if (read.size < REMEMBERED) read.set(word, fresh)
    return fresh
  }
}

const CAPITALS = /^\p{Lu}{2,}$/u

function writtenOut(word: string, afterBreak: boolean, capitals: boolean): NameWord[] {
  const short = syllable(word)
  const long = capitals || (word.length > 2 && !SYLLABLE.test(short.bare)) ? abbreviations.get(word.toUpperCase()) : undefined
  if (long === undefined) return [{ ...short, capitals, afterBreak }]
  return long.map((part, at) => ({ ...syllable(part), capitals: false, afterBreak: afterBreak && at === 0 }))
}

/** What could be a word: `tư` and `tha` are, and abbreviations only where they stand out in capitals. */
const SYLLABLE = /^[bcdghklmnpqrstvx]{0,3}[aeiouy]{1,3}(?:c|ch|m|n|ng|nh|p|t)?$/

/** A word with what stands before it. */
const WORD = /([^\p{L}\p{M}\d]*)([\p{L}\p{M}]+|\d+)/gu
const BREAK = /[^\s/"“”‘’'.]/u
/** A name longer than any is compared by its beginning. */
const MOST_WORDS = 1000

export function wordsOf(text: string, standsOut: boolean, read: WordReader): NameWord[] {
  const words: NameWord[] = []
  const pattern = new RegExp(WORD)
  for (let match = pattern.exec(text); match !== null && words.length < MOST_WORDS; match = pattern.exec(text)) {
    const [, before = '', word = ''] = match
    for (const one of read(word, before.length > 0 && before !== ' ' && BREAK.test(before), standsOut)) words.push(one)
  }
  return words
}
