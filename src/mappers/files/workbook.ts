import { isLienthongError, LienthongError } from '../../base/index.js'
import { parseLocalDate, startOfDay } from '../../domain/index.js'
import { checkArchive, noWorkbook } from './xlsx-archive.js'

export interface WorkbookColumn {
  readonly title: string
  /** In characters; 14 when left out. Wide columns of text wrap their lines. */
  readonly width?: number
  /** `text` keeps the zeros of codes, also in cells that are still empty and will be typed into; a `date` is given as `yyyy-MM-dd`. */
  readonly kind: 'text' | 'number' | 'date'
}

/** A cell that does not fit the kind of its column is written as text. */
export interface WorkbookSheet {
  readonly name: string
  readonly columns: readonly WorkbookColumn[]
  readonly rows: readonly (readonly (string | number | null)[])[]
}

/** What a cell holds. A `Date` is the wall clock of the cell, told in UTC: a spreadsheet knows no time zone. */
export type CellValue = string | number | boolean | Date | null

export interface ReadWorkbookSheet {
  readonly name: string
  readonly rows: readonly (readonly CellValue[])[]
}

/** More does not fit into a cell: Excel would call the file damaged. */
const LONGEST_TEXT = 32_767
const DEFAULT_WIDTH = 14
const WRAP_FROM_WIDTH = 40
const SEVEN_HOURS_MS = 25_200_000

/**
 * Writes a workbook for people: headings in bold that stay in sight, texts that remain texts (no code loses its zeros, nothing that
 * begins with `=` is ever calculated), dates as dates.
 */
export async function writeWorkbook(sheets: readonly WorkbookSheet[]): Promise<Uint8Array> {
  const names = sheetNames(sheets)
  const written = sheets.map(({ columns, rows }, index) => ({
    sheet: names[index] ?? '',
    stickyRowsCount: 1,
    columns: columns.map(({ width }) => ({ width: width ?? DEFAULT_WIDTH })),
    data: [
      columns.map(({ title }) => ({ ...textCell(title), fontWeight: 'bold' as const, wrap: true, alignVertical: 'center' as const })),
      ...rows.map((row) => columns.map((column, at) => cell(row[at] ?? null, column))),
    ],
  }))
  // Loaded when needed: most commands never see a workbook.
  const { default: writeXlsx } = await import('write-excel-file/node')
  return await writeXlsx(written).toBuffer()
}

function cell(value: string | number | null, { kind, width }: WorkbookColumn) {
  if (kind === 'number' && typeof value === 'number' && Number.isFinite(value)) return { type: Number, value, alignVertical: 'top' as const }
  if (kind === 'date') {
    const date = { type: Date, format: 'dd/mm/yyyy', alignVertical: 'top' as const }
    if (value === null) return date
    const day = typeof value === 'string' ? parseLocalDate(value) : undefined
    if (day !== undefined) return { ...date, value: new Date(startOfDay(day) + SEVEN_HOURS_MS) }
  }
  if (value === null) return kind === 'text' ? { type: String, format: '@', alignVertical: 'top' as const } : null
  return { ...textCell(String(value)), alignVertical: 'top' as const, ...((width ?? 0) >= WRAP_FROM_WIDTH ? { wrap: true } : {}) }
}

function textCell(text: string) {
  return { type: String, format: '@', value: writable(text) }
}

/** What XML forbids: control characters, halves of characters, non-characters. */
const FORBIDDEN = /[^\P{Cc}\t\n]|[\p{Cs}\ufffe\uffff]/gu

function writable(text: string): string {
  const clean = text.replace(/\r\n?/g, '\n').replace(FORBIDDEN, '')
  return escaped(clean.length > LONGEST_TEXT ? `${clean.slice(0, LONGEST_TEXT - 1).replace(/[\ud800-\udbff]$/, '')}…` : clean)
}

/** Spreadsheets read `_x0041_` as a character; and the writer's own table of texts trips over names such as `constructor`. */
function escaped(text: string): string {
  const literal = text.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
  return literal in {} ? `_x${literal.charCodeAt(0).toString(16).padStart(4, '0')}_${literal.slice(1)}` : literal
}

/** Excel allows 31 characters, none of `[]:*?/\`, and no name twice. */
function sheetNames(sheets: readonly WorkbookSheet[]): readonly string[] {
  const taken = new Set<string>()
  return sheets.map(({ name }, index) => {
    const bare = name
      .normalize('NFC')
      .replace(FORBIDDEN, '')
      .replace(/[[\]:*?/\\]/g, ' ')
      .replace(/^[\s']+|[\s']+$/g, '')
    let free = bare.slice(0, 31).trim() || `${index + 1}`
    for (let copy = 2; taken.has(free.toLowerCase()); copy++) free = `${bare.slice(0, 27).trim()} ${copy}`
    taken.add(free.toLowerCase())
    return free
  })
}

/**
 * Reads every sheet of an `.xlsx` file. Row 1 of a sheet is index 0; rows that are empty keep their place.
 *
 * @param place the file's name, for messages
 * @throws {LienthongError} `source.format`: no workbook, an old or protected one, damaged, or too large
 */
export async function readWorkbook(bytes: Uint8Array, place = 'workbook'): Promise<readonly ReadWorkbookSheet[]> {
  checkArchive(bytes, place)
  try {
    const { default: readXlsx } = await import('read-excel-file/node')
    const sheets = await readXlsx(Buffer.from(bytes), { trim: false })
    return sheets.map(({ sheet, data }) => ({ name: sheet, rows: data.map((row) => row.map((value) => cellValue(value, place))) }))
  } catch (cause) {
    if (isLienthongError(cause)) throw cause
    throw unreadable(place, cause)
  }
}

function cellValue(value: unknown, place: string): CellValue {
  if (value === null || value === undefined) return null
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value instanceof Date) return value
  throw noWorkbook(place, 'damaged')
}

function unreadable(place: string, cause: unknown): LienthongError {
  // The reader names the cell by numbers alone; nothing else of what it says may be quoted.
  const where = /row (\d+), col (\d+)/.exec(cause instanceof Error ? cause.message : '')
  if (where === null) return noWorkbook(place, 'damaged', cause)
  const [, row = '', column = ''] = where
  return new LienthongError('source.format', {
    values: {
      place: { en: `${place}, row ${row}, column ${column}`, vi: `${place}, dòng ${row}, cột ${column}` },
      problem: { en: 'the cell cannot be read; type its content again and save', vi: 'không đọc được ô này; hãy nhập lại nội dung và lưu' },
    },
    cause,
  })
}
