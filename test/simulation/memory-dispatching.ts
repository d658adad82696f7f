/** What the dispatcher reads and writes, on maps: src/ledger/dispatching.ts and group-*.ts say the same in SQL. */
import {
  type DossierRow,
  type DueDossier,
  type DueQuestion,
  dossierName,
  type Leaving,
  type RetryFilter,
  type SettledOrStale,
  type Settlement,
  type WaitingOperation,
} from '../../src/ledger/index.js'
import { isSending, type MemoryTables, move, nameOf, operationsOf, putFailure, putOperations } from './memory-tables.js'

export function dueDossiers(tables: MemoryTables, tenant: string, { limit, busy, shard }: DueQuestion, now: number): DueDossier[] {
  const due: DossierRow[] = []
  for (const row of tables.dossiers.values()) {
    if (row.next_at === null || row.next_at > now || row.tenant !== tenant || (shard !== undefined && row.shard !== shard)) continue
    if (busy.size === 0 || !busy.has(dossierName(row))) due.push(row)
  }
  // Whoever waits as long as another was read before it.
  due.sort((a, b) => a.priority - b.priority || (a.next_at ?? 0) - (b.next_at ?? 0))
  return due.slice(0, limit).map((row) => ({ row: { ...row }, operations: copies(operationsOf(tables, nameOf(row))) }))
}

/** The engine changes the operations it holds. */
function copies(operations: readonly WaitingOperation[]): WaitingOperation[] {
  return operations.map((operation) => ({ ...operation }))
}

export function nextDueAt(tables: MemoryTables, tenant: string, shard?: number): number | null {
  let earliest: number | null = null
  for (const row of tables.dossiers.values()) {
    if (row.next_at === null || row.tenant !== tenant || (shard !== undefined && row.shard !== shard)) continue
    if (earliest === null || row.next_at < earliest) earliest = row.next_at
  }
  return earliest
}

/** Names of the dossiers whose waits were measured by a clock that was set back since; those being sent are left to their senders. */
export function dossiersAhead(tables: MemoryTables, tenant: string, now: number): string[] {
  const ahead: string[] = []
  for (const [name, row] of tables.dossiers)
    if (row.tenant === tenant && row.updated_at > now && row.next_at !== null && row.next_at > now && !isSending(tables, name)) ahead.push(name)
  return ahead
}

export function followClock(tables: MemoryTables, tenant: string, now: number): void {
  for (const name of dossiersAhead(tables, tenant, now)) {
    const row = tables.dossiers.get(name)
    if (row === undefined || row.next_at === null) continue
    const ahead = row.updated_at - now
    tables.dossiers.set(name, {
      ...row,
      next_at: row.next_at - ahead,
      quiet_until: row.quiet_until === null ? null : row.quiet_until - ahead,
      updated_at: now,
      revision: row.revision + 1,
    })
  }
}

export function markSending(tables: MemoryTables, leaving: readonly Leaving[], at: number): ReadonlySet<Leaving> {
  const marked = new Set<Leaving>()
  for (const one of leaving) {
    const { row, operations, code, deadline } = one
    const name = nameOf(row)
    const waiting = operationsOf(tables, name)
    if (tables.dossiers.get(name)?.revision !== row.revision || !operations.every((id) => waiting.some((operation) => operation.id === id))) continue
    marked.add(one)
    const after = waiting.map((operation) => (operations.includes(operation.id) ? { ...operation, state: 'sending' as const, deadline } : operation))
    putOperations(tables, name, after)
    if (row.sent_code === code) continue
    const { tenant, source, source_id } = row
    const link = `${name}\n${code}`
    if (!tables.codeLinks.has(link)) tables.codeLinks.set(link, { tenant, source, source_id, code, first_sent_at: at })
  }
  return marked
}

export function unmarkSending(tables: MemoryTables, stayed: readonly Leaving[]): void {
  for (const { row, operations } of stayed) {
    const name = nameOf(row)
    const after = operationsOf(tables, name).map((operation) =>
      operations.includes(operation.id) ? { ...operation, state: 'pending' as const, deadline: null } : operation,
    )
    putOperations(tables, name, after)
  }
}

