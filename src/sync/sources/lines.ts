import { type FileHandle, open } from 'node:fs/promises'
import { LienthongError } from '../../base/index.js'

const NEWLINE = 10
const CARRIAGE_RETURN = 13
const TAB = 9
const BLANK = 32
/** Read at a time. */
const BLOCK_BYTES = 1 << 18

export interface LineBatch<T> {
  readonly lines: readonly T[]
  /** Nobody needs these lines, nor those of the batches before: the memory that they lie in is read into again. */
  release(): void
}

/**
 * Reads a file of lines in batches, with flat memory. Lines of blanks only are left out.
 *
 * @param made of a line: its bytes without its end (decoding waits until somebody needs the text), and its number, counted from 1
 * @throws {LienthongError} `source.file_unreadable`
 */
export async function* linesOf<T>(
  path: string,
  batchSize: number,
  made: (bytes: Uint8Array, number: number) => T,
  signal?: AbortSignal,
): AsyncGenerator<LineBatch<T>> {
  const memory = blocks()
  let file: FileHandle | undefined
  let lines: T[] = []
  let number = 0
  const take = (bytes: Uint8Array) => {
    number += 1
    const line = bytes.at(-1) === CARRIAGE_RETURN ? bytes.subarray(0, -1) : bytes
    if (!isBlank(line)) lines.push(made(line, number))
  }
  const batch = (): LineBatch<T> => {
    const full = { lines, release: memory.release() }
    lines = []
    return full
  }
  try {
    file = await open(path)
    let block = memory.next(0)
    let filled = 0
    let start = 0
    while (true) {
      signal?.throwIfAborted()
      const { bytesRead } = await file.read(block, filled, block.length - filled)
      if (bytesRead === 0) break
      const text = block.subarray(0, filled + bytesRead)
      // What was there before has no end of a line.
      for (let end = text.indexOf(NEWLINE, filled); end !== -1; end = text.indexOf(NEWLINE, start)) {
        take(text.subarray(start, end))
        start = end + 1
        if (lines.length >= batchSize) yield batch()
      }
      filled = text.length
      if (filled < block.length) continue
      const rest = text.subarray(start)
      const next = memory.next(rest.length)
      next.set(rest)
      memory.cut(block)
      block = next
      filled = rest.length
      start = 0
    }
    if (filled > start) take(block.subarray(start, filled))
  } catch (cause) {
    if (signal?.aborted) throw new LienthongError('transport.aborted', { system: 'file', cause })
    throw new LienthongError('source.file_unreadable', { values: { path, problem: cause instanceof Error ? cause.message : String(cause) }, cause })
  } finally {
    await file?.close()
  }
  if (lines.length > 0) yield batch()
}

/** Memory to read into. What is let go of is used again: fresh memory for each read would wait for the garbage collector, tens of megabytes of it. */
function blocks() {
  const free: Buffer[] = []
  let cut: Buffer[] = []
  return {
    /** @param kept so many bytes are there already; half of a block is to be read at least. */
    next: (kept: number): Buffer => (2 * kept > BLOCK_BYTES ? undefined : free.pop()) ?? Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, 2 * kept)),
    /** The lines of this block are all in batches. */
    cut(block: Buffer) {
      // A larger one was for one long line.
      if (block.length === BLOCK_BYTES) cut.push(block)
    },
    /** @returns to be called when the lines of what has been cut so far are needed no more. */
    release() {
      const whole = cut
      cut = []
      return () => {
        free.push(...whole.splice(0))
      }
    },
  }
}

function isBlank(line: Uint8Array): boolean {
  for (const byte of line) if (byte !== BLANK && byte !== TAB) return false
  return true
}
