/** A file that is read more than once and must be one and the same all the time. */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { LienthongError } from '../../base/index.js'
import type { FileBytes } from '../../mappers/index.js'

const PIECE = 262_144

/** What tells one state of a file from another without reading it. */
export interface FileStamp {
  readonly size: number
  readonly inode: string
  readonly modified: string
}

export interface OpenedFile extends FileBytes {
  readonly path: string
  /** For messages. */
  readonly name: string
  readonly stamp: FileStamp
  /** Whether nobody wrote to it, nor put another in its place, since it was opened. */
  isUnchanged(): Promise<boolean>
  /** SHA-256 of its content, in hexadecimal digits. */
  digest(): Promise<string>
  close(): Promise<void>
}

/**
 * @param links whether a symbolic link may stand for the file
 * @throws {LienthongError} `source.file_unreadable`
 */
export async function openFile(path: string, { links }: { readonly links: boolean }): Promise<OpenedFile> {
  try {
    const handle = await open(path, constants.O_RDONLY | (links ? 0 : (constants.O_NOFOLLOW ?? 0)))
    try {
      return await opened(handle, path)
    } catch (cause) {
      await handle.close()
      throw cause
    }
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

export function unreadable(path: string, cause: unknown): LienthongError {
  return new LienthongError('source.file_unreadable', { values: { path, problem: cause instanceof Error ? cause.message : String(cause) }, cause })
}

async function opened(handle: FileHandle, path: string): Promise<OpenedFile> {
  const look = () => handle.stat({ bigint: true })
  const first = await look()
  if (!first.isFile()) throw new Error('EISDIR: it is no file')
  const size = Number(first.size)
  const read = async function* (start: number, end: number): AsyncGenerator<Uint8Array> {
    for (let at = start; at < Math.min(end, size); ) {
      const length = Math.min(PIECE, end - at, size - at)
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, at).catch((cause: unknown) => {
        throw unreadable(path, cause)
      })
      // Somebody cut it off meanwhile: whoever asks whether it changed is told.
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
      at += bytesRead
    }
  }
  return {
    path,
    name: basename(path),
    size,
    stamp: { size, inode: String(first.ino), modified: String(first.mtimeNs) },
    read,
    async isUnchanged() {
      const now = await look()
      // A file that is replaced loses its name, which its own time of change tells.
      return now.size === first.size && now.mtimeNs === first.mtimeNs && now.ctimeNs === first.ctimeNs
    },
    async digest() {
      const hash = createHash('sha256')
      for await (const piece of read(0, size)) hash.update(piece)
      return hash.digest('hex')
    },
    close: () => handle.close(),
  }
}
