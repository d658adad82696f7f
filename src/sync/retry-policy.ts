/** How long a dossier waits between tries. DESIGN: 30 s doubling to 1 h, without end. */
export interface RetryPolicy {
  /** Wait after the first failure; doubles each time. Default 30 s. */
  readonly firstMs: number
  /** Longest wait. Default 1 h. */
  readonly maxMs: number
}

export const defaultRetry: RetryPolicy = { firstMs: 30_000, maxMs: 3_600_000 }
