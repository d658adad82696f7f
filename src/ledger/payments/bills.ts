/** Bills: kept, corrected, replaced, cancelled and found, whoever typed their codes. Each change with its entry in the journal. */
import { type Kysely, sql, type Transaction } from 'kysely'
import { canonicalJson } from '../../base/index.js'
import { codeKey } from '../../domain/index.js'
import type { LedgerGroup } from '../group.js'
import type { Ledger } from '../ledger.js'
import type { LedgerTables } from '../schema.js'
import { isPostgres } from '../sql-lists.js'
import type { BillTable, CancelReason, PaymentAttemptTable } from './tables.js'

export type BillRow = BillTable

type Book = Pick<Ledger, 'db' | 'write'>
type Tx = Transaction<LedgerTables>

export interface NewBillRow extends Omit<BillRow, 'sealed' | 'state' | 'paid_at' | 'paid_by' | 'paid_through' | 'cancelled_as'> {
  /** Seals it for the row of this id. */
  seal(id: string): Uint8Array
  /** Whether a bill under the same codes says the same: for one whose digest was made in another way. */
  isSame(bill: BillRow): boolean
  /** In whose journal it stands that another bill was replaced by it. */
  readonly partner: string
}

/**
 * Keeps a bill. One that says the same stays, and while nobody paid it takes over what is sealed: a payer or account that was corrected. Every
 * other open bill of the same duty, code and dossier is replaced by it: cancelled at once, or, where a page of it is open, when that has ended
 * unpaid. One that was itself replaced is open again.
 */
export async function keepBill(book: Book, { seal, isSame, partner, ...bill }: NewBillRow): Promise<BillRow> {
  return book.write(async (tx, group) => {
    const others = await underTheSameCodes(tx, bill)
    const known = others.find(({ content_digest }) => content_digest === bill.content_digest) ?? others.find(isSame)
    const kept = await (known === undefined ? insert(tx, bill, seal) : correct(tx, group, known, seal(known.id), partner))
    if (kept.state !== 'open') return kept
    for (const other of others) {
      if (other.id === kept.id || other.state !== 'open') continue
      if ((await openAttemptOf(tx, other.tenant, other.id)) === undefined) await cancelIn(tx, group, other, 'replaced', partner, { by: kept.id })
      else await change(tx, other, { cancelled_as: 'replaced' })
    }
    return kept
  })
}

/** What came of cancelling. */
export type BillCancelled =
  | { readonly outcome: 'cancelled'; readonly bill: BillRow }
  /** Refused: it was paid by this attempt. */
  | { readonly outcome: 'paid'; readonly reference: string }
  /** Refused: this attempt may still take money. */
  | { readonly outcome: 'attempt-open'; readonly reference: string }

/** Somebody decided that nobody has to pay a bill any more; said again it changes nothing. Undefined: there is no such bill. */
export async function cancelBill(book: Book, tenant: string, id: string, partner: string): Promise<BillCancelled | undefined> {
  return book.write(async (tx, group) => {
    const bill = await lockBill(tx, tenant, id)
    if (bill === undefined) return undefined
    if (bill.state === 'paid') return { outcome: 'paid', reference: bill.paid_by ?? '' }
    if (bill.state === 'cancelled' && bill.cancelled_as !== 'replaced') return { outcome: 'cancelled', bill }
    const reference = await openAttemptOf(tx, tenant, id)
    if (reference !== undefined) return { outcome: 'attempt-open', reference }
    return { outcome: 'cancelled', bill: await cancelIn(tx, group, bill, 'by-decision', partner) }
  })
}

/** Cancels within a transaction that holds the bill. */
export async function cancelIn(
  tx: Tx,
  group: LedgerGroup,
  bill: BillRow,
  why: CancelReason,
  partner: string,
  more: { readonly by?: string } = {},
): Promise<BillRow> {
  tell(group, bill, 'bill-cancelled', partner, { why, ...more })
  return change(tx, bill, { state: 'cancelled', cancelled_as: why })
}

async function correct(tx: Tx, group: LedgerGroup, bill: BillRow, sealed: Uint8Array, partner: string): Promise<BillRow> {
  if (bill.state === 'open') return change(tx, bill, { sealed, cancelled_as: null })
  // What was paid stays as it was paid; what somebody cancelled, or whose money went back, stays cancelled.
  if (bill.state === 'paid' || bill.paid_by !== null || bill.cancelled_as !== 'replaced') return bill
  tell(group, bill, 'bill-reopened', partner, {})
  return change(tx, bill, { sealed, state: 'open', cancelled_as: null })
}

async function insert(tx: Tx, bill: Omit<NewBillRow, 'seal' | 'isSame' | 'partner'>, seal: NewBillRow['seal']): Promise<BillRow> {
  const row: BillRow = { ...bill, sealed: seal(bill.id), state: 'open', paid_at: null, paid_by: null, paid_through: null, cancelled_as: null }
  await tx.insertInto('bills').values(row).execute()
  return row
}

