/** A file on its way out. However it ends, the source is let go, once. */
import type { Clock } from '../../base/index.js'

export type PouringEnd = 'done' | 'hung-up' | 'too-slow' | 'too-large' | 'source-failed' | 'became-shorter'

export interface PouringOptions {
  /** How many bytes were promised; null: nobody knows. */
  readonly length: number | null
  readonly maxBytes: number
  /** A reader that takes nothing for so long is left. */
  readonly idleMs: number
  readonly clock: Clock
  /** Of the caller. */
  readonly signal: AbortSignal
  /** Called once. */
  onEnd(how: PouringEnd, bytes: number): void
}

/** Throws where it ends early: half a file must not look whole. */
export function pouring(body: AsyncIterable<Uint8Array>, options: PouringOptions): AsyncIterable<Uint8Array> {
  const { length, maxBytes, idleMs, clock, signal } = options
  let bytes = 0
  let ended: PouringEnd | undefined
  /** Since when the reader has what it asked for; null while it waits for us. */
  let restsSince: number | null = clock.now()
  const over = new AbortController()
  const end = (how: PouringEnd) => {
    if (ended !== undefined) return
    ended = how
    signal.removeEventListener('abort', hangUp)
    over.abort()
    options.onEnd(how, bytes)
  }
  const hangUp = () => end('hung-up')
  if (signal.aborted) hangUp()
  else signal.addEventListener('abort', hangUp, { once: true })

  const watch = async () => {
    while (ended === undefined) {
      const left = restsSince === null ? idleMs : restsSince + idleMs - clock.now()
      if (left <= 0) return end('too-slow')
      await clock.sleep(left, over.signal).catch(() => {})
    }
  }
  void watch()

  const failure = (how: PouringEnd) => {
    end(how)
    return new Error(`the file ended early: ${how}`)
  }
  return {
    [Symbol.asyncIterator]() {
      const source = body[Symbol.asyncIterator]()
      return {
        async next(): Promise<IteratorResult<Uint8Array>> {
          if (ended === 'done') return { done: true, value: undefined }
          if (ended !== undefined) throw failure(ended)
          restsSince = null
          let chunk: IteratorResult<Uint8Array>
          try {
            chunk = await source.next()
          } catch {
            throw failure('source-failed')
          }
          if (ended !== undefined) throw failure(ended)
          restsSince = clock.now()
          if (chunk.done) {
            if (length !== null && bytes < length) throw failure('became-shorter')
            end('done')
            return { done: true, value: undefined }
          }
          const value = length === null ? chunk.value : chunk.value.subarray(0, length - bytes)
          if (bytes + value.length > maxBytes) throw failure('too-large')
          bytes += value.length
          // Nobody asks again for what is complete by its length.
          if (bytes === length) end('done')
          return { done: false, value }
        },
        async return(): Promise<IteratorResult<Uint8Array>> {
          end(bytes === length ? 'done' : 'hung-up')
          // Not awaited: what never comes never ends either.
          void source.return?.()?.catch(() => {})
          return { done: true, value: undefined }
        },
      }
    },
  }
}
