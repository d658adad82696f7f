/** Finds the national names worth a closer look: an inverted index over words without diacritics, no comparison of all pairs. */
import type { Lexicon, NumberedForm } from './lexicon.js'

export interface Retrieval {
  /** Places of the likeliest names, best first. */
  nearest(form: NumberedForm, excluded: ReadonlySet<number>): number[]
}

/** Names looked at closely, at most; and none that fits less than this share of what the best one does. */
const CLOSE = 32
const NEAR = 0.6
/** With fewer than these, such as fit less are shown too. */
const FEWEST = 6
const FARTHEST = 0.3
const ANY = Number.POSITIVE_INFINITY
/** This share is all, but for rounding. */
const WHOLE = 0.97
/** Words that weigh less are in too many names to find one by. */
const TELLING = 0.2
/** A name must share this much of the weight of the words that any name has, to be found. */
const LEAST_SHARED = 0.45
/** A word of as many names has a table of its own: there are some hundred. */
const COMMON = 200
/** What a word that only the national name has costs: little, as local names are often cut. */
const NATIONAL_ONLY = 0.3

export function retrieval(forms: readonly NumberedForm[], lexicon: Lexicon): Retrieval {
  const lists: number[][] = Array.from({ length: lexicon.bareWords }, () => [])
  const totals = new Float64Array(forms.length)
  for (const [place, { bare }] of forms.entries()) {
    for (const word of new Set(bare)) {
      const weight = lexicon.weight(word)
      if (weight < TELLING) continue
      lists[word]?.push(place)
      totals[place] = (totals[place] ?? 0) + weight
    }
  }
  const postings = lists.map((places) => Uint32Array.from(places))
  // Kept between calls, as making them anew costs more than using them.
  const shared = new Float64Array(forms.length)
  const scores = new Float64Array(forms.length)
  const members = new Map<number, Uint8Array>()
  for (const [word, places] of postings.entries()) {
    if (places.length < COMMON) continue
    const has = new Uint8Array(forms.length)
    for (const place of places) has[place] = 1
    members.set(word, has)
  }

  /** Adds up what each name shares, rare words first: a name that has none of them is not worth finding. */
  function gather(words: readonly number[], total: number): number[] {
    const found: number[] = []
    let left = total
    for (const word of words) {
      const weight = lexicon.weight(word)
      const places = postings[word] as Uint32Array
      if (left >= LEAST_SHARED * total) {
        for (let at = 0; at < places.length; at++) {
          const place = places[at] as number
          if (shared[place] === 0) found.push(place)
          shared[place] = (shared[place] as number) + weight
        }
      } else addTo(found, word, weight)
      left -= weight
    }
    return found
  }

  /** For what was found already; looked up in whichever list is shorter. */
  function addTo(found: readonly number[], word: number, weight: number): void {
    const has = members.get(word)
    const places = postings[word] as Uint32Array
    if (has === undefined || places.length < found.length) {
      for (let at = 0; at < places.length; at++) {
        const place = places[at] as number
        if ((shared[place] as number) > 0) shared[place] = (shared[place] as number) + weight
      }
      return
    }
    for (let at = 0; at < found.length; at++) {
      const place = found[at] as number
      if (has[place] === 1) shared[place] = (shared[place] as number) + weight
    }
  }

  return {
    nearest({ bare }, excluded) {
      const words = [...new Set(bare)].filter((word) => lexicon.weight(word) >= TELLING)
      words.sort((a, b) => lexicon.weight(b) - lexicon.weight(a) || a - b)
      const total = words.reduce((sum, word) => sum + lexicon.weight(word), 0)
      const known = words.filter((word) => word >= 0)
      const knownTotal = known.reduce((sum, word) => sum + lexicon.weight(word), 0)
      const places = gather(known, knownTotal)
      let best = 0
      for (let at = 0; at < places.length; at++) {
        const place = places[at] as number
        const common = shared[place] as number
        shared[place] = 0
        const score = excluded.size > 0 && excluded.has(place) ? 0 : common / (total + NATIONAL_ONLY * ((totals[place] as number) - common))
        // Negative: it says all of the local name, and much more may be what was cut off. Such are always near.
        scores[at] = common >= WHOLE * knownTotal ? -score : score
        if (score > best) best = score
      }
      const fits = (from: number, to: number) => {
        const fitting: Found[] = []
        for (let at = 0; at < places.length; at++) {
          const marked = scores[at] as number
          if (marked < 0 ? to === ANY : marked > from && marked <= to) fitting.push({ place: places[at] as number, score: Math.abs(marked) })
        }
        return fitting.sort(byScore)
      }
      const near = fits(best * NEAR, ANY).slice(0, CLOSE)
      const more = near.length < FEWEST ? fits(best * FARTHEST, best * NEAR).slice(0, FEWEST - near.length) : []
      return [...near, ...more].map(({ place }) => place)
    },
  }
}

interface Found {
  readonly place: number
  readonly score: number
}

function byScore(a: Found, b: Found): number {
  return b.score - a.score || a.place - b.place
}
