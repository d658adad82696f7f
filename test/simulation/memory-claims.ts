/** Whose a code is, what is gone, what sources are told, on maps: src/ledger/claims.ts, gone.ts and marks.ts say the same in SQL. */
import {
  type CodeHolder,
  type DossierRow,
  type DueMark,
  type GoneTeller,
  type ListedDossier,
  type PlannedBatch,
  type PlannedVersion,
  type SettledMark,
  unreadableId,
} from '../../src/ledger/index.js'
import { isSending, type MemoryTables, move, nameIn, nameOf, operationsOf, putOperations } from './memory-tables.js'

const codeName = (tenant: string, code: string) => `${tenant}\n${code}`

function isInDoubt(tables: MemoryTables, name: string): boolean {
  return operationsOf(tables, name).some(({ state, maybe_doubled }) => state === 'sending' || state === 'held' || maybe_doubled === 1)
}

export function codeHolders(tables: MemoryTables, tenant: string, codes: readonly string[]): Map<string, CodeHolder> {
  const holders = new Map<string, CodeHolder>()
  for (const code of codes) {
    const claim = tables.claims.get(codeName(tenant, code))
    const name = claim && nameOf(claim)
    const row = name === undefined ? undefined : tables.dossiers.get(name)
    if (claim === undefined || name === undefined || row === undefined) continue
    holders.set(code, {
      row: { ...row },
      rules: claim.rules,
      stepsUntil: claim.steps_until,
      gone: tables.gone.has(name),
      inDoubt: isInDoubt(tables, name),
    })
  }
  return holders
}

export function lastStepSent(tables: MemoryTables, tenant: string, source: string, sourceId: string): number | null {
  let last: number | null = null
  for (const entry of tables.journal) {
    if (entry.tenant !== tenant || entry.source !== source || entry.source_id !== sourceId) continue
    if (entry.operation !== 'steps' || entry.outcome !== 'accepted' || entry.note === null) continue
    for (const { at } of JSON.parse(entry.note) as { at: number }[]) last = Math.max(last ?? at, at)
  }
  return last
}

/** @returns false when one of the codes is another's by now: nothing was written. */
export function takeCodes(tables: MemoryTables, batch: PlannedBatch, now: number): boolean {
  const { tenant, source, versions, revisions } = batch
  for (const { takeover } of versions) {
    if (takeover === undefined) continue
    const name = nameIn(tenant, takeover.source, takeover.sourceId)
    if (tables.dossiers.get(name)?.revision !== takeover.revision || isInDoubt(tables, name)) return false
  }
  const wanted = new Set<string>()
  for (const { claims, takeover, row } of versions) {
    for (const code of claims?.codes ?? []) {
      if (wanted.has(code)) return false
      wanted.add(code)
      const held = tables.claims.get(codeName(tenant, code))
      if (held === undefined || (held.source === source && held.source_id === row.source_id)) continue
      if (takeover === undefined || held.source !== takeover.source || held.source_id !== takeover.sourceId) return false
    }
  }
  for (const { claims, row } of versions) {
    for (const code of claims?.codes ?? []) {
      const name = codeName(tenant, code)
      const claim = { tenant, code, source, source_id: row.source_id, rules: claims?.rules ?? '', steps_until: claims?.stepsUntil ?? null }
      if (!tables.claims.has(name)) tables.claims.set(name, claim)
    }
  }
  for (const version of versions) takeOver(tables, batch, version, now)
  for (const { claims, row } of versions) {
    if (claims === undefined || !revisions.has(row.source_id)) continue
    for (const [name, claim] of tables.claims)
      if (claim.tenant === tenant && claim.source === source && claim.source_id === row.source_id && !claims.codes.includes(claim.code))
        tables.claims.delete(name)
  }
  return true
}

