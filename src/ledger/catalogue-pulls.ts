/**
 * A catalogue being read into the ledger: the list is staged until it is whole, then taken over in one transaction; details follow
 * one by one. Whatever was committed is not asked for again.
 */
import { createHash } from 'node:crypto'
import { type Selectable, sql, type Transaction } from 'kysely'
import { canonicalJson, type Finding, LienthongError, type Mapped } from '../base/index.js'
import { instant, type LocalDate, localDateOf, type Procedure } from '../domain/index.js'
import type { Ledger } from './ledger.js'
import type { CatalogueName, CataloguePullTable, LedgerTables } from './schema.js'

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
  /** …unless they are fewer than this. */
  readonly atLeast: number
}

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
    if (listed === 0) throw new LienthongError('catalogue.list_empty', { values: { catalogue } })
    const active = await count(
      sql`select count(*) as count from catalogue_entries where tenant = ${tenant} and catalogue = ${catalogue} and state = 'active'`,
    )
    const same = sql`l.tenant = e.tenant and l.catalogue = e.catalogue and l.code = e.code`
    const here = sql`e.tenant = ${tenant} and e.catalogue = ${catalogue}`
    const absent = sql`not exists (select 1 from catalogue_listings l where ${same})`
    const missing = await count(sql`select count(*) as count from catalogue_entries e where ${here} and e.state = 'active' and ${absent}`)
    if (brake !== undefined && missing >= brake.atLeast && missing > active * brake.share) {
      throw new LienthongError('catalogue.list_shrunk', { values: { catalogue, listed, missing, known: active } })
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

export interface DueDetail {
  readonly code: string
  readonly name: string
  readonly reference: string | null
  /** Never read, or renamed since. */
  readonly fresh: boolean
}

/** What is to be read now: first what is new or renamed, then what is older than `before`, oldest first and no more than `again` of it. */
export async function dueDetails(
  ledger: Ledger,
  tenant: string,
  catalogue: CatalogueName,
  { before, again }: { readonly before: number; readonly again: number },
): Promise<{ readonly due: readonly DueDetail[]; readonly later: number }> {
  const active = ledger.db
    .selectFrom('catalogue_entries')
    .select(['code', 'name', 'reference'])
    .where('tenant', '=', tenant)
    .where('catalogue', '=', catalogue)
    .where('state', '=', 'active')
  const fresh = await active.where('detail_at', 'is', null).orderBy('code').execute()
  const old = await active.where('detail_at', '<=', before).orderBy('detail_at').orderBy('code').execute()
  return {
    due: [...fresh.map((row) => ({ ...row, fresh: true })), ...old.slice(0, again).map((row) => ({ ...row, fresh: false }))],
    later: Math.max(0, old.length - again),
  }
}

export type DetailChange = 'added' | 'changed' | 'unchanged'

/** Keeps what a procedure says now; a version of its own when it says something else than before. */
export async function keepDetail(
  ledger: Ledger,
  tenant: string,
  catalogue: CatalogueName,
  procedure: Procedure,
  findings: readonly Finding[],
): Promise<DetailChange> {
  const now = ledger.clock.now()
  const today = localDateOf(instant(now))
  const content = canonicalJson(procedure)
  const digest = createHash('sha256').update(content).digest('base64url')
  const { code } = procedure
  return ledger.write(async (tx) => {
    const entry = entryOf(tx, tenant, catalogue, code)
    const known = await entry.select('version_from').executeTakeFirst()
    const before =
      known?.version_from == null
        ? undefined
        : await tx
            .selectFrom('catalogue_versions')
            .select('digest')
            .where('tenant', '=', tenant)
            .where('catalogue', '=', catalogue)
            .where('code', '=', code)
            .where('valid_from', '=', known.version_from)
            .executeTakeFirst()
    const change: DetailChange = before === undefined ? 'added' : before.digest === digest ? 'unchanged' : 'changed'
    if (change !== 'unchanged') {
      await tx
        .insertInto('catalogue_versions')
        .values({ tenant, catalogue, code, valid_from: today, digest, content })
        .onConflict((conflict) => conflict.columns(['tenant', 'catalogue', 'code', 'valid_from']).doUpdateSet({ digest, content }))
        .execute()
    }
    const [sector] = procedure.sectors ?? []
    await tx
      .updateTable('catalogue_entries')
      .set({
        detail_at: now,
        findings: findings.length === 0 ? null : JSON.stringify(findings),
        ...(change === 'unchanged' ? {} : { version_from: today, sector_code: sector?.code ?? null, sector_name: sector?.name ?? null }),
      })
      .where('tenant', '=', tenant)
      .where('catalogue', '=', catalogue)
      .where('code', '=', code)
      .execute()
    return change
  })
}

/** A detail that could not be read: what is known of the procedure stays, and the next pull asks again. */
export async function keepProblem(
  ledger: Ledger,
  tenant: string,
  catalogue: CatalogueName,
  code: string,
  findings: readonly Finding[],
): Promise<void> {
  await ledger.write(async (tx) => {
    await tx
      .updateTable('catalogue_entries')
      .set({ findings: JSON.stringify(findings), detail_at: null })
      .where('tenant', '=', tenant)
      .where('catalogue', '=', catalogue)
      .where('code', '=', code)
      .execute()
  })
}

/** The answers of a decision call or a dictionary that are not older than `since`. */
export async function knownReferences(ledger: Ledger, tenant: string, kind: string, since: number): Promise<Set<string>> {
  const rows = await ledger.db
    .selectFrom('catalogue_references')
    .select('code')
    .where('tenant', '=', tenant)
    .where('kind', '=', kind)
    .where('read_at', '>', since)
    .execute()
  return new Set(rows.map(({ code }) => code))
}

export async function keepReference(ledger: Ledger, tenant: string, kind: string, code: string, content: unknown): Promise<void> {
  const row = { content: JSON.stringify(content), read_at: ledger.clock.now() }
  await ledger.write(async (tx) => {
    await tx
      .insertInto('catalogue_references')
      .values({ tenant, kind, code, ...row })
      .onConflict((conflict) => conflict.columns(['tenant', 'kind', 'code']).doUpdateSet(row))
      .execute()
  })
}

function staged(tx: Transaction<LedgerTables>, tenant: string, catalogue: CatalogueName) {
  return tx.selectFrom('catalogue_listings').where('tenant', '=', tenant).where('catalogue', '=', catalogue)
}

function entryOf(tx: Transaction<LedgerTables>, tenant: string, catalogue: CatalogueName, code: string) {
  return tx.selectFrom('catalogue_entries').where('tenant', '=', tenant).where('catalogue', '=', catalogue).where('code', '=', code)
}

async function clearStage(tx: Transaction<LedgerTables>, tenant: string, catalogue: CatalogueName): Promise<void> {
  await tx.deleteFrom('catalogue_listings').where('tenant', '=', tenant).where('catalogue', '=', catalogue).execute()
}

/** The day in a ledger's clock. */
export function todayOf(ledger: Ledger): LocalDate {
  return localDateOf(instant(ledger.clock.now()))
}
