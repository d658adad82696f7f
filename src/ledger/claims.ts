/** Whose a code is, for all sources of a tenant: one dossier's at a time. Checked and written in the transaction that plans the dossier. */
import { type Insertable, sql, type Transaction } from 'kysely'
import type { CounterChanges } from './counters.js'
import type { SqlLedger } from './ledger.js'
import type { CodeClaimTable, ContestTable, LedgerTables } from './schema.js'
import { isPostgres, slices, textList } from './sql-lists.js'
import type { CodeHolder, DossierRow, PlannedBatch, PlannedVersion } from './sync-ledger.js'

type Tx = Transaction<LedgerTables>

/** Somebody has to find out first whether these arrived. */
const inDoubt = sql<boolean>`(operations.state in ('sending', 'held') or operations.maybe_doubled = 1)`

export async function codeHolders(ledger: SqlLedger, tenant: string, codes: readonly string[]): Promise<Map<string, CodeHolder>> {
  if (codes.length === 0) return new Map()
  const rows = await ledger.db
    .selectFrom('code_claims')
    .innerJoin('dossiers', (join) =>
      join
        .onRef('dossiers.tenant', '=', 'code_claims.tenant')
        .onRef('dossiers.source', '=', 'code_claims.source')
        .onRef('dossiers.source_id', '=', 'code_claims.source_id'),
    )
    .selectAll('dossiers')
    .select(['code_claims.code', 'code_claims.rules', 'code_claims.steps_until'])
    .select(
      sql<number>`case when exists (select 1 from gone where gone.tenant = dossiers.tenant and gone.source = dossiers.source
        and gone.source_id = dossiers.source_id) then 1 else 0 end`.as('is_gone'),
    )
    .select(
      sql<number>`case when exists (select 1 from operations where operations.tenant = dossiers.tenant and operations.source = dossiers.source
        and operations.source_id = dossiers.source_id and ${inDoubt}) then 1 else 0 end`.as('in_doubt'),
    )
    .where('code_claims.tenant', '=', tenant)
    .where('code_claims.code', 'in', textList(ledger.db, codes))
    .execute()
  return new Map(
    rows.map(({ code, rules, steps_until, is_gone, in_doubt, ...row }) => [
      code,
      { row: row as DossierRow, rules, stepsUntil: steps_until, gone: Number(is_gone) === 1, inDoubt: Number(in_doubt) === 1 },
    ]),
  )
}

export async function lastStepSent(ledger: SqlLedger, tenant: string, source: string, sourceId: string): Promise<number | null> {
  const rows = await ledger.db
    .selectFrom('journal')
    .select('note')
    .where('tenant', '=', tenant)
    .where('source', '=', source)
    .where('source_id', '=', sourceId)
    .where('operation', '=', 'steps')
    .where('outcome', '=', 'accepted')
    .execute()
  const times = rows.flatMap(({ note }) => (JSON.parse(note ?? '[]') as { readonly at: number }[]).map(({ at }) => at))
  return times.length === 0 ? null : times.reduce((one, other) => Math.max(one, other))
}

/**
 * Gives every planned dossier its codes. Two that want one code at the same moment meet here: the server has the second wait for the first.
 *
 * @returns false when one of the codes is another's by now: nothing was written.
 */
