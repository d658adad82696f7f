/** Files below folders that the configuration names, and nothing else of the machine. */
import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readlink, realpath, stat } from 'node:fs/promises'
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { LienthongError, type Text } from '../../base/index.js'
import type { Instant } from '../../domain/index.js'
import type { OpenFile, OpenFileOptions } from '../ports.js'
import { partOf } from './ranges.js'

const refusals = {
  noRoots: { en: 'it names a path, and the source has no `files.roots`', vi: 'tệp ghi theo đường dẫn nhưng nguồn chưa có `files.roots`' },
  nul: { en: 'its path holds a NUL or a control character', vi: 'đường dẫn chứa ký tự NUL hoặc ký tự điều khiển' },
  network: { en: 'its path leads to another machine (\\\\server\\…)', vi: 'đường dẫn trỏ sang máy khác (\\\\server\\…)' },
  drive: { en: 'its path names a drive or a stream of Windows', vi: 'đường dẫn ghi ổ đĩa hoặc luồng của Windows' },
  up: { en: 'its path leads upwards (..)', vi: 'đường dẫn đi lên thư mục trên (..)' },
  outside: {
    en: 'its path leads out of `files.roots`, by a link or by itself',
    vi: 'đường dẫn ra ngoài `files.roots` (trực tiếp hoặc qua liên kết)',
  },
  noFile: { en: 'what lies there is no plain file', vi: 'vị trí này không phải tệp thường' },
} satisfies Record<string, Text>

/**
 * Opens a path below one of the roots. A path that begins with a slash is one below a root, too, as web applications keep them, unless it
 * stands below a root as it is.
 *
 * @returns null when there is no such file. @throws {LienthongError} `files.refused`, `source.file_unreadable`
 */
export async function openPath(path: string, roots: readonly string[], { range, signal }: OpenFileOptions): Promise<OpenFile | null> {
  if (roots.length === 0) throw refused('noRoots')
  const parts = safeParts(path)
  const candidates = roots.flatMap((root) => candidatesBelow(resolve(root), path, parts))
  for (const { root, file } of candidates) {
    const handle = await openBelow(root, file)
    if (handle === null) continue
    try {
      const { size, mtimeMs } = await handle.stat()
      const part = range === undefined ? null : (partOf(range, size) ?? null)
      return {
        size,
        type: null,
        name: basename(file),
        lastModified: Math.trunc(mtimeMs) as Instant,
        range: part,
        body: bodyOf(handle, part ?? (range === undefined ? { from: 0, to: size - 1 } : null), signal),
      }
    } catch (error) {
      await handle.close()
      throw error
    }
  }
  return null
}

/** @throws {LienthongError} for what no honest source writes. */
function safeParts(path: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(path)) throw refused('nul')
  const plain = path.replaceAll('\\', '/')
  if (plain.startsWith('//')) throw refused('network')
  if (/^[a-z]:/i.test(plain) || (sep === '\\' && plain.includes(':'))) throw refused('drive')
  const parts = plain.split('/').filter((part) => part !== '' && part !== '.')
  // Windows takes dots and blanks at the end of a name away: `.. ` would be `..`.
  if (parts.some((part) => /^\.[. ]+$/.test(part))) throw refused('up')
  return parts
}

function candidatesBelow(root: string, path: string, parts: readonly string[]): { readonly root: string; readonly file: string }[] {
  const below = { root, file: join(root, ...parts) }
  return isAbsolute(path) && isInside(root, resolve(path)) ? [{ root, file: resolve(path) }, below] : [below]
}

function isInside(root: string, file: string): boolean {
  const way = relative(root, file)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** Looked at before and after it was opened: a folder that becomes a link in between leads nowhere. */
async function openBelow(root: string, file: string): Promise<FileHandle | null> {
  let handle: FileHandle | undefined
  try {
    const [trueRoot, trueFile] = [await realpath(root), await realpath(file)]
    if (!isInside(trueRoot, trueFile)) throw refused('outside')
    if (!(await stat(trueFile)).isFile()) throw refused('noFile')
    // Not waiting for whoever would write into a pipe.
    handle = await open(trueFile, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
    if (!(await handle.stat()).isFile()) throw refused('noFile')
    if (!isInside(trueRoot, await placeOf(handle, file))) throw refused('outside')
    return handle
  } catch (error) {
    await handle?.close()
    if (error instanceof LienthongError) throw error
    const code = String((error as { code?: unknown }).code ?? 'unreadable')
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    if (code === 'ELOOP') throw refused('outside')
    if (code === 'ENAMETOOLONG') return null
    // The path may hold a name of a person: the root says enough.
    throw new LienthongError('source.file_unreadable', { values: { path: root, problem: code } })
  }
}

/**
 * Where an open file really lies. Linux says it of the open file itself; elsewhere the path is asked again, which whoever may rename folders
 * below a root could outrun.
 */
async function placeOf(handle: FileHandle, file: string): Promise<string> {
  if (process.platform === 'linux') return await readlink(`/proc/self/fd/${handle.fd}`)
  const [opened, again] = [await handle.stat(), await realpath(file)]
  const there = await lstat(again)
  if (there.ino !== opened.ino || there.dev !== opened.dev) throw refused('outside')
  return again
}

/** Closes the file when it was read, when nobody reads on, and when the signal ends, whichever comes first. */
function bodyOf(handle: FileHandle, part: { readonly from: number; readonly to: number } | null, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const close = () => void handle.close().catch(() => {})
  if (signal.aborted) close()
  else signal.addEventListener('abort', close, { once: true })
  return {
    async *[Symbol.asyncIterator]() {
      try {
        if (part === null) return
        let at = part.from
        while (at <= part.to) {
          if (signal.aborted) throw new LienthongError('transport.aborted', { system: 'file' })
          const length = Math.min(CHUNK, part.to + 1 - at)
          const { bytesRead, buffer } = await handle.read({ buffer: Buffer.allocUnsafe(length), position: at, length })
          if (bytesRead === 0) throw new LienthongError('source.file_unreadable', { values: { path: '…', problem: 'became shorter' } })
          at += bytesRead
          yield buffer.subarray(0, bytesRead)
        }
      } finally {
        signal.removeEventListener('abort', close)
        close()
      }
    },
  }
}

const CHUNK = 64 * 1024

function refused(why: keyof typeof refusals): LienthongError {
  return new LienthongError('files.refused', { values: { problem: refusals[why] } })
}
