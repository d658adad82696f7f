/** Bills of dossiers that were paid: what the national sync has to tell of them, once. */
import { sql, type Transaction } from 'kysely'
import type { PaidDuty } from '../../domain/index.js'
import type { SqlLedger } from '../ledger.js'
import type { LedgerTables } from '../schema.js'
import { textList } from '../sql-lists.js'
import { openBill } from './sealed.js'

/** Whether any bill of a dossier was paid at all: most provinces need not be asked about each dossier. */
export async function hasPaidDuties({ db }: Pick<SqlLedger, 'db'>, tenant: string): Promise<boolean> {
  const found = await db
    .selectFrom('bills')
    .select('id')
    .where('tenant', '=', tenant)
    .where('state', '=', 'paid')
    .where('dossier_key', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/** What was paid for these dossiers, told before or not. @param keys codes as `codeKey` gives them */
export async function paidDuties(ledger: Pick<SqlLedger, 'db' | 'vault'>, tenant: string, keys: readonly string[]): Promise<Map<string, PaidDuty[]>> {
  const duties = new Map<string, PaidDuty[]>()
  if (keys.length === 0) return duties
  const rows = await ledger.db
    .selectFrom('bills')
    .select(['id', 'duty', 'dossier_key', 'sealed', 'paid_through'])
    .where('tenant', '=', tenant)
    .where('state', '=', 'paid')
    .where('dossier_key', 'in', textList(ledger.db, keys))
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  for (const { id, duty, dossier_key, sealed, paid_through } of rows) {
    const { lines } = openBill(ledger.vault, tenant, { id, sealed })
    const paid: PaidDuty = { bill: id, duty, lines, paidThrough: paid_through ?? 'national' }
    duties.set(dossier_key ?? '', [...(duties.get(dossier_key ?? '') ?? []), paid])
  }
  return duties
}

/** Dossiers of a source for which something was paid that nobody has told yet. */
const untold = (tenant: string, source: string) =>
  sql`tenant = ${tenant} and source = ${source} and source_digest is not null and source_id in (select code_claims.source_id from code_claims
    join bills on bills.tenant = code_claims.tenant and bills.dossier_key = code_claims.code
    where bills.tenant = ${tenant} and code_claims.source = ${source} and bills.state = 'paid' and bills.told_at is null)`

/** Has them read again, whatever their records say. */
export async function readPaidAgain(ledger: SqlLedger, tenant: string, source: string): Promise<void> {
  await ledger.write((tx) => sql`update dossiers set source_digest = null where ${untold(tenant, source)}`.execute(tx))
}

/** The digests of their records as last read, for a dry run. */
export async function untoldDigests({ db }: Pick<SqlLedger, 'db'>, tenant: string, source: string): Promise<string[]> {
  const { rows } = await sql<{ source_digest: string }>`select source_digest from dossiers where ${untold(tenant, source)}`.execute(db)
  return rows.map(({ source_digest }) => source_digest)
}

/** A version of their dossier that shows these bills as paid is being written. */
export async function markTold(tx: Transaction<LedgerTables>, tenant: string, bills: readonly string[], now: number): Promise<void> {
  if (bills.length === 0) return
  await tx
    .updateTable('bills')
    .set({ told_at: now })
    .where('tenant', '=', tenant)
    .where('id', 'in', textList(tx, bills))
    .where('told_at', 'is', null)
    .execute()
}
