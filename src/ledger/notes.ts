/** Small things remembered by name: a held system, a refused login, a shared session. */
import { sql, type Transaction } from 'kysely'
import type { SqlLedger } from './ledger.js'
import type { LedgerTables } from './schema.js'
import { isPostgres } from './sql-lists.js'

export async function note(ledger: SqlLedger, name: string): Promise<string | undefined> {
  return (await ledger.db.selectFrom('meta').select('value').where('name', '=', name).executeTakeFirst())?.value
}

export async function keepNote(ledger: SqlLedger, name: string, value: string): Promise<void> {
  await ledger.write((tx) => put(tx, name, value))
}

export async function dropNote(ledger: SqlLedger, name: string): Promise<void> {
  if ((await note(ledger, name)) === undefined) return
  await ledger.write((tx) => remove(tx, name))
}

export async function changeNote(
  ledger: SqlLedger,
  name: string,
  change: (value: string | undefined) => string | undefined,
): Promise<string | undefined> {
  return ledger.write(async (tx) => {
    let asked = tx.selectFrom('meta').select('value').where('name', '=', name)
    if (isPostgres(tx)) {
      // A row that is not there yet cannot be locked.
      await tx
        .insertInto('meta')
        .values({ name, value: NOTHING })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute()
      asked = asked.forUpdate()
    }
    const found = (await asked.executeTakeFirst())?.value
    const before = found === NOTHING ? undefined : found
    const after = change(before)
    if (after === undefined) await remove(tx, name)
    else if (after !== before) await put(tx, name, after)
    return after
  })
}

export interface StandingRefusal {
  /** Its name in the configuration, or that of a source. */
  readonly system: string
  readonly at: number
}

/** Sends from which is told whether an account was let in since. */
const SAMPLE = 200

/**
 * Accounts that were refused and not let in since. A source that lets us in takes its note away; at the portal a new password leaves the
 * note of the old one behind, so there it counts only until something is accepted.
 */
export async function standingRefusals(
  { db }: Pick<SqlLedger, 'db'>,
  tenant: string,
  sources: readonly string[],
): Promise<readonly StandingRefusal[]> {
  const prefix = `refused/${tenant}/`
  const { rows } = await sql<{ name: string; value: string }>`
    select name, value from meta where substr(name, 1, ${sql.lit(prefix.length)}) = ${prefix} order by name`.execute(db)
  if (rows.length === 0) return []
  const taken = await sql<{ at: number | null }>`select max(at) as at from
    (select at, outcome from journal where tenant = ${tenant} order by id desc limit ${sql.lit(SAMPLE)}) as latest where outcome = 'accepted'`.execute(
    db,
  )
  const acceptedAt = Number(taken.rows[0]?.at ?? 0)
  return rows
    .map(({ name, value }) => ({ system: name.slice(prefix.length), at: (JSON.parse(value) as { readonly at: number }).at }))
    .filter(({ system, at }) => sources.includes(system) || at > acceptedAt)
}

/** Stands for the place of a note while somebody decides what to write there. No other transaction ever sees it. */
const NOTHING = ''

async function put(tx: Transaction<LedgerTables>, name: string, value: string): Promise<void> {
  await tx
    .insertInto('meta')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

async function remove(tx: Transaction<LedgerTables>, name: string): Promise<void> {
  await tx.deleteFrom('meta').where('name', '=', name).execute()
}
