/**
 * The ledger's tables as Kysely sees them. Tenant leads every primary key; times are milliseconds; JSON is text;
 * digests are text (base64url).
 */
import type { Generated } from 'kysely'
import type { DutyKind, PaidThrough } from '../domain/index.js'
import type { PaymentTables } from './payments/tables.js'

/** Where the latest read version of a dossier stands. DESIGN I1. */
export type VersionState = 'pending' | 'confirmed' | 'failed' | 'skipped'
/** What we know of a dossier at the target. `maybe`: a create left and no answer came. */
export type Presence = 'absent' | 'maybe' | 'present'
export type OperationKind = 'record' | 'step'
/**
 * `sending` is written before a request leaves; whoever finds it after a crash knows that it may have arrived.
 * `held` waits for a person, `failed` for a change at the source, in a table, or `failures retry`.
 */
export type OperationState = 'pending' | 'sending' | 'held' | 'failed'
export type FailureStage = 'read' | 'map' | 'send'

export interface MetaTable {
  name: string
  value: string
}

export interface CursorTable {
  tenant: string
  source: string
  cursor: string
  updated_at: number
}

/** One row a dossier: its latest version and everything that decides what is sent next. */
export interface DossierTable {
  tenant: string
  source: string
  source_id: string
  /** Keyed digest of the bytes as read; null when it must be read again. */
  source_digest: string | null
  epoch: string
  /** How many versions were read. */
  version: number
  /** The run that read the latest one: its counters follow the version. */
  version_run: number
  state: VersionState
  /** Why it is skipped or failed. */
  reason: string | null
  local_code: string | null
  /** The code it is sent under; never changes once it was sent. */
  sent_code: string | null
  presence: Presence
  /** Keyed digest of the last record the target confirmed. */
  wire_digest: string | null
  /** JSON array: digests of the steps planned or confirmed so far. */
  known_steps: string
  /** Versions confirmed so far: the first one counts as created. */
  confirmed_versions: number
  /** 1 while the source may still change it without telling. */
  open: number
  received_at: number | null
  closed_at: number | null
  /** When the next operation may go; null when there is none, or nothing may go. */
  next_at: number | null
  updated_at: number
  /** Of a process that died a request may be on its way until then: nothing of this dossier goes before. */
  quiet_until: number | null
  /** Raised by every write of this row: whoever decided from an older one decided too early. */
  revision: number
  /** Which worker's it is; see `shardOf`. */
  shard: number
  /** 0: a change. 1: read by an initial load, and goes when no change is due. */
  priority: number
}

export interface OperationTable {
  tenant: string
  id: Generated<number>
  source: string
  source_id: string
  kind: OperationKind
  state: OperationState
  attempts: number
  /** Until then a request of a process that died may still be on its way. */
  deadline: number | null
  /** 1 when the step was sent before and nobody knows whether it arrived. */
  maybe_doubled: number
  /** Digest of the step; of a record, the mapping it was planned under and what it would be sent as. */
  digest: string
  created_at: number
}

/** The domain dossier or step of an operation, sealed. Apart from it, because an operation is marked and unmarked around every send. */
export interface PayloadTable {
  tenant: string
  operation: number
  sealed: Uint8Array
}

export interface FailureTable {
  tenant: string
  source: string
  source_id: string
  /** Stable id: an error code or the rule of a finding. Failures are grouped by it. */
  cause: string
  stage: FailureStage
  /** Field, file and row, or service: where to look. Never a personal value. */
  place: string
  /** JSON of two texts. */
  message: string
  hint: string
  /** JSON array of all findings. */
  findings: string
  first_at: number
  last_at: number
  times: number
}

export interface CodeLinkTable {
  tenant: string
  source: string
  source_id: string
  code: string
  first_sent_at: number
}

/** Whose a code is: one dossier's of the tenant, whichever source it comes from. Whoever does not hold its codes is not sent. */
export interface CodeClaimTable {
  tenant: string
  /** Local code, or the code it is or will be sent under. */
  code: string
  source: string
  source_id: string
  /** Digest of the ownership rules that gave it to this source; empty when it was free. */
  rules: string
  /** Steps up to this time were sent by whoever held it before. */
  steps_until: number | null
}

