/** Messages of a province, written by hand after contracts/payment-platform.md §9, and a province that listens. */
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Clock } from '../../../src/base/index.js'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js'

export const PARTNER = 'TESTPARTNER'
export const SECRET = 'TEST-SECRET-KEY'
export const REFERENCE = 'dvcH990001261122091500'
export const AT = '20261122091500'

export type Fields = Record<string, unknown>

export const receiptBlock: Fields = {
  MaDichVu: '2',
  MaDVC: '9.000001.01',
  TenDVC: 'Dịch vụ mẫu',
  MaTTHC: '9.000001',
  TenTTHC: 'Thủ tục mẫu',
  MaDonVi: '000.00.00.H99',
  TenDonVi: 'Sở Mẫu',
  MaHoSo: 'H99-261122-0001',
  TKThuHuong: '0000000000001',
  MaNHThuHuong: '00000000',
  TenTKThuHuong: 'SO MAU',
  MaLoaiHinhThuPhat: '',
  TenLoaiHinhThuPhat: '',
  MaCoQuanQD: '000.00.00.H99',
  TenCoQuanQD: 'Sở Mẫu',
  KhoBac: '',
  NgayQD: '',
  SoQD: '',
  ThoiGianViPham: '',
  DiaDiemViPham: '',
  TenNguoiViPham: '',
  TaiKhoanThuNSNN: '',
  NoiDungThanhToan: 'THANH TOAN HO SO H99-261122-0001',
  HoTenNguoiNop: 'Nguyễn Văn Mẫu',
  SoCMNDNguoiNop: '000000000000',
  DiaChiNguoiNop: '1 Đường Mẫu',
  HuyenNguoiNop: '',
  TinhNguoiNop: '',
  PhiLePhi: [{ LoaiPhiLePhi: '2', MaPhiLePhi: 'MAU-01', TenPhiLePhi: 'Lệ phí mẫu', SoTien: '150000' }],
  DSKhoanNop: [{ NoiDung: 'Lệ phí mẫu', SoTien: '150000' }],
}

/** The INIT of §9, whose signature is vector V1. */
export const initMessage: Fields = {
  LoaiBanTin: 'INIT',
  PhienBan: '1.0.6',
  MaDoiTac: PARTNER,
  MaThamChieu: REFERENCE,
  SoTien: '150000',
  LoaiHinhThanhToan: 'PAY',
  MaKenhThanhToan: '1',
  MaThietBi: '1',
  NgonNgu: 'vi-VN',
  MaTienTe: 'VND',
  MaNganHang: 'PAYMENT',
  ThongTinGiaoDich: 'THANH TOAN HO SO H99-261122-0001',
  ThoiGianGD: AT,
  Ip: '203.0.113.10',
  ThongTinBienLai: receiptBlock,
  MaXacThuc: '187e0535ebb9fb3d32cd311075885799ca9e9ecfa87788c8155671057b5ad9dd',
}

const SIGNED = [
  ...['LoaiBanTin', 'PhienBan', 'MaDoiTac', 'MaThamChieu', 'SoTien', 'LoaiHinhThanhToan', 'MaKenhThanhToan', 'MaThietBi'],
  ...['NgonNgu', 'MaTienTe', 'MaNganHang', 'ThongTinGiaoDich', 'ThoiGianGD', 'Ip'],
]
const CONFIRMED = 'LoaiBanTin|MaLoi|MaDoiTac|MaThamChieu|SoTien|MaTienTe|MaGiaoDich|MaNganHang|ThoiGianGD|ThongTinGiaoDich'.split('|')

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

/** The INIT above with other fields, signed anew. */
export function init(changes: Fields = {}, secret = SECRET): Fields {
  const fields = { ...initMessage, ...changes }
  return { ...fields, MaXacThuc: sha256([...SIGNED.map((name) => fields[name]), secret].join('|')) }
}

export function question(type: 'QUERY' | 'GET_BILL', changes: Fields = {}, secret = SECRET): Fields {
  const fields: Fields = { LoaiBanTin: type, PhienBan: '1.0.6', MaDoiTac: PARTNER, MaThamChieu: REFERENCE, ThoiGianGD: AT, ...changes }
  const signed = ['LoaiBanTin', 'PhienBan', 'MaDoiTac', 'MaThamChieu', 'ThoiGianGD'].map((name) => fields[name])
  return { ...fields, MaXacThuc: sha256([...signed, secret].join('|')) }
}

/** What the signature of a result, or of an answer to QUERY, has to be. */
export function resultSignature(fields: Fields, secret = SECRET): string {
  return sha256([...CONFIRMED.map((name) => fields[name]), secret].join('|'))
}

/** A sandbox that knows the partner of the contract's examples. */
export async function platformSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options)
  let stopped: Promise<void> | undefined
  const stop = () => (stopped ??= sandbox.stop())
  onTestFinished(stop)
  sandbox.payments.register({ partner: PARTNER, secret: SECRET })
  return { ...sandbox, stop }
}

/** Time stands still: what waits, waits until somebody settles it. */
export function standingClock(now = Date.UTC(2026, 10, 22, 1)): Clock {
  const sleep = (_: number, signal?: AbortSignal) =>
    new Promise<void>((_resolve, reject) => {
      if (signal?.aborted) reject(signal.reason)
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
  return { now: () => now, sleep }
}

export interface Answered {
  readonly status: number
  readonly type: string
  readonly text: string
  readonly fields: Fields
}

export async function post(url: string, body: unknown): Promise<Answered> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await answer.text()
  const isJson = text.startsWith('{')
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', text, fields: isJson ? (JSON.parse(text) as Fields) : {} }
}

/** One operation of the current platform. */
export function ask(sandbox: Sandbox, operation: 'start' | 'query' | 'receipt', body: unknown): Promise<Answered> {
  return post(sandbox.systems['payment-platform']?.urls?.[operation] ?? '', body)
}

export interface ListeningProvince {
  readonly url: string
  readonly bodies: string[]
  /** What came, parsed; half a message counts as an empty object. */
  messages(): Fields[]
}

/** A province that answers a message as told. Default: it takes everything. */
export async function listeningProvince(
  answer: (message: Fields, count: number) => { status?: number; body: string } = () => taken,
): Promise<ListeningProvince> {
  const bodies: string[] = []
  const parse = (body: string): Fields => {
    try {
      return JSON.parse(body) as Fields
    } catch {
      return {}
    }
  }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    bodies.push(body)
    const { status = 200, body: text } = answer(parse(body), bodies.length)
    response.writeHead(status, { 'content-type': 'application/json' }).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, bodies, messages: () => bodies.map(parse) }
}

export const taken = { body: JSON.stringify({ MaLoi: '00', MoTaLoi: 'Thành công' }) }
