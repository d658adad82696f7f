/** That money is given back once: whoever asks a platform for it takes the refund first. */
import type { Ledger } from '../ledger.js'
import type { JournalEntry } from './journal.js'
import type { PaymentRefundTable } from './tables.js'

type RefundKey = Pick<PaymentRefundTable, 'tenant' | 'reference' | 'transaction_no'>

/** Takes a refund, with its entry in the journal, before anything of it leaves. @returns false: somebody asked for it before, or it is done */
export async function claimRefund(book: Pick<Ledger, 'write'>, key: RefundKey, at: number, entry: JournalEntry): Promise<boolean> {
  return book.write(async (tx, group) => {
    const { numUpdatedRows } = await tx
      .updateTable('payment_refunds')
      .set({ sent_at: at })
      .where('tenant', '=', key.tenant)
      .where('reference', '=', key.reference)
      .where('transaction_no', '=', key.transaction_no)
      .where('sent_at', 'is', null)
      .where('done_at', 'is', null)
      .executeTakeFirstOrThrow()
    if (numUpdatedRows === 0n) return false
    group.journal(key.tenant, [entry])
    return true
  })
}

/** Gives it free again, because nothing was given back for certain. */
export async function releaseRefund(book: Pick<Ledger, 'write'>, key: RefundKey, entry: JournalEntry): Promise<void> {
  await book.write(async (tx, group) => {
    await tx
      .updateTable('payment_refunds')
      .set({ sent_at: null })
      .where('tenant', '=', key.tenant)
      .where('reference', '=', key.reference)
      .where('transaction_no', '=', key.transaction_no)
      .execute()
    group.journal(key.tenant, [entry])
  })
}
