/** The catalogue of an iGate one-stop system (`bd/procedure/--can-apply`). contracts/provincial-sources.md §7.2 */
import { LienthongError, worstFinding } from '../../../base/index.js'
import type { Igate } from '../../../connectors/index.js'
import { fromIgateProcedure } from '../../../mappers/index.js'
import type { CatalogueSource, ListedPage, ListedProcedure } from '../ports.js'

export interface IgateCatalogueOptions {
  readonly client: Igate
  /** Rows of one page. Default 200. */
  readonly pageSize?: number
}

/** The procedures that can be filed, in pages. A row tells all that the list knows; fees and papers stay with each procedure. */
export function igateCatalogue({ client, pageSize = 200 }: IgateCatalogueOptions): CatalogueSource {
  return {
    async *list({ cursor, signal }) {
      let expected: number | null | undefined
      for (let page = cursor === null ? 0 : Number(cursor), read = page * pageSize; ; page++) {
        const { rows, total, last } = await client.procedures({ page, size: pageSize, spec: 'page', signal })
        expected ??= total
        const shown = pageOf(rows, read)
        read += rows.length
        // A list that grows or shrinks while it is read may have skipped something, and one without a total proves nothing.
        if (total === null || total !== expected || (last && read < total))
          throw new LienthongError('catalogue.list_cut', { system: 'igate', operation: 'procedures' })
        yield { ...shown, cursor: last ? null : String(page + 1), end: last ? 'complete' : 'more' }
        if (last) return
      }
    },
  }
}

/** A row that cannot be read is still listed where it has a code; where it has none, nobody knows which procedure it is. */
function pageOf(rows: readonly unknown[], start: number): Pick<ListedPage, 'rows' | 'problems'> {
  const listed: ListedProcedure[] = []
  const problems: ListedPage['problems'][number][] = []
  for (const [index, row] of rows.entries()) {
    const detail = fromIgateProcedure(row)
    const code = detail.ok ? detail.value.code : codeOf(row)
    if (code !== null) listed.push({ code, name: detail.ok ? detail.value.name : '', reference: null, detail })
    else {
      const problem = worstFinding(detail.findings)?.message ?? { en: 'no procedure', vi: 'không phải thủ tục' }
      problems.push({ place: `procedures, row ${start + index + 1}`, problem, code: null })
    }
  }
  return { rows: listed, problems }
}

function codeOf(row: unknown): string | null {
  const code = typeof row === 'object' && row !== null ? (row as { readonly code?: unknown }).code : undefined
  return typeof code === 'string' && code.trim() !== '' ? code.trim() : null
}