/**
 * `two-sources`: somebody else holds its code. `part-of-sent`: it is a part of a dossier that is sent. `owned-elsewhere`: a rule gives its code
 * to somebody else. `part`: it is a part of a dossier that nobody sends yet.
 */
export type ContestKind = 'two-sources' | 'part-of-sent' | 'owned-elsewhere' | 'part'

/** Why a dossier is not sent under its code, until that changes. */
export interface ContestTable {
  tenant: string
  source: string
  source_id: string
  code: string
  kind: ContestKind
  /** Who holds the code; empty for `part`. */
  holder_source: string
  holder_id: string
  /** Digest of the ownership rules it was decided by. */
  rules: string
  since: number
}

/** Dossiers that their source does not have any more. A list for a person; nothing follows from it by itself. */
export interface GoneTable {
  tenant: string
  source: string
  source_id: string
  since: number
  /** The run that found it out. */
  run: number
  /** `reading`: a whole reading did not show it. `source`: the source said so. `write-back`: it was not there to be marked. */
  told_by: GoneTeller
}
export type GoneTeller = 'reading' | 'source' | 'write-back'

/** What a source that takes marks was told of a dossier, and is still to be told. */
export interface MarkTable {
  tenant: string
  source: string
  source_id: string
  /** The version that is to be told of. */
  version: number
  /** Of the bytes that the source was last told to be at the target. */
  marked_digest: string | null
  marked_at: number | null
  attempts: number
  /** When to try; null: there is nothing to tell. */
  due_at: number | null
  /** Code of the error, or outcome, of the last try. */
  problem: string | null
}

/** Append-only. Digests instead of contents: an inspector can prove what was sent, nobody can read it here. */
export interface JournalTable {
  tenant: string
  id: Generated<number>
  at: number
  source: string
  source_id: string
  operation: string
  code: string
  attempt: number
  items: number
  request_digest: string
  answer_digest: string | null
  answer_code: string | null
  outcome: string
  ms: number
  /** JSON array, for steps: {at, status, maybeDoubled}. */
  note: string | null
}

/** Who may write one shard of a tenant now. PostgreSQL only: an embedded ledger has one writer. */
export interface ShardTable {
  tenant: string
  /** `send/3`, or `read/` and the name of a source. */
  shard: string
  /** Raised whenever somebody takes it: a write of an earlier holder is refused. */
  epoch: number
  /** In words, for people. */
  holder: string
  /** Of the holder's connection at the server. */
  backend: number
  /** By the server's clock. */
  heartbeat_at: number
}

/** A rate that several workers share: when the next call of a system may go. */
export interface BudgetTable {
  tenant: string
  system: string
  next_at: number
}

export interface RunTable {
  tenant: string
  id: Generated<number>
  source: string
  started_at: number
  ended_at: number | null
  outcome: string
  seen: Generated<number>
  unchanged: Generated<number>
  skipped: Generated<number>
  failed: Generated<number>
  pending: Generated<number>
  created: Generated<number>
  updated: Generated<number>
  superseded: Generated<number>
}

/** What indicators are computed from. No personal fields. */
export interface FactTable {
  tenant: string
  source: string
  source_id: string
  local_code: string | null
  procedure_code: string | null
  national_procedure: string | null
  agency_code: string | null
  channel: string | null
  origin: string
  submitted_at: number | null
  received_at: number | null
  due_at: number | null
  finished_at: number | null
  returned_at: number | null
  status: number | null
  /** JSON array of {at, status, derived}. */
  status_history: string
  /** Đồng; null when unknown. */
  fee_total: number | null
  online_payment: string | null
  /** JSON object of the flags of contracts/rules-and-indicators.md §3. */
  flags: string
  updated_at: number
}

export type CatalogueName = 'national' | 'local'

/** One row a procedure that a catalogue has or had. Absent from a verified complete list: `inactive`, never deleted. */
export interface CatalogueEntryTable {
  tenant: string
  catalogue: CatalogueName
  code: string
  name: string
  state: 'active' | 'inactive'
  /** Days, `yyyy-MM-dd`. */
  first_listed: string
  inactive_since: string | null
  /** What the detail call asks for, where that is not the code. */
  reference: string | null
  /** The leading sector of its details, beside the version because every dossier's record names it. */
  sector_code: string | null
  sector_name: string | null
  /** When its details were last read; null: never. */
  detail_at: number | null
  /** First day of the version that holds now. */
  version_from: string | null
  /** JSON array of findings of the last attempt to read it; null: nothing to say. */
  findings: string | null
}

