import { known } from '../known.js'
import { type CodeTables, firstRow, loadDefaults } from '../tables/index.js'
import type { DossierTraits } from '../traits.js'
import { readIgateRow } from './from-igate.js'
import { igateTime } from './time.js'

const NOTHING: DossierTraits = { localCode: null, agencyCode: null, procedureCode: null, channel: null, receivedAt: null, flags: [] }

/** What scope rules need of an iGate dossier, without mapping it. Unreadable records have no traits: mapping them reports why. */
export function igateTraits(row: unknown, tables: CodeTables = loadDefaults('igate2')): DossierTraits & { readonly note: string | null } {
  const record = readIgateRow(row)?.record
  if (record === undefined) return { ...NOTHING, note: null }
  const localCode = known(record.code)
  const accepted = known(record.acceptedDate)
  return {
    localCode,
    agencyCode: known(record.agency?.code),
    procedureCode: known(record.procedure?.code),
    channel: firstRow(tables.channels, [record.applyMethod?.name, record.applyMethod?.id])?.value ?? null,
    receivedAt: igateTime(accepted ?? '') ?? null,
    flags: localCode === null || accepted === null ? ['not-received'] : [],
    note: known(record.applicant?.data?.noidungyeucaugiaiquyet),
  }
}
