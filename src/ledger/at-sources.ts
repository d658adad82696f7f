/** What people ask about the sources of a tenant: how much they hold, what is gone there, what several have. Reads only. */
import { sql } from 'kysely'
import type { Ledger } from './ledger.js'
import type { ContestKind, GoneTeller, VersionState } from './schema.js'

export interface SourceCounts {
  readonly source: string
  /** Dossiers that it has shown so far. */
  readonly seen: number
  /** Of these, those that it does not have any more. */
  readonly gone: number
  /** Not sent because another dossier has their code, or because they are a part of one that is sent. */
  readonly conflicts: number
  /** Skipped because a rule gives them to another source. */
  readonly ownedElsewhere: number
  /** At the portal, of which the source is still to be told. */
  readonly marksWaiting: number
  /** Of these, those that were tried and failed. */
  readonly marksFailing: number
}

export async function sourceCounts({ db }: Pick<Ledger, 'db'>, tenant: string): Promise<SourceCounts[]> {
  const { rows } = await sql<Record<'source' | Exclude<keyof SourceCounts, 'source'>, string | number>>`
    with parts as (
      select source, count(*) as seen, 0 as gone, 0 as conflicts, 0 as owned, 0 as waiting, 0 as failing
        from dossiers where tenant = ${tenant} and source_id not like '?%' group by source
      union all select source, 0, count(*), 0, 0, 0, 0 from gone where tenant = ${tenant} group by source
      union all select source, 0, 0, sum(case when kind in ('two-sources', 'part-of-sent') then 1 else 0 end),
        sum(case when kind = 'owned-elsewhere' then 1 else 0 end), 0, 0 from contests where tenant = ${tenant} group by source
      union all select marks.source, 0, 0, 0, 0, count(*), sum(case when marks.problem is null then 0 else 1 end) from marks
        join dossiers on dossiers.tenant = marks.tenant and dossiers.source = marks.source and dossiers.source_id = marks.source_id
        where marks.tenant = ${tenant} and marks.due_at is not null and dossiers.state = 'confirmed' and dossiers.presence = 'present'
        group by marks.source)
    select source, sum(seen) as seen, sum(gone) as gone, sum(conflicts) as conflicts, sum(owned) as "ownedElsewhere",
      sum(waiting) as "marksWaiting", sum(failing) as "marksFailing" from parts group by source order by source`.execute(db)
  return rows.map((row) => ({
    source: String(row.source),
    seen: Number(row.seen),
    gone: Number(row.gone),
    conflicts: Number(row.conflicts),
    ownedElsewhere: Number(row.ownedElsewhere),
    marksWaiting: Number(row.marksWaiting),
    marksFailing: Number(row.marksFailing),
  }))
}

export interface AskedOfSources {
  /** Of this source only. */
  readonly source?: string
  /** This dossier only. */
  readonly sourceId?: string
  readonly limit: number
}

export interface GoneEntry {
  readonly source: string
  readonly sourceId: string
  readonly localCode: string | null
  /** The code it stands under at the portal; null: it was never sent. */
  readonly sentCode: string | null
  readonly state: VersionState
  readonly since: number
  readonly toldBy: GoneTeller
  /** The reading that found it out; null where it was no reading. */
  readonly run: number | null
}

/** Dossiers that their sources do not have any more, the latest first. */
export async function goneEntries({ db }: Pick<Ledger, 'db'>, tenant: string, { source, sourceId, limit }: AskedOfSources): Promise<GoneEntry[]> {
  let asked = db
    .selectFrom('gone')
    .innerJoin('dossiers', (join) =>
      join
        .onRef('dossiers.tenant', '=', 'gone.tenant')
        .onRef('dossiers.source', '=', 'gone.source')
        .onRef('dossiers.source_id', '=', 'gone.source_id'),
    )
    .select(['gone.source', 'gone.source_id', 'local_code', 'sent_code', 'state', 'since', 'told_by', 'run'])
    .where('gone.tenant', '=', tenant)
  if (source !== undefined) asked = asked.where('gone.source', '=', source)
  if (sourceId !== undefined) asked = asked.where('gone.source_id', '=', sourceId)
  const rows = await asked.orderBy('since', 'desc').orderBy('gone.source').orderBy('gone.source_id').limit(limit).execute()
  return rows.map(({ source, source_id, local_code, sent_code, state, since, told_by, run }) => ({
    ...{ source, sourceId: source_id, localCode: local_code, sentCode: sent_code, state, since, toldBy: told_by },
    run: Number(run) === 0 ? null : Number(run),
  }))
}

export interface ConflictEntry {
  readonly source: string
  readonly sourceId: string
  readonly localCode: string | null
  readonly kind: ContestKind
  readonly code: string
  /** Who has the code. */
  readonly holder: { readonly source: string; readonly sourceId: string; readonly localCode: string | null }
  readonly since: number
}

/** Dossiers that are not sent because of others, the oldest first. @param kinds by default those that a person has to decide. */
export async function conflictEntries(
  { db }: Pick<Ledger, 'db'>,
  tenant: string,
  { source, sourceId, limit }: AskedOfSources,
  kinds: readonly ContestKind[] = ['two-sources', 'part-of-sent'],
): Promise<ConflictEntry[]> {
  let asked = db
    .selectFrom('contests')
    .innerJoin('dossiers', (join) =>
      join
        .onRef('dossiers.tenant', '=', 'contests.tenant')
        .onRef('dossiers.source', '=', 'contests.source')
        .onRef('dossiers.source_id', '=', 'contests.source_id'),
    )
    .leftJoin('dossiers as holder', (join) =>
      join
        .onRef('holder.tenant', '=', 'contests.tenant')
        .onRef('holder.source', '=', 'contests.holder_source')
        .onRef('holder.source_id', '=', 'contests.holder_id'),
    )
    .select(['contests.source', 'contests.source_id', 'dossiers.local_code', 'kind', 'code', 'holder_source', 'holder_id', 'since'])
    .select('holder.local_code as holder_code')
    .where('contests.tenant', '=', tenant)
    .where('kind', 'in', kinds)
  if (source !== undefined) asked = asked.where((eb) => eb.or([eb('contests.source', '=', source), eb('holder_source', '=', source)]))
  if (sourceId !== undefined) asked = asked.where('contests.source_id', '=', sourceId)
  const rows = await asked.orderBy('since').orderBy('contests.source').orderBy('contests.source_id').limit(limit).execute()
  return rows.map(({ source, source_id, local_code, kind, code, holder_source, holder_id, holder_code, since }) => ({
    ...{ source, sourceId: source_id, localCode: local_code, kind, code, since },
    holder: { source: holder_source, sourceId: holder_id, localCode: holder_code },
  }))
}

export interface TracedMark {
  /** When the source was last told; null: never. */
  readonly markedAt: number | null
  /** When it is told next; null: there is nothing to tell. */
  readonly dueAt: number | null
  readonly attempts: number
  readonly problem: string | null
}

/** undefined: its source takes no marks, or nothing of it was to be told. */
export async function markOf({ db }: Pick<Ledger, 'db'>, tenant: string, source: string, sourceId: string): Promise<TracedMark | undefined> {
  const row = await db
    .selectFrom('marks')
    .select(['marked_at', 'due_at', 'attempts', 'problem'])
    .where('tenant', '=', tenant)
    .where('source', '=', source)
    .where('source_id', '=', sourceId)
    .executeTakeFirst()
  return row && { markedAt: row.marked_at, dueAt: row.due_at, attempts: row.attempts, problem: row.problem }
}
