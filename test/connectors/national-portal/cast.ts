import {
  type DossierRecord,
  type NationalPortal,
  type NationalPortalOptions,
  nationalPortal,
  type ProgressStepRecord,
} from '../../../src/connectors/index.js'
import { manualClock } from '../../transport/manual-clock.js'

export const ORIGIN = 'https://adapter.example.vn'
export const CODE = '000.05.12.H99-250214-0007'

export const record: DossierRecord = {
  MaHoSo: CODE,
  MaTTHC: '1.000094',
  TenTTHC: 'Thủ tục ví dụ',
  MaLinhVuc: 'G15-TP01',
  TenLinhVuc: 'Lĩnh vực ví dụ',
  SoBienNhan: CODE,
  ChuHoSo: 'Nguyễn Văn Mẫu',
  LoaiDoiTuong: '1',
  SoDienThoai: '0900000000',
  NgayTiepNhan: '20250214091000',
  NgayHenTra: '20250219170000',
  TrangThaiHoSo: '2',
  HinhThuc: '0',
  DonViXuLy: 'UBND xã Mẫu',
  DinhDanhCHS: [{ LoaiDinhDanh: '1', SoDinhDanh: '099090000001' }],
}

export const step: ProgressStepRecord = {
  MaHoSo: CODE,
  NguoiXuLy: 'Trần Thị Ví Dụ',
  ChucDanh: '',
  ThoiDiemXuLy: '20250217153000',
  PhongBanXuLy: '',
  NoiDungXuLy: 'Ký duyệt',
  TrangThai: '9',
  NgayBatDau: '',
  NgayKetThucTheoQuyDinh: '',
}

export const options: NationalPortalOptions = {
  adapterUrl: ORIGIN,
  agencyCode: '000.00.00.H99',
  credentials: { username: 'demo-h99', password: 'canary-password' },
}

/** A portal whose waits take no time. */
export const portalOf = (more: Partial<NationalPortalOptions> = {}): NationalPortal =>
  nationalPortal({ ...options, clock: manualClock(), random: () => 0, ...more })
