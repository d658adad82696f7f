/**
 * What a portal pushes to the province's relay: `DongBoHoSoMC` as a bare array. contracts/provincial-sources.md §9.2. Names are the national
 * ones; types are lenient, since the relay takes what the portal believes to be right. Members that are not named here are left out.
 */
import { z } from 'zod'
import { dossierNumber, textLike } from '../lenient/wire.js'

export const relayDocument = z.object({
  /** Unique inside one dossier at most. */
  TepDinhKemId: textLike,
  TenTepDinhKem: textLike,
  /** `"False"`, as text. */
  IsDeleted: textLike,
  MaThanhPhanHoSo: textLike,
  DuongDanTaiTepTin: textLike,
})
export const relayResult = z.object({
  GiayToId: textLike,
  TenGiayTo: textLike,
  MaThanhPhanHoSo: textLike,
  DuongDanTepTinKetQua: textLike,
  MaGiayToKetQua: textLike,
})

export const relayDossier = z.object({
  MaHoSo: dossierNumber,
  MaTTHC: textLike,
  TenTTHC: textLike,
  MaLinhVuc: textLike,
  TenLinhVuc: textLike,
  SoBienNhan: textLike,
  ChuHoSo: textLike,
  LoaiDoiTuong: textLike,
  /** Nationally the account at the national portal; this portal writes an identity or tax number. */
  MaDoiTuong: textLike,
  Email: textLike,
  SoDienThoai: textLike,
  TrichYeuHoSo: textLike,
  NgayNopHoSo: textLike,
  NgayTiepNhan: textLike,
  NgayHenTra: textLike,
  NgayKetThucXuLy: textLike,
  NgayTra: textLike,
  NgayTuChoi: textLike,
  TrangThaiHoSo: textLike,
  HinhThuc: textLike,
  KenhThucHien: textLike,
  DonViXuLy: textLike,
  GhiChu: textLike,
  TaiLieuNop: z.array(relayDocument).nullish(),
  DanhSachGiayToKetQua: z.array(relayResult).nullish(),
  /** Ours: `MaDinhDanhDV` of the query. */
  unit: textLike,
})
export type RelayDossier = z.infer<typeof relayDossier>

/** The answer, as the national portal and its proxies give it. contracts/national-portal.md §14 D2 */
export interface RelayAnswer {
  readonly error_code: '0' | '-1'
  readonly message: string
}
