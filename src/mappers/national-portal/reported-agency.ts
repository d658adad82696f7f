/**
 * Under which agency a dossier is reported when agencies merged or split: the one that received it, for ever.
 *
 * Two places of the wire name an agency. `DonViXuLy` is the name of the unit that handles the dossier; `madonvi`, the reporting
 * unit, follows the dossier's number, because that names whoever received it and when (Thông tư 01/2018/TT-VPCP Điều 19,
 * contracts/national-portal.md §7) and is all that a step or a lookup knows of it.
 */
import { type Finding, type FindingRule, type Notes, notesFor } from '../../base/index.js'
import {
  type AgencyCode,
  type AgencyRegister,
  type Dossier,
  isSameOrAbove,
  isValidOn,
  type LocalDate,
  localDateOf,
  parseAgencyCode,
  parseDossierCode,
} from '../../domain/index.js'

export const agencyFindings = {
  'agency.ended': {
    severity: 'warn',
    says: {
      en: 'Agency {code} exists no more since {day}, and the dossier was received after that; it is reported for {other}, who took over.',
      vi: 'Cơ quan {code} không còn từ ngày {day} mà hồ sơ tiếp nhận sau đó; báo cáo theo {other}, đơn vị kế thừa.',
    },
    hint: {
      en: 'Let the one-stop system use {other} for new dossiers, or correct `validTo` in `agencies`.',
      vi: 'Cho hệ thống một cửa dùng {other} với hồ sơ mới, hoặc sửa `validTo` trong `agencies`.',
    },
  },
  'agency.not-yet': {
    severity: 'info',
    says: {
      en: 'The source names agency {code}, but {other} received the dossier before that took over; it is reported for {other}.',
      vi: 'Nguồn ghi cơ quan {code}, nhưng {other} đã tiếp nhận hồ sơ trước khi {code} kế thừa; báo cáo theo {other}.',
    },
    hint: {
      en: 'Nothing to do; if it is wrong, correct the days of {other} in `agencies`.',
      vi: 'Không cần làm gì; nếu sai, sửa ngày hiệu lực của {other} trong `agencies`.',
    },
  },
  'agency.undecided': {
    severity: 'error',
    says: {
      en: 'Agency {code} did not exist on the day of reception ({day}), and who stood in its place cannot be told: {others}.',
      vi: 'Cơ quan {code} không có hiệu lực vào ngày tiếp nhận ({day}) và không xác định được đơn vị thay thế: {others}.',
    },
    hint: {
      en: 'Name the right agency of this dossier at its source, or give its unit a row of its own with one `successor` in `agencies`.',
      vi: 'Ghi đúng cơ quan của hồ sơ tại nguồn, hoặc thêm dòng riêng cho đơn vị này với một `successor` trong `agencies`.',
    },
  },
  'agency.parent-ended': {
    severity: 'warn',
    says: {
      en: 'Agency {code} has no row in `agencies`, and {other} above it did not exist on the day of reception ({day}); its code is taken as it is.',
      vi: 'Cơ quan {code} không có trong `agencies`, và cấp trên {other} không có hiệu lực vào ngày tiếp nhận ({day}); mã được giữ nguyên.',
    },
    hint: {
      en: 'Add {code} to `agencies` with its `validTo` and `successor`, or correct the agency at the source.',
      vi: 'Thêm {code} vào `agencies` cùng `validTo` và `successor`, hoặc sửa cơ quan tại nguồn.',
    },
  },
} as const satisfies Record<string, FindingRule>

type AgencyNotes = Notes<keyof typeof agencyFindings>

export interface ReportedDossier {
  /** As it was, with the agency it is reported for. */
  readonly dossier: Dossier
  readonly findings: readonly Finding[]
}

/**
 * @param code the number it is or will be reported under; null when there is none
 * @returns the dossier with the agency that was in charge when it was received. Findings of severity `error` forbid sending.
 */
