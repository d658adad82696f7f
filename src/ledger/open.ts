import type { Ledger, LedgerOptions } from './ledger.js'
import { openPostgresLedger } from './postgres.js'
import { openSqliteLedger } from './sqlite.js'

/**
 * Opens a ledger. An embedded one is created and migrated when it is opened for writing; on PostgreSQL `migrating` does that.
 *
 * @throws {LienthongError} `ledger.locked`, `ledger.newer`, `ledger.older`, `ledger.key_wrong`, `ledger.unreadable`, `ledger.unreachable`.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  return isPostgresUrl(options.url) ? openPostgresLedger(options) : openSqliteLedger(options)
}

export function isPostgresUrl(url: string): boolean {
  return /^postgres(ql)?:\/\//.test(url)
}
