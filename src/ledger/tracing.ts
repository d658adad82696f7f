/** One dossier as the ledger knows it: where it stands, what waits, what was sent. Reads only; nothing here opens a sealed dossier. */
import { sql } from 'kysely'
import { nearestKey } from '../base/index.js'
import { type ConflictEntry, conflictEntries, type GoneEntry, goneEntries, markOf, type TracedMark } from './at-sources.js'
import type { Ledger } from './ledger.js'
import { type FailureEntry, failureEntries } from './reading.js'
import type { OperationKind, OperationState, Presence, VersionState } from './schema.js'
import type { DossierRow, WaitingOperation } from './sync-ledger.js'

/** What waits to be sent. */
export interface TracedOperation {
  readonly id: number
  readonly kind: OperationKind
  readonly state: OperationState
  readonly attempts: number
  /** Until then a request of a process that died may still be on its way. */
  readonly deadline: number | null
  readonly maybeDoubled: boolean
  readonly plannedAt: number
}

export interface SentStep {
  readonly at: number
  readonly status: number
  readonly maybeDoubled: boolean
}

/** One line of the send journal. */
export interface TracedSend {
  readonly at: number
  /** `create`, `update`, `steps` or `lookup`. */
  readonly operation: string
  readonly code: string
  readonly attempt: number
  readonly items: number
  /** `accepted`, `rejected`, an error's code … */
  readonly outcome: string
  readonly answerCode: string | null
  readonly ms: number
  /** Keyed digests: whoever has the message can prove that it was this one. */
  readonly requestDigest: string
  readonly answerDigest: string | null
  readonly steps: readonly SentStep[]
}

export interface DossierTrace {
  readonly source: string
  readonly sourceId: string
  readonly localCode: string | null
  /** The code it is sent under. */
  readonly sentCode: string | null
  /** Every code it was ever meant to be sent under, the oldest first. */
  readonly codes: readonly { readonly code: string; readonly firstSentAt: number }[]
  readonly state: VersionState
  readonly reason: string | null
  readonly version: number
  readonly confirmedVersions: number
  /** The run that read the latest version. */
  readonly run: { readonly id: number; readonly startedAt: number | null; readonly outcome: string | null }
  readonly presence: Presence
  /** Whether the source may still change it without telling. */
  readonly open: boolean
  /** The next pass reads and maps it anew, also when it did not change. */
  readonly readAgain: boolean
  readonly receivedAt: number | null
  readonly closedAt: number | null
  readonly nextAt: number | null
  readonly updatedAt: number
  readonly operations: readonly TracedOperation[]
  readonly failure: FailureEntry | undefined
  readonly journal: readonly TracedSend[]
  /** Its source does not have it any more. */
  readonly gone?: GoneEntry | undefined
  /** Somebody else has its code, or sends the whole of which it is a part. */
  readonly conflict?: ConflictEntry | undefined
  /** What its source was told of it. */
  readonly mark?: TracedMark | undefined
}

/** @param code a local code, a code it is or was sent under, or the source's id. Several sources may hold the same one. */
export async function traceDossiers(ledger: Ledger, tenant: string, code: string): Promise<DossierTrace[]> {
  const rows = await ledger.db
    .selectFrom('dossiers')
    .selectAll()
    .where('tenant', '=', tenant)
    .where((eb) =>
      eb.or([
        eb('local_code', '=', code),
        eb('sent_code', '=', code),
        eb('source_id', '=', code),
        eb.exists(
          eb
            .selectFrom('code_links')
            .select('code_links.code')
            .whereRef('code_links.tenant', '=', 'dossiers.tenant')
            .whereRef('code_links.source', '=', 'dossiers.source')
            .whereRef('code_links.source_id', '=', 'dossiers.source_id')
            .where('code_links.code', '=', code),
        ),
      ]),
    )
    .orderBy('source')
    .orderBy('source_id')
    .execute()
  const traces: DossierTrace[] = []
  for (const row of rows) traces.push(await traceOf(ledger, row))
  return traces
}

