/** Rules about procedures: complete (V17), payable online (V15), filed online only where it can be (V16). contracts/rules-and-indicators.md §6.1 */
import { type Finding, fillText, type Severity, type Text, type TextValues } from '../base/index.js'
import { type Channel, type LocalDate, namedLevel, type Procedure, type ServiceLevel, serviceLevelOn } from '../domain/index.js'
import type { RuleSeverities } from './record-rules.js'

/**
 * First day of the scale partial / full (Decree 42/2022/NĐ-CP). The decree's text was not seen: written from memory, A-r.
 * contracts/procedure-database.md §5.6, contracts/rules-and-indicators.md §7.6
 */
export const NAMED_LEVELS_FROM = '2022-08-15' as LocalDate

/** From this day level-4 procedures collect online (Kon Tum 2316/UBND-TTHCC, K4). */
export const ONLINE_PAYMENT_FROM = '2020-07-10' as LocalDate

/** What a rule may need beside the procedure. What is left out or `null` is not known, and then the rule does not judge. */
export interface ProcedureContext {
  /** The day that is judged: today, or the day on which the dossier was filed. */
  readonly day?: LocalDate | null
  /** How the dossier was filed. */
  readonly channel?: Channel | null
  /** Whether it can be paid online on the shared platform. */
  readonly onlinePayment?: boolean | null
}

export interface ProcedureBreach {
  readonly path: string
  readonly values?: TextValues
}

/** One predicate on one procedure, with the days it is in force. */
export interface ProcedureRule {
  readonly id: string
  readonly severity: Severity
  readonly basis: string
  readonly contract: string
  readonly inForce: { readonly from: LocalDate | null; readonly to: LocalDate | null }
  readonly says: Text
  readonly hint: Text
  finds(procedure: Procedure, context: ProcedureContext): readonly ProcedureBreach[]
}

const V17 = {
  id: 'V17',
  basis: 'NĐ 63/2010/NĐ-CP Điều 8.2; 766 item 1.3',
  contract: 'contracts/rules-and-indicators.md §6.1 V17',
  inForce: { from: null, to: null },
} as const

/** What a published procedure must say, with how much of it is known: `null` not known here, false known to be missing. */
interface Part {
  readonly path: string
  readonly en: string
  readonly vi: string
  stated(procedure: Procedure): boolean | null
}

const PARTS: readonly Part[] = [
  {
    path: 'processes',
    en: 'the order of steps',
    vi: 'trình tự thực hiện',
    stated: ({ processes }) => processes?.some(({ steps }) => steps.length > 0) ?? null,
  },
  {
    path: 'channels',
    en: 'the ways of filing',
    vi: 'cách thức thực hiện',
    stated: ({ channels }) => channels?.some(({ channel }) => channel !== null) ?? null,
  },
  {
    path: 'documents',
    en: 'the documents to hand in',
    vi: 'thành phần hồ sơ',
    stated: ({ documents }) => documents?.some((group) => group.documents.length > 0) ?? null,
  },
  {
    path: 'channels',
    en: 'the time limit',
    vi: 'thời hạn giải quyết',
    stated: ({ channels }) => channels?.some(({ timeLimits }) => timeLimits.some(({ value, text }) => value !== null || text !== null)) ?? null,
  },
  {
    path: 'subjects',
    en: 'who may apply',
    vi: 'đối tượng thực hiện',
    stated: ({ subjects, subjectsText }) => (subjectsText !== null ? true : subjects === null ? null : subjects.length > 0),
  },
  {
    path: 'agencies.implementing',
    en: 'the implementing body',
    vi: 'cơ quan thực hiện',
    stated: ({ agencies }) => (agencies.implementing === null ? null : agencies.implementing.length > 0),
  },
]

function detailsUnread(procedure: Procedure): boolean {
  return PARTS.every((part) => part.stated(procedure) === null)
}

/** V17 concerns what citizens are shown. */
function shown({ published }: Procedure): boolean {
  return published !== false
}

