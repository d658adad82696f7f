/** Attempts to pay: what is written of them, each change with its entry in the journal, in one transaction. */
import type { Transaction } from 'kysely'
import type { Ledger } from '../ledger.js'
import type { LedgerTables } from '../schema.js'
import { cancelIn, lockBill } from './bills.js'
import type { JournalEntry } from './journal.js'
import type { PaymentChanges, PaymentEntry, PaymentStanding } from './settling.js'
import type { PaymentAttemptTable } from './tables.js'

export type PaymentAttemptRow = PaymentAttemptTable

type Book = Pick<Ledger, 'db' | 'write' | 'join' | 'kind'>

export async function attemptBy({ db }: Pick<Ledger, 'db'>, tenant: string, reference: string): Promise<PaymentAttemptRow | undefined> {
  return await db.selectFrom('payment_attempts').selectAll().where('tenant', '=', tenant).where('reference', '=', reference).executeTakeFirst()
}

export async function attemptsOf({ db }: Pick<Ledger, 'db'>, tenant: string, bill: string): Promise<readonly PaymentAttemptRow[]> {
  return await db
    .selectFrom('payment_attempts')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('bill', '=', bill)
    .orderBy('created_at')
    .orderBy('reference')
    .execute()
}

/** Attempts of which the platform is to be asked by now, those that wait longest first. */
export async function attemptsToAsk({ db }: Pick<Ledger, 'db'>, tenant: string, now: number, most: number): Promise<readonly PaymentAttemptRow[]> {
  return await db
    .selectFrom('payment_attempts')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('next_query_at', '<=', now)
    .orderBy('next_query_at')
    .limit(most)
    .execute()
}

/**
 * Writes an attempt down before anything of it leaves.
 *
 * @returns undefined when the bill is not open any more, was replaced, or has an attempt that may still take money.
 */
export async function beginAttempt(
  book: Book,
  attempt: Omit<PaymentAttemptRow, 'open'>,
  entry: JournalEntry,
): Promise<PaymentAttemptRow | undefined> {
  return book.write(async (tx, group) => {
    const bill = await lockBill(tx, attempt.tenant, attempt.bill)
    if (bill?.state !== 'open') return undefined
    const others = await tx
      .selectFrom('payment_attempts')
      .select('reference')
      .where('tenant', '=', attempt.tenant)
      .where('bill', '=', attempt.bill)
      .where('open', '=', 1)
      .execute()
    if (others.length > 0) return undefined
    if (bill.cancelled_as === 'replaced') {
      // The page that was open when it was replaced has ended unpaid.
      await cancelIn(tx, group, bill, 'replaced', entry.partner)
      return undefined
    }
    const row = { ...attempt, open: 1 }
    await tx.insertInto('payment_attempts').values(row).execute()
    group.journal(attempt.tenant, [entry])
    return row
  })
}

/**
 * Decides and writes in one transaction, with whatever else came in together: nobody else changes bill or attempt in between, and it
 * returns when all of it is durable.
 *
 * @param decide called with what stands now; may be called again when the transaction has to be repeated
 * @returns what stood before and what stands afterwards; undefined when there is no such attempt, and nothing was written
 */
export async function settlePayment(
  book: Book,
  tenant: string,
  reference: string,
  decide: (standing: PaymentStanding) => PaymentChanges,
): Promise<{ readonly before: PaymentStanding; readonly after: PaymentStanding } | undefined> {
  const entry: PaymentEntry = { tenant, reference, decide, settled: undefined }
  await book.join((group) => group.pay(entry))
  return entry.settled
}

/** An attempt that the platform began by itself, for a bill that somebody looked up there. One that is known stays as it is. */
export async function keepAttempt(book: Book, attempt: PaymentAttemptRow): Promise<void> {
  await book.write((tx) =>
    tx
      .insertInto('payment_attempts')
      .values(attempt)
      .onConflict((conflict) => conflict.columns(['tenant', 'reference']).doNothing())
      .execute(),
  )
}

/** Paid attempts whose receipt is to be asked for by now, those that wait longest first. */
export async function receiptsToFetch({ db }: Pick<Ledger, 'db'>, tenant: string, now: number, most: number): Promise<readonly PaymentAttemptRow[]> {
  return await db
    .selectFrom('payment_attempts')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('receipt_at', '<=', now)
    .orderBy('receipt_at')
    .limit(most)
    .execute()
}

/** Keeps a receipt; nobody has to ask for it any more. */
export async function keepReceipt(book: Book, receipt: LedgerTables['payment_receipts']): Promise<void> {
  const { tenant, reference } = receipt
  await book.write(async (tx) => {
    await tx
      .insertInto('payment_receipts')
      .values(receipt)
      .onConflict((conflict) => conflict.columns(['tenant', 'reference']).doNothing())
      .execute()
    await askForReceipt(tx, tenant, reference, null)
  })
}

/** When a receipt is asked for again; null: nobody has to. */
export async function putOffReceipt(book: Book, tenant: string, reference: string, until: number | null): Promise<void> {
  await book.write((tx) => askForReceipt(tx, tenant, reference, until))
}

async function askForReceipt(tx: Transaction<LedgerTables>, tenant: string, reference: string, receipt_at: number | null): Promise<void> {
  await tx.updateTable('payment_attempts').set({ receipt_at }).where('tenant', '=', tenant).where('reference', '=', reference).execute()
}

export async function receiptOf({ db }: Pick<Ledger, 'db'>, tenant: string, reference: string): Promise<Uint8Array | undefined> {
  const row = await db
    .selectFrom('payment_receipts')
    .select('sealed')
    .where('tenant', '=', tenant)
    .where('reference', '=', reference)
    .executeTakeFirst()
  return row?.sealed
}

/** For what concerns no attempt of ours: it is told all the same. */
export async function journalOnly(book: Book, tenant: string, entries: readonly JournalEntry[]): Promise<void> {
  await book.join((group) => group.journal(tenant, entries))
}
