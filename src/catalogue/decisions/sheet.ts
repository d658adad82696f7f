/** Decisions of people about national codes, out to a sheet and back. What comes back went through Excel: nothing of it is believed unchecked. */
import type { Language, Text } from '../../base/index.js'
import { writeCsv, writeWorkbook } from '../../mappers/index.js'
import { CANDIDATES_SHOWN, candidateColumns, columnOrder, type DecisionColumn, decisionColumns, matchingWords } from './columns.js'

/** One local procedure on the sheet: what the matching found, and what a person decided so far. */
export interface DecisionRow {
  readonly localCode: string
  readonly localName: string
  readonly decision: 'exact' | 'auto' | 'suggest' | 'conflict' | 'none'
  readonly nationalCode: string | null
  readonly nationalName: string | null
  readonly score: number
  readonly reasons: readonly Text[]
  /** Best first; the sheet shows five. */
  readonly candidates: readonly { readonly code: string; readonly name: string }[]
  /** What was decided before. Only shown: the officer's own columns are empty, so that an old sheet takes nothing back. */
  readonly decided: { readonly nationalCode: string | null } | null
}

/**
 * Writes the sheet. Codes are text cells, the empty ones of the officer's columns too; in CSV a spreadsheet may still change them,
 * which reading repairs where the name agrees.
 */
export async function writeDecisions(rows: readonly DecisionRow[], format: 'xlsx' | 'csv', language: Language): Promise<Uint8Array> {
  const cells = rows.map((row) => {
    const values = valuesOf(row, language)
    return columnOrder.map((column) => values[column] ?? null)
  })
  const columns = columnOrder.map((column) => ({ ...decisionColumns[column], title: decisionColumns[column].title[language] }))
  if (format === 'csv')
    return writeCsv(
      columns.map(({ title }) => title),
      cells,
    )
  return await writeWorkbook([{ name: { en: 'Decisions', vi: 'Quyết định' }[language], columns, rows: cells }])
}

function valuesOf(row: DecisionRow, language: Language): Partial<Record<DecisionColumn, string | number | null>> {
  const candidates = row.candidates.slice(0, CANDIDATES_SHOWN).map(({ code, name }, index) => [candidateColumns[index], `${code} — ${name}`] as const)
  return {
    localCode: row.localCode,
    localName: row.localName,
    decision: matchingWords[row.decision][language],
    nationalCode: row.nationalCode,
    nationalName: row.nationalName,
    score: Math.round(row.score * 1000) / 1000,
    reasons: row.reasons.map((reason) => reason[language]).join('; '),
    ...Object.fromEntries(candidates),
    decided: row.decided === null ? null : (row.decided.nationalCode ?? noTwin[language]),
  }
}

const noTwin = { en: 'none', vi: 'không có' } as const
