/** The agencies of a province with the days each holds for, as written in YAML or JSON. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson, fillText, LienthongError, readSettings, settingMessage, type Text } from '../../base/index.js'
import { type Agency, type AgencyRegister, agencyRegister, parseLocalDate, type RegisterProblem, registerProblem } from '../../domain/index.js'
import { parseText } from './tables.js'

const day = z
  .string()
  .refine(
    (text) => parseLocalDate(text) !== undefined,
    settingMessage({ en: 'expected a day of the calendar such as 2025-07-01', vi: 'cần một ngày có trong lịch, như 2025-07-01' }),
  )
  .transform((text) => parseLocalDate(text) ?? null)

const code = z.string().trim().min(1)

export const agencyRow = z.strictObject({
  code,
  name: z.string().trim().min(1),
  /** The first day of its existence. */
  validFrom: day.optional(),
  /** The first day on which it exists no more. */
  validTo: day.optional(),
  /** Who took its business over from `validTo` on. */
  successor: z.union([code, z.array(code).min(1)]).optional(),
})
export type AgencyRow = z.input<typeof agencyRow>

/** A register with the digest of its content, which is part of the epoch. */
export interface AgencyTable extends AgencyRegister {
  readonly version: string
}

/** The table of whoever has none. */
export const noAgencies: AgencyTable = tableOf([])

/**
 * @param source YAML or JSON text, or the rows already parsed
 * @param place the file's or setting's name, for messages
 * @throws {LienthongError} `config.file_unreadable`, `config.unknown_key`, `config.invalid` naming row and field
 */
export function parseAgencies(source: unknown, place: string): AgencyTable {
  const rows = readSettings(z.array(agencyRow), typeof source === 'string' ? parseText(source, place) : source, place)
  const agencies = rows.map(
    ({ code, name, validFrom = null, validTo = null, successor }): Agency => ({
      code,
      name,
      validFrom,
      validTo,
      successors: [successor ?? []].flat(),
    }),
  )
  const problem = registerProblem(agencies)
  if (problem !== undefined) throw refusal(problem, agencies, place)
  return tableOf(agencies)
}

function tableOf(agencies: readonly Agency[]): AgencyTable {
  const version = agencies.length === 0 ? '' : createHash('sha256').update(canonicalJson(agencies)).digest('hex').slice(0, 12)
  return { ...agencyRegister(agencies), version }
}

const says: Readonly<Record<RegisterProblem['kind'], { readonly field: string; readonly text: Text }>> = {
  twice: {
    field: 'code',
    text: { en: '{code} stands here twice; keep one row', vi: '{code} xuất hiện hai lần; chỉ giữ một dòng' },
  },
  'never-valid': {
    field: 'validTo',
    text: {
      en: '{code} would end on {validTo}, before it began on {validFrom}; `validTo` is the first day on which it exists no more',
      vi: '{code} kết thúc ngày {validTo}, trước khi bắt đầu ngày {validFrom}; `validTo` là ngày đầu tiên không còn hiệu lực',
    },
  },
  'successor-without-end': {
    field: 'validTo',
    text: {
      en: '{code} has a `successor` but no end; add `validTo`, the first day on which it exists no more',
      vi: '{code} có `successor` nhưng chưa có ngày kết thúc; thêm `validTo`, ngày đầu tiên không còn hiệu lực',
    },
  },
  'unknown-successor': {
    field: 'successor',
    text: { en: '{code} names {successor}, which has no row; add one', vi: '{code} chỉ tới {successor} nhưng không có dòng nào; hãy thêm dòng đó' },
  },
  'late-successor': {
    field: 'successor',
    text: {
      en: '{code} ends on {validTo}, but {successor} begins later; nobody would answer for the days between: correct one of the two days',
      vi: '{code} kết thúc ngày {validTo} nhưng {successor} bắt đầu muộn hơn; không đơn vị nào phụ trách khoảng giữa: sửa một trong hai ngày',
    },
  },
  cycle: {
    field: 'successor',
    text: { en: 'agencies succeed each other in a circle: {cycle}; break it', vi: 'các cơ quan kế thừa nhau thành vòng: {cycle}; hãy bỏ vòng này' },
  },
}

function refusal(problem: RegisterProblem, agencies: readonly Agency[], place: string): LienthongError {
  const { field, text } = says[problem.kind]
  const { code = '', validFrom, validTo } = agencies[problem.row] ?? {}
  const values = {
    code,
    validFrom: validFrom ?? '',
    validTo: validTo ?? '',
    successor: 'successor' in problem ? problem.successor : '',
    cycle: 'codes' in problem ? problem.codes.join(' → ') : '',
  }
  return new LienthongError('config.invalid', { values: { place: `${place}[${problem.row}].${field}`, problem: fillText(text, values) } })
}
