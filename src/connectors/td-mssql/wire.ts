/**
 * What a TD.DichVuCong system keeps and shows: rows of its SQL Server tables, and the same rows as its REST face writes them.
 * contracts/provincial-sources.md §8. Read leniently: names in any letter case, unknown columns left alone, every value as text.
 */
import { z } from 'zod'

/** A value as drivers, JSON and spreadsheets give it. */
export type TdCell = string | number | bigint | boolean | Date | null

/** Wall clock without zone. A driver that makes a moment of it was told to take it for UTC. */
export function cellText(cell: TdCell | undefined): string | null {
  if (cell === null || cell === undefined) return null
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? null : cell.toISOString().replace('T', ' ').slice(0, 23)
  if (typeof cell === 'boolean') return cell ? '1' : '0'
  return String(cell)
}

const isCell = (value: unknown): value is TdCell | undefined =>
  value === null || value === undefined || value instanceof Date || ['string', 'number', 'bigint', 'boolean'].includes(typeof value)
const cell = z
  .custom<TdCell | undefined>(isCell, 'expected a text')
  .transform(cellText)
  .optional()
  .transform((text) => text ?? null)
/** Identity of a row; SQL Server writes it in capitals, JSON does not. */
const id = z
  .custom<string>((value) => typeof value === 'string' && value.trim() !== '', 'expected an Id')
  .transform((text) => text.trim().toLowerCase())

/** Columns of `Business.HoSos` that we read: no others leave the database. */
export const dossierColumns = [
  'MaHoSo',
  'MaHoSoKhac',
  'DonViId',
  'KenhThucHien',
  'LoaiDoiTuong',
  'ChuHoSo',
  'SoGiayToChuHoSo',
  'LoaiGiayToChuHoSo',
  'NgaySinhChuHoSo',
  'SoDienThoaiChuHoSo',
  'EmailChuHoSo',
  'DiaChiChuHoSo',
  'UyQuyen',
  'NguoiUyQuyen',
  'TrichYeuHoSo',
  'GhiChu',
  'NgayNopHoSo',
  'NgayTiepNhan',
  'NgayHenTra',
  'NgayKetThucXuLy',
  'NgayTra',
  'NgayTuChoi',
  'NgayYeuCauBoSung',
  'TrangThaiHoSoId',
  'TrangThaiBoSung',
  'HinhThucTra',
  'MaTTHC',
  'MaLinhVuc',
  'TenLinhVuc',
  'DinhKemKetQua',
  'TrangThaiDongBoDVC',
  'TaiKhoanDuocXacThucVoiVNeID',
  'DuocThanhToanTrucTuyen',
  'HoSoCoThanhPhanSoHo',
  'ViTriDeHoSo',
] as const
export type DossierColumn = (typeof dossierColumns)[number]

/** Of `Business.QuaTrinhXuLyHoSos`. */
export const stepColumns = [
  'MaHoSo',
  'ThoiGian',
  'TrangThai',
  'TenNguoiGui',
  'ThaoTac',
  'NoiDung',
  'NgayHetHanBuocXuLy',
  'TrangThaiDongBoDVCQuocGia',
] as const

/** Of `Business.YeuCauThanhToans`. */
export const feeColumns = [
  'MaHoSo',
  'Ma',
  'SoTien',
  'Phi',
  'LePhi',
  'TrangThai',
  'HinhThucThu',
  'HinhThucThanhToan',
  'NgayYeuCau',
  'NgayThuPhi',
  'DoiTacThanhToan',
] as const

type Cells<Column extends string> = Readonly<Record<Column, typeof cell>>
const cells = <Column extends string>(columns: readonly Column[]) => Object.fromEntries(columns.map((column) => [column, cell])) as Cells<Column>

/** Kept by every table; a row with `DeletedOn` was deleted. */
const kept = { CreatedOn: cell, LastModifiedOn: cell, DeletedOn: cell }

