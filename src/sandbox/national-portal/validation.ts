/** What the portal checks in a record before it takes it. contracts/national-portal.md §4.1.1–4.1.6, §4.2, §10. */
import type { z } from 'zod'
import { type DossierRecord, dossierRecord, extensionFields, type ProgressStepRecord, progressStep } from '../../connectors/national-portal/wire.js'
import { parseProcedureCode, wallClockFormat } from '../../domain/index.js'
import type { PortalOptions } from './options.js'
import { type Refusal, refusals } from './refusals.js'

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal }
type Loose = Record<string, unknown>

/** Marked as obligatory in §4.1.1: these may not be empty. Sector and promised date may, as partners send them so. */
const FILLED = ['MaHoSo', 'MaTTHC', 'TenTTHC', 'LoaiDoiTuong', 'TrangThaiHoSo', 'HinhThuc', 'DonViXuLy'] as const
/** Not accepted (yet), so without a day of acceptance. §5.1 */
const BEFORE_ACCEPTANCE = new Set(['1', '3'])

/** Closed code lists, §5.2–5.4, §5.8, §5.9. An empty value is always allowed where the field itself is. */
const CODES = {
  KenhThucHien: ['1', '2', '3'],
  LoaiDoiTuong: ['1', '2', '3', '4'],
  HinhThuc: ['0', '1'],
  NoiNopHoSo: ['1', '2'],
  DuocThanhToanTrucTuyen: ['0', '1', '2', '3'],
} as const
const FEE_MOMENTS = ['1', '2', '3', '4']

const extensionNames: ReadonlySet<string> = new Set(extensionFields)

export function checkDossier(input: unknown, place: string, options: PortalOptions): Checked<DossierRecord> {
  if (!isObject(input)) return refuse(place, 'phải là một đối tượng')
  const prepared = prepareDossier(input, options)
  const where = placeOf(prepared, place)
  if (options.extensionFields === 'reject') {
    const extra = Object.keys(prepared).find((field) => extensionNames.has(field))
    if (extra !== undefined) return refuse(`${where}.${extra}`, 'trường không có trong quy định')
  }
  const parsed = parse(dossierRecord, prepared, where, options)
  if (!parsed.ok) return parsed
  return dossierProblem(parsed.value, where) ?? parsed
}

export function checkStep(input: unknown, place: string, options: PortalOptions): Checked<ProgressStepRecord> {
  if (!isObject(input)) return refuse(place, 'phải là một đối tượng')
  const optional = { ChucDanh: '', PhongBanXuLy: '', NgayBatDau: '', NgayKetThucTheoQuyDinh: '' }
  const prepared = { ...optional, ...withoutNulls(input) }
  const where = placeOf(prepared, place)
  const parsed = parse(progressStep, prepared, where, options)
  if (!parsed.ok) return parsed
  const badTime = TIMES_OF_STEP.find((field) => !isMoment(parsed.value[field]))
  return badTime === undefined ? parsed : refuse(`${where}.${badTime}`, 'không phải là thời điểm có thật')
}

const TIMES_OF_STEP = ['ThoiDiemXuLy', 'NgayBatDau', 'NgayKetThucTheoQuyDinh'] as const
const TIMES_OF_DOSSIER = ['NgayTiepNhan', 'NgayHenTra', 'NgayTra', 'NgayKetThucXuLy', 'NgayTuChoi', 'NgayNopHoSo'] as const