export async function takeCodes(tx: Tx, counters: CounterChanges, batch: PlannedBatch, now: number): Promise<boolean> {
  const { tenant, source, versions, revisions } = batch
  const taking = versions.filter(({ takeover }) => takeover !== undefined)
  for (const { takeover } of taking) if (takeover && !(await isFree(tx, tenant, takeover))) return false
  const wanted = new Map<string, { readonly version: PlannedVersion; readonly sourceId: string }>()
  for (const version of versions) {
    for (const code of version.claims?.codes ?? []) {
      if (wanted.has(code)) return false
      wanted.set(code, { version, sourceId: version.row.source_id })
    }
  }
  if (wanted.size > 0) {
    // In one order, so that two writers of the same codes wait for each other instead of for ever.
    const rows = [...wanted]
      .map(([code, { version, sourceId }]) => claimOf(batch, version, sourceId, code))
      .sort((a, b) => (a.code < b.code ? -1 : 1))
    const fresh: string[] = []
    for (const some of slices(rows)) {
      const inserted = await tx
        .insertInto('code_claims')
        .values(some)
        .onConflict((conflict) => conflict.doNothing())
        .returning('code')
        .execute()
      fresh.push(...inserted.map(({ code }) => code))
    }
    if (fresh.length < rows.length) {
      const held = await tx
        .selectFrom('code_claims')
        .select(['code', 'source', 'source_id'])
        .where('tenant', '=', tenant)
        .where('code', 'in', textList(tx, [...wanted.keys()]))
        .execute()
      const isOthers = ({ code, ...holder }: (typeof held)[number]) => {
        const { version, sourceId } = wanted.get(code) ?? {}
        if (holder.source === source && holder.source_id === sourceId) return false
        return version?.takeover === undefined || holder.source !== version.takeover.source || holder.source_id !== version.takeover.sourceId
      }
      if (held.some(isOthers)) {
        if (fresh.length > 0) await tx.deleteFrom('code_claims').where('tenant', '=', tenant).where('code', 'in', textList(tx, fresh)).execute()
        return false
      }
    }
  }
  for (const version of taking) await takeOver(tx, counters, batch, version, now)
  for (const { claims, row } of versions) {
    // A dossier that is new had none.
    if (claims === undefined || !revisions.has(row.source_id)) continue
    await tx
      .deleteFrom('code_claims')
      .where('tenant', '=', tenant)
      .where('source', '=', source)
      .where('source_id', '=', row.source_id)
      .where('code', 'not in', textList(tx, claims.codes))
      .execute()
  }
  return true
}

function claimOf({ tenant, source }: PlannedBatch, { claims }: PlannedVersion, sourceId: string, code: string): Insertable<CodeClaimTable> {
  return { tenant, code, source, source_id: sourceId, rules: claims?.rules ?? '', steps_until: claims?.stepsUntil ?? null }
}

/** Whether the holder is as he was when the plan was made. Holds his row until the commit. */
async function isFree(tx: Tx, tenant: string, holder: NonNullable<PlannedVersion['takeover']>): Promise<boolean> {
  let asked = tx
    .selectFrom('dossiers')
    .select('revision')
    .where('tenant', '=', tenant)
    .where('source', '=', holder.source)
    .where('source_id', '=', holder.sourceId)
  if (isPostgres(tx)) asked = asked.forUpdate()
  if ((await asked.executeTakeFirst())?.revision !== holder.revision) return false
  const doubted = await tx
    .selectFrom('operations')
    .select('id')
    .where('tenant', '=', tenant)
    .where('source', '=', holder.source)
    .where('source_id', '=', holder.sourceId)
    .where(inDoubt)
    .limit(1)
    .executeTakeFirst()
  return doubted === undefined
}

/** Nothing more of the holder is sent; what the target has of it is the new one's. */
async function takeOver(
  tx: Tx,
  counters: CounterChanges,
  batch: PlannedBatch,
  { row, claims, takeover }: PlannedVersion,
  now: number,
): Promise<void> {
  if (takeover === undefined || claims === undefined) return
  const { tenant, source } = batch
  const from = { tenant, source: takeover.source, source_id: takeover.sourceId }
  const to = { source, source_id: row.source_id }
  await tx
    .updateTable('code_claims')
    .set({ ...to, rules: claims.rules, steps_until: claims.stepsUntil })
    .where((eb) => eb.and(from))
    .where('code', 'in', textList(tx, claims.codes))
    .execute()
  const before = await tx
    .selectFrom('dossiers')
    .select(['state', 'version_run', 'sent_code'])
    .where((eb) => eb.and(from))
    .executeTakeFirstOrThrow()
  if (before.state === 'pending' || before.state === 'failed') counters.move(before.version_run, before.state, 'skipped')
  await tx
    .updateTable('dossiers')
    .set((eb) => ({
      state: sql`case when state = 'confirmed' then state else 'skipped' end`,
      reason: sql`case when state = 'skipped' then reason else 'owned-elsewhere' end`,
      presence: 'absent',
      sent_code: null,
      wire_digest: null,
      known_steps: '[]',
      source_digest: null,
      next_at: null,
      updated_at: now,
      revision: eb('revision', '+', 1),
    }))
    .where((eb) => eb.and(from))
    .execute()
  const dropped = await tx
    .deleteFrom('operations')
    .where((eb) => eb.and(from))
    .returning('id')
    .execute()
  for (const { id } of dropped) await tx.deleteFrom('payloads').where('operation', '=', id).execute()
  await tx
    .deleteFrom('failures')
    .where((eb) => eb.and(from))
    .execute()
  await tx
    .deleteFrom('dossier_facts')
    .where((eb) => eb.and(from))
    .execute()
  await tx
    .deleteFrom('marks')
    .where((eb) => eb.and(from))
    .execute()
  const { sent_code = null, presence, wire_digest = null, confirmed_versions, quiet_until = null } = row
  // What the target told is not the planner's to write, except here: the row comes with what it takes over. A new row has it already.
  await tx
    .updateTable('dossiers')
    .set({ sent_code, presence, wire_digest, confirmed_versions, quiet_until })
    .where('tenant', '=', tenant)
    .where('source', '=', source)
    .where('source_id', '=', row.source_id)
    .execute()
  if (sent_code === null) return
  await tx
    .insertInto('code_links')
    .values({ tenant, ...to, code: sent_code, first_sent_at: now })
    .onConflict((conflict) => conflict.columns(['tenant', 'source', 'source_id', 'code']).doNothing())
    .execute()
}

