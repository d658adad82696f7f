import type { Ledger, LedgerOptions } from './ledger.js'
export async function openPostgresLedger(_options: LedgerOptions): Promise<Ledger> {
  throw new Error('soon')
}
