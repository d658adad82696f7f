/** Turns the story into what iGate shows. Shapes: contracts/examples/source-igate-*.json, provincial-sources.md §7.3–7.5. */
import { hashText } from '../../base/index.js'
import type { Instant } from '../../domain/index.js'
import { type ActionCode, actions, STRANGER_STATUS, statusTexts } from '../province/actions.js'
import { agencies, PROVINCE_AGENCY, type StoryAgency } from '../province/catalogue.js'
import { type Life, objectIdOf } from '../province/life.js'
import type { LocalProcedure } from '../province/local-catalogue.js'
import type { Standing, StoryStep } from '../province/standing.js'

export type Row = Readonly<Record<string, unknown>>

/** What iGate never keeps: copies for publishing and groups are an invention of another product. */
export function isKept(life: Life): boolean {
  return life.fate !== 'copy' && life.fate !== 'group'
}

export interface RenderingOptions {
  /** Whether rows have a `returnedDate`. Assumed by the contract, and the published example has none. */
  readonly returnedDate: boolean
}

/** How the story's statuses look in iGate: the coarse state, and the finer one where the coarse says too little. §7.5 (A) */
const STATES: Readonly<Record<string, { readonly id: number; readonly name: string }>> = {
  new: { id: 0, name: 'Chờ tiếp nhận' },
  processing: { id: 2, name: 'Đang xử lý' },
  waiting: { id: 1, name: 'Yêu cầu bổ sung' },
  paying: { id: 2, name: 'Đang xử lý' },
  unresolved: { id: 3, name: 'Tạm dừng' },
  releasing: { id: 4, name: 'Có kết quả' },
  done: { id: 5, name: 'Đã trả kết quả' },
  denied: { id: 6, name: 'Từ chối/rút' },
  cancelled: { id: 6, name: 'Từ chối/rút' },
  [STRANGER_STATUS]: { id: 9, name: 'Chuyển kho cũ' },
}

/** What the IT department of an iGate province would write into its tables. */
export const igateTables = {
  actions: Object.fromEntries(Object.values(actions).map(({ name, national }) => [name, national])),
  /** Task states that say more than “Đang xử lý” and “Từ chối/rút”. */
  subStatuses: { [text('processing_1')]: 2, [text('paying')]: 6, [text('denied')]: 3, [text('cancelled')]: 7 },
  paymentMethods: { DVCQG: 'national', TM: 'none' },
} as const

/** Where an officer still has something to do. After the others a dossier rests or waits for the citizen. */
const UNDER_WAY: ReadonlySet<ActionCode> = new Set(['1100', '3000', '3100', '4100', '4200', '5100', '5200', '8900'])

