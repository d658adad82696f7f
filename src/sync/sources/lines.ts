import { createReadStream } from 'node:fs'
import { LienthongError } from '../../base/index.js'

const NEWLINE = 10
const TAB = 9
const BLANK = 32

/** A line of a file, as bytes without its end; decoding waits until somebody needs the text. */
export interface Line {
  readonly bytes: Uint8Array
  /** Counted from 1. */
  readonly number: number
}

/**
 * Reads a file of lines in batches, with flat memory. Lines of blanks only are left out.
 *
 * @throws {LienthongError} `source.file_unreadable`
 */
export async function* linesOf(path: string, batchSize: number, signal?: AbortSignal): AsyncGenerator<Line[]> {
  let batch: Line[] = []
  let number = 0
  let rest: Buffer = Buffer.alloc(0)
  const take = (bytes: Buffer) => {
    number += 1
    const line = bytes.at(-1) === 13 ? bytes.subarray(0, -1) : bytes
    if (!isBlank(line)) batch.push({ bytes: line, number })
  }
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18, ...(signal ? { signal } : {}) }) as AsyncIterable<Buffer>) {
      const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      let start = 0
      for (let end = text.indexOf(NEWLINE); end !== -1; end = text.indexOf(NEWLINE, start)) {
        take(text.subarray(start, end))
        start = end + 1
        if (batch.length >= batchSize) {
          yield batch
          batch = []
        }
      }
      rest = text.subarray(start)
    }
  } catch (cause) {
    if (signal?.aborted) throw new LienthongError('transport.aborted', { system: 'file', cause })
    throw new LienthongError('source.file_unreadable', { values: { path, problem: cause instanceof Error ? cause.message : String(cause) }, cause })
  }
  if (rest.length > 0) take(rest)
  if (batch.length > 0) yield batch
}

function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === BLANK || byte === TAB)
}
