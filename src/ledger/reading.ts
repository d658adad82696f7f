/** What people ask of the ledger. Reads only; nothing here opens a sealed dossier. */
import type { Text } from '../base/index.js'
import type { Ledger } from './ledger.js'
import type { FailureStage, VersionState } from './schema.js'

export interface FailureGroup {
  readonly cause: string
  readonly stage: FailureStage
  readonly dossiers: number
  readonly message: Text
  readonly hint: Text
  /** Up to five places where to look. */
  readonly examples: readonly string[]
}

/** What did not go through, the largest group first. */
export async function failureGroups(ledger: Ledger, tenant: string): Promise<FailureGroup[]> {
  const groups = await ledger.db
    .selectFrom('failures')
    .select((eb) => ['cause', 'stage', eb.fn.countAll<number>().as('dossiers'), eb.fn.max('message').as('message'), eb.fn.max('hint').as('hint')])
    .where('tenant', '=', tenant)
    .groupBy(['cause', 'stage'])
    .orderBy('dossiers', 'desc')
    .orderBy('cause')
    .execute()
  const result: FailureGroup[] = []
  for (const group of groups) {
    const examples = await ledger.db
      .selectFrom('failures')
      .select('place')
      .where('tenant', '=', tenant)
      .where('cause', '=', group.cause)
      .where('stage', '=', group.stage)
      .orderBy('first_at')
      .limit(5)
      .execute()
    result.push({
      cause: group.cause,
      stage: group.stage,
      dossiers: Number(group.dossiers),
      message: JSON.parse(group.message) as Text,
      hint: JSON.parse(group.hint) as Text,
      examples: examples.map(({ place }) => place),
    })
  }
  return result
}

export interface FailureEntry {
  readonly source: string
  readonly sourceId: string
  readonly localCode: string | null
  readonly cause: string
  readonly stage: FailureStage
  readonly place: string
  readonly message: Text
  readonly hint: Text
  readonly findings: readonly {
    readonly ruleId: string
    readonly severity: string
    readonly path: string
    readonly message: Text
    readonly hint: Text
  }[]
  readonly firstAt: number
  readonly lastAt: number
  readonly times: number
}

/** Failures one by one, of one cause or of one dossier. */
export async function failureEntries(
  ledger: Ledger,
  tenant: string,
  filter: { readonly cause?: string; readonly localCode?: string; readonly dossier?: { readonly source: string; readonly sourceId: string } },
  limit: number,
): Promise<FailureEntry[]> {
  let query = ledger.db
    .selectFrom('failures')
    .innerJoin('dossiers', (join) =>
      join
        .onRef('failures.tenant', '=', 'dossiers.tenant')
        .onRef('failures.source', '=', 'dossiers.source')
        .onRef('failures.source_id', '=', 'dossiers.source_id'),
    )
    .select([
      'failures.source',
      'failures.source_id',
      'dossiers.local_code',
      'cause',
      'stage',
      'place',
      'message',
      'hint',
      'findings',
      'first_at',
      'last_at',
      'times',
    ])
    .where('failures.tenant', '=', tenant)
  if (filter.cause !== undefined) query = query.where('cause', '=', filter.cause)
  if (filter.localCode !== undefined) query = query.where('dossiers.local_code', '=', filter.localCode)
  if (filter.dossier !== undefined)
    query = query.where('failures.source', '=', filter.dossier.source).where('failures.source_id', '=', filter.dossier.sourceId)
  const rows = await query.orderBy('first_at').orderBy('failures.source_id').limit(limit).execute()
  return rows.map((row) => ({
    source: row.source,
    sourceId: row.source_id,
    localCode: row.local_code,
    cause: row.cause,
    stage: row.stage,
    place: row.place,
    message: JSON.parse(row.message) as Text,
    hint: JSON.parse(row.hint) as Text,
    findings: JSON.parse(row.findings) as FailureEntry['findings'],
    firstAt: row.first_at,
    lastAt: row.last_at,
    times: row.times,
  }))
}

export interface LedgerStatus {
  readonly dossiers: Readonly<Record<VersionState, number>>
  /** Skipped dossiers by reason. */
  readonly skipped: Readonly<Record<string, number>>
  readonly waitingSteps: number
  readonly nextAt: number | null
  readonly runs: readonly {
    readonly id: number
    readonly source: string
    readonly startedAt: number
    readonly endedAt: number | null
    readonly outcome: string
    readonly seen: number
    readonly created: number
    readonly updated: number
    readonly failed: number
  }[]
}

