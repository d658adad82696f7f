/** What the dispatcher reads and writes: what is due, what leaves now, what came of it. */
import { sql } from 'kysely'
import type { SqlLedger } from './ledger.js'
import { clearFailures, notBefore } from './planning.js'
import { isPostgres, numberList, pairList } from './sql-lists.js'
import {
  type DossierRow,
  type DueDossier,
  type DueQuestion,
  dossierName,
  type Leaving,
  type RetryFilter,
  type SettledOrStale,
  type Settlement,
  type WaitingOperation,
} from './sync-ledger.js'

/** Changes first, then what an initial load read; of each the longest waiting first. */
export async function dueDossiers(ledger: SqlLedger, tenant: string, { limit, busy, shard }: DueQuestion): Promise<DueDossier[]> {
  // Whoever is busy now may be settled before the rows are looked at: its row was then read too early.
  const busyBefore = new Set(busy)
  const free: DossierRow[] = []
  for (const priority of [0, 1]) {
    let asked = ledger.db
      .selectFrom('dossiers')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('priority', '=', priority)
      .where('next_at', '<=', ledger.clock.now())
    if (shard !== undefined) asked = asked.where('shard', '=', shard)
    const rows = await asked
      .orderBy('next_at')
      .limit(limit - free.length + busyBefore.size)
      .execute()
    for (const row of rows) if (free.length < limit && !busyBefore.has(dossierName(row))) free.push(asRead(row))
    if (free.length === limit) break
  }
  if (free.length === 0) return []
  const operations = await ledger.db
    .selectFrom('operations')
    .innerJoin('payloads', 'payloads.operation', 'operations.id')
    .selectAll('operations')
    .select('payloads.sealed')
    .where('operations.tenant', '=', tenant)
    .where(
      sql<string>`(operations.source, operations.source_id)`,
      'in',
      pairList(
        ledger.db,
        free.map(({ source, source_id }) => [source, source_id] as const),
      ),
    )
    .orderBy('operations.id')
    .execute()
  const byDossier = Map.groupBy(operations, dossierName)
  return free.map((row) => ({ row, operations: byDossier.get(dossierName(row)) ?? [] }))
}

/** SQLite's rows are dictionaries, which cost ten times as much to copy; and a chain copies its row at every step. */
function asRead(row: DossierRow): DossierRow {
  const { tenant, source, source_id, source_digest, epoch, version, version_run, state, reason, local_code, sent_code, presence, wire_digest } = row
  const { known_steps, confirmed_versions, open, received_at, closed_at, next_at, updated_at, quiet_until, revision, shard, priority } = row
  return {
    ...{ tenant, source, source_id, source_digest, epoch, version, version_run, state, reason, local_code, sent_code, presence, wire_digest },
    ...{ known_steps, confirmed_versions, open, received_at, closed_at, next_at, updated_at, quiet_until, revision, shard, priority },
  }
}

/** When the earliest waiting operation of a tenant may go; null when nothing waits for a time. */
export async function nextDueAt(ledger: SqlLedger, tenant: string, shard?: number): Promise<number | null> {
  let earliest: number | null = null
  for (const priority of [0, 1]) {
    let asked = ledger.db
      .selectFrom('dossiers')
      .select((eb) => eb.fn.min('next_at').as('at'))
      .where('tenant', '=', tenant)
      .where('priority', '=', priority)
      .where('next_at', 'is not', null)
    if (shard !== undefined) asked = asked.where('shard', '=', shard)
    const { at } = await asked.executeTakeFirstOrThrow()
    if (at !== null && (earliest === null || at < earliest)) earliest = at
  }
  return earliest
}

/**
 * Waits are kept as moments. When the machine's clock was set back, whoever waited half a minute would wait a day and half a minute:
 * rows written later than now keep what was left of their wait.
 */
export async function followClock(ledger: SqlLedger, tenant: string): Promise<void> {
  const now = ledger.clock.now()
  const isAhead = sql<boolean>`tenant = ${tenant} and next_at > ${now} and updated_at > ${now}`
  const found = await ledger.db.selectFrom('dossiers').select('source_id').where(isAhead).where(nothingLeaves).limit(1).executeTakeFirst()
  if (found === undefined) return
  await ledger.write(async (tx) => {
    // Whoever marks one of these meanwhile is waited for, and seen.
    if (isPostgres(tx))
      await tx.selectFrom('dossiers').select('source_id').where(isAhead).orderBy('source').orderBy('source_id').forUpdate().execute()
    await tx
      .updateTable('dossiers')
      .set((eb) => ({
        next_at: sql`next_at - (updated_at - ${now})`,
        quiet_until: sql`quiet_until - (updated_at - ${now})`,
        updated_at: now,
        revision: eb('revision', '+', 1),
      }))
      .where(isAhead)
      .where(nothingLeaves)
      .execute()
  })
}

/** A dossier of which a request is leaving is its sender's. */
const nothingLeaves = sql<boolean>`not exists (select 1 from operations where operations.tenant = dossiers.tenant
  and operations.source = dossiers.source and operations.source_id = dossiers.source_id and operations.state = 'sending')`

/** Records, before requests leave, that they may have arrived; and under which code. @returns those whose dossier nobody wrote meanwhile. */
export async function markSending(ledger: SqlLedger, leaving: readonly Leaving[]): Promise<ReadonlySet<Leaving>> {
  const marked = new Set<Leaving>()
  if (leaving.length > 0) await ledger.join((group) => group.mark(leaving, marked))
  return marked
}

