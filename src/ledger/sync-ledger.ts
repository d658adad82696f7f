import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Clock } from '../base/index.js'
import type { PaidDuty } from '../domain/index.js'
import type {
  ContestTable,
  DossierTable,
  FactTable,
  FailureTable,
  FileLinkTable,
  FileList,
  GoneTeller,
  JournalTable,
  OperationKind,
  OperationTable,
  VersionCounter,
} from './schema.js'
import type { Vault } from './vault.js'

/**
 * What the engine asks of the memory it works with. The SQL ledger keeps it on SQLite and on PostgreSQL, the simulation's in plain maps;
 * one suite of tests holds them equal (`test/ledger/contract/`).
 *
 * Every write is one transaction: it becomes true as a whole or not at all. A dossier's row carries a revision that each write raises.
 * Whoever decided from an older revision is told so (`stale`) and nothing of his decision is written; thus a planner and several senders
 * can work on one ledger. A dossier of which a request is leaving (`sending`) belongs to its sender alone.
 */
export interface SyncLedger {
  readonly vault: Vault
  readonly clock: Clock
  /** Into how many shards the dossiers of a tenant are divided; see {@link shardOf}. */
  readonly shards: number

  // What was read.
  savedCursor(tenant: string, source: string): Promise<unknown>
  /**
   * Of the digests of records as read, those that are news: no dossier of this source has them under this epoch.
   */
  newDigests(tenant: string, source: string, epoch: string, digests: readonly string[]): Promise<Set<string>>
  /** The rows of these dossiers, with what already waits for each. */
  knownDossiers(tenant: string, source: string, keys: readonly string[]): Promise<Map<string, KnownDossier>>
  /** Dossiers to read again each pass: open ones, those closed lately, those that failed and those marked for it. */
  openDossiers(tenant: string, source: string, closedAfter: number): AsyncIterable<DossierRow>
  unreadableIds(tenant: string, source: string): Promise<Set<string>>
  forgetUnreadable(tenant: string, source: string, ids: ReadonlySet<string>): Promise<void>
  /**
   * Versions, operations, findings and the cursor of one batch, together.
   *
   * @returns `stale` when one of these dossiers was written since it was read, or a request of it is leaving, or one of its codes is another's
   * by now, of this batch or of any other: nothing was written.
   */
  commitBatch(batch: PlannedBatch): Promise<'committed' | 'stale'>
  /** What a pass planned without letting it go yet goes from now on. @returns how many dossiers. */
  releasePlanned(tenant: string, source: string): Promise<number>

  // Whose a code is.
  codeHolders(tenant: string, codes: readonly string[]): Promise<Map<string, CodeHolder>>
  /** The time of the latest step that was sent of a dossier; null: none was. */
  lastStepSent(tenant: string, source: string, sourceId: string): Promise<number | null>
  /**
   * Has dossiers read again whose contest may end otherwise by now, and keeps parts back whose whole is sent by now.
   *
   * @param rules digest of the ownership rules in force. @returns how many.
   */
  reviewContests(tenant: string, source: string, rules: string): Promise<number>

  // What is gone at its source.
  countGone(tenant: string, source: string): Promise<number>
  /** Of those listed as gone the ones that are shown again, by the digests of their bytes or by their keys. */
  goneAmong(tenant: string, source: string, digests: readonly string[], keys: readonly string[]): Promise<string[]>
  /** Every dossier of a source, but records that nobody could read. Read in slices. */
  listedDossiers(tenant: string, source: string): AsyncIterable<ListedDossier>
  /** Puts dossiers on the list of those that are gone; who is on it stays as he is. */
  listGone(tenant: string, source: string, run: number, toldBy: GoneTeller, ids: readonly string[]): Promise<void>

  // One dossier at a time.
  /** Keys of the dossiers that have this local code, or are this key. */
  keysOf(tenant: string, source: string, code: string): Promise<string[]>
  /** Keys of the dossiers that are to be read again whatever they say, and are not gone. Read in slices. */
  toReadAgain(tenant: string, source: string): AsyncIterable<string>

  // What was paid for dossiers.
  /** When the last payment was made that is known here; null: none is. */
  paidUntil(tenant: string): Promise<number | null>
  /** Takes over what was paid; what is here stays as it is, but for what went back since. */
  keepPaid(tenant: string, duties: readonly PaidDuty[]): Promise<void>
  /** Told before or not, taken back or not. @param keys codes as `codeKey` gives them */
  paidDuties(tenant: string, keys: readonly string[]): Promise<readonly PaidDuty[]>
  /** Has the dossiers of a source read again for which something was paid, or went back, that nobody has told yet. */
  readPaidAgain(tenant: string, source: string): Promise<void>
  /** The digests of their records as last read. */
  untoldDigests(tenant: string, source: string): Promise<readonly string[]>

  // What the source is told.
  /** Everything confirmed so far is to be told, too. */
  wantAllMarks(tenant: string, source: string): Promise<void>
  /** What is to be told now, by key, after the one named. */
  dueMarks(tenant: string, source: string, asked: { readonly after: string; readonly limit: number }): Promise<DueMark[]>
  settleMarks(tenant: string, source: string, settled: readonly SettledMark[]): Promise<void>

