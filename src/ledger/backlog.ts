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
