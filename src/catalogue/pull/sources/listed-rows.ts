import { type Finding, worstFinding } from '../../../base/index.js'
import type { ListedPage, ListedProcedure } from '../ports.js'

/** Splits what was read into rows and problems, one problem for each row that is none. */
export function listedRows(
  read: readonly { readonly place: string; readonly row: ListedProcedure | undefined; readonly findings: readonly Finding[] }[],
): Pick<ListedPage, 'rows' | 'problems'> {
  const rows: ListedProcedure[] = []
  const problems: { place: string; problem: Finding['message'] }[] = []
  for (const { place, row, findings } of read) {
    if (row !== undefined) rows.push(row)
    else problems.push({ place, problem: worstFinding(findings)?.message ?? { en: 'no procedure', vi: 'không phải thủ tục' } })
  }
  return { rows, problems }
}
