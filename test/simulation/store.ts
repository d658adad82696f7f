/** The two ledgers as a simulation uses them: with a turn before whatever it does, and its tables open for whoever checks them. */
import { sql } from 'kysely'
import { syncLedgerOf } from '../../src/ledger/assemble.js'
import {
  type DossierRow,
  declaredDoubled,
  failureEntries,
  type LeaseTaker,
  type Ledger,
  type OperationRow,
  openLedger,
  type SyncLedger,
  type Vault,
} from '../../src/ledger/index.js'
import { key, TENANT } from '../sync/office.js'
import type { Reported } from './books.js'
import { figuresOf } from './memory-figures.js'
import { type MemoryLeaseOptions, memoryLeases } from './memory-leases.js'
import { memoryStore } from './memory-ledger.js'
import type { MemorySession } from './memory-session.js'
import { newTables } from './memory-tables.js'
import { lightVault } from './memory-vault.js'

export interface SimulatedStore {
  readonly vault: Vault
  connect(session: MemorySession): SyncLedger
  leases(options: MemoryLeaseOptions): LeaseTaker
  /** What must be zero after every commit. */
  figures(): Promise<object> | object
  reported(): Promise<Reported>
  /** Operations of one shard whose requests are leaving. */
  sending(shard: number): Promise<readonly number[]>
  /** Whether anything waits for a time, or for the planner to let it go; and where the source's cursor stands. */
  waiting(): Promise<{ readonly any: boolean; readonly cursor: string | undefined }>
  /** Whether a source is still to be told of something that is confirmed. */
  marksWait(): Promise<boolean>
  /** How often somebody has taken this slice. */
  epochOf(slice: string): number | undefined
  /** Its dossiers and what waits of each, in a line. */
  told(): Promise<string>
  close(): Promise<void>
}

export function inMemory(): SimulatedStore {
  const store = memoryStore()
  return {
    vault: lightVault(),
    connect: store.connect,
    leases: store.leases,
    figures: () => figuresOf(store),
    async reported() {
      const declared = new Set<string>()
      for (const { operation, outcome, note, code } of store.journal) {
        if (operation !== 'steps' || outcome !== 'accepted' || note === null) continue
        for (const { at, status, maybeDoubled } of JSON.parse(note) as { at: number; status: number; maybeDoubled: boolean }[])
          if (maybeDoubled) declared.add(`${code}|${at}|${status}`)
      }
      return { failures: [...store.failures.values()].map(({ source_id, cause }) => ({ sourceId: source_id, cause })), declared }
    },
    async sending(shard) {
      const found: number[] = []
      for (const [name, operations] of store.operations)
        if (store.dossiers.get(name)?.shard === shard) for (const { id, state } of operations) if (state === 'sending') found.push(id)
      return found
    },
    async waiting() {
      let any = false
      for (const { next_at, state } of store.dossiers.values()) any ||= next_at !== null || state === 'pending'
      return { any, cursor: store.cursors.get(`${TENANT}\nstory`)?.cursor }
    },
    async marksWait() {
      for (const [name, { due_at }] of store.marks) if (due_at !== null && store.dossiers.get(name)?.state === 'confirmed') return true
      return false
    },
    epochOf: (slice) => store.shards.get(`${TENANT}\n${slice}`)?.epoch,
    told: async () => [...store.dossiers].map(([name, row]) => toldOf(row, store.operations.get(name) ?? [])).join(' | '),
    close: async () => {},
  }
}

