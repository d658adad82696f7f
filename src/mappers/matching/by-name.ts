/** Which national procedure a name means, if it can be told without a code. */
import type { Text } from '../../base/index.js'
import { type Assessment, agencyAgrees, documentsAgree, type LocalSide } from './assessment.js'
import { levelAgreement } from './circumstances.js'
import { reason } from './reasons.js'

export type NameVerdict =
  | { readonly kind: 'certain'; readonly chosen: Assessment; readonly because: readonly Text[] }
  | { readonly kind: 'open'; readonly because: readonly Text[] }
  | { readonly kind: 'nothing'; readonly because: readonly Text[] }

/** Below it a name is not worth showing. */
const WORTH_SHOWING = 0.45

/**
 * @param ranked best first
 *
 * Certain is a name that says the same, or is visibly its beginning, at a level that does not differ, when no other national name does so
 * equally well. Several procedures have one name at province and commune under different codes: there the level must decide, or the sector.
 */
export function verdictByName(local: LocalSide, ranked: readonly Assessment[]): NameVerdict {
  const best = ranked[0]
  if (best === undefined || best.score < WORTH_SHOWING) return { kind: 'nothing', because: [reason('none.near')] }
  const same = ranked.filter(({ comparison }) => comparison.likeness === 'same')
  const beginnings = ranked.filter(({ comparison: { likeness } }) => likeness === 'cut' || likeness === 'beginning')
  const broken = local.readings[0]?.form.cut === true
  // "X…" fits the procedure X and any that begins with X.
  const fitting = same.length === 0 || broken ? [...same, ...beginnings] : same
  const possible = fitting.filter(({ level }) => level !== 'differs')
  const chosen = possible.length === 1 ? possible[0] : same.length > 0 ? chooseAmong(local, possible) : undefined
  const elsewhere = possible.length === 0 && fitting.length === 1 ? atAnotherLevel(local, fitting[0] as Assessment) : undefined
  if (elsewhere !== undefined) return { kind: 'certain', chosen: elsewhere, because: [] }
  if (chosen === undefined) {
    const because = possible.length > 1 ? [reason('rivals.alike', { count: possible.length })] : []
    return { kind: 'open', because }
  }
  // Its small words differ, and it is the beginning of another name to the word.
  const { repeats, fillers } = chosen.comparison
  const rivalled = repeats + fillers > 0 && beginnings.some((one) => one !== chosen && one.comparison.inside === 0 && one.level !== 'differs')
  if (rivalled || doubtful(chosen, local)) return { kind: 'open', because: [] }
  const picked = possible.length > 1 || fitting.length > possible.length
  return { kind: 'certain', chosen, because: picked ? [reason('rivals.chosen', { count: fitting.length })] : [] }
}

/**
 * A level that somebody added to a name, while the list itself says otherwise or nothing: where one national procedure alone has the name,
 * word for word, and states no level itself, it is that one. A list that agrees with the addition is believed instead.
 */
function atAnotherLevel({ stated, levels, readings }: LocalSide, one: Assessment): Assessment | undefined {
  const { comparison, entry, sector } = one
  if (stated === null || entry.stated !== null || levelAgreement({ stated: null, levels }, entry) === 'differs') return undefined
  if (comparison.likeness !== 'same' || comparison.typos > 0 || comparison.repeats + comparison.fillers > 0) return undefined
  if (sector === 'differs' || (readings[0]?.words.length ?? 0) < SHORT_NAME) return undefined
  return one
}

/** A name of fewer words is used in several sectors. */
const SHORT_NAME = 6

function doubtful({ comparison: { likeness, doubtfulTypos }, sector, level, entry }: Assessment, { readings }: LocalSide): boolean {
  if (likeness === 'beginning') return true
  // The national name is of one level, and nothing tells whether the local one is.
  if (level === 'unknown' && entry.stated !== null) return true
  const short = (readings[0]?.words.length ?? 0) < SHORT_NAME
  // What was cut off, or a short name, may be another sector's.
  if (sector === 'differs' && (likeness === 'cut' || short)) return true
  return doubtfulTypos > 1 || (doubtfulTypos === 1 && (likeness !== 'same' || short))
}

/** What tells procedures of one name apart, strongest first; each must leave exactly one. */
const TESTS: readonly ((local: LocalSide, one: Assessment) => boolean)[] = [
  (_local, { comparison }) => comparison.likeness === 'same' && comparison.identical,
  (_local, { comparison }) => comparison.likeness === 'same' && comparison.typos === 0 && comparison.repeats === 0 && comparison.ordered,
  ({ stated }, { entry }) => (stated === null) === (entry.stated === null),
  (_local, { level }) => level === 'agrees',
  (_local, { sector }) => sector === 'agrees',
  agencyOf,
  (local, { entry }) => documentsAgree(local, entry),
]

function agencyOf(local: LocalSide, { entry }: Assessment): boolean {
  return agencyAgrees(local, entry)
}

function chooseAmong(local: LocalSide, possible: readonly Assessment[]): Assessment | undefined {
  let left = possible
  for (const test of TESTS) {
    const passed = left.filter((one) => test(local, one))
    if (passed.length === 1) return passed[0]
    if (passed.length > 0) left = passed
  }
  return undefined
}
