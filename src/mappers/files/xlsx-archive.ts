import { inflateRawSync } from 'node:zlib'
import { LienthongError, type Text } from '../../base/index.js'

/** A workbook of this size holds a whole catalogue many times over. Bytes. */
const LARGEST_FILE = 50 * 1024 * 1024
/** What it may grow to when unpacked: a small archive can hide gigabytes. Bytes. */
const LARGEST_UNPACKED = 200 * 1024 * 1024
/** Rows times columns of one sheet: a single cell far out makes a reader fill everything before it. */
const MOST_CELLS = 5_000_000

const END_OF_DIRECTORY = 0x06054b50
const DIRECTORY_ENTRY = 0x02014b50
const LOCAL_HEADER = 0x04034b50
/** The sizes follow behind the data. */
const SIZES_FOLLOW = 0x08

const problems = {
  empty: { en: 'the file is empty', vi: 'tệp rỗng' },
  tooLarge: {
    en: 'the file is larger than 50 MB, or grows beyond 200 MB when unpacked',
    vi: 'tệp lớn hơn 50 MB, hoặc vượt 200 MB khi giải nén',
  },
  tooWide: {
    en: 'a sheet reaches over more than 5 million cells; delete the empty rows and columns behind the table',
    vi: 'một trang tính trải trên hơn 5 triệu ô; hãy xóa các dòng và cột trống phía sau bảng',
  },
  old: {
    en: 'this is an old Excel file (.xls) or one protected by a password; open it in Excel and save it as .xlsx without a password',
    vi: 'đây là tệp Excel cũ (.xls) hoặc có đặt mật khẩu; hãy mở bằng Excel và lưu lại dạng .xlsx, không đặt mật khẩu',
  },
  noWorkbook: {
    en: 'this is no Excel workbook (.xlsx); export or save it as .xlsx or CSV',
    vi: 'đây không phải tệp Excel (.xlsx); hãy xuất hoặc lưu lại dạng .xlsx hoặc CSV',
  },
  damaged: { en: 'the Excel file is damaged or cut off; save or download it again', vi: 'tệp Excel bị hỏng hoặc bị cắt; hãy lưu hoặc tải lại' },
} satisfies Record<string, Text>

export type ArchiveProblem = keyof typeof problems

/** @returns `source.format` for a file that cannot be read as a workbook. */
export function noWorkbook(place: string, problem: ArchiveProblem, cause?: unknown): LienthongError {
  return new LienthongError('source.format', { values: { place, problem: problems[problem] }, ...(cause === undefined ? {} : { cause }) })
}

/** Whether the file is a ZIP, as every `.xlsx` is. */
export function looksZipped(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b
}

/** Whether the file has the container of `.xls` and of workbooks with a password. */
export function looksLikeOldExcel(bytes: Uint8Array): boolean {
  return bytes[0] === 0xd0 && bytes[1] === 0xcf && bytes[2] === 0x11 && bytes[3] === 0xe0
}

/**
 * Refuses what is no workbook, and archives that would fill the memory: declared sizes are added up, then every part is unpacked under
 * that limit, because what an archive declares may be a lie.
 *
 * @param place the file's name, for messages
 * @throws {LienthongError} `source.format`
 */
export function checkArchive(bytes: Uint8Array, place: string): void {
  const refuse = (problem: ArchiveProblem) => noWorkbook(place, problem)
  if (bytes.length === 0) throw refuse('empty')
  if (bytes.length > LARGEST_FILE) throw refuse('tooLarge')
  if (looksLikeOldExcel(bytes)) throw refuse('old')
  if (!looksZipped(bytes)) throw refuse('noWorkbook')
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let entries: readonly Entry[] | undefined
  try {
    entries = directoryOf(archive)
  } catch (cause) {
    // Offsets that lead out of the file.
    throw noWorkbook(place, 'damaged', cause)
  }
  if (entries === undefined) throw refuse('damaged')
  if (!entries.some(({ name }) => name === 'xl/workbook.xml')) throw refuse('noWorkbook')
  if (entries.reduce((sum, { unpacked }) => sum + unpacked, 0) > LARGEST_UNPACKED) throw refuse('tooLarge')
  let left = LARGEST_UNPACKED
  for (const entry of entries) {
    if (!entry.name.endsWith('.xml') && !entry.name.endsWith('.rels')) continue
    const part = unpack(entry, left, place)
    if (longestWithoutEnd(part) > LONGEST_TEXT) throw refuse('damaged')
    left -= part.length
    if (/worksheets\/[^/]+\.xml$/.test(entry.name) && cellsOf(part) > MOST_CELLS) throw refuse('tooWide')
  }
}

