import type { DossierRow, SyncLedger, WaitingOperation } from '../ledger/index.js'

/** Where a sealed payload belongs: moved to another row it does not open. */
export function sealedFor(source: string, sourceId: string, kind: 'record' | 'step'): string {
  return `${source}\n${sourceId}\n${kind}`
}

/** What waits, in clear. */
export function unseal<T>(
  ledger: Pick<SyncLedger, 'vault'>,
  row: Pick<DossierRow, 'tenant' | 'source' | 'source_id'>,
  operation: WaitingOperation,
): T {
  return JSON.parse(ledger.vault.open(row.tenant, sealedFor(row.source, row.source_id, operation.kind), operation.sealed)) as T
}
