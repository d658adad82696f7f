/** What money is asked for: `ThongTinBienLai`, `bill_info`, the answer to a bill inquiry. Strict as contracts/payment-platform.md §4.6 has it. */
import { isObject, type Loose } from '../exchange.js'

export interface BillLine {
  readonly name: string
  /** Whole đồng. */
  readonly amount: number
}

/** The part of a bill that the platform shows and books by. */
export interface ShownBill {
  /** `MaHoSo`, or the decision's number where there is no dossier. */
  readonly code: string
  readonly agency: string
  readonly service: string
  readonly content: string
  readonly payer: string
  readonly lines: readonly BillLine[]
  readonly total: number
}

export type ReadBill = { readonly ok: true; readonly bill: ShownBill } | { readonly ok: false; readonly problem: string }

/** Most characters of a text (§13); names not listed take 255. */
const LONGEST: Readonly<Record<string, number>> = {
  ...{ MaDonVi: 50, MaHoSo: 50, MaDVC: 50, TenDVC: 250, MaTTHC: 50, TenTTHC: 250, MaNHThuHuong: 20, MaCoQuanQD: 50 },
  ...{ MaLoaiHinhThuPhat: 50, SoQD: 100, TaiKhoanThuNSNN: 50, NoiDungThanhToan: 210, HoTenNguoiNop: 255, SoCMNDNguoiNop: 50 },
}

const always = ['MaCoQuanQD', 'TenCoQuanQD', 'NoiDungThanhToan', 'HoTenNguoiNop', 'SoCMNDNguoiNop', 'DiaChiNguoiNop']
const ofFees = ['MaDonVi', 'TenDonVi', 'MaHoSo', 'MaDVC', 'TenDVC', 'MaTTHC', 'TenTTHC', 'TKThuHuong', 'MaNHThuHuong', 'TenTKThuHuong']
const ofFines = ['MaLoaiHinhThuPhat', 'TenLoaiHinhThuPhat', 'KhoBac', 'NgayQD', 'SoQD', 'ThoiGianViPham', 'DiaDiemViPham', 'TenNguoiViPham']
/** Empty where they are not used, never absent. */
const others = ['TaiKhoanThuNSNN', 'HuyenNguoiNop', 'TinhNguoiNop']

/** Which texts must not be empty, by `MaDichVu` (§5.1). */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  '1': [...always, ...ofFines],
  '2': [...always, ...ofFees],
  '3': always,
  '4': always,
  '5': always,
}

const FORMS: Readonly<Record<string, RegExp>> = {
  TKThuHuong: /^\d{0,19}$/,
  KhoBac: /^\d{0,8}$/,
  NgayQD: /^(\d{8})?$/,
  ThoiGianViPham: /^(\d{14})?$/,
}

export function readBill(value: unknown): ReadBill {
  if (!isObject(value)) return wrong('ThongTinBienLai')
  const kind = String(value.MaDichVu)
  const required = REQUIRED[kind]
  if (required === undefined) return wrong('MaDichVu')
  for (const name of [...always, ...ofFees, ...ofFines, ...others]) {
    const text = value[name]
    if (typeof text !== 'string' || text.length > (LONGEST[name] ?? 255) || FORMS[name]?.test(text) === false) return wrong(name)
    if (text.trim() === '' && required.includes(name)) return wrong(name)
  }
  const items = linesOf(value.DSKhoanNop, 'NoiDung')
  if (items === undefined || items.length === 0) return wrong('DSKhoanNop')
  // One public sender gives a text here where there are no lines.
  const fees = value.PhiLePhi === '' ? [] : linesOf(value.PhiLePhi, 'TenPhiLePhi')
  if (fees === undefined || (kind === '2' && fees.length === 0)) return wrong('PhiLePhi')
  const total = sum(items)
  if (fees.length > 0 && sum(fees) !== total) return wrong('PhiLePhi và DSKhoanNop không khớp')
  return { ok: true, bill: shown(value as Texts, items, total) }
}

type Texts = Loose & Readonly<Record<'MaHoSo' | 'SoQD' | 'TenCoQuanQD' | 'TenDonVi' | 'TenDVC' | 'NoiDungThanhToan' | 'HoTenNguoiNop', string>>

function shown(block: Texts, lines: readonly BillLine[], total: number): ShownBill {
  return {
    code: block.MaHoSo || block.SoQD,
    agency: block.TenDonVi || block.TenCoQuanQD,
    service: block.TenDVC,
    content: block.NoiDungThanhToan,
    payer: block.HoTenNguoiNop,
    lines,
    total,
  }
}

/** @returns undefined where a line has no name or no whole amount. Amounts come as numbers or as texts (§10.1). */
function linesOf(value: unknown, name: string): readonly BillLine[] | undefined {
  if (!Array.isArray(value)) return undefined
  const lines: BillLine[] = []
  for (const row of value as readonly unknown[]) {
    const amount = isObject(row) ? amountOf(row.SoTien) : undefined
    const words = isObject(row) ? row[name] : undefined
    if (amount === undefined || typeof words !== 'string' || words.trim() === '' || words.length > 250) return undefined
    lines.push({ name: words, amount })
  }
  return lines
}

/** Digits as text or a whole number; nothing else is an amount. */
export function amountOf(value: unknown): number | undefined {
  const digits = typeof value === 'number' ? String(value) : value
  return typeof digits === 'string' && /^(0|[1-9]\d{0,14})$/.test(digits) ? Number(digits) : undefined
}

function sum(lines: readonly BillLine[]): number {
  return lines.reduce((total, { amount }) => total + amount, 0)
}

function wrong(problem: string): ReadBill {
  return { ok: false, problem }
}