export async function ledgerStatus(ledger: Ledger, tenant: string, lastRuns = 5): Promise<LedgerStatus> {
  const states = await ledger.db
    .selectFrom('dossiers')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .where('tenant', '=', tenant)
    .groupBy('state')
    .execute()
  const skipped = await ledger.db
    .selectFrom('dossiers')
    .select((eb) => ['reason', eb.fn.countAll<number>().as('count')])
    .where('tenant', '=', tenant)
    .where('state', '=', 'skipped')
    .groupBy('reason')
    .execute()
  const steps = await ledger.db
    .selectFrom('operations')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('tenant', '=', tenant)
    .where('kind', '=', 'step')
    .executeTakeFirstOrThrow()
  const next = await ledger.db
    .selectFrom('dossiers')
    .select((eb) => eb.fn.min('next_at').as('at'))
    .where('tenant', '=', tenant)
    .executeTakeFirst()
  const runs = await ledger.db.selectFrom('runs').selectAll().where('tenant', '=', tenant).orderBy('id', 'desc').limit(lastRuns).execute()
  const dossiers: Record<VersionState, number> = { pending: 0, confirmed: 0, failed: 0, skipped: 0 }
  for (const { state, count } of states) dossiers[state] = Number(count)
  return {
    dossiers,
    skipped: Object.fromEntries(skipped.map(({ reason, count }) => [reason ?? '?', Number(count)])),
    waitingSteps: Number(steps.count),
    nextAt: next?.at ?? null,
    runs: runs.map(({ id, source, started_at, ended_at, outcome, seen, created, updated, failed }) => ({
      id: Number(id),
      source,
      startedAt: started_at,
      endedAt: ended_at,
      outcome,
      seen,
      created,
      updated,
      failed,
    })),
  }
}

/** Dossiers that are knowingly not at the portal, and why. */
export async function knowinglyUnsent(ledger: Ledger, tenant: string): Promise<{ readonly sourceId: string; readonly reason: string }[]> {
  const rows = await ledger.db
    .selectFrom('dossiers')
    .select(['source_id', 'reason'])
    .where('tenant', '=', tenant)
    .where('state', 'in', ['failed', 'skipped'])
    .execute()
  return rows.map(({ source_id, reason }) => ({ sourceId: source_id, reason: reason ?? '' }))
}

/** Steps that were sent again without knowing whether the first time had arrived: declared, as I2 asks. */
export async function* declaredDoubled(
  ledger: Ledger,
  tenant: string,
): AsyncGenerator<{ readonly code: string; readonly at: number; readonly status: number }> {
  let after = 0
  while (true) {
    const rows = await ledger.db
      .selectFrom('journal')
      .select(['id', 'code', 'note'])
      .where('tenant', '=', tenant)
      .where('operation', '=', 'steps')
      .where('outcome', '=', 'accepted')
      .where('id', '>', after)
      .orderBy('id')
      .limit(1000)
      .execute()
    for (const { code, note } of rows) {
      for (const step of JSON.parse(note ?? '[]') as { at: number; status: number; maybeDoubled: boolean }[])
        if (step.maybeDoubled) yield { code, at: step.at, status: step.status }
    }
    const last = rows.at(-1)
    if (!last) return
    after = Number(last.id)
  }
}

/** The counters of all runs together: every version ever read is in exactly one of them (I1). */
export async function versionTotals(ledger: Ledger, tenant: string) {
  const row = await ledger.db
    .selectFrom('runs')
    .select((eb) => [
      eb.fn.sum<number>('seen').as('seen'),
      eb.fn.sum<number>('created').as('created'),
      eb.fn.sum<number>('updated').as('updated'),
      eb.fn.sum<number>('unchanged').as('unchanged'),
      eb.fn.sum<number>('skipped').as('skipped'),
      eb.fn.sum<number>('pending').as('pending'),
      eb.fn.sum<number>('superseded').as('superseded'),
      eb.fn.sum<number>('failed').as('failed'),
    ])
    .where('tenant', '=', tenant)
    .executeTakeFirstOrThrow()
  return {
    seen: Number(row.seen ?? 0),
    created: Number(row.created ?? 0),
    updated: Number(row.updated ?? 0),
    unchanged: Number(row.unchanged ?? 0),
    skipped: Number(row.skipped ?? 0),
    pending: Number(row.pending ?? 0),
    superseded: Number(row.superseded ?? 0),
    failed: Number(row.failed ?? 0),
  }
}
