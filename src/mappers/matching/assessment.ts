/** One national procedure weighed against one local: everything that is known about the pair. */
import type { Text } from '../../base/index.js'
import type { NationalEntry } from './catalogue-index.js'
import { type Agreement, type LevelFacts, levelAgreement, nameAgreement, sharedDocuments, type WordSet, wordSet } from './circumstances.js'
import { type Comparison, compareNames, type Readings } from './comparison.js'
import type { Lexicon } from './lexicon.js'
import { levelNames, reason } from './reasons.js'

/** The local procedure, read once. */
export interface LocalSide extends LevelFacts {
  readonly readings: Readings
  readonly sector: string | null
  readonly sectorWords: WordSet | null
  readonly agencyWords: WordSet | null
  readonly documents: readonly string[] | null
}

export interface Assessment {
  readonly entry: NationalEntry
  readonly comparison: Comparison
  readonly level: Agreement
  readonly sector: Agreement
  readonly score: number
}

const LEVEL_POINTS: Readonly<Record<Agreement, number>> = { agrees: 0.03, unknown: 0.01, differs: -0.05 }
const SECTOR_POINTS: Readonly<Record<Agreement, number>> = { agrees: 0.03, unknown: 0.015, differs: 0 }
const NAME_SHARE = 0.94

export function assess(local: LocalSide, entry: NationalEntry, lexicon: Lexicon): Assessment {
  const comparison = compareNames(local.readings, entry.readings, lexicon)
  const level = comparison.withLevel ? 'agrees' : levelAgreement(local, entry)
  const sector = sectorAgreement(local.sectorWords, entry.sectorWords)
  const score = Math.max(0, comparison.similarity * NAME_SHARE + LEVEL_POINTS[level] + SECTOR_POINTS[sector])
  return { entry, comparison, level, sector, score: Math.round(score * 10_000) / 10_000 }
}

function sectorAgreement(local: WordSet | null, national: readonly WordSet[]): Agreement {
  if (local === null || national.length === 0) return 'unknown'
  return national.some((words) => nameAgreement(local, words) === 'agrees') ? 'agrees' : 'differs'
}

export function agencyAgrees({ agencyWords }: LocalSide, { agencies }: NationalEntry): boolean {
  return agencies.some((name) => nameAgreement(agencyWords, wordSet(name)) === 'agrees')
}

/** Share at which the documents speak for a pair. */
const DOCUMENTS_ALIKE = 0.6

export function documentsAgree(local: LocalSide, entry: NationalEntry): boolean {
  return (sharedDocuments(local.documents, entry.documents) ?? 0) >= DOCUMENTS_ALIKE
}

/** What speaks for and against the pair, most telling first. */
export function explain({ entry, comparison, level, sector }: Assessment, local: LocalSide): Text[] {
  const reasons = [nameReason(comparison, entry.name)]
  if (comparison.doubtfulTypos > 0) reasons.push(reason('name.doubtful'))
  if (comparison.initials > 0) reasons.push(reason('name.initials'))
  if (level === 'agrees') reasons.push(reason('level.agrees', { level: levelNames(local.stated ?? local.levels ?? []) }))
  if (level === 'differs')
    reasons.push(
      reason('level.differs', { local: levelNames(local.stated ?? local.levels ?? []), national: levelNames(entry.stated ?? entry.levels ?? []) }),
    )
  if (sector === 'agrees') reasons.push(reason('sector.agrees'))
  if (sector === 'differs') reasons.push(reason('sector.differs', { local: local.sector ?? '', national: entry.sectors.join('; ') }))
  if (local.agencyWords !== null && agencyAgrees(local, entry)) reasons.push(reason('agency.agrees'))
  const documents = sharedDocuments(local.documents, entry.documents)
  if (documents !== null) reasons.push(reason('documents.shared', { percent: Math.round(documents * 100) }))
  return reasons
}

function nameReason({ likeness, identical, typos, ordered, localShare, nationalShare }: Comparison, name: string): Text {
  switch (likeness) {
    case 'same':
      if (identical) return reason('name.identical')
      if (typos > 0) return reason('name.typos', { count: typos })
      return reason(ordered ? 'name.same' : 'name.reordered')
    case 'cut':
      return reason('name.cut', { name })
    case 'beginning':
      return reason('name.maybe-cut', { name })
    case 'part':
      return reason('name.part')
    case 'different':
      return reason('name.different', { percent: Math.round(100 * Math.min(localShare, nationalShare)) })
  }
}
