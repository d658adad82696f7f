/** Code first, then the name; and what to say when they disagree. contracts/procedure-database.md §7, §10.10 */
import type { Text } from '../../base/index.js'
import type { Assessment, LocalSide } from './assessment.js'
import { verdictByName } from './by-name.js'
import type { ReadCode } from './codes.js'
import { reason } from './reasons.js'

export type MatchDecision = 'exact' | 'auto' | 'suggest' | 'conflict' | 'none'

export interface Decision {
  readonly decision: MatchDecision
  /** The procedure of `exact` and `auto`. */
  readonly chosen: Assessment | null
  readonly because: readonly Text[]
}

export interface GivenCode {
  readonly read: ReadCode
  /** The national procedures that it may mean. */
  readonly named: readonly Assessment[]
}

/** A name that agrees less with that of the code's own procedure is another one; less is asked of a name that only leaves things out. */
const OTHER_NAME = { different: 0.6, part: 0.4 }
export function decide(local: LocalSide, codes: readonly GivenCode[], ranked: readonly Assessment[]): Decision {
  const whole = codes.filter(({ read }) => !read.damaged)
  const repaired = codes.filter(({ read }) => read.damaged).flatMap(({ read, named }) => repair(read, named))
  const named = whole.flatMap((code) => code.named)
  const byName = verdictByName(local, ranked)
  if (named.length > 0) return byCode(named, byName, ranked, strangeCodes(whole))
  const [mended, ...more] = repaired
  if (mended !== undefined && more.length === 0) {
    return {
      decision: 'exact',
      chosen: mended.assessment,
      because: [reason('code.repaired', { text: mended.text, code: mended.assessment.entry.code })],
    }
  }
  const unknown = strangeCodes(codes)
  if (whole.length > 0) {
    // A code that the national catalogue does not have: either the province's own procedure, or a wrong code.
    if (byName.kind === 'certain') return { decision: 'conflict', chosen: null, because: [...unknown, belongs(byName.chosen)] }
    return { decision: byName.kind === 'open' && clear(ranked) ? 'suggest' : 'none', chosen: null, because: [...unknown, ...byName.because] }
  }
  const because = [...unknown, ...byName.because]
  if (byName.kind === 'certain') return { decision: 'auto', chosen: byName.chosen, because }
  return { decision: byName.kind === 'open' ? 'suggest' : 'none', chosen: null, because }
}

function byCode(
  named: readonly Assessment[],
  byName: ReturnType<typeof verdictByName>,
  ranked: readonly Assessment[],
  because: readonly Text[],
): Decision {
  const [best] = [...named].sort((a, b) => b.score - a.score || (a.entry.code < b.entry.code ? -1 : 1)) as [Assessment]
  const { code, name } = best.entry
  const others = new Set(named.map(({ entry }) => entry.code))
  const several = others.size > 1 ? [reason('codes.differ', { codes: [...others].join(', ') })] : []
  const elsewhere = byName.kind === 'certain' && byName.chosen.entry.code !== code ? byName.chosen : undefined
  const agrees = agreesWith(best)
  if (agrees && elsewhere === undefined)
    return { decision: 'exact', chosen: best, because: [reason('code.agrees', { code }), ...several, ...because] }
  const { likeness, similarity } = best.comparison
  if (likeness === 'same') return { decision: 'suggest', chosen: null, because: [reason('code.other-level', { code }), ...several, ...because] }
  const another = similarity < (likeness === 'different' ? OTHER_NAME.different : OTHER_NAME.part)
  if (elsewhere !== undefined || (!agrees && (another || sameElsewhere(ranked, code)))) {
    const belonging = elsewhere === undefined ? [] : [belongs(elsewhere)]
    return { decision: 'conflict', chosen: null, because: [reason('code.of-other', { code, name }), ...several, ...belonging, ...because] }
  }
  return { decision: 'suggest', chosen: null, because: [reason('code.partly', { code, name }), ...several, ...because] }
}

/** Less than this is for a person: “đăng ký giám hộ” is all in “đăng ký chấm dứt giám hộ”. */
function agreesWith({ comparison: { likeness } }: Assessment): boolean {
  return likeness === 'same' || likeness === 'cut' || likeness === 'beginning'
}

function sameElsewhere(ranked: readonly Assessment[], code: string): boolean {
  return ranked.some(({ entry, comparison }) => entry.code !== code && comparison.likeness === 'same')
}

function repair(read: ReadCode, named: readonly Assessment[]): { text: string; assessment: Assessment }[] {
  const agreeing = named.filter(({ comparison }) => comparison.likeness === 'same' || comparison.likeness === 'cut')
  return agreeing.length === 1 ? agreeing.map((assessment) => ({ text: read.text, assessment })) : []
}

function clear([best]: readonly Assessment[]): boolean {
  return best !== undefined && agreesWith(best)
}

function strangeCodes(codes: readonly GivenCode[]): Text[] {
  const strange = codes.filter(({ read, named }) => read.damaged || named.length === 0)
  // The local code and its link may be one and the same.
  return [...new Map(strange.map((code) => [code.read.bases[0] ?? code.read.text, code])).values()].map(({ read }) =>
    read.damaged || read.bases[0] === undefined ? reason('code.unreadable', { text: read.text }) : reason('code.unknown', { code: read.bases[0] }),
  )
}

function belongs({ entry }: Assessment): Text {
  return reason('code.of-other', { code: entry.code, name: entry.name })
}
