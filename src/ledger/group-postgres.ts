import { type RawBuilder, sql, type Transaction } from 'kysely'
import { dropPayloads } from './dispatching.js'
import type { GroupStatements, MarkEntry, SettlementEntry } from './group.js'
import { keepFailures } from './planning.js'
import type { LedgerTables } from './schema.js'
import { numberList } from './sql-lists.js'

type Row = Readonly<Record<string, unknown>>

/** Rows as one parameter. */
function recordset(rows: readonly Row[], columns: string): RawBuilder<unknown> {
  return sql`jsonb_to_recordset(${jsonb(rows)}::jsonb) as given(${sql.raw(columns)})`
}

/** What PostgreSQL does not take inside of its JSON: a NUL, and half of a pair. As text it would have replaced both. */
function jsonb(rows: readonly Row[]): string {
  const text = JSON.stringify(rows)
  if (!/\\u(0000|d[89a-f])/.test(text)) return text
  return JSON.stringify(rows, (_name, value: unknown) => (typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value))
}

const JOURNAL = `tenant text, at bigint, source text, source_id text, operation text, code text, attempt integer, items integer, request_digest text,
  answer_digest text, answer_code text, outcome text, ms integer, note text`
const LINKS = 'tenant text, source text, source_id text, code text, first_sent_at bigint'

function columnsOf(typed: string): string {
  return typed
    .split(',')
    .map((column) => column.trim().split(' ')[0])
    .join(', ')
}

const keyOf = ({ tenant, source, source_id }: { tenant: string; source: string; source_id: string }) => ({ tenant, source, source_id })
const nameOf = ({ tenant, source, source_id }: { tenant: string; source: string; source_id: string }) => `${tenant}\n${source}\n${source_id}`
const SAME = sql.raw('tenant = given.tenant and it.source = given.source and it.source_id = given.source_id')

export const postgresStatements: GroupStatements = {
  async settle(tx, entries) {
    const settled = await settleDossiers(tx, entries)
    for (const entry of entries) entry.stale = !settled.has(nameOf(entry.row))
    const valid = entries.filter(({ stale }) => !stale)
    const done = valid.flatMap(({ settlement }) => settlement.done)
    if (done.length > 0) {
      await tx.deleteFrom('operations').where('id', 'in', numberList(tx, done)).execute()
      await dropPayloads(tx, done)
    }
    const changed = valid.flatMap(({ settlement }) => settlement.changed)
    if (changed.length > 0)
      await sql`update operations as it set state = coalesce(given.state, it.state), attempts = coalesce(given.attempts, it.attempts),
        maybe_doubled = coalesce(given.maybe_doubled, it.maybe_doubled), deadline = null
        from ${recordset(changed, 'id bigint, state text, attempts integer, maybe_doubled integer')} where it.id = given.id`.execute(tx)
    await readAgain(tx, valid)
    const journal = valid.flatMap(({ row, settlement }) => (settlement.journal ? [{ ...settlement.journal, ...keyOf(row) }] : []))
    if (journal.length > 0) await sql`insert into journal (${sql.raw(columnsOf(JOURNAL))}) select * from ${recordset(journal, JOURNAL)}`.execute(tx)
    const failures = valid.flatMap(({ row, settlement, at }) =>
      settlement.failure ? [{ ...settlement.failure, ...keyOf(row), first_at: at, last_at: at, times: 1 }] : [],
    )
    if (failures.length > 0) await keepFailures(tx, failures)
    const healed = valid.filter(({ settlement }) => settlement.moved?.from === 'failed').map(({ row }) => keyOf(row))
    if (healed.length > 0)
      await sql`delete from failures as it using ${recordset(healed, 'tenant text, source text, source_id text')} where it.${SAME}`.execute(tx)
  },

  async mark(tx, entries) {
    const asked = entries.map(({ leaving: { row, operations } }) => ({ ...keyOf(row), revision: row.revision, operations }))
    // In one order, so that two writers of the same rows wait for each other instead of for ever.
    const { rows } = await sql<{ tenant: string; source: string; source_id: string }>`select it.tenant, it.source, it.source_id from dossiers as it
      join ${recordset(asked, 'tenant text, source text, source_id text, revision bigint, operations bigint[]')} on it.${SAME} and it.revision = given.revision
      where (select count(*) from operations where id = any(given.operations)) = cardinality(given.operations)
      order by it.tenant, it.source, it.source_id for update of it`.execute(tx)
    const known = new Set(rows.map(nameOf))
    const marked = entries.filter(({ leaving }) => known.has(nameOf(leaving.row)))
    const sending = marked.flatMap(({ leaving: { operations, deadline } }) => operations.map((id) => ({ id, deadline })))
    if (sending.length > 0)
      await sql`update operations as it set state = 'sending', deadline = given.deadline
        from ${recordset(sending, 'id bigint, deadline bigint')} where it.id = given.id`.execute(tx)
    await linkCodes(tx, marked)
    return marked
  },
}

async function settleDossiers(tx: Transaction<LedgerTables>, entries: readonly SettlementEntry[]): Promise<ReadonlySet<string>> {
  const given = entries.map(({ row, settlement, at }) => {
    const { state, reason, sent_code, presence, wire_digest, confirmed_versions, next_at, quiet_until } = { ...row, ...settlement.dossier }
    return {
      ...keyOf(row),
      revision: row.revision,
      state,
      reason,
      sent_code,
      presence,
      wire_digest,
      confirmed_versions,
      next_at,
      quiet_until,
      updated_at: at,
    }
  })
  const { rows } = await sql<{ tenant: string; source: string; source_id: string }>`update dossiers as it
    set state = given.state, reason = given.reason, sent_code = given.sent_code, presence = given.presence, wire_digest = given.wire_digest,
      confirmed_versions = given.confirmed_versions, next_at = given.next_at, quiet_until = given.quiet_until, updated_at = given.updated_at, revision = it.revision + 1
    from ${recordset(
      given,
      `tenant text, source text, source_id text, revision bigint, state text, reason text, sent_code text, presence text, wire_digest text,
       confirmed_versions integer, next_at bigint, quiet_until bigint, updated_at bigint`,
    )}
    where it.${SAME} and it.revision = given.revision returning it.tenant, it.source, it.source_id`.execute(tx)
  return new Set(rows.map(nameOf))
}

async function readAgain(tx: Transaction<LedgerTables>, entries: readonly SettlementEntry[]): Promise<void> {
  const again = entries.filter(({ settlement }) => settlement.dossier.source_digest === null).map(({ row }) => keyOf(row))
  if (again.length > 0)
    await sql`update dossiers as it set source_digest = null from ${recordset(again, 'tenant text, source text, source_id text')} where it.${SAME}`.execute(
      tx,
    )
}

/** The first time a code is used; afterwards the row names it. */
async function linkCodes(tx: Transaction<LedgerTables>, marked: readonly MarkEntry[]): Promise<void> {
  const links = marked.flatMap(({ leaving: { row, code }, at }) => (row.sent_code === code ? [] : [{ ...keyOf(row), code, first_sent_at: at }]))
  if (links.length === 0) return
  await sql`insert into code_links (${sql.raw(columnsOf(LINKS))}) select * from ${recordset(links, LINKS)} on conflict do nothing`.execute(tx)
}
