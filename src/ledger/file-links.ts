/** Which link leads to which file. Tokens themselves are not kept: who reads the ledger opens no file with what stands there. */
import type { Transaction } from 'kysely'
import type { SqlLedger } from './ledger.js'
import type { FileLinkTable, FileList, LedgerTables } from './schema.js'
import { textList } from './sql-lists.js'
import type { PlannedBatch } from './sync-ledger.js'

const LISTS: readonly FileList[] = ['documents', 'results']

/** Of a batch: links to files that are new, and none any more to files that a dossier no longer names. */
export async function writeFileLinks(
  tx: Transaction<LedgerTables>,
  { tenant, source, versions, files = [] }: Pick<PlannedBatch, 'tenant' | 'source' | 'versions' | 'files'>,
  now: number,
): Promise<void> {
  const planned = [...versions.flatMap((version) => (version.files ? [version.files] : [])), ...files]
  for (const list of LISTS) {
    const told = planned.filter((one) => one.told.includes(list))
    if (told.length === 0) continue
    const ids = told.map(({ source_id }) => source_id)
    const kept = told.flatMap(({ links, olderLinks }) =>
      [...links, ...olderLinks].filter((link) => link.list === list).map(({ token_digest }) => token_digest),
    )
    await tx
      .deleteFrom('file_links')
      .where('tenant', '=', tenant)
      .where('source', '=', source)
      .where('list', '=', list)
      .where('source_id', 'in', textList(tx, ids))
      .where('token_digest', 'not in', textList(tx, kept))
      .execute()
  }
  for (const { source_id, links } of planned) {
    for (const { token_digest, list, sealed } of links)
      await tx
        .insertInto('file_links')
        .values({ tenant, token_digest, list, source, source_id, sealed, planned_at: now })
        .onConflict((conflict) => conflict.columns(['tenant', 'token_digest', 'list']).doUpdateSet({ sealed }))
        .execute()
  }
}

export interface FileLinkRow extends Pick<FileLinkTable, 'token_digest' | 'source' | 'source_id' | 'sealed'> {
  /** The number that the national portal knows; null while it knows none. */
  readonly code: string | null
}

/**
 * The file behind a link, if its dossier was sent or is leaving just now: the portal may fetch a file while it still answers the call that
 * named it, and a call without an answer may have arrived.
 */
export async function fileLinkBy(ledger: Pick<SqlLedger, 'db'>, tenant: string, tokenDigest: string): Promise<FileLinkRow | undefined> {
  return await served(ledger, tenant).where('file_links.token_digest', '=', tokenDigest).limit(1).executeTakeFirst()
}

/** The link that was made last, of a dossier that the portal has: for a look from outside. */
export async function newestFileLink(ledger: Pick<SqlLedger, 'db'>, tenant: string): Promise<FileLinkRow | undefined> {
  return await served(ledger, tenant).orderBy('file_links.planned_at', 'desc').limit(1).executeTakeFirst()
}

function served({ db }: Pick<SqlLedger, 'db'>, tenant: string) {
  return db
    .selectFrom('file_links')
    .innerJoin('dossiers', (join) =>
      join
        .onRef('dossiers.tenant', '=', 'file_links.tenant')
        .onRef('dossiers.source', '=', 'file_links.source')
        .onRef('dossiers.source_id', '=', 'file_links.source_id'),
    )
    .select(['file_links.token_digest', 'file_links.source', 'file_links.source_id', 'file_links.sealed', 'dossiers.sent_code as code'])
    .where('file_links.tenant', '=', tenant)
    .where((eb) =>
      eb.or([
        eb('dossiers.presence', '<>', 'absent'),
        eb.exists(
          eb
            .selectFrom('operations')
            .select('operations.id')
            .whereRef('operations.tenant', '=', 'dossiers.tenant')
            .whereRef('operations.source', '=', 'dossiers.source')
            .whereRef('operations.source_id', '=', 'dossiers.source_id')
            .where('operations.state', '=', 'sending'),
        ),
      ]),
    )
}

export interface FileLinkCount {
  readonly links: number
  readonly dossiers: number
}

export async function fileLinkCount({ db }: Pick<SqlLedger, 'db'>, tenant: string): Promise<FileLinkCount> {
  const row = await db
    .selectFrom('file_links')
    .select((eb) => [eb.fn.countAll<number>().as('links'), eb.fn.count<number>('source_id').distinct().as('dossiers')])
    .where('tenant', '=', tenant)
    .executeTakeFirstOrThrow()
  return { links: Number(row.links), dossiers: Number(row.dossiers) }
}