  startRun(tenant: string, source: string): Promise<number>
  endRun(tenant: string, run: number, outcome: RunOutcome): Promise<void>
  runCounters(tenant: string, run: number): Promise<Record<VersionCounter, number>>

  // What is to be sent.
  /** Dossiers whose next operation may go now: changes before an initial load, then the longest waiting first. */
  dueDossiers(tenant: string, asked: DueQuestion): Promise<DueDossier[]>
  /** When the earliest waiting operation may go; null when nothing waits for a time. */
  nextDueAt(tenant: string, shard?: number): Promise<number | null>
  /** Keeps what is left of every wait when the machine's clock was set back. */
  followClock(tenant: string): Promise<void>
  /** Records, before requests leave, that they may have arrived, and under which code. @returns those of which nobody knew better. */
  markSending(leaving: readonly Leaving[]): Promise<ReadonlySet<Leaving>>
  /** Takes a mark back: these requests never left. */
  unmarkSending(stayed: readonly Leaving[]): Promise<void>
  /**
   * Writes what an answer changed.
   *
   * @param when `later` for records: were the answer forgotten in a crash, the dossier would be looked up and sent once more. A step would be doubled.
   */
  settle(row: DossierRow, settlement: Settlement, when?: 'now' | 'later'): Promise<SettledOrStale>
  /** Writes what is in no hurry too. */
  flush(): void
  sweepPayloads(): Promise<void>
  /** Requests that were leaving when a process died. */
  orphanedOperations(tenant: string, shard?: number): Promise<WaitingOperation[]>
  dossierRow(tenant: string, source: string, sourceId: string): Promise<DossierRow | undefined>
  /** Puts failed dossiers back in the queue, because somebody changed something. @returns how many. */
  retryFailures(tenant: string, filter: RetryFilter): Promise<number>
  /** Changes that wait to be sent, for the brake that counts them. */
  countPending(tenant: string): Promise<number>
  countState(tenant: string, state: 'pending' | 'failed'): Promise<number>

  // Small things remembered from pass to pass, and between workers.
  note(name: string): Promise<string | undefined>
  keepNote(name: string, value: string): Promise<void>
  dropNote(name: string): Promise<void>
  /**
   * Reads a note and writes what follows from it, with nobody in between.
   *
   * @param change gets what stands there, and says what shall stand there instead; undefined: nothing.
   */
  changeNote(name: string, change: (value: string | undefined) => string | undefined): Promise<string | undefined>
}

export interface DueQuestion {
  readonly limit: number
  /** Names of dossiers that are in somebody's hands; see {@link dossierName}. */
  readonly busy: ReadonlySet<string>
  /** Only this one. */
  readonly shard?: number
}

export interface RetryFilter {
  readonly cause?: string
  readonly localCode?: string
  readonly stage?: 'send' | 'map'
}

/** Which shard a dossier belongs to, for ever: 32-bit FNV-1a of its name, modulo the number of shards. */
export function shardOf(source: string, sourceId: string, shards: number): number {
  if (shards === 1) return 0
  let hash = 0x811c9dc5
  const name = `${source}\n${sourceId}`
  for (let index = 0; index < name.length; index++) {
    hash ^= name.charCodeAt(index)
    hash = Math.imul(hash, 0x01000193)
  }
  return (hash >>> 0) % shards
}

export type DossierRow = Selectable<DossierTable>
export type OperationRow = Selectable<OperationTable>

export interface KnownDossier {
  readonly row: DossierRow
  readonly recordOperation: Pick<OperationRow, 'id' | 'state'> | undefined
  readonly pendingOperations: number
  /** A step waits for a person's decision; nothing of this dossier may go before. */
  readonly held: boolean
  /** A request of it is leaving: it is its sender's until that is settled. */
  readonly sending: boolean
}

/** Whose a code is, and whether he could give it away. */
export interface CodeHolder {
  readonly row: DossierRow
  /** See the table `code_claims`. */
  readonly rules: string
  readonly stepsUntil: number | null
  /** Something of it may have arrived at the target without anybody knowing: nobody takes over before that is settled. */
  readonly inDoubt: boolean
  /** Its source does not have it any more. */
  readonly gone: boolean
}

export interface ListedDossier {
  readonly key: string
  readonly digest: string | null
  readonly localCode: string | null
  /** Listed as gone already. */
  readonly gone: boolean
  /** Out of scope and never sent: nobody misses it. */
  readonly unneeded: boolean
}

/** A confirmed dossier of which its source is to be told. */
export interface DueMark {
  readonly key: string
  readonly localCode: string | null
  readonly nationalCode: string
  readonly version: number
  /** Of the bytes that were sent. */
  readonly digest: string
  readonly attempts: number
}

export interface SettledMark {
  readonly key: string
  /** As it was due; a later one stays to be told. */
  readonly version: number
  /** `digest`: it was told. `retryAt`: not yet; null: never, unless it changes. */
  readonly outcome: { readonly digest: string } | { readonly retryAt: number | null; readonly problem: string }
}

