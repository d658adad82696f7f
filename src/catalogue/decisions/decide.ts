/** The round of a sheet: what the matching found goes out to an officer, what the officer decided comes back into the ledger. */
import { namedProcedure } from '../../domain/index.js'
import { catalogueLines, keepDecisions, type Ledger, newDecisions, todayOf } from '../../ledger/index.js'
import { procedureMatcher, subjectOf } from '../../mappers/index.js'
import { sameNameOrCut } from '../same-name.js'
import type { MatchedProcedure } from './match.js'
import { type ReadDecisions, readDecisions } from './reading.js'
import type { DecisionRow } from './sheet.js'

/** The rows of the sheet, with what was decided before. @param names of national procedures, by code */
export function decisionRows(matched: readonly MatchedProcedure[], names: ReadonlyMap<string, string>): readonly DecisionRow[] {
  return matched.map(({ localCode, name, decision, nationalCode, score, reasons, candidates, decidedCode }) => ({
    localCode,
    localName: name,
    decision,
    nationalCode,
    nationalName: nationalCode === null ? null : (names.get(nationalCode) ?? null),
    score,
    reasons,
    candidates,
    decided: decidedCode === undefined ? null : { nationalCode: decidedCode },
  }))
}

export interface TakenDecisions extends ReadDecisions {
  /** How many said something new and were kept. */
  readonly kept: number
}

/**
 * Keeps the decisions of a sheet. Doubtful rows are told and left out; the others count.
 *
 * @throws {LienthongError} `source.format` when the file is no such sheet
 */
export async function takeDecisions(ledger: Ledger, tenant: string, bytes: Uint8Array, place: string): Promise<TakenDecisions> {
  const read = await readFor(ledger, tenant, bytes, place)
  return { ...read, kept: await keepDecisions(ledger, tenant, read.decisions) }
}

/** How many decisions of a sheet would be lost with it: such as were not taken yet, or were refused. */
export async function unsavedDecisions(ledger: Ledger, tenant: string, bytes: Uint8Array, place: string): Promise<number> {
  const { decisions, rows, untouched } = await readFor(ledger, tenant, bytes, place)
  return (await newDecisions(ledger, tenant, decisions)).length + (rows - untouched - decisions.length)
}

async function readFor(ledger: Ledger, tenant: string, bytes: Uint8Array, place: string): Promise<ReadDecisions> {
  const names = async (catalogue: 'national' | 'local') =>
    new Map((await catalogueLines(ledger, tenant, catalogue)).map(({ code, name }) => [code, name]))
  const [local, national] = [await names('local'), await names('national')]
  return readDecisions(bytes, {
    known: { local: (code) => local.get(code), national: (code) => national.get(code) },
    agrees: namesAgree,
    day: todayOf(ledger),
    place,
  })
}

/** Whether two names can mean one procedure. */
export function namesAgree(local: string, national: string): boolean {
  if (sameNameOrCut(local, national)) return true
  const { decision } = procedureMatcher([namedProcedure('1.000000', national)]).match(subjectOf(namedProcedure('', local)))
  return decision === 'auto' || decision === 'exact'
}
