/** Signatures of the payment platform: INIT signed and CONFIRM verified by our functions, against bare `node:crypto` over the same bytes. */
import { hash, timingSafeEqual } from 'node:crypto'
import { isSignedBy, payplatFormulas, signatureOf } from 'lienthong/connectors'
import type { Contest } from './measure.ts'

const MESSAGES = 1000
const TURNS = 20
const SECRET = 'TEST-SECRET-KEY'

type Fields = Readonly<Record<string, string>>

/** The two messages of contracts/payment-platform.md §9, with other numbers. */
function messages(index: number): { readonly init: Fields; readonly confirm: Fields } {
  const number = String(index).padStart(4, '0')
  const shared = { MaDoiTac: 'TESTPARTNER', MaThamChieu: `dvcH99000126112209${number}`, SoTien: String(150_000 + index), MaTienTe: 'VND' }
  const narration = { ThongTinGiaoDich: `THANH TOAN HO SO H99-261122-${number}` }
  return {
    init: {
      ...{ LoaiBanTin: 'INIT', PhienBan: '1.0.6', ...shared, LoaiHinhThanhToan: 'PAY', MaKenhThanhToan: '1', MaThietBi: '1', NgonNgu: 'vi-VN' },
      ...{ MaNganHang: 'PAYMENT', ...narration, ThoiGianGD: '20261122091500', Ip: '203.0.113.10' },
    },
    confirm: {
      ...{ LoaiBanTin: 'CONFIRM', MaLoi: '00', ...shared, MaGiaoDich: `PP2611220000${number}`, MaNganHang: '970436' },
      ...{ ThoiGianGD: '20261122091633', ...narration },
    },
  }
}

export function paymentsSigning(): Contest {
  const all = Array.from({ length: MESSAGES }, (_, index) => messages(index))
  const values = (fields: Fields) => (field: string) => fields[field] ?? ''
  const given = all.map(({ confirm }) => signatureOf(payplatFormulas.result, values(confirm), SECRET))
  const joined = (fields: readonly string[], of: Fields) => [...fields.map((field) => of[field] ?? ''), SECRET].join('|')
  const bytes = all.map(({ init, confirm }) => ({
    init: joined(payplatFormulas.init.fields, init),
    confirm: joined(payplatFormulas.result.fields, confirm),
  }))

  const rate = (pair: (index: number) => boolean) => async () => {
    let held = 0
    const started = performance.now()
    for (let turn = 0; turn < TURNS; turn++) for (let index = 0; index < MESSAGES; index++) if (pair(index)) held += 1
    const seconds = (performance.now() - started) / 1000
    if (held !== TURNS * MESSAGES) throw new Error(`${held} of ${TURNS * MESSAGES} signatures held`)
    return (2 * held) / seconds
  }
  const ours = rate((index) => {
    const { init, confirm } = all[index] as ReturnType<typeof messages>
    const signed = signatureOf(payplatFormulas.init, values(init), SECRET)
    return signed.length === 64 && isSignedBy(payplatFormulas.result, values(confirm), [SECRET], given[index] as string)
  })
  const floor = rate((index) => {
    const { init, confirm } = bytes[index] as (typeof bytes)[number]
    const signed = hash('sha256', init, 'hex')
    const expected = Buffer.from(hash('sha256', confirm, 'hex'), 'latin1')
    return signed.length === 64 && timingSafeEqual(expected, Buffer.from(given[index] as string, 'latin1'))
  })
  return { name: 'payments-signing', unit: 'signatures/s', ours, floor, peer: { why: 'no published client checks them' }, bar: 0.5, rounds: 7 }
}
