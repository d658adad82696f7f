/**
 * A catalogue being read into the ledger: the list is staged until it is whole, then taken over in one transaction; details follow
 * one by one. Whatever was committed is not asked for again.
 */
import { type Selectable, sql, type Transaction } from 'kysely'
import { LienthongError, type Mapped, type Text } from '../base/index.js'
import { instant, localDateOf, type Procedure } from '../domain/index.js'
import type { Ledger } from './ledger.js'
import type { CatalogueName, CataloguePullTable, LedgerTables } from './schema.js'

/** How messages call them. */
export const catalogueNames: Readonly<Record<CatalogueName, Text>> = {
  national: { en: 'national', vi: 'quốc gia' },
  local: { en: 'provincial', vi: 'của tỉnh' },
}

/** `listing` and `reading` are unfinished: the next pull goes on from there. */
export type PullState = 'listing' | 'reading' | 'done' | 'failed'
export type PullRow = Omit<Selectable<CataloguePullTable>, 'state'> & { readonly state: PullState }

/** The last pull of a catalogue; undefined when there was none. */
export async function lastPull(ledger: Ledger, tenant: string, catalogue: CatalogueName, state?: PullState): Promise<PullRow | undefined> {
  let query = ledger.db.selectFrom('catalogue_pulls').selectAll().where('tenant', '=', tenant).where('catalogue', '=', catalogue)
  if (state !== undefined) query = query.where('state', '=', state)
  const row = await query.orderBy('id', 'desc').limit(1).executeTakeFirst()
  return row && { ...row, id: Number(row.id), state: row.state as PullState }
}

/** Starts a pull with an empty stage. */
export async function startPull(ledger: Ledger, tenant: string, catalogue: CatalogueName): Promise<PullRow> {
  return ledger.write(async (tx) => {
    await clearStage(tx, tenant, catalogue)
    const values = {
      tenant,
      catalogue,
      started_at: ledger.clock.now(),
      ended_at: null,
      state: 'listing' as const,
      cursor: null,
      listed_at: null,
      report: '{}',
    }
    const { id } = await tx.insertInto('catalogue_pulls').values(values).returning('id').executeTakeFirstOrThrow()
    return { ...values, id: Number(id) }
  })
}

export interface StagedRow {
  readonly code: string
  readonly name: string
  readonly reference: string | null
  /** What the list itself told of it. */
  readonly detail?: Mapped<Procedure>
}

/**
 * Keeps a page of the list and where the next one begins.
 *
 * @param unsure a row could not be told from any other: nothing may be concluded to be gone from this list
 * @returns the codes that the list had shown before, with another name
 */
export async function stagePage(
  ledger: Ledger,
  pull: PullRow,
  rows: readonly StagedRow[],
  cursor: string | null,
  unsure = false,
): Promise<readonly string[]> {
  const { tenant, catalogue } = pull
  return ledger.write(async (tx) => {
    const renamed: string[] = []
    for (const { code, name, reference, detail } of rows) {
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('catalogue_listings')
        .values({ tenant, catalogue, code, name, reference, detail: detail === undefined ? null : JSON.stringify(detail) })
        .onConflict((conflict) => conflict.columns(['tenant', 'catalogue', 'code']).doNothing())
        .executeTakeFirst()
      if (Number(numInsertedOrUpdatedRows ?? 0) > 0) continue
      const before = await staged(tx, tenant, catalogue).select('name').where('code', '=', code).executeTakeFirst()
      if (before !== undefined && before.name !== name) renamed.push(code)
    }
    await tx
      .updateTable('catalogue_pulls')
      .set({ cursor, ...(unsure ? { report: UNSURE } : {}) })
      .where('tenant', '=', tenant)
      .where('id', '=', pull.id)
      .execute()
    return renamed
  })
}

/** Stands in the report of an unfinished list. */
const UNSURE = JSON.stringify({ unsure: true })

export interface Takeover {
  /** Procedures that the list lacks and that stay in force, because one of its rows could not be read. */
  readonly kept: number
  readonly listed: number
  readonly added: number
  readonly renamed: number
  readonly deactivated: number
  readonly reactivated: number
}

export interface ShrinkBrake {
  /** More procedures than this share of those known may not vanish at once… */
  readonly share: number
  /** …unless they are fewer than this; of a small catalogue, fewer than a quarter of it. */
  readonly atLeast: number
}

/** A handful may always vanish. */
const HANDFUL = 5

/**
 * Makes the staged list the catalogue's: what is new is added, what is missing is switched off and never deleted.
 *
 * @throws {LienthongError} `catalogue.list_empty`, `catalogue.list_shrunk`: then nothing was changed.
 */