/** `TenTTHC` and `TenDonVi` are shown by the REST face beside the codes. */
export const tdDossier = z.looseObject({ Id: id, ...cells(dossierColumns), ...kept, TenTTHC: cell, TenDonVi: cell })
export type TdDossier = z.infer<typeof tdDossier>
export const tdStep = z.looseObject({ Id: cell, ...cells(stepColumns), ...kept })
export type TdStep = z.infer<typeof tdStep>
export const tdFee = z.looseObject({ Id: cell, ...cells(feeColumns), ...kept })
export type TdFee = z.infer<typeof tdFee>
/** Of `Catalog.ThuTucs`. */
export const tdProcedure = z.looseObject({ MaTTHC: cell, TenTTHC: cell, MaLinhVucChinh: cell, LinhVucChinh: cell, DeletedOn: cell })
/** Of `Catalog.Groups`. */
export const tdGroup = z.looseObject({ GroupCode: cell, GroupName: cell, MaDinhDanh: cell, DeletedOn: cell })

const NAMES = new Map(
  [...dossierColumns, ...stepColumns, ...feeColumns, 'Id', 'CreatedOn', 'LastModifiedOn', 'DeletedOn', 'TenTTHC', 'TenDonVi']
    .concat(['GroupCode', 'GroupName', 'MaDinhDanh', 'MaLinhVucChinh', 'LinhVucChinh'])
    .map((name) => [name.toLowerCase(), name]),
)

/** `Mã hồ sơ`, `MA_HO_SO` and `MaHoSo` are one: people who save a query as a table write its headings anew. */
function bareLetters(key: string): string {
  return key
    .toLowerCase()
    .replace(/đ/g, 'd')
    .normalize('NFD')
    .replace(/[^a-z0-9]/g, '')
}

/** A row under the names of the database, however its keys are cased; what is no object stays as it is. */
export function underColumnNames(row: unknown): unknown {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return row
  const named = new Map<string, unknown>()
  for (const [key, value] of Object.entries(row)) {
    const name = NAMES.get(key.trim().toLowerCase()) ?? NAMES.get(bareLetters(key)) ?? key
    // A key given twice in two spellings: the one with a value counts.
    if (name !== '__proto__' && (!named.has(name) || named.get(name) === null || named.get(name) === undefined)) named.set(name, value)
  }
  return Object.fromEntries(named)
}

/** Names that a key of the REST face may also have (§8.2: camelCase is inferred, so any casing is read). */
function field(object: unknown, name: string): unknown {
  if (typeof object !== 'object' || object === null) return undefined
  return Object.entries(object).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]
}

/** A page of the REST face. §8.2 */
export interface TdPage {
  readonly rows: readonly unknown[]
  readonly totalCount: number
  readonly currentPage: number
  readonly totalPages: number
  readonly hasNextPage: boolean
}

const whole = z.union([
  z.number().int().min(0),
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
])

/** @returns undefined when the body is no page: nothing that is not exactly one counts as an empty list */
export function tdPage(body: unknown): TdPage | undefined {
  const rows = field(body, 'data')
  const count = whole.safeParse(field(body, 'totalCount'))
  const page = whole.safeParse(field(body, 'currentPage'))
  const pages = whole.safeParse(field(body, 'totalPages'))
  if (!Array.isArray(rows) || !count.success) return undefined
  const currentPage = page.success ? page.data : 1
  const totalPages = pages.success ? pages.data : currentPage
  const next = field(body, 'hasNextPage')
  return { rows, totalCount: count.data, currentPage, totalPages, hasNextPage: typeof next === 'boolean' ? next : currentPage < totalPages }
}

/** What a failed call says of itself: a plain string, `{succeeded: false, message}` or `{messages, exception, errorId, statusCode}`. §8.2 */
export interface TdFailure {
  readonly statusCode: number | null
  readonly errorId: string | null
}

/** @returns undefined when the body does not say that the call failed */
export function tdFailure(body: unknown): TdFailure | undefined {
  const status = whole.safeParse(field(body, 'statusCode'))
  const errorId = field(body, 'errorId')
  const failed = field(body, 'succeeded') === false || Array.isArray(field(body, 'messages')) || typeof field(body, 'exception') === 'string'
  if (typeof body === 'string') return { statusCode: null, errorId: null }
  return failed ? { statusCode: status.success ? status.data : null, errorId: typeof errorId === 'string' ? errorId.slice(0, 64) : null } : undefined
}