export function reportedFor(dossier: Dossier, code: string | null, register: AgencyRegister, ownCode: string): ReportedDossier {
  if (register.agencies.length === 0) return { dossier, findings: [] }
  const note: AgencyNotes = notesFor(agencyFindings)
  const number = numberOf(code ?? dossier.localCode)
  const day = received(dossier) ?? number?.date ?? null
  const agency = day === null ? dossier.agency : agencyOn(dossier.agency, day, number, register, note)
  const unit = number === undefined ? undefined : unitOf(number, register, ownCode)
  if (unit?.undecided === true) {
    note.add('agency.undecided', 'nationalCode', { code: unit.code, day: number?.date ?? '', others: unit.others.join(', ') || '–' })
  }
  return { dossier: agency === dossier.agency ? dossier : { ...dossier, agency }, findings: note.findings }
}

/** The unit to name as the reporting one (`madonvi`) in every call about a dossier. */
export function reportingUnit(code: string, register: AgencyRegister, ownCode: string): string {
  const number = register.agencies.length === 0 ? undefined : numberOf(code)
  const unit = number === undefined ? undefined : unitOf(number, register, ownCode)
  return unit === undefined || unit.undecided ? ownCode : unit.code
}

function agencyOn(
  agency: Dossier['agency'],
  day: LocalDate,
  number: DossierNumber | undefined,
  register: AgencyRegister,
  note: AgencyNotes,
): Dossier['agency'] {
  const { code } = agency
  if (code === null) return agency
  const standing = register.on(code, day, number?.agency ?? null)
  switch (standing.is) {
    case 'unknown': {
      const parsed = parseAgencyCode(code)
      const ended = parsed.ok ? register.above(parsed.value).find((above) => !isValidOn(above, day)) : undefined
      if (ended !== undefined) note.add('agency.parent-ended', 'agency.code', { code, other: ended.code, day })
      return agency
    }
    case 'valid':
      // The table's spelling: a source that renames its unit must not make every dossier differ.
      return { code, name: standing.agency.name }
    case 'other': {
      const { named, why } = standing
      const other = standing.agency
      note.add(why === 'ended' ? 'agency.ended' : 'agency.not-yet', 'agency.code', { code, other: other.code, day: named.validTo ?? day })
      return { code: other.code, name: other.name }
    }
    case 'undecided':
      note.add('agency.undecided', 'agency.code', { code, day, others: standing.among.map((one) => one.code).join(', ') || '–' })
      return agency
  }
}

interface DossierNumber {
  readonly agency: AgencyCode
  readonly date: LocalDate
}

function numberOf(code: string | null): DossierNumber | undefined {
  const parsed = code === null ? undefined : parseDossierCode(code)
  if (!parsed?.ok || parsed.value.agency === null || parsed.value.date === null) return undefined
  return { agency: parsed.value.agency, date: parsed.value.date }
}

function received({ receivedAt, submittedAt }: Dossier): LocalDate | null {
  const at = receivedAt ?? submittedAt
  return at === null ? null : localDateOf(at)
}

interface ReportingUnit {
  readonly code: string
  readonly undecided: boolean
  readonly others: readonly string[]
}

/**
 * Of the agencies that our own one continues, or that continue it, the one that received this number. Units below our own never
 * report for themselves. undefined: the number names none of them.
 */
function unitOf({ agency, date }: DossierNumber, register: AgencyRegister, ownCode: string): ReportingUnit | undefined {
  const own = parseAgencyCode(ownCode)
  const ours = [register.find(ownCode) ?? [], register.relativesOf(ownCode)].flat()
  const above = ours.flatMap(({ code }) => {
    const parsed = parseAgencyCode(code)
    const reports = parsed.ok && isSameOrAbove(parsed.value, agency) && (register.find(ownCode)?.code === code || !below(own, parsed.value))
    return reports ? [{ code, depth: parsed.value.path.length }] : []
  })
  const [unit] = above.sort((a, b) => a.depth - b.depth)
  if (unit === undefined) return undefined
  const standing = register.on(unit.code, date, agency)
  if (standing.is === 'undecided') return { code: unit.code, undecided: true, others: standing.among.map(({ code }) => code) }
  const code = standing.is === 'unknown' ? unit.code : standing.agency.code
  return { code: code === register.find(ownCode)?.code ? ownCode : code, undecided: false, others: [] }
}

function below(own: ReturnType<typeof parseAgencyCode>, code: AgencyCode): boolean {
  return own.ok && isSameOrAbove(own.value, code) && code.path.length > own.value.path.length
}