export function settle(tables: MemoryTables, row: DossierRow, settlement: Settlement, at: number): SettledOrStale {
  const name = nameOf(row)
  const stored = tables.dossiers.get(name)
  if (stored === undefined || stored.revision !== row.revision) return 'stale'
  const { tenant, source, source_id } = stored
  const { dossier, done, changed, journal, failure, moved } = settlement
  const { state, reason, sent_code, presence, wire_digest, confirmed_versions, next_at, quiet_until } = { ...row, ...dossier }
  tables.dossiers.set(name, {
    ...stored,
    state,
    reason,
    sent_code,
    presence,
    wire_digest,
    confirmed_versions,
    next_at,
    quiet_until,
    source_digest: dossier.source_digest === null ? null : stored.source_digest,
    updated_at: at,
    revision: stored.revision + 1,
  })
  if (done.length > 0 || changed.length > 0) {
    const left: WaitingOperation[] = []
    for (const operation of operationsOf(tables, name)) {
      if (done.includes(operation.id)) continue
      const change = changed.find(({ id }) => id === operation.id)
      const { state = operation.state, attempts = operation.attempts, maybe_doubled = operation.maybe_doubled } = change ?? {}
      left.push(change ? { ...operation, state, attempts, maybe_doubled, deadline: null } : operation)
    }
    putOperations(tables, name, left)
  }
  if (journal) tables.journal.push({ ...journal, tenant, source, source_id, id: tables.journal.length + 1 })
  if (failure) putFailure(tables, name, { ...failure, tenant, source, source_id }, at)
  if (moved?.from === 'failed') tables.failures.delete(name)
  if (moved) move(tables, row.version_run, moved.from, moved.to)
  return 'settled'
}

export function orphanedOperations(tables: MemoryTables, tenant: string, shard?: number): WaitingOperation[] {
  const orphans: WaitingOperation[] = []
  for (const [name, operations] of tables.operations) {
    if (!isSending(tables, name) || operations[0]?.tenant !== tenant) continue
    if (shard !== undefined && tables.dossiers.get(name)?.shard !== shard) continue
    for (const operation of operations) if (operation.state === 'sending') orphans.push({ ...operation })
  }
  return orphans.sort((a, b) => a.id - b.id)
}

export function retryFailures(tables: MemoryTables, tenant: string, { cause, localCode, stage }: RetryFilter, now: number): number {
  let retried = 0
  for (const [name, failure] of [...tables.failures]) {
    const row = tables.dossiers.get(name)
    if (row === undefined || row.tenant !== tenant || isSending(tables, name)) continue
    if (cause !== undefined && failure.cause !== cause) continue
    if (stage !== undefined && failure.stage !== stage) continue
    if (localCode !== undefined && row.local_code !== localCode) continue
    retried += 1
    const waiting = operationsOf(tables, name)
    const isWaiting = waiting.length > 0
    const goesOn = isWaiting && row.state === 'failed'
    tables.dossiers.set(name, {
      ...row,
      ...(isWaiting ? { next_at: Math.max(now, row.quiet_until ?? 0) } : {}),
      ...(goesOn ? { state: 'pending' as const, reason: null } : {}),
      ...(failure.stage !== 'send' || !isWaiting ? { source_digest: null } : {}),
      updated_at: now,
      revision: row.revision + 1,
    })
    if (goesOn) move(tables, row.version_run, 'failed', 'pending')
    if (!isWaiting) continue
    tables.failures.delete(name)
    putOperations(
      tables,
      name,
      waiting.map((operation) => ({ ...operation, state: 'pending', attempts: 0, deadline: null })),
    )
  }
  return retried
}

export function countPending(tables: MemoryTables, tenant: string): number {
  let pending = 0
  for (const row of tables.dossiers.values()) if (row.tenant === tenant && row.next_at !== null) pending += 1
  return pending
}

export function countState(tables: MemoryTables, tenant: string, state: 'pending' | 'failed'): number {
  let found = 0
  for (const row of tables.dossiers.values()) if (row.tenant === tenant && row.state === state) found += 1
  return found
}
