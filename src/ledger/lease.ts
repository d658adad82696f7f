import type { SyncLedger } from './sync-ledger.js'

/** The right to write one shard of a tenant, until it is released or lost. */
export interface Lease {
  readonly tenant: string
  readonly shard: string
  /** Raised whenever somebody takes this shard. */
  readonly epoch: number
  /** Every write of it first makes sure that the shard is still ours. Lost: `ledger.lease_lost`. */
  readonly ledger: SyncLedger
  /** Says that its holder is alive; whoever says nothing for longer than `heartbeatMs` may lose it. */
  renew(): Promise<void>
  release(): Promise<void>
}

/** How several workers share one ledger. */
export interface LeaseTaker {
  /** Without a {@link Lease.renew} for so long, a holder may be put out. */
  readonly heartbeatMs: number
  /** @returns undefined while somebody else holds it who is alive. */
  take(tenant: string, shard: string, holder: string): Promise<Lease | undefined>
  /** The shards of which a dossier may go now. */
  dueShards(tenant: string): Promise<readonly number[]>
  /**
   * Turns at a system whose rate all workers share. Those of one answer follow each other at the rate's distance.
   *
   * @returns milliseconds until the first of them.
   */
  reserveTurns(tenant: string, system: string, turns: { readonly perSecond: number; readonly count: number }): Promise<number>
}