/** Completeness of a published procedure. A procedure of which only code and name were read gets one finding, not seven. */
export const completenessRules: readonly ProcedureRule[] = [
  {
    ...V17,
    id: 'V17.unknown',
    severity: 'info',
    says: {
      en: 'Only code and name of the procedure were read: whether it is complete is not known.',
      vi: 'Mới đọc mã và tên thủ tục: chưa biết nội dung có đầy đủ không.',
    },
    hint: { en: 'Pull the details: `catalogue pull`.', vi: 'Đọc chi tiết: `catalogue pull`.' },
    finds: (procedure) => (shown(procedure) && detailsUnread(procedure) ? [{ path: '' }] : []),
  },
  {
    ...V17,
    severity: 'error',
    says: { en: 'The published procedure has no name.', vi: 'Thủ tục đã công khai nhưng không có tên.' },
    hint: { en: 'Complete the record in the procedure database.', vi: 'Bổ sung trong cơ sở dữ liệu thủ tục hành chính.' },
    finds: (procedure) => (shown(procedure) && procedure.name.trim() === '' ? [{ path: 'name' }] : []),
  },
  ...PARTS.flatMap((part): readonly ProcedureRule[] => [
    {
      ...V17,
      severity: 'error',
      says: { en: `The published procedure does not state ${part.en}.`, vi: `Thủ tục đã công khai thiếu ${part.vi}.` },
      hint: { en: 'Complete the record in the procedure database.', vi: 'Bổ sung trong cơ sở dữ liệu thủ tục hành chính.' },
      finds: (procedure) => (shown(procedure) && part.stated(procedure) === false ? [{ path: part.path }] : []),
    },
    {
      ...V17,
      id: 'V17.unknown',
      severity: 'warn',
      says: { en: `Not known here: ${part.en}.`, vi: `Chưa biết: ${part.vi}.` },
      hint: {
        en: 'The record that was read has no such field filled; look at the procedure in its catalogue.',
        vi: 'Bản ghi đã đọc không có thông tin này; kiểm tra thủ tục trong danh mục.',
      },
      finds: (procedure) => (shown(procedure) && !detailsUnread(procedure) && part.stated(procedure) === null ? [{ path: part.path }] : []),
    },
  ]),
  {
    ...V17,
    severity: 'error',
    says: {
      en: 'Documents without a number of originals or copies: {count}.',
      vi: 'Số giấy tờ chưa ghi số lượng bản chính, bản sao: {count}.',
    },
    hint: { en: 'Enter the numbers in the procedure database.', vi: 'Nhập số lượng trong cơ sở dữ liệu thủ tục hành chính.' },
    finds(procedure) {
      const without = (procedure.documents ?? []).flatMap((group, index) =>
        group.documents.flatMap(({ originals, copies }, place) =>
          originals === null && copies === null ? [`documents[${index}].documents[${place}]`] : [],
        ),
      )
      const first = without[0]
      return first === undefined || !shown(procedure) ? [] : [{ path: first, values: { count: without.length } }]
    },
  },
]

export const procedureRules: readonly ProcedureRule[] = [
  ...completenessRules,
  {
    id: 'V15',
    severity: 'error',
    basis: '2316/UBND-TTHCC (Kon Tum, 30/6/2020), K4',
    contract: 'contracts/rules-and-indicators.md §6.1 V15',
    inForce: { from: ONLINE_PAYMENT_FROM, to: null },
    says: {
      en: 'The procedure is online in full and has a fee, but the fee cannot be paid online on the shared platform.',
      vi: 'Thủ tục toàn trình (mức độ 4) có thu phí nhưng chưa thanh toán trực tuyến được trên nền tảng dùng chung.',
    },
    hint: { en: 'Connect the procedure to the national payment platform.', vi: 'Kết nối thủ tục với nền tảng thanh toán quốc gia.' },
    finds(procedure, { day, onlinePayment }) {
      const level = levelOn(procedure, day)
      const due = level !== null && namedLevel(level) === 'full' && hasFee(procedure) === true
      return due && onlinePayment === false ? [{ path: 'services' }] : []
    },
  },
  {
    id: 'V16',
    severity: 'warn',
    basis: 'NĐ 42/2022/NĐ-CP; NĐ 224/2026/NĐ-CP Điều 13–19',
    contract: 'contracts/rules-and-indicators.md §6.1 V16',
    inForce: { from: null, to: null },
    says: {
      en: 'The dossier was filed online, but on that day the procedure was not offered online (level 3 or 4, partial or full).',
      vi: 'Hồ sơ nộp trực tuyến nhưng ngày đó thủ tục không thuộc dịch vụ công trực tuyến (mức 3, 4; một phần, toàn trình).',
    },
    hint: {
      en: 'Correct the channel of the dossier, or the level of the procedure and the days it holds for.',
      vi: 'Sửa kênh nộp của hồ sơ, hoặc mức độ và thời gian áp dụng của thủ tục.',
    },
    finds(procedure, { day, channel }) {
      if (channel !== 'online' || day === null || day === undefined || procedure.serviceLevels === null) return []
      const level = levelOn(procedure, day)
      return level === null || namedLevel(level) === 'information' ? [{ path: 'serviceLevels' }] : []
    },
  },
  {
    id: 'V16',
    severity: 'warn',
    basis: 'NĐ 42/2022/NĐ-CP (A-r)',
    contract: 'contracts/rules-and-indicators.md §6.1 V16',
    inForce: { from: NAMED_LEVELS_FROM, to: null },
    says: {
      en: 'The level of the procedure is still kept as a number; since {day} it is partial or full.',
      vi: 'Mức độ của thủ tục vẫn ghi bằng số; từ {day} phải ghi một phần hoặc toàn trình.',
    },
    hint: { en: 'Enter the level by the scale of Decree 42/2022.', vi: 'Ghi mức độ theo Nghị định 42/2022/NĐ-CP.' },
    finds(procedure, { day, channel }) {
      const level = levelOn(procedure, day)
      const old = level?.scale === 'numbered' && namedLevel(level) !== 'information'
      return channel === 'online' && old ? [{ path: 'serviceLevels', values: { day: NAMED_LEVELS_FROM } }] : []
    },
  },
  {
    id: 'V16',
    severity: 'warn',
    basis: 'NĐ 43/2011/NĐ-CP; NĐ 42/2022/NĐ-CP (A-r)',
    contract: 'contracts/rules-and-indicators.md §6.1 V16',
    inForce: { from: null, to: dayBefore(NAMED_LEVELS_FROM) },
    says: {
      en: 'The level of the procedure is partial or full on a day when levels were still numbers (before {day}).',
      vi: 'Mức độ của thủ tục ghi một phần, toàn trình vào ngày còn áp dụng mức độ 1–4 (trước {day}).',
    },
    hint: { en: 'Limit the level to the days it holds for.', vi: 'Giới hạn thời gian áp dụng của mức độ.' },
    finds: (procedure, { day, channel }) =>
      channel === 'online' && levelOn(procedure, day)?.scale === 'named' ? [{ path: 'serviceLevels', values: { day: NAMED_LEVELS_FROM } }] : [],
  },
]

