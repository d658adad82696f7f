import type { DatabaseConnection, Kysely, Transaction } from 'kysely'
import { dropPayloads } from './dispatching.js'
import type { GroupStatements, MarkEntry, SettlementEntry } from './group.js'
import { clearFailures, keepFailures } from './planning.js'
import { onConnection, prepared, type Slots } from './prepared.js'
import type { JournalTable, LedgerTables } from './schema.js'
import type { DossierKey, DossierRow } from './sync-ledger.js'

type Tx = Transaction<LedgerTables>

/** What every send runs, built once. */
const statements = {
  markSending: prepared(
    (
      db: Kysely<LedgerTables>,
      { id, deadline, tenant, source, source_id, revision }: Slots<{ id: number; deadline: number; revision: number } & DossierKey>,
    ) =>
      db
        .updateTable('operations')
        .set({ state: 'sending', deadline })
        .where('id', '=', id)
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('dossiers')
              .select('dossiers.revision')
              .where('dossiers.tenant', '=', tenant)
              .where('dossiers.source', '=', source)
              .where('dossiers.source_id', '=', source_id)
              .where('dossiers.revision', '=', revision),
          ),
        ),
  ),
  waits: prepared((db: Kysely<LedgerTables>, { id }: Slots<{ id: number }>) => db.selectFrom('operations').select('id').where('id', '=', id)),
  linkCode: prepared((db: Kysely<LedgerTables>, { tenant, source, source_id, code, first_sent_at }: Slots<LedgerTables['code_links']>) =>
    db
      .insertInto('code_links')
      .values({ tenant, source, source_id, code, first_sent_at })
      .onConflict((conflict) => conflict.columns(['tenant', 'source', 'source_id', 'code']).doNothing()),
  ),
  confirm: prepared((db: Kysely<LedgerTables>, { id }: Slots<{ id: number }>) => db.deleteFrom('operations').where('id', '=', id)),
  settle: prepared((db: Kysely<LedgerTables>, row: Slots<DossierRow & { next_revision: number }>) => {
    const { state, reason, sent_code, presence, wire_digest, confirmed_versions, next_at, quiet_until, updated_at, next_revision } = row
    return db
      .updateTable('dossiers')
      .set({ state, reason, sent_code, presence, wire_digest, confirmed_versions, next_at, quiet_until, updated_at, revision: next_revision })
      .where('tenant', '=', row.tenant)
      .where('source', '=', row.source)
      .where('source_id', '=', row.source_id)
      .where('revision', '=', row.revision)
  }),
  /** Apart from the rest: setting the digest, even to what it was, would write its index anew at every send. */
  readAgain: prepared((db: Kysely<LedgerTables>, { tenant, source, source_id }: Slots<DossierKey>) =>
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

/**
 * Payloads of confirmed operations are dropped many at a time: neighbouring rows then free whole pages, which costs next to nothing,
 * while one by one each rewrites its page. What a crash leaves behind is swept when the ledger is opened.
 */
const SWEEP_EVERY = 500

/** @param confirmed operations whose payloads may go. */
export function sqliteStatements(confirmed: number[]): GroupStatements {
  return {
    async settle(tx, entries) {
      await onConnection(tx, async (connection) => {
        for (const entry of entries) await settleOne(tx, entry, connection)
      })
      for (const { row, settlement, at, stale } of entries) {
        if (stale) continue
        const { tenant, source, source_id } = row
        confirmed.push(...settlement.done)
        for (const { id, ...changes } of settlement.changed)
          await tx
            .updateTable('operations')
            .set({ ...changes, deadline: null })
            .where('id', '=', id)
            .execute()
        if (settlement.failure) await keepFailures(tx, [{ ...settlement.failure, tenant, source, source_id, first_at: at, last_at: at, times: 1 }])
        if (settlement.moved?.from === 'failed') await clearFailures(tx, tenant, source, [source_id])
      }
      if (confirmed.length >= SWEEP_EVERY) await dropPayloads(tx, confirmed.splice(0))
    },
    mark: (tx, entries) =>
      onConnection(tx, async (connection) => {
        const marked = []
        for (const entry of entries) if (await markOne(tx, entry, connection)) marked.push(entry)
        return marked
      }),
  }
}

/** What nearly every answer changes; the rest of it follows. */
async function settleOne(tx: Tx, entry: SettlementEntry, connection: DatabaseConnection): Promise<void> {
  const { row, settlement, at } = entry
  const { tenant, source, source_id } = row
  const changed = { ...row, ...settlement.dossier, updated_at: at, revision: row.revision, next_revision: row.revision + 1 }
  const { numAffectedRows } = await statements.settle(tx, changed, connection)
  entry.stale = Number(numAffectedRows) === 0
  if (entry.stale) return
  for (const id of settlement.done) await statements.confirm(tx, { id }, connection)
  if (settlement.dossier.source_digest === null) await statements.readAgain(tx, row, connection)
  if (settlement.journal) await statements.journal(tx, { ...settlement.journal, tenant, source, source_id }, connection)
}

async function markOne(tx: Tx, { leaving, at }: MarkEntry, connection: DatabaseConnection): Promise<boolean> {
  const { row, operations, code, deadline } = leaving
  const { tenant, source, source_id, revision } = row
  // All of them leave or none: the first tells by itself whether it can be marked.
  for (const id of operations.slice(1)) if ((await statements.waits(tx, { id }, connection)).rows.length === 0) return false
  for (const id of operations) {
    const { numAffectedRows } = await statements.markSending(tx, { id, deadline, tenant, source, source_id, revision }, connection)
    if (Number(numAffectedRows) === 0) return false
  }
  // The first time a code is used; afterwards the row names it.
  if (row.sent_code !== code) await statements.linkCode(tx, { tenant, source, source_id, code, first_sent_at: at }, connection)
  return true
}
