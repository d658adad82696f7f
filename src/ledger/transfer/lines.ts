/** The lines of an export. Split at the line feed alone: a text may hold every other mark that ends a line somewhere. */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { isLienthongError, LienthongError, type Text } from '../../base/index.js'

export interface Line {
  /** From 1. */
  readonly number: number
  /** Without its line feed. */
  readonly bytes: Buffer
}

const LINE_FEED = 10
const PIECE = 1024 * 1024
/** Longer than any row: what has no line feed for so long is another kind of file. */
const LONGEST_LINE = 256 * PIECE

/** Whole lines only: what follows the last line feed was cut. @throws {LienthongError} `ledger.export_damaged`, `config.file_unreadable`. */
export async function* linesOf(file: string): AsyncGenerator<Line> {
  let number = 1
  let begun: Buffer[] = []
  let length = 0
  try {
    for await (const piece of createReadStream(file, { highWaterMark: PIECE }) as AsyncIterable<Buffer>) {
      let start = 0
      for (let end = piece.indexOf(LINE_FEED); end >= 0; end = piece.indexOf(LINE_FEED, start)) {
        yield { number, bytes: Buffer.concat([...begun, piece.subarray(start, end)]) }
        number += 1
        begun = []
        length = 0
        start = end + 1
      }
      if (start === piece.length) continue
      begun.push(piece.subarray(start))
      length += piece.length - start
      if (length > LONGEST_LINE) throw damaged(file, number, says.notOurs)
    }
  } catch (error) {
    throw unreadable(file, error)
  }
  if (length > 0) throw damaged(file, number, says.cut)
}

/** The last line, without reading what is before. @throws {LienthongError} `ledger.export_damaged`, `config.file_unreadable`. */
export async function lastLine(file: string): Promise<string> {
  try {
    const handle = await open(file, 'r')
    try {
      const { size } = await handle.stat()
      const tail = Buffer.alloc(Math.min(size, PIECE))
      await handle.read(tail, 0, tail.length, size - tail.length)
      if (tail.at(-1) !== LINE_FEED) throw damaged(file, undefined, says.cut)
      return tail.subarray(tail.lastIndexOf(LINE_FEED, -2) + 1, -1).toString('utf8')
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw unreadable(file, error)
  }
}

const says = {
  cut: { en: 'the file ends in the middle of a line', vi: 'tệp kết thúc giữa dòng' },
  notOurs: { en: 'no end of line in 256 MB', vi: 'không có ký tự xuống dòng trong 256 MB' },
} satisfies Record<string, Text>

/** @param line undefined: the last one. */
export function damaged(file: string, line: number | string | undefined, problem: Text, cause?: unknown): LienthongError {
  const where = line ?? { en: 'the last', vi: 'cuối' }
  return new LienthongError('ledger.export_damaged', {
    hop: 'ledger',
    values: { path: file, line: typeof where === 'number' ? String(where) : where, problem },
    cause,
  })
}

function unreadable(file: string, error: unknown): unknown {
  if (!(error instanceof Error) || isLienthongError(error) || (error as { syscall?: string }).syscall === undefined) return error
  return new LienthongError('config.file_unreadable', { values: { path: file, problem: error.message }, cause: error })
}