/** A row of `pa/dossier/search` and the whole of `pa/dossier/{id}`. */
export function dossierRow(life: Life, standing: Standing, updatedAt: Instant, options: RenderingOptions): Row {
  const { applicant, procedure } = life
  const tasks = taskRows(life, standing)
  const state = STATES[standing.status] ?? { id: 9, name: standing.status }
  const task = standing.status === STRANGER_STATUS ? state.name : text(standing.subStatus || standing.status)
  const note = life.fate === 'test' ? 'HỒ SƠ THỬ NGHIỆM' : ''
  return {
    id: objectIdOf(life),
    code: standing.code,
    dossierStatus: state,
    dossierTaskStatus: { id: idOf(`task-status/${task}`), name: several(life, task) },
    statusCurrentTask: task,
    applicant: {
      eformId: idOf('eform'),
      userId: idOf(`user/${life.index}`),
      data: {
        fullname: life.applicant.name,
        // Forms for one's own dossier do not ask for the owner.
        ...(life.index % 3 === 0 ? {} : { ownerFullname: applicant.name }),
        identityNumber: applicant.number,
        ...(applicant.kind === 'citizen' ? { identityDate: '2020-12-31T17:00:00.000+0000' } : {}),
        organization: applicant.kind === 'citizen' ? '' : applicant.name,
        phoneNumber: `+84${applicant.phone.slice(1)}`,
        email: applicant.email,
        address: `Số ${(life.index % 99) + 1} đường Mẫu`,
        province: { label: 'Tỉnh Mẫu', value: idOf('place/99') },
        village: { label: 'Xã Mẫu', value: idOf('place/99001') },
        chonDoiTuong: kindOf(life),
        noidungyeucaugiaiquyet: note,
      },
    },
    procedure: {
      id: idOf(`procedure/${procedure.localCode}`),
      code: procedure.localCode,
      translate: life.index % 2 === 0 ? { languageId: 228, name: procedure.name } : byLanguage(procedure.name),
      sector: { id: idOf(`sector/${procedure.sectorCode}`), code: procedure.sectorCode, name: byLanguage(procedure.sector) },
    },
    agency: agencyRow(life.agency),
    applyMethod: life.online ? { id: 0, name: 'Trực tuyến' } : { id: 1, name: 'Trực tiếp' },
    appliedDate: shown(life.submittedAt),
    acceptedDate: shown(standing.receivedAt),
    appointmentDate: shown(standing.dueAt),
    dueDate: shown(standing.dueAt),
    completedDate: shown(standing.status === 'denied' ? (standing.steps.at(-1)?.at ?? null) : standing.releasedAt),
    ...(options.returnedDate ? { returnedDate: shown(standing.finishedAt) } : {}),
    updatedDate: shown(updatedAt),
    processingTime: procedure.days,
    processingTimeUnit: 'd',
    dossierProgress: hashText(`${life.index}/${updatedAt}`) % 100,
    undefindedCompleteTime: 0,
    countDutypaidCert: 0,
    dossierReceivingKind: life.byPost
      ? { id: idOf('return/post'), name: byLanguage('Nhận qua bưu chính') }
      : { id: idOf('return/counter'), name: byLanguage('Nhận trực tiếp') },
    ...(standing.payment?.paidAt == null ? {} : { paymentMethod: paymentMethod(standing.payment.online) }),
    task: tasks,
    currentTask: tasks.filter(({ isCurrent }) => isCurrent === 1),
    dossierFee: feeRows(life, standing),
  }
}

/** What gateways show that leave tasks and fees to the detail. */
export function leanRow({ task: _, currentTask: __, dossierFee: ___, ...row }: Row): Row {
  return row
}

/** What was migrated brought no history along. */
function taskRows(life: Life, { steps }: Standing): readonly (Row & { readonly isCurrent: 0 | 1 })[] {
  if (life.fate === 'migrated') return []
  const tasks = steps.map((step, place) => taskRow(life, step, place, place === steps.length - 1 && UNDER_WAY.has(step.action)))
  const last = steps.at(-1)
  if (last?.action !== '7000') return tasks
  // The result lies at the counter: the task that will hand it out is there already, and nobody's yet.
  const { assignee: _, ...waiting } = taskRow(life, { ...last, action: '8100', officer: '' }, steps.length, true)
  return [...tasks, { ...waiting, isCurrent: 1, candidateGroup: [{ id: idOf('group/one-stop'), name: 'Một cửa' }] }]
}

function taskRow(life: Life, step: StoryStep, place: number, current: boolean): Row & { readonly isCurrent: 0 | 1 } {
  const { name } = actions[step.action]
  return {
    id: `${objectIdOf(life).slice(0, 16)}${(life.index % 65_536).toString(16).padStart(4, '0')}${place.toString(16).padStart(4, '0')}`,
    assignee: {
      id: idOf(`officer/${step.officer}/${life.index % 5}`),
      fullname: step.officer,
      account: { id: idOf(step.officer), username: [{ value: 'canbo' }] },
    },
    agency: agencyRow(life.agency),
    isCurrent: current ? 1 : 0,
    createdDate: shown(step.at),
    updatedDate: shown(step.at),
    activitiTask: { id: `task-${place}`, status: current ? 'ASSIGNED' : 'COMPLETED' },
    bpmProcessDefinitionTask: {
      id: idOf(`definition/${step.action}`),
      name: { id: idOf(`definition-name/${step.action}`), name },
      remind: { id: idOf('remind'), name: actions[step.action].stepName },
      processingTime: 1,
      processingTimeUnit: 'd',
    },
  }
}

