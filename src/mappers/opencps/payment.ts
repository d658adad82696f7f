import type { Notes } from '../../base/index.js'
import { type OpenCpsPayment, openCpsPayment } from '../../connectors/opencps/wire.js'
import { type Fee, type OnlinePayment, type Vnd, vnd } from '../../domain/index.js'
import { codeWord, known } from '../known.js'
import { type CodeTables, entryOf, type PaymentState } from '../tables/index.js'
import type { OpenCpsRule } from './rules.js'

export interface ReadPayment {
  readonly fees: readonly Fee[] | null
  readonly onlinePayment: OnlinePayment | null
}

const NOTHING_KNOWN: ReadPayment = { fees: null, onlinePayment: null }

/**
 * Reads the fee records of one dossier: the answer to its path, one record or a list of them. Postage and service charges are no fees of
 * the procedure. One record that cannot be read makes all of them unknown: a sum without it would be a sum too small.
 * contracts/provincial-sources.md §4.5
 */
export function paymentOf(payment: unknown, tables: CodeTables, note: Notes<OpenCpsRule>): ReadPayment {
  const records = Array.isArray(payment) ? payment : [payment]
  const read = records.map((record, index) => recordOf(record, index, tables, note))
  if (read.some((record) => record === undefined)) return NOTHING_KNOWN
  const fees = read.flatMap((record) => record?.fee ?? [])
  return { fees, onlinePayment: together(read.map((record) => record?.onlinePayment ?? null)) }
}

interface ReadRecord {
  readonly fee: Fee
  readonly onlinePayment: OnlinePayment | null
}

function recordOf(payment: unknown, index: number, tables: CodeTables, note: Notes<OpenCpsRule>): ReadRecord | undefined {
  const parsed = openCpsPayment.safeParse(payment)
  const amount = parsed.success ? feeAmount(parsed.data, note) : undefined
  if (amount === 'contradiction') return undefined
  if (!parsed.success || amount === undefined) {
    note.add('fee.unreadable', index === 0 ? 'fees' : `fees[${index}]`)
    return undefined
  }
  const state = stateOf(parsed.data, index, tables, note)
  const fee: Fee = { name: known(parsed.data.paymentFee), code: null, amount, paid: state?.paid ?? null, collectedAt: null, kind: null }
  return { fee, onlinePayment: gatewayOf(parsed.data, amount, state, tables, note) }
}

/** Of several records: a gateway that took one of them, unless another one is unknown or took another. */
function together(ways: readonly (OnlinePayment | null)[]): OnlinePayment | null {
  const used = new Set(ways.filter((way) => way !== 'none'))
  if (used.size === 0) return ways.length === 0 ? null : 'none'
  const [only] = used
  return used.size === 1 ? (only ?? null) : null
}

function feeAmount(payment: OpenCpsPayment, note: Notes<OpenCpsRule>): Vnd | 'contradiction' | undefined {
  const { feeAmount, serviceAmount, shipAmount, paymentAmount } = payment
  const fee = feeAmount ?? paymentAmount
  const total = paymentAmount ?? 0
  const parts = (feeAmount ?? 0) + (serviceAmount ?? 0) + (shipAmount ?? 0)
  if (feeAmount != null && total !== 0 && parts !== total) {
    note.add('fee.amounts-differ', 'fees', {
      fee: told(feeAmount),
      service: told(serviceAmount),
      ship: told(shipAmount),
      total: told(total),
    })
    // A fee of zero says nationally that nothing is due: not on the word of a record that contradicts itself.
    if (feeAmount === 0) return 'contradiction'
  }
  return fee == null ? undefined : vnd(fee)
}

/** No fee of a procedure has nine digits; phone and identity numbers that slipped into the field have. */
const LARGEST_TOLD = 100_000_000

function told(amount: number | null | undefined): number | '…' {
  return (amount ?? 0) < LARGEST_TOLD ? (amount ?? 0) : '…'
}

function stateOf({ paymentStatus }: OpenCpsPayment, index: number, tables: CodeTables, note: Notes<OpenCpsRule>): PaymentState | undefined {
  if (paymentStatus == null) return undefined
  const status = String(paymentStatus)
  const state = entryOf(tables.paymentStatus, status)
  if (state === undefined) note.add('fee.status-unmapped', `fees[${index}].paid`, { status: codeWord(status) })
  else if (state.assumed) note.add('fee.status-assumed', `fees[${index}].paid`, { status: codeWord(status) })
  return state
}

function gatewayOf(
  payment: OpenCpsPayment,
  amount: Vnd,
  state: PaymentState | undefined,
  tables: CodeTables,
  note: Notes<OpenCpsRule>,
): OnlinePayment | null {
  if (state === undefined || state.paid === null) return null
  if (!state.paid || state.atCounter || amount === 0) return 'none'
  const gateway = entryOf(tables.paymentMethods, known(payment.paymentMethod))
  if (gateway === undefined) note.add('fee.method-unmapped', 'onlinePayment')
  return gateway ?? null
}
