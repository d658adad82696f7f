/** What sources that take marks are to be told: queued with the version that is planned, told once that is confirmed. */
import { sql, type Transaction } from 'kysely'
import { putGone } from './gone.js'
import type { SqlLedger } from './ledger.js'
import type { LedgerTables } from './schema.js'
import { slices } from './sql-lists.js'
import type { DueMark, PlannedBatch, SettledMark } from './sync-ledger.js'

export async function wantMarks(tx: Transaction<LedgerTables>, { tenant, source, versions }: PlannedBatch, now: number): Promise<void> {
  const wanted = versions
    .filter(({ row }) => row.source_digest !== null && (row.state === 'pending' || row.state === 'confirmed'))
    .map(({ row }) => ({
      ...{ tenant, source, source_id: row.source_id, version: row.version },
      ...{ marked_digest: null, marked_at: null, attempts: 0, due_at: now, problem: null },
    }))
  for (const rows of slices(wanted))
    await tx
      .insertInto('marks')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['tenant', 'source', 'source_id']).doUpdateSet((eb) => ({
          version: eb.ref('excluded.version'),
          attempts: eb.ref('excluded.attempts'),
          due_at: eb.ref('excluded.due_at'),
          problem: eb.ref('excluded.problem'),
        })),
      )
      .execute()
}

export async function wantAllMarks(ledger: SqlLedger, tenant: string, source: string): Promise<void> {
  await ledger.write((tx) =>
    sql`insert into marks (tenant, source, source_id, version, marked_digest, marked_at, attempts, due_at, problem)
      select tenant, source, source_id, version, null, null, 0, ${sql.lit(ledger.clock.now())}, null from dossiers
      where tenant = ${tenant} and source = ${source} and state in ('pending', 'confirmed')
      on conflict do nothing`.execute(tx),
  )
}

export async function dueMarks(
  ledger: SqlLedger,
  tenant: string,
  source: string,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<DueMark[]> {
  const rows = await ledger.db
    .selectFrom('marks')
    .innerJoin('dossiers', (join) =>
      join
        .onRef('dossiers.tenant', '=', 'marks.tenant')
        .onRef('dossiers.source', '=', 'marks.source')
        .onRef('dossiers.source_id', '=', 'marks.source_id'),
    )
    .select([
      'dossiers.source_id',
      'dossiers.local_code',
      'dossiers.sent_code',
      'dossiers.source_digest',
      'dossiers.version',
      'marks.version as due',
      'marks.attempts',
    ])
    .where('marks.tenant', '=', tenant)
    .where('marks.source', '=', source)
    .where('marks.source_id', '>', after)
    .where('marks.due_at', '<=', ledger.clock.now())
    .where('dossiers.state', '=', 'confirmed')
    .where('dossiers.presence', '=', 'present')
    .where('dossiers.sent_code', 'is not', null)
    .where('dossiers.source_digest', 'is not', null)
    .orderBy('marks.source_id')
    .limit(limit)
    .execute()
  return rows.map(({ source_id, local_code, sent_code, source_digest, due, attempts }) => ({
    key: source_id,
    localCode: local_code,
    nationalCode: sent_code ?? '',
    version: due,
    digest: source_digest ?? '',
    attempts,
  }))
}

export async function settleMarks(ledger: SqlLedger, tenant: string, source: string, settled: readonly SettledMark[]): Promise<void> {
  if (settled.length === 0) return
  const now = ledger.clock.now()
  await ledger.write(async (tx) => {
    for (const { key, version, outcome } of settled) {
      const changes =
        'digest' in outcome
          ? { marked_digest: outcome.digest, marked_at: now, attempts: 0, due_at: null, problem: null }
          : { due_at: outcome.retryAt, problem: outcome.problem }
      await tx
        .updateTable('marks')
        .set((eb) => ('digest' in outcome ? changes : { ...changes, attempts: eb('attempts', '+', 1) }))
        .where('tenant', '=', tenant)
        .where('source', '=', source)
        .where('source_id', '=', key)
        // A version that was planned meanwhile is still to be told of.
        .where('version', '=', version)
        .execute()
    }
    const missing = settled.filter(({ outcome }) => !('digest' in outcome) && outcome.retryAt === null).map(({ key }) => key)
    if (missing.length > 0) await putGone(tx, { tenant, source, run: 0, toldBy: 'write-back', ids: missing, now })
  })
}
