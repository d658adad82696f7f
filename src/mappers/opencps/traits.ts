import { type OpenCpsDossier, readOpenCpsDossier } from '../../connectors/opencps/wire.js'
import { wallClockFormat } from '../../domain/index.js'
import { known } from '../known.js'
import { type CodeTables, entryOf, loadDefaults } from '../tables/index.js'
import type { DossierTraits } from '../traits.js'

/** Wall clock at +07:00 of list and detail. contracts/provincial-sources.md §3.4 */
export const openCpsTime = wallClockFormat('dd/MM/yyyy HH:mm:ss')

/** `systemId` of dossiers that came from the national portal: `referenceUid` is then their national number (§4.3). */
export const FROM_NATIONAL_PORTAL = 5

/** 4, HSLT: one of several dossiers that are worked on together. §4.3 */
const ORIGINALITY_FLAGS: Readonly<Record<number, string>> = { 0: 'copy', 4: 'interlinked', 9: 'group' }

const NOTHING: DossierTraits = { localCode: null, agencyCode: null, procedureCode: null, channel: null, receivedAt: null, flags: [] }

/** What scope rules need of an OpenCPS dossier, without mapping it. Unreadable records have no traits: mapping them reports why. */
export function openCpsTraits(dossier: unknown, tables: CodeTables = loadDefaults('opencps-v2')): DossierTraits {
  const read = readOpenCpsDossier(dossier)
  if (!read.ok) return NOTHING
  const { dossierNo, receiveDate, originality, originDossierNo, systemId, online, govAgencyCode, serviceCode } = read.value
  const localCode = known(dossierNo)
  const originCode = known(originDossierNo)
  const origin = originality == null ? undefined : ORIGINALITY_FLAGS[originality]
  const flags = [
    origin,
    localCode === null || known(receiveDate) === null ? 'not-received' : undefined,
    systemId === FROM_NATIONAL_PORTAL ? 'from-national' : undefined,
    isInGroup(read.value) ? 'in-group' : undefined,
    lockOf(read.value),
  ]
  return {
    localCode,
    agencyCode: known(govAgencyCode),
    procedureCode: known(serviceCode),
    channel: entryOf(tables.channels, known(online)) ?? null,
    receivedAt: openCpsTime.parse(receiveDate ?? '') ?? null,
    flags: flags.filter((flag) => flag !== undefined),
    // The group dossier (9) is no dossier of its own to the portal; its members are. Only an origin makes a part of this one.
    parentCode: originCode === localCode ? null : originCode,
  }
}

/** `groupDossierId` is a number or a list of them; 0 and its own number stand for none. */
function isInGroup({ groupDossierId, dossierId }: OpenCpsDossier): boolean {
  return (known(groupDossierId) ?? '').split(',').some((id) => !['', '0', String(dossierId)].includes(id.trim()))
}

/** `PAUSE`, `PAUSE_OVERDUE`: its clock stands still; `LOCK…`: nobody may work on it. Neither is a status. */
function lockOf({ lockState }: OpenCpsDossier): string | undefined {
  const state = known(lockState)?.toUpperCase() ?? ''
  return state.startsWith('PAUSE') ? 'paused' : state.startsWith('LOCK') ? 'locked' : undefined
}
