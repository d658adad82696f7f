/** Turns the story into what OpenCPS shows. Shapes: contracts/examples/source-opencps-*.json, provincial-sources.md §4.3–4.5. */
import { type Instant, wallClockFormat } from '../../domain/index.js'
import { actions, statusTexts } from '../province/actions.js'
import { agencies, type StoryProcedure } from '../province/catalogue.js'
import type { Life } from '../province/life.js'
import type { LocalProcedure } from '../province/local-catalogue.js'
import type { Standing } from '../province/standing.js'

export const SITE = 20143
const wall = wallClockFormat('dd/MM/yyyy HH:mm:ss')
const shown = (at: Instant | null): string => (at === null ? '' : wall.format(at))
const upper = (text: string): string => text.toUpperCase()

export type Row = Readonly<Record<string, unknown>>

/** A row of `GET /dossiers`. */
export function listRow(life: Life, standing: Standing): Row {
  return {
    ...common(life, standing),
    applicantName: upper(life.applicant.name).replace(/;\s*/g, '; '),
    stepOverdue: '',
    dossierOverdue: '',
    domainCode: life.procedure.sectorCode,
    domainName: life.procedure.sector,
  }
}

/** `GET /dossiers/{id}`: no sector, and a step that is always overdue. */
export function detail(life: Life, standing: Standing): Row {
  return {
    ...common(life, standing),
    applicantName: upper(life.applicant.name),
    stepOverdue: 'true',
    dossierActionId: 880_000 + life.index * 20 + standing.steps.length,
    paymentFee: standing.payment === null ? '' : feeName(life.procedure),
    delegateType: 0,
    dossierCounter: standing.code === '' ? '' : standing.code.slice(standing.code.indexOf('-') + 1),
  }
}

function common(life: Life, standing: Standing): Row {
  const { applicant, agency, procedure } = life
  const note = life.fate === 'test' ? 'HỒ SƠ THỬ NGHIỆM' : ''
  const last = standing.steps.at(-1)
  const step = last === undefined ? undefined : actions[last.action]
  return {
    dossierIdCTN: '',
    dossierId: life.dossierId,
    groupId: SITE,
    createDate: shown(life.createdAt),
    modifiedDate: shown(standing.modifiedAt),
    referenceUid: life.referenceUid,
    counter: 1,
    serviceCode: procedure.localCode,
    serviceName: procedure.name,
    govAgencyCode: agency.code,
    govAgencyName: agency.name,
    applicantName: '',
    applicantIdType: life.fate === 'applicant-kind-missing' ? '' : applicant.kind,
    applicantIdNo: applicant.number,
    applicantIdDate: applicant.kind === 'citizen' ? '01/01/2021 00:00:00' : '',
    address: `Số ${(life.index % 99) + 1} đường Mẫu`,
    cityCode: '99',
    cityName: 'Tỉnh Mẫu',
    districtCode: '',
    districtName: '',
    wardCode: '99001',
    wardName: 'Xã Mẫu',
    contactName: applicant.name,
    contactTelNo: applicant.phone,
    contactEmail: applicant.email,
    dossierNote: note,
    submissionNote: '',
    briefNote: note,
    dossierNo: standing.code,
    submitting: 'false',
    submitDate: shown(life.submittedAt),
    receiveDate: shown(standing.receivedAt),
    dueDate: shown(standing.dueAt),
    releaseDate: shown(standing.releasedAt),
    finishDate: shown(standing.finishedAt),
    cancellingDate: shown(standing.cancelledAt),
    correctingDate: shown(standing.correctingAt),
    dossierStatus: standing.status,
    dossierStatusText: statusTexts[standing.status] ?? standing.status,
    dossierSubStatus: standing.subStatus,
    dossierSubStatusText: statusTexts[standing.subStatus] ?? '',
    viaPostal: life.byPost ? '2' : '0',
    lastActionDate: shown(last?.at ?? null),
    lastActionCode: last?.action ?? '',
    lastActionName: step?.name ?? '',
    lastActionUser: upper(last?.officer ?? ''),
    lastActionNote: last?.note ?? '',
    stepCode: step?.stepCode ?? '100',
    stepName: step?.stepName ?? 'Chờ tiếp nhận',
    stepOverdue: '',
    lockState: standing.status === 'waiting' ? 'PAUSE' : '',
    online: String(life.online),
    notification: 'true',
    durationCount: procedure.days,
    durationUnit: 0,
    originality: originality(life),
    metaData: '{}',
    systemId: 0,
    vnpostalStatus: 0,
    vnpostalProfile: '',
    fromViaPostal: 0,
  }
}

/** 0 copy, 1 online, 3 one-stop, 9 group. §4.3 */
export function originality(life: Life): number {
  if (life.fate === 'copy') return 0
  if (life.fate === 'group') return 9
  return life.online ? 1 : 3
}

