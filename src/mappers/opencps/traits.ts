import { openCpsDossier } from '../../connectors/opencps/wire.js'
import { wallClockFormat } from '../../domain/index.js'
import { known } from '../known.js'
import { type CodeTables, entryOf, loadDefaults } from '../tables/index.js'
import type { DossierTraits } from '../traits.js'

/** Wall clock at +07:00 of list and detail. contracts/provincial-sources.md §3.4 */
export const openCpsTime = wallClockFormat('dd/MM/yyyy HH:mm:ss')

/** `systemId` of dossiers that came from the national portal: `referenceUid` is then their national number (§4.3). */
export const FROM_NATIONAL_PORTAL = 5

const ORIGINALITY_FLAGS: Readonly<Record<number, string>> = { 0: 'copy', 9: 'group' }

const NOTHING: DossierTraits = { localCode: null, agencyCode: null, procedureCode: null, channel: null, receivedAt: null, flags: [] }

/** What scope rules need of an OpenCPS dossier, without mapping it. Unreadable records have no traits: mapping them reports why. */
export function openCpsTraits(dossier: unknown, tables: CodeTables = loadDefaults('opencps-v2')): DossierTraits {
  const parsed = openCpsDossier.safeParse(dossier)
  if (!parsed.success) return NOTHING
  const { dossierNo, receiveDate, originality, systemId, online, govAgencyCode, serviceCode } = parsed.data
  const localCode = known(dossierNo)
  const origin = originality == null ? undefined : ORIGINALITY_FLAGS[originality]
  const flags = [
    origin,
    localCode === null || known(receiveDate) === null ? 'not-received' : undefined,
    systemId === FROM_NATIONAL_PORTAL ? 'from-national' : undefined,
  ]
  return {
    localCode,
    agencyCode: known(govAgencyCode),
    procedureCode: known(serviceCode),
    channel: entryOf(tables.channels, known(online)) ?? null,
    receivedAt: openCpsTime.parse(receiveDate ?? '') ?? null,
    flags: flags.filter((flag) => flag !== undefined),
  }
}
