/** The parts of a workbook, unpacked while they are read and never beyond what they declare. */
import { pipeline } from 'node:stream/promises'
import { crc32, createInflateRaw } from 'node:zlib'
import { isLienthongError, LienthongError, type Text } from '../../../base/index.js'
import { type FileBytes, partOf } from '../bytes.js'

const END_OF_DIRECTORY = 0x06054b50
const END_OF_DIRECTORY_64 = 0x06064b50
const LOCATOR_64 = 0x07064b50
const DIRECTORY_ENTRY = 0x02014b50
const LOCAL_HEADER = 0x04034b50
const ENCRYPTED = 0x01
/** A comment may stand behind the end of the directory. */
const LONGEST_END = 22 + 65_535
const MOST_ENTRIES = 4096
const LARGEST_DIRECTORY = 4 * 1024 * 1024
/** A register of 200,000 rows has some 20 MB packed and 200 MB unpacked. Bytes. */
const LARGEST_FILE = 512 * 1024 * 1024
const LARGEST_PART = 2 * 1024 * 1024 * 1024
/** Tables shrink ten to forty times; what shrinks more, and is large, was made to burst. */
const MOST_GROWTH = 250
const SUSPICIOUS_FROM = 32 * 1024 * 1024

export interface WorkbookArchive {
  readonly names: ReadonlySet<string>
  has(name: string): boolean
  /** @throws {LienthongError} `source.format` when the part is damaged, protected or grows beyond what is sane */
  read(name: string): AsyncGenerator<Uint8Array>
}

interface Entry {
  readonly method: number
  readonly flags: number
  readonly packed: number
  readonly unpacked: number
  readonly checksum: number
  readonly header: number
}

const problems = {
  tooLarge: { en: 'the file is larger than 512 MB', vi: 'tệp lớn hơn 512 MB' },
  bomb: {
    en: 'a part of the file grows to more than 250 times its size when it is unpacked; it was not made by a spreadsheet program',
    vi: 'một phần của tệp phình hơn 250 lần khi giải nén; tệp này không do chương trình bảng tính tạo ra',
  },
  tooManyEntries: { en: 'the file has more than 4,096 parts; it is no workbook', vi: 'tệp có hơn 4.096 phần; không phải tệp Excel' },
  protected: {
    en: 'the file is protected by a password; save it without one',
    vi: 'tệp có đặt mật khẩu; hãy lưu lại không đặt mật khẩu',
  },
  damaged: { en: 'the Excel file is damaged or cut off; save or download it again', vi: 'tệp Excel bị hỏng hoặc bị cắt; hãy lưu hoặc tải lại' },
  archive: {
    en: 'this is a ZIP archive with files in it, no workbook; unpack it and give its files one by one',
    vi: 'đây là tệp nén ZIP chứa các tệp khác, không phải tệp Excel; hãy giải nén và đưa từng tệp vào',
  },
  binary: {
    en: 'this is a binary workbook (.xlsb) or an OpenDocument file (.ods); save it as .xlsx',
    vi: 'đây là tệp Excel nhị phân (.xlsb) hoặc OpenDocument (.ods); hãy lưu lại dạng .xlsx',
  },
} satisfies Record<string, Text>

export type WorkbookProblem = keyof typeof problems

export function badWorkbook(place: string, problem: WorkbookProblem, cause?: unknown): LienthongError {
  return new LienthongError('source.format', { values: { place, problem: problems[problem] }, ...(cause === undefined ? {} : { cause }) })
}

/**
 * Opens a workbook; nothing is unpacked yet.
 *
 * @param place the file's name, for messages
 * @throws {LienthongError} `source.format` when it is none
 */
export async function openArchive(file: FileBytes, place: string): Promise<WorkbookArchive> {
  if (file.size > LARGEST_FILE) throw badWorkbook(place, 'tooLarge')
  let entries: ReadonlyMap<string, Entry>
  try {
    entries = await directoryOf(file, place)
  } catch (cause) {
    if (isLienthongError(cause)) throw cause
    // Offsets that lead out of the file.
    throw badWorkbook(place, 'damaged', cause)
  }
  const names = new Set(entries.keys())
  if (!names.has('xl/workbook.xml')) throw badWorkbook(place, names.has('xl/workbook.bin') || names.has('content.xml') ? 'binary' : 'archive')
  return {
    names,
    has: (name) => entries.has(name),
    read: (name) => unpacked(file, entries.get(name), place),
  }
}

