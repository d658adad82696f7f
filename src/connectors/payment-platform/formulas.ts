/** Which fields of which message are signed how. contracts/payment-platform.md §6 */
import type { Formula } from './signing.js'

const plain = (fields: readonly string[], amounts: readonly string[] = []): Formula => ({
  fields,
  amounts,
  algorithm: 'sha256-secret-last',
  separator: '|',
})

const ATTEMPT = ['LoaiBanTin', 'PhienBan', 'MaDoiTac', 'MaThamChieu', 'ThoiGianGD']

/** The current platform. A result puts its time before the narration, INIT behind it. */
export const payplat = {
  init: plain(
    [
      ...['LoaiBanTin', 'PhienBan', 'MaDoiTac', 'MaThamChieu', 'SoTien', 'LoaiHinhThanhToan', 'MaKenhThanhToan', 'MaThietBi'],
      ...['NgonNgu', 'MaTienTe', 'MaNganHang', 'ThongTinGiaoDich', 'ThoiGianGD', 'Ip'],
    ],
    ['SoTien'],
  ),
  result: plain(
    [...['LoaiBanTin', 'MaLoi', 'MaDoiTac', 'MaThamChieu', 'SoTien', 'MaTienTe', 'MaGiaoDich', 'MaNganHang'], ...['ThoiGianGD', 'ThongTinGiaoDich']],
    ['SoTien'],
  ),
  query: plain(ATTEMPT),
  receipt: plain(ATTEMPT),
} as const satisfies Record<string, Formula>

const keyed = (formula: Formula): Formula => ({ ...formula, algorithm: 'hmac-sha256' })

/** Of June 2020: the same lists under a key, and a shorter one for the result, whose text ends with a separator. */
export const payplatEarly = {
  init: keyed(payplat.init),
  result: {
    ...keyed(plain(['LoaiBanTin', 'MaDoiTac', 'MaThamChieu', 'SoTien', 'MaTienTe', 'MaNganHang', 'ThongTinGiaoDich', 'ThoiGianGD'], ['SoTien'])),
    trailing: true,
  },
  query: keyed(payplat.query),
  receipt: keyed(payplat.receipt),
} as const satisfies Record<string, Formula>

const PAY = ['addition_fee', 'client_id', 'command', 'trans_amount', 'transaction_id', 'version']

/** Parameter names in alphabetical order. The first key signs what goes out, the second what comes in. */
export const keypay = {
  create: keyed(plain(PAY, ['addition_fee', 'trans_amount'])),
  result: keyed(plain(PAY, ['addition_fee', 'trans_amount'])),
  detail: keyed(plain(['client_id', 'command', 'transaction_id'])),
  refund: keyed(plain(['amount', 'client_id', 'command', 'reason', 'transaction_id'], ['amount'])),
} as const satisfies Record<string, Formula>

const unseparated = (fields: readonly string[], amounts: readonly string[] = []): Formula => ({
  fields,
  amounts,
  algorithm: 'sha256-secret-first',
  separator: '',
})

export const paygov = {
  link: unseparated(['accessKey', 'partnerCode', 'orderId', 'requestCode', 'amount'], ['amount']),
} as const satisfies Record<string, Formula>
