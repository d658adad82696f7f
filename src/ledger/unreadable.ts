/**
 * Records that could not even be parsed. They have no identity but a name seen in passing, or else their bytes: a repaired one is another
 * record, and the old one has to be forgotten, when one of its name can be read or when the source was read to its end without it.
 */
import { sql } from 'kysely'
import type { SqlLedger } from './ledger.js'
import { clearFailures } from './planning.js'
import { isPostgres, textList } from './sql-lists.js'
import { MARK } from './unreadable-id.js'

export async function unreadableIds(ledger: SqlLedger, tenant: string, source: string): Promise<Set<string>> {
  const rows = await ledger.db
    .selectFrom('dossiers')
    .select('source_id')
    .where('tenant', '=', tenant)
    .where('source', '=', source)
    // A server may sort texts as a dictionary does: there the ids that begin with a mark have an index of their own.
    .where(
      isPostgres(ledger.db)
        ? sql<boolean>`source_id like '?%'`
        : sql<boolean>`source_id >= ${MARK} and source_id < ${String.fromCharCode(MARK.charCodeAt(0) + 1)}`,
    )
    .execute()
  return new Set(rows.map((row) => row.source_id))
}

/** The source does not hold these any more, or they can be read now. */
export async function forgetUnreadable(ledger: SqlLedger, tenant: string, source: string, ids: ReadonlySet<string>): Promise<void> {
  if (ids.size === 0) return
  await ledger.write(async (tx, counters) => {
    const gone = await tx
      .deleteFrom('dossiers')
      .where('tenant', '=', tenant)
      .where('source', '=', source)
      .where('source_id', 'in', textList(tx, [...ids]))
      .returning('version_run')
      .execute()
    for (const { version_run } of gone) counters.move(version_run, 'failed', 'superseded')
    await clearFailures(tx, tenant, source, [...ids])
  })
}
