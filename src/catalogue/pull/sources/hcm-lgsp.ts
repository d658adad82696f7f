/** The catalogue of the HCM City LGSP, asked sector by sector. contracts/provincial-sources.md §6 */
import { worstFinding } from '../../../base/index.js'
import type { HcmLgsp } from '../../../connectors/index.js'
import { fromHcmProcedure, type HcmProcedureNames } from '../../../mappers/index.js'
import type { CatalogueSource, ListedPage, ListedProcedure } from '../ports.js'

export interface HcmLgspCatalogueOptions {
  readonly client: HcmLgsp
  /** Codes of all sectors: the service shows one at a time and lists none of them. */
  readonly sectors: readonly string[]
  readonly fields?: HcmProcedureNames
}

/** A sector is an answer of its own, whole: there are no pages. What no sector named here holds is not shown. */
export function hcmLgspCatalogue({ client, sectors, fields }: HcmLgspCatalogueOptions): CatalogueSource {
  return {
    async *list({ cursor, signal }) {
      for (let at = cursor === null ? 0 : Number(cursor); at < sectors.length; at++) {
        const sector = sectors[at] as string
        const page = pageOf(await client.procedures(sector, { signal }), sector, fields)
        const last = at === sectors.length - 1
        yield { ...page, cursor: last ? null : String(at + 1), end: last ? 'complete' : 'more' }
      }
    },
  }
}

function pageOf(rows: readonly unknown[], sector: string, fields: HcmProcedureNames | undefined): Pick<ListedPage, 'rows' | 'problems'> {
  const listed: ListedProcedure[] = []
  const problems: ListedPage['problems'][number][] = []
  for (const [index, row] of rows.entries()) {
    const detail = fromHcmProcedure(row, fields)
    if (detail.ok) listed.push({ code: detail.value.code, name: detail.value.name, reference: null, detail })
    else {
      const problem = worstFinding(detail.findings)?.message ?? { en: 'no procedure', vi: 'không phải thủ tục' }
      problems.push({ place: `${sector}, row ${index + 1}`, problem, code: null })
    }
  }
  return { rows: listed, problems }
}
