/** What the dispatcher reads and writes: what is due, what leaves now, what came of it. */
import { type Insertable, sql, type Transaction, type Updateable } from 'kysely'
import { counterChanges } from './counters.js'
import type { Ledger } from './ledger.js'
import { clearFailures, type DossierRow, type OperationRow } from './planning.js'
import type { DossierTable, FailureTable, JournalTable, LedgerTables, OperationTable } from './schema.js'

export interface DueDossier {
  readonly row: DossierRow
  /** In the order in which they were planned. */
  readonly operations: readonly OperationRow[]
}

type Key = Pick<DossierRow, 'tenant' | 'source' | 'source_id'>

/** Dossiers whose next operation may go now, the longest waiting first. */
export async function dueDossiers(ledger: Ledger, tenant: string, limit: number, busy: ReadonlySet<string>): Promise<DueDossier[]> {
  const rows = await ledger.db
    .selectFrom('dossiers')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('next_at', '<=', ledger.clock.now())
    .orderBy('next_at')
    .limit(limit + busy.size)
    .execute()
  const free = rows.filter((row) => !busy.has(dossierName(row))).slice(0, limit)
  const due: DueDossier[] = []
  for (const row of free) {
    const operations = await ledger.db
      .selectFrom('operations')
      .selectAll()
      .where('tenant', '=', row.tenant)
      .where('source', '=', row.source)
      .where('source_id', '=', row.source_id)
      .orderBy('id')
      .execute()
    due.push({ row, operations })
  }
  return due
}

export function dossierName(key: Pick<DossierRow, 'source' | 'source_id'>): string {
  return `${key.source}\n${key.source_id}`
}

/** When the earliest waiting operation of a tenant may go; null when nothing waits for a time. */
export async function nextDueAt(ledger: Ledger, tenant: string): Promise<number | null> {
  const row = await ledger.db
    .selectFrom('dossiers')
    .select((eb) => eb.fn.min('next_at').as('at'))
    .where('tenant', '=', tenant)
    .executeTakeFirst()
  return row?.at ?? null
}

/** Records, before a request leaves, that it may have arrived; and under which code. */
export async function markSending(ledger: Ledger, key: Key, operations: readonly number[], code: string, deadline: number): Promise<void> {
  await ledger.write(async (tx) => {
    for (const id of operations) await tx.updateTable('operations').set({ state: 'sending', deadline }).where('id', '=', id).execute()
    await linkCode(tx, key, code, ledger.clock.now())
  })
}

async function linkCode(tx: Transaction<LedgerTables>, key: Key, code: string, now: number): Promise<void> {
  const { tenant, source, source_id } = key
  await tx
    .insertInto('code_links')
    .values({ tenant, source, source_id, code, first_sent_at: now })
    .onConflict((conflict) => conflict.columns(['tenant', 'code', 'source', 'source_id']).doNothing())
    .execute()
}

/** What one answer changes. Everything in it becomes true together, or not at all. */
export interface Settlement {
  readonly dossier: Updateable<DossierTable>
  /** Operations the target confirmed. */
  readonly done: readonly number[]
  readonly changed: readonly ({ readonly id: number } & Updateable<OperationTable>)[]
  readonly journal: Omit<Insertable<JournalTable>, keyof Key | 'id'> | undefined
  readonly failure: Omit<Insertable<FailureTable>, keyof Key | 'first_at' | 'last_at' | 'times'> | undefined
  /** The version is settled, or not any more. */
  readonly moved: { readonly from: 'pending' | 'failed'; readonly to: 'pending' | 'failed' | 'created' | 'updated' } | undefined
}

