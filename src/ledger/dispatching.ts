/** What the dispatcher reads and writes: what is due, what leaves now, what came of it. */
import { type Insertable, type Kysely, sql, type Updateable } from 'kysely'
import type { Ledger } from './ledger.js'
import { clearFailures, type DossierRow, type OperationRow } from './planning.js'
import { prepared, type Slots } from './prepared.js'
import type { FailureTable, JournalTable, LedgerTables, OperationTable } from './schema.js'

export interface DueDossier {
  readonly row: DossierRow
  /** In the order in which they were planned. */
  readonly operations: readonly WaitingOperation[]
}

export type WaitingOperation = OperationRow & { readonly sealed: Uint8Array }

type Key = Pick<DossierRow, 'tenant' | 'source' | 'source_id'>

/** What every send runs, built once. */
const statements = {
  markSending: prepared((db: Kysely<LedgerTables>, { id, deadline }: Slots<{ id: number; deadline: number }>) =>
    db.updateTable('operations').set({ state: 'sending', deadline }).where('id', '=', id),
  ),
  linkCode: prepared((db: Kysely<LedgerTables>, { tenant, source, source_id, code, first_sent_at }: Slots<LedgerTables['code_links']>) =>
    db
      .insertInto('code_links')
      .values({ tenant, source, source_id, code, first_sent_at })
      .onConflict((conflict) => conflict.columns(['tenant', 'source', 'source_id', 'code']).doNothing()),
  ),
  /** Whatever comes of the request, a dossier that may be at the target is known there by this code. */
  confirm: prepared((db: Kysely<LedgerTables>, { id }: Slots<{ id: number }>) => db.deleteFrom('operations').where('id', '=', id)),
  settle: prepared((db: Kysely<LedgerTables>, row: Slots<DossierRow>) => {
    const { state, reason, sent_code, presence, wire_digest, confirmed_versions, next_at, updated_at } = row
    return db
      .updateTable('dossiers')
      .set({ state, reason, sent_code, presence, wire_digest, confirmed_versions, next_at, updated_at })
      .where('tenant', '=', row.tenant)
      .where('source', '=', row.source)
      .where('source_id', '=', row.source_id)
  }),
  /** Apart from the rest: setting the digest, even to what it was, would write its index anew at every send. */
  readAgain: prepared((db: Kysely<LedgerTables>, { tenant, source, source_id }: Slots<Key>) =>
    db
      .updateTable('dossiers')
      .set({ source_digest: null })
      .where('tenant', '=', tenant)
      .where('source', '=', source)
      .where('source_id', '=', source_id),
  ),
  journal: prepared((db: Kysely<LedgerTables>, entry: Slots<Omit<JournalTable, 'id'>>) => {
    const { tenant, at, source, source_id, operation, code, attempt, items, request_digest, answer_digest, answer_code, outcome, ms, note } = entry
    return db
      .insertInto('journal')
      .values({ tenant, at, source, source_id, operation, code, attempt, items, request_digest, answer_digest, answer_code, outcome, ms, note })
  }),
}