/** Rows of `GET /dossiers/{id}/syncs`, oldest first. What was migrated brought no history along. */
export function syncRows(life: Life, standing: Standing): readonly Row[] {
  if (life.fate === 'migrated') return []
  return standing.steps.map((step, place) => ({
    dossierSyncId: 990_000 + life.index * 20 + place,
    userId: 30_211 + (step.officer.length % 7),
    createDate: step.at,
    dossierId: life.dossierId,
    dossierRefUid: life.referenceUid,
    syncRefUid: `9a${String(place).padStart(6, '0')}${life.referenceUid.slice(8)}`,
    actionCode: step.action,
    actionName: actions[step.action].name,
    actionUser: step.officer,
    actionNote: step.note,
    syncType: 2,
    infoType: 1,
    payload: step.action === '1100' ? JSON.stringify({ dossierNo: life.code }) : '{}',
  }))
}

/** `GET /dossiers/{id}/payment`. Status 0 says that nothing is asked for. §4.5 (A) */
export function payment(life: Life, standing: Standing): Row {
  const paid = standing.payment?.paidAt ?? null
  const online = standing.payment?.online ?? false
  const amount = standing.payment?.amount ?? 0
  return {
    createDate: shown(standing.payment?.requestedAt ?? life.createdAt),
    modifiedDate: shown(paid ?? standing.payment?.requestedAt ?? life.createdAt),
    referenceUid: `7b000000${life.referenceUid.slice(8)}`,
    govAgencyCode: life.agency.code,
    govAgencyName: life.agency.name,
    applicantName: upper(life.applicant.name),
    applicantIdNo: life.applicant.number,
    isNew: 1,
    paymentFee: amount === 0 ? '' : feeName(life.procedure),
    advanceAmount: 0,
    feeAmount: amount,
    serviceAmount: 0,
    shipAmount: 0,
    paymentAmount: amount,
    paymentNote: '',
    bankInfo: '',
    epaymentProfile: '{}',
    paymentStatus: paymentStatus(standing),
    paymentMethod: paid === null ? '' : online ? 'KeyPayDVCQG' : 'Tiền mặt',
    confirmDatetime: shown(paid),
    confirmPayload: '{}',
    approveDatetime: shown(paid),
    accountUserName: '',
    govAgencyTaxNo: '0000000099',
    invoiceTemplateNo: paid === null ? '' : '01BLP0-001',
    invoiceIssueNo: paid === null ? '' : 'AA-25E',
    invoiceNo: paid === null ? '' : String(life.index).padStart(7, '0'),
    invoicePayload: '',
    einvoice: '',
    paymentFileId: 66_000 + life.index,
  }
}

/** 0 none, 1 requested, 3 confirmed, 5 confirmed at the counter. §4.5 (A) */
export function paymentStatus({ payment }: Standing): number {
  if (payment === null) return 0
  if (payment.paidAt === null) return 1
  return payment.online ? 3 : 5
}

/** A row of `GET /serviceinfos`. */
export function serviceRow(procedure: LocalProcedure, place: number, services: string): Row {
  const matched = procedure.nationalCode !== null
  return {
    serviceInfoId: 501 + place,
    createDate: '20240101000000',
    modifiedDate: '20250201000000',
    serviceCode: procedure.localCode,
    serviceCodeDVCQG: procedure.nationalCode ?? '',
    serviceNameDVCQG: procedure.nationalName ?? '',
    serviceName: procedure.name,
    processText: '',
    methodText: 'Trực tiếp, trực tuyến, bưu chính',
    dossierText: '',
    conditionText: '',
    durationText: procedure.terms.duration,
    applicantText: 'Cá nhân, tổ chức',
    resultText: '',
    regularText: '',
    feeText: procedure.terms.fee,
    administrationCode: procedure.terms.office === 'UBND cấp xã' ? 'UBX' : 'UBT',
    administrationName: procedure.terms.office,
    domainCode: procedure.sectorCode,
    domainName: procedure.sector,
    maxLevel: procedure.serviceLevel,
    synced: matched ? 1 : 0,
    active: 'true',
    serviceConfigs: procedure.page === null ? [] : [serviceConfig(procedure, place, `${services}/${procedure.page}`)],
  }
}

function serviceConfig({ serviceLevel }: LocalProcedure, place: number, serviceUrl: string): Row {
  const agency = agencies[place % agencies.length]
  return {
    serviceConfigId: 9001 + place,
    govAgencyCode: agency?.code ?? '',
    govAgencyName: agency?.name ?? '',
    serviceInstruction: '',
    serviceLevel,
    serviceUrl,
  }
}

function feeName(procedure: StoryProcedure): string {
  return `Lệ phí: ${procedure.name}`.slice(0, 250)
}
