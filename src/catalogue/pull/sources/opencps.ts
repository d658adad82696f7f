/** The catalogue of an OpenCPS one-stop system (`/serviceinfos`). contracts/provincial-sources.md §4.5 */
import { LienthongError, worstFinding } from '../../../base/index.js'
import type { OpenCps } from '../../../connectors/index.js'
import { fromOpenCpsProcedure } from '../../../mappers/index.js'
import type { CatalogueSource, ListedPage, ListedProcedure } from '../ports.js'

export interface OpenCpsCatalogueOptions {
  readonly client: OpenCps
  /** Rows of one page. Default 200. */
  readonly pageSize?: number
}

/** The whole catalogue in pages; every row tells all there is to know, so no details are asked for. */
export function openCpsCatalogue({ client, pageSize = 200 }: OpenCpsCatalogueOptions): CatalogueSource {
  return {
    async *list({ cursor, signal }) {
      let start = cursor === null ? 0 : Number(cursor)
      let expected: number | undefined
      for (;;) {
        const { total, rows } = await client.services({ start, end: start + pageSize, signal })
        expected ??= total
        // A list that grows or shrinks while it is read may have skipped something.
        if (total !== expected || (rows.length === 0 && start < total)) {
          throw new LienthongError('catalogue.list_cut', { system: 'opencps', operation: 'serviceinfos' })
        }
        const page = pageOf(rows, start)
        start += rows.length
        const whole = start >= total
        yield { ...page, cursor: whole ? null : String(start), end: whole ? 'complete' : 'more' }
        if (whole) return
      }
    },
  }
}

/** A row that cannot be read is still listed where it has a code; where it has none, nobody knows which procedure it is. */
function pageOf(rows: readonly unknown[], start: number): Pick<ListedPage, 'rows' | 'problems'> {
  const listed: ListedProcedure[] = []
  const problems: ListedPage['problems'][number][] = []
  for (const [index, row] of rows.entries()) {
    const detail = fromOpenCpsProcedure(row)
    const code = detail.ok ? detail.value.code : codeOf(row)
    if (code !== null) listed.push({ code, name: detail.ok ? detail.value.name : '', reference: null, detail })
    else {
      const problem = worstFinding(detail.findings)?.message ?? { en: 'no procedure', vi: 'không phải thủ tục' }
      problems.push({ place: `serviceinfos, row ${start + index + 1}`, problem, code: null })
    }
  }
  return { rows: listed, problems }
}

function codeOf(row: unknown): string | null {
  const code = typeof row === 'object' && row !== null ? (row as { readonly serviceCode?: unknown }).serviceCode : undefined
  return typeof code === 'string' && code.trim() !== '' ? code.trim() : null
}
