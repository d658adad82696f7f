/**
 * Registers that somebody puts into a folder, file by file: read when they are complete, put away when all of them is in the ledger.
 * contracts/provincial-sources.md §10
 */

import { lstat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, isLienthongError, LienthongError, systemClock, type Text } from '../../../base/index.js'
import type { Instant } from '../../../domain/index.js'
import type { Cursor, DossierSource, SourceBatch } from '../../ports.js'
import { type FileStamp, type OpenedFile, openFile } from '../opened-file.js'
import { FileChanged, paymentsIn, type RegisterSettings, registerEpoch, registerItems, scanRegisters } from '../register-items.js'
import { type DropLookOptions, type LeftFile, lookInto, MARKER, matcherOf, sameStamp, stampOf } from './look.js'
import { type ArchivedFile, archived, archivedAs, archiveName, monthFolder, moveAway, putBackHeld, writeNote } from './moves.js'
import { listText, problemText, shownName } from './problems.js'

export interface DropFolderOptions extends RegisterSettings {
  readonly folder: string
  /** Default `archive` and `quarantine` in the folder. */
  readonly archive?: string
  readonly quarantine?: string
  readonly names?: readonly string[]
  readonly order?: DropLookOptions['order']
  readonly ready?: DropLookOptions['ready']
  readonly settleMs?: number
  /** Patterns of names whose files together are the whole register: only then may a dossier that is in none of them count as gone. */
  readonly whole?: readonly string[]
  readonly clock?: Clock
}

/** Somewhat longer than what a program takes between two writes. */
const SETTLE_MS = 3000
const ATTEMPTS = 3
/** More files are read by the next pass: each is open while it is read. */
const MOST_FILES = 200
const REMEMBERED_PASSES = 3
/** When tables or settings changed, the newest files of the archive are read once more: up to so many bytes. */
const READ_AGAIN_BYTES = 128 * 1024 * 1024

/** What the ledger keeps: files that are read and lie in the folder still, and with which settings files were read last. */
interface DropCursor {
  readonly epoch: string
  readonly taken: readonly TakenFile[]
  readonly refused: readonly RefusedFile[]
}

interface TakenFile {
  readonly name: string
  readonly digest: string
  readonly stamp: FileStamp
  /** In how many passes it was not seen in the folder: a process may have died while it held it. */
  readonly unseen?: number
}

interface RefusedFile extends TakenFile {
  readonly problem: Text
  readonly hint: Text
}

const nothingTaken: DropCursor = { epoch: '', taken: [], refused: [] }

