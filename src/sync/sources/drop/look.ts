/** What lies in a drop folder, and what of it is complete. */
import type { BigIntStats } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, LienthongError, type Text } from '../../../base/index.js'
import type { FileStamp } from '../opened-file.js'
import { problemText } from './problems.js'

export interface DropLookOptions {
  readonly folder: string
  /** Patterns with `*` and `?`; a file that fits none is none of ours. */
  readonly names: readonly string[]
  readonly order: 'name' | 'date'
  /** `stable`: nobody changed it between two looks, or its marker is there. `marker`: its marker is there. */
  readonly ready: 'stable' | 'marker'
  /** Between the two looks. */
  readonly settleMs: number
  /** Folders of ours that may lie in it. */
  readonly apart: readonly string[]
  readonly clock: Clock
}

export interface DroppedFile {
  readonly name: string
  readonly path: string
  readonly stamp: FileStamp
}

/** A file that stays where it is, and why. */
export interface LeftFile {
  readonly name: string
  readonly problem: Text
}

export interface DropLook {
  /** Complete, in the order in which they are read. */
  readonly ready: readonly DroppedFile[]
  readonly left: readonly LeftFile[]
}

/** Beside `so.xlsx`, `so.xlsx.done` says that it is complete. */
export const MARKER = '.done'
/** Programs write under such names and rename when they are done; Excel puts `~$so.xlsx` beside a workbook that is open. */
const UNFINISHED = /^(?:\.|~\$)|\.(?:part|partial|filepart|crdownload|download|tmp|temp|swp|lock|writing)$|~$/i
/** An empty file is one that somebody just began; after so long it is a mistake. */
const EMPTY_FOR_MS = 600_000

/** @throws {LienthongError} `source.folder_unreadable`; `transport.aborted` */
export async function lookInto(options: DropLookOptions, signal?: AbortSignal): Promise<DropLook> {
  const first = await entriesOf(options)
  const unsure = options.ready === 'stable' && first.files.some(({ name, stamp }) => stamp.size > 0 && !first.markers.has(name))
  const second = unsure ? await afterSettling(options, signal) : first
  const before = new Map(first.files.map((file) => [file.name, file.stamp]))
  const isReady = ({ name, stamp }: DroppedFile) => {
    if (stamp.size === 0) return false
    if (second.markers.has(name)) return true
    return options.ready === 'stable' && sameStamp(before.get(name), stamp)
  }
  const stale = second.files.filter(
    ({ stamp }) => stamp.size === 0 && options.clock.now() - Number(BigInt(stamp.modified) / 1_000_000n) > EMPTY_FOR_MS,
  )
  return {
    ready: second.files.filter(isReady).sort(options.order === 'name' ? byName : byDate),
    left: [...second.left, ...stale.map(({ name }) => ({ name, problem: { en: 'it is empty', vi: 'tệp rỗng' } }))],
  }
}

async function afterSettling(options: DropLookOptions, signal: AbortSignal | undefined) {
  try {
    await options.clock.sleep(options.settleMs, signal)
  } catch (cause) {
    throw new LienthongError('transport.aborted', { system: 'file', cause })
  }
  return entriesOf(options)
}

export function sameStamp(one: FileStamp | undefined, other: FileStamp): boolean {
  return one !== undefined && one.size === other.size && one.inode === other.inode && one.modified === other.modified
}

export function stampOf(stats: BigIntStats): FileStamp {
  return { size: Number(stats.size), inode: String(stats.ino), modified: String(stats.mtimeNs) }
}

async function entriesOf({ folder, names, apart }: DropLookOptions) {
  const files: DroppedFile[] = []
  const left: LeftFile[] = []
  const markers = new Set<string>()
  let listed: readonly string[]
  try {
    listed = await readdir(folder)
  } catch (cause) {
    throw new LienthongError('source.folder_unreadable', { values: { path: folder, problem: problemText(cause) }, cause })
  }
  const fits = matcherOf(names)
  for (const name of listed) {
    if (name.endsWith(MARKER)) markers.add(name.slice(0, -MARKER.length))
    if (name.endsWith(MARKER) || UNFINISHED.test(name) || !fits(name)) continue
    const path = join(folder, name)
    if (apart.includes(path)) continue
    try {
      const stats = await lstat(path, { bigint: true })
      if (stats.isDirectory()) continue
      if (stats.isFile()) files.push({ name, path, stamp: stampOf(stats) })
      else left.push({ name, problem: stats.isSymbolicLink() ? isLink : isNoFile })
    } catch (cause) {
      // Taken away meanwhile.
      if ((cause as { code?: unknown }).code !== 'ENOENT') left.push({ name, problem: problemText(cause) })
    }
  }
  return { files, left, markers }
}

const isLink: Text = {
  en: 'it is a symbolic link; put the file itself into the folder',
  vi: 'đây là liên kết; hãy đặt chính tệp vào thư mục',
}
const isNoFile: Text = { en: 'it is no ordinary file', vi: 'đây không phải tệp thông thường' }

/** Names are compared in NFC: some systems keep them decomposed. */
export function matcherOf(patterns: readonly string[]): (name: string) => boolean {
  const all = patterns.map((pattern) => {
    const source = pattern
      .normalize('NFC')
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*+/g, '.*')
      .replace(/\?/g, '.')
    return new RegExp(`^${source}$`, 'isu')
  })
  return (name) => all.some((one) => one.test(name.normalize('NFC')))
}

/** `so-9` before `so-10`. */
const collator = new Intl.Collator('vi', { numeric: true })

export function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return collator.compare(one.name.normalize('NFC'), other.name.normalize('NFC')) || (one.name < other.name ? -1 : 1)
}

function byDate(one: DroppedFile, other: DroppedFile): number {
  const [a, b] = [BigInt(one.stamp.modified), BigInt(other.stamp.modified)]
  return a < b ? -1 : a > b ? 1 : byName(one, other)
}