function takeOver(tables: MemoryTables, { tenant, source }: PlannedBatch, { row, claims, takeover }: PlannedVersion, now: number): void {
  if (takeover === undefined || claims === undefined) return
  const from = nameIn(tenant, takeover.source, takeover.sourceId)
  const before = tables.dossiers.get(from)
  if (before === undefined) return
  for (const code of claims.codes) {
    const held = tables.claims.get(codeName(tenant, code))
    if (held === undefined || nameOf(held) !== from) continue
    tables.claims.set(codeName(tenant, code), { ...held, source, source_id: row.source_id, rules: claims.rules, steps_until: claims.stepsUntil })
  }
  if (before.state === 'pending' || before.state === 'failed') move(tables, before.version_run, before.state, 'skipped')
  tables.dossiers.set(from, {
    ...before,
    state: before.state === 'confirmed' ? 'confirmed' : 'skipped',
    reason: before.state === 'skipped' ? before.reason : 'owned-elsewhere',
    ...{ presence: 'absent', sent_code: null, wire_digest: null, known_steps: '[]', source_digest: null, next_at: null },
    updated_at: now,
    revision: before.revision + 1,
  })
  putOperations(tables, from, [])
  for (const table of [tables.failures, tables.facts, tables.marks]) table.delete(from)
  const name = nameOf(row)
  const own = tables.dossiers.get(name)
  const { sent_code = null, presence, wire_digest = null, confirmed_versions, quiet_until = null } = row
  if (own) tables.dossiers.set(name, { ...own, sent_code, presence, wire_digest, confirmed_versions, quiet_until })
  if (sent_code === null) return
  const link = `${name}\n${sent_code}`
  if (!tables.codeLinks.has(link)) tables.codeLinks.set(link, { tenant, source, source_id: row.source_id, code: sent_code, first_sent_at: now })
}

export function keepContests(tables: MemoryTables, { tenant, source, versions }: PlannedBatch, now: number): void {
  for (const { contest, row } of versions) {
    const name = nameOf(row)
    if (contest === undefined) tables.contests.delete(name)
    else tables.contests.set(name, { tenant, source, source_id: row.source_id, ...contest, since: tables.contests.get(name)?.since ?? now })
  }
}

/** Names of the dossiers whose contests may end otherwise by now. */
export function contestsToReview(tables: MemoryTables, tenant: string, source: string, rules: string): string[] {
  const found: string[] = []
  for (const [name, contest] of tables.contests) {
    if (contest.tenant !== tenant || contest.source !== source) continue
    const row = tables.dossiers.get(name)
    if (row === undefined || row.source_digest === null || isSending(tables, name)) continue
    const claim = tables.claims.get(codeName(tenant, contest.code))
    if (contest.kind === 'part') {
      if (claim !== undefined && row.state === 'pending' && row.presence === 'absent' && nameOf(claim) !== name) found.push(name)
      continue
    }
    const holder = nameIn(tenant, contest.holder_source, contest.holder_id)
    const isOver = claim === undefined || nameOf(claim) !== holder || contest.rules !== rules
    if (isOver || tables.dossiers.get(holder)?.state === 'skipped' || tables.gone.has(holder)) found.push(name)
  }
  return found
}

export function readAgain(tables: MemoryTables, names: readonly string[]): number {
  let again = 0
  for (const name of names) {
    const row = tables.dossiers.get(name)
    if (row === undefined || isSending(tables, name)) continue
    again += 1
    tables.dossiers.set(name, {
      ...row,
      source_digest: null,
      next_at: row.state === 'pending' ? null : row.next_at,
      revision: row.revision + 1,
    })
  }
  return again
}

export function countGone(tables: MemoryTables, tenant: string, source: string): number {
  let count = 0
  for (const entry of tables.gone.values()) if (entry.tenant === tenant && entry.source === source) count += 1
  return count
}

export function goneAmong(tables: MemoryTables, tenant: string, source: string, digests: readonly string[], keys: readonly string[]): string[] {
  const found: string[] = []
  for (const [name, entry] of tables.gone) {
    if (entry.tenant !== tenant || entry.source !== source) continue
    const digest = tables.dossiers.get(name)?.source_digest
    if (keys.includes(entry.source_id) || (digest != null && digests.includes(digest))) found.push(entry.source_id)
  }
  return found
}

const isUnreadable = (row: DossierRow) => row.source_id.startsWith(unreadableId(''))

function ofSource(tables: MemoryTables, tenant: string, source: string): DossierRow[] {
  return [...tables.dossiers.values()]
    .filter((row) => row.tenant === tenant && row.source === source && !isUnreadable(row))
    .sort((a, b) => (a.source_id < b.source_id ? -1 : 1))
}

