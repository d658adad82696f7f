/** Lays a local name beside a national one, word by word: what agrees, what only one of them says. */
import { bothTell } from './filler-words.js'
import type { Lexicon, NumberedForm } from './lexicon.js'
import type { NameWord } from './name-words.js'
import { oneTypoApart } from './syllable.js'

export interface Alignment {
  /** Words with one letter or tone wrong. */
  readonly typos: number
  /** Of these, such as are another word of the catalogue, as `tỉnh` and `tính`. */
  readonly doubtfulTypos: number
  /** Abbreviations recognised by their initials. */
  readonly initials: number
  /** Words that say something and stand on one side only. */
  readonly onlyLocal: readonly string[]
  readonly onlyNational: readonly string[]
  /** Words that one side says more often than the other; of these, such as the local one does. */
  readonly repeats: number
  readonly localRepeats: number
  readonly fillers: number
  /** Of both, such as stand before the end of the stretch that agrees. */
  readonly inside: number
  /** The words come in the same order. */
  readonly ordered: boolean
  /** The local name is the beginning of the national one: word for word, or but for words said before (`loosely`). */
  readonly beginning: 'no' | 'loosely' | 'exactly'
  /** The last local word is the beginning of a national one. */
  readonly brokenWord: boolean
  /** Place of the first national word after the last one that the local name has. */
  readonly end: number
  /** Word for word the same. */
  readonly identical: boolean
  /** Shares of the weight of each name that the other has. */
  readonly localShare: number
  readonly nationalShare: number
}

export function align(local: NumberedForm, national: NumberedForm, lexicon: Lexicon): Alignment {
  const work = new Work(local, national, lexicon)
  work.matchWords()
  work.matchInitials()
  work.matchBrokenEnd()
  work.matchTypos()
  work.matchJoined()
  return work.result()
}

const FREE = -1

/** One alignment in the making. */
class Work {
  /** For each local word where its national counterpart begins and ends. */
  private readonly from: Int16Array
  private readonly to: Int16Array
  private readonly taken: Uint8Array
  private readonly a: Int32Array
  private readonly b: Int32Array
  private typos = 0
  private doubtfulTypos = 0
  private initials = 0
  private brokenWord = false

  constructor(
    private readonly local: NumberedForm,
    private readonly national: NumberedForm,
    private readonly lexicon: Lexicon,
  ) {
    const bare = local.form.unaccented || national.form.unaccented
    this.a = bare ? local.bare : local.toned
    this.b = bare ? national.bare : national.toned
    this.from = new Int16Array(this.a.length).fill(FREE)
    this.to = new Int16Array(this.a.length).fill(FREE)
    this.taken = new Uint8Array(this.b.length)
  }

  private take(i: number, j: number, length = 1): void {
    this.from[i] = j
    this.to[i] = j + length - 1
    for (let at = j; at < j + length; at++) this.taken[at] = 1
  }

  private free(i: number): boolean {
    return this.from[i] === FREE
  }

