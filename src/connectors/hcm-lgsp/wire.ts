/**
 * The HCM City LGSP. contracts/provincial-sources.md §6
 * Confirmed: the envelope, the header. Assumed, hence values to be replaced by configuration: names of services, parameters and fields,
 * and how dates are written.
 */
import { z } from 'zod'
import { textLike } from '../lenient/wire.js'

/** Success needs all three: code 200, status `SUCCESS`, no exception. The HTTP status says nothing. */
export const hcmEnvelope = z.looseObject({
  StatusCode: z.union([z.number(), z.string()]),
  Status: textLike,
  Description: textLike,
  ThrowException: z.union([z.boolean(), z.string()]).nullish(),
  ResultObject: z.unknown(),
})
export type HcmEnvelope = z.infer<typeof hcmEnvelope>

export function isHcmSuccess({ StatusCode, Status, ThrowException }: HcmEnvelope): boolean {
  const threw = ThrowException === false || String(ThrowException).toLowerCase() === 'false'
  return Number(StatusCode) === 200 && Status?.trim().toUpperCase() === 'SUCCESS' && threw
}

export const hcmToken = z.looseObject({ access_token: z.string().min(1), expires_in: z.coerce.number().positive().nullish().catch(null) })

/** Our name → theirs, of a dossier that is pushed (A). */
export const hcmDossierFields = {
  localCode: 'MaHoSo',
  receiptNumber: 'SoBienNhan',
  procedureCode: 'MaTTHC',
  procedureName: 'TenTTHC',
  sectorCode: 'MaLinhVuc',
  sectorName: 'TenLinhVuc',
  applicantName: 'ChuHoSo',
  applicantKind: 'LoaiDoiTuong',
  applicantId: 'MaDoiTuong',
  receivedAt: 'NgayTiepNhan',
  dueAt: 'NgayHenTra',
  status: 'TrangThaiHoSo',
  returnedAt: 'NgayTra',
  returnBy: 'HinhThuc',
  agencyName: 'DonViXuLy',
} as const
export type HcmDossierField = keyof typeof hcmDossierFields

/** Our name → theirs, of a procedure of the catalogue (A). */
export const hcmProcedureFields = {
  code: 'MA_THU_TUC',
  name: 'TEN_THU_TUC',
  sectorCode: 'MA_LINH_VUC',
  sectorName: 'TEN_LINH_VUC',
  level: 'MUC_DO',
  duration: 'THOI_GIAN_GIAI_QUYET',
  fee: 'LE_PHI',
} as const
export type HcmProcedureField = keyof typeof hcmProcedureFields

/** Where the rows of a push stand (A). */
export const HCM_LIST = 'DanhSachHoSo'

export const hcmServices = {
  /** Named on the public pages (C1); its parameter is assumed. */
  catalogue: 'APITraCuuDanhMucThuTucHanhChinhTheoMaLinhVuc',
} as const

/** Values by our names; only texts and what can stand for one. @returns the first field that holds anything else */
export function hcmValues<Field extends string>(
  row: unknown,
  fields: Readonly<Record<Field, string>>,
): { readonly ok: true; readonly value: Readonly<Record<Field, string | null>> } | { readonly ok: false; readonly field: string } {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return { ok: false, field: '' }
  const values: Partial<Record<Field, string | null>> = {}
  for (const [name, wire] of Object.entries(fields) as [Field, string][]) {
    const read = textLike.safeParse(Object.hasOwn(row, wire) ? Reflect.get(row, wire) : null)
    if (!read.success) return { ok: false, field: wire }
    values[name] = read.data ?? null
  }
  return { ok: true, value: values as Record<Field, string | null> }
}