export function listedDossiers(tables: MemoryTables, tenant: string, source: string): ListedDossier[] {
  return ofSource(tables, tenant, source).map((row) => ({
    key: row.source_id,
    digest: row.source_digest,
    localCode: row.local_code,
    gone: tables.gone.has(nameOf(row)),
    unneeded: row.state === 'skipped' && row.presence === 'absent',
  }))
}

export function listGone(
  tables: MemoryTables,
  { tenant, source, run, toldBy, ids }: { tenant: string; source: string; run: number; toldBy: GoneTeller; ids: readonly string[] },
  now: number,
): void {
  for (const id of ids) {
    const name = nameIn(tenant, source, id)
    if (tables.dossiers.has(name) && !tables.gone.has(name))
      tables.gone.set(name, { tenant, source, source_id: id, since: now, run, told_by: toldBy })
  }
}

export function changeGone(tables: MemoryTables, { tenant, source, run, back = [], gone = [] }: PlannedBatch, now: number): void {
  for (const id of back) tables.gone.delete(nameIn(tenant, source, id))
  listGone(tables, { tenant, source, run, toldBy: 'source', ids: gone }, now)
}

export function keysOf(tables: MemoryTables, tenant: string, source: string, code: string): string[] {
  return ofSource(tables, tenant, source).flatMap(({ source_id, local_code }) => (source_id === code || local_code === code ? [source_id] : []))
}

export function toReadAgain(tables: MemoryTables, tenant: string, source: string): string[] {
  return ofSource(tables, tenant, source).flatMap((row) => (row.source_digest === null && !tables.gone.has(nameOf(row)) ? [row.source_id] : []))
}

export function wantMarks(tables: MemoryTables, { tenant, source, versions }: PlannedBatch, now: number): void {
  for (const { row } of versions) {
    if (row.source_digest == null || (row.state !== 'pending' && row.state !== 'confirmed')) continue
    const { marked_digest = null, marked_at = null } = tables.marks.get(nameOf(row)) ?? {}
    tables.marks.set(nameOf(row), {
      ...{ tenant, source, source_id: row.source_id, version: row.version, marked_digest, marked_at },
      ...{ attempts: 0, due_at: now, problem: null },
    })
  }
}

export function wantAllMarks(tables: MemoryTables, tenant: string, source: string, now: number): void {
  for (const [name, { tenant: whose, source: from, source_id, state, version }] of tables.dossiers) {
    if (whose !== tenant || from !== source || (state !== 'pending' && state !== 'confirmed') || tables.marks.has(name)) continue
    const nothingYet = { marked_digest: null, marked_at: null, attempts: 0, due_at: now, problem: null }
    tables.marks.set(name, { tenant, source, source_id, version, ...nothingYet })
  }
}

export function dueMarks(
  tables: MemoryTables,
  tenant: string,
  source: string,
  { after, limit, now }: { after: string; limit: number; now: number },
): DueMark[] {
  const due: DueMark[] = []
  for (const mark of [...tables.marks.values()].sort((a, b) => (a.source_id < b.source_id ? -1 : 1))) {
    if (mark.tenant !== tenant || mark.source !== source || mark.source_id <= after || mark.due_at === null || mark.due_at > now) continue
    const row = tables.dossiers.get(nameOf(mark))
    if (row === undefined || row.state !== 'confirmed' || row.presence !== 'present' || row.sent_code === null || row.source_digest === null) continue
    const { source_id: key, local_code: localCode, sent_code: nationalCode, source_digest: digest } = row
    due.push({ key, localCode, nationalCode, version: mark.version, digest, attempts: mark.attempts })
  }
  return due.slice(0, limit)
}

export function settleMarks(tables: MemoryTables, tenant: string, source: string, settled: readonly SettledMark[], now: number): void {
  for (const { key, version, outcome } of settled) {
    const name = nameIn(tenant, source, key)
    const mark = tables.marks.get(name)
    if (mark?.version === version) {
      const told =
        'digest' in outcome
          ? { marked_digest: outcome.digest, marked_at: now, attempts: 0, due_at: null, problem: null }
          : { due_at: outcome.retryAt, problem: outcome.problem, attempts: mark.attempts + 1 }
      tables.marks.set(name, { ...mark, ...told })
    }
    if (!('digest' in outcome) && outcome.retryAt === null) listGone(tables, { tenant, source, run: 0, toldBy: 'write-back', ids: [key] }, now)
  }
}
