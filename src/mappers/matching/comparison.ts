/** What the alignment of two names is worth. */
import { type Alignment, align } from './alignment.js'
import { openers } from './filler-words.js'
import type { Lexicon, NumberedForm } from './lexicon.js'

/**
 * `same`: they say the same, but for writing. `cut`: the local one is the beginning of the national one and visibly broken off.
 * `beginning`: it is the beginning, but could also be the whole name of another procedure. `part`: one says all that the other says, and less.
 */
export type Likeness = 'same' | 'cut' | 'beginning' | 'part' | 'different'

export interface Comparison extends Alignment {
  readonly likeness: Likeness
  /** 0 to 1; `same` is above .9, `cut` and `beginning` above .7. */
  readonly similarity: number
  /** They agree with the level that the national name ends with, wherever the local one has it. */
  readonly withLevel: boolean
}

/** A procedure's name as it is written and, where a law shortens it, as the law does. */
export type Readings = readonly NumberedForm[]

export function compareNames(local: Readings, national: Readings, lexicon: Lexicon): Comparison {
  let best: Comparison | undefined
  for (const a of local) {
    for (const b of national) {
      const comparison = judge(align(a, b, lexicon), a, b, lexicon)
      if (best === undefined || comparison.similarity > best.similarity) best = comparison
    }
  }
  return best as Comparison
}

/** A word that ends fewer names than this share of its uses is seldom the last one; fewer still when what follows could be an addition. */
const SELDOM_LAST = { inside: 0.1, beforeAddition: 0.01 }
/** A word that follows another this often belongs to it. */
const BELONGS = 0.5
/** With fewer words a beginning says too little. */
const LEAST_WORDS = 4

function judge(alignment: Alignment, local: NumberedForm, national: NumberedForm, lexicon: Lexicon): Comparison {
  const likeness = likenessOf(alignment, local, national, lexicon)
  return {
    ...alignment,
    likeness,
    similarity: similarityOf(alignment, likeness),
    withLevel: likeness === 'same' && national.words === national.form.withLevel,
  }
}

function likenessOf(alignment: Alignment, local: NumberedForm, national: NumberedForm, lexicon: Lexicon): Likeness {
  const { onlyLocal, onlyNational, repeats, localRepeats, beginning, end, typos } = alignment
  const words = local.words.length
  if (words === 0 || national.words.length === 0) return 'different'
  if (typos > Math.max(1, words / 8)) return 'different'
  const nothingElse = onlyLocal.length === 0 && onlyNational.length === 0
  // A province leaves out what was said before; it does not say it again.
  if (nothingElse && localRepeats === 0 && repeats <= words / 5) {
    if (alignment.brokenWord) return 'cut'
    if (!local.form.cut) return 'same'
    // "X…" is not all of a name, so X may not be the one.
    if (alignment.identical) return 'beginning'
  }
  if (beginning !== 'no' && end < national.words.length && words >= LEAST_WORDS) {
    if (local.form.cut || alignment.brokenWord) return 'cut'
    if (beginning === 'exactly') return looksBroken(national, end, lexicon) ? 'cut' : 'beginning'
  }
  return onlyLocal.length === 0 || onlyNational.length === 0 ? 'part' : 'different'
}

/** Whether a name would hardly end before this word. */
function looksBroken({ bare, words }: NumberedForm, end: number, lexicon: Lexicon): boolean {
  const last = bare[end - 1]
  const next = bare[end]
  if (last === undefined || next === undefined) return false
  const following = words[end]
  if (following?.afterBreak || openers.has(following?.toned ?? '')) return lexicon.endShare(last) < SELDOM_LAST.beforeAddition
  return lexicon.endShare(last) < SELDOM_LAST.inside || lexicon.followShare(last, next) >= BELONGS
}

function similarityOf({ typos, repeats, fillers, ordered, localShare, nationalShare }: Alignment, likeness: Likeness): number {
  const blemishes = Math.min(0.08, 0.015 * typos + 0.01 * repeats + 0.002 * fillers + (ordered ? 0 : 0.01))
  if (likeness === 'same') return 1 - blemishes
  if (likeness === 'cut' || likeness === 'beginning') return 0.72 + 0.16 * nationalShare - blemishes / 4
  return 0.85 * (0.6 * localShare + 0.4 * nationalShare)
}
