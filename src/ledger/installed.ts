/** What a ledger says of itself: the version of its tables, and which key it was made with. */
import { type Kysely, sql, type Transaction } from 'kysely'
import { LienthongError } from '../base/index.js'
import { newestVersion } from './migrations.js'
import type { LedgerTables } from './schema.js'
import type { Vault } from './vault.js'

/** @returns the version of the tables. @throws {LienthongError} `ledger.newer`, `ledger.older`. */
export async function checkVersion(db: Kysely<LedgerTables>, path: string): Promise<number> {
  const row = await db.selectFrom('meta').select('value').where('name', '=', 'schema').executeTakeFirst()
  const found = Number(row?.value ?? 0)
  refuseNewer(found, newestVersion, path)
  if (found < newestVersion) throw new LienthongError('ledger.older', { hop: 'ledger', values: { path, found, known: newestVersion } })
  return found
}

export function refuseNewer(found: number, known: number, path: string): void {
  if (found > known) throw new LienthongError('ledger.newer', { hop: 'ledger', values: { path, found, known } })
}

/** The first key that opens a ledger is its key for ever. */
export async function rememberKey(transaction: Transaction<LedgerTables>, vault: Vault): Promise<void> {
  await transaction
    .insertInto('meta')
    .values({ name: 'key_id', value: vault.keyId })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
}

/** @throws {LienthongError} `ledger.key_wrong`. */
export async function checkKey(db: Kysely<LedgerTables>, vault: Vault, path: string): Promise<void> {
  const { rows } = await sql<{ value: string }>`select value from meta where name = 'key_id'`.execute(db)
  if (rows[0]?.value !== vault.keyId) throw new LienthongError('ledger.key_wrong', { hop: 'ledger', values: { path } })
}
