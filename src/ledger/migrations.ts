import { type Kysely, sql } from 'kysely'

export interface LedgerMigration {
  readonly version: number
  readonly name: string
  up(db: Kysely<unknown>): Promise<void>
}

/**
 * Every change of the tables, in order, for ever: a released migration is never edited.
 * Written in the part of SQL that SQLite and PostgreSQL share; `identity` and `bytes` are the places where they differ.
 */
export function migrationsFor(dialect: 'sqlite' | 'postgres'): readonly LedgerMigration[] {
  const identity = dialect === 'sqlite' ? sql`integer primary key autoincrement` : sql`bigint generated always as identity primary key`
  // Such a table is its own index: one page to write instead of two.
  const clustered = dialect === 'sqlite' ? sql` without rowid` : sql``
  const bytes = dialect === 'sqlite' ? sql`blob` : sql`bytea`
  return [
    {
      version: 1,
      name: 'dossiers, operations, failures, journal, runs, facts',
      async up(db) {
        const statements = [
          sql`create table cursors (tenant text not null, source text not null, cursor text not null, updated_at bigint not null, primary key (tenant, source))`,
          sql`create table dossiers (
            tenant text not null, source text not null, source_id text not null,
            source_digest text, epoch text not null, version integer not null, version_run bigint not null,
            state text not null, reason text, local_code text, sent_code text, presence text not null, wire_digest text,
            known_steps text not null, confirmed_versions integer not null, open integer not null,
            received_at bigint, closed_at bigint, next_at bigint, updated_at bigint not null,
            primary key (tenant, source, source_id))`,
          sql`create index dossiers_by_digest on dossiers (tenant, source, source_digest, epoch)`,
          sql`create index dossiers_due on dossiers (tenant, next_at) where next_at is not null`,
          sql`create index dossiers_open on dossiers (tenant, source, open, closed_at)`,
          sql`create table operations (
            id ${identity}, tenant text not null, source text not null, source_id text not null,
            kind text not null, state text not null, attempts integer not null, deadline bigint, maybe_doubled integer not null,
            digest text not null, created_at bigint not null)`,
          sql`create table payloads (operation ${dialect === 'sqlite' ? sql`integer` : sql`bigint`} primary key, tenant text not null, sealed ${bytes} not null)`,
          sql`create index operations_by_dossier on operations (tenant, source, source_id, id)`,
          sql`create table failures (
            tenant text not null, source text not null, source_id text not null,
            cause text not null, stage text not null, place text not null, message text not null, hint text not null, findings text not null,
            first_at bigint not null, last_at bigint not null, times integer not null,
            primary key (tenant, source, source_id))`,
          sql`create index failures_by_cause on failures (tenant, cause)`,
          sql`create table code_links (
            tenant text not null, source text not null, source_id text not null, code text not null, first_sent_at bigint not null,
            primary key (tenant, source, source_id, code))${clustered}`,
          sql`create table journal (
            id ${identity}, tenant text not null, at bigint not null, source text not null, source_id text not null, operation text not null,
            code text not null, attempt integer not null, items integer not null, request_digest text not null,
            answer_digest text, answer_code text, outcome text not null, ms integer not null, note text)`,
          sql`create index journal_by_dossier on journal (tenant, source, source_id, id)`,
          sql`create table runs (
            id ${identity}, tenant text not null, source text not null, started_at bigint not null, ended_at bigint, outcome text not null,
            seen bigint not null default 0, unchanged bigint not null default 0, skipped bigint not null default 0, failed bigint not null default 0,
            pending bigint not null default 0, created bigint not null default 0, updated bigint not null default 0, superseded bigint not null default 0)`,
          sql`create table dossier_facts (
            tenant text not null, source text not null, source_id text not null,
            local_code text, procedure_code text, national_procedure text, agency_code text, channel text, origin text not null,
            submitted_at bigint, received_at bigint, due_at bigint, finished_at bigint, returned_at bigint,
            status integer, status_history text not null, fee_total bigint, online_payment text, flags text not null, updated_at bigint not null,
            primary key (tenant, source, source_id))`,
        ]
        for (const statement of statements) await statement.execute(db)
      },
    },
    {
      version: 2,
      name: 'procedure catalogues, matches and decisions',
      async up(db) {
        const statements = [
          sql`create table catalogue_entries (
            tenant text not null, catalogue text not null, code text not null, name text not null, state text not null,
            first_listed text not null, inactive_since text, reference text, sector_code text, sector_name text, detail_at bigint, version_from text, findings text,
            primary key (tenant, catalogue, code))`,
          sql`create table catalogue_versions (
            tenant text not null, catalogue text not null, code text not null, valid_from text not null, digest text not null, content text not null,
            primary key (tenant, catalogue, code, valid_from))`,
          sql`create table catalogue_listings (
            tenant text not null, catalogue text not null, code text not null, name text not null, reference text, detail text,
            primary key (tenant, catalogue, code))${clustered}`,
          sql`create table catalogue_pulls (
            id ${identity}, tenant text not null, catalogue text not null, started_at bigint not null, ended_at bigint, state text not null,
            cursor text, listed_at bigint, report text not null)`,
          sql`create index catalogue_pulls_last on catalogue_pulls (tenant, catalogue, id)`,
          sql`create table catalogue_references (
            tenant text not null, kind text not null, code text not null, content text not null, read_at bigint not null,
            primary key (tenant, kind, code))${clustered}`,
          sql`create table code_matches (
            tenant text not null, local_code text not null, valid_from text not null, decision text not null, national_code text,
            score double precision not null, reasons text not null, candidates text not null, decided_at bigint not null,
            primary key (tenant, local_code, valid_from))${clustered}`,
          sql`create table code_decisions (
            tenant text not null, local_code text not null, valid_from text not null, national_code text, decided_at bigint not null,
            primary key (tenant, local_code, valid_from))${clustered}`,
          sql`create table service_links (
            tenant text not null, url text not null, codes text not null, checked_at bigint not null, outcome text not null, status integer, problem text,
            primary key (tenant, url))${clustered}`,
        ]
        for (const statement of statements) await statement.execute(db)
      },
    },
    {
      version: 3,
      name: 'several workers: revisions, shards, priorities, shared rates',
      async up(db) {
        const statements = [
          sql`alter table dossiers add column revision bigint not null default 0`,
          sql`alter table dossiers add column quiet_until bigint`,
          sql`alter table dossiers add column shard integer not null default 0`,
          sql`alter table dossiers add column priority integer not null default 0`,
          sql`drop index dossiers_due`,
          sql`create index dossiers_due on dossiers (tenant, priority, next_at) where next_at is not null`,
          ...(dialect === 'postgres'
            ? [
                sql`create index dossiers_due_shard on dossiers (tenant, shard, priority, next_at) where next_at is not null`,
                sql`create index dossiers_unreadable on dossiers (tenant, source) where source_id like '?%'`,
                sql`create index dossiers_kept_back on dossiers (tenant, source, source_id) where state = 'pending' and next_at is null`,
              ]
            : []),
          sql`create index operations_sending on operations (tenant, source, source_id) where state = 'sending'`,
          sql`create table shards (
            tenant text not null, shard text not null, epoch bigint not null, holder text not null, backend bigint not null, heartbeat_at bigint not null,
            primary key (tenant, shard))${clustered}`,
          sql`create table budgets (tenant text not null, system text not null, next_at double precision not null, primary key (tenant, system))${clustered}`,
        ]
        for (const statement of statements) await statement.execute(db)
      },
    },
    {
      version: 4,
      name: 'whose a code is, what is gone at its source, marks at the source',
      async up(db) {
        const statements = [
          sql`create table code_claims (
            tenant text not null, code text not null, source text not null, source_id text not null, rules text not null, steps_until bigint,
            primary key (tenant, code))${clustered}`,
          sql`create index code_claims_by_dossier on code_claims (tenant, source, source_id)`,
          // What was sent comes first: it stands at the target. Of the rest, what was read first.
          sql`insert into code_claims (tenant, code, source, source_id, rules)
            select tenant, upper(trim(sent_code)), source, source_id, '' from dossiers where sent_code is not null
            order by tenant, sent_code, source, source_id on conflict do nothing`,
          sql`insert into code_claims (tenant, code, source, source_id, rules)
            select tenant, upper(trim(local_code)), source, source_id, '' from dossiers where local_code is not null and state in ('pending', 'confirmed')
            order by tenant, local_code, source, source_id on conflict do nothing`,
          sql`create table contests (
            tenant text not null, source text not null, source_id text not null, code text not null, kind text not null,
            holder_source text not null, holder_id text not null, rules text not null, since bigint not null,
            primary key (tenant, source, source_id))${clustered}`,
          sql`create table gone (
            tenant text not null, source text not null, source_id text not null, since bigint not null, run bigint not null, told_by text not null,
            primary key (tenant, source, source_id))${clustered}`,
          sql`create table marks (
            tenant text not null, source text not null, source_id text not null, version integer not null,
            marked_digest text, marked_at bigint, attempts integer not null, due_at bigint, problem text,
            primary key (tenant, source, source_id))${clustered}`,
          sql`create index marks_due on marks (tenant, source, source_id) where due_at is not null`,
        ]
        for (const statement of statements) await statement.execute(db)
      },
    },
    {
      version: 5,
      name: 'links to files',
      async up(db) {
        const statements = [
          sql`create table file_links (
            tenant text not null, token_digest text not null, list text not null, source text not null, source_id text not null,
            sealed ${bytes} not null, planned_at bigint not null,
            primary key (tenant, token_digest, list))`,
          sql`create index file_links_by_dossier on file_links (tenant, source, source_id)`,
        ]
        for (const statement of statements) await statement.execute(db)
      },
    },
    {
      version: 6,
      name: 'payments: bills, attempts, journal',
      async up(db) {
        const statements = [
          sql`create table bills (
            tenant text not null, id text not null, duty text not null, bill_code text not null, dossier_code text, content_digest text not null,
            amount bigint not null, state text not null, sealed ${bytes} not null, created_at bigint not null, paid_at bigint, paid_by text,
            primary key (tenant, id))${clustered}`,
          sql`create unique index bills_by_content on bills (tenant, duty, bill_code, content_digest)`,
          sql`create index bills_by_code on bills (tenant, bill_code)`,
          sql`create table payment_attempts (
            tenant text not null, reference text not null, bill text not null, partner text not null, amount bigint not null, wire_at text not null,
            state text not null, open integer not null, sealed ${bytes} not null, created_at bigint not null, updated_at bigint not null,
            closes_at bigint not null, next_query_at bigint, queries integer not null, transaction_no text, bank text, paid_amount bigint,
            primary key (tenant, reference))${clustered}`,
          sql`create unique index payment_attempts_open on payment_attempts (tenant, bill) where open = 1`,
          sql`create index payment_attempts_by_bill on payment_attempts (tenant, bill)`,
          sql`create index payment_attempts_to_ask on payment_attempts (tenant, next_query_at) where next_query_at is not null`,
          sql`create table payment_refunds (
            tenant text not null, reference text not null, transaction_no text not null, amount bigint not null, reason text not null,
            asked_at bigint not null, done_at bigint, primary key (tenant, reference, transaction_no))${clustered}`,
          sql`create table payment_receipts (
            tenant text not null, reference text not null, sealed ${bytes} not null, fetched_at bigint not null, primary key (tenant, reference))`,
          sql`create table bill_lookups (
            tenant text not null, lookup_code text not null, bill text not null, shown_at bigint not null, primary key (tenant, lookup_code))${clustered}`,
          sql`create table payment_journal (
            tenant text not null, partner text not null, seq bigint not null, at bigint not null, kind text not null, reference text,
            message_digest text not null, note text not null, previous text not null, hash text not null,
            primary key (tenant, partner, seq))${clustered}`,
        ]
        for (const statement of statements) await statement.execute(db)
      },
    },
    {
      version: 7,
      name: 'paid bills told to the national portal',
      async up(db) {
        const statements = [
          sql`alter table bills add column dossier_key text`,
          sql`alter table bills add column paid_through text`,
          sql`update bills set dossier_key = upper(trim(dossier_code)) where dossier_code is not null`,
          sql`create index bills_paid on bills (tenant, paid_at, id) where state = 'paid' and dossier_key is not null`,
          sql`create table paid_duties (
            tenant text not null, bill text not null, dossier_key text not null, duty text not null, sealed ${bytes} not null,
            paid_through text not null, paid_at bigint not null, told_at bigint,
            primary key (tenant, bill))${clustered}`,
          sql`create index paid_duties_by_dossier on paid_duties (tenant, dossier_key)`,
          sql`create index paid_duties_by_time on paid_duties (tenant, paid_at)`,
          sql`create index paid_duties_untold on paid_duties (tenant, dossier_key) where told_at is null`,
        ]
        for (const statement of statements) await statement.execute(db)
      },
    },
    {
      version: 8,
      name: 'refunds that a platform was asked to make',
      async up(db) {
        await sql`alter table payment_refunds add column sent_at bigint`.execute(db)
      },
    },
    {
      version: 9,
      name: 'attempts that the platform accepted',
      async up(db) {
        await sql`alter table payment_attempts add column accepted_at bigint`.execute(db)
        await sql`update payment_attempts set accepted_at = updated_at where state = 'initiated'`.execute(db)
      },
    },
    {
      version: 10,
      name: 'paid bills whose money went back',
      async up(db) {
        await sql`alter table paid_duties add column taken_back integer not null default 0`.execute(db)
        await sql`create index payment_refunds_done on payment_refunds (tenant, done_at, reference) where done_at is not null`.execute(db)
      },
    },
    {
      version: 11,
      name: 'bills found by their codes however typed, and replaced by corrected ones',
      async up(db) {
        const statements = [
          sql`alter table bills add column bill_key text not null default ''`,
          sql`alter table bills add column cancelled_as text`,
          sql`update bills set bill_key = upper(trim(bill_code))`,
        ]
        for (const statement of statements) await statement.execute(db)
        await keysOfOtherLetters(db)
        const indexes = [
          sql`drop index bills_by_content`,
          sql`drop index bills_by_code`,
          sql`create index bills_by_key on bills (tenant, bill_key)`,
          sql`create index bills_by_dossier on bills (tenant, dossier_key) where dossier_key is not null`,
          sql`create index bill_lookups_by_bill on bill_lookups (tenant, bill, shown_at)`,
        ]
        for (const index of indexes) await index.execute(db)
      },
    },
    {
      version: 12,
      name: 'receipts that are fetched by themselves',
      async up(db) {
        const statements = [
          sql`alter table payment_attempts add column told_at text`,
          sql`alter table payment_attempts add column receipt_at bigint`,
          sql`alter table payment_attempts add column receipt_link ${bytes}`,
          sql`update payment_attempts set receipt_at = created_at where state = 'paid'`,
          sql`create index payment_attempts_receipt_due on payment_attempts (tenant, receipt_at) where receipt_at is not null`,
        ]
        for (const statement of statements) await statement.execute(db)
      },
    },
  ]
}