  /** Equal words: the common beginning and end first, so that repeated words find their own counterpart, then the nearest one forward. */
  matchWords(): void {
    const { a, b } = this
    const shorter = Math.min(a.length, b.length)
    let start = 0
    while (start < shorter && a[start] === b[start]) this.take(start, start++)
    let end = 0
    while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) {
      end++
      this.take(a.length - end, b.length - end)
    }
    let next = start
    for (let i = start; i < a.length - end; i++) {
      const j = this.nextEqual(a[i] as number, next)
      if (j === FREE) continue
      this.take(i, j)
      next = j + 1
    }
  }

  private nextEqual(word: number, from: number): number {
    const { b, taken } = this
    for (let j = from; j < b.length; j++) if (b[j] === word && taken[j] === 0) return j
    for (let j = 0; j < from; j++) if (b[j] === word && taken[j] === 0) return j
    return FREE
  }

  /** `SXKD` for `sản xuất kinh doanh`, on either side. */
  matchInitials(): void {
    const { local, national } = this
    for (const i of local.short) {
      const { bare } = local.words[i] as NameWord
      if (!this.free(i)) continue
      const j = initialsAt(bare, national, (at) => this.taken[at] === 0)
      if (j === FREE) continue
      this.take(i, j, bare.length)
      this.initials++
    }
    for (const j of national.short) {
      const { bare } = national.words[j] as NameWord
      if (this.taken[j] === 1) continue
      const i = initialsAt(bare, local, (at) => this.free(at))
      if (i === FREE) continue
      for (let at = i; at < i + bare.length; at++) this.take(at, j)
      this.initials++
    }
  }

  /** The last local word was cut through: `chứn` of `chứng`. */
  matchBrokenEnd(): void {
    const i = this.a.length - 1
    if (i < 1 || !this.free(i) || this.free(i - 1)) return
    const j = (this.to[i - 1] as number) + 1
    const whole = this.national.words[j]
    const broken = this.local.words[i]
    if (whole === undefined || broken === undefined || this.taken[j] === 1) return
    if (whole.bare.length <= broken.bare.length || !whole.bare.startsWith(broken.bare)) return
    this.take(i, j)
    this.brokenWord = true
  }

  /** One letter or tone wrong in a word that stands in its place. */
  matchTypos(): void {
    for (let i = 0; i < this.a.length; i++) {
      if (!this.free(i)) continue
      const places = [i === 0 ? 0 : this.free(i - 1) ? FREE : (this.to[i - 1] as number) + 1]
      if (i + 1 === this.a.length) places.push(this.b.length - 1)
      else if (!this.free(i + 1)) places.push((this.from[i + 1] as number) - 1)
      for (const j of places) {
        const meant = this.national.words[j]
        const written = this.local.words[i]
        if (meant === undefined || written === undefined || this.taken[j] === 1 || bothTell(written, meant) || !mayBeTypo(written.toned, meant.toned))
          continue
        this.take(i, j)
        this.typos++
        // A word that lost its tone alone is no other word; any other word of the catalogue may be meant as it stands.
        const toneLost = written.toned === written.bare && written.bare === meant.bare
        if (!toneLost && this.lexicon.knows(this.local.toned[i] as number)) this.doubtfulTypos++
        break
      }
    }
  }

  /** A space too few or too many: `đăngký`, `đă ng`. */
  matchJoined(): void {
    const { local, national } = this
    for (let i = 0; i < this.a.length; i++) {
      const word = local.words[i]
      if (!this.free(i) || word === undefined) continue
      const j = i === 0 ? 0 : this.free(i - 1) ? FREE : (this.to[i - 1] as number) + 1
      if (j === FREE || this.taken[j] === 1) continue
      const [first, second] = [national.words[j], national.words[j + 1]]
      if (first !== undefined && second !== undefined && this.taken[j + 1] === 0 && word.bare === first.bare + second.bare) {
        this.take(i, j, 2)
        this.typos++
        continue
      }
      const next = local.words[i + 1]
      if (first !== undefined && next !== undefined && this.free(i + 1) && first.bare === word.bare + next.bare) {
        this.take(i, j)
        this.take(i + 1, j)
        this.typos++
      }
    }
  }

  result(): Alignment {
    const { a, b, local, national } = this
    const onlyLocal: string[] = []
    const onlyNational: string[] = []
    let [repeats, localRepeats, fillers, last, lowered] = [0, 0, 0, FREE, false]
    let [localShared, nationalShared] = [0, 0]
    for (let i = 0; i < a.length; i++) {
      if (!this.free(i)) {
        localShared += local.weights[i] ?? 0
        if ((this.from[i] as number) < last && this.from[i] !== this.from[i - 1]) lowered = true
        last = Math.max(last, this.to[i] as number)
      } else if (local.filler[i] === 1) fillers++
      else if (b.includes(a[i] as number)) localRepeats++
      else onlyLocal.push(local.words[i]?.toned ?? '')
    }
    let [before, repeatsBefore, inside] = [0, 0, localRepeats + fillers]
    for (let j = 0; j < b.length; j++) {
      if (this.taken[j] === 1) nationalShared += national.weights[j] ?? 0
      else if (national.filler[j] === 1) {
        fillers++
        if (j < last) inside++
      } else if (a.includes(b[j] as number)) {
        repeats++
        if (j < last) {
          repeatsBefore++
          inside++
        }
      } else {
        onlyNational.push(national.words[j]?.toned ?? '')
        if (j < last) before++
      }
    }
    const loosely = !lowered && onlyLocal.length === 0 && localRepeats === 0 && before === 0
    return {
      typos: this.typos,
      doubtfulTypos: this.doubtfulTypos,
      initials: this.initials,
      onlyLocal,
      onlyNational,
      repeats: repeats + localRepeats,
      localRepeats,
      fillers,
      inside,
      ordered: !lowered,
      beginning: !loosely ? 'no' : repeatsBefore === 0 ? 'exactly' : 'loosely',
      brokenWord: this.brokenWord,
      end: last + 1,
      identical: a.length === b.length && a.every((word, at) => word === b[at]),
      localShare: a.length === 0 ? 0 : localShared / local.weight,
      nationalShare: b.length === 0 ? 0 : nationalShared / national.weight,
    }
  }
}

function initialsAt(initials: string, { words }: NumberedForm, usable: (at: number) => boolean): number {
  for (let start = 0; start + initials.length <= words.length; start++) {
    let at = 0
    while (at < initials.length && usable(start + at) && words[start + at]?.bare[0] === initials[at]) at++
    if (at === initials.length) return start
  }
  return FREE
}

const ROMAN = /^[ivx]+$/
const LETTERS = /^\p{L}+\d?$/u

/** Numbers, single letters and Roman figures tell procedures apart: there a typo is another thing. */
function mayBeTypo(written: string, meant: string): boolean {
  if (!LETTERS.test(written) || !LETTERS.test(meant) || ROMAN.test(written) || ROMAN.test(meant)) return false
  const [a, b] = [lettersOf(written), lettersOf(meant)]
  if (b.length < 2) return false
  return a === b || oneTypoApart(a, b)
}

/** Without the tone, which goes with its letter; `y` is written for `i`. */
function lettersOf(word: string): string {
  return word.replace(/\d$/, '').replace(/y/g, 'i')
}
