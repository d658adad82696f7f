/** What speaks for or against a pair besides the names. */
import type { AdministrativeLevel } from '../../domain/index.js'
import { syllable } from './syllable.js'

export type Agreement = 'agrees' | 'differs' | 'unknown'

export interface LevelFacts {
  /** What the name itself states. */
  readonly stated: ReadonlySet<AdministrativeLevel> | null
  /** What the catalogue says. */
  readonly levels: ReadonlySet<AdministrativeLevel> | null
}

/**
 * Whether the local procedure can be done at a level of the national one. What a name states counts before what its catalogue says: a
 * province's list holds the procedures of its communes too.
 */
export function levelAgreement(local: LevelFacts, national: LevelFacts): Agreement {
  const offered = national.levels
  // A level at the end of a national name may belong to what it is about; then it is none of its levels.
  const stated = national.stated !== null && (offered === null || meet(national.stated, offered)) ? national.stated : null
  const ours = local.stated ?? local.levels
  const theirs = stated ?? offered
  if (local.stated !== null && national.stated !== null) return meet(local.stated, national.stated) ? 'agrees' : 'differs'
  if (ours === null || theirs === null) return 'unknown'
  return meet(ours, theirs) ? 'agrees' : 'differs'
}

/** The levels that tell something: the district ended in 2025 and went either way. */
export function tellingLevels(levels: readonly AdministrativeLevel[] | null): ReadonlySet<AdministrativeLevel> | null {
  const known = new Set(levels?.filter((level) => level !== 'other' && level !== 'district'))
  return known.size === 0 ? null : known
}

function meet(a: ReadonlySet<AdministrativeLevel>, b: ReadonlySet<AdministrativeLevel>): boolean {
  for (const level of a) if (b.has(level)) return true
  return false
}

/** A text as the set of its words, for names that need not agree word for word. */
export type WordSet = ReadonlySet<string>

export function wordSet(text: string | null): WordSet | null {
  const words = text?.normalize('NFC').match(/[\p{L}\p{M}]+|\d+/gu) ?? []
  return words.length === 0 ? null : new Set(words.map((word) => syllable(word).toned))
}

/** Sectors and agencies: equal, or one says all that the other says, as `Đất đai` and `Lĩnh vực đất đai`. */
export function nameAgreement(a: WordSet | null, b: WordSet | null): Agreement {
  if (a === null || b === null) return 'unknown'
  const common = [...a].filter((word) => b.has(word)).length
  return common === Math.min(a.size, b.size) && common * 2 >= Math.max(a.size, b.size) ? 'agrees' : 'differs'
}

/** Share of the documents of the shorter list that the other has, by their words; `null` when either is not known. */
export function sharedDocuments(local: readonly string[] | null, national: readonly string[] | null): number | null {
  if (local === null || national === null) return null
  const ours = local.map(wordSet).filter((words) => words !== null)
  const theirs = national.map(wordSet).filter((words) => words !== null)
  if (ours.length === 0 || theirs.length === 0) return null
  const [few, many] = ours.length <= theirs.length ? [ours, theirs] : [theirs, ours]
  const shared = few.filter((words) => many.some((others) => alike(words, others))).length
  return shared / few.length
}

function alike(a: WordSet, b: WordSet): boolean {
  const common = [...a].filter((word) => b.has(word)).length
  return common * 10 >= 6 * Math.max(a.size, b.size)
}