/** No database writes Vietnamese letters large as JavaScript does, and SQLite none of them. */
async function keysOfOtherLetters(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ tenant: string; id: string; bill_code: string; dossier_code: string | null }>`
    select tenant, id, bill_code, dossier_code from bills
    where octet_length(bill_code) <> length(bill_code) or octet_length(dossier_code) <> length(dossier_code)`.execute(db)
  const key = (code: string) => code.normalize('NFC').trim().toUpperCase()
  for (const { tenant, id, bill_code, dossier_code } of rows)
    await sql`update bills set bill_key = ${key(bill_code)}, dossier_key = ${dossier_code === null ? null : key(dossier_code)}
      where tenant = ${tenant} and id = ${id}`.execute(db)
}

/** The version that this library writes. */
export const newestVersion = migrationsFor('sqlite').at(-1)?.version ?? 0

const META = sql`create table if not exists meta (name text primary key, value text not null)`

/** The version a ledger has; 0 when it is new. */
export async function schemaVersion(db: Kysely<unknown>): Promise<number> {
  await META.execute(db)
  const { rows } = await sql<{ value: string }>`select value from meta where name = 'schema'`.execute(db)
  return Number(rows[0]?.value ?? 0)
}

/** Applies what is missing. The caller holds the transaction and has made sure that nobody else writes. */
export async function migrate(db: Kysely<unknown>, migrations: readonly LedgerMigration[], from: number): Promise<void> {
  for (const migration of migrations) {
    if (migration.version <= from) continue
    await migration.up(db)
    await sql`insert into meta (name, value) values ('schema', ${String(migration.version)})
      on conflict (name) do update set value = excluded.value`.execute(db)
  }
}
