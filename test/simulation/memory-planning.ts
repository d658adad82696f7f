/** What the planner reads and writes, on maps: src/ledger/planning.ts and unreadable.ts say the same in SQL. */
import type { Insertable } from 'kysely'
import {
  type DossierRow,
  type DossierTable,
  type FactTable,
  type KnownDossier,
  type PlannedBatch,
  type PlannedVersion,
  unreadableId,
  type VersionCounter,
  type WaitingOperation,
} from '../../src/ledger/index.js'
import { changeGone, keepContests, takeCodes, wantMarks } from './memory-claims.js'
import { count, isSending, type MemoryTables, move, nameIn, nameOf, operationsOf, putFailure, putOperations } from './memory-tables.js'

export function savedCursor(tables: MemoryTables, tenant: string, source: string): unknown {
  const row = tables.cursors.get(`${tenant}\n${source}`)
  return row ? (JSON.parse(row.cursor) as unknown) : null
}

export function newDigests(tables: MemoryTables, tenant: string, source: string, epoch: string, digests: readonly string[]): Set<string> {
  const news = new Set(digests)
  for (const row of tables.dossiers.values()) {
    if (news.size === 0) break
    if (row.source_digest !== null && row.epoch === epoch && row.tenant === tenant && row.source === source) news.delete(row.source_digest)
  }
  return news
}

export function knownDossiers(tables: MemoryTables, tenant: string, source: string, keys: readonly string[]): Map<string, KnownDossier> {
  const known = new Map<string, KnownDossier>()
  for (const key of keys) {
    const name = nameIn(tenant, source, key)
    const row = tables.dossiers.get(name)
    if (row === undefined) continue
    const operations = operationsOf(tables, name)
    const record = operations.findLast(({ kind }) => kind === 'record')
    known.set(key, {
      row: { ...row },
      recordOperation: record && { id: record.id, state: record.state },
      pendingOperations: operations.length,
      held: operations.some(({ state }) => state === 'held'),
      sending: operations.some(({ state }) => state === 'sending'),
    })
  }
  return known
}

/** One slice of the dossiers to be read again, after the one named. */
export function openSlice(
  tables: MemoryTables,
  { tenant, source, closedAfter, after, limit }: { tenant: string; source: string; closedAfter: number; after: string; limit: number },
): DossierRow[] {
  const open: DossierRow[] = []
  for (const row of tables.dossiers.values()) {
    if (row.tenant !== tenant || row.source !== source || row.source_id <= after) continue
    const closedLately = row.closed_at !== null && row.closed_at >= closedAfter
    if (row.open === 1 || closedLately || row.state === 'failed' || row.source_digest === null) open.push({ ...row })
  }
  return open.sort((a, b) => (a.source_id < b.source_id ? -1 : 1)).slice(0, limit)
}

export function unreadableIds(tables: MemoryTables, tenant: string, source: string): Set<string> {
  const mark = unreadableId('')
  const ids = new Set<string>()
  for (const row of tables.dossiers.values())
    if (row.tenant === tenant && row.source === source && row.source_id.startsWith(mark)) ids.add(row.source_id)
  return ids
}

export function forgetUnreadable(tables: MemoryTables, tenant: string, source: string, ids: ReadonlySet<string>): void {
  for (const id of ids) {
    const name = nameIn(tenant, source, id)
    const row = tables.dossiers.get(name)
    tables.dossiers.delete(name)
    tables.failures.delete(name)
    if (row) move(tables, row.version_run, 'failed', 'superseded')
  }
}

export function commitBatch(tables: MemoryTables, batch: PlannedBatch, now: number): 'committed' | 'stale' {
  const { tenant, source, run, cursor } = batch
  if (isStale(tables, batch) || !takeCodes(tables, batch, now)) return 'stale'
  count(tables, run, 'seen', batch.seen)
  count(tables, run, 'unchanged', batch.unchanged)
  for (const version of batch.versions) writeVersion(tables, version, run, now)
  writeFileLinks(tables, batch, now)
  const { sourceIds, epoch } = batch.refreshed
  for (const sourceId of sourceIds) {
    const name = nameIn(tenant, source, sourceId)
    const row = tables.dossiers.get(name)
    if (row) tables.dossiers.set(name, { ...row, epoch })
  }
  for (const facts of batch.facts) tables.facts.set(nameIn(facts.tenant, facts.source, facts.source_id), { ...noFacts, ...facts })
  keepContests(tables, batch, now)
  changeGone(tables, batch, now)
  if (batch.marking) wantMarks(tables, batch, now)
  if (cursor !== null) tables.cursors.set(`${tenant}\n${source}`, { tenant, source, cursor, updated_at: now })
  return 'committed'
}

function writeFileLinks(tables: MemoryTables, { tenant, source, versions, files = [] }: PlannedBatch, now: number): void {
  for (const { source_id, told, links, olderLinks } of [...versions.flatMap((version) => version.files ?? []), ...files]) {
    const kept = new Set([...links, ...olderLinks].map(({ list, token_digest }) => nameIn(tenant, token_digest, list)))
    for (const [name, row] of tables.fileLinks)
      if (row.tenant === tenant && row.source === source && row.source_id === source_id && told.includes(row.list) && !kept.has(name))
        tables.fileLinks.delete(name)
    for (const { token_digest, list, sealed } of links) {
      const name = nameIn(tenant, token_digest, list)
      const planned_at = tables.fileLinks.get(name)?.planned_at ?? now
      tables.fileLinks.set(name, { tenant, token_digest, list, source, source_id, sealed, planned_at })
    }
  }
}

