/** What the books of payments say, for whoever looks: counts, what waits, and the story of one attempt. Nothing of it is personal. */
import { codeKey, type DutyKind, type TransactionState } from '../../domain/index.js'
import type { Ledger } from '../ledger.js'
import { textList } from '../sql-lists.js'
import { type BillRow, OPEN_STATES } from './bills.js'
import type { PaymentAttemptRow } from './book.js'
import type { BillState, PaymentRefundTable } from './tables.js'

type Books = Pick<Ledger, 'db'>

export type PaymentRefundRow = PaymentRefundTable

/** How many bills and attempts there are in each state, and how much money that is. Amounts in đồng. */
export interface PaymentTotals {
  readonly bills: readonly { readonly state: BillState; readonly count: number; readonly amount: number }[]
  readonly attempts: readonly { readonly state: TransactionState; readonly count: number; readonly amount: number }[]
  /** Money that has to go back and did not yet. */
  readonly toGiveBack: { readonly count: number; readonly amount: number }
}

export async function paymentTotals({ db }: Books, tenant: string): Promise<PaymentTotals> {
  const bills = await db
    .selectFrom('bills')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count'), eb.fn.sum<number>('amount').as('amount')])
    .where('tenant', '=', tenant)
    .groupBy('state')
    .orderBy('state')
    .execute()
  const attempts = await db
    .selectFrom('payment_attempts')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count'), eb.fn.sum<number>('amount').as('amount')])
    .where('tenant', '=', tenant)
    .groupBy('state')
    .orderBy('state')
    .execute()
  const back = await db
    .selectFrom('payment_refunds')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.sum<number>('amount').as('amount')])
    .where('tenant', '=', tenant)
    .where('done_at', 'is', null)
    .executeTakeFirstOrThrow()
  // A server counts in numbers that JavaScript gets as text.
  const plain = <State>({ state, count, amount }: { state: State; count: number; amount: number }) => ({
    state,
    count: Number(count),
    amount: Number(amount),
  })
  return { bills: bills.map(plain), attempts: attempts.map(plain), toGiveBack: { count: Number(back.count), amount: Number(back.amount ?? 0) } }
}

/** An attempt that waits, with its bill's code. */
export interface WaitingAttempt {
  readonly reference: string
  readonly billCode: string
  readonly duty: DutyKind
  readonly partner: string
  readonly amount: number
  readonly state: TransactionState
  readonly createdAt: number
  readonly nextQueryAt: number | null
  readonly queries: number
}

/** Attempts that may still take money, those that wait longest first. */
export async function waitingAttempts({ db }: Books, tenant: string, most: number): Promise<readonly WaitingAttempt[]> {
  const rows = await db
    .selectFrom('payment_attempts')
    .innerJoin('bills', (join) => join.onRef('bills.tenant', '=', 'payment_attempts.tenant').onRef('bills.id', '=', 'payment_attempts.bill'))
    .select(['reference', 'bill_code', 'duty', 'partner', 'payment_attempts.amount', 'payment_attempts.state', 'payment_attempts.created_at'])
    .select(['next_query_at', 'queries'])
    .where('payment_attempts.tenant', '=', tenant)
    .where('payment_attempts.open', '=', 1)
    .orderBy('payment_attempts.created_at')
    .orderBy('reference')
    .limit(most)
    .execute()
  return rows.map(({ bill_code: billCode, created_at: createdAt, next_query_at: nextQueryAt, ...row }) => ({
    ...row,
    ...{ billCode, createdAt: Number(createdAt), nextQueryAt: nextQueryAt === null ? null : Number(nextQueryAt), amount: Number(row.amount) },
  }))
}

/** Attempts of one partner code of which nobody knows yet how they end. */
export interface OpenAttempts {
  readonly partner: string
  readonly references: readonly string[]
}

/** Attempts that may still take money under other partner codes than these, for each code those that wait longest first. */
export async function openAttemptsBeside({ db }: Books, tenant: string, partners: readonly string[]): Promise<readonly OpenAttempts[]> {
  const rows = await db
    .selectFrom('payment_attempts')
    .select(['partner', 'reference'])
    .where('tenant', '=', tenant)
    .where('state', 'in', OPEN_STATES)
    .where('partner', 'not in', textList(db, partners))
    .orderBy('partner')
    .orderBy('created_at')
    .orderBy('reference')
    .execute()
  return [...Map.groupBy(rows, ({ partner }) => partner)].map(([partner, all]) => ({ partner, references: all.map(({ reference }) => reference) }))
}

/** Bills of a dossier, or with this code, however it is typed, or with this id; the newest first. */
export async function billsNamed({ db }: Books, tenant: string, name: string): Promise<readonly BillRow[]> {
  const key = codeKey(name)
  return await db
    .selectFrom('bills')
    .selectAll()
    .where('tenant', '=', tenant)
    .where((eb) => eb.or([eb('bill_key', '=', key), eb('dossier_key', '=', key), eb('id', '=', name)]))
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
}

/** One entry of the journal, as it may be shown. */
export interface PaymentEvent {
  readonly partner: string
  readonly seq: number
  readonly at: number
  readonly kind: string
  readonly note: Readonly<Record<string, string | number | boolean | null>>
}

/** What was sent and learnt about one attempt, in order. */
export async function eventsOf(
  { db }: Books,
  { tenant, partner, reference }: Pick<PaymentAttemptRow, 'tenant' | 'partner' | 'reference'>,
): Promise<readonly PaymentEvent[]> {
  const rows = await db
    .selectFrom('payment_journal')
    .select(['partner', 'seq', 'at', 'kind', 'note'])
    .where('tenant', '=', tenant)
    .where('partner', '=', partner)
    .where('reference', '=', reference)
    .orderBy('seq')
    .execute()
  return rows.map(({ seq, at, note, ...row }) => ({ ...row, seq: Number(seq), at: Number(at), note: JSON.parse(note) as PaymentEvent['note'] }))
}

/** Money that has to go back, or went back: those that wait longest first. */
export async function refundsOf(
  { db }: Books,
  tenant: string,
  which: { readonly done?: boolean; readonly reference?: string } = {},
): Promise<readonly PaymentRefundRow[]> {
  let query = db.selectFrom('payment_refunds').selectAll().where('tenant', '=', tenant)
  if (which.done !== undefined) query = query.where('done_at', which.done ? 'is not' : 'is', null)
  if (which.reference !== undefined) query = query.where('reference', '=', which.reference)
  return await query.orderBy('asked_at').orderBy('reference').orderBy('transaction_no').execute()
}

/** Partner codes whose journal has entries. */
export async function journalPartners({ db }: Books, tenant: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('payment_journal')
    .select('partner')
    .where('tenant', '=', tenant)
    .union(db.selectFrom('payment_attempts').select('partner').where('tenant', '=', tenant))
    .orderBy('partner')
    .execute()
  return rows.map(({ partner }) => partner)
}
