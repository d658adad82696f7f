/**
 * What travels between a province and the national portal. contracts/national-portal.md §3.4–4.9.
 * Names are exactly the wire's. Outward messages are strict; answers are read leniently (key case, number or text).
 */
import { z } from 'zod'

/** Wall clock at +07:00, `yyyyMMddHHmmss`, or empty (§5.12). */
export const wireTime = z.string().regex(/^(\d{14})?$/, 'fourteen digits yyyyMMddHHmmss, or empty')
/** Every scalar travels as text, also codes and amounts (§4.1.1). */
const text = z.string()
const digits = z.string().regex(/^\d+$/, 'digits only')
const flag = z.enum(['0', '1'])
const trueFalse = z.enum(['True', 'False'])

/** §4.1.2 */
export const submittedDocument = z.strictObject({
  TepDinhKemId: text,
  TenTepDinhKem: text.max(4000),
  IsDeleted: trueFalse,
  MaThanhPhanHoSo: text,
  DuongDanTaiTepTin: text,
  DuocSoHoa: flag.optional(),
  DuocTaiSuDung: z.enum(['0', '1', '2']).optional(),
  DuocLayTuKhoDMQG: flag.optional(),
  MaKetQuaThayThe: text.nullable().optional(),
})

/** §4.1.3 */
export const fee = z.strictObject({
  TenPhiLePhi: text,
  MaPhiLePhi: text,
  HinhThucThu: text,
  Gia: digits,
  LoaiPhiLePhi: text,
})

/** §4.1.4 */
export const otherPaper = z.strictObject({ TenGiayTo: text, SoLuong: text, LoaiGiayTo: text })

/** §4.1.5. No public client fills it: forms of dates and booleans are assumed. */
export const supplementRequest = z.strictObject({
  HoSoBoSungId: text,
  NguoiYeuCauBoSung: text,
  NoiDungBoSung: text,
  NgayBoSung: wireTime,
  NguoiTiepNhanBoSung: text,
  ThongTinTiepNhan: text,
  NgayTiepNhanBoSung: wireTime,
  TrangThaiBoSung: flag,
  DanhSachGiayToBoSung: z.array(otherPaper),
  DanhSachLePhiBoSung: z.array(fee),
  NgayHenTraTruoc: wireTime,
  NgayHenTraMoi: wireTime,
})

/** §4.1.6 */
export const resultDocument = z.strictObject({
  TenGiayTo: text.max(2000),
  MaThanhPhanHoSo: text,
  GiayToId: text,
  DuongDanTepTinKetQua: text,
  MaGiayToKetQua: text.optional(),
})

/** The core fields: the contract of 2020. Order as sent. §4.1.1 */
const core = {
  MaHoSo: text.min(1).max(50),
  MaTTHC: text.min(1),
  TenTTHC: text.min(1),
  MaLinhVuc: text,
  TenLinhVuc: text,
  SoBienNhan: text.optional(),
  ChuHoSo: text.optional(),
  LoaiDoiTuong: text.min(1),
  MaDoiTuong: text.nullable().optional(),
  ThongTinKhac: text.optional(),
  Email: text.optional(),
  Fax: text.optional(),
  SoDienThoai: text.optional(),
  TrichYeuHoSo: text.max(1000).optional(),
  NgayTiepNhan: wireTime,
  NgayHenTra: wireTime,
  TrangThaiHoSo: digits,
  NgayTra: wireTime.optional(),
  ThongTinTra: text.optional(),
  HinhThuc: text.min(1),
  NgayKetThucXuLy: wireTime.optional(),
  DonViXuLy: text.min(1),
  GhiChu: text.optional(),
  TaiLieuNop: z.array(submittedDocument).optional(),
  DanhSachLePhi: z.array(fee).optional(),
  DanhSachTepDinhKemKhac: z.array(otherPaper).optional(),
  DanhSachHoSoBoSung: z.array(supplementRequest).optional(),
  DanhSachGiayToKetQua: z.array(resultDocument).optional(),
} as const

