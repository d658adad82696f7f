/**
 * What one group commit does to payments: every change under the lock of its bill, and at the end the journal's entries. On PostgreSQL the locks
 * of a group are taken in one order, bills before chains, so that two offices wait for each other instead of for ever.
 */
import { type DatabaseConnection, type Kysely, sql, type Transaction } from 'kysely'
import { isOpenAttempt } from '../../domain/index.js'
import { onConnection, prepared, type Slots } from '../prepared.js'
import type { LedgerTables } from '../schema.js'
import { isPostgres, pairList } from '../sql-lists.js'
import type { JournalEntry } from './journal.js'
import type { BillTable, PaymentAttemptTable, PaymentRefundTable } from './tables.js'

/** What of a bill decides about its payments. */
export type BillStanding = Pick<BillTable, 'tenant' | 'id' | 'bill_code' | 'amount' | 'state' | 'paid_at' | 'paid_by' | 'paid_through'>

/** What is known of a payment when something new is learnt of it; what is sealed is not needed for that. */
export interface PaymentStanding {
  readonly bill: BillStanding
  readonly attempt: Omit<PaymentAttemptTable, 'sealed' | 'receipt_link'>
}

/** What the news changes. */
export interface PaymentChanges {
  readonly attempt?: Partial<PaymentAttemptTable>
  readonly bill?: Partial<Pick<BillTable, 'state' | 'paid_at' | 'paid_by' | 'paid_through'>>
  /** Money that has to go back; one that is known only learns when it was done. */
  readonly refund?: Omit<PaymentRefundTable, 'tenant' | 'sent_at'>
  readonly journal: readonly JournalEntry[]
}

/** News of one attempt, decided when its group is written. */
export interface PaymentEntry {
  readonly tenant: string
  readonly reference: string
  /** Called with what stands then; again, when the group has to be written again. */
  decide(standing: PaymentStanding): PaymentChanges
  /** Set when the group is written; undefined: there is no such attempt. */
  settled: { readonly before: PaymentStanding; readonly after: PaymentStanding } | undefined
}

type Db = Kysely<LedgerTables>

const ATTEMPT = [
  ...(['attempt.tenant', 'attempt.reference', 'attempt.bill', 'attempt.partner', 'attempt.amount', 'attempt.wire_at'] as const),
  ...(['attempt.state', 'attempt.open', 'attempt.created_at', 'attempt.updated_at', 'attempt.closes_at', 'attempt.next_query_at'] as const),
  ...(['attempt.queries', 'attempt.transaction_no', 'attempt.bank', 'attempt.paid_amount', 'attempt.accepted_at'] as const),
  ...(['attempt.told_at', 'attempt.receipt_at'] as const),
] as const

/** What every result message runs, built once. */
const statements = {
  standing: prepared((db: Db, { tenant, reference }: Slots<{ tenant: string; reference: string }>) =>
    db
      .selectFrom('payment_attempts as attempt')
      .innerJoin('bills', (join) => join.onRef('bills.tenant', '=', 'attempt.tenant').onRef('bills.id', '=', 'attempt.bill'))
      .select(ATTEMPT)
      .select(['bills.bill_code', 'bills.amount as bill_amount', 'bills.state as bill_state', 'bills.paid_at', 'bills.paid_by', 'bills.paid_through'])
      .where('attempt.tenant', '=', tenant)
      .where('attempt.reference', '=', reference),
  ),
  /** All but the seal, which is large and seldom changes. */
  saveAttempt: prepared((db: Db, row: Slots<PaymentStanding['attempt']>) => {
    const { state, open, updated_at, closes_at, next_query_at, queries, transaction_no, bank, paid_amount, accepted_at, told_at, receipt_at } = row
    return db
      .updateTable('payment_attempts')
      .set({ state, open, updated_at, closes_at, next_query_at, queries, transaction_no, bank, paid_amount, accepted_at, told_at, receipt_at })
      .where('tenant', '=', row.tenant)
      .where('reference', '=', row.reference)
  }),
  saveSeal: prepared((db: Db, { tenant, reference, sealed }: Slots<Pick<PaymentAttemptTable, 'tenant' | 'reference' | 'sealed'>>) =>
    db.updateTable('payment_attempts').set({ sealed }).where('tenant', '=', tenant).where('reference', '=', reference),
  ),
  saveReceiptLink: prepared((db: Db, { tenant, reference, receipt_link }: Slots<{ tenant: string; reference: string; receipt_link: Uint8Array }>) =>
    db.updateTable('payment_attempts').set({ receipt_link }).where('tenant', '=', tenant).where('reference', '=', reference),
  ),
  saveBill: prepared((db: Db, { tenant, id, state, paid_at, paid_by, paid_through }: Slots<BillStanding>) =>
    db.updateTable('bills').set({ state, paid_at, paid_by, paid_through }).where('tenant', '=', tenant).where('id', '=', id),
  ),
  keepRefund: prepared(
    (db: Db, { tenant, reference, transaction_no, amount, reason, asked_at, done_at }: Slots<Omit<PaymentRefundTable, 'sent_at'>>) =>
      db
        .insertInto('payment_refunds')
        .values({ tenant, reference, transaction_no, amount, reason, asked_at, done_at })
        .onConflict((conflict) =>
          conflict
            .columns(['tenant', 'reference', 'transaction_no'])
            .doUpdateSet((eb) => ({ done_at: eb.fn.coalesce('payment_refunds.done_at', 'excluded.done_at') })),
        ),
  ),
}