/** A version that is planned without a contest has none any more. */
export async function keepContests(tx: Tx, { tenant, source, versions, revisions }: PlannedBatch, now: number): Promise<void> {
  const contests: Insertable<ContestTable>[] = []
  const over: string[] = []
  for (const { contest, row } of versions) {
    if (contest !== undefined) contests.push({ tenant, source, source_id: row.source_id, ...contest, since: now })
    else if (revisions.has(row.source_id)) over.push(row.source_id)
  }
  if (over.length > 0)
    await tx.deleteFrom('contests').where('tenant', '=', tenant).where('source', '=', source).where('source_id', 'in', textList(tx, over)).execute()
  for (const rows of slices(contests))
    await tx
      .insertInto('contests')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['tenant', 'source', 'source_id']).doUpdateSet((eb) => ({
          code: eb.ref('excluded.code'),
          kind: eb.ref('excluded.kind'),
          holder_source: eb.ref('excluded.holder_source'),
          holder_id: eb.ref('excluded.holder_id'),
          rules: eb.ref('excluded.rules'),
        })),
      )
      .execute()
}

/** Holds the same row as `other` in another table. */
function sameDossier(table: string, other: string) {
  return sql.raw(`${table}.tenant = ${other}.tenant and ${table}.source = ${other}.source and ${table}.source_id = ${other}.source_id`)
}

export async function reviewContests(ledger: SqlLedger, tenant: string, source: string, rules: string): Promise<number> {
  const nothingLeaves = sql<boolean>`not exists (select 1 from operations where ${sameDossier('operations', 'dossiers')} and operations.state = 'sending')`
  const holderGivesWay = sql`exists (select 1 from dossiers as holder where holder.tenant = contests.tenant and holder.source = contests.holder_source
    and holder.source_id = contests.holder_id and holder.state = 'skipped')
    or exists (select 1 from gone where gone.tenant = contests.tenant and gone.source = contests.holder_source and gone.source_id = contests.holder_id)`
  const { rows } = await sql<{ source_id: string }>`select contests.source_id from contests
    join dossiers on ${sameDossier('dossiers', 'contests')}
    left join code_claims on code_claims.tenant = contests.tenant and code_claims.code = contests.code
    where contests.tenant = ${tenant} and contests.source = ${source} and dossiers.source_digest is not null and ${nothingLeaves} and (
      (contests.kind <> 'part' and (code_claims.code is null or code_claims.source <> contests.holder_source
        or code_claims.source_id <> contests.holder_id or contests.rules <> ${rules} or ${holderGivesWay}))
      or (contests.kind = 'part' and code_claims.code is not null and dossiers.state = 'pending' and dossiers.presence = 'absent'
        and not (code_claims.source = contests.source and code_claims.source_id = contests.source_id)))`.execute(ledger.db)
  if (rows.length === 0) return 0
  return ledger.write(async (tx) => {
    const ids = rows.map(({ source_id }) => source_id)
    if (isPostgres(tx))
      await tx
        .selectFrom('dossiers')
        .select('source_id')
        .where('tenant', '=', tenant)
        .where('source', '=', source)
        .where('source_id', 'in', textList(tx, ids))
        .orderBy('source_id')
        .forUpdate()
        .execute()
    const result = await tx
      .updateTable('dossiers')
      .set((eb) => ({
        source_digest: null,
        next_at: sql`case when state = 'pending' then null else next_at end`,
        revision: eb('revision', '+', 1),
      }))
      .where('tenant', '=', tenant)
      .where('source', '=', source)
      .where('source_id', 'in', textList(tx, ids))
      .where(nothingLeaves)
      .executeTakeFirst()
    return Number(result.numUpdatedRows)
  })
}
