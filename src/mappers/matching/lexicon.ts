/** The words of the national catalogue, numbered, with what their use there tells. Nothing is learnt from local lists. */
import { bareFillerWords, fillerWords } from './filler-words.js'
import type { NameForm, NameWord } from './name-form.js'

/** A form with its words as numbers. A word that the national catalogue does not have is negative. */
export interface NumberedForm {
  readonly form: NameForm
  readonly words: readonly NameWord[]
  readonly toned: Int32Array
  readonly bare: Int32Array
}

export interface Lexicon {
  number(form: NameForm, words: readonly NameWord[]): NumberedForm
  /** How much a word says: rare words more. By number of the bare word. */
  weight(bare: number): number
  isFiller(word: NameWord, unaccented: boolean): boolean
  knows(toned: number): boolean
  /** How often names end with the word, of all that have it. */
  endShare(bare: number): number
  /** How often the second word follows the first, of all its occurrences. */
  followShare(first: number, second: number): number
  readonly bareWords: number
}

const LEAST_WEIGHT = 0.3
const FILLER_WEIGHT = 0.1

export function lexiconOf(names: readonly (readonly NameWord[])[]): Lexicon {
  const toned = new Map<string, number>()
  const bare = new Map<string, number>()
  const names_with: number[] = []
  const occurrences: number[] = []
  const endings: number[] = []
  const pairs = new Map<number, number>()
  for (const words of names) {
    const seen = new Set<number>()
    let before = -1
    for (const word of words) {
      if (!toned.has(word.toned)) toned.set(word.toned, toned.size)
      let number = bare.get(word.bare)
      if (number === undefined) {
        number = bare.size
        bare.set(word.bare, number)
        names_with.push(0)
        occurrences.push(0)
        endings.push(0)
      }
      occurrences[number] = (occurrences[number] ?? 0) + 1
      if (!seen.has(number)) names_with[number] = (names_with[number] ?? 0) + 1
      seen.add(number)
      if (before >= 0) {
        const pair = before * PAIR + number
        pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
      }
      before = number
    }
    if (before >= 0) endings[before] = (endings[before] ?? 0) + 1
  }
  const fillers = new Set<number>()
  for (const word of bareFillerWords) {
    const number = bare.get(word)
    if (number !== undefined) fillers.add(number)
  }
  const rarest = Math.log(names.length + 1)
  const weights = names_with.map((count, number) =>
    fillers.has(number) ? FILLER_WEIGHT : Math.max(LEAST_WEIGHT, Math.log((names.length + 1) / (count + 0.5))),
  )
  return {
    number(form, words) {
      const numbers = { form, words, toned: new Int32Array(words.length), bare: new Int32Array(words.length) }
      const strangers = new Map<string, number>()
      const stranger = (word: string) => {
        const known = strangers.get(word)
        if (known !== undefined) return known
        strangers.set(word, -1 - strangers.size)
        return -strangers.size
      }
      for (const [at, word] of words.entries()) {
        numbers.toned[at] = toned.get(word.toned) ?? stranger(word.toned)
        numbers.bare[at] = bare.get(word.bare) ?? stranger(word.bare)
      }
      return numbers
    },
    weight: (number) => weights[number] ?? rarest,
    isFiller: (word, unaccented) => (unaccented ? bareFillerWords.has(word.bare) : fillerWords.has(word.toned)),
    knows: (number) => number >= 0,
    endShare: (number) => (endings[number] ?? 0) / (occurrences[number] ?? 1),
    followShare: (first, second) => (pairs.get(first * PAIR + second) ?? 0) / (occurrences[first] ?? 1),
    bareWords: bare.size,
  }
}

const PAIR = 1 << 20
