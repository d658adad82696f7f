/** What the planner reads and writes. One batch of a source is one transaction: versions, operations, findings and the cursor together. */
import { type Insertable, sql, type Transaction } from 'kysely'
import { keepContests, takeCodes } from './claims.js'
import { writeFileLinks } from './file-links.js'
import { changeGone } from './gone.js'
import type { SqlLedger } from './ledger.js'
import { wantMarks } from './marks.js'
import { markTold } from './paid-duties.js'
import { type FailureTable, type LedgerTables, type OperationTable, type VersionCounter, versionCounters } from './schema.js'
import { isPostgres, slices, textList, textRows } from './sql-lists.js'
import type { DossierRow, KnownDossier, NewOperation, PlannedBatch, RunOutcome } from './sync-ledger.js'

/**
 * Of the digests of records as read, those that are news: no dossier of this source has them under this epoch.
 * One statement for a whole batch; it returns only the differences, and finds what is known in the index alone.
 */
export async function newDigests(ledger: SqlLedger, tenant: string, source: string, epoch: string, digests: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ digest: string }>`
    select asked.value as digest from ${textRows(ledger.db, digests)} as asked
    where not exists (
      select 1 from dossiers where tenant = ${tenant} and source = ${source} and source_digest = asked.value and epoch = ${epoch}
    )`.execute(ledger.db)
  return new Set(rows.map((row) => row.digest))
}

/** The rows of these dossiers, with what already waits for each. */
export async function knownDossiers(ledger: SqlLedger, tenant: string, source: string, keys: readonly string[]): Promise<Map<string, KnownDossier>> {
  const asked = textList(ledger.db, keys)
  const rows = await ledger.db
    .selectFrom('dossiers')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('source', '=', source)
    .where('source_id', 'in', asked)
    .execute()
  const operations = await ledger.db
    .selectFrom('operations')
    .select(['id', 'source_id', 'kind', 'state'])
    .where('tenant', '=', tenant)
    .where('source', '=', source)
    .where('source_id', 'in', asked)
    .execute()
  const known = new Map<string, KnownDossier>()
  for (const row of rows) known.set(row.source_id, { row, recordOperation: undefined, pendingOperations: 0, held: false, sending: false })
  for (const { id, source_id, kind, state } of operations) {
    const entry = known.get(source_id)
    if (!entry) continue
    known.set(source_id, {
      row: entry.row,
      recordOperation: kind === 'record' ? { id, state } : entry.recordOperation,
      pendingOperations: entry.pendingOperations + 1,
      held: entry.held || state === 'held',
      sending: entry.sending || state === 'sending',
    })
  }
  return known
}

export async function commitBatch(ledger: SqlLedger, batch: PlannedBatch): Promise<'committed' | 'stale'> {
  const { tenant, source, run } = batch
  const now = ledger.clock.now()
  return ledger.write(async (tx, counters) => {
    if ((await isStale(tx, batch)) || !(await takeCodes(tx, counters, batch, now))) return 'stale'
    counters.add(run, 'seen', batch.seen)
    counters.add(run, 'unchanged', batch.unchanged)

    const operations: (NewOperation & { readonly source_id: string })[] = []
    const failures: Insertable<FailureTable>[] = []
    const healed: string[] = []
    for (const version of batch.versions) {
      const { source_id } = version.row
      counters.add(run, version.bucket)
      if (version.before) counters.move(version.before.run, version.before.bucket, 'superseded')
      for (const operation of version.addOperations) operations.push({ ...operation, source_id })
      if (version.replaceRecord) {
        const { id, digest, payload } = version.replaceRecord
        await tx.updateTable('operations').set({ attempts: 0, digest }).where('id', '=', id).execute()
        await tx.updateTable('payloads').set({ sealed: payload }).where('operation', '=', id).execute()
      }
      if (version.removeRecord !== undefined) {
        await tx.deleteFrom('operations').where('id', '=', version.removeRecord).execute()
        await tx.deleteFrom('payloads').where('operation', '=', version.removeRecord).execute()
      }
      if (version.restart) {
        await tx
          .updateTable('operations')
          .set({ state: 'pending', attempts: 0 })
          .where('tenant', '=', tenant)
          .where('source', '=', source)
          .where('source_id', '=', source_id)
          .where('state', '=', 'failed')
          .execute()
      }
      if (version.failure === undefined) healed.push(source_id)
      else failures.push({ ...version.failure, first_at: now, last_at: now, times: 1 })
    }

    for (const rows of slices(batch.versions.map((version) => version.row))) {
      await tx
        .insertInto('dossiers')
        .values(rows)
        .onConflict((conflict) =>
          conflict.columns(['tenant', 'source', 'source_id']).doUpdateSet((eb) => ({
            source_digest: eb.ref('excluded.source_digest'),
            epoch: eb.ref('excluded.epoch'),
            version: eb.ref('excluded.version'),
            version_run: eb.ref('excluded.version_run'),
            state: eb.ref('excluded.state'),
            reason: eb.ref('excluded.reason'),
            local_code: eb.ref('excluded.local_code'),
            known_steps: eb.ref('excluded.known_steps'),
            open: eb.ref('excluded.open'),
            received_at: eb.ref('excluded.received_at'),
            closed_at: eb.ref('excluded.closed_at'),
            next_at: eb.ref('excluded.next_at'),
            updated_at: eb.ref('excluded.updated_at'),
            priority: eb.ref('excluded.priority'),
            revision: eb.ref('excluded.revision'),
          })),
        )
        .execute()
    }
    await addOperations(tx, { tenant, source, created_at: now }, operations)
    await clearFailures(tx, tenant, source, healed)
    for (const rows of slices(failures)) await keepFailures(tx, rows)
    const facts = [...batch.versions.flatMap((version) => (version.facts ? [version.facts] : [])), ...batch.facts]
    for (const rows of slices(facts)) {
      await tx
        .insertInto('dossier_facts')
        .values(rows)
        .onConflict((conflict) =>
          conflict
            .columns(['tenant', 'source', 'source_id'])
            .doUpdateSet((eb) => Object.fromEntries(factColumns.map((column) => [column, eb.ref(`excluded.${column}`)]))),
        )
        .execute()
    }
    await writeFileLinks(tx, batch, now)
    await markTold(tx, tenant, batch.told ?? [], now)
    const { sourceIds, epoch } = batch.refreshed
    if (sourceIds.length > 0)
      await tx
        .updateTable('dossiers')
        .set({ epoch })
        .where('tenant', '=', tenant)
        .where('source', '=', source)
        .where('source_id', 'in', textList(tx, sourceIds))
        .execute()
    await keepContests(tx, batch, now)
    await changeGone(tx, batch, now)
    if (batch.marking) await wantMarks(tx, batch, now)
    if (isPostgres(tx)) await countAnew(ledger, tx, batch.versions.length)
    const { cursor } = batch
    if (cursor === null) return 'committed'
    await tx
      .insertInto('cursors')
      .values({ tenant, source, cursor, updated_at: now })
      .onConflict((conflict) => conflict.columns(['tenant', 'source']).doUpdateSet({ cursor, updated_at: now }))
      .execute()
    return 'committed'
  })
}

