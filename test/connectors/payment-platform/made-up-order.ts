import type { PaymentOrder } from '../../../src/connectors/index.js'

/** The INIT of contracts/payment-platform.md §9. */
export const order: PaymentOrder = {
  reference: 'dvcH990001261122091500',
  amount: '150000',
  narration: 'THANH TOAN HO SO H99-261122-0001',
  at: '20261122091500',
  ip: '203.0.113.10',
  receipt: {
    ...{ MaDichVu: '2', MaDVC: '9.000001.01', TenDVC: 'Dịch vụ mẫu', MaTTHC: '9.000001', TenTTHC: 'Thủ tục mẫu' },
    ...{ MaDonVi: '000.00.00.H99', TenDonVi: 'Sở Mẫu', MaHoSo: 'H99-261122-0001' },
    ...{ TKThuHuong: '0000000000001', MaNHThuHuong: '00000000', TenTKThuHuong: 'SO MAU' },
    ...{ MaLoaiHinhThuPhat: '', TenLoaiHinhThuPhat: '', MaCoQuanQD: '000.00.00.H99', TenCoQuanQD: 'Sở Mẫu' },
    ...{ KhoBac: '', NgayQD: '', SoQD: '', ThoiGianViPham: '', DiaDiemViPham: '', TenNguoiViPham: '', TaiKhoanThuNSNN: '' },
    NoiDungThanhToan: 'THANH TOAN HO SO H99-261122-0001',
    ...{ HoTenNguoiNop: 'Nguyễn Văn Mẫu', SoCMNDNguoiNop: '000000000000', DiaChiNguoiNop: '1 Đường Mẫu', HuyenNguoiNop: '', TinhNguoiNop: '' },
    PhiLePhi: [{ LoaiPhiLePhi: '2', MaPhiLePhi: 'MAU-01', TenPhiLePhi: 'Lệ phí mẫu', SoTien: '150000' }],
    DSKhoanNop: [{ NoiDung: 'Lệ phí mẫu', SoTien: '150000' }],
  },
}

export const SECRET = 'TEST-SECRET-KEY'

/** The CONFIRM of §9, as text: the amount is a number there. */
export const confirm = `{ "LoaiBanTin": "CONFIRM", "MaLoi": "00", "MaDoiTac": "TESTPARTNER", "MaThamChieu": "dvcH990001261122091500",
  "SoTien": 150000, "MaTienTe": "VND", "MaGiaoDich": "PP26112200000123", "MaNganHang": "970436",
  "ThoiGianGD": "20261122091633", "ThongTinGiaoDich": "THANH TOAN HO SO H99-261122-0001",
  "MaXacThuc": "e47f4b2f41e109af28aaec651c4b05d204a3262749160176b8905eb66bdf6310" }`
