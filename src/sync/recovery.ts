/** After a crash: requests that were leaving when the process died may have arrived, and nobody will ever hear their answer. */
import type { Dossier } from '../domain/index.js'
import type { SyncLedger, WaitingOperation } from '../ledger/index.js'
import { heldFailure } from './held.js'
import { unseal } from './sealed.js'
import type { WaitingStep } from './versions.js'

export interface RecoveryOptions {
  readonly ledger: SyncLedger
  readonly tenant: string
  /** Only what belongs to this one; all where left out. */
  readonly shard?: number
  /** Longest time a request can be on its way. */
  readonly callTimeoutMs: number
  readonly onUnknownStep: (status: number | null) => 'resend' | 'hold'
}

/**
 * Treats every orphaned request as one whose outcome is unknown: a create is looked up, an update is sent again, a step is sent again
 * and declared, or held. Nothing of these dossiers goes before the old request's deadline has passed.
 *
 * @returns how many requests were found.
 */
export async function recoverOrphans({ ledger, tenant, shard, callTimeoutMs, onUnknownStep }: RecoveryOptions): Promise<number> {
  const orphans = await ledger.orphanedOperations(tenant, shard)
  const byDossier = Map.groupBy(orphans, (operation) => `${operation.source}\n${operation.source_id}`)
  for (const operations of byDossier.values()) {
    const { source, source_id } = operations[0] as WaitingOperation
    const row = await ledger.dossierRow(tenant, source, source_id)
    if (!row) continue
    const now = ledger.clock.now()
    // A clock that was set back since makes the deadline look far away; no request is on its way for longer than this.
    const deadline = Math.min(Math.max(...operations.map((operation) => operation.deadline ?? 0)), now + callTimeoutMs)
    const record = operations.find(({ kind }) => kind === 'record')
    const held = operations.filter((operation) => operation.kind === 'step' && onUnknownStep(statusOf(ledger, operation)) === 'hold')
    await ledger.settle(row, {
      dossier: {
        ...(record
          ? { sent_code: codeItLeftWith(ledger, row, record), presence: row.presence === 'present' ? 'present' : 'maybe', wire_digest: null }
          : {}),
        quiet_until: deadline,
        ...(held.length > 0 ? { next_at: null } : { next_at: Math.max(deadline, now) }),
        ...(held.length > 0 && row.state === 'pending' ? { state: 'failed', reason: heldFailure.cause } : {}),
      },
      done: [],
      changed: operations.map((operation) => ({
        id: operation.id,
        state: held.includes(operation) ? 'held' : 'pending',
        maybe_doubled: operation.kind === 'step' ? 1 : 0,
      })),
      journal: undefined,
      failure: held.length > 0 ? { ...heldFailure, place: row.local_code ?? '' } : undefined,
      moved: held.length > 0 && row.state === 'pending' ? { from: 'pending', to: 'failed' } : undefined,
    })
  }
  return orphans.length
}

function statusOf(ledger: SyncLedger, operation: WaitingOperation): number | null {
  return unseal<WaitingStep>(ledger, operation, operation).step.status
}

/** The row learns its code from the answer, and there was none. Nothing was planned since: the record that waits is the one that left. */
function codeItLeftWith(ledger: SyncLedger, { sent_code }: { readonly sent_code: string | null }, record: WaitingOperation): string | null {
  return sent_code ?? unseal<Dossier>(ledger, record, record).nationalCode
}
