import { type Mapped, type Notes, notesFor } from '../../base/index.js'
import { type Fee, type Instant, parseVndText, type Vnd } from '../../domain/index.js'
import { type CodeTables, textEntryOf } from '../tables/index.js'
import { readDateCell } from './cells.js'
import type { TableKind } from './headings.js'
import { type FileRule, fileRules } from './rules.js'
import { columnTable, type TableRow } from './table.js'

export type PaymentField = 'row-number' | 'at' | 'dossierCode' | 'reference' | 'amount' | 'payer' | 'payerAddress' | 'payerTaxCode' | 'state'

/** contracts/provincial-sources.md §10, "Payments". */
export const paymentList: TableKind<'payments', PaymentField> = {
  name: 'payments',
  columns: columnTable({
    STT: 'row-number',
    'Thời gian giao dịch': 'at',
    'Hồ sơ': 'dossierCode',
    'Mã tham chiếu': 'reference',
    'Số tiền (VNĐ)': 'amount',
    'Số tiền': 'amount',
    'Người nộp tiền biên lai': 'payer',
    'Địa chỉ biên lai': 'payerAddress',
    'Mã số thuế người nộp tiền biên lai': 'payerTaxCode',
    'trạng thái': 'state',
  }),
  needs: [
    { field: 'dossierCode', heading: 'Hồ sơ' },
    { field: 'amount', heading: 'Số tiền' },
  ],
  tells: ['at', 'reference', 'state', 'payer', 'row-number'],
}

/** One online transaction. Nothing about the payer is kept but that a tax number was there. */
export interface Transaction {
  readonly row: number
  readonly dossierCode: string | null
  readonly at: Instant | null
  readonly reference: string | null
  readonly amount: Vnd
  /** `null`: waits for confirmation, or in a state that no table knows. */
  readonly paid: boolean | null
  readonly stateKnown: boolean
  readonly namesPayerTaxCode: boolean
}

/** A row of the payment list. */
export function fromPaymentRow(
  { row, cells, damaged }: TableRow<PaymentField>,
  { tables, file }: { tables: CodeTables; file: string },
): Mapped<Transaction> {
  const note = notesFor(fileRules)
  const amount = parseVndText(cells.amount ?? '')
  if (damaged) note.add('row.damaged', '', { file, row })
  if (amount === undefined) note.add('fee.unreadable', '', { file, row })
  if (amount === undefined) return { ok: false, findings: note.findings }
  const state = textEntryOf(tables.paymentText, cells.state ?? null)
  const value: Transaction = {
    row,
    dossierCode: cells.dossierCode ?? null,
    at: cells.at === undefined ? null : readDateCell(cells.at).at,
    reference: cells.reference ?? null,
    amount,
    paid: state?.paid ?? null,
    stateKnown: state !== undefined,
    namesPayerTaxCode: cells.payerTaxCode !== undefined,
  }
  return { ok: true, value, findings: note.findings }
}

/**
 * What a dossier's transactions say about its fees: every successful one is a fee paid; one that waits or failed is a fee only when no
 * other of the same amount went further.
 *
 * @returns null when there is none: the list holds online transactions only
 */
export function feesOf(transactions: readonly Transaction[], note: Notes<FileRule>): readonly Fee[] | null {
  if (transactions.length === 0) {
    note.add('fee.not-carried', 'fees')
    return null
  }
  const kept = transactions.filter((transaction) => {
    if (transaction.paid === true) return true
    const furthest = transactions
      .filter(({ amount }) => amount === transaction.amount)
      .reduce((best, other) => (reach(other) > reach(best) ? other : best))
    return furthest === transaction
  })
  kept.forEach((transaction, index) => {
    if (transaction.paid === null) note.add(transaction.stateKnown ? 'fee.unconfirmed' : 'fee.state-unmapped', `fees[${index}].paid`)
  })
  if (transactions.some(({ namesPayerTaxCode }) => namesPayerTaxCode)) note.add('applicant.payer-not-applicant', 'applicant.identities')
  return kept.map(({ amount, paid }) => ({ name: null, code: null, amount, paid, collectedAt: null, kind: null }))
}

/** How far a payment came: failed, waiting, done. */
function reach({ paid }: Transaction): number {
  return paid === true ? 2 : paid === null ? 1 : 0
}
