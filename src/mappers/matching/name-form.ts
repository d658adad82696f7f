/** What a name says once everything is taken away in which two catalogues write the same name differently. contracts/procedure-database.md §10.11–12 */
import type { AdministrativeLevel } from '../../domain/index.js'
import { abbreviations } from './abbreviations.js'
import { statedLevel } from './level-words.js'
import { oneTypoApart, type Syllable, syllable } from './syllable.js'

export interface NameWord extends Syllable {
  /** Written in capitals in a name that is not: `FLEGT`, `SXKD`. It may stand for the words whose initials it has. */
  readonly capitals: boolean
  /** A comma, a bracket or the like stands before it: a name could end there. */
  readonly afterBreak: boolean
}

export interface NameForm {
  /** Without "thủ tục" in front and a level at the end; abbreviations written out. */
  readonly words: readonly NameWord[]
  /** The same with the level, where the name ends with one. */
  readonly withLevel: readonly NameWord[] | null
  /** The level that the name states at its end. */
  readonly levels: ReadonlySet<AdministrativeLevel> | null
  /** Ends with `…`: the rest was cut off. */
  readonly cut: boolean
  /** Lost all its diacritics. */
  readonly unaccented: boolean
}

const ELLIPSIS = /(?:…|\.{2,})[\s"”’)\]]*$/u
/** `1.`, `12)`, `III.` in front. */
const NUMBERING = /^\s*(?:\d{1,3}(?:\.\d{1,3})*|[IVX]{1,5})\s*[.):]\s*(?=\p{L})/u
/** A word with what stands before it. */
const WORD = /([^\p{L}\p{M}\d]*)([\p{L}\p{M}]+|\d+)/gu
const BREAK = /[^\s/"“”‘’'.]/u
const CAPITALS = /^\p{Lu}{2,}$/u
/** "thủ tục", "thủ tục hành chính" in front, perhaps twice. */
const OPENING = /^(?:thu tuc (?:hanh chinh )?)+(?=\S)/

/** @param read reads one word; a catalogue keeps what it has read, as its words come again and again */
export function nameForm(name: string, read: (word: string) => Syllable = syllable): NameForm {
  const text = name.normalize('NFC').replace(/\s+/gu, ' ').trim()
  const cut = ELLIPSIS.test(text)
  const written = [...text.replace(NUMBERING, '').matchAll(WORD)]
  const allCapitals = !/\p{Ll}/u.test(text)
  const words = written.flatMap(([, before = '', word = '']) => writtenOut(word, BREAK.test(before), allCapitals, read))
  const told = words.slice(openingOf(words))
  const stated = cut ? null : statedLevel(told.map(({ bare }) => bare))
  return {
    words: stated === null ? told : told.slice(0, -stated.words),
    withLevel: stated === null ? null : told,
    levels: stated?.levels ?? null,
    cut,
    unaccented: written.length >= 2 && !MARKED.test(text),
  }
}

/** How many words in front say no more than that it is a procedure. */
function openingOf(words: readonly NameWord[]): number {
  const opening = OPENING.exec(words.map(({ bare }) => bare).join(' '))?.[0].trim()
  if (opening !== undefined) return opening.split(' ').length
  const [first, second] = words
  if (first === undefined || second === undefined || words.length < 3) return 0
  const misspelt = (first.bare === 'thu' && oneTypoApart(second.bare, 'tuc')) || (second.bare === 'tuc' && oneTypoApart(first.bare, 'thu'))
  return misspelt ? 2 : 0
}

function writtenOut(word: string, afterBreak: boolean, allCapitals: boolean, read: (word: string) => Syllable): NameWord[] {
  const capitals = CAPITALS.test(word)
  const standsOut = capitals && !allCapitals
  const short = read(word)
  const long = standsOut || (word.length > 2 && !SYLLABLE.test(short.bare)) ? abbreviations.get(word.toUpperCase()) : undefined
  if (long !== undefined) return long.map((part, at) => ({ ...read(part), capitals: false, afterBreak: afterBreak && at === 0 }))
  return [{ ...short, capitals: standsOut, afterBreak }]
}

/** Any letter that ASCII does not have. */
const MARKED = /[^\P{L}A-Za-z]/u

/** What could be a word: `tư` and `tha` are, and abbreviations only where they stand out in capitals. */
const SYLLABLE = /^[bcdghklmnpqrstvx]{0,3}[aeiouy]{1,3}(?:c|ch|m|n|ng|nh|p|t)?$/
