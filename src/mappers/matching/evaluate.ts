/** How good the matching is, on local rows whose national code is known. The three passes of data/procedures/README.md. */
import type { Procedure } from '../../domain/index.js'
import type { LocalLine } from '../procedure-lines/index.js'
import { type MatchSubject, procedureMatcher, subjectOf } from './matcher.js'

export interface MatchingEvaluation {
  /** Rows with a printed code that the national list has. */
  readonly rows: number
  /** Pass (a), codes hidden: matched without a person, and rightly; the right one among the five shown. */
  readonly auto: number
  readonly autoRight: number
  readonly top5: number
  /** Pass (b), codes hidden and the true procedure taken out of the list: matched without a person, so wrongly. */
  readonly leaveOneOutAuto: number
  /** Pass (c), codes shown: rows whose link leads to another procedure, and how many were noticed. */
  readonly conflictRows: number
  readonly conflictsFlagged: number
  /** Pass (c): rows with a right code, and how many were called a conflict. */
  readonly explicitRows: number
  readonly wronglyFlagged: number
  /** Rows with a printed code that the list does not have; codes hidden, matched without a person, so wrongly. */
  readonly negativeRows: number
  readonly negativeAuto: number
}

export function evaluateMatching(local: readonly LocalLine[], national: readonly Procedure[]): MatchingEvaluation {
  const matcher = procedureMatcher(national)
  const known = new Set(national.map(({ code }) => code))
  const tally = {
    rows: 0,
    auto: 0,
    autoRight: 0,
    top5: 0,
    leaveOneOutAuto: 0,
    conflictRows: 0,
    conflictsFlagged: 0,
    explicitRows: 0,
    wronglyFlagged: 0,
    negativeRows: 0,
    negativeAuto: 0,
  }
  for (const line of local) {
    const hidden = { ...subjectOfLine(line), codes: [] }
    if (line.labelQuality === 'conflict') {
      tally.conflictRows++
      if (matcher.match(shown(line, hidden)).decision === 'conflict') tally.conflictsFlagged++
    }
    if (line.labelQuality !== 'explicit' || line.baseCode === null) continue
    const { nationalCode, candidates } = matcher.match(hidden)
    if (!known.has(line.baseCode)) {
      tally.negativeRows++
      if (nationalCode !== null) tally.negativeAuto++
      continue
    }
    tally.rows++
    if (nationalCode !== null) tally.auto++
    if (nationalCode === line.baseCode) tally.autoRight++
    if (candidates.some(({ code }) => code === line.baseCode)) tally.top5++
    if (matcher.match(hidden, { without: [line.baseCode] }).nationalCode !== null) tally.leaveOneOutAuto++
    tally.explicitRows++
    if (matcher.match(shown(line, hidden)).decision === 'conflict') tally.wronglyFlagged++
  }
  return tally
}

/** A line of a local list with the codes that it prints. */
export function subjectOfLine({ id, procedure, printedCode, linkCode }: LocalLine): MatchSubject {
  const codes = [printedCode, linkCode].filter((code) => code !== null)
  return { ...subjectOf(procedure, id), codes }
}

/** With the code as printed; a link counts as printed, and of a row that prints none the known code stands in. */
function shown({ printedCode, linkCode, baseCode }: LocalLine, hidden: MatchSubject): MatchSubject {
  return { ...hidden, codes: [printedCode ?? linkCode ?? baseCode ?? ''] }
}
