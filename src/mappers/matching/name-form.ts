/** What a name says once everything is taken away in which two catalogues write the same name differently. contracts/procedure-database.md §10.11–12 */
import type { AdministrativeLevel } from '../../domain/index.js'
import { statedLevel } from './level-words.js'
import { type NameWord, type WordReader, wordReader, wordsOf } from './name-words.js'
import { oneTypoApart } from './syllable.js'

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

const ELLIPSIS = /(?:…|\.{3,})[\s"”’)\]]*$/u
/** `1.`, `12)`, `III.` in front. */
const NUMBERING = /^(?:(?:\d{1,3}(?:\.\d{1,3})*|[IVX]{1,5})\s*[.):]\s*)+(?=\p{L})/u
const IN_BRACKETS = /\(([^()]{6,60})\)/gu
/** "thủ tục", "thủ tục hành chính" in front, perhaps twice. */
const OPENING = /^(?:thu tuc (?:hanh chinh )?)+(?=\S)/

export function nameForm(name: string, read: WordReader = wordReader()): NameForm {
  const whole = name.normalize('NFC').replace(/\s+/gu, ' ').trim().replace(NUMBERING, '')
  const standsOut = /\p{Ll}/u.test(whole)
  const levels = new Set<AdministrativeLevel>()
  const text = whole.replace(IN_BRACKETS, (bracket, inside: string) => {
    const words = wordsOf(inside, standsOut, read)
    const stated = statedLevel(words)
    if (stated === null || stated.words < words.length) return bracket
    for (const level of stated.levels) levels.add(level)
    return ' '
  })
  const cut = ELLIPSIS.test(text.trim())
  const told = wordsOf(text, standsOut, read)
  const words = told.slice(openingOf(told))
  const stated = cut ? null : statedLevel(words)
  const ending = stated !== null && stated.words < words.length ? stated : null
  for (const level of ending?.levels ?? []) levels.add(level)
  const all = text === whole ? told : wordsOf(whole, standsOut, read)
  return {
    words: ending === null ? words : words.slice(0, -ending.words),
    withLevel: levels.size === 0 ? null : all.slice(openingOf(all)),
    levels: levels.size === 0 ? null : levels,
    cut,
    unaccented: withoutMarks(words),
  }
}

/** Few words of Vietnamese have no mark at all: a name with hardly any lost them, though somebody may have typed another word in front. */
function withoutMarks(words: readonly NameWord[]): boolean {
  return words.length > 1 && words.filter(({ toned, bare }) => toned !== bare).length * 6 <= words.length
}

const LONGEST_OPENING = 12

/** How many words in front say no more than that it is a procedure. */
function openingOf(words: readonly NameWord[]): number {
  const opening = OPENING.exec(
    words
      .slice(0, LONGEST_OPENING)
      .map(({ bare }) => bare)
      .join(' '),
  )?.[0].trim()
  if (opening !== undefined) return opening.split(' ').length
  const [first, second] = words
  if (first === undefined || second === undefined || words.length < 3) return 0
  const misspelt = (first.bare === 'thu' && oneTypoApart(second.bare, 'tuc')) || (second.bare === 'tuc' && oneTypoApart(first.bare, 'thu'))
  return misspelt ? 2 : 0
}
