import { comparable, type FindingRule, type Mapped, notesFor } from '../../base/index.js'
import { igateFieldNames, igateProcedure } from '../../connectors/igate/wire.js'
import { type CodeAndName, namedProcedure, type Procedure, type ProcedureEntry, type ServiceLevelPeriod } from '../../domain/index.js'
import { known } from '../known.js'
import { properNames, recased, withoutWrongFields } from '../lenient.js'
import { plainName } from '../plain-text.js'

/** What reading a procedure of iGate's catalogue may have to say. */
export const igateProcedureRules = {
  'procedure.unreadable': {
    severity: 'error',
    says: { en: 'The row is no iGate procedure.', vi: 'Dòng này không phải thủ tục của iGate.' },
    hint: { en: 'Check the address of the source and its version.', vi: 'Kiểm tra địa chỉ và phiên bản của nguồn.' },
  },
  'procedure.no-code': {
    severity: 'error',
    says: { en: 'The procedure has no code.', vi: 'Thủ tục không có mã.' },
    hint: { en: 'Enter it in iGate’s catalogue.', vi: 'Nhập mã trong danh mục thủ tục của iGate.' },
  },
  'procedure.no-name': {
    severity: 'error',
    says: { en: 'The procedure has no name.', vi: 'Thủ tục không có tên.' },
    hint: { en: 'Enter it in iGate’s catalogue.', vi: 'Nhập tên trong danh mục thủ tục của iGate.' },
  },
  'procedure.national-unmatched': {
    severity: 'info',
    says: { en: 'iGate names no national code (`nationCode`) for it.', vi: 'iGate chưa gắn mã quốc gia (`nationCode`).' },
    hint: { en: 'Match it: `catalogue match`.', vi: 'Đối chiếu bằng `catalogue match`.' },
  },
  'procedure.field-unreadable': {
    severity: 'warn',
    says: { en: 'This field has another type than expected and counts as not known.', vi: 'Trường này sai kiểu dữ liệu nên coi như chưa biết.' },
    hint: { en: 'Look at the procedure in iGate.', vi: 'Kiểm tra thủ tục trong iGate.' },
  },
  'level.unknown': {
    severity: 'warn',
    says: { en: 'The level of online service is none that we know.', vi: 'Mức độ dịch vụ công không thuộc các mức đã biết.' },
    hint: { en: 'Correct `level` in iGate.', vi: 'Sửa `level` trong iGate.' },
  },
} as const satisfies Record<string, FindingRule>

const names = properNames(igateFieldNames)

/**
 * A row of `bd/procedure/--can-apply` as a procedure of the provincial catalogue. contracts/provincial-sources.md §7.2
 *
 * The list knows code, name, national code, sector, agencies and level; everything else is not known here.
 */
export function fromIgateProcedure(row: unknown): Mapped<Procedure> {
  const note = notesFor(igateProcedureRules)
  const read = withoutWrongFields(igateProcedure, recased(row, names).value)
  if (read === undefined) {
    note.add('procedure.unreadable', '')
    return { ok: false, findings: note.findings }
  }
  const { value: procedure, wrong } = read
  for (const field of wrong) note.add('procedure.field-unreadable', field)
  const code = known(procedure.code)?.replace(/\s/g, '') ?? null
  const name = plainName(known(procedure.name) ?? known(procedure.translate))
  if (code === null) note.add('procedure.no-code', 'code')
  if (name === null) note.add('procedure.no-name', 'name')
  if (code === null || name === null) return { ok: false, findings: note.findings }
  const nationalCode = known(procedure.nationCode)?.replace(/\s/g, '') ?? null
  if (nationalCode === null) note.add('procedure.national-unmatched', 'nationCode')
  const sector = codeAndName(procedure.sector)
  const agencies = (procedure.agency ?? []).flatMap((agency) => codeAndName(agency) ?? [])
  const serviceLevels = levelOf(known(procedure.level?.name))
  if (serviceLevels === null && known(procedure.level?.name) !== null) note.add('level.unknown', 'level')
  const value: Procedure = {
    ...namedProcedure(code, name),
    nationalCode,
    sectors: sector === null ? null : [sector],
    agencies: { implementing: agencies.length === 0 ? null : agencies, competent: null, authorised: null, coordinating: null },
    serviceLevels,
  }
  return { ok: true, value, findings: note.findings }
}

/** The same row, as dossiers need it. @returns undefined for what is no procedure */
export function fromIgateService(row: unknown): ProcedureEntry | undefined {
  const read = fromIgateProcedure(row)
  if (!read.ok) return undefined
  const { code, name, nationalCode, sectors } = read.value
  return { localCode: code, nationalCode, name, nationalName: null, sector: sectors?.[0] ?? { code: null, name: null }, paperResult: null }
}

function codeAndName(ref: { readonly code: string | null; readonly name: string | null } | null | undefined): CodeAndName | null {
  const both = { code: known(ref?.code), name: known(ref?.name) }
  return both.code === null && both.name === null ? null : both
}

const LEVELS = [
  [/toàn trình/u, { scale: 'named', level: 'full' }],
  [/một phần/u, { scale: 'named', level: 'partial' }],
  [/cung cấp thông tin/u, { scale: 'named', level: 'information' }],
  [/mức(?: độ)? 4/u, { scale: 'numbered', level: 4 }],
  [/mức(?: độ)? 3/u, { scale: 'numbered', level: 3 }],
  [/mức(?: độ)? 2/u, { scale: 'numbered', level: 2 }],
] as const

function levelOf(name: string | null): readonly ServiceLevelPeriod[] | null {
  const found = LEVELS.find(([words]) => words.test(comparable(name ?? '')))
  return found === undefined ? null : [{ level: found[1], from: null, to: null }]
}