function dayBefore(day: LocalDate): LocalDate {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  return new Date(midnight - 86_400_000).toISOString().slice(0, 10) as LocalDate
}

function levelOn(procedure: Procedure, day: LocalDate | null | undefined): ServiceLevel | null {
  return day === null || day === undefined ? null : serviceLevelOn(procedure.serviceLevels, day)
}

/**
 * Whether the procedure costs the applicant something (`procedure.hasFee`, §3): some amount above 0.
 *
 * @returns null when that is not known: channels not read, or a fee told in words only
 */
export function hasFee({ channels }: Procedure): boolean | null {
  if (channels === null) return null
  const amounts = channels.flatMap(({ timeLimits }) => timeLimits.flatMap(({ fees }) => fees.map(({ amount }) => amount)))
  if (amounts.some((amount) => amount !== null && amount > 0)) return true
  return amounts.includes(null) ? null : false
}

/**
 * Runs rules over one procedure. A rule speaks on the days it is in force; without a day only rules that hold on every day do.
 *
 * @param severities what a province asks differently, by rule id
 */
export function checkProcedure(
  procedure: Procedure,
  context: ProcedureContext = {},
  severities: RuleSeverities = {},
  rules: readonly ProcedureRule[] = procedureRules,
): readonly Finding[] {
  return rules.flatMap((rule) => {
    const severity = severities[rule.id] ?? rule.severity
    // Who does not ask for V17 does not want to hear that it cannot be told either.
    const family = severities[rule.id.split('.')[0] ?? rule.id]
    if (severity === 'off' || family === 'off' || !inForce(rule, context.day ?? null)) return []
    return rule
      .finds(procedure, context)
      .map(({ path, values }) => ({ ruleId: rule.id, severity, path, message: fillText(rule.says, values), hint: fillText(rule.hint, values) }))
  })
}

function inForce({ inForce: { from, to } }: ProcedureRule, day: LocalDate | null): boolean {
  if (day === null) return from === null && to === null
  return (from === null || from <= day) && (to === null || day <= to)
}

/**
 * V17: whether a published procedure says all it must. `V17`: a part is known to be missing, and the procedure does not count as complete
 * (766 item 1.3). `V17.unknown`: a part is not known here (`warn`), or nothing but code and name was read (`info`, once).
 */
export function completenessFindings(procedure: Procedure, severities: RuleSeverities = {}): readonly Finding[] {
  return checkProcedure(procedure, {}, severities, completenessRules)
}
