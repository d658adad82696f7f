/** Reading the body of a request whose sender is not trusted: so many bytes, so much time, and not more in memory at once than was allowed. */
import { breathe, type Clock, seconds, systemClock } from '../base/index.js'
import type { InboundRequest } from './handler.js'

export interface BodyLimits {
  readonly maxBytes: number
  /** For the whole body. Default 30 seconds. */
  readonly withinMs?: number
  /** Shared by all requests of a handler; absent: only {@link maxBytes} holds. */
  readonly memory?: BodyMemory
  readonly clock?: Clock
}

/** How much of all bodies together is in memory. */
export interface BodyMemory {
  readonly limit: number
  used: number
}

export type ReadBody =
  | {
      readonly ok: true
      readonly bytes: Uint8Array
      /** The bytes are no longer needed: others may use the memory. */
      release(): void
    }
  | { readonly ok: false; readonly status: 400 | 408 | 413 | 415 | 503; readonly problem: string }

const WITHIN_MS = seconds(30)
const READ = 'the body was read'

export function bodyMemory(limit: number): BodyMemory {
  return { limit, used: 0 }
}

/**
 * The whole body, or why there is none: 413 too large, 408 too slow, 415 compressed (a small bomb unpacks to gigabytes), 503 when too much is
 * being read at once, 400 when the caller hung up. Compare by bytes, not characters: a signature is over bytes.
 *
 * @throws {LienthongError} `inbound.body_consumed`, when something before us has read it.
 */
export async function readBody(request: InboundRequest, limits: BodyLimits): Promise<ReadBody> {
  const { maxBytes, withinMs = WITHIN_MS, memory, clock = systemClock } = limits
  const coding = single(request.headers['content-encoding'])
  if (coding !== undefined && coding.toLowerCase() !== 'identity') return { ok: false, status: 415, problem: 'send it uncompressed' }
  const tooLarge = { ok: false, status: 413, problem: `more than ${maxBytes} bytes` } as const
  if (Number(single(request.headers['content-length']) ?? 0) > maxBytes) return tooLarge

  const chunks: Uint8Array[] = []
  let length = 0
  let reserved = 0
  const release = () => {
    if (memory !== undefined) memory.used -= reserved
    reserved = 0
  }
  // Most bodies came with their head: for those no alarm is set.
  const soon = breathe()
  let alarm: { readonly late: Promise<'late'>; off(): void } | undefined
  const reader = request.body[Symbol.asyncIterator]()
  let taken = false
  try {
    for (;;) {
      const coming = reader.next()
      let next = await Promise.race([coming, alarm?.late ?? soon])
      if (next === undefined) {
        alarm = alarmIn(withinMs, clock)
        next = await Promise.race([coming, alarm.late])
      }
      if (next === 'late') return { ok: false, status: 408, problem: `not complete after ${withinMs} ms` }
      if (next.done === true) break
      length += next.value.length
      if (length > maxBytes) return tooLarge
      if (memory !== undefined) {
        if (memory.used + next.value.length > memory.limit) return { ok: false, status: 503, problem: 'too much is being received at once' }
        memory.used += next.value.length
        reserved += next.value.length
      }
      chunks.push(next.value)
    }
    taken = true
    return { ok: true, bytes: chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks), release }
  } catch (error) {
    if (hungUp(error)) return { ok: false, status: 400, problem: 'the request ended before its body' }
    throw error
  } finally {
    alarm?.off()
    if (!taken) {
      release()
      // Not awaited: a body that never comes never answers either.
      void reader.return?.()?.catch(() => {})
    }
  }
}

function alarmIn(ms: number, clock: Clock): { readonly late: Promise<'late'>; off(): void } {
  const over = new AbortController()
  const rung = () => 'late' as const
  // With a reason: without one each request makes a DOMException.
  return { late: clock.sleep(ms, over.signal).then(rung, rung), off: () => over.abort(READ) }
}

/** The first of a header's values. */
export function single(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0]
}

function hungUp(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET' || (error as { name?: unknown } | null)?.name === 'AbortError'
}