function isStale(tables: MemoryTables, { tenant, source, versions, revisions }: PlannedBatch): boolean {
  let found = 0
  for (const { row } of versions) {
    const name = nameIn(tenant, source, row.source_id)
    if (isSending(tables, name)) return true
    const stored = tables.dossiers.get(name)
    if (stored === undefined) continue
    found += 1
    if (revisions.get(row.source_id) !== stored.revision) return true
  }
  return versions.length > 0 && found !== revisions.size
}

function writeVersion(tables: MemoryTables, version: PlannedVersion, run: number, now: number): void {
  const name = nameOf(version.row)
  count(tables, run, version.bucket)
  if (version.before) move(tables, version.before.run, version.before.bucket, 'superseded')
  writeOperations(tables, name, version, now)
  const planned: DossierRow = { ...unknownYet, ...version.row }
  const before = tables.dossiers.get(name)
  // What the target told of a dossier is its sender's to write.
  const told = before && {
    sent_code: before.sent_code,
    presence: before.presence,
    wire_digest: before.wire_digest,
    confirmed_versions: before.confirmed_versions,
    shard: before.shard,
  }
  tables.dossiers.set(name, { ...planned, ...told })
  if (version.failure) putFailure(tables, name, version.failure, now)
  else tables.failures.delete(name)
  if (version.facts) tables.facts.set(name, { ...noFacts, ...version.facts })
}

function writeOperations(tables: MemoryTables, name: string, version: PlannedVersion, now: number): void {
  const { addOperations, replaceRecord, removeRecord, restart } = version
  if (addOperations.length === 0 && !replaceRecord && removeRecord === undefined && !restart) return
  const { tenant, source, source_id } = version.row
  const left: WaitingOperation[] = []
  for (const operation of operationsOf(tables, name)) {
    if (operation.id === removeRecord) continue
    const replaced =
      operation.id === replaceRecord?.id ? { ...operation, attempts: 0, digest: replaceRecord.digest, sealed: replaceRecord.payload } : operation
    left.push(restart && replaced.state === 'failed' ? { ...replaced, state: 'pending', attempts: 0 } : replaced)
  }
  for (const { kind, digest, payload } of addOperations) {
    tables.lastOperation += 1
    left.push({
      tenant,
      id: tables.lastOperation,
      source,
      source_id,
      kind,
      state: 'pending',
      attempts: 0,
      deadline: null,
      maybe_doubled: 0,
      digest,
      created_at: now,
      sealed: payload,
    })
  }
  putOperations(tables, name, left)
}

/** Columns that a plan may leave out. */
const unknownYet = {
  source_digest: null,
  reason: null,
  local_code: null,
  sent_code: null,
  wire_digest: null,
  received_at: null,
  closed_at: null,
  next_at: null,
  quiet_until: null,
} satisfies Partial<Insertable<DossierTable>>

const noFacts = {
  local_code: null,
  procedure_code: null,
  national_procedure: null,
  agency_code: null,
  channel: null,
  submitted_at: null,
  received_at: null,
  due_at: null,
  finished_at: null,
  returned_at: null,
  status: null,
  fee_total: null,
  online_payment: null,
} satisfies Partial<Insertable<FactTable>>

export function releasePlanned(tables: MemoryTables, tenant: string, source: string, now: number): number {
  let released = 0
  for (const [name, row] of tables.dossiers) {
    if (row.tenant !== tenant || row.source !== source || row.state !== 'pending' || row.next_at !== null || row.source_digest === null) continue
    tables.dossiers.set(name, { ...row, next_at: Math.max(now, row.quiet_until ?? 0), revision: row.revision + 1 })
    released += 1
  }
  return released
}

export function startRun(tables: MemoryTables, tenant: string, source: string, now: number): number {
  const id = tables.runs.size + 1
  tables.runs.set(id, { tenant, id, source, started_at: now, ended_at: null, outcome: 'running', ...NOTHING_COUNTED })
  return id
}

const NOTHING_COUNTED: Readonly<Record<VersionCounter, number>> = {
  seen: 0,
  unchanged: 0,
  skipped: 0,
  failed: 0,
  pending: 0,
  created: 0,
  updated: 0,
  superseded: 0,
}

export function endRun(tables: MemoryTables, tenant: string, run: number, outcome: string, now: number): void {
  const row = tables.runs.get(run)
  if (row?.tenant === tenant) Object.assign(row, { ended_at: now, outcome })
}

export function runCounters(tables: MemoryTables, tenant: string, run: number): Record<VersionCounter, number> {
  const row = tables.runs.get(run)
  if (row?.tenant !== tenant) throw new RangeError(`no run ${run}`)
  const { seen, unchanged, skipped, failed, pending, created, updated, superseded } = row
  return { seen, unchanged, skipped, failed, pending, created, updated, superseded }
}