export function dropFolderSource(options: DropFolderOptions): DossierSource {
  const { folder, clock = systemClock, whole = [] } = options
  const archive = options.archive ?? join(folder, 'archive')
  const quarantine = options.quarantine ?? join(folder, 'quarantine')
  const epoch = registerEpoch(options)
  const look: DropLookOptions = {
    folder,
    names: options.names ?? ['*'],
    order: options.order ?? 'name',
    ready: options.ready ?? 'stable',
    settleMs: options.settleMs ?? SETTLE_MS,
    apart: [archive, quarantine],
    clock,
  }
  /** What could not be put away by the last call of `kept`. */
  let notMoved: LeftFile[] = []

  /** One look and one reading. @throws {FileChanged} when a file changed meanwhile */
  async function* readOnce(
    before: DropCursor,
    avoided: ReadonlySet<string>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<SourceBatch, LeftFile[]> {
    const { ready, left: found } = await lookInto(look, signal)
    const left = [...found]
    const inArchive = await archived(archive)
    const taken: TakenFile[] = []
    const refused: RefusedFile[] = []
    const files: { readonly file: OpenedFile; readonly as: TakenFile | undefined }[] = []
    try {
      // What was read with other tables is mapped again: a source that is asked once would never heal.
      const again = before.epoch === epoch || before.epoch === '' ? [] : newestOf(await sized(inArchive))
      for (const path of again) files.push({ file: await openFile(path, { links: false }), as: undefined })
      for (const one of ready.slice(0, MOST_FILES)) {
        if (avoided.has(one.name)) {
          left.push({ name: one.name, problem: isChanging })
          continue
        }
        const earlier = before.taken.find(({ stamp }) => sameStamp(stamp, one.stamp))
        if (earlier !== undefined) {
          taken.push({ name: one.name, digest: earlier.digest, stamp: earlier.stamp })
          continue
        }
        try {
          const file = await openFile(one.path, { links: false })
          const digest = await file.digest()
          const as: TakenFile = { name: one.name, digest, stamp: file.stamp }
          if (await isSameFileAgain(as, inArchive)) {
            taken.push(as)
            await file.close()
          } else files.push({ file, as })
        } catch (cause) {
          left.push({ name: one.name, problem: problemText(cause) })
        }
      }
      const paid = files.length === 0 ? undefined : await paymentsIn(options)
      const opened = files.map(({ file }) => file)
      const scan = await scanRegisters(opened, options, signal)
      const refuse = (as: TakenFile | undefined, error: LienthongError) => {
        if (as !== undefined) refused.push({ ...as, problem: error.text, hint: error.hintText })
      }
      const readWhole: string[] = []
      for (const [index, { file, as }] of files.entries()) {
        const error = scan.refused.get(file)
        if (error !== undefined) {
          refuse(as, error)
          continue
        }
        try {
          for await (const items of registerItems(file, index, scan, options, paid, signal))
            yield { items, cursor: { ...before, refused: [] } satisfies DropCursor, end: 'more' }
          if (as !== undefined) {
            taken.push(as)
            readWhole.push(as.name)
          }
          // Some systems move no file that is open.
          await file.close()
        } catch (broken) {
          if (!isLienthongError(broken) || broken.code !== 'source.format') throw broken
          refuse(as, broken)
        }
      }
      const isWhole =
        whole.length > 0 &&
        refused.length === 0 &&
        left.length === 0 &&
        ready.length <= MOST_FILES &&
        whole.every((pattern) => readWhole.filter(matcherOf([pattern])).length === 1)
      const cursor: DropCursor = { epoch, taken: [...taken, ...unseenOf(before.taken, taken)], refused }
      yield { items: [], cursor, end: isWhole ? 'complete' : 'caught-up' }
      const told = [...left, ...notMoved]
      if (refused.length > 0) {
        throw new LienthongError('source.files_refused', { values: { count: refused.length, files: listText([...refused, ...told]) } })
      }
      return told
    } finally {
      for (const { file } of files) await file.close()
    }
  }

  return {
    epoch,
    async *changes(cursor, { signal }): AsyncGenerator<SourceBatch> {
      const before = cursorOf(cursor)
      const changes = new Map<string, number>()
      while (true) {
        notMoved = []
        const avoided = new Set([...changes].filter(([, count]) => count >= ATTEMPTS).map(([name]) => name))
        try {
          const left = yield* readOnce(before, avoided, signal)
          if (left.length > 0) throw new LienthongError('source.files_left', { values: { files: listText(left) } })
          return
        } catch (error) {
          if (!(error instanceof FileChanged)) throw error
          const { name } = error.file
          const count = (changes.get(name) ?? 0) + 1
          // Payments and files of the archive are not among those that can be left out.
          if (count > ATTEMPTS) throw new LienthongError('source.file_changing', { values: { file: name } })
          changes.set(name, count)
        }
      }
    },
    async kept(cursor) {
      const { taken, refused } = cursorOf(cursor)
      notMoved = []
      await putBackHeld(folder).catch((cause: unknown) => void notMoved.push({ name: folder, problem: problemText(cause) }))
      const now = clock.now() as Instant
      const away = async (file: TakenFile, to: string, name: string) => {
        const from = join(folder, file.name)
        const there = await lstat(from, { bigint: true }).catch(() => undefined)
        // Gone already, or another file by now: the next pass reads that one.
        if (there === undefined || !there.isFile() || !sameStamp(stampOf(there), file.stamp)) return undefined
        const moved = await moveAway(from, to, name, file.digest)
        if (moved !== undefined) await unlink(`${from}${MARKER}`).catch(() => undefined)
        return moved
      }
      for (const [index, file] of taken.entries()) {
        try {
          await away(file, join(archive, monthFolder(now)), archiveName(now, index + 1, file.digest, file.name))
        } catch (cause) {
          notMoved.push({ name: file.name, problem: withPlace(problemText(cause), archive) })
        }
      }
      for (const [index, file] of refused.entries()) {
        try {
          const moved = await away(file, quarantine, archiveName(now, index + 1, file.digest, file.name))
          if (moved !== undefined) await writeNote(`${moved}.txt`, { ...file, name: shownName(file.name), hint: refusedHint })
        } catch (cause) {
          notMoved.push({ name: file.name, problem: withPlace(problemText(cause), quarantine) })
        }
      }
    },
  }
}

const isChanging: Text = {
  en: 'it was changed each time while it was read; it is read by the next pass',
  vi: 'tệp liên tục bị thay đổi trong lúc đọc; lần chạy sau sẽ đọc lại',
}

const refusedHint: Text = {
  en: 'Correct the file, or export it again, and put it into the folder; under which name does not matter.',
  vi: 'Hãy sửa hoặc xuất lại tệp rồi đặt vào thư mục nhận; tên tệp không quan trọng.',
}

function withPlace(problem: Text, path: string): Text {
  return {
    en: `it was read and is in the ledger, but could not be moved to ${path}: ${problem.en}`,
    vi: `đã đọc và ghi vào sổ, nhưng không chuyển được sang ${path}: ${problem.vi}`,
  }
}

/**
 * The same file twice is once. A register that says again what it said before something else was sent says it anew: then it was written
 * after that, where a copy of the old file keeps the time of the old one.
 */
async function isSameFileAgain({ digest, stamp }: TakenFile, inArchive: readonly ArchivedFile[]): Promise<boolean> {
  const twin = inArchive.findLastIndex((other) => other.digest === archivedAs(digest))
  if (twin < 0) return false
  for (const { path } of inArchive.slice(twin + 1)) if ((await lstat(path, { bigint: true })).mtimeNs < BigInt(stamp.modified)) return false
  return true
}

/** Files of the last passes that were not in the folder: most lie in the archive. */
function unseenOf(before: readonly TakenFile[], seen: readonly TakenFile[]): readonly TakenFile[] {
  const gone = before.filter(({ stamp }) => !seen.some((other) => sameStamp(other.stamp, stamp)))
  return gone.map((file) => ({ ...file, unseen: (file.unseen ?? 0) + 1 })).filter(({ unseen }) => unseen <= REMEMBERED_PASSES)
}

function cursorOf(cursor: Cursor | null): DropCursor {
  return { ...nothingTaken, ...((cursor ?? {}) as Partial<DropCursor>) }
}

async function sized(files: readonly { readonly path: string }[]): Promise<readonly { readonly path: string; readonly size: number }[]> {
  return Promise.all(files.map(async ({ path }) => ({ path, size: (await lstat(path)).size })))
}

/** The newest ones, oldest first. */
function newestOf(files: readonly { readonly path: string; readonly size: number }[]): readonly string[] {
  let bytes = 0
  const newest = files.toReversed().filter(({ size }, index) => {
    bytes += size
    return bytes <= READ_AGAIN_BYTES && index < MOST_FILES
  })
  return newest.toReversed().map(({ path }) => path)
}
