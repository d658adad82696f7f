/**
 * The Vietnamese-keyed write adapter of iGate: the door for dossiers that came from the national side. contracts/provincial-sources.md §7.6.
 * Outward, so strict: no unknown key, no wrong code, and in one message three ways to write a time, each in its place.
 */
import { z } from 'zod'

const text = z.string().min(1)
const optional = z.string()
const real = (form: RegExp, example: string) =>
  z.string().refine((value) => form.test(value) && !Number.isNaN(Date.parse(iso(value))), `expected a time such as ${example}`)

/** `NgayNop`, `NgayTiepNhan`: a wall clock at +07:00. */
const spaced = real(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/, '2025-03-10 07:40:12')
/** Of progress. */
const withT = real(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}$/, '2025-03-10T10:02:00.000')
/** Of birth and issue: a day with midnight behind it. */
const digits = real(/^\d{14}$/, '19900101000000')

function iso(value: string): string {
  const compact = value.replace(/\D/g, '').slice(0, 14)
  return compact.replace(/(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})/, '$1-$2-$3T$4:$5:$6Z')
}

/** 0 citizen, 1 business, 2 household business. Not the national scale, on which a citizen is 1. */
const applicantKind = z.union([z.literal(0), z.literal(1), z.literal(2)])
/** 0 original, 1 copy, 2 electronic. */
const copyKind = z.union([z.literal(0), z.literal(1), z.literal(2)])
const purpose = z.enum(['KQ.DVC.THONGTIN', 'KQ.DVC.GIAYTOBOSUNG', 'KQ.DVC.KETQUA'])
/** National statuses, §3.3. */
const status = z.number().int().min(1).max(10)

const file = z.strictObject({ IdGiayTo: text, MaKetQua: purpose, TenGiayTo: text, HashTepTin: z.string().regex(/^[0-9a-f]{64}$/i) })

const person = z.strictObject({
  TenNguoiNop: text,
  SoDinhDanh: text,
  NgayCapDinhDanh: digits.or(z.literal('')).optional(),
  NgaySinh: digits.or(z.literal('')).optional(),
  SoDienThoai: optional.optional(),
  Email: optional.optional(),
  Fax: optional.optional(),
  MaTinh: optional.optional(),
  MaHuyen: optional.optional(),
  MaXa: optional.optional(),
  DiaChiChiTiet: optional.optional(),
  TenChuHs: text,
  SoDinhDanhChuHs: optional.optional(),
  MaTinhChuHs: optional.optional(),
  MaXaChuHs: optional.optional(),
  DiaChiChiTietChuHs: optional.optional(),
})

/** Step 4, “NoiHoSo”. */
export const igateIntake = z.strictObject({
  MaHoSo: text,
  /** National, without the province's suffix. */
  MaTTHC: text,
  MaDichVuCong: text,
  ChuHoSo: text,
  LoaiDoiTuong: applicantKind,
  /** Short form, `H99.12`. */
  MaDonViTiepNhan: text,
  NgayNop: spaced,
  NgayTiepNhan: spaced,
  EformThongTinChiTiet: z.record(z.string(), z.unknown()).optional(),
  ThanhPhanHoSo: z.array(
    z.strictObject({
      MaThanhPhanHoSo: text,
      TenThanhPhanHoSo: text,
      SoLuong: z.number().int().min(1),
      LoaiBan: copyKind,
      GiayToDinhKem: z.array(file),
    }),
  ),
  ThongTinNguoiNop: z.strictObject({ LoaiDoiTuong: applicantKind, IdDoiTuong: text, ThongTinChiTiet: person }),
})
export type IgateIntake = z.infer<typeof igateIntake>

/** Step 5. Here the key is `IDHoSo`. */
export const igateProgress = z.strictObject({
  IDHoSo: text,
  MaHoSo: text,
  NguoiXuLy: text,
  ThoiDiemXuLy: withT,
  PhongBanXuLy: text,
  NoiDungXuLy: text,
  TrangThai: status,
  NgayBatDau: withT,
  NgayKetThucTheoQuyDinh: withT,
})
export type IgateProgress = z.infer<typeof igateProgress>

const fee = z.strictObject({
  TenPhiLePhi: text,
  MaPhiLePhi: text,
  /** 1 at reception, 2 at supplement, 4 at return. */
  HinhThucThu: z.enum(['1', '2', '4']),
  /** Whole đồng. */
  Gia: z.string().regex(/^\d+$/),
  /** 1 ordinary, 2 appraisal, 3 extension. */
  LoaiPhiLePhi: z.enum(['1', '2', '3']),
})

/** States that may carry fees and papers. */
const WITH_LISTS: ReadonlySet<number> = new Set([5, 6, 9])

/** Step 6. Here the key is `IdHoSo`. */
export const igateState = z
  .strictObject({
    IdHoSo: text,
    MaHoSo: text,
    TrangThai: status,
    NoiDungYKien: text,
    PhongBanXuLy: text,
    NoiDungXuLy: text,
    DanhSachLePhi: z.array(fee).optional(),
    DanhSachGiayToKetQua: z.array(file).optional(),
  })
  .refine(({ TrangThai, DanhSachLePhi, DanhSachGiayToKetQua }) => WITH_LISTS.has(TrangThai) || (!DanhSachLePhi && !DanhSachGiayToKetQua), {
    path: ['DanhSachLePhi'],
    error: 'fees and papers go with the states 5, 6 and 9 only',
  })
export type IgateState = z.infer<typeof igateState>

/** The adapter's envelope. */
export const igateEnvelope = z.looseObject({
  code: z.union([z.number(), z.string()]).transform(Number),
  message: z.string().nullish(),
  data: z.unknown().optional(),
})

/** What a create gives; a DTO of the same project spells `IdHoSo`. */
export const igateCreated = z
  .looseObject({ idHoSo: z.string().min(1).optional(), IdHoSo: z.string().min(1).optional() })
  .transform(({ idHoSo, IdHoSo }) => idHoSo ?? IdHoSo)

/** Step 3 answers with the list inside the list: `data[].response.data[]`. */
export const igateUploaded = z.looseObject({
  data: z.array(
    z.looseObject({ response: z.looseObject({ data: z.array(z.looseObject({ IdTepTin: z.string().min(1), HashTepTin: z.string() })) }) }),
  ),
})
