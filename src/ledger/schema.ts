/**
 * The ledger's tables as Kysely sees them. Tenant leads every primary key; times are milliseconds; JSON is text;
 * digests are text (base64url).
 */
import type { Generated } from 'kysely'

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

export interface LedgerTables {
  meta: MetaTable
  cursors: CursorTable
  dossiers: DossierTable
  operations: OperationTable
  payloads: PayloadTable
  failures: FailureTable
  code_links: CodeLinkTable
  journal: JournalTable
  runs: RunTable
  dossier_facts: FactTable
}

/** The counters of a run that follow its versions. */
export const versionCounters = ['seen', 'unchanged', 'skipped', 'failed', 'pending', 'created', 'updated', 'superseded'] as const
export type VersionCounter = (typeof versionCounters)[number]