/** Decides and writes, each entry on what the ones before it left. @param journal takes what is told of it, in this order. */
export async function settlePayments(
  tx: Transaction<LedgerTables>,
  entries: readonly PaymentEntry[],
  now: () => number,
  journal: (tenant: string, entries: readonly JournalEntry[]) => void,
): Promise<void> {
  if (isPostgres(tx)) await lockBillsOf(tx, entries)
  await onConnection(tx, async (connection) => {
    for (const entry of entries) {
      const before = await standingOf(tx, entry, connection)
      entry.settled = undefined
      if (before === undefined) continue
      const changes = entry.decide(before)
      const after = standingAfter(before, changes, now())
      await write(tx, after, changes, connection)
      journal(entry.tenant, changes.journal)
      entry.settled = { before, after }
    }
  })
}

/** An attempt never moves to another bill: which locks are needed can be read before any is held. */
async function lockBillsOf(tx: Transaction<LedgerTables>, entries: readonly PaymentEntry[]): Promise<void> {
  const asked = pairList(
    tx,
    entries.map(({ tenant, reference }) => [tenant, reference] as const),
  )
  await sql`select id from bills where (tenant, id) in (select tenant, bill from payment_attempts where (tenant, reference) in ${asked})
    order by tenant, id for update`.execute(tx)
}

async function standingOf(
  tx: Transaction<LedgerTables>,
  { tenant, reference }: PaymentEntry,
  connection: DatabaseConnection,
): Promise<PaymentStanding | undefined> {
  const row = (await statements.standing(tx, { tenant, reference }, connection)).rows[0]
  return row && { attempt: attemptIn(row), bill: billIn(row) }
}

type StandingRow = PaymentStanding['attempt'] &
  Pick<BillTable, 'bill_code' | 'paid_at' | 'paid_by' | 'paid_through'> & {
    readonly bill_amount: number
    readonly bill_state: BillTable['state']
  }

/** Field by field: a row of SQLite comes as a dictionary, which takes several times as long to copy as an object of a fixed form. */
function attemptIn(row: StandingRow): PaymentStanding['attempt'] {
  return {
    tenant: row.tenant,
    reference: row.reference,
    bill: row.bill,
    partner: row.partner,
    amount: row.amount,
    wire_at: row.wire_at,
    state: row.state,
    open: row.open,
    created_at: row.created_at,
    updated_at: row.updated_at,
    closes_at: row.closes_at,
    next_query_at: row.next_query_at,
    queries: row.queries,
    transaction_no: row.transaction_no,
    bank: row.bank,
    paid_amount: row.paid_amount,
    accepted_at: row.accepted_at,
    told_at: row.told_at,
    receipt_at: row.receipt_at,
  }
}

function billIn({ tenant, bill: id, bill_code, bill_amount: amount, bill_state: state, paid_at, paid_by, paid_through }: StandingRow): BillStanding {
  return { tenant, id, bill_code, amount, state, paid_at, paid_by, paid_through }
}

function standingAfter({ attempt, bill }: PaymentStanding, changes: PaymentChanges, now: number): PaymentStanding {
  const { sealed: _, receipt_link: __, ...news } = changes.attempt ?? {}
  // What was closed, or never was a page of ours, does not open again.
  const open = attempt.open === 1 && isOpenAttempt(news.state ?? attempt.state) ? 1 : 0
  const updated_at = changes.attempt === undefined ? attempt.updated_at : now
  return { attempt: { ...attempt, ...news, updated_at, open }, bill: changes.bill === undefined ? bill : { ...bill, ...changes.bill } }
}

async function write(
  tx: Transaction<LedgerTables>,
  { attempt, bill }: PaymentStanding,
  changes: PaymentChanges,
  connection: DatabaseConnection,
): Promise<void> {
  if (changes.attempt !== undefined) await statements.saveAttempt(tx, attempt, connection)
  const { tenant, reference } = attempt
  const { sealed, receipt_link } = changes.attempt ?? {}
  if (sealed !== undefined) await statements.saveSeal(tx, { tenant, reference, sealed }, connection)
  if (receipt_link != null) await statements.saveReceiptLink(tx, { tenant, reference, receipt_link }, connection)
  if (changes.bill !== undefined) await statements.saveBill(tx, bill, connection)
  if (changes.refund !== undefined) await statements.keepRefund(tx, { tenant, ...changes.refund }, connection)
}
