import { type Kysely, sql } from 'kysely'
import type { LedgerTables } from '../../../src/ledger/index.js'
import type { MemoryStore } from '../../simulation/memory-ledger.js'

/** Everything that the engine's port writes, in an order that does not depend on who keeps it. */
export type LedgerDump = Readonly<Record<DumpedTable, readonly DumpedRow[]>>
export type DumpedRow = Readonly<Record<string, unknown>>

type DumpedTable =
  | 'dossiers'
  | 'operations'
  | 'failures'
  | 'facts'
  | 'codeLinks'
  | 'fileLinks'
  | 'claims'
  | 'contests'
  | 'gone'
  | 'marks'
  | 'journal'
  | 'runs'
  | 'cursors'
  | 'notes'

/** Payloads only of operations that wait: those of confirmed ones are swept now and then. */
export async function dumpSql(db: Kysely<LedgerTables>): Promise<LedgerDump> {
  return inOrder({
    dossiers: await db.selectFrom('dossiers').selectAll().execute(),
    operations: await db
      .selectFrom('operations')
      .leftJoin('payloads', 'payloads.operation', 'operations.id')
      .selectAll('operations')
      .select('payloads.sealed')
      .execute(),
    failures: await db.selectFrom('failures').selectAll().execute(),
    facts: await db.selectFrom('dossier_facts').selectAll().execute(),
    codeLinks: await db.selectFrom('code_links').selectAll().execute(),
    fileLinks: await db.selectFrom('file_links').selectAll().execute(),
    claims: await db.selectFrom('code_claims').selectAll().execute(),
    contests: await db.selectFrom('contests').selectAll().execute(),
    gone: await db.selectFrom('gone').selectAll().execute(),
    marks: await db.selectFrom('marks').selectAll().execute(),
    journal: await db.selectFrom('journal').selectAll().execute(),
    runs: await db.selectFrom('runs').selectAll().execute(),
    cursors: await db.selectFrom('cursors').selectAll().execute(),
    // What the ledger notes of itself has plain names.
    notes: await db.selectFrom('meta').selectAll().where(sql<boolean>`name like '%/%'`).execute(),
  })
}

export function dumpMemory(store: MemoryStore): LedgerDump {
  const { dossiers, operations, failures, facts, codeLinks, fileLinks, claims, contests, gone, marks, journal, runs, cursors, notes } = store
  return inOrder({
    dossiers: [...dossiers.values()],
    operations: [...operations.values()].flat(),
    failures: [...failures.values()],
    facts: [...facts.values()],
    codeLinks: [...codeLinks.values()],
    fileLinks: [...fileLinks.values()],
    claims: [...claims.values()],
    contests: [...contests.values()],
    gone: [...gone.values()],
    marks: [...marks.values()],
    journal,
    runs: [...runs.values()],
    cursors: [...cursors.values()],
    notes: [...notes].map(([name, value]) => ({ name, value })),
  })
}

function inOrder(tables: Readonly<Record<keyof LedgerDump, readonly object[]>>): LedgerDump {
  const rows = (table: keyof LedgerDump) => tables[table].map(plain).sort(byText)
  return {
    dossiers: rows('dossiers'),
    operations: rows('operations'),
    failures: rows('failures'),
    facts: rows('facts'),
    codeLinks: rows('codeLinks'),
    fileLinks: rows('fileLinks'),
    claims: rows('claims'),
    contests: rows('contests'),
    gone: rows('gone'),
    marks: rows('marks'),
    journal: rows('journal'),
    runs: rows('runs'),
    cursors: rows('cursors'),
    notes: rows('notes'),
  }
}

/** Columns by name, bytes as text: two rows are equal when they look equal. */
function plain(row: object): DumpedRow {
  const entries = Object.entries(row).map(([column, value]: [string, unknown]) => [
    column,
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  ])
  return Object.fromEntries(entries.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)))
}

function byText(one: DumpedRow, other: DumpedRow): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1
}
