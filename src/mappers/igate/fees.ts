import type { Notes } from '../../base/index.js'
import { type IgateDossier, type IgateFee, igateFee } from '../../connectors/igate/wire.js'
import { type Fee, type OnlinePayment, parseVnd } from '../../domain/index.js'
import { known } from '../known.js'
import { withoutWrongFields } from '../lenient.js'
import { type CodeTables, firstRow } from '../tables/index.js'
import type { IgateRule } from './rules.js'

type Note = Notes<IgateRule>

interface ReadFees {
  readonly fees: readonly Fee[] | null
  readonly onlinePayment: OnlinePayment | null
}

/** Reads `dossierFee[]`, whose item shape is assumed. contracts/provincial-sources.md §7.3 */
export function feesOf(record: IgateDossier, tables: CodeTables, note: Note): ReadFees {
  const { dossierFee: rows } = record
  if (rows == null) {
    note.add('fee.not-carried', '')
    return { fees: null, onlinePayment: null }
  }
  const fees = rows.map((row, index) => feeOf(row, `fees[${index}]`, note))
  if (fees.some((fee) => fee === undefined)) return { fees: null, onlinePayment: null }
  if (fees.length > 0) note.add('fee.shape-assumed', 'fees')
  const read = fees.filter((fee) => fee !== undefined)
  return { fees: read, onlinePayment: gatewayOf(record, read, tables, note) }
}

function feeOf(row: unknown, path: string, note: Note): Fee | undefined {
  const read = withoutWrongFields(igateFee, row)
  for (const field of read?.wrong ?? []) note.add('field.unreadable', `${path}.${field}`)
  const amount = parseVnd(read?.value.amount ?? '')
  if (read === undefined || amount === undefined) {
    note.add('fee.unreadable', path)
    return undefined
  }
  const quantity = Number(read.value.quantity ?? 1)
  if (quantity !== 1) note.add('fee.several', path, { quantity: Number.isSafeInteger(quantity) && quantity < 10_000 ? quantity : '…' })
  return {
    name: known(read.value.procost?.type?.name),
    code: null,
    amount,
    paid: isPaid(read.value, amount, path, note),
    collectedAt: null,
    kind: null,
  }
}

/** `paid` is an amount; a yes or no in its place says as much. */
function isPaid({ paid }: IgateFee, due: number, path: string, note: Note): boolean | null {
  if (paid === 'true' || paid === 'false') return paid === 'true'
  const amount = parseVnd(paid ?? '')
  if (amount === undefined) note.add('fee.paid-unknown', `${path}.paid`)
  else if (amount > 0 && amount < due) note.add('fee.paid-in-part', `${path}.paid`)
  return amount === undefined ? null : amount >= due && (amount > 0 || due === 0)
}

function gatewayOf({ paymentMethod }: IgateDossier, fees: readonly Fee[], tables: CodeTables, note: Note): OnlinePayment | null {
  const due = fees.filter(({ amount }) => amount > 0)
  if (due.every(({ paid }) => paid === false)) return 'none'
  if (due.some(({ paid }) => paid === null)) return null
  const gateway = firstRow(tables.paymentMethods, [paymentMethod?.code, paymentMethod?.name, paymentMethod?.id])
  if (gateway === undefined) note.add('fee.method-unmapped', 'onlinePayment')
  return gateway?.value ?? null
}
