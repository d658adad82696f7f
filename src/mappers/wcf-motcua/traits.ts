import { cellsOf, dossierIn } from '../../connectors/wcf-motcua/wire.js'
import { known } from '../known.js'
import { entryOf } from '../tables/index.js'
import type { DossierTraits } from '../traits.js'
import type { WcfMapping } from './source.js'
import { wcfTime } from './times.js'

const NOTHING: DossierTraits = { localCode: null, agencyCode: null, procedureCode: null, channel: null, receivedAt: null, flags: [] }

/** What scope rules need, without mapping. `id`: of the dossier, where it has one. */
export function wcfTraits(
  dossier: unknown,
  { tables, fields }: Pick<WcfMapping, 'tables' | 'fields'>,
): DossierTraits & { readonly note: string | null; readonly id: string | null } {
  const cells = cellsOf(dossier)
  if (cells === undefined) return { ...NOTHING, note: null, id: null }
  const record = dossierIn(cells, fields?.dossier)
  const [localCode, agency, received] = [known(record.receiptNumber), known(record.agencyCode), wcfTime(known(record.receivedAt) ?? '')]
  return {
    id: known(record.id),
    localCode,
    agencyCode: entryOf(tables.agencies, agency)?.code ?? agency,
    procedureCode: known(record.procedureCode),
    channel: entryOf(tables.channels, known(record.channel)) ?? null,
    receivedAt: typeof received === 'number' ? received : null,
    flags: localCode === null || typeof received !== 'number' ? ['not-received'] : [],
    note: known(record.note),
  }
}
