import type { Finding, Severity, Text } from '../base/index.js'
import { fillText } from '../base/index.js'
import {
  type Dossier,
  type DossierStatus,
  isSameOrAbove,
  localDateOf,
  type ProcedureEntry,
  type ProgressStep,
  parseAgencyCode,
  parseDossierCode,
} from '../domain/index.js'
import { transitionKind } from './transitions.js'

export interface RuleContext {
  /** The code under which the dossier is reported; `null` when it has none yet. */
  readonly code: string | null
  readonly procedure: ProcedureEntry | null
}

/** One predicate on one dossier: what it says, how bad it is and on what it rests. */
export interface RecordRule {
  readonly id: string
  readonly severity: Severity
  readonly basis: string
  readonly says: Text
  readonly hint: Text
  /** @returns the fields that break the rule; none when it holds or when the record does not say enough to judge. */
  finds(dossier: Dossier, context: RuleContext): readonly string[]
}

/** The rules that need one record only, neither calendar nor catalogue. contracts/rules-and-indicators.md §6.1 */
export const recordRules: readonly RecordRule[] = [
  {
    id: 'V1',
    severity: 'warn',
    basis: 'TT 01/2018/TT-VPCP Điều 19',
    says: {
      en: 'The date inside the dossier number is not the date of reception, or the number has no known form.',
      vi: 'Ngày trong mã hồ sơ khác ngày tiếp nhận, hoặc mã không theo dạng nào đã biết.',
    },
    hint: { en: 'Check the reception date at the one-stop desk.', vi: 'Kiểm tra lại ngày tiếp nhận tại bộ phận một cửa.' },
    finds({ receivedAt }, { code }) {
      if (code === null) return []
      const parsed = parseDossierCode(code)
      if (!parsed.ok || parsed.value.form === 'local') return ['nationalCode']
      return receivedAt !== null && parsed.value.date !== localDateOf(receivedAt) ? ['nationalCode'] : []
    },
  },
  {
    id: 'V2',
    severity: 'warn',
    basis: 'QĐ 20/2020/QĐ-TTg',
    says: {
      en: 'The agency code has no known form, or is not the agency in the dossier number nor above it.',
      vi: 'Mã định danh cơ quan không đúng dạng, hoặc không phải cơ quan trong mã hồ sơ hay cấp trên của cơ quan đó.',
    },
    hint: { en: 'Correct the agency in the table `agencies`.', vi: 'Sửa cơ quan trong bảng `agencies`.' },
    finds({ agency }, { code }) {
      if (agency.code === null) return []
      const own = parseAgencyCode(agency.code)
      if (!own.ok) return ['agency.code']
      const parsed = code === null ? undefined : parseDossierCode(code)
      const named = parsed?.ok ? parsed.value.agency : null
      return named !== null && !isSameOrAbove(own.value, named) ? ['agency.code'] : []
    },
  },
  {
    id: 'V3',
    severity: 'error',
    basis: 'contracts/rules-and-indicators.md §6.1 (inferred)',
    says: {
      en: 'Dates are out of order: submitted, received, finished and returned must follow each other.',
      vi: 'Các mốc ngày sai thứ tự: nộp, tiếp nhận, kết thúc xử lý, trả kết quả phải nối tiếp nhau.',
    },
    hint: { en: 'Correct the date at its source.', vi: 'Sửa ngày tại hệ thống nguồn.' },
    finds(dossier) {
      const inOrder = (['submittedAt', 'receivedAt', 'finishedAt', 'returnedAt'] as const).filter((field) => dossier[field] !== null)
      return inOrder.filter((field, index) => {
        const before = inOrder[index - 1]
        return before !== undefined && (dossier[before] ?? 0) > (dossier[field] ?? 0)
      })
    },
  },
  {
    id: 'V4',
    severity: 'warn',
    basis: 'NĐ 61/2018 Điều 17–20',
    says: {
      en: 'The history takes a step back or one that the law does not foresee.',
      vi: 'Diễn biến hồ sơ có bước lùi hoặc bước chuyển không có trong quy định.',
    },
    hint: {
      en: 'It is reported as it is; check the table `actions` and the officer’s entries.',
      vi: 'Vẫn báo cáo đúng như nguồn; kiểm tra bảng `actions` và thao tác của cán bộ.',
    },
    finds({ steps }) {
      const paths: string[] = []
      let from: DossierStatus | null = null
      for (const [index, step] of (steps ?? []).entries()) {
        if (step.status === null) continue
        // Many sources begin in the middle: what came before the first known status is not judged.
        const kind = from === null ? 'allowed' : transitionKind(from, step.status)
        if (kind === 'undo' || kind === 'unforeseen') paths.push(`steps[${index}].status`)
        from = step.status
      }
      return paths
    },
  },
  {
    id: 'V5',
    severity: 'warn',
    basis: 'NĐ 61/2018 Điều 17.1c, 17.4',
    says: {
      en: 'A received dossier has no appointment date; the portal then measures it by the legal maximum.',
      vi: 'Hồ sơ đã tiếp nhận không có ngày hẹn trả; Cổng sẽ tính theo thời hạn tối đa của thủ tục.',
    },
    hint: { en: 'Enter the appointment date at the one-stop desk.', vi: 'Nhập ngày hẹn trả tại bộ phận một cửa.' },
    finds({ status, dueAt, receivedAt, finishedAt }) {
      if (dueAt !== null || status === null || status < 2 || status === 3) return []
      const atOnce = receivedAt !== null && finishedAt !== null && localDateOf(receivedAt) === localDateOf(finishedAt)
      return atOnce ? [] : ['dueAt']
    },
  },
  {
    id: 'V10',
    severity: 'error',
    basis: 'NĐ 61/2018 Điều 17.1b, 19.4',
    says: {
      en: 'A refusal carries no reason, or a request for supplement neither reason nor list.',
      vi: 'Từ chối không nêu lý do, hoặc yêu cầu bổ sung không có lý do hay danh mục giấy tờ.',
    },
    hint: { en: 'Enter the reason at the source.', vi: 'Nhập lý do tại hệ thống nguồn.' },
    finds(dossier) {
      const { status, steps, supplements } = dossier
      if (status === 5) {
        if (steps === null && supplements === null) return []
        const asked = (supplements ?? []).some(({ content, papers }) => content !== null || papers.length > 0)
        return asked || !lacksReason(dossier, 5) ? [] : ['supplements']
      }
      return (status === 3 || status === 8) && steps !== null && lacksReason(dossier, status) ? ['note'] : []
    },
  },
  {
    id: 'V12',
    severity: 'warn',
    basis: '766 item 4.1',
    says: {
      en: 'The result is a document, but no result carries both its code and its link: it does not count as electronic.',
      vi: 'Kết quả là giấy tờ nhưng không có kết quả nào đủ cả mã và liên kết tệp: không được tính là kết quả điện tử.',
    },
    hint: { en: 'Attach the signed result file and its code KQ.… at the source.', vi: 'Đính kèm tệp kết quả đã ký và mã KQ.… tại hệ thống nguồn.' },
    finds({ status, results }, { procedure }) {
      if (status !== 10 || procedure?.paperResult !== true) return []
      return (results ?? []).some(({ resultCode, url }) => resultCode !== null && url !== null) ? [] : ['results']
    },
  },
  {
    id: 'V14',
    severity: 'error',
    basis: '766 item 3.6',
    says: {
      en: 'Payment is requested (status 6), but no fee above zero is known.',
      vi: 'Trạng thái 6 yêu cầu nộp tiền nhưng không có khoản thu nào lớn hơn 0.',
    },
    hint: { en: 'Enter the fee at the source.', vi: 'Nhập khoản thu tại hệ thống nguồn.' },
    finds({ status, fees }) {
      return status === 6 && fees !== null && !fees.some(({ amount }) => amount > 0) ? ['fees'] : []
    },
  },
]

/** A source that fills every step with its name alone still gives a reason; only silence breaks the rule. */
function lacksReason({ steps, note, returnNote }: Dossier, status: DossierStatus): boolean {
  const said = (step: ProgressStep) => step.status === status && step.note !== null && !step.derived
  return note === null && returnNote === null && !(steps ?? []).some(said)
}

/** What a province may change about a rule: how bad it is there, or that it is not asked. */
export type RuleSeverities = Readonly<Record<string, Severity | 'off'>>

/** Runs rules over one dossier. A finding never changes data. contracts/rules-and-indicators.md §2 */
export function checkDossier(
  dossier: Dossier,
  context: RuleContext,
  severities: RuleSeverities = {},
  rules: readonly RecordRule[] = recordRules,
): readonly Finding[] {
  return rules.flatMap((rule) => {
    const severity = severities[rule.id] ?? rule.severity
    if (severity === 'off') return []
    return rule.finds(dossier, context).map((path) => ({ ruleId: rule.id, severity, path, message: fillText(rule.says), hint: fillText(rule.hint) }))
  })
}