/**
 * A server that has not counted a table since it was empty looks rows up by the wrong index, and reads every dossier of a source for each.
 * It counts by itself after a minute; a first reading writes a hundred thousand until then.
 */
async function countAnew({ growth }: SqlLedger, tx: Transaction<LedgerTables>, versions: number): Promise<void> {
  growth.versions += versions
  if (growth.versions < growth.countAt) return
  growth.countAt = 2 * growth.versions
  await sql`analyze dossiers, operations, payloads, failures`.execute(tx)
}

const factColumns = [
  'local_code',
  'procedure_code',
  'national_procedure',
  'agency_code',
  'channel',
  'origin',
  'submitted_at',
  'received_at',
  'due_at',
  'finished_at',
  'returned_at',
  'status',
  'status_history',
  'fee_total',
  'online_payment',
  'flags',
  'updated_at',
] as const

/** Whether one of these dossiers was written since the plans were made, or has a request on its way. Holds the rows until the commit. */
async function isStale(tx: Transaction<LedgerTables>, { tenant, source, versions, revisions }: PlannedBatch): Promise<boolean> {
  if (versions.length === 0) return false
  const keys = textList(
    tx,
    versions.map(({ row }) => row.source_id),
  )
  let asked = tx
    .selectFrom('dossiers')
    .select(['source_id', 'revision'])
    .where('tenant', '=', tenant)
    .where('source', '=', source)
    .where('source_id', 'in', keys)
  if (isPostgres(tx)) asked = asked.orderBy('source_id').forUpdate()
  const found = await asked.execute()
  if (found.length !== revisions.size || found.some(({ source_id, revision }) => revisions.get(source_id) !== revision)) return true
  const leaving = await tx
    .selectFrom('operations')
    .select('id')
    .where('tenant', '=', tenant)
    .where('source', '=', source)
    .where('source_id', 'in', keys)
    .where('state', '=', 'sending')
    .limit(1)
    .executeTakeFirst()
  return leaving !== undefined
}

/** What waits without a time was planned by a pass that had not ended yet; what waits for a person is `failed`. */
export async function releasePlanned(ledger: SqlLedger, tenant: string, source: string): Promise<number> {
  const now = ledger.clock.now()
  let released = 0
  while (true) {
    const some = await ledger.write(async (tx) => {
      const rows = tx
        .selectFrom('dossiers')
        .select('source_id')
        .where('tenant', '=', tenant)
        .where('source', '=', source)
        .where('state', '=', 'pending')
        .where('next_at', 'is', null)
        .where('source_digest', 'is not', null)
        .limit(RELEASED_TOGETHER)
      const result = await tx
        .updateTable('dossiers')
        .set((eb) => ({ next_at: notBefore(now), revision: eb('revision', '+', 1) }))
        .where('tenant', '=', tenant)
        .where('source', '=', source)
        .where('source_id', 'in', rows)
        .executeTakeFirst()
      return Number(result.numUpdatedRows)
    })
    released += some
    if (some < RELEASED_TOGETHER) return released
  }
}