async function directoryOf(file: FileBytes, place: string): Promise<ReadonlyMap<string, Entry>> {
  const tailAt = Math.max(0, file.size - LONGEST_END)
  const tail = await partOf(file, tailAt, file.size)
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0 || tail.readUInt32LE(end) !== END_OF_DIRECTORY) throw badWorkbook(place, 'damaged')
  let count = tail.readUInt16LE(end + 10)
  let size = tail.readUInt32LE(end + 12)
  let at = tail.readUInt32LE(end + 16)
  const locator = end - 20
  if (locator >= 0 && tail.readUInt32LE(locator) === LOCATOR_64) {
    const wide = await partOf(file, Number(tail.readBigUInt64LE(locator + 8)), Number(tail.readBigUInt64LE(locator + 8)) + 56)
    if (wide.readUInt32LE(0) !== END_OF_DIRECTORY_64) throw badWorkbook(place, 'damaged')
    count = Number(wide.readBigUInt64LE(32))
    size = Number(wide.readBigUInt64LE(40))
    at = Number(wide.readBigUInt64LE(48))
  }
  if (count > MOST_ENTRIES) throw badWorkbook(place, 'tooManyEntries')
  if (size > LARGEST_DIRECTORY) throw badWorkbook(place, 'damaged')
  return entriesIn(await partOf(file, at, at + size), count, place)
}

function entriesIn(directory: Buffer, count: number, place: string): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>()
  let at = 0
  for (let index = 0; index < count; index++) {
    if (directory.readUInt32LE(at) !== DIRECTORY_ENTRY) throw badWorkbook(place, 'damaged')
    const [nameLength, extraLength, commentLength] = [
      directory.readUInt16LE(at + 28),
      directory.readUInt16LE(at + 30),
      directory.readUInt16LE(at + 32),
    ]
    // A name is a key here and never becomes a path.
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength).replace(/^\//, '')
    // Two parts of one name: programs disagree about which one counts.
    if (entries.has(name)) throw badWorkbook(place, 'damaged')
    const entry: Entry = {
      flags: directory.readUInt16LE(at + 8),
      method: directory.readUInt16LE(at + 10),
      checksum: directory.readUInt32LE(at + 16),
      packed: directory.readUInt32LE(at + 20),
      unpacked: directory.readUInt32LE(at + 24),
      header: directory.readUInt32LE(at + 42),
    }
    entries.set(name, widened(entry, directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength)))
    at += 46 + nameLength + extraLength + commentLength
  }
  return entries
}

const WIDE = 0xffffffff

/** Writers that do not know the size beforehand keep it in a field of its own. */
function widened(entry: Entry, extra: Buffer): Entry {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    let field = at + 4
    const next = (narrow: number) => {
      if (narrow !== WIDE) return narrow
      const wide = Number(extra.readBigUInt64LE(field))
      field += 8
      return wide
    }
    const unpacked = next(entry.unpacked)
    const packed = next(entry.packed)
    return { ...entry, unpacked, packed, header: next(entry.header) }
  }
  return entry
}

async function* unpacked(file: FileBytes, entry: Entry | undefined, place: string): AsyncGenerator<Uint8Array> {
  if (entry === undefined) throw badWorkbook(place, 'damaged')
  if ((entry.flags & ENCRYPTED) !== 0) throw badWorkbook(place, 'protected')
  const header = await partOf(file, entry.header, entry.header + 30)
  if (header.length < 30 || header.readUInt32LE(0) !== LOCAL_HEADER) throw badWorkbook(place, 'damaged')
  const start = entry.header + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  if (start + entry.packed > file.size || (entry.method !== 0 && entry.method !== 8)) throw badWorkbook(place, 'damaged')
  const limit = Math.min(LARGEST_PART, Math.max(SUSPICIOUS_FROM, entry.packed * MOST_GROWTH))
  if (entry.unpacked > limit) throw badWorkbook(place, 'bomb')
  let size = 0
  let checksum = 0
  const packed = file.read(start, start + entry.packed)
  try {
    for await (const chunk of entry.method === 0 ? packed : inflated(packed)) {
      size += chunk.length
      if (size > limit) throw badWorkbook(place, 'bomb')
      if (size > entry.unpacked) throw badWorkbook(place, 'damaged')
      checksum = crc32(chunk, checksum)
      yield chunk
    }
  } catch (cause) {
    if (isLienthongError(cause)) throw cause
    throw badWorkbook(place, 'damaged', cause)
  }
  if (size !== entry.unpacked || checksum !== entry.checksum) throw badWorkbook(place, 'damaged')
}

async function* inflated(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = createInflateRaw({ chunkSize: 65_536 })
  // What fails on the way in comes out as a failure of the stream, and a reader who stops early ends the way in.
  const feed = pipeline(packed, stream).catch((cause: unknown) => void stream.destroy(cause as Error))
  try {
    for await (const chunk of stream) yield chunk as Uint8Array
  } finally {
    stream.destroy()
    await feed
  }
}
