/** Putting files away without ever writing over another one, and without losing one when something fails midway. */
import { constants } from 'node:fs'
import { copyFile, link, lstat, mkdir, mkdtemp, open, readdir, rename, rmdir, unlink, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import type { Text } from '../../../base/index.js'
import type { Instant } from '../../../domain/index.js'
import { wallClockFormat } from '../../../domain/index.js'
import { openFile } from '../opened-file.js'

const MOST_TRIES = 100
const LONGEST_NAME = 120
const DIGITS = 16
const moment = wallClockFormat('yyyyMMddHHmmss')

/** What can be told of a file by its name in the archive. */
export interface ArchivedFile {
  readonly path: string
  readonly name: string
  /** The first digits of its content's digest. */
  readonly digest: string
}

/** `20250310081500-01-3fa9c1d2e4b5a6c7-so-theo-doi.xlsx`: when it was put away, its content, and how it was called. */
const ARCHIVED = /^\d{14}-\d+-([0-9a-f]{16})-/

export function archiveName(at: Instant, place: number, digest: string, name: string): string {
  return `${moment.format(at)}-${String(place).padStart(3, '0')}-${digest.slice(0, DIGITS)}-${safeName(name)}`
}

export function monthFolder(at: Instant): string {
  const told = moment.format(at)
  return `${told.slice(0, 4)}-${told.slice(4, 6)}`
}

export function archivedAs(digest: string): string {
  return digest.slice(0, DIGITS)
}

/** Everything in the archive, oldest first. An archive that is not there yet is empty. */
export async function archived(archive: string): Promise<readonly ArchivedFile[]> {
  const files: ArchivedFile[] = []
  for (const month of (await listed(archive)).filter((name) => /^\d{4}-\d{2}$/.test(name)).sort()) {
    for (const name of (await listed(join(archive, month))).sort()) {
      const [, digest] = ARCHIVED.exec(name) ?? []
      if (digest !== undefined) files.push({ path: join(archive, month, name), name, digest })
    }
  }
  return files
}

async function listed(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (cause) {
    const { code } = cause as { code?: unknown }
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw cause
  }
}

/** The name of a file as a name in another folder: no separators, nothing hidden, not too long. */
function safeName(name: string): string {
  const clean = name
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}/\\:*?"<>|]/gu, '_')
    .replace(/^\.+/, '_')
  const end = extname(clean).slice(0, 12)
  const stem = [...clean.slice(0, clean.length - end.length)]
  while (Buffer.byteLength(stem.join('') + end) > LONGEST_NAME) stem.pop()
  return stem.join('') + end
}

/** In the drop folder itself, where a file can be taken by its name at one stroke; hidden from {@link lookInto}. */
const TAKING = '.lienthong-'

/**
 * Moves a file to a name that is free. It is first taken out of its folder at one stroke: whatever is put there under its name meanwhile is
 * another file.
 *
 * @returns where it lies now; undefined when its content is not what was read: it was put back, to be read again
 * @throws what the operating system says; the file was put back
 */
export async function moveAway(from: string, folder: string, name: string, digest: string): Promise<string | undefined> {
  await mkdir(folder, { recursive: true })
  const hold = await mkdtemp(join(dirname(from), TAKING))
  const held = join(hold, basename(from))
  try {
    await rename(from, held)
  } catch (cause) {
    await rmdir(hold)
    throw cause
  }
  try {
    // Somebody still wrote to it, or had put another one in its place.
    if ((await digestOf(held)) !== digest) {
      await putBack(hold, dirname(from))
      return undefined
    }
    const to = await placedUnder(held, folder, name)
    await unlink(held)
    await rmdir(hold)
    return to
  } catch (cause) {
    await putBack(hold, dirname(from))
    throw cause
  }
}

/** Files that were held when a process died go back into the folder, under names that are free. */
export async function putBackHeld(folder: string): Promise<void> {
  for (const name of await listed(folder)) if (name.startsWith(TAKING)) await putBack(join(folder, name), folder)
}

async function putBack(hold: string, folder: string): Promise<void> {
  for (const name of await listed(hold)) {
    await placedUnder(join(hold, name), folder, name)
    await unlink(join(hold, name))
  }
  await rmdir(hold)
}

async function placedUnder(from: string, folder: string, name: string): Promise<string> {
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    const to = join(folder, attempt === 1 ? name : numbered(name, attempt))
    if ((await placed(from, to)) === 'placed') return to
  }
  throw new Error(`no free name beside ${name}`)
}

const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK', 'EINVAL'])

/** Gives the file a second name, or copies it where names cannot be shared. Neither ever replaces a file. */
async function placed(from: string, to: string): Promise<'placed' | 'taken'> {
  try {
    await link(from, to)
    return 'placed'
  } catch (cause) {
    const { code } = cause as { code?: string }
    if (code === 'EEXIST') return 'taken'
    if (!NO_LINKS.has(code ?? '')) throw cause
  }
  if (!(await lstat(from)).isFile()) throw new Error('ELOOP: it is no ordinary file any more')
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL)
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'EEXIST') return 'taken'
    // Half a copy helps nobody; what failed is told, not that it could not be swept away.
    await unlink(to).catch(() => undefined)
    throw cause
  }
  const { atime, mtime } = await lstat(from)
  const copy = await open(to, 'r+')
  try {
    // When it was written tells a copy of an old file from a new one.
    await copy.utimes(atime, mtime)
    await copy.sync()
  } finally {
    await copy.close()
  }
  return 'placed'
}

async function digestOf(path: string): Promise<string | undefined> {
  try {
    const file = await openFile(path, { links: false })
    try {
      return await file.digest()
    } finally {
      await file.close()
    }
  } catch {
    return undefined
  }
}

function numbered(name: string, attempt: number): string {
  const end = extname(name)
  return `${name.slice(0, name.length - end.length)}-${attempt}${end}`
}

/** The note beside a file in quarantine: what is wrong and what to do, in both languages. */
export async function writeNote(
  path: string,
  { name, problem, hint }: { readonly name: string; readonly problem: Text; readonly hint: Text },
): Promise<void> {
  const text = [name, '', problem.vi, hint.vi, '', problem.en, hint.en, ''].join('\r\n')
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `\uFEFF${text}`, { flag: 'wx' }).catch((cause: unknown) => {
    if ((cause as { code?: unknown }).code !== 'EEXIST') throw cause
  })
}