/** Not while a request of a process that died may still arrive. */
export function notBefore(now: number) {
  return sql<number>`case when quiet_until > ${now} then quiet_until else ${now} end`
}

/** So many rows are locked at a time. */
const RELEASED_TOGETHER = 5000

async function addOperations(
  tx: Transaction<LedgerTables>,
  shared: Pick<Insertable<OperationTable>, 'tenant' | 'source' | 'created_at'>,
  operations: readonly (NewOperation & { readonly source_id: string })[],
): Promise<void> {
  for (const added of slices(operations)) {
    const rows = added.map(({ source_id, kind, digest }) => ({
      ...shared,
      source_id,
      kind,
      digest,
      state: 'pending' as const,
      attempts: 0,
      deadline: null,
      maybe_doubled: 0,
    }))
    const numbered = await tx.insertInto('operations').values(rows).returning(['id', 'source_id', 'kind', 'digest']).execute()
    // A dossier has one record, and each of its steps once.
    const numbers = new Map(numbered.map(({ id, source_id, kind, digest }) => [`${source_id}\n${kind}\n${digest}`, Number(id)]))
    const payloads = added.map(({ source_id, kind, digest, payload }) => ({
      tenant: shared.tenant,
      operation: numbers.get(`${source_id}\n${kind}\n${digest}`) ?? 0,
      sealed: payload,
    }))
    await tx.insertInto('payloads').values(payloads).execute()
  }
}

/** A dossier has one failure: when it was first seen stays, and how often is counted. */
export async function keepFailures(tx: Transaction<LedgerTables>, failures: readonly Insertable<FailureTable>[]): Promise<void> {
  await tx
    .insertInto('failures')
    .values(failures)
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'source', 'source_id']).doUpdateSet((eb) => ({
        cause: eb.ref('excluded.cause'),
        stage: eb.ref('excluded.stage'),
        place: eb.ref('excluded.place'),
        message: eb.ref('excluded.message'),
        hint: eb.ref('excluded.hint'),
        findings: eb.ref('excluded.findings'),
        last_at: eb.ref('excluded.last_at'),
        times: eb('failures.times', '+', 1),
      })),
    )
    .execute()
}

export async function clearFailures(tx: Transaction<LedgerTables>, tenant: string, source: string, sourceIds: readonly string[]): Promise<void> {
  if (sourceIds.length === 0) return
  await tx
    .deleteFrom('failures')
    .where('tenant', '=', tenant)
    .where('source', '=', source)
    .where('source_id', 'in', textList(tx, sourceIds))
    .execute()
}

export async function savedCursor(ledger: SqlLedger, tenant: string, source: string): Promise<unknown> {
  const row = await ledger.db.selectFrom('cursors').select('cursor').where('tenant', '=', tenant).where('source', '=', source).executeTakeFirst()
  return row ? (JSON.parse(row.cursor) as unknown) : null
}

/** Dossiers to read again each pass: open ones, those closed lately, those that failed and those marked for it. Read in slices. */
export async function* openDossiers(ledger: SqlLedger, tenant: string, source: string, closedAfter: number): AsyncGenerator<DossierRow> {
  let after = ''
  while (true) {
    const rows = await ledger.db
      .selectFrom('dossiers')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('source', '=', source)
      .where('source_id', '>', after)
      .where((eb) => eb.or([eb('open', '=', 1), eb('closed_at', '>=', closedAfter), eb('state', '=', 'failed'), eb('source_digest', 'is', null)]))
      .orderBy('source_id')
      .limit(500)
      .execute()
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < 500) return
    after = last.source_id
  }
}

export async function startRun(ledger: SqlLedger, tenant: string, source: string): Promise<number> {
  return ledger.write(async (tx) => {
    const row = await tx
      .insertInto('runs')
      .values({ tenant, source, started_at: ledger.clock.now(), ended_at: null, outcome: 'running' })
      .returning('id')
      .executeTakeFirstOrThrow()
    return Number(row.id)
  })
}

export async function endRun(ledger: SqlLedger, tenant: string, run: number, outcome: RunOutcome): Promise<void> {
  await ledger.write(async (tx) => {
    await tx.updateTable('runs').set({ ended_at: ledger.clock.now(), outcome }).where('tenant', '=', tenant).where('id', '=', run).execute()
  })
}

export async function runCounters(ledger: SqlLedger, tenant: string, run: number): Promise<Record<VersionCounter, number>> {
  return ledger.db.selectFrom('runs').select(versionCounters).where('tenant', '=', tenant).where('id', '=', run).executeTakeFirstOrThrow()
}
