import type { Selectable } from 'kysely'
import type {
  CodeClaimTable,
  CodeLinkTable,
  ContestTable,
  CursorTable,
  DossierKey,
  DossierRow,
  FactTable,
  FailureTable,
  FileLinkTable,
  GoneTable,
  JournalTable,
  MarkTable,
  RunTable,
  VersionCounter,
  WaitingOperation,
} from '../../src/ledger/index.js'

/**
 * The ledger's tables as maps. Rows are never changed, only replaced, except the counters of runs; whoever hands one out hands out a copy.
 */
export interface MemoryTables {
  /** By {@link nameOf}; in the order in which they were first read, like the rows of a database. */
  readonly dossiers: Map<string, DossierRow>
  /** What waits of each dossier, by its name, in the order in which it was planned. Confirmed operations are gone, payload and all. */
  readonly operations: Map<string, readonly WaitingOperation[]>
  readonly failures: Map<string, Selectable<FailureTable>>
  readonly facts: Map<string, Selectable<FactTable>>
  /** By name of the dossier and code. */
  readonly codeLinks: Map<string, CodeLinkTable>
  /** By tenant, digest and list. */
  readonly fileLinks: Map<string, Selectable<FileLinkTable>>
  /** By tenant and code. */
  readonly claims: Map<string, CodeClaimTable>
  readonly contests: Map<string, ContestTable>
  readonly gone: Map<string, GoneTable>
  readonly marks: Map<string, MarkTable>
  readonly journal: Selectable<JournalTable>[]
  readonly runs: Map<number, Selectable<RunTable>>
  /** By tenant and source. */
  readonly cursors: Map<string, CursorTable>
  readonly notes: Map<string, string>
  /** By tenant and shard. */
  readonly shards: Map<string, MemoryShard>
  /** When the next call may go, by tenant and system. */
  readonly budgets: Map<string, number>
  /** The number that the last operation got. */
  lastOperation: number
}

export interface MemoryShard {
  readonly epoch: number
  /** undefined: released. */
  readonly holder: string | undefined
  readonly heartbeatAt: number
}

export function newTables(): MemoryTables {
  return {
    dossiers: new Map(),
    operations: new Map(),
    failures: new Map(),
    facts: new Map(),
    codeLinks: new Map(),
    claims: new Map(),
    contests: new Map(),
    gone: new Map(),
    marks: new Map(),
    fileLinks: new Map(),
    journal: [],
    runs: new Map(),
    cursors: new Map(),
    notes: new Map(),
    shards: new Map(),
    budgets: new Map(),
    lastOperation: 0,
  }
}

export function nameOf({ tenant, source, source_id }: DossierKey): string {
  return nameIn(tenant, source, source_id)
}

export function nameIn(tenant: string, source: string, sourceId: string): string {
  return `${tenant}\n${source}\n${sourceId}`
}

export function operationsOf(tables: MemoryTables, name: string): readonly WaitingOperation[] {
  return tables.operations.get(name) ?? NONE
}

const NONE: readonly WaitingOperation[] = []

export function putOperations(tables: MemoryTables, name: string, operations: readonly WaitingOperation[]): void {
  if (operations.length > 0) tables.operations.set(name, operations)
  else tables.operations.delete(name)
}

/** Its sender alone may write such a dossier. */
export function isSending(tables: MemoryTables, name: string): boolean {
  return operationsOf(tables, name).some(({ state }) => state === 'sending')
}

export function count(tables: MemoryTables, run: number, counter: VersionCounter, by = 1): void {
  const row = tables.runs.get(run)
  if (row) row[counter] += by
}

/** A version moves from one bucket to another; both belong to the run that read it. */
export function move(tables: MemoryTables, run: number, from: VersionCounter, to: VersionCounter): void {
  count(tables, run, from, -1)
  count(tables, run, to, 1)
}

/** Keeps when it was first seen, and counts. */
export function putFailure(
  tables: MemoryTables,
  name: string,
  failure: Omit<Selectable<FailureTable>, 'first_at' | 'last_at' | 'times'>,
  at: number,
): void {
  const before = tables.failures.get(name)
  tables.failures.set(name, { ...failure, first_at: before?.first_at ?? at, last_at: at, times: (before?.times ?? 0) + 1 })
}
