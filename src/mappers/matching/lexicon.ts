/** The words of the national catalogue, numbered, with what their use there tells. Nothing is learnt from local lists. */
import { bareFillerWords, fillerWords } from './filler-words.js'
import type { NameForm } from './name-form.js'
import type { NameWord } from './name-words.js'

/** A form with its words as numbers. A word that the national catalogue does not have is negative. */
export interface NumberedForm {
  readonly form: NameForm
  readonly words: readonly NameWord[]
  readonly toned: Int32Array
  readonly bare: Int32Array
  /** How much each word says: rare words more. */
  readonly weights: Float64Array
  readonly weight: number
  /** 1 for words that may be left out. */
  readonly filler: Uint8Array
  /** Places of words that may be abbreviations, by the look of them. */
  readonly short: readonly number[]
}

export interface Lexicon {
  number(form: NameForm, words: readonly NameWord[]): NumberedForm
  /** How much a word says: rare words more. By number of the bare word. */
  weight(bare: number): number
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
  const toneds = new Map<string, number>()
  const bares = new Map<string, number>()
  const names_with: number[] = []
  const occurrences: number[] = []
  const endings: number[] = []
  const pairs = new Map<number, number>()
  for (const words of names) {
    const seen = new Set<number>()
    let before = -1
    for (const word of words) {
      if (!toneds.has(word.toned)) toneds.set(word.toned, toneds.size)
      let number = bares.get(word.bare)
      if (number === undefined) {
        number = bares.size
        bares.set(word.bare, number)
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
    const number = bares.get(word)
    if (number !== undefined) fillers.add(number)
  }
  const rarest = Math.log(names.length + 1)
  const weights = names_with.map((count, number) =>
    fillers.has(number) ? FILLER_WEIGHT : Math.max(LEAST_WEIGHT, Math.log((names.length + 1) / (count + 0.5))),
  )
  const weightOf = (number: number) => weights[number] ?? rarest
  return {
    number(form, words) {
      const size = words.length
      const [toned, bare, weights, filler] = [new Int32Array(size), new Int32Array(size), new Float64Array(size), new Uint8Array(size)]
      const short: number[] = []
      const strangers = new Map<string, number>()
      const stranger = (word: string) => {
        const number = strangers.get(word) ?? -1 - strangers.size
        strangers.set(word, number)
        return number
      }
      let weight = 0
      for (let at = 0; at < size; at++) {
        const word = words[at] as NameWord
        const number = bares.get(word.bare) ?? stranger(word.bare)
        toned[at] = toneds.get(word.toned) ?? stranger(word.toned)
        bare[at] = number
        weights[at] = weightOf(number)
        weight += weights[at] ?? 0
        if (form.unaccented ? bareFillerWords.has(word.bare) : fillerWords.has(word.toned)) filler[at] = 1
        if (LETTERS.test(word.bare) && (word.capitals || (number < 0 && word.bare.length > 2))) short.push(at)
      }
      return { form, words, toned, bare, weights, weight, filler, short }
    },
    weight: weightOf,
    knows: (number) => number >= 0,
    endShare: (number) => (endings[number] ?? 0) / (occurrences[number] ?? 1),
    followShare: (first, second) => (pairs.get(first * PAIR + second) ?? 0) / (occurrences[first] ?? 1),
    bareWords: bares.size,
  }
}

const PAIR = 1 << 20
const LETTERS = /^[a-z]{2,}$/
