/** What was paid for dossiers, beside the dossiers: taken over from the books of payments, and told to the national portal once. */
import { sql, type Transaction } from 'kysely'
import type { PaidDuty } from '../domain/index.js'
import type { SqlLedger } from './ledger.js'
import type { LedgerTables } from './schema.js'
import { textList } from './sql-lists.js'
import type { ToldDuty } from './sync-ledger.js'

const sealedFor = (bill: string) => `paid-duty\n${bill}`

/** When the last payment was made that is known here. */
export async function paidUntil({ db }: Pick<SqlLedger, 'db'>, tenant: string): Promise<number | null> {
  const { last } = await db
    .selectFrom('paid_duties')
    .select((eb) => eb.fn.max('paid_at').as('last'))
    .where('tenant', '=', tenant)
    .executeTakeFirstOrThrow()
  return last === null ? null : Number(last)
}

/** Takes them over; those that are here stay as they are, but for what went back since, or was paid again after that: it is to be told once more. */
export async function keepPaid(ledger: SqlLedger, tenant: string, duties: readonly PaidDuty[]): Promise<void> {
  const bills = duties.map(({ bill }) => bill)
  const kept = await ledger.db
    .selectFrom('paid_duties')
    .select(['bill', 'taken_back', 'paid_at'])
    .where('tenant', '=', tenant)
    .where('bill', 'in', textList(ledger.db, bills))
    .execute()
  const known = new Map(kept.map((row) => [row.bill, row]))
  // What went back before anybody told of it is nothing to tell.
  const wentBack = duties.flatMap(({ bill, takenBack }) => (takenBack && known.get(bill)?.taken_back === 0 ? [bill] : []))
  const paidAgain = duties.filter(({ bill, takenBack, paidAt }) => {
    const before = known.get(bill)
    return !takenBack && before?.taken_back === 1 && paidAt > Number(before.paid_at)
  })
  const rows = duties.flatMap(({ bill, dossier, duty, lines, paidThrough, paidAt, takenBack }) =>
    takenBack || known.has(bill)
      ? []
      : [
          {
            ...{ tenant, bill, dossier_key: dossier, duty, paid_through: paidThrough, paid_at: paidAt, told_at: null, taken_back: 0 },
            sealed: ledger.vault.seal(tenant, sealedFor(bill), JSON.stringify(lines)),
          },
        ],
  )
  if (rows.length === 0 && wentBack.length === 0 && paidAgain.length === 0) return
  await ledger.write(async (tx) => {
    if (rows.length > 0)
      await tx
        .insertInto('paid_duties')
        .values(rows)
        .onConflict((conflict) => conflict.columns(['tenant', 'bill']).doNothing())
        .execute()
    if (wentBack.length > 0)
      await tx
        .updateTable('paid_duties')
        .set({ taken_back: 1, told_at: null })
        .where('tenant', '=', tenant)
        .where('bill', 'in', textList(tx, wentBack))
        .where('taken_back', '=', 0)
        .execute()
    for (const { bill, paidAt, paidThrough } of paidAgain)
      await tx
        .updateTable('paid_duties')
        .set({ taken_back: 0, told_at: null, paid_at: paidAt, paid_through: paidThrough })
        .where('tenant', '=', tenant)
        .where('bill', '=', bill)
        .where('taken_back', '=', 1)
        .execute()
  })
}

/** What was paid for these dossiers, told before or not, and what of it went back. @param keys codes as `codeKey` gives them */
export async function paidDuties(ledger: Pick<SqlLedger, 'db' | 'vault'>, tenant: string, keys: readonly string[]): Promise<PaidDuty[]> {
  if (keys.length === 0) return []
  const rows = await ledger.db
    .selectFrom('paid_duties')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('dossier_key', 'in', textList(ledger.db, keys))
    .orderBy('paid_at')
    .orderBy('bill')
    .execute()
  return rows.map(({ bill, dossier_key, duty, sealed, paid_through, paid_at, taken_back }) => ({
    ...{ bill, dossier: dossier_key, duty, paidThrough: paid_through, paidAt: Number(paid_at), takenBack: taken_back === 1 },
    lines: JSON.parse(ledger.vault.open(tenant, sealedFor(bill), sealed)) as PaidDuty['lines'],
  }))
}

/** Dossiers of a source for which something was paid, or went back, that nobody has told yet. */
const untold = (tenant: string, source: string) =>
  sql`tenant = ${tenant} and source = ${source} and source_digest is not null and source_id in (select code_claims.source_id from code_claims
    join paid_duties on paid_duties.tenant = code_claims.tenant and paid_duties.dossier_key = code_claims.code
    where paid_duties.tenant = ${tenant} and code_claims.source = ${source} and paid_duties.told_at is null)`

/** Has them read again, whatever their records say. */
export async function readPaidAgain(ledger: SqlLedger, tenant: string, source: string): Promise<void> {
  await ledger.write((tx) => sql`update dossiers set source_digest = null where ${untold(tenant, source)}`.execute(tx))
}

/** The digests of their records as last read, for a dry run. */
export async function untoldDigests({ db }: Pick<SqlLedger, 'db'>, tenant: string, source: string): Promise<string[]> {
  const { rows } = await sql<{ source_digest: string }>`select source_digest from dossiers where ${untold(tenant, source)}`.execute(db)
  return rows.map(({ source_digest }) => source_digest)
}

/** A version of their dossier that shows these bills as they are here is being written. What went back meanwhile is not told by it. */
export async function markTold(tx: Transaction<LedgerTables>, tenant: string, told: readonly ToldDuty[], now: number): Promise<void> {
  for (const takenBack of [false, true]) {
    const bills = told.flatMap((one) => (one.takenBack === takenBack ? [one.bill] : []))
    if (bills.length === 0) continue
    await tx
      .updateTable('paid_duties')
      .set({ told_at: now })
      .where('tenant', '=', tenant)
      .where('bill', 'in', textList(tx, bills))
      .where('taken_back', '=', takenBack ? 1 : 0)
      .where('told_at', 'is', null)
      .execute()
  }
}
