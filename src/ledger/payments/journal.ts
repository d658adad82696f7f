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
  const { partner, kind, message } = entry
  const reference = entry.reference && storable(entry.reference)
  const note = canonicalJson(storableNote(entry.note))
  const message_digest = vault.digest(tenant, message)
  const hash = hashOf({ tenant, partner, seq, at, kind, reference, message_digest, note, previous })
  return { tenant, partner, seq, at, kind, reference, message_digest, note, previous, hash }
}

function storableNote(note: JournalEntry['note']): JournalEntry['note'] {
  const kept: Record<string, string | number | boolean | null> = {}
  for (const [name, value] of Object.entries(note)) kept[name] = typeof value === 'string' ? storable(value) : value
  return kept
}

/** As every database gives it back: with a text that it changes, an entry would no longer have its own hash. */
function storable(text: string): string {
  // Nearly every one.
  if (text.length <= LONGEST && !text.includes('\0') && text.isWellFormed()) return text
  return text.slice(0, LONGEST).toWellFormed().replaceAll('\0', '\uFFFD')
}

const LONGEST = 255

/** Binds an entry to everything before it. Of plain SHA-256, so that an auditor needs no key of ours. */
function hashOf(entry: Omit<PaymentJournalTable, 'hash'>): string {
  const { at, kind, message_digest, note, partner, previous, reference, seq, tenant } = entry
  // The names in the alphabet's order: canonical JSON.
  return hash('sha256', JSON.stringify({ at, kind, message_digest, note, partner, previous, reference, seq, tenant }), 'base64url')
}

/** An entry of a chain, and with it everything before it. Noted elsewhere, it is what a chain can be compared with. */
export interface ChainHead {
  readonly seq: number
  readonly hash: string
}

/** `entries`: how many hold; `head`: the last of them, null where there is none. */
export type ChainVerdict = { readonly entries: number; readonly head: ChainHead | null } & (
  | { readonly holds: true }
  /** From this entry on nothing can be relied on. */
  | { readonly holds: false; readonly brokenAt: number; readonly problem: 'changed' | 'missing' | 'unbound' }
  /** `cut`: the entry that was noted is not there any more. `rebuilt`: another one stands in its place. */
  | { readonly holds: false; readonly brokenAt: number; readonly problem: 'cut' | 'rebuilt' }
  /** The books have attempts of which no entry tells how they began; some of their references. */
  | { readonly holds: false; readonly problem: 'untold'; readonly attempts: readonly string[] }
)

const PAGE = 1000
const SHOWN = 20

type Books = { readonly db: Kysely<LedgerTables> }

/**
 * Reads a whole chain and says whether anything in it was changed, taken out or put in. Flat in memory. The hashes need no key: who can write
 * the database can make the chain anew, and only a head that was noted elsewhere tells.
 *
 * @param noted the head that an earlier look gave
 */
export async function verifyJournal(books: Books, tenant: string, partner: string, noted?: ChainHead): Promise<ChainVerdict> {
  let head: ChainHead | null = null
  for (;;) {
    const { seq, hash: previous }: ChainHead = head ?? { seq: 0, hash: BEGINNING }
    const rows = await books.db
      .selectFrom('payment_journal')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('partner', '=', partner)
      .where('seq', '>', seq)
      .orderBy('seq')
      .limit(PAGE)
      .execute()
    let before: ChainHead = { seq, hash: previous }
    for (const entry of rows) {
      const problem = problemOf(entry, before, noted)
      if (problem !== undefined) return { holds: false, entries: before.seq, head, brokenAt: entry.seq, problem }
      head = { seq: entry.seq, hash: entry.hash }
      before = head
    }
    if (rows.length === PAGE) continue
    const entries = before.seq
    if (noted !== undefined && noted.seq > entries) return { holds: false, entries, head, brokenAt: entries + 1, problem: 'cut' }
    const attempts = await untoldAttempts(books, tenant, partner)
    return attempts.length > 0 ? { holds: false, entries, head, problem: 'untold', attempts } : { holds: true, entries, head }
  }
}

function problemOf(entry: PaymentJournalTable, before: ChainHead, noted: ChainHead | undefined) {
  if (entry.seq !== before.seq + 1) return 'missing'
  if (entry.previous !== before.hash) return 'unbound'
  if (entry.hash !== hashOf(entry)) return 'changed'
  return entry.seq === noted?.seq && entry.hash !== noted.hash ? 'rebuilt' : undefined
}

/** Attempts that no entry tells of: each of ours began with `init`, each of the platform's own with a `result`. */
async function untoldAttempts({ db }: Books, tenant: string, partner: string): Promise<readonly string[]> {
  const { rows } = await sql<{ reference: string }>`
    select reference from payment_attempts where tenant = ${tenant} and partner = ${partner}
      and not (open = 0 and state = 'created') -- the platform's own, written down just before its result is
    except
    select reference from payment_journal where tenant = ${tenant} and partner = ${partner} and kind in ('init', 'result')
    order by reference limit ${SHOWN}`.execute(db)
  return rows.map(({ reference }) => reference)
}
