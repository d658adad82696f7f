/** Finds the national names worth a closer look: an inverted index over words without diacritics, no comparison of all pairs. */
import type { Lexicon, NumberedForm } from './lexicon.js'

export interface Retrieval {
  /** Places of the likeliest names, best first. */
  nearest(form: NumberedForm, excluded: ReadonlySet<number>): number[]
}

/** Names looked at closely. */
const CLOSE = 32
/** Words that weigh less are in too many names to find one by. */
const TELLING = 0.2
/** What a word that only the national name has costs: little, as local names are often cut. */
const NATIONAL_ONLY = 0.3

export function retrieval(forms: readonly NumberedForm[], lexicon: Lexicon): Retrieval {
  const lists: number[][] = Array.from({ length: lexicon.bareWords }, () => [])
  const totals = new Float64Array(forms.length)
  for (const [place, { bare }] of forms.entries()) {
    for (const word of new Set(bare)) {
      if (lexicon.weight(word) < TELLING) continue
      lists[word]?.push(place)
      totals[place] = (totals[place] ?? 0) + lexicon.weight(word)
    }
  }
  const postings = lists.map((places) => Uint32Array.from(places))
  const shared = new Float64Array(forms.length)
  return {
    nearest({ bare }, excluded) {
      const touched: number[] = []
      let total = 0
      for (const word of new Set(bare)) {
        const weight = lexicon.weight(word)
        if (weight < TELLING) continue
        total += weight
        for (const place of postings[word] ?? []) {
          const before = shared[place] ?? 0
          if (before === 0) touched.push(place)
          shared[place] = before + weight
        }
      }
      const found: { place: number; score: number }[] = []
      for (const place of touched) {
        const common = shared[place] ?? 0
        shared[place] = 0
        if (excluded.has(place)) continue
        const score = common / (total + NATIONAL_ONLY * ((totals[place] ?? 0) - common))
        const worst = found[CLOSE - 1]
        if (worst !== undefined && (score < worst.score || (score === worst.score && place > worst.place))) continue
        let at = found.length
        while (at > 0 && before({ place, score }, found[at - 1] as { place: number; score: number })) at--
        found.splice(at, 0, { place, score })
        if (found.length > CLOSE) found.pop()
      }
      return found.map(({ place }) => place)
    },
  }
}

function before(a: { place: number; score: number }, b: { place: number; score: number }): boolean {
  return a.score > b.score || (a.score === b.score && a.place < b.place)
}
