import { afterEach } from 'vitest'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js'

export const AGENCY = '000.00.00.H99'
export const CODE = '000.05.12.H99-250214-0007'

/** The create example of contracts/national-portal.md §8.2. */
export function exampleRecord(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    MaHoSo: CODE,
    MaTTHC: '1.000094',
    TenTTHC: 'Thủ tục ví dụ',
    MaLinhVuc: 'G15-TP01',
    TenLinhVuc: 'Lĩnh vực ví dụ',
    KenhThucHien: '2',
    ChuHoSo: 'Nguyễn Văn Mẫu',
    LoaiDoiTuong: '1',
    MaDoiTuong: 'demo-tech-id',
    ThongTinKhac: '',
    Email: 'mau@example.vn',
    Fax: '',
    SoDienThoai: '0900000000',
    TrichYeuHoSo: 'Hồ sơ ví dụ',
    NgayNopHoSo: '20250214081500',
    NgayTiepNhan: '20250214091000',
    NgayHenTra: '20250219170000',
    TrangThaiHoSo: '2',
    NgayTra: '',
    ThongTinTra: '',
    HinhThuc: '0',
    NgayKetThucXuLy: '',
    NgayTuChoi: '',
    DonViXuLy: 'UBND xã Mẫu',
    GhiChu: '',
    NoiNopHoSo: '2',
    HoSoCoThanhPhanSoHoa: '1',
    TaiKhoanDuocXacThucVoiVNeID: '1',
    DuocThanhToanTrucTuyen: '0',
    DinhDanhCHS: [{ LoaiDinhDanh: '1', SoDinhDanh: '099090000001' }],
    DSKetNoiCSDL: [{ MaCSDL: '1' }],
    TaiLieuNop: [document('991')],
    DanhSachLePhi: [{ TenPhiLePhi: 'Lệ phí ví dụ', MaPhiLePhi: 'LP0001', HinhThucThu: '1', Gia: '8000', LoaiPhiLePhi: '1' }],
    DanhSachTepDinhKemKhac: [],
    DanhSachHoSoBoSung: [],
    DanhSachGiayToKetQua: [],
    ...changes,
  }
}

export function document(id: string, deleted: 'True' | 'False' = 'False'): Record<string, unknown> {
  return {
    TepDinhKemId: id,
    TenTepDinhKem: 'to-khai.pdf',
    IsDeleted: deleted,
    MaThanhPhanHoSo: 'TP01',
    DuongDanTaiTepTin: `https://files.example.vn/${id}`,
    DuocSoHoa: '1',
    DuocTaiSuDung: '0',
    DuocLayTuKhoDMQG: '0',
    MaKetQuaThayThe: '',
  }
}

/** The step of contracts/national-portal.md §8.3. */
export function exampleStep(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    MaHoSo: CODE,
    NguoiXuLy: 'Trần Thị Ví Dụ',
    ChucDanh: '',
    ThoiDiemXuLy: '20250217153000',
    PhongBanXuLy: '',
    NoiDungXuLy: 'Ký duyệt',
    TrangThai: '9',
    NgayBatDau: '',
    NgayKetThucTheoQuyDinh: '',
    ...changes,
  }
}

export interface PortalAnswer {
  readonly error_code: string | number
  readonly message: string
  readonly session?: string
  readonly result?: readonly Record<string, unknown>[]
}

export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string; answer: PortalAnswer }> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
  const text = await response.text()
  return { status: response.status, text, answer: (text.startsWith('{') ? JSON.parse(text) : {}) as PortalAnswer }
}

/** A caller that is logged in: `call(service, fields)` answers with the portal's envelope. */
export async function caller(sandbox: Sandbox) {
  const { url, credentials } = sandbox.systems['national-portal']!
  const { answer } = await post(`${url}/mapi/login`, { username: credentials.username, password: credentials.password })
  const session = answer.session ?? ''
  const call = async (service: string, fields: Record<string, unknown> = {}) =>
    (await post(`${url}/mapi/g`, { session, madonvi: AGENCY, service, ...fields })).answer
  return {
    url,
    session,
    call,
    create: (...data: unknown[]) => call('DongBoHoSoMC', { isUpdating: 'False', data }),
    update: (...data: unknown[]) => call('DongBoHoSoMC', { isUpdating: 'True', data }),
    progress: (...data: unknown[]) => call('CapNhatTienDoHoSoMC', { data }),
  }
}

const running: Sandbox[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.stop()))
})

/** A sandbox that stops by itself after the test. */
export async function sandboxFor(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options)
  running.push(sandbox)
  return sandbox
}
