/** Dossiers that their source does not have any more: a list for a person, from which nothing follows by itself. */
import { sql, type Transaction } from 'kysely'
import type { SqlLedger } from './ledger.js'
import type { GoneTeller, LedgerTables } from './schema.js'
import { textList } from './sql-lists.js'
import type { ListedDossier, PlannedBatch } from './sync-ledger.js'
import { isUnreadableId } from './unreadable-id.js'

type Tx = Transaction<LedgerTables>

/** Rows of a source read at a time. */
const SLICE = 1000

export async function countGone(ledger: SqlLedger, tenant: string, source: string): Promise<number> {
  const { count } = await ledger.db
    .selectFrom('gone')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('tenant', '=', tenant)
    .where('source', '=', source)
    .executeTakeFirstOrThrow()
  return Number(count)
}

export async function goneAmong(
  ledger: SqlLedger,
  tenant: string,
  source: string,
  digests: readonly string[],
  keys: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ source_id: string }>`select gone.source_id from gone
    join dossiers on dossiers.tenant = gone.tenant and dossiers.source = gone.source and dossiers.source_id = gone.source_id
    where gone.tenant = ${tenant} and gone.source = ${source}
      and (dossiers.source_digest in ${textList(ledger.db, digests)} or gone.source_id in ${textList(ledger.db, keys)})`.execute(ledger.db)
  return rows.map(({ source_id }) => source_id)
}

export async function* listedDossiers(ledger: SqlLedger, tenant: string, source: string): AsyncGenerator<ListedDossier> {
  let after = ''
  while (true) {
    const { rows } = await sql<{
      source_id: string
      source_digest: string | null
      local_code: string | null
      state: string
      presence: string
      gone: string | null
    }>`select dossiers.source_id, source_digest, local_code, state, presence, gone.source_id as gone from dossiers
      left join gone on gone.tenant = dossiers.tenant and gone.source = dossiers.source and gone.source_id = dossiers.source_id
      where dossiers.tenant = ${tenant} and dossiers.source = ${source} and dossiers.source_id > ${after}
      order by dossiers.source_id limit ${sql.lit(SLICE)}`.execute(ledger.db)
    for (const { source_id, source_digest, local_code, state, presence, gone } of rows)
      if (!isUnreadableId(source_id))
        yield {
          key: source_id,
          digest: source_digest,
          localCode: local_code,
          gone: gone !== null,
          unneeded: state === 'skipped' && presence === 'absent',
        }
    const last = rows.at(-1)
    if (!last || rows.length < SLICE) return
    after = last.source_id
  }
}

export async function listGone(
  ledger: SqlLedger,
  tenant: string,
  source: string,
  run: number,
  toldBy: GoneTeller,
  ids: readonly string[],
): Promise<void> {
  if (ids.length > 0) await ledger.write((tx) => putGone(tx, { tenant, source, run, toldBy, ids, now: ledger.clock.now() }))
}

/** What a batch tells of the list. Whoever is shown and said to be deleted in one batch is gone. */
export async function changeGone(tx: Tx, { tenant, source, run, back = [], gone = [] }: PlannedBatch, now: number): Promise<void> {
  if (back.length > 0)
    await tx.deleteFrom('gone').where('tenant', '=', tenant).where('source', '=', source).where('source_id', 'in', textList(tx, back)).execute()
  if (gone.length > 0) await putGone(tx, { tenant, source, run, toldBy: 'source', ids: gone, now })
}

interface Listing {
  readonly tenant: string
  readonly source: string
  readonly run: number
  readonly toldBy: GoneTeller
  readonly ids: readonly string[]
  readonly now: number
}

/** Only what the ledger knows of can be missed. */
export async function putGone(tx: Tx, { tenant, source, run, toldBy, ids, now }: Listing): Promise<void> {
  const known = await tx
    .selectFrom('dossiers')
    .select('source_id')
    .where('tenant', '=', tenant)
    .where('source', '=', source)
    .where('source_id', 'in', textList(tx, ids))
    .execute()
  for (const { source_id } of known)
    await tx
      .insertInto('gone')
      .values({ tenant, source, source_id, since: now, run, told_by: toldBy })
      .onConflict((conflict) => conflict.columns(['tenant', 'source', 'source_id']).doNothing())
      .execute()
}

export async function keysOf(ledger: SqlLedger, tenant: string, source: string, code: string): Promise<string[]> {
  const rows = await ledger.db
    .selectFrom('dossiers')
    .select('source_id')
    .where('tenant', '=', tenant)
    .where('source', '=', source)
    .where((eb) => eb.or([eb('local_code', '=', code), eb('source_id', '=', code)]))
    .orderBy('source_id')
    .execute()
  return rows.map(({ source_id }) => source_id).filter((id) => !isUnreadableId(id))
}

export async function* toReadAgain(ledger: SqlLedger, tenant: string, source: string): AsyncGenerator<string> {
  let after = ''
  while (true) {
    const { rows } = await sql<{ source_id: string }>`select source_id from dossiers
      where tenant = ${tenant} and source = ${source} and source_digest is null and source_id > ${after}
        and not exists (select 1 from gone where gone.tenant = dossiers.tenant and gone.source = dossiers.source and gone.source_id = dossiers.source_id)
      order by source_id limit ${sql.lit(SLICE)}`.execute(ledger.db)
    for (const { source_id } of rows) if (!isUnreadableId(source_id)) yield source_id
    const last = rows.at(-1)
    if (!last || rows.length < SLICE) return
    after = last.source_id
  }
}
