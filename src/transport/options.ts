/** What can be set for the calls to one outside system, with its defaults; the same for every connector. DESIGN "Resilience". */
import type { AxiosInstance } from 'axios'
import { z } from 'zod'
import { type Clock, type Hop, type Logger, type Random, silentLogger, systemClock, systemRandom } from '../base/index.js'
import type { Gate } from './limits.js'
import type { TransportHooks } from './telemetry.js'

/** Settings that every connector passes on untouched. Everything has a default; proxy, limits and certificates are off. */
export interface TransportOptions {
  /** `connectMs` (10 s) covers DNS, TCP and TLS; `readMs` (60 s) the longest silence afterwards. */
  readonly timeouts?: { readonly connectMs?: number; readonly readMs?: number }
  /** Calls under way at once and calls a second. Absent: not limited. */
  readonly limits?: { readonly concurrency?: number; readonly requestsPerSecond?: number }
  /** Shared with other clients of the same system, besides `limits`: see {@link gatesOfThisProcess}. */
  readonly gate?: Gate
  /**
   * Repeating inside one call: `attempts` (3) in all, waits of full jitter below `firstMs` (500) doubling to `maxMs` (10 s).
   * A `Retry-After` is obeyed up to `maxRetryAfterMs` (30 s); a longer one ends the call at once and is handed to the caller.
   */
  readonly retry?: { readonly attempts?: number; readonly firstMs?: number; readonly maxMs?: number; readonly maxRetryAfterMs?: number }
  /** After `failures` (10) failed attempts in a row nothing is sent for `restMs` (30 s); then one call tries. */
  readonly breaker?: { readonly failures?: number; readonly restMs?: number }
  /** `http://user:password@host:port`. Environment variables such as HTTPS_PROXY are never obeyed. */
  readonly proxy?: string
  /** PEM file of authorities trusted besides the built-in ones. */
  readonly caFile?: string
  /** PEM files with which we show who we are. */
  readonly clientCertificate?: { readonly certFile: string; readonly keyFile: string; readonly passphrase?: string }
  /** Longest answer, after decompression. 20 MB. */
  readonly maxAnswerBytes?: number
  /** Whether connections are kept for later calls. True. */
  readonly keepAlive?: boolean
  readonly clock?: Clock
  readonly random?: Random
  readonly logger?: Logger
  readonly hooks?: TransportHooks
  /** An axios instance of your own. Its interceptors see bodies with personal data: keep them out of your logs. */
  readonly axios?: Pick<AxiosInstance, 'request'>
}

export interface HttpClientOptions extends TransportOptions {
  /** The outside system as errors and logs name it, e.g. `national-portal`. */
  readonly system: string
  /** Who is at the other end of the wire, as far as errors of the wire can tell. */
  readonly hop?: Hop
}

const LONGEST_TIMER_MS = 2 ** 31 - 1
const duration = z.number().int().positive().max(LONGEST_TIMER_MS)
const count = z.number().int().positive()

function having<T>(methods: readonly string[], what: string): z.ZodType<T> {
  return z.custom<T>(
    (value) =>
      value !== null &&
      (typeof value === 'object' || typeof value === 'function') &&
      methods.every((name) => typeof Reflect.get(value, name) === 'function'),
    `expected ${what}`,
  )
}

/** For the schema of a connector: `z.strictObject({ ...own, ...transportShape })`. */
export const transportShape = {
  timeouts: z.strictObject({ connectMs: duration.default(10_000), readMs: duration.default(60_000) }).prefault({}),
  limits: z.strictObject({ concurrency: count.optional(), requestsPerSecond: z.number().positive().optional() }).prefault({}),
  gate: z.custom<Gate>((value) => typeof value === 'function', 'expected a gate').optional(),
  retry: z
    .strictObject({
      attempts: count.max(20).default(3),
      firstMs: duration.default(500),
      maxMs: duration.default(10_000),
      maxRetryAfterMs: duration.default(30_000),
    })
    .prefault({}),
  breaker: z.strictObject({ failures: count.default(10), restMs: duration.default(30_000) }).prefault({}),
  proxy: z.url({ protocol: /^https?$/, error: 'expected an http or https URL' }).optional(),
  caFile: z.string().min(1).optional(),
  clientCertificate: z.strictObject({ certFile: z.string().min(1), keyFile: z.string().min(1), passphrase: z.string().optional() }).optional(),
  maxAnswerBytes: count.default(20_000_000),
  keepAlive: z.boolean().default(true),
  clock: having<Clock>(['now', 'sleep'], 'a clock with now() and sleep()').default(systemClock),
  random: z.custom<Random>((value) => typeof value === 'function', 'expected a function').default(() => systemRandom),
  logger: having<Logger>(['debug', 'warn'], 'a logger with trace, debug, info, warn and error').default(silentLogger),
  hooks: having<TransportHooks>([], 'an object of hooks').optional(),
  axios: having<Pick<AxiosInstance, 'request'>>(['request'], 'an axios instance').optional(),
}

export const httpClientSchema = z.strictObject({ system: z.string().min(1), hop: z.custom<Hop>().optional(), ...transportShape })
export type HttpClientSettings = z.output<typeof httpClientSchema>
