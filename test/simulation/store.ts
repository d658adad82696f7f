/** The two ledgers as a simulation uses them: with a turn before whatever it does, and its tables open for whoever checks them. */
import { sql } from 'kysely'
import { syncLedgerOf } from '../../src/ledger/assemble.js'
import { declaredDoubled, failureEntries, type LeaseTaker, type Ledger, openLedger, type SyncLedger } from '../../src/ledger/index.js'
import { key, TENANT } from '../sync/office.js'
import type { Reported } from './books.js'
import { figuresOf } from './memory-figures.js'
import { type MemoryLeaseOptions, memoryLeases } from './memory-leases.js'
import { memoryStore } from './memory-ledger.js'
import type { MemorySession } from './memory-session.js'
import { newTables } from './memory-tables.js'

export interface SimulatedStore {
  connect(session: MemorySession): SyncLedger
  leases(options: MemoryLeaseOptions): LeaseTaker
  /** What must be zero after every commit. */
  figures(): Promise<object> | object
  reported(): Promise<Reported>
  /** Operations of one shard whose requests are leaving. */
  sending(shard: number): Promise<readonly number[]>
  /** Whether anything waits for a time, or for the planner to let it go; and where the source's cursor stands. */
  waiting(): Promise<{ readonly any: boolean; readonly cursor: string | undefined }>
  /** How often somebody has taken this slice. */
  epochOf(slice: string): number | undefined
  close(): Promise<void>
}

export function inMemory(): SimulatedStore {
  const store = memoryStore()
  return {
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
    epochOf: (slice) => store.shards.get(`${TENANT}\n${slice}`)?.epoch,
    close: async () => {},
    brief: () =>
      [...store.dossiers.values()]
        .map((d) =>
          [
            d.source_id,
            'v' + d.version,
            'r' + d.revision,
            'run' + d.version_run,
            d.state,
            d.presence,
            d.next_at === null ? null : d.next_at % 1e7,
            d.wire_digest?.slice(0, 4),
          ].join(' '),
        )
        .join(' | ') +
      ' OPS ' +
      [...store.operations.values()]
        .flat()
        .map((o) => [o.source_id, o.id, o.kind, o.state].join(':'))
        .join(' ') +
      ' RUNS ' +
      [...store.runs.values()]
        .map((r) => `${r.id}:${r.seen}=u${r.unchanged}s${r.skipped}f${r.failed}p${r.pending}c${r.created}U${r.updated}S${r.superseded}`)
        .join(' '),
    dump: () =>
      JSON.stringify([
        [...store.dossiers.values()],
        [...store.operations.values()].flat().map(({ sealed, ...o }) => o),
        [...store.notes],
        [...store.shards],
      ]),
  } as SimulatedStore
}

/** SQLite in memory; leases are the simulation's, since an embedded ledger has none. */
export async function onSqlite(now: () => number): Promise<SimulatedStore> {
  const ledger = await openLedger({ url: 'sqlite::memory:', key, access: 'write', clock: { now, sleep: async () => {} } })
  const tables = newTables()
  const connect = (session: MemorySession) => throughTurns(ledger, session)
  return {
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
    epochOf: (slice) => tables.shards.get(`${TENANT}\n${slice}`)?.epoch,
    close: () => ledger.close(),
  }
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
