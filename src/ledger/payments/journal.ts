/** The journal of payments: every message that left or came, in one chain for each partner code. */
import { hash } from 'node:crypto'
import { type Kysely, sql, type Transaction } from 'kysely'
import { canonicalJson } from '../../base/index.js'
import { onConnection, prepared, type Slots } from '../prepared.js'
import type { LedgerTables } from '../schema.js'
import { isPostgres } from '../sql-lists.js'
import type { Vault } from '../vault.js'
import type { PaymentJournalTable } from './tables.js'

export interface JournalEntry {
  readonly partner: string
  readonly kind: string
  readonly reference: string | null
  /** As it was sent or came; only its keyed digest is kept. */
  readonly message: Uint8Array | string
  /** No personal data. */
  readonly note: Readonly<Record<string, string | number | boolean | null>>
}

/** What the first entry of a chain is bound to. */
const BEGINNING = ''

/** An entry that waits for the end of its group. */
export interface JournalAddition {
  readonly tenant: string
  readonly at: number
  readonly entry: JournalEntry
}

const statements = {
  last: prepared((db: Kysely<LedgerTables>, { tenant, partner }: Slots<{ tenant: string; partner: string }>) =>
    db
      .selectFrom('payment_journal')
      .select(['seq', 'hash'])
      .where('tenant', '=', tenant)
      .where('partner', '=', partner)
      .orderBy('seq', 'desc')
      .limit(1),
  ),
  add: prepared((db: Kysely<LedgerTables>, row: Slots<PaymentJournalTable>) => {
    const { tenant, partner, seq, at, kind, reference, message_digest, note, previous, hash } = row
    return db.insertInto('payment_journal').values({ tenant, partner, seq, at, kind, reference, message_digest, note, previous, hash })
  }),
}

/**
 * Adds entries within a transaction: its last act. On PostgreSQL whoever adds to the same chain waits for his turn, and whoever adds to several
 * takes them in one order. The end of each chain is read once.
 */
export async function appendJournal(tx: Transaction<LedgerTables>, vault: Vault, additions: readonly JournalAddition[]): Promise<void> {
  const chains = Map.groupBy(additions, ({ tenant, entry }) => `${tenant}/${entry.partner}`)
  const inOrder = [...chains].sort(([one], [other]) => (one < other ? -1 : 1))
  for (const [name, added] of inOrder) {
    if (isPostgres(tx)) await sql`select pg_advisory_xact_lock(hashtextextended(${`payments/${name}`}, 0))`.execute(tx)
    await onConnection(tx, async (connection) => {
      const [{ tenant, entry }] = added as [JournalAddition, ...JournalAddition[]]
      const [last] = (await statements.last(tx, { tenant, partner: entry.partner }, connection)).rows
      let seq = last?.seq ?? 0
      let previous = last?.hash ?? BEGINNING
      for (const addition of added) {
        const row = rowOf(addition, ++seq, previous, vault)
        await statements.add(tx, row, connection)
        previous = row.hash
      }
    })
  }
}

function rowOf({ tenant, at, entry }: JournalAddition, seq: number, previous: string, vault: Vault): PaymentJournalTable {
  const { partner, kind, reference, message, note } = entry
  const content = {
    ...{ tenant, partner, seq, at, kind, reference: reference && storable(reference), message_digest: vault.digest(tenant, message) },
    ...{ note: canonicalJson(Object.fromEntries(Object.entries(note).map(([name, value]) => [name, storable(value)]))), previous },
  }
  return { ...content, hash: hashOf(content) }
}

/** As every database gives it back: with a text that it changes, an entry would no longer have its own hash. */
function storable<T>(value: T): T | string {
  return typeof value === 'string' ? value.slice(0, LONGEST).toWellFormed().replaceAll('\0', '\uFFFD') : value
}

const LONGEST = 255

/** Binds an entry to everything before it. Of plain SHA-256, so that an auditor needs no key of ours. */
function hashOf(entry: Omit<PaymentJournalTable, 'hash'>): string {
  const { at, kind, message_digest, note, partner, previous, reference, seq, tenant } = entry
  // The names in the alphabet's order: canonical JSON.
  return hash('sha256', JSON.stringify({ at, kind, message_digest, note, partner, previous, reference, seq, tenant }), 'base64url')
}

export type ChainVerdict =
  | { readonly holds: true; readonly entries: number }
  /** From this entry on nothing can be relied on. */
  | { readonly holds: false; readonly entries: number; readonly brokenAt: number; readonly problem: 'changed' | 'missing' | 'unbound' }

const PAGE = 1000

/** Reads a whole chain and says whether anything in it was changed, taken out or put in. Flat in memory. */
export async function verifyJournal({ db }: { readonly db: Kysely<LedgerTables> }, tenant: string, partner: string): Promise<ChainVerdict> {
  let seq = 0
  let previous = BEGINNING
  for (;;) {
    const rows = await db
      .selectFrom('payment_journal')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('partner', '=', partner)
      .where('seq', '>', seq)
      .orderBy('seq')
      .limit(PAGE)
      .execute()
    for (const entry of rows) {
      const broken = (problem: 'changed' | 'missing' | 'unbound') => ({ holds: false, entries: seq, brokenAt: entry.seq, problem }) as const
      if (entry.seq !== seq + 1) return broken('missing')
      if (entry.previous !== previous) return broken('unbound')
      if (entry.hash !== hashOf(entry)) return broken('changed')
      seq = entry.seq
      previous = entry.hash
    }
    if (rows.length < PAGE) return { holds: true, entries: seq }
  }
}
