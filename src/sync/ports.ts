/**
 * What the engine needs from the world: somewhere dossiers come from, somewhere they go, and a directory of procedures.
 * DESIGN "The sync engine".
 */
import type { LienthongError, Mapped } from '../base/index.js'
import type { Channel, Dossier, Instant, PaidDuty, ProgressStep, SourceFile } from '../domain/index.js'
import type { ProcedureLookup } from '../mappers/index.js'

/** Where a source's enumeration stands. Opaque to the engine: JSON that only the source reads. */
export type Cursor = unknown

/** A dossier that the ledger still holds as open: a source without a modified-since query reads it again each pass. */
export interface OpenDossier {
  readonly key: string
  readonly localCode: string | null
  readonly receivedAt: Instant | null
}

/** What scope rules may look at before a record is mapped. */
export interface SourceTraits {
  readonly localCode: string | null
  readonly agencyCode: string | null
  readonly procedureCode: string | null
  readonly channel: Channel | null
  readonly receivedAt: Instant | null
  /** Facts the source states about a record: `copy`, `group`, `not-received`, `migrated`, `test`. */
  readonly flags: readonly string[]
  /** Summary or remark, where test dossiers are often marked. */
  readonly note?: string | null
  /** Local code of the dossier that this one is a part of. A part of a dossier that was sent is none of its own. */
  readonly parentCode?: string | null
}

/** A record that was parsed: whom it is about, and how to turn it into a dossier. */
export interface SourceReading {
  /** The source's stable id; identity in the ledger. */
  readonly key: string
  readonly traits: SourceTraits
  /** Reads what belongs to it (steps, fees) and maps it. Throws when the source cannot be reached. */
  map(signal?: AbortSignal): Promise<Mapped<Dossier>>
}

/** What can be told of a record even when it cannot be read as a whole. */
export interface Glimpse {
  /** It is remembered under the first of these until a readable record bears that name. Without a name, only its bytes tell it apart. */
  readonly names: readonly string[]
  readonly localCode: string | null
  /** A source that is read by days finds it again only by its day. */
  readonly receivedAt: Instant | null
}

/** One record as the source gave it. `bytes` decide whether anything else is done: equal bytes, equal dossier. */
export interface SourceItem {
  readonly bytes: Uint8Array | string
  /** Where it stands, for messages: `dossiers.csv, row 17`. */
  readonly place: string
  readonly glimpse?: Glimpse
  /** Parses the bytes. A record that cannot be parsed is a finding, never an exception. */
  read(): Mapped<SourceReading>
}

export interface SourceBatch {
  readonly items: readonly SourceItem[]
  /** Where to go on when everything up to here is in the ledger. */
  readonly cursor: Cursor
  /** `complete`: the source showed everything it has, verified; only then may anything be concluded to be gone. */
  readonly end: 'more' | 'caught-up' | 'complete'
  /** Keys of dossiers that the source itself says it deleted. Listed for a person; no status comes of it. */
  readonly gone?: readonly string[]
  /**
   * Told when nobody needs the items of this batch any more, nor those of the batches before it: their bytes may be written over. Whoever
   * keeps items does not tell it. Absent: the source has no use for it.
   */
  release?(): void
}

/** What became of one dossier, as the source is told. */
export interface SyncMark {
  readonly key: string
  readonly localCode: string | null
  /** The number under which the national portal keeps it. */
  readonly nationalCode: string
  /** Whether a record with these bytes is what was sent: one that changed since must not be marked as synced. */
  holds(bytes: Uint8Array | string): boolean
}

/** `changed-since`: the source shows something newer, which is told of after it was sent. `gone`: it has no such dossier. An error: try again later. */
export type MarkOutcome = 'written' | 'changed-since' | 'gone' | LienthongError

/** Which bytes of a file: from one on (to one, itself included), or the last so many. */
export type RangeAsked = { readonly from: number; readonly to?: number } | { readonly last: number }

/** A file of a source, open. It is read at most once; whoever opened it ends the signal when he is done, read to its end or not. */
export interface OpenFile {
  /** Of the whole file, in bytes; null where the source does not say. */
  readonly size: number | null
  /** As the source names it; nothing is decided by it alone. */
  readonly type: string | null
  readonly name: string | null
  readonly lastModified: Instant | null
  /** The bytes that `body` holds, first and last; null: all of them, whatever was asked. A source need not know ranges. */
  readonly range: { readonly from: number; readonly to: number } | null
  readonly body: AsyncIterable<Uint8Array>
}

export interface OpenFileOptions {
  readonly range?: RangeAsked
  /** Ends when the file is needed no more: what is open is let go. */
  readonly signal: AbortSignal
}

export interface DossierSource {
  /** What it logs in with and where, where it does: once refused, it is not tried again until this changes. Only a digest is kept. */
  readonly account?: string
  /** Changes whenever mapper, dialect, tables or settings change: then unchanged bytes are mapped again. */
  readonly epoch: string
  changes(
    cursor: Cursor | null,
    options: { readonly open: () => AsyncIterable<OpenDossier>; readonly signal?: AbortSignal },
  ): AsyncIterable<SourceBatch>
  /**
   * Told when everything up to a batch's cursor is in the ledger: what was read can be put away. Not told in a dry run, nor where less than
   * the whole batch was kept; after a crash the saved cursor is all that is left of it. Must not throw: what could not be done is done later.
   */
  kept?(cursor: Cursor): Promise<void>
  /** One dossier as {@link changes} would show it; null when the source has none. Absent: this source cannot be asked for one. */
  get?(key: string, options: { readonly signal?: AbortSignal }): Promise<SourceItem | null>
  /**
   * Writes at the source what became of its dossiers. Idempotent: the same mark may come again. Absent: it has no place for marks.
   *
   * @returns an outcome for each mark, in their order. @throws when none could be written
   */
  writeBack?(marks: readonly SyncMark[], options: { readonly signal?: AbortSignal }): Promise<readonly MarkOutcome[]>
  /**
   * Opens a file that a dossier of this source names (`Attachment.file`). Absent: its files cannot be had.
   *
   * @returns null when there is none any more. @throws {LienthongError} `files.refused` for what may not be opened, else as the connector
   */
  openFile?(file: SourceFile, options: OpenFileOptions): Promise<OpenFile | null>
}

