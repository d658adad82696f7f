/** What is not at the target, cheaply enough to be asked every few seconds: all of it is answered from indexes over what waits or failed. */
import { sql } from 'kysely'
import type { SqlLedger } from './ledger.js'

export interface Backlog {
  /** Dossiers with something that may go now or later. */
  readonly waiting: number
  /** When the one that waits longest for its turn could have gone first; null when nothing has a time. May lie ahead. */
  readonly oldestDueAt: number | null
  /** Dossiers that wait for somebody, by the cause. */
  readonly failing: Readonly<Record<string, number>>
}

export async function backlogOf({ db }: Pick<SqlLedger, 'db'>, tenant: string): Promise<Backlog> {
  const waiting = await sql<{ count: number; oldest: number | null }>`
    select count(*) as count, min(next_at) as oldest from dossiers where tenant = ${tenant} and next_at is not null`.execute(db)
  const causes = await sql<{ cause: string; count: number }>`
    select cause, count(*) as count from failures where tenant = ${tenant} group by cause`.execute(db)
  const [row] = waiting.rows
  return {
    waiting: Number(row?.count ?? 0),
    oldestDueAt: row?.oldest == null ? null : Number(row.oldest),
    failing: Object.fromEntries(causes.rows.map(({ cause, count }) => [cause, Number(count)])),
  }
}

/** A first reading of a source that is being sent. */
export interface InitialLoad {
  readonly waiting: number
  /** Records that went through in a minute lately; null when nothing did. */
  readonly perMinute: number | null
  /** When all of it will have been sent at this pace; null when nobody can tell, as long as more is being read. */
  readonly doneAt: number | null
  /** A source has not been read to its end yet: there will be more than what waits now. */
  readonly reading: boolean
}

/** Journal entries from which a pace is told. */
const SAMPLE = 2000
/** What went through longer ago tells nothing of now. */
const LATELY_MS = 600_000

/** @returns undefined when no initial load waits. */
export async function initialLoadOf({ db, clock }: Pick<SqlLedger, 'db' | 'clock'>, tenant: string): Promise<InitialLoad | undefined> {
  const waits = await sql<{ count: number }>`
    select count(*) as count from dossiers where tenant = ${tenant} and priority = 1 and next_at is not null`.execute(db)
  const waiting = Number(waits.rows[0]?.count ?? 0)
  if (waiting === 0) return undefined
  const unread = await sql<{ source: string }>`
    select distinct source from dossiers where tenant = ${tenant} and priority = 1 and next_at is not null
      and not exists (select 1 from meta where name = 'loaded/' || dossiers.tenant || '/' || dossiers.source)`.execute(db)
  const reading = unread.rows.length > 0
  const now = clock.now()
  const sent = await sql<{ count: number; first: number | null }>`
    select count(*) as count, min(at) as first from
      (select at, operation, outcome from journal where tenant = ${tenant} order by id desc limit ${SAMPLE}) as latest
    where at > ${now - LATELY_MS} and outcome = 'accepted' and operation in ('create', 'update')`.execute(db)
  const [row] = sent.rows
  const minutes = row?.first == null ? 0 : (now - Number(row.first)) / 60_000
  const perMinute = minutes > 0 ? Number(row?.count ?? 0) / minutes : null
  return {
    waiting,
    perMinute: perMinute === null ? null : Math.round(perMinute),
    doneAt: perMinute === null || reading ? null : Math.round(now + (waiting / perMinute) * 60_000),
    reading,
  }
}