function dossierProblem(record: DossierRecord, where: string): Checked<never> | undefined {
  const empty = FILLED.find((field) => record[field].trim() === '')
  if (empty !== undefined) return refuse(`${where}.${empty}`, 'không được để trống')
  if (!parseProcedureCode(record.MaTTHC).ok) return refuse(`${where}.MaTTHC`, 'không phải mã thủ tục hành chính quốc gia')
  if (record.NgayTiepNhan === '' && !BEFORE_ACCEPTANCE.has(record.TrangThaiHoSo)) return refuse(`${where}.NgayTiepNhan`, 'không được để trống')
  const badTime = TIMES_OF_DOSSIER.find((field) => !isMoment(record[field] ?? ''))
  if (badTime !== undefined) return refuse(`${where}.${badTime}`, 'không phải là thời điểm có thật')
  for (const [field, codes] of Object.entries(CODES)) {
    const value = (record as Loose)[field] ?? ''
    if (value !== '' && !(codes as readonly unknown[]).includes(value))
      return refuse(`${where}.${field}`, `mã không có trong danh mục (${codes.join(', ')})`)
  }
  const badFee = record.DanhSachLePhi?.findIndex((fee) => !FEE_MOMENTS.includes(fee.HinhThucThu)) ?? -1
  if (badFee >= 0) return refuse(`${where}.DanhSachLePhi[${badFee}].HinhThucThu`, 'mã không có trong danh mục (1, 2, 3, 4)')
  const badLink = record.TaiLieuNop?.findIndex((document) => document.IsDeleted === 'False' && !isLink(document.DuongDanTaiTepTin)) ?? -1
  if (badLink >= 0) return refuse(`${where}.TaiLieuNop[${badLink}].DuongDanTaiTepTin`, 'phải là đường dẫn đầy đủ')
  const badResult = record.DanhSachGiayToKetQua?.findIndex((result) => !isLink(result.DuongDanTepTinKetQua)) ?? -1
  if (badResult >= 0) return refuse(`${where}.DanhSachGiayToKetQua[${badResult}].DuongDanTepTinKetQua`, 'phải là đường dẫn đầy đủ')
  return undefined
}

/** Null means "none"; a few nested numbers also come as numbers (§4.1.4, §4.1.5); an old server drops what it does not know. */
function prepareDossier(input: Loose, options: PortalOptions): Loose {
  const record = withoutNulls(input)
  if (options.extensionFields === 'ignore') for (const field of extensionFields) delete record[field]
  for (const list of ['DanhSachTepDinhKemKhac', 'DanhSachHoSoBoSung']) {
    const rows = record[list]
    if (Array.isArray(rows) && rows.length > 0) record[list] = rows.map(scalarsAsText)
  }
  return record
}

function scalarsAsText(row: unknown): unknown {
  if (!isObject(row)) return row
  return Object.fromEntries(
    Object.entries(row).map(([field, value]) => {
      if (typeof value === 'number') return [field, String(value)]
      return [field, typeof value === 'boolean' ? (value ? '1' : '0') : value]
    }),
  )
}

/** Zod's strict objects refuse unknown names; when those are to be ignored, they are taken out and the record is read again. */
function parse<T>(schema: z.ZodType<T>, input: Loose, where: string, options: PortalOptions): Checked<T> {
  for (let rest = input; ; ) {
    const result = schema.safeParse(rest)
    if (result.success) return { ok: true, value: result.data }
    const stranger = result.error.issues.find((issue) => issue.code === 'unrecognized_keys')
    if (stranger === undefined || options.unknownFields === 'reject') return refuse(...explain(result.error.issues[0], rest, where))
    rest = without(rest, stranger.path, stranger.keys)
  }
}

function explain(issue: z.core.$ZodIssue | undefined, input: Loose, where: string): [string, string] {
  if (issue === undefined) return [where, 'không đọc được']
  const place = issue.path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${String(part)}`), where)
  if (issue.code === 'unrecognized_keys') return [`${place}.${issue.keys[0]}`, 'trường không có trong quy định']
  if (issue.code === 'invalid_type') return [place, valueAt(input, issue.path) === undefined ? 'thiếu trường bắt buộc' : 'sai kiểu dữ liệu']
  if (issue.code === 'too_big') return [place, `dài quá ${issue.maximum} ký tự`]
  if (issue.code === 'too_small') return [place, 'không được để trống']
  return [place, 'sai định dạng']
}

function without(input: Loose, path: readonly PropertyKey[], keys: readonly string[]): Loose {
  const copy = structuredClone(input)
  const target = valueAt(copy, path)
  for (const key of keys) delete (target as Loose)[key]
  return copy
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((inner, part) => (inner as Record<PropertyKey, unknown>)[part], input)
}

const compact = wallClockFormat('yyyyMMddHHmmss')
const isMoment = (text: string): boolean => text === '' || compact.parse(text) !== undefined
const isLink = (text: string): boolean => /^https?:\/\/\S+$/.test(text)

function withoutNulls(input: Loose): Loose {
  const copy: Loose = {}
  for (const field in input) if (input[field] !== null) copy[field] = input[field]
  return copy
}

function placeOf(record: Loose, place: string): string {
  return typeof record.MaHoSo === 'string' && record.MaHoSo !== '' ? `hồ sơ ${record.MaHoSo}` : place
}

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refuse(where: string, why: string): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal: refusals.invalid(where, why) }
}
