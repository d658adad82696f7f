/** The journal of payments: every message that left or came, in one chain for each partner code. */
import { createHash } from 'node:crypto'
import { type Kysely, sql, type Transaction } from 'kysely'
import { canonicalJson } from '../../base/index.js'
import type { SqlLedger } from '../ledger.js'
import type { LedgerTables } from '../schema.js'
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

/** Adds entries within a transaction. On PostgreSQL whoever adds to the same chain waits for his turn. */
export async function appendJournal(
  tx: Transaction<LedgerTables>,
  { vault, kind }: Pick<SqlLedger, 'vault'> & { readonly kind: 'sqlite' | 'postgres' },
  tenant: string,
  at: number,
  entries: readonly JournalEntry[],
): Promise<void> {
  for (const { partner, kind: what, reference, message, note } of entries) {
    if (kind === 'postgres') await sql`select pg_advisory_xact_lock(hashtextextended(${`payments/${tenant}/${partner}`}, 0))`.execute(tx)
    const last = await lastOf(tx, tenant, partner)
    const content = {
      tenant,
      partner,
      seq: (last?.seq ?? 0) + 1,
      at,
      kind: what,
      reference,
      message_digest: vault.digest(tenant, message),
      note: canonicalJson(note),
      previous: last?.hash ?? BEGINNING,
    }
    await tx
      .insertInto('payment_journal')
      .values({ ...content, hash: hashOf(content) })
      .execute()
  }
}

async function lastOf(tx: Kysely<LedgerTables>, tenant: string, partner: string) {
  return await tx
    .selectFrom('payment_journal')
    .select(['seq', 'hash'])
    .where('tenant', '=', tenant)
    .where('partner', '=', partner)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Binds an entry to everything before it. Of plain SHA-256, so that an auditor needs no key of ours. */
function hashOf({ hash: _, ...entry }: Omit<PaymentJournalTable, 'hash'> & { readonly hash?: string }): string {
  return createHash('sha256').update(canonicalJson(entry)).digest('base64url')
}

export type ChainVerdict =
  | { readonly holds: true; readonly entries: number }
  /** From this entry on nothing can be relied on. */
  | { readonly holds: false; readonly entries: number; readonly brokenAt: number; readonly problem: 'changed' | 'missing' | 'unbound' }

const PAGE = 1000

/** Reads a whole chain and says whether anything in it was changed, taken out or put in. Flat in memory. */
export async function verifyJournal({ db }: Pick<SqlLedger, 'db'>, tenant: string, partner: string): Promise<ChainVerdict> {
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
