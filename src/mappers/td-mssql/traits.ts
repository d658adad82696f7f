import { type TdDossier, tdDossier, underColumnNames } from '../../connectors/td-mssql/wire.js'
import { known } from '../known.js'
import { type CodeTables, entryOf, loadDefaults } from '../tables/index.js'
import type { DossierTraits } from '../traits.js'
import { flagOf, type TdMapping } from './from-td.js'
import { timeOf } from './steps.js'

const NOTHING: DossierTraits = { localCode: null, agencyCode: null, procedureCode: null, channel: null, receivedAt: null, flags: [] }

/** What scope rules need of a TD dossier, without mapping it. `marked`: somebody's sync says that it was sent. */
export function tdTraits(
  dossier: unknown,
  tables: CodeTables = loadDefaults('td-mssql'),
  groups?: TdMapping['groups'],
): DossierTraits & { readonly note: string | null } {
  const parsed = tdDossier.safeParse(underColumnNames(dossier))
  if (!parsed.success) return { ...NOTHING, note: null }
  const record = parsed.data
  const local = known(record.DonViId)
  return {
    localCode: known(record.MaHoSo),
    agencyCode: entryOf(tables.agencies, local)?.code ?? (local === null ? null : (groups?.get(local)?.code ?? local)),
    procedureCode: known(record.MaTTHC),
    channel: entryOf(tables.channels, known(record.KenhThucHien)) ?? null,
    receivedAt: timeOf(record.NgayTiepNhan) ?? null,
    flags: flagsOf(record),
    note: [known(record.TrichYeuHoSo), known(record.GhiChu)].filter(Boolean).join(' ') || null,
  }
}

function flagsOf(record: TdDossier): readonly string[] {
  return [
    known(record.MaHoSo) === null || known(record.NgayTiepNhan) === null ? 'not-received' : undefined,
    known(record.ViTriDeHoSo)?.toLowerCase() === 'convert' ? 'migrated' : undefined,
    flagOf(record.TrangThaiDongBoDVC) === true ? 'marked' : undefined,
  ].filter((flag) => flag !== undefined)
}