export interface NewOperation {
  readonly kind: OperationKind
  readonly digest: string
  readonly payload: Uint8Array
}

/** The files of one version that can be asked for by a link. */
export interface PlannedFiles {
  readonly source_id: string
  /** Lists that the source told of: what is no longer in them is not served any more. */
  readonly told: readonly FileList[]
  readonly links: readonly Pick<FileLinkTable, 'token_digest' | 'list' | 'sealed'>[]
  /** Links that other keys made for the same files: where there are such, they stay. */
  readonly olderLinks: readonly Pick<FileLinkTable, 'token_digest' | 'list'>[]
}

/** A paid bill as a version of its dossier was made from it. */
export type ToldDuty = Pick<PaidDuty, 'bill' | 'takenBack'>

/** What one version of one dossier changes in the ledger. */
export interface PlannedVersion {
  readonly row: Insertable<DossierTable>
  readonly addOperations: readonly NewOperation[]
  /** The record that waits already takes the newer dossier: records coalesce, steps never do. */
  readonly replaceRecord: { readonly id: number; readonly digest: string; readonly payload: Uint8Array } | undefined
  readonly removeRecord: number | undefined
  /** What failed before may go again: the source has a new version. */
  readonly restart: boolean
  readonly failure: Omit<Insertable<FailureTable>, 'first_at' | 'last_at' | 'times'> | undefined
  readonly facts: Insertable<FactTable> | undefined
  /** Absent: its links stay as they are. */
  readonly files?: PlannedFiles | undefined
  /** The codes it needs, all of which must be its own from now on; others it had are free. Absent: it keeps what it has. */
  readonly claims?: { readonly codes: readonly string[]; readonly rules: string; readonly stepsUntil: number | null } | undefined
  /** Whose codes it takes, with what the target has of them; that one is not sent any more. Its revision as it was read. */
  readonly takeover?: { readonly source: string; readonly sourceId: string; readonly revision: number } | undefined
  readonly contest?: Pick<ContestTable, 'code' | 'kind' | 'holder_source' | 'holder_id' | 'rules'> | undefined
  /** Bucket of this version, and of the one before when that was not settled. */
  readonly bucket: VersionCounter
  readonly before: { readonly run: number; readonly bucket: VersionCounter } | undefined
}

export interface PlannedBatch {
  readonly tenant: string
  readonly source: string
  readonly run: number
  /** The revisions that the plans were made from; a dossier that was new is not in it. */
  readonly revisions: ReadonlyMap<string, number>
  readonly seen: number
  readonly unchanged: number
  readonly versions: readonly PlannedVersion[]
  /** Same bytes or same record: only the marks of these rows are renewed. */
  readonly refreshed: { readonly sourceIds: readonly string[]; readonly epoch: string }
  /** Of refreshed ones, as they are mapped now. */
  readonly facts: readonly Insertable<FactTable>[]
  /** Of refreshed ones. */
  readonly files?: readonly PlannedFiles[]
  /** Listed as gone, and shown again. */
  readonly back?: readonly string[]
  /** The source says that it does not have these any more. */
  readonly gone?: readonly string[]
  /** Whether the source is to be told of what is confirmed. */
  readonly marking?: boolean
  /** Paid bills that these versions show, and those that they show no more. */
  readonly told?: readonly ToldDuty[]
  /** null: it stays where it is. */
  readonly cursor: string | null
}

/** `incomplete`: the source or the target failed midway. */
export type RunOutcome = 'done' | 'incomplete' | 'interrupted'

export interface DueDossier {
  readonly row: DossierRow
  /** In the order in which they were planned. */
  readonly operations: readonly WaitingOperation[]
}

export type WaitingOperation = OperationRow & { readonly sealed: Uint8Array }

export type DossierKey = Pick<DossierRow, 'tenant' | 'source' | 'source_id'>

export function dossierName(key: Pick<DossierRow, 'source' | 'source_id'>): string {
  return `${key.source}\n${key.source_id}`
}

/** A request that is about to leave. */
export interface Leaving {
  readonly row: DossierRow
  readonly operations: readonly number[]
  readonly code: string
  /** Until then it can be on its way. */
  readonly deadline: number
}

/** What one answer changes. Everything in it becomes true together, or not at all. */
export interface Settlement {
  readonly dossier: Partial<DossierRow>
  /** Operations the target confirmed. */
  readonly done: readonly number[]
  /** Their deadlines are over. */
  readonly changed: readonly ({ readonly id: number } & Pick<Updateable<OperationTable>, 'state' | 'attempts' | 'maybe_doubled'>)[]
  readonly journal: Omit<JournalTable, keyof DossierKey | 'id'> | undefined
  readonly failure: Omit<Insertable<FailureTable>, keyof DossierKey | 'first_at' | 'last_at' | 'times'> | undefined
  /** The version is settled, or not any more. */
  readonly moved: { readonly from: 'pending' | 'failed'; readonly to: 'pending' | 'failed' | 'created' | 'updated' } | undefined
}

/** `stale`: the dossier was written since this row was read, and nothing of the settlement is. */
export type SettledOrStale = 'settled' | 'stale'
