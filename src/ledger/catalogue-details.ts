/** What a catalogue's procedures say, version by version, and what belongs to it beside them. */
import { createHash } from 'node:crypto'
import type { Transaction } from 'kysely'
import { canonicalJson, type Finding } from '../base/index.js'
import { instant, type LocalDate, localDateOf, type Procedure } from '../domain/index.js'
import type { Ledger } from './ledger.js'
import type { CatalogueName, LedgerTables } from './schema.js'

export interface DueDetail {
  readonly code: string
  readonly name: string
  readonly reference: string | null
  /** It could not be read the last time. */
  readonly failedBefore: boolean
}

/**
 * What is to be read now: first what is new or renamed; then what is older than `before`, oldest first and no more than `again` of it; at
 * last what could not be read the last time, which must not keep the others from being read.
 */
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
  const unread = active.where('detail_at', 'is', null).orderBy('code')
  const fresh = await unread.where('findings', 'is', null).execute()
  const failed = await unread.where('findings', 'is not', null).execute()
  const old = await active.where('detail_at', '<=', before).orderBy('detail_at').orderBy('code').execute()
  const read = [...fresh, ...old.slice(0, again)].map((row) => ({ ...row, failedBefore: false }))
  return { due: [...read, ...failed.map((row) => ({ ...row, failedBefore: true }))], later: Math.max(0, old.length - again) }
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

function entryOf(tx: Transaction<LedgerTables>, tenant: string, catalogue: CatalogueName, code: string) {
  return tx.selectFrom('catalogue_entries').where('tenant', '=', tenant).where('catalogue', '=', catalogue).where('code', '=', code)
}

/** The day in a ledger's clock. */
export function todayOf(ledger: Ledger): LocalDate {
  return localDateOf(instant(ledger.clock.now()))
}