/** Where paid bills of dossiers are known. docs/payments.md, "Back into the dossier" */
export interface PaidBills {
  /** Those paid at this time (milliseconds) or later, in any order; what was shown before may come again. */
  since(paidAt: number): AsyncIterable<readonly PaidDuty[]>
}

/** Where the national side finds files of ours. docs/file-links.md */
export interface FileLinking {
  /** Without a slash at its end: a link is this, a slash, and a token. */
  readonly publicUrl: string
  /** Raising it gives every file a new link; old ones stay good. */
  readonly keyVersion: number
}

/** What the target says of a write. Anything else is thrown as an error. */
export type WriteOutcome =
  | { readonly outcome: 'accepted' | 'already-exists' | 'unknown-dossier'; readonly answer: AnswerNote }
  | { readonly outcome: 'rejected'; readonly answer: AnswerNote }

export interface WriteOptions {
  /** By the ledger's clock, in milliseconds: a request that did not leave until then must not leave (`transport.too_late`). */
  readonly notAfter?: number
  readonly signal?: AbortSignal
}

/** What may be kept of an answer: no personal data. */
export interface AnswerNote {
  readonly code: string | null
  /** Redacted. */
  readonly message: string | null
  /** The answer as it came, for its digest in the journal; never stored. */
  readonly raw: string
}

/** A message ready to go: mapped, validated, and the text whose digest says whether it differs from the last one. */
export interface Prepared<T> {
  readonly record: T
  /** Canonical text without volatile addresses. */
  readonly fingerprintText: string
}

/** One of several logins of a target. What goes through one that is left alone waits: an error of kind `throttled`. */
export interface TargetAccount {
  /** Unique within the target and stable. */
  readonly name: string
  /** As {@link DossierTarget.account}. */
  readonly account: string
  /** Whether it is used on this day. */
  isCurrent(): boolean
  /** A pass begins. @param told why the account is to be left alone; undefined: it may be shown. */
  begin(told: LienthongError | undefined): void
  /** Of this pass so far. */
  readonly outcome: {
    readonly refused: LienthongError | undefined
    /** Why something had to wait. */
    readonly turnedAway: LienthongError | undefined
    readonly letIn: boolean
  }
}

export interface DossierTarget<Rec = unknown, Step = unknown> {
  readonly name: string
  /** What it logs in with and where: once refused, it is not tried again until this changes. Only a digest is kept. */
  readonly account?: string
  /** Instead of `account`, where there are several: one that is refused does not keep the others from sending. */
  readonly accounts?: readonly TargetAccount[]
  /** Changes with mapper, dialect and tables: what failed to map is tried again. */
  readonly epoch: string
  /** Most steps of one dossier in one call. */
  readonly stepsPerCall: number
  /** Whether {@link lookUp} exists at this target. */
  readonly canLookUp: boolean
  /** Whether the other end is this machine: only then is a tenant without `production` served. */
  readonly loopback: boolean
  readonly host: string
  /** How it is led to files that lie at a source; part of the epoch. Absent: it gets no links of ours. */
  readonly files?: FileLinking
  /** Maps a dossier under the code it is or will be known by; null when nobody knows one. */
  prepareRecord(dossier: Dossier, code: string | null): Mapped<Prepared<Rec>>
  /** All steps to be reported for this version, boundary steps included, in order. */
  progressOf(dossier: Dossier): Mapped<readonly ProgressStep[]>
  prepareStep(step: ProgressStep, about: { readonly code: string; readonly agencyName: string | null }): Mapped<Prepared<Step>>
  submit(record: Rec, options: WriteOptions & { readonly updating: boolean }): Promise<WriteOutcome>
  /** Several records, answered as one. Nobody knows whether a refusal means all of them. Absent: records go one by one. */
  submitMany?(records: readonly Rec[], options: WriteOptions & { readonly updating: boolean }): Promise<WriteOutcome>
  /** Most records of one {@link submitMany}. */
  readonly recordsPerCall?: number
  /** Only records of one key share a call. Absent: all may. */
  batchKey?(record: Rec): string
  addSteps(steps: readonly Step[], options: WriteOptions): Promise<WriteOutcome>
  /** A lookup proves that a dossier exists, and nothing else. */
  lookUp(code: string, options: { readonly signal?: AbortSignal }): Promise<boolean>
  /** A refusal in words, as the failure it becomes: cause, text and hint. */
  refusal(outcome: WriteOutcome, what: 'record' | 'steps'): LienthongError
}

/** Local ⇄ national procedures. */
export interface ProcedureDirectory extends ProcedureLookup {
  readonly size: number
  /** Part of the epoch: changes with the content. */
  readonly version: string
}
