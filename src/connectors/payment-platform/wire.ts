/** What travels between a province and the payment platform. contracts/payment-platform.md §4, §7.1, §7.2 */
import { z } from 'zod'

/** Longest texts that the platform takes, in characters; of accounts and treasuries, digits. §13 */
export const longestTexts = {
  ...{ MaDonVi: 50, TenDonVi: 250, MaHoSo: 50, MaDVC: 50, TenDVC: 250, MaTTHC: 50, TenTTHC: 250 },
  ...{ LoaiPhiLePhi: 20, MaPhiLePhi: 50, TenPhiLePhi: 250, NoiDung: 250 },
  ...{ TKThuHuong: 19, MaNHThuHuong: 20, TenTKThuHuong: 250 },
  ...{ MaLoaiHinhThuPhat: 50, TenLoaiHinhThuPhat: 250, MaCoQuanQD: 50, TenCoQuanQD: 250, KhoBac: 8, NgayQD: 14, SoQD: 100 },
  ...{ ThoiGianViPham: 14, DiaDiemViPham: 250, TenNguoiViPham: 250, TaiKhoanThuNSNN: 50, NoiDungThanhToan: 210 },
  ...{ HoTenNguoiNop: 255, SoCMNDNguoiNop: 50, DiaChiNguoiNop: 250, HuyenNguoiNop: 100, TinhNguoiNop: 100 },
} as const

/** Signed fields are joined by `|`; nothing of the wire escapes it. */
const signed = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^|]*$/u, 'must not hold “|”, which separates signed fields')
const text = (most: number) => z.string().max(most)
const digits = (most: number) => z.string().regex(new RegExp(`^[0-9]{0,${most}}$`), `expected at most ${most} digits`)
/** 1 to 15 digits (§13); a bill of nothing is none. */
const amount = z.string().regex(/^[1-9][0-9]{0,14}$/, 'expected a whole amount of đồng above zero, at most 15 digits')
const lineAmount = z.string().regex(/^(0|[1-9][0-9]{0,14})$/, 'expected a whole amount of đồng, at most 15 digits')
/** Wall clock of Vietnam. */
export const wireTime = z.string().regex(/^\d{14}$/, 'expected yyyyMMddHHmmss')

export const feeLine = z.strictObject({
  LoaiPhiLePhi: text(longestTexts.LoaiPhiLePhi),
  MaPhiLePhi: text(longestTexts.MaPhiLePhi),
  TenPhiLePhi: text(longestTexts.TenPhiLePhi),
  SoTien: lineAmount,
})
export const paidItem = z.strictObject({ NoiDung: text(longestTexts.NoiDung), SoTien: lineAmount })

/** `ThongTinBienLai`, `bill_info`, the `message` of a bill inquiry: the same names in all of them. Unused texts are empty, never absent. §4.6 */
export const receiptBlock = z.strictObject({
  MaDichVu: z.string().regex(/^\d{1,2}$/, 'expected the code of a kind of duty'),
  MaDonVi: text(longestTexts.MaDonVi),
  TenDonVi: text(longestTexts.TenDonVi),
  MaHoSo: text(longestTexts.MaHoSo),
  MaDVC: text(longestTexts.MaDVC),
  TenDVC: text(longestTexts.TenDVC),
  MaTTHC: text(longestTexts.MaTTHC),
  TenTTHC: text(longestTexts.TenTTHC),
  PhiLePhi: z.array(feeLine),
  TKThuHuong: digits(longestTexts.TKThuHuong),
  MaNHThuHuong: text(longestTexts.MaNHThuHuong),
  TenTKThuHuong: text(longestTexts.TenTKThuHuong),
  MaLoaiHinhThuPhat: text(longestTexts.MaLoaiHinhThuPhat),
  TenLoaiHinhThuPhat: text(longestTexts.TenLoaiHinhThuPhat),
  MaCoQuanQD: text(longestTexts.MaCoQuanQD),
  TenCoQuanQD: text(longestTexts.TenCoQuanQD),
  KhoBac: digits(longestTexts.KhoBac),
  NgayQD: text(longestTexts.NgayQD),
  SoQD: text(longestTexts.SoQD),
  ThoiGianViPham: text(longestTexts.ThoiGianViPham),
  DiaDiemViPham: text(longestTexts.DiaDiemViPham),
  TenNguoiViPham: text(longestTexts.TenNguoiViPham),
  TaiKhoanThuNSNN: text(longestTexts.TaiKhoanThuNSNN),
  NoiDungThanhToan: text(longestTexts.NoiDungThanhToan),
  HoTenNguoiNop: text(longestTexts.HoTenNguoiNop),
  SoCMNDNguoiNop: text(longestTexts.SoCMNDNguoiNop),
  DiaChiNguoiNop: text(longestTexts.DiaChiNguoiNop),
  HuyenNguoiNop: text(longestTexts.HuyenNguoiNop),
  TinhNguoiNop: text(longestTexts.TinhNguoiNop),
  DSKhoanNop: z.array(paidItem).min(1),
})
export type ReceiptBlock = z.infer<typeof receiptBlock>

/** One attempt to pay, in the names that the dialects share. What was stored of it is sent again unchanged. */
export const paymentOrder = z
  .strictObject({
    /** `MaThamChieu`: our own, once for each attempt. */
    reference: signed(50).regex(/^[0-9A-Za-z]+$/, 'expected letters and digits'),
    amount,
    /** `ThongTinGiaoDich`: on the payer's bank statement. */
    narration: signed(longestTexts.NoiDungThanhToan),
    /** `ThoiGianGD`: the very text, also in every later question about this attempt (§10.2). */
    at: wireTime,
    /** Of the server that asks (S1 and S2 send theirs, not the citizen's). */
    ip: signed(45),
    receipt: receiptBlock,
  })
  .refine(({ amount, receipt }) => String(sum(receipt.DSKhoanNop)) === amount, {
    message: 'the items (DSKhoanNop) do not add up to the amount',
    path: ['receipt', 'DSKhoanNop'],
  })
  .refine(({ amount, receipt }) => receipt.PhiLePhi.length === 0 || String(sum(receipt.PhiLePhi)) === amount, {
    message: 'the fee lines (PhiLePhi) do not add up to the amount',
    path: ['receipt', 'PhiLePhi'],
  })
export type PaymentOrder = z.infer<typeof paymentOrder>

function sum(lines: readonly { readonly SoTien: string }[]): bigint {
  return lines.reduce((total, { SoTien }) => total + (/^\d+$/.test(SoTien) ? BigInt(SoTien) : 0n), 0n)
}

/** The flat answer of `payplat`, any case; numbers and texts alike. */
const loose = z
  .custom<string | number>((value) => typeof value === 'string' || typeof value === 'number', 'expected a text or a number')
  .transform(String)
  .nullish()

export const startAnswer = z.looseObject({ maloi: loose, motaloi: loose, urlthanhtoan: loose })
export const queryAnswer = z.looseObject({
  ...{ maloi: loose, motaloi: loose, loaibantin: loose, madoitac: loose, mathamchieu: loose, thoigiangd: loose, maxacthuc: loose },
  ...{ sotien: loose, matiente: loose, magiaodich: loose, manganhang: loose, thongtingiaodich: loose, trangthaigd: loose },
})
export const receiptAnswer = z.looseObject({ maloi: loose, motaloi: loose, urlbienlai: loose })
/** LGSP wraps the flat answer: `message` is JSON within JSON (§4.1). */
export const wrapped = z.looseObject({ error_code: loose, message: loose })