export async function settle(ledger: Ledger, row: DossierRow, settlement: Settlement): Promise<void> {
  const { tenant, source, source_id } = row
  const now = ledger.clock.now()
  await ledger.write(async (tx) => {
    for (const id of settlement.done) await tx.deleteFrom('operations').where('id', '=', id).execute()
    for (const { id, ...changes } of settlement.changed) await tx.updateTable('operations').set(changes).where('id', '=', id).execute()
    await tx
      .updateTable('dossiers')
      .set({ ...settlement.dossier, updated_at: now })
      .where('tenant', '=', tenant)
      .where('source', '=', source)
      .where('source_id', '=', source_id)
      .execute()
    if (settlement.journal)
      await tx
        .insertInto('journal')
        .values({ ...settlement.journal, tenant, source, source_id })
        .execute()
    if (settlement.failure) {
      const failure = { ...settlement.failure, tenant, source, source_id, first_at: now, last_at: now, times: 1 }
      await tx
        .insertInto('failures')
        .values(failure)
        .onConflict((conflict) =>
          conflict.columns(['tenant', 'source', 'source_id']).doUpdateSet((eb) => ({
            cause: failure.cause,
            stage: failure.stage,
            place: failure.place,
            message: failure.message,
            hint: failure.hint,
            findings: failure.findings,
            last_at: now,
            times: eb('failures.times', '+', 1),
          })),
        )
        .execute()
    }
    if (settlement.moved) {
      const counters = counterChanges()
      counters.move(row.version_run, settlement.moved.from, settlement.moved.to)
      await counters.apply(tx, tenant)
      if (settlement.moved.from === 'failed') await clearFailures(tx, tenant, source, [source_id])
    }
  })
}

/** Puts failed dossiers of one cause (or all) back in the queue, because somebody changed something. @returns how many. */
export async function retryFailures(
  ledger: Ledger,
  tenant: string,
  filter: { readonly cause?: string; readonly localCode?: string; readonly stage?: 'send' | 'map' },
): Promise<number> {
  const now = ledger.clock.now()
  return ledger.write(async (tx) => {
    let query = tx
      .selectFrom('dossiers')
      .innerJoin('failures', (join) =>
        join
          .onRef('failures.tenant', '=', 'dossiers.tenant')
          .onRef('failures.source', '=', 'dossiers.source')
          .onRef('failures.source_id', '=', 'dossiers.source_id'),
      )
      .select(['dossiers.source', 'dossiers.source_id', 'dossiers.version_run', 'dossiers.state'])
      .where('dossiers.tenant', '=', tenant)
    if (filter.cause !== undefined) query = query.where('failures.cause', '=', filter.cause)
    if (filter.stage !== undefined) query = query.where('failures.stage', '=', filter.stage)
    if (filter.localCode !== undefined) query = query.where('dossiers.local_code', '=', filter.localCode)
    const rows = await query.execute()
    const counters = counterChanges()
    for (const { source, source_id, version_run, state } of rows) {
      const waiting = await tx
        .updateTable('operations')
        .set({ state: 'pending', attempts: 0, deadline: null })
        .where('tenant', '=', tenant)
        .where('source', '=', source)
        .where('source_id', '=', source_id)
        .executeTakeFirst()
      // Without operations nothing can be sent: the record itself could not be mapped and is read again.
      const changes = Number(waiting.numUpdatedRows) > 0 ? { state: 'pending' as const, reason: null, next_at: now } : { source_digest: null }
      await tx
        .updateTable('dossiers')
        .set({ ...changes, updated_at: now })
        .where('tenant', '=', tenant)
        .where('source', '=', source)
        .where('source_id', '=', source_id)
        .execute()
      if ('state' in changes) {
        if (state === 'failed') counters.move(version_run, 'failed', 'pending')
        await clearFailures(tx, tenant, source, [source_id])
      }
    }
    await counters.apply(tx, tenant)
    return rows.length
  })
}

/** Requests that were leaving when a process died. Their dossiers wait until nothing of them can still be on its way. */
export async function orphanedOperations(ledger: Ledger, tenant: string): Promise<OperationRow[]> {
  return ledger.db.selectFrom('operations').selectAll().where('tenant', '=', tenant).where('state', '=', 'sending').orderBy('id').execute()
}

/** Changes that wait to be sent, for the brake that counts them. */
export async function countPending(ledger: Ledger, tenant: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from dossiers where tenant = ${tenant} and next_at is not null`.execute(
    ledger.db,
  )
  return Number(rows[0]?.count ?? 0)
}
