import { parse } from 'csv-parse/sync'
import { LienthongError, type Text, tidy } from '../../base/index.js'
import { detectEncoding } from './encoding.js'
import { DELIMITERS, firstRows, HEADINGS_WITHIN, habits } from './table.js'
import { type CellValue, readWorkbook } from './workbook.js'
import { checkArchive, looksLikeOldExcel, looksZipped, noWorkbook } from './xlsx-archive.js'

/** One table out of a file, whole: for lists that a person fills in, a few thousand rows at most. Long lists: `openTable`. */
export interface Sheet {
  readonly form: 'xlsx' | 'csv'
  /** Of the workbook; null for CSV. */
  readonly name: string | null
  /** In NFC, trimmed; empty where a column has none. */
  readonly headings: readonly string[]
  readonly headingRow: number
  readonly rows: readonly SheetRow[]
}

export interface SheetRow {
  /** As a spreadsheet counts them, from 1. */
  readonly row: number
  /** By the order of the headings. Texts in NFC, trimmed; blank cells are null. */
  readonly cells: readonly CellValue[]
}

const HEAD_BYTES = 65_536
const LARGEST_TEXT_FILE = 50 * 1024 * 1024

/**
 * Reads one table from an Excel workbook or a CSV file, told apart by content: encoding, byte order mark and separator are found out.
 *
 * @param place the file's name, for messages
 * @param isHeading tells the row of headings, which may stand below a title and on any sheet; without it the first row that is not blank
 * @throws {LienthongError} `source.format` when there is no such row, or the file is neither
 */
export async function readSheet(bytes: Uint8Array, place: string, isHeading?: (headings: readonly string[]) => boolean): Promise<Sheet> {
  const tells = isHeading ?? ((headings: readonly string[]) => headings.some((heading) => heading !== '' && !/^sep=/i.test(heading)))
  // The archive check tells what is wrong with a file that is no text either.
  if (looksZipped(bytes) || looksLikeOldExcel(bytes) || bytes.length === 0) {
    checkArchive(bytes, place)
    for (const { name, rows } of await readWorkbook(bytes, place)) {
      const sheet = tableIn(rows, tells)
      if (sheet !== undefined) return { form: 'xlsx', name, ...sheet }
    }
  } else {
    const text = textOf(bytes, place)
    for (const delimiter of byLikelihood(text)) {
      if (!firstRows(text, delimiter).some((row) => tells(row.map(tidy)))) continue
      const sheet = tableIn(records(text, delimiter, place), tells)
      if (sheet !== undefined) return { form: 'csv', name: null, ...sheet }
    }
  }
  throw new LienthongError('source.format', { values: { place, problem: noHeadings } })
}

const noHeadings: Text = {
  en: `none of the first ${HEADINGS_WITHIN} rows holds the expected headings; keep the heading row as it was exported`,
  vi: `trong ${HEADINGS_WITHIN} dòng đầu không có dòng tiêu đề cần thiết; hãy giữ nguyên dòng tiêu đề như khi xuất ra`,
}

function tableIn(rows: readonly (readonly CellValue[])[], tells: (headings: readonly string[]) => boolean): Omit<Sheet, 'form' | 'name'> | undefined {
  const at = rows.slice(0, HEADINGS_WITHIN).findIndex((row) => tells(row.map(headingOf)))
  if (at < 0) return undefined
  const headings = (rows[at] ?? []).map(headingOf)
  const below = rows.slice(at + 1).map((row, index) => ({ row: at + 2 + index, cells: headings.map((_, column) => tidied(row[column] ?? null)) }))
  return { headings, headingRow: at + 1, rows: below.filter(({ cells }) => cells.some((cell) => cell !== null)) }
}

function headingOf(cell: CellValue): string {
  return cell === null || cell instanceof Date ? '' : tidy(String(cell))
}

function tidied(cell: CellValue): CellValue {
  if (typeof cell !== 'string') return cell
  const text = tidy(cell)
  return text === '' ? null : text
}

function textOf(bytes: Uint8Array, place: string): string {
  if (bytes.length > LARGEST_TEXT_FILE) throw noWorkbook(place, 'tooLarge')
  const { encoding } = detectEncoding(bytes.subarray(0, HEAD_BYTES))
  const text = new TextDecoder(encoding).decode(bytes)
  // Pages and pictures with the name of a list: a NUL is in no text, markup in no CSV.
  if (text.includes('\0') || /^\s*<(?:!doctype|html|table|\?xml)/i.test(text)) throw noWorkbook(place, 'noWorkbook')
  return text
}

/** The separator that cuts most rows into equally many columns comes first. */
function byLikelihood(text: string): readonly string[] {
  const head = text.slice(0, HEAD_BYTES)
  const evenness = (delimiter: string) => {
    const widths = Map.groupBy(firstRows(head, delimiter), (row) => row.length)
    return Math.max(0, ...[...widths].map(([width, rows]) => (width - 1) * rows.length))
  }
  const judged = DELIMITERS.map((delimiter) => ({ delimiter, evenness: evenness(delimiter) }))
  return judged.sort((a, b) => b.evenness - a.evenness).map(({ delimiter }) => delimiter)
}

function records(text: string, delimiter: string, place: string): string[][] {
  const rows: string[][] = []
  const keep = (row: string[]) => {
    rows.push(row.map(withoutGuard))
    return null
  }
  try {
    parse(text, { ...habits, delimiter, on_record: keep })
  } catch (cause) {
    const row = rows.length + 1
    throw new LienthongError('source.format', {
      values: { place: { en: `${place}, row ${row}`, vi: `${place}, dòng ${row}` }, problem: brokenOff },
      cause,
    })
  }
  return rows
}

const brokenOff: Text = {
  en: 'the file breaks off inside this row, or a quotation mark here is never closed; nothing of the file was taken',
  vi: 'tệp bị đứt giữa dòng này, hoặc có dấu ngoặc kép không được đóng; chưa lấy gì từ tệp',
}

/** A text that a spreadsheet would calculate. */
const CALCULATED = /^[=+\-@\t\r]/

/** Writes CSV that Excel opens with its accents: UTF-8 with a byte order mark, and no cell that it would calculate. */
export function writeCsv(headings: readonly string[], rows: readonly (readonly (string | number | null)[])[]): Uint8Array {
  const line = (cells: readonly (string | number | null)[]) => cells.map(csvCell).join(',')
  return new TextEncoder().encode(`\ufeff${[headings, ...rows].map(line).join('\r\n')}\r\n`)
}

function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = (CALCULATED.test(value) ? `'${value}` : value).replace(/\0/g, '')
  return /[",;\t\r\n]/.test(text) || text !== text.trim() ? `"${text.replace(/"/g, '""')}"` : text
}

function withoutGuard(cell: string): string {
  return cell.startsWith("'") && CALCULATED.test(cell.slice(1)) ? cell.slice(1) : cell
}