/** Dossiers whose next operation may go now, the longest waiting first. */
export async function dueDossiers(ledger: Ledger, tenant: string, limit: number, busy: ReadonlySet<string>): Promise<DueDossier[]> {
  // Whoever is busy now may be settled before the rows are looked at: its row was then read too early.
  const busyBefore = new Set(busy)
  const rows = await ledger.db
    .selectFrom('dossiers')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('next_at', '<=', ledger.clock.now())
    .orderBy('next_at')
    .limit(limit + busy.size)
    .execute()
  const free = rows.filter((row) => !busyBefore.has(dossierName(row))).slice(0, limit)
  const operations = await ledger.db
    .selectFrom('operations')
    .innerJoin('payloads', 'payloads.operation', 'operations.id')
    .selectAll('operations')
    .select('payloads.sealed')
    .where('operations.tenant', '=', tenant)
    .where(
      sql<string>`(operations.source, operations.source_id)`,
      'in',
      sql<string>`(select value ->> 0, value ->> 1 from json_each(${JSON.stringify(free.map(({ source, source_id }) => [source, source_id]))}))`,
    )
    .orderBy('operations.id')
    .execute()
  const byDossier = Map.groupBy(operations, dossierName)
  return free.map((row) => ({ row, operations: byDossier.get(dossierName(row)) ?? [] }))
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

/**
 * Waits are kept as moments. When the machine's clock was set back, whoever waited half a minute would wait a day and half a minute:
 * rows written later than now keep what was left of their wait.
 */
export async function followClock(ledger: Ledger, tenant: string): Promise<void> {
  const now = ledger.clock.now()
  const ahead = ledger.db
    .selectFrom('dossiers')
    .select('source_id')
    .where('tenant', '=', tenant)
    .where('next_at', '>', now)
    .where('updated_at', '>', now)
  if ((await ahead.limit(1).executeTakeFirst()) === undefined) return
  await ledger.write(async (tx) => {
    await tx
      .updateTable('dossiers')
      .set((eb) => ({ next_at: eb('next_at', '-', eb('updated_at', '-', now)), updated_at: now }))
      .where('tenant', '=', tenant)
      .where('next_at', '>', now)
      .where('updated_at', '>', now)
      .execute()
  })
}

/** A request that is about to leave. */
export interface Leaving {
  readonly row: DossierRow
  readonly operations: readonly number[]
  readonly code: string
  /** Until then it can be on its way. */
  readonly deadline: number
}

/** Records, before requests leave, that they may have arrived; and under which code. */
export async function markSending(ledger: Ledger, leaving: readonly Leaving[]): Promise<void> {
  await ledger.write(async (tx) => {
    for (const { row, operations, code, deadline } of leaving) {
      for (const id of operations) await statements.markSending(tx, { id, deadline })
      // The first time a code is used; afterwards the row names it.
      if (row.sent_code === code) continue
      const { tenant, source, source_id } = row
      await statements.linkCode(tx, { tenant, source, source_id, code, first_sent_at: ledger.clock.now() })
    }
  })
}

/** Takes a mark back: these requests never left. The code stays linked, since a code once meant for a dossier is never another's. */
export async function unmarkSending(ledger: Ledger, stayed: readonly Leaving[]): Promise<void> {
  if (stayed.length === 0) return
  await ledger.write(async (tx) => {
    for (const id of stayed.flatMap(({ operations }) => operations)) {
      await tx.updateTable('operations').set({ state: 'pending', deadline: null }).where('id', '=', id).execute()
    }
  })
}

/** What one answer changes. Everything in it becomes true together, or not at all. */
export interface Settlement {
  readonly dossier: Partial<DossierRow>
  /** Operations the target confirmed. */
  readonly done: readonly number[]
  readonly changed: readonly ({ readonly id: number } & Updateable<OperationTable>)[]
  readonly journal: Omit<JournalTable, keyof Key | 'id'> | undefined
  readonly failure: Omit<Insertable<FailureTable>, keyof Key | 'first_at' | 'last_at' | 'times'> | undefined
  /** The version is settled, or not any more. */
  readonly moved: { readonly from: 'pending' | 'failed'; readonly to: 'pending' | 'failed' | 'created' | 'updated' } | undefined
}

/**
 * Writes what an answer changed.
 *
 * @param when `later` for records: were the answer forgotten in a crash, the dossier would be looked up and sent once more. A step would be doubled.
 */
export async function settle(ledger: Ledger, row: DossierRow, settlement: Settlement, when: 'now' | 'later' = 'now'): Promise<void> {
  const { tenant, source, source_id } = row
  const now = ledger.clock.now()
  const write = when === 'now' ? ledger.write : ledger.writeLater
  await write(async (tx, counters) => {
    for (const id of settlement.done) await statements.confirm(tx, { id })
    ledger.confirmed.push(...settlement.done)
    if (ledger.confirmed.length >= SWEEP_EVERY) await dropPayloads(tx, ledger.confirmed.splice(0))
    for (const { id, ...changes } of settlement.changed) await tx.updateTable('operations').set(changes).where('id', '=', id).execute()
    await statements.settle(tx, { ...row, ...settlement.dossier, updated_at: now })
    if (settlement.dossier.source_digest === null) await statements.readAgain(tx, row)
    if (settlement.journal) await statements.journal(tx, { ...settlement.journal, tenant, source, source_id })
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
      counters.move(row.version_run, settlement.moved.from, settlement.moved.to)
      if (settlement.moved.from === 'failed') await clearFailures(tx, tenant, source, [source_id])
    }
  })
}

/**
 * Payloads of confirmed operations are dropped many at a time: neighbouring rows then free whole pages, which costs next to nothing,
 * while one by one each rewrites its page. What a crash leaves behind is swept when the ledger is opened.
 */
const SWEEP_EVERY = 500

export async function sweepPayloads(ledger: Ledger): Promise<void> {
  if (ledger.confirmed.length > 0) await ledger.write((tx) => dropPayloads(tx, ledger.confirmed.splice(0)))
}

async function dropPayloads(tx: Kysely<LedgerTables>, operations: readonly number[]): Promise<void> {
  await tx
    .deleteFrom('payloads')
    .where('operation', 'in', sql<number>`(select value from json_each(${JSON.stringify(operations)}))`)
    .execute()
}

/** Puts failed dossiers of one cause (or all) back in the queue, because somebody changed something. @returns how many. */
export async function retryFailures(
  ledger: Ledger,
  tenant: string,
  filter: { readonly cause?: string; readonly localCode?: string; readonly stage?: 'send' | 'map' },
): Promise<number> {
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
    const rows = await query.execute()
    for (const { source, source_id, version_run, state, stage } of rows) {
      const waiting = await tx
        .updateTable('operations')
        .set({ state: 'pending', attempts: 0, deadline: null })
        .where('tenant', '=', tenant)
        .where('source', '=', source)
        .where('source_id', '=', source_id)
        .where('state', '!=', 'sending')
        .executeTakeFirst()
      const isWaiting = Number(waiting.numUpdatedRows) > 0
      const goesOn = isWaiting && state === 'failed'
      // What could not be mapped is read again; what waits may be of an older version.
      const changes = {
        ...(isWaiting ? { next_at: now } : {}),
        ...(goesOn ? { state: 'pending' as const, reason: null } : {}),
        ...(stage !== 'send' || !isWaiting ? { source_digest: null } : {}),
      }
      await tx
        .updateTable('dossiers')
        .set({ ...changes, updated_at: now })
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
export async function orphanedOperations(ledger: Ledger, tenant: string): Promise<WaitingOperation[]> {
  return ledger.db
    .selectFrom('operations')
    .innerJoin('payloads', 'payloads.operation', 'operations.id')
    .selectAll('operations')
    .select('payloads.sealed')
    .where('operations.tenant', '=', tenant)
    .where('operations.state', '=', 'sending')
    .orderBy('operations.id')
    .execute()
}

/** Changes that wait to be sent, for the brake that counts them. */
export async function countPending(ledger: Ledger, tenant: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from dossiers where tenant = ${tenant} and next_at is not null`.execute(
    ledger.db,
  )
  return Number(rows[0]?.count ?? 0)
}