/** The extension fields: added later and read by the national scoring. §4.1.1 */
const extension = {
  KenhThucHien: text.optional(),
  SoGiayToChuHoSo: text.optional(),
  NoiNopHoSo: text.optional(),
  HoSoCoThanhPhanSoHoa: flag.optional(),
  TaiKhoanDuocXacThucVoiVNeID: flag.optional(),
  DuocThanhToanTrucTuyen: text.optional(),
  NgayTuChoi: wireTime.optional(),
  DinhDanhCHS: z.array(z.strictObject({ LoaiDinhDanh: text, SoDinhDanh: text })).optional(),
  NgayNopHoSo: wireTime.optional(),
  DSKetNoiCSDL: z.array(z.strictObject({ MaCSDL: text })).optional(),
} as const

export const coreFields = Object.keys(core) as readonly (keyof typeof core)[]
export const extensionFields = Object.keys(extension) as readonly (keyof typeof extension)[]

export const dossierRecord = z.strictObject({ ...core, ...extension })
export type DossierRecord = z.infer<typeof dossierRecord>

const sound = new WeakSet<object>()

/** Freezes a record that {@link dossierRecord} has accepted, so that the client need not read it a second time. */
export function soundRecord(record: DossierRecord): DossierRecord {
  for (const value of Object.values(record)) if (Array.isArray(value)) freezeRows(value)
  sound.add(record)
  return Object.freeze(record)
}

export function isSound(record: unknown): boolean {
  return typeof record === 'object' && record !== null && sound.has(record)
}

/** Lists hold rows, and rows of supplements hold lists. */
function freezeRows(rows: readonly unknown[]): void {
  for (const row of rows) {
    for (const value of Object.values(row as object)) if (Array.isArray(value)) freezeRows(value)
    Object.freeze(row)
  }
  Object.freeze(rows)
}

/** §4.2 */
export const progressStep = z.strictObject({
  MaHoSo: text.min(1),
  NguoiXuLy: text.min(1).max(50),
  ChucDanh: text,
  ThoiDiemXuLy: wireTime.min(14),
  PhongBanXuLy: text,
  NoiDungXuLy: text.min(1),
  TrangThai: digits,
  NgayBatDau: wireTime,
  NgayKetThucTheoQuyDinh: wireTime,
})
export type ProgressStepRecord = z.infer<typeof progressStep>

/** Services the library calls, with their parameters beyond the envelope. */
export type PortalService = 'DongBoHoSoMC' | 'CapNhatTienDoHoSoMC' | 'TraCuuHoSo' | 'LayDanhMucCoQuan' | 'TraCuuTechID'

/** A text that may come as a number: 0, "0", "00" (§6). */
const codeOrNumber = z.union([z.string(), z.number()]).transform(String)

/**
 * The envelope of every answer (§3.4), after its keys were lower-cased: the verdict (`error_code`, `message`), a login's `session`,
 * a read's rows. `result` stays untyped: its rows differ by service. The sibling platform says `data` where this one says `result`.
 * Only these fields are read, so a dialect with other names translates them.
 */
export const portalAnswer = z.object({
  error_code: codeOrNumber.nullish(),
  message: z.string().nullish(),
  session: z.string().nullish(),
  result: z.unknown().optional(),
  data: z.unknown().optional(),
})
export type PortalAnswer = z.infer<typeof portalAnswer>

/** A row of `LayDanhMucCoQuan` (§4.8), keys lower-cased before reading. */
export const agencyRow = z.looseObject({
  madonvi: codeOrNumber,
  tendonvi: z.string().nullish(),
  capdonvi: codeOrNumber.nullish(),
})

/** A row of `TraCuuTechID` (§4.9), keys lower-cased before reading. */
export const techIdRow = z.looseObject({ technicalid: codeOrNumber })
