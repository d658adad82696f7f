import { closeSync, mkdirSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { isLienthongError, LienthongError } from '../../../base/index.js'
import { usage } from '../../command.js'
import type { Session } from '../../session.js'

/** @throws {LienthongError} `source.file_unreadable`. */
export function readInput(session: Session, name: string): { readonly path: string; readonly bytes: Uint8Array } {
  const path = resolve(session.workingFolder, name)
  try {
    return { path, bytes: readFileSync(path) }
  } catch (cause) {
    throw new LienthongError('source.file_unreadable', { values: { path, problem: cause instanceof Error ? cause.message : String(cause) }, cause })
  }
}

const PIECE = 1024 * 1024

/** The lines of a file, without holding all of it. @throws {LienthongError} `source.file_unreadable`. */
export function* inputLines(session: Session, name: string): Generator<string> {
  const path = resolve(session.workingFolder, name)
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const piece = Buffer.alloc(PIECE)
    const decoder = new StringDecoder('utf8')
    let rest = ''
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) {
      const lines = (rest + decoder.write(piece.subarray(0, read))).split(/\r?\n/)
      rest = lines.pop() ?? ''
      yield* lines
    }
    yield rest + decoder.end()
  } catch (cause) {
    if (isLienthongError(cause)) throw cause
    throw new LienthongError('source.file_unreadable', { values: { path, problem: cause instanceof Error ? cause.message : String(cause) }, cause })
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** @returns the path. @throws {LienthongError} `usage.invalid` when it cannot be written. */
export function writeOutput(session: Session, name: string, content: Uint8Array | string): string {
  const path = resolve(session.workingFolder, name)
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw usage({ en: `${path} cannot be written: ${problem}`, vi: `không ghi được ${path}: ${problem}` })
  }
  return path
}

/** `xlsx` or `csv`, by the name. @throws {LienthongError} `usage.invalid`. */
export function sheetFormat(name: string, option: string): 'xlsx' | 'csv' {
  const ending = /\.(xlsx|csv)$/i.exec(name)?.[1]?.toLowerCase()
  if (ending === 'xlsx' || ending === 'csv') return ending
  throw usage({
    en: `--${option} takes a name that ends in .xlsx or .csv, not “${name}”`,
    vi: `--${option} nhận tên tệp .xlsx hoặc .csv, không phải “${name}”`,
  })
}