export async function takeOver(ledger: Ledger, pull: PullRow, brake: ShrinkBrake | undefined): Promise<Takeover> {
  const { tenant, catalogue } = pull
  const now = ledger.clock.now()
  const today = localDateOf(instant(now))
  return ledger.write(async (tx) => {
    const count = async (text: ReturnType<typeof sql<{ count: number }>>) => Number((await text.execute(tx)).rows[0]?.count ?? 0)
    const listed = await count(sql`select count(*) as count from catalogue_listings where tenant = ${tenant} and catalogue = ${catalogue}`)
    if (listed === 0) throw new LienthongError('catalogue.list_empty', { values: { catalogue: catalogueNames[catalogue] } })
    const active = await count(
      sql`select count(*) as count from catalogue_entries where tenant = ${tenant} and catalogue = ${catalogue} and state = 'active'`,
    )
    const same = sql`l.tenant = e.tenant and l.catalogue = e.catalogue and l.code = e.code`
    const here = sql`e.tenant = ${tenant} and e.catalogue = ${catalogue}`
    const absent = sql`not exists (select 1 from catalogue_listings l where ${same})`
    const missing = await count(sql`select count(*) as count from catalogue_entries e where ${here} and e.state = 'active' and ${absent}`)
    const many = brake === undefined ? Number.POSITIVE_INFINITY : Math.min(brake.atLeast, Math.max(HANDFUL, active / 4))
    if (brake !== undefined && missing >= many && missing > active * brake.share) {
      throw new LienthongError('catalogue.list_shrunk', { values: { catalogue: catalogueNames[catalogue], listed, missing, known: active } })
    }
    const { report } = await tx.selectFrom('catalogue_pulls').select('report').where('id', '=', pull.id).executeTakeFirstOrThrow()
    const kept = report === UNSURE ? missing : 0
    const reactivated = await count(
      sql`select count(*) as count from catalogue_entries e where ${here} and e.state = 'inactive' and exists (select 1 from catalogue_listings l where ${same})`,
    )
    const renamed = await count(
      sql`select count(*) as count from catalogue_entries e join catalogue_listings l on ${same} where ${here} and l.name <> '' and e.name <> l.name`,
    )
    if (kept === 0) {
      await sql`update catalogue_entries as e set state = 'inactive', inactive_since = ${today}
        where ${here} and e.state = 'active' and ${absent}`.execute(tx)
    }
    const listedName = sql`select case when l.name = '' then e.name else l.name end from catalogue_listings l where ${same}`
    // Back in the list, or under another name: what we know of it may be old.
    await sql`update catalogue_entries as e set
        detail_at = case when e.name <> (${listedName}) or e.state = 'inactive' then null else e.detail_at end,
        findings = case when e.name <> (${listedName}) or e.state = 'inactive' then null else e.findings end,
        name = (${listedName}),
        reference = (select l.reference from catalogue_listings l where ${same}),
        state = 'active', inactive_since = null
      where ${here} and exists (select 1 from catalogue_listings l where ${same})`.execute(tx)
    const before = await count(sql`select count(*) as count from catalogue_entries where tenant = ${tenant} and catalogue = ${catalogue}`)
    await sql`insert into catalogue_entries (tenant, catalogue, code, name, state, first_listed, reference)
      select l.tenant, l.catalogue, l.code, l.name, 'active', ${today}, l.reference from catalogue_listings l
      where l.tenant = ${tenant} and l.catalogue = ${catalogue} and not exists (select 1 from catalogue_entries e where ${same})`.execute(tx)
    const after = await count(sql`select count(*) as count from catalogue_entries where tenant = ${tenant} and catalogue = ${catalogue}`)
    await tx.deleteFrom('catalogue_listings').where('tenant', '=', tenant).where('catalogue', '=', catalogue).where('detail', 'is', null).execute()
    await tx
      .updateTable('catalogue_pulls')
      .set({ state: 'reading', listed_at: now, cursor: null })
      .where('tenant', '=', tenant)
      .where('id', '=', pull.id)
      .execute()
    return { listed, added: after - before, renamed, deactivated: missing - kept, reactivated, kept }
  })
}

/** Ends a pull, or writes down how far it came. What failed as a list is forgotten, so that the next pull begins anew. */
export async function reportPull(ledger: Ledger, pull: PullRow, state: PullState, report: object): Promise<void> {
  const { tenant, catalogue } = pull
  const ended = state === 'done' || state === 'failed'
  await ledger.write(async (tx) => {
    if (ended) await clearStage(tx, tenant, catalogue)
    await tx
      .updateTable('catalogue_pulls')
      // While the list is read its row keeps what later pages have to know.
      .set({ state, ended_at: ended ? ledger.clock.now() : null, ...(state === 'listing' ? {} : { report: JSON.stringify(report) }) })
      .where('tenant', '=', tenant)
      .where('id', '=', pull.id)
      .execute()
  })
}

/** What the list told of procedures beyond code and name and was not taken over yet, a slice at a time. */
export async function stagedDetails(
  ledger: Ledger,
  { tenant, catalogue }: PullRow,
  limit: number,
): Promise<readonly { readonly code: string; readonly detail: Mapped<Procedure> }[]> {
  const rows = await ledger.db
    .selectFrom('catalogue_listings')
    .select(['code', 'detail'])
    .where('tenant', '=', tenant)
    .where('catalogue', '=', catalogue)
    .where('detail', 'is not', null)
    .orderBy('code')
    .limit(limit)
    .execute()
  return rows.map(({ code, detail }) => ({ code, detail: JSON.parse(detail ?? '') as Mapped<Procedure> }))
}

/** A staged detail was taken over. */
export async function unstage(ledger: Ledger, { tenant, catalogue }: PullRow, code: string): Promise<void> {
  await ledger.write(async (tx) => {
    await tx.deleteFrom('catalogue_listings').where('tenant', '=', tenant).where('catalogue', '=', catalogue).where('code', '=', code).execute()
  })
}

function staged(tx: Transaction<LedgerTables>, tenant: string, catalogue: CatalogueName) {
  return tx.selectFrom('catalogue_listings').where('tenant', '=', tenant).where('catalogue', '=', catalogue)
}

async function clearStage(tx: Transaction<LedgerTables>, tenant: string, catalogue: CatalogueName): Promise<void> {
  await tx.deleteFrom('catalogue_listings').where('tenant', '=', tenant).where('catalogue', '=', catalogue).execute()
}