async function traceOf(ledger: Ledger, row: DossierRow): Promise<DossierTrace> {
  const { tenant, source, source_id } = row
  const key = { tenant, source, source_id }
  const operations = await ledger.db
    .selectFrom('operations')
    .selectAll()
    .where((eb) => eb.and(key))
    .orderBy('id')
    .execute()
  const codes = await ledger.db
    .selectFrom('code_links')
    .select(['code', 'first_sent_at'])
    .where((eb) => eb.and(key))
    .orderBy('first_sent_at')
    .execute()
  const journal = await ledger.db
    .selectFrom('journal')
    .selectAll()
    .where((eb) => eb.and(key))
    .orderBy('id')
    .execute()
  const run = await ledger.db
    .selectFrom('runs')
    .select(['started_at', 'outcome'])
    .where('tenant', '=', tenant)
    .where('id', '=', row.version_run)
    .executeTakeFirst()
  const [failure] = await failureEntries(ledger, tenant, { dossier: { source, sourceId: source_id } }, 1)
  const asked = { source, sourceId: source_id, limit: 1 }
  const [gone] = await goneEntries(ledger, tenant, asked)
  const [conflict] = await conflictEntries(ledger, tenant, asked, ['two-sources', 'part-of-sent', 'owned-elsewhere'])
  return {
    gone,
    conflict,
    mark: await markOf(ledger, tenant, source, source_id),
    source,
    sourceId: source_id,
    localCode: row.local_code,
    sentCode: row.sent_code,
    codes: codes.map(({ code, first_sent_at }) => ({ code, firstSentAt: first_sent_at })),
    state: row.state,
    reason: row.reason,
    version: row.version,
    confirmedVersions: row.confirmed_versions,
    run: { id: Number(row.version_run), startedAt: run?.started_at ?? null, outcome: run?.outcome ?? null },
    presence: row.presence,
    open: row.open === 1,
    readAgain: row.source_digest === null,
    receivedAt: row.received_at,
    closedAt: row.closed_at,
    nextAt: row.next_at,
    updatedAt: row.updated_at,
    operations: operations.map(({ id, kind, state, attempts, deadline, maybe_doubled, created_at }) => ({
      id: Number(id),
      kind,
      state,
      attempts,
      deadline,
      maybeDoubled: maybe_doubled === 1,
      plannedAt: created_at,
    })),
    failure,
    journal: journal.map((entry) => ({
      at: entry.at,
      operation: entry.operation,
      code: entry.code,
      attempt: entry.attempt,
      items: entry.items,
      outcome: entry.outcome,
      answerCode: entry.answer_code,
      ms: entry.ms,
      requestDigest: entry.request_digest,
      answerDigest: entry.answer_digest,
      steps: JSON.parse(entry.note ?? '[]') as SentStep[],
    })),
  }
}

/** What waits of one dossier with its sealed content, in the order in which it is sent; and the row it belongs to. */
export async function waitingOf(
  ledger: Ledger,
  tenant: string,
  source: string,
  sourceId: string,
): Promise<{ readonly row: DossierRow; readonly operations: readonly WaitingOperation[] } | undefined> {
  const key = { tenant, source, source_id: sourceId }
  const row = await ledger.db
    .selectFrom('dossiers')
    .selectAll()
    .where((eb) => eb.and(key))
    .executeTakeFirst()
  if (!row) return undefined
  const operations = await ledger.db
    .selectFrom('operations')
    .innerJoin('payloads', 'payloads.operation', 'operations.id')
    .selectAll('operations')
    .select('payloads.sealed')
    .where('operations.tenant', '=', tenant)
    .where('operations.source', '=', source)
    .where('operations.source_id', '=', sourceId)
    .orderBy('operations.id')
    .execute()
  return { row, operations }
}

/** Rows looked at for a code that nobody has. */
const CANDIDATES = 500
/** `-250310-0007`: what people read aloud of a code. */
const TAIL = 12

/** Up to three local codes that somebody who typed this may have meant: they hold it, or share its beginning or its end. */
export async function nearCodes(ledger: Ledger, tenant: string, code: string): Promise<string[]> {
  const [beginning, end] = [code.slice(0, -3), code.slice(-TAIL)]
  const { rows } = await sql<{ local_code: string }>`
    select distinct local_code from dossiers
    where tenant = ${tenant} and local_code is not null and (
      (${code} <> '' and replace(local_code, ${code}, '') <> local_code)
      or (${beginning} <> '' and substr(local_code, 1, ${beginning.length}) = ${beginning})
      or (${end.length} = ${TAIL} and substr(local_code, length(local_code) - ${sql.lit(TAIL - 1)}) = ${end}))
    limit ${CANDIDATES}`.execute(ledger.db)
  const candidates = new Set(rows.map(({ local_code }) => local_code))
  const near: string[] = []
  while (near.length < 3) {
    const next = nearestKey(code, [...candidates]) ?? [...candidates][0]
    if (next === undefined) break
    candidates.delete(next)
    near.push(next)
  }
  return near
}