interface Entry {
  readonly name: string
  readonly packed: boolean
  readonly data: Buffer
  readonly unpacked: number
}

/** @returns undefined when the archive does not hold together. */
function directoryOf(archive: Buffer): readonly Entry[] | undefined {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0 || archive.readUInt32LE(end) !== END_OF_DIRECTORY) return undefined
  const count = archive.readUInt16LE(end + 10)
  let at = archive.readUInt32LE(end + 16)
  const entries: Entry[] = []
  for (let index = 0; index < count; index++) {
    if (archive.readUInt32LE(at) !== DIRECTORY_ENTRY) return undefined
    const [method, size, unpacked] = [archive.readUInt16LE(at + 10), archive.readUInt32LE(at + 20), archive.readUInt32LE(at + 24)]
    const [nameLength, extraLength, commentLength] = [archive.readUInt16LE(at + 28), archive.readUInt16LE(at + 30), archive.readUInt16LE(at + 32)]
    const local = archive.readUInt32LE(at + 42)
    if (archive.readUInt32LE(local) !== LOCAL_HEADER || (method !== 0 && method !== 8)) return undefined
    // The reader believes the header beside the data, so both must say the same.
    const claimed = archive.readUInt32LE(local + 22)
    const follows = (archive.readUInt16LE(local + 6) & SIZES_FOLLOW) !== 0
    if (claimed !== unpacked && !(follows && claimed === 0)) return undefined
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
    if (start + size > archive.length) return undefined
    entries.push({
      name: archive.toString('utf8', at + 46, at + 46 + nameLength),
      packed: method === 8,
      data: archive.subarray(start, start + size),
      unpacked,
    })
    at += 46 + nameLength + extraLength + commentLength
  }
  return entries
}

function unpack({ packed, data }: Entry, limit: number, place: string): Buffer {
  if (!packed) return data
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(limit, 1) })
  } catch (cause) {
    const tooLarge = (cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE'
    throw noWorkbook(place, tooLarge ? 'tooLarge' : 'damaged', cause)
  }
}

/** A cell's text has 32,767 characters at most, of three bytes or four. */
const LONGEST_TEXT = 256 * 1024

/** How many bytes stand at most before a tag ends: the XML reader looks for that end anew with every piece that it gets. */
function longestWithoutEnd(part: Buffer): number {
  let longest = 0
  let from = 0
  for (let end = part.indexOf(0x3e); end >= 0; end = part.indexOf(0x3e, from)) {
    longest = Math.max(longest, end - from)
    from = end + 1
  }
  return Math.max(longest, part.length - from)
}

/** Rows times columns up to the last cell that is more than a format. */
function cellsOf(sheet: Buffer): number {
  const text = sheet.toString('latin1')
  let rows = 0
  let columns = 0
  for (const [, letters = '', row, empty] of text.matchAll(
    /<(?:\w{1,20}:)?c\s(?:[^<>]{0,400}?\s)?r=["']([A-Z]{1,4})(\d{1,8})["'][^<>]{0,400}?(\/?)>/g,
  )) {
    if (empty === '/') continue
    rows = Math.max(rows, Number(row))
    columns = Math.max(columns, columnNumber(letters))
  }
  for (const [, row] of text.matchAll(/<(?:\w{1,20}:)?row\s(?:[^<>]{0,400}?\s)?r=["'](\d{1,8})["']/g)) rows = Math.max(rows, Number(row))
  return rows * Math.max(columns, 1)
}

function columnNumber(letters: string): number {
  let number = 0
  for (const letter of letters) number = number * 26 + letter.charCodeAt(0) - 64
  return number
}