async function change(tx: Tx, bill: BillRow, changes: Partial<Pick<BillRow, 'sealed' | 'state' | 'cancelled_as'>>): Promise<BillRow> {
  await tx.updateTable('bills').set(changes).where('tenant', '=', bill.tenant).where('id', '=', bill.id).execute()
  return { ...bill, ...changes }
}

function tell(group: LedgerGroup, { tenant, id, amount }: BillRow, kind: string, partner: string, more: Readonly<Record<string, string>>): void {
  const note = { bill: id, amount, ...more }
  group.journal(tenant, [{ partner, kind, reference: null, message: canonicalJson(note), note }])
}

/** Locked, with whoever else makes one under these codes kept waiting: of two that are new at once neither would see the other. */
async function underTheSameCodes(
  tx: Tx,
  { tenant, duty, bill_key, dossier_key }: Pick<BillRow, 'tenant' | 'duty' | 'bill_key' | 'dossier_key'>,
): Promise<readonly BillRow[]> {
  const name = `bills/${tenant}/${duty}/${bill_key}`
  if (isPostgres(tx)) await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx)
  const bills = tx
    .selectFrom('bills')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('bill_key', '=', bill_key)
    .where('duty', '=', duty)
    .where('dossier_key', dossier_key === null ? 'is' : '=', dossier_key)
    .orderBy('id')
  return await (isPostgres(tx) ? bills.forUpdate() : bills).execute()
}

/** A bill that nobody else changes until the transaction ends. */
export async function lockBill(tx: Tx, tenant: string, id: string): Promise<BillRow | undefined> {
  const query = tx.selectFrom('bills').selectAll().where('tenant', '=', tenant).where('id', '=', id)
  return await (isPostgres(tx) ? query.forUpdate() : query).executeTakeFirst()
}

/** States of an attempt that may still take money: those of `isOpenAttempt`. */
export const OPEN_STATES: readonly PaymentAttemptTable['state'][] = ['created', 'initiated', 'pending']

/** Reference of an attempt of a bill that may still take money, also of one that the platform began by itself. */
export async function openAttemptOf(db: Kysely<LedgerTables>, tenant: string, bill: string): Promise<string | undefined> {
  const found = await db
    .selectFrom('payment_attempts')
    .select('reference')
    .where('tenant', '=', tenant)
    .where('bill', '=', bill)
    .where('state', 'in', OPEN_STATES)
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst()
  return found?.reference
}

export async function billBy({ db }: Pick<Ledger, 'db'>, tenant: string, id: string): Promise<BillRow | undefined> {
  return await db.selectFrom('bills').selectAll().where('tenant', '=', tenant).where('id', '=', id).executeTakeFirst()
}

/** Bills under a code, however it is typed, the newest first. */
export async function billsUnder({ db }: Pick<Ledger, 'db'>, tenant: string, billCode: string): Promise<readonly BillRow[]> {
  return await db
    .selectFrom('bills')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('bill_key', '=', codeKey(billCode))
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
}

/** A bill, and when it was last shown to somebody who looked it up. */
export interface ShownBill extends BillRow {
  readonly shown_at: number | null
}

/** Bills with this code or of the dossier with this code, the one shown last first, then the newest. */
export async function billsMeant({ db }: Pick<Ledger, 'db'>, tenant: string, code: string): Promise<readonly ShownBill[]> {
  const key = codeKey(code)
  const rows = await db
    .selectFrom('bills')
    .selectAll()
    .select((eb) =>
      eb
        .selectFrom('bill_lookups')
        .select((max) => max.fn.max('shown_at').as('at'))
        .whereRef('bill_lookups.tenant', '=', 'bills.tenant')
        .whereRef('bill_lookups.bill', '=', 'bills.id')
        .as('shown_at'),
    )
    .where('tenant', '=', tenant)
    .where((eb) => eb.or([eb('bill_key', '=', key), eb('dossier_key', '=', key)]))
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
  return rows
    .map((row) => ({ ...row, shown_at: row.shown_at === null ? null : Number(row.shown_at) }))
    .toSorted((one, other) => (other.shown_at ?? -1) - (one.shown_at ?? -1))
}

export async function keepLookup(book: Book, lookup: LedgerTables['bill_lookups']): Promise<void> {
  await book.write((tx) =>
    tx
      .insertInto('bill_lookups')
      .values(lookup)
      .onConflict((conflict) => conflict.columns(['tenant', 'lookup_code']).doUpdateSet({ bill: lookup.bill, shown_at: lookup.shown_at }))
      .execute(),
  )
}

export async function billByLookup({ db }: Pick<Ledger, 'db'>, tenant: string, lookupCode: string): Promise<BillRow | undefined> {
  return await db
    .selectFrom('bills')
    .innerJoin('bill_lookups', (join) => join.onRef('bill_lookups.tenant', '=', 'bills.tenant').onRef('bill_lookups.bill', '=', 'bills.id'))
    .selectAll('bills')
    .where('bill_lookups.tenant', '=', tenant)
    .where('bill_lookups.lookup_code', '=', lookupCode)
    .executeTakeFirst()
}