/** What a procedure said, from the day on which it was first read so. Public texts, in clear. */
export interface CatalogueVersionTable {
  tenant: string
  catalogue: CatalogueName
  code: string
  valid_from: string
  digest: string
  /** JSON of a `Procedure`. */
  content: string
}

/** A list that is being read. It becomes the catalogue's only when it is whole. */
export interface CatalogueListingTable {
  tenant: string
  catalogue: CatalogueName
  code: string
  name: string
  reference: string | null
  /** JSON of what the list itself told of it beyond code and name; kept until it was taken over too. */
  detail: string | null
}

export interface CataloguePullTable {
  tenant: string
  id: Generated<number>
  catalogue: CatalogueName
  started_at: number
  ended_at: number | null
  /** `listing`, `reading`, then `done` or `failed`. */
  state: string
  /** JSON: where the list goes on. */
  cursor: string | null
  /** When the list was found whole and taken over. */
  listed_at: number | null
  /** JSON of counts and problems. */
  report: string
}

/** Answers of the decision call and of the dictionaries, as read. */
export interface CatalogueReferenceTable {
  tenant: string
  /** `decision`, or the name of a dictionary service. */
  kind: string
  code: string
  content: string
  read_at: number
}

/** What the matching found for a local procedure, from a day on. */
export interface CodeMatchTable {
  tenant: string
  local_code: string
  valid_from: string
  decision: string
  national_code: string | null
  score: number
  /** JSON arrays. */
  reasons: string
  candidates: string
  decided_at: number
}

/** What a person decided, from a day on; `national_code` null: it has no national twin. Wins over every match. */
export interface CodeDecisionTable {
  tenant: string
  local_code: string
  valid_from: string
  national_code: string | null
  decided_at: number
}

/** The last look at a published address. */
export interface ServiceLinkTable {
  tenant: string
  url: string
  /** JSON array of local codes offered there. */
  codes: string
  checked_at: number
  outcome: string
  status: number | null
  problem: string | null
}

/** Lists of a dossier that hold files. */
export type FileList = 'documents' | 'results'

/** A link that was made for a file of a dossier; see `sync/files`. The token itself is not kept. */
export interface FileLinkTable {
  tenant: string
  /** Digest of the token by this ledger's key. */
  token_digest: string
  list: FileList
  source: string
  source_id: string
  /** Where the file lies at its source, and its name. */
  sealed: Uint8Array
  planned_at: number
}

/** What was paid for dossiers, as it is told to the national portal. Taken over from the books of payments, which may be in another ledger. */
export interface PaidDutyTable {
  tenant: string
  bill: string
  dossier_key: string
  duty: DutyKind
  /** Its lines. */
  sealed: Uint8Array
  paid_through: PaidThrough
  paid_at: number
  /** When a version of the dossier was planned that shows it as paid; or, once taken back, that shows it no more. */
  told_at: number | null
  /** 1: the money went back. */
  taken_back: number
}

export interface LedgerTables extends PaymentTables {
  file_links: FileLinkTable
  paid_duties: PaidDutyTable
  code_claims: CodeClaimTable
  contests: ContestTable
  gone: GoneTable
  marks: MarkTable
  catalogue_entries: CatalogueEntryTable
  catalogue_versions: CatalogueVersionTable
  catalogue_listings: CatalogueListingTable
  catalogue_pulls: CataloguePullTable
  catalogue_references: CatalogueReferenceTable
  code_matches: CodeMatchTable
  code_decisions: CodeDecisionTable
  service_links: ServiceLinkTable
  meta: MetaTable
  cursors: CursorTable
  dossiers: DossierTable
  operations: OperationTable
  payloads: PayloadTable
  failures: FailureTable
  code_links: CodeLinkTable
  journal: JournalTable
  runs: RunTable
  shards: ShardTable
  budgets: BudgetTable
  dossier_facts: FactTable
}

/** The counters of a run that follow its versions. */
export const versionCounters = ['seen', 'unchanged', 'skipped', 'failed', 'pending', 'created', 'updated', 'superseded'] as const
export type VersionCounter = (typeof versionCounters)[number]