/** SQLite in memory; leases are the simulation's, since an embedded ledger has none. */
export async function onSqlite(now: () => number): Promise<SimulatedStore> {
  const ledger = await openLedger({ url: 'sqlite::memory:', key, access: 'write', clock: { now, sleep: async () => {} } })
  const tables = newTables()
  const connect = (session: MemorySession) => throughTurns(ledger, session)
  return {
    vault: ledger.vault,
    connect,
    leases: (options) => memoryLeases(tables, connect, options),
    figures: () => ledger.atRest(() => figuresIn(ledger)),
    async reported() {
      const declared = new Set<string>()
      for await (const { code, at, status } of declaredDoubled(ledger, TENANT)) declared.add(`${code}|${at}|${status}`)
      return { failures: await failureEntries(ledger, TENANT, {}, 1000), declared }
    },
    sending: async (shard) => (await ledger.orphanedOperations(TENANT, shard)).map(({ id }) => id),
    async waiting() {
      const { rows } = await sql<{ any: number; cursor: string | null }>`select
        exists (select 1 from dossiers where next_at is not null or state = 'pending') as any, (select cursor from cursors) as cursor`.execute(
        ledger.db,
      )
      return { any: Number(rows[0]?.any) === 1, cursor: rows[0]?.cursor ?? undefined }
    },
    async marksWait() {
      const { rows } = await sql`select 1 from marks join dossiers using (tenant, source, source_id)
        where due_at is not null and state = 'confirmed' limit 1`.execute(ledger.db)
      return rows.length > 0
    },
    epochOf: (slice) => tables.shards.get(`${TENANT}\n${slice}`)?.epoch,
    async told() {
      const rows = await ledger.db.selectFrom('dossiers').selectAll().execute()
      const operations = await ledger.db.selectFrom('operations').selectAll().execute()
      return rows
        .map((row) =>
          toldOf(
            row,
            operations.filter(({ source_id }) => source_id === row.source_id),
          ),
        )
        .join(' | ')
    },
    close: () => ledger.close(),
  }
}

function toldOf(row: DossierRow, operations: readonly OperationRow[]): string {
  const { source_id, version, revision, state, presence, next_at, quiet_until } = row
  const waits = operations.map(({ id, kind, state: at }) => `${id}:${kind}:${at}`).join(' ')
  return `${source_id} v${version} r${revision} ${state} ${presence} due ${next_at ?? '-'} quiet ${quiet_until ?? '-'} [${waits}]`
}

/** One process's view: its turns and its fence around each write. What it had not written when it died is gone. */
function throughTurns(ledger: Ledger, session: MemorySession): SyncLedger {
  let dead: { readonly error: unknown } | undefined
  const mayWrite = () => {
    if (dead) throw dead.error
    session.fence?.()
  }
  const around = async <T>(what: string, write: () => Promise<T>): Promise<T> => {
    try {
      await session.turn('before-commit', what)
    } catch (error) {
      dead ??= { error }
      throw error
    }
    const result = await write()
    try {
      await session.turn('after-commit', what)
    } catch (error) {
      dead ??= { error }
      throw error
    }
    return result
  }
  const own = syncLedgerOf({
    ...ledger,
    clock: session.clock,
    vault: session.vault,
    shards: session.shards,
    write: (change) =>
      around('write', () =>
        ledger.write((transaction, group) => {
          mayWrite()
          return change(transaction, group)
        }),
      ),
    join: (collect, when = 'now') => {
      const joined = () =>
        ledger.join((group) => {
          mayWrite()
          collect(group)
        }, when)
      return when === 'now' ? around('join', joined) : joined()
    },
  })
  return own
}

async function figuresIn(ledger: Ledger): Promise<object> {
  // One statement, one moment.
  const { rows } = await sql<Record<string, number>>`select
    (select count(*) from runs where seen <> unchanged + skipped + failed + pending + created + updated + superseded) as unequal,
    (select count(*) from runs where min(seen, unchanged, skipped, failed, pending, created, updated, superseded) < 0) as negative,
    (select coalesce(sum(pending), 0) from runs) - (select count(*) from dossiers where state = 'pending') as pending,
    (select coalesce(sum(failed), 0) from runs) - (select count(*) from dossiers where state = 'failed') as failed,
    (select coalesce(sum(skipped), 0) from runs) - (select count(*) from dossiers where state = 'skipped') as skipped,
    (select count(*) from dossiers where state = 'pending' and not exists (select 1 from operations where operations.source_id = dossiers.source_id)) as idle,
    (select count(*) from dossiers where state = 'failed' and not exists (select 1 from failures where failures.source_id = dossiers.source_id)) as unexplained`.execute(
    ledger.db,
  )
  return rows[0] ?? {}
}
