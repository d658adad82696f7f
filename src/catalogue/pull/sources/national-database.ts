/** The national procedure database as a catalogue: client and mapper together. contracts/procedure-database.md §4 */
import type { DictionaryService, ProcedureDatabase } from '../../../connectors/index.js'
import { fromDecisionRow, fromDictionaryRow, fromWireProcedure } from '../../../mappers/index.js'
import type { CatalogueSource } from '../ports.js'

export interface NationalCatalogueOptions {
  readonly client: ProcedureDatabase
  /** Which of several sectors leads; clients disagree (§10.8). Default the first. */
  readonly sector?: 'first' | 'last'
  /** Dictionaries to read along. Default sectors and agencies: the two whose fields are confirmed. */
  readonly dictionaries?: readonly DictionaryService[]
}

export function nationalCatalogue({
  client,
  sector = 'first',
  dictionaries = ['LayDanhMucLinhVuc', 'LayDanhMucCoQuan'],
}: NationalCatalogueOptions): CatalogueSource {
  const { offers } = client
  return {
    list: ({ cursor, signal }) => client.list({ cursor, ...(signal === undefined ? {} : { signal }) }),
    async detail(row, options) {
      const wire = await client.procedure(row, options)
      if (wire === null) return null
      // The client has seen that it is this procedure; its own code may have lost zeros, or carry a suffix.
      const named = wire.form === 'national' ? withCode(wire, 'MATTHC', row.code) : withCode(wire, 'code', row.code)
      return fromWireProcedure(named, { sector })
    },
    ...(offers.dictionaries || offers.decisions
      ? {
          references: {
            dictionaries: offers.dictionaries ? dictionaries : [],
            async dictionary(name, options) {
              const service = name as DictionaryService
              const rows = await client.dictionary(service, options)
              return rows.flatMap((row) => {
                const entry = fromDictionaryRow(service, row)
                return entry?.code == null ? [] : [{ code: entry.code, content: entry }]
              })
            },
            ...(offers.decisions
              ? {
                  async decision(id, options) {
                    const row = await client.decision(id, options)
                    return row === null ? null : fromDecisionRow(row, id)
                  },
                }
              : {}),
          },
        }
      : {}),
  }
}

function withCode<Wire extends { readonly detail: object }>(wire: Wire, field: string, code: string): Wire {
  return { ...wire, detail: { ...wire.detail, [field]: code } }
}
