/**
 * Who wakes the workers. A job says that there is something to do for one slice of a tenant, and nothing else: what it is stands in the
 * ledger, so that a job lost, doubled or late costs time and never a dossier.
 */
export interface JobEngine {
  /** Makes what it needs for these tenants. */
  start(tenants: readonly string[]): Promise<void>
  /** @returns false while the same slice waits or runs already, wherever. */
  enqueue(tenant: string, slice: string): Promise<boolean>
  /** @returns undefined when nothing waits for this tenant. */
  fetch(tenant: string): Promise<SliceJob | undefined>
  /** Enqueues a slice whenever the plan says so, once however many workers there are. @param cron five fields, Asia/Ho_Chi_Minh. */
  schedule(tenant: string, slice: string, cron: string): Promise<void>
  stop(): Promise<void>
}

export interface SliceJob {
  readonly tenant: string
  /** `send/3`, or `read/` and the name of a source. */
  readonly slice: string
  /** Says that it is being worked on. @returns false when somebody else does by now. */
  touch(): Promise<boolean>
  /** Ends it; what is left to do is enqueued anew. */
  end(): Promise<void>
}

/** A worker that says nothing for so long is taken for dead, and its jobs are given to others. */
export const JOB_HEARTBEAT_SECONDS = 15

export function sendSliceName(shard: number): string {
  return `send/${shard}`
}

export function readSliceName(source: string): string {
  return `read/${source}`
}

/** What a slice is about. */
export function parseSlice(
  slice: string,
): { readonly kind: 'send'; readonly shard: number } | { readonly kind: 'read'; readonly source: string } | undefined {
  const [, kind, rest = ''] = /^(send|read)\/(.+)$/.exec(slice) ?? []
  if (kind === 'read') return { kind, source: rest }
  return kind === 'send' && /^\d+$/.test(rest) ? { kind, shard: Number(rest) } : undefined
}
