/** The catalogue of an OpenCPS one-stop system (`/serviceinfos`). contracts/provincial-sources.md §4.5 */
import { LienthongError } from '../../../base/index.js'
import type { OpenCps } from '../../../connectors/index.js'
import { fromOpenCpsProcedure } from '../../../mappers/index.js'
import type { CatalogueSource, ListedProcedure } from '../ports.js'
import { listedRows } from './listed-rows.js'

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
        const read: {
          readonly place: string
          readonly row: ListedProcedure | undefined
          readonly findings: ReturnType<typeof fromOpenCpsProcedure>['findings']
        }[] = rows.map((row, index) => {
          const detail = fromOpenCpsProcedure(row)
          const place = `serviceinfos, row ${start + index + 1}`
          if (!detail.ok) return { place, row: undefined, findings: detail.findings }
          return { place, row: { code: detail.value.code, name: detail.value.name, reference: null, detail }, findings: [] }
        })
        start += rows.length
        const whole = start >= total
        yield { ...listedRows(read), cursor: whole ? null : String(start), end: whole ? 'complete' : 'more' }
        if (whole) return
      }
    },
  }
}