function feeRows(life: Life, { payment }: Standing): readonly Row[] {
  if (payment === null) return []
  const type = { id: idOf('fee-type'), name: 'Lệ phí' }
  const paid = payment.paidAt === null ? 0 : payment.amount
  return [
    {
      id: idOf(`fee/${life.index}`),
      procost: { id: idOf(`procost/${life.procedure.localCode}`), type },
      quantity: 1,
      amount: payment.amount,
      paid,
      required: 1,
    },
  ]
}

function paymentMethod(online: boolean): Row {
  const [code, name] = online ? ['DVCQG', 'Cổng thanh toán Dịch vụ công quốc gia'] : ['TM', 'Tiền mặt']
  return { id: idOf(`payment/${code}`), code, name: byLanguage(name) }
}

/** A row of `bd/procedure/--can-apply`. */
export function procedureRow(procedure: LocalProcedure, place: number): Row {
  const agency = agencies[place % agencies.length] ?? null
  return {
    id: idOf(`procedure/${procedure.localCode}`),
    code: procedure.localCode,
    nationCode: procedure.nationalCode ?? '',
    name: procedure.name,
    sector: { id: idOf(`sector/${procedure.sectorCode}`), code: procedure.sectorCode, name: procedure.sector },
    agency: agency === null ? [] : [{ id: agencyIdOf(agency), name: agency.name }],
    level: { id: idOf(`level/${procedure.serviceLevel}`), name: procedure.serviceLevel === 4 ? 'Toàn trình' : 'Một phần' },
  }
}

/** A row of `bd/procost/--for-online`; the shape is the simulator's own (A). */
export function procostRows({ localCode, fee }: LocalProcedure): readonly Row[] {
  return fee === 0
    ? []
    : [{ id: idOf(`procost/${localCode}`), type: { id: idOf('fee-type'), name: 'Lệ phí' }, quantity: 1, amount: fee, required: 1 }]
}

/** Mongo id of the province, below which all agencies are. */
export const PROVINCE_OBJECT_ID = idOf(`agency/${PROVINCE_AGENCY}`)

export function agencyIdOf({ code }: StoryAgency): string {
  return idOf(`agency/${code}`)
}

export function agencyRow(agency: StoryAgency): Row {
  const parent = { id: PROVINCE_OBJECT_ID, name: byLanguage('UBND tỉnh Mẫu') }
  return { id: agencyIdOf(agency), code: agency.code, name: byLanguage(agency.name), parent, ancestors: [parent] }
}

function kindOf(life: Life): number | '' {
  if (life.fate === 'applicant-kind-missing') return ''
  return { citizen: 1, business: 2, organization: 4 }[life.applicant.kind]
}

/** Some installations show the bare text, some a list by language. */
function several(life: Life, name: string): unknown {
  return life.index % 4 === 0 ? byLanguage(name) : name
}

function byLanguage(name: string): unknown {
  return [
    { languageId: 46, name: 'In English' },
    { languageId: 228, name },
  ]
}

function text(status: string): string {
  return statusTexts[status] ?? status
}

/** A stable Mongo id for a name. */
function idOf(name: string): string {
  return `66f0${hashText(name).toString(16).padStart(8, '0')}${hashText(`${name}/2`).toString(16).padStart(8, '0')}0000`
}

/** True UTC, with the offset as Java writes it. §3.4 */
function shown(at: Instant | null): string | null {
  return at === null ? null : new Date(at).toISOString().replace('Z', '+0000')
}