/** Takes a mark back: these requests never left. The code stays linked, since a code once meant for a dossier is never another's. */
export async function unmarkSending(ledger: SqlLedger, stayed: readonly Leaving[]): Promise<void> {
  if (stayed.length === 0) return
  await ledger.write(async (tx) => {
    for (const id of stayed.flatMap(({ operations }) => operations)) {
      await tx.updateTable('operations').set({ state: 'pending', deadline: null }).where('id', '=', id).execute()
    }
  })
}

/** @param when `later` for records: were the answer forgotten in a crash, the dossier would be looked up and sent once more. A step would be doubled. */
export async function settle(ledger: SqlLedger, row: DossierRow, settlement: Settlement, when: 'now' | 'later' = 'now'): Promise<SettledOrStale> {
  const entry = { row, settlement, at: ledger.clock.now(), stale: false }
  await ledger.join((group) => group.settle(entry), when)
  return entry.stale ? 'stale' : 'settled'
}

export async function sweepPayloads(ledger: SqlLedger): Promise<void> {
  if (ledger.confirmed.length > 0) await ledger.write((tx) => dropPayloads(tx, ledger.confirmed.splice(0)))
}

export async function dropPayloads(tx: SqlLedger['db'], operations: readonly number[]): Promise<void> {
  await tx
    .deleteFrom('payloads')
    .where('operation', 'in', numberList(tx, operations))
    // A settlement that could not be written after all keeps its operations.
    .where('operation', 'not in', (eb) =>
      eb.selectFrom('operations').select('operations.id').where('operations.id', 'in', numberList(tx, operations)),
    )
    .execute()
}

/** Puts failed dossiers of one cause (or all) back in the queue, because somebody changed something. @returns how many. */
export async function retryFailures(ledger: SqlLedger, tenant: string, filter: RetryFilter): Promise<number> {
  const now = ledger.clock.now()
  return ledger.write(async (tx, counters) => {
    let query = tx
      .selectFrom('dossiers')
      .innerJoin('failures', (join) =>
        join
          .onRef('failures.tenant', '=', 'dossiers.tenant')
          .onRef('failures.source', '=', 'dossiers.source')
          .onRef('failures.source_id', '=', 'dossiers.source_id'),
      )
      .select(['dossiers.source', 'dossiers.source_id', 'dossiers.version_run', 'dossiers.state', 'failures.stage'])
      .where('dossiers.tenant', '=', tenant)
    if (filter.cause !== undefined) query = query.where('failures.cause', '=', filter.cause)
    if (filter.stage !== undefined) query = query.where('failures.stage', '=', filter.stage)
    if (filter.localCode !== undefined) query = query.where('dossiers.local_code', '=', filter.localCode)
    query = query.where(nothingLeaves)
    if (isPostgres(tx)) query = query.orderBy('dossiers.source').orderBy('dossiers.source_id').forUpdate('dossiers')
    const rows = await query.execute()
    for (const { source, source_id, version_run, state, stage } of rows) {
      const waiting = await tx
        .updateTable('operations')
        .set({ state: 'pending', attempts: 0, deadline: null })
        .where('tenant', '=', tenant)
        .where('source', '=', source)
        .where('source_id', '=', source_id)
        .executeTakeFirst()
      const isWaiting = Number(waiting.numUpdatedRows) > 0
      const goesOn = isWaiting && state === 'failed'
      // What could not be mapped is read again; what waits may be of an older version.
      const changes = {
        ...(isWaiting ? { next_at: notBefore(now) } : {}),
        ...(goesOn ? { state: 'pending' as const, reason: null } : {}),
        ...(stage !== 'send' || !isWaiting ? { source_digest: null } : {}),
      }
      await tx
        .updateTable('dossiers')
        .set((eb) => ({ ...changes, updated_at: now, revision: eb('revision', '+', 1) }))
        .where('tenant', '=', tenant)
        .where('source', '=', source)
        .where('source_id', '=', source_id)
        .execute()
      if (goesOn) counters.move(version_run, 'failed', 'pending')
      if (isWaiting) await clearFailures(tx, tenant, source, [source_id])
    }
    return rows.length
  })
}

/** Requests that were leaving when a process died. Their dossiers wait until nothing of them can still be on its way. */
export async function orphanedOperations(ledger: SqlLedger, tenant: string, shard?: number): Promise<WaitingOperation[]> {
  let asked = ledger.db
    .selectFrom('operations')
    .innerJoin('payloads', 'payloads.operation', 'operations.id')
    .selectAll('operations')
    .select('payloads.sealed')
    .where('operations.tenant', '=', tenant)
    .where('operations.state', '=', 'sending')
  if (shard !== undefined) {
    asked = asked.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('dossiers')
          .select('dossiers.source_id')
          .whereRef('dossiers.tenant', '=', 'operations.tenant')
          .whereRef('dossiers.source', '=', 'operations.source')
          .whereRef('dossiers.source_id', '=', 'operations.source_id')
          .where('dossiers.shard', '=', shard),
      ),
    )
  }
  return asked.orderBy('operations.id').execute()
}

export async function dossierRow(ledger: SqlLedger, tenant: string, source: string, sourceId: string): Promise<DossierRow | undefined> {
  return ledger.db
    .selectFrom('dossiers')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('source', '=', source)
    .where('source_id', '=', sourceId)
    .executeTakeFirst()
}

/** Changes that wait to be sent, for the brake that counts them. */
export async function countPending(ledger: SqlLedger, tenant: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from dossiers where tenant = ${tenant} and next_at is not null`.execute(
    ledger.db,
  )
  return Number(rows[0]?.count ?? 0)
}

export async function countState(ledger: SqlLedger, tenant: string, state: 'pending' | 'failed'): Promise<number> {
  const row = await ledger.db
    .selectFrom('dossiers')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('tenant', '=', tenant)
    .where('state', '=', state)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}
