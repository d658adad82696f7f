import { comparable, type Notes } from '../../base/index.js'
import { type TdFee, tdFee, underColumnNames } from '../../connectors/td-mssql/wire.js'
import { type Fee, type OnlinePayment, parseVnd, type Vnd } from '../../domain/index.js'
import { codeWord, known } from '../known.js'
import { type CodeTables, entryOf, textEntryOf } from '../tables/index.js'
import type { TdRule } from './rules.js'

export interface ReadFees {
  readonly fees: readonly Fee[] | null
  readonly onlinePayment: OnlinePayment | null
}

/** Requests that ask for nothing any more. */
const OVER: ReadonlySet<string> = new Set(['đã hoàn phí', 'hủy thanh toán', 'huỷ thanh toán'].map(comparable))

/** Fee requests of one dossier. `SoTien` is the amount; `Phi` and `LePhi` are its parts. contracts/provincial-sources.md §8.1 */
export function feesOf(rows: readonly unknown[], tables: CodeTables, note: Notes<TdRule>): ReadFees {
  const fees: Fee[] = []
  const gateways = new Set<OnlinePayment | null>()
  for (const row of rows) {
    const parsed = tdFee.safeParse(underColumnNames(row))
    const request = parsed.success ? parsed.data : undefined
    const state = known(request?.TrangThai)
    if (state !== null && OVER.has(comparable(state))) {
      note.add('fee.cancelled', 'fees')
      continue
    }
    const amount = parseVnd(known(request?.SoTien) ?? '')
    if (request === undefined || amount === undefined) {
      note.add('fee.unreadable', `fees[${fees.length}]`)
      return { fees: null, onlinePayment: null }
    }
    compareParts(request, amount, note)
    const paid = paidOf(request, amount, fees.length, tables, note)
    fees.push({ name: nameOf(request), code: null, amount, paid, collectedAt: null, kind: null })
    gateways.add(gatewayOf(request, amount, paid, tables, note))
  }
  return { fees, onlinePayment: strongest(gateways) }
}

function compareParts({ Phi, LePhi }: TdFee, total: Vnd, note: Notes<TdRule>): void {
  const [charge, fee] = [parseVnd(known(Phi) ?? ''), parseVnd(known(LePhi) ?? '')]
  if (charge === undefined || fee === undefined) return
  if (charge + fee === total) note.add('fee.split', 'SoTien')
  else note.add('fee.amounts-differ', 'SoTien', { total: told(total), charge: told(charge), fee: told(fee) })
}

/** The product keeps no name; which of its two columns holds the amount says what it is. */
function nameOf({ Phi, LePhi }: TdFee): string | null {
  const [charge, fee] = [parseVnd(known(Phi) ?? '') ?? 0, parseVnd(known(LePhi) ?? '') ?? 0]
  if (charge > 0) return fee > 0 ? 'Phí, lệ phí' : 'Phí'
  return fee > 0 ? 'Lệ phí' : null
}

/** No fee of a procedure has nine digits; phone and identity numbers that slipped into the field have. */
const LARGEST_TOLD = 100_000_000
const told = (amount: number): number | '…' => (amount < LARGEST_TOLD ? amount : '…')

function paidOf({ TrangThai, HinhThucThu }: TdFee, amount: Vnd, index: number, tables: CodeTables, note: Notes<TdRule>): boolean | null {
  const text = known(TrangThai)
  if (comparable(HinhThucThu ?? '') === comparable('Đối tượng miễn phí') && amount === 0) return null
  const state = textEntryOf(tables.paymentText, text)
  if (state === undefined) note.add('fee.status-unmapped', `fees[${index}].paid`, { status: codeWord(text) })
  else if (state.paid === false) note.add('fee.unpaid', `fees[${index}]`)
  return state?.paid ?? null
}

function gatewayOf(
  { HinhThucThanhToan, DoiTacThanhToan }: TdFee,
  amount: Vnd,
  paid: boolean | null,
  tables: CodeTables,
  note: Notes<TdRule>,
): OnlinePayment | null {
  if (paid === null) return null
  if (!paid || amount === 0 || known(HinhThucThanhToan) !== 'truc-tuyen') return 'none'
  const gateway = entryOf(tables.paymentMethods, known(DoiTacThanhToan))
  if (gateway === undefined) note.add('fee.method-unmapped', 'onlinePayment', { partner: codeWord(DoiTacThanhToan) })
  return gateway ?? null
}

/** Paid online in one of several requests is paid online. What nobody knows makes the whole unknown. */
function strongest(gateways: ReadonlySet<OnlinePayment | null>): OnlinePayment | null {
  for (const one of ['national', 'provincial'] as const) if (gateways.has(one)) return one
  return gateways.has(null) || gateways.size === 0 ? null : 'none'
}
