import { parse } from 'csv-parse'
import { parse as parseAtOnce } from 'csv-parse/sync'
import { comparable, isLienthongError, LienthongError, type Text } from '../../base/index.js'
import type { CodeTable } from '../tables/index.js'
import { type FileBytes, fileBytes, partOf, type TableBytes } from './bytes.js'
import { cellText } from './cell-text.js'
import { decoded, type EncodingName, type Reading, readingsOf, type TextEncoding } from './encoding.js'
import { detectForm, type FileForm, foreignForms } from './form.js'
import { headingsOf, isHeading, isNumbering, repeats, type TableKind, withLowerLine } from './headings.js'
import { htmlRows } from './html-rows.js'
import { type FontLetters, judgeLetters } from './letters/index.js'
import { brokenOff, type RawRow, type RowProblem } from './raw-rows.js'
import { openWorkbook } from './xlsx/index.js'

/** One row of a list, by the fields its headings name. Blank cells are absent. */
export interface TableRow<Field extends string> {
  /** As a spreadsheet counts them, headings and title included. */
  readonly row: number
  readonly cells: Readonly<Partial<Record<Field, string>>>
  /** Holds bytes that are no text in the file's encoding, or a cell that is too long to be one. */
  readonly damaged: boolean
  /** What it is damaged by, where that is not its characters. */
  readonly problem?: RowProblem
}

/** A list whose headings were found. Rows are read while they are asked for: memory does not grow with the file. */
export interface OpenTable<Name extends string, Field extends string> {
  readonly kind: Name
  readonly form: FileForm
  /** null for a workbook: its text is Unicode. */
  readonly encoding: TextEncoding | null
  /** The font that the whole file was typed in, where it was one of the old ones. */
  readonly letters: FontLetters | null
  /** The rows look as if they had been typed in such a font, but nothing says so surely: the settings must. */
  readonly maybeLetters: FontLetters | null
  /** Of CSV. */
  readonly delimiter: string | null
  readonly lineEnd: 'CRLF' | 'LF' | null
  /** Of a workbook. */
  readonly sheet: string | null
  readonly headingRow: number
  /** What the columns hold, in their order. */
  readonly fields: readonly (Field | undefined)[]
  /** Headings that no column table knows. */
  readonly unknownColumns: readonly string[]
  /** Headings that mean what another one before them means. */
  readonly doubledColumns: readonly string[]
  /** Other visible sheets of a workbook that have such headings, and rows below: they are not read. */
  readonly otherSheets: readonly string[]
  /** Each time they are asked for, the file is read anew. */
  readonly rows: AsyncIterable<TableRow<Field>>
}

export interface TableOptions {
  /** What the settings say of the file's text. */
  readonly encoding?: EncodingName
}

export const DELIMITERS = [',', ';', '\t'] as const
const HEAD_BYTES = 65_536
/** A title and blank rows may stand above the headings. */
export const HEADINGS_WITHIN = 20
/** A quotation mark that is never closed would otherwise take the rest of the file into memory as one cell. Characters. */
const LONGEST_ROW = 1_000_000
const LONGEST_LINE = 4_000_000

/** How lenient we read CSV. */
export const habits = { relax_column_count: true, relax_quotes: true, bom: true, max_record_size: LONGEST_ROW } as const

/**
 * Finds out how a list is kept and written, and where its headings are.
 *
 * @param place the file's name, for messages
 * @throws {LienthongError} `source.format` when no row holds the headings of any kind; while rows are read, when the file breaks off
 */
export async function openTable<Name extends string, Field extends string>(
  source: TableBytes,
  place: string,
  kinds: readonly TableKind<Name, Field>[],
  options: TableOptions = {},
): Promise<OpenTable<Name, Field>> {
  const file = fileBytes(source)
  const head = await partOf(file, 0, HEAD_BYTES)
  const form = detectForm(head)
  if (form === 'csv') return openCsv(file, head, place, kinds, options)
  if (form === 'html') return openHtml(file, head, place, kinds, options)
  if (form === 'xlsx') return openXlsx(file, place, kinds, options)
  throw new LienthongError('source.format', { values: { place, problem: foreignForms[form] } })
}

async function openCsv<Name extends string, Field extends string>(
  file: FileBytes,
  head: Uint8Array,
  place: string,
  kinds: readonly TableKind<Name, Field>[],
  options: TableOptions,
): Promise<OpenTable<Name, Field>> {
  const candidates = readingsOf(head, options.encoding).flatMap((reading) => {
    const text = new TextDecoder(reading.encoding.encoding).decode(head, { stream: true })
    return DELIMITERS.map((delimiter) => ({ ...reading, delimiter, text, rows: firstRows(text, delimiter) }))
  })
  const found = likeliest(candidates, kinds)
  if (found === undefined) throw new LienthongError('source.format', { values: { place, problem: noHeadings(kinds) } })
  const { delimiter, text, headings, row } = found
  const judged = lettersOf(found, options, candidates.find((one) => one.letters !== null && one.delimiter === delimiter)?.rows)
  const encoding = encodingBelow(found.encoding, judged.letters)
  const cells = () => csvRows(file.read(0, file.size), place, { encoding, delimiter }, row, headings.length)
  return {
    ...described(found, judged),
    form: 'csv',
    encoding,
    delimiter,
    lineEnd: text.includes('\r\n') ? 'CRLF' : 'LF',
    sheet: null,
    otherSheets: [],
    rows: anew(() => tableRows(cells(), found, judged.letters)),
  }
}

async function openHtml<Name extends string, Field extends string>(
  file: FileBytes,
  head: Uint8Array,
  place: string,
  kinds: readonly TableKind<Name, Field>[],
  options: TableOptions,
): Promise<OpenTable<Name, Field>> {
  const readings = readingsOf(head, options.encoding)
  const read = (encoding: TextEncoding) => htmlRows(decoded(file.read(0, file.size), encoding), place)
  const heads = new Map<string, readonly RawRow[]>()
  for (const { encoding } of readings) if (!heads.has(encoding.encoding)) heads.set(encoding.encoding, await headOf(read(encoding)))
  const candidates = readings.map((reading) => {
    const raw = heads.get(reading.encoding.encoding) ?? []
    return { ...reading, raw, rows: raw.map(({ cells }) => cells) }
  })
  const found = likeliest(candidates, kinds)
  if (found === undefined) throw new LienthongError('source.format', { values: { place, problem: noHeadings(kinds) } })
  const judged = lettersOf(found, options, candidates.find(({ letters }) => letters !== null)?.rows)
  const encoding = encodingBelow(found.encoding, judged.letters)
  return {
    ...described(found, judged),
    form: 'html',
    encoding,
    delimiter: null,
    lineEnd: null,
    sheet: null,
    otherSheets: [],
    rows: anew(() => tableRows(below(read(encoding), found.row, found.depth), found, judged.letters)),
  }
}

async function openXlsx<Name extends string, Field extends string>(
  file: FileBytes,
  place: string,
  kinds: readonly TableKind<Name, Field>[],
  options: TableOptions,
): Promise<OpenTable<Name, Field>> {
  const named = options.encoding === 'tcvn3' || options.encoding === 'vni' ? options.encoding : undefined
  const unicode: TextEncoding = { encoding: 'utf-8', mark: false }
  const sheets = await openWorkbook(file, place)
  const letters = named === undefined ? ([null, 'tcvn3', 'vni'] as const) : ([named] as const)
  const foundIn = async (read: () => AsyncIterable<readonly RawRow[]>) => {
    const raw = await headOf(read())
    const rows = raw.map(({ cells }) => cells)
    return likeliest(
      letters.map((one) => ({ encoding: unicode, letters: one, rows, raw })),
      kinds,
    )
  }
  for (const [index, { name, isHidden, rows: read }] of sheets.entries()) {
    const found = await foundIn(read)
    if (found === undefined) continue
    const judged = lettersOf(found, options)
    const otherSheets: string[] = []
    for (const other of isHidden ? [] : sheets.slice(index + 1)) {
      const there = other.isHidden ? undefined : await foundIn(other.rows)
      if (there?.kind === found.kind && there.rows.length > there.index + 1) otherSheets.push(other.name)
    }
    return {
      ...described(found, judged),
      form: 'xlsx',
      encoding: null,
      delimiter: null,
      lineEnd: null,
      sheet: name,
      otherSheets,
      rows: anew(() => tableRows(below(read(), found.row, undefined), found, judged.letters)),
    }
  }
  throw new LienthongError('source.format', { values: { place, problem: noHeadings(kinds) } })
}

/** One way to read the first rows of a file. */
interface Candidate extends Reading {
  readonly rows: readonly (readonly (string | undefined)[])[]
  /** The same rows, where the file numbers them itself. */
  readonly raw?: readonly RawRow[]
}

interface Found<Name extends string, Field extends string> extends Candidate {
  readonly kind: TableKind<Name, Field>
  /** Where the headings stand: among these rows, and as a spreadsheet counts. */
  readonly index: number
  readonly row: number
  readonly depth: number | undefined
  readonly headings: readonly string[]
  readonly heads: readonly string[]
  readonly fields: readonly (Field | undefined)[]
  /** How many headings are known. */
  readonly known: number
}

/** The candidate under which most headings are known; of equals the first. */
function likeliest<Name extends string, Field extends string, One extends Candidate>(
  candidates: readonly One[],
  kinds: readonly TableKind<Name, Field>[],
): (One & Found<Name, Field>) | undefined {
  let best: (One & Found<Name, Field>) | undefined
  for (const candidate of candidates) {
    for (const kind of kinds) {
      for (const [index, cells] of candidate.rows.slice(0, HEADINGS_WITHIN).entries()) {
        const upper = headingsOf(cells, candidate.letters, kind)
        if (!isHeading(upper.fields, kind)) continue
        const { headings, fields, lines } = withLowerLine(upper, candidate.rows[index + 1], candidate.letters, kind)
        const known = fields.filter((field) => field !== undefined).length
        const last = index + lines - 1
        const raw = candidate.raw?.[last]
        const heads = headings.map(comparable)
        if (best === undefined || known > best.known)
          best = { ...candidate, kind, index: last, row: raw?.row ?? last + 1, depth: raw?.depth, headings, heads, fields, known }
        break
      }
    }
  }
  return best
}

/** Headings alone may tell nothing of a font (`MaHoSo`): then the rows below them do. */
function lettersOf<Name extends string, Field extends string>(
  { letters, rows, headings, index }: Found<Name, Field>,
  { encoding }: TableOptions,
  /** The same rows as a font's table wants them read. */
  asFont = rows,
): { readonly letters: FontLetters | null; readonly maybe: FontLetters | null } {
  if (letters !== null || encoding !== undefined) return { letters, maybe: null }
  const judged = judgeLetters(textOfRows(rows.slice(index + 1)), textOfRows(asFont.slice(index + 1)))
  const headingsTell = headings.some((heading) => /[^\p{ASCII}]/u.test(heading))
  return judged.doubtful || headingsTell ? { letters: null, maybe: judged.letters } : { letters: judged.letters, maybe: null }
}

function described<Name extends string, Field extends string>(
  { kind, row, headings, fields }: Found<Name, Field>,
  { letters, maybe }: ReturnType<typeof lettersOf>,
) {
  return {
    kind: kind.name,
    letters,
    maybeLetters: maybe,
    headingRow: row,
    fields,
    unknownColumns: headings.filter((heading, index) => heading !== '' && fields[index] === undefined),
    doubledColumns: headings.filter((_, index) => fields[index] !== undefined && fields.indexOf(fields[index]) < index),
  }
}

function textOfRows(rows: Candidate['rows']): string {
  return rows.map((cells) => cells.filter(Boolean).join(' ')).join('\n')
}

/** Fonts stand in the place of Windows-1252; Windows-1258 would put tone marks where letters are meant. */
function encodingBelow(encoding: TextEncoding, letters: FontLetters | null): TextEncoding {
  return letters !== null && encoding.encoding === 'windows-1258' ? { encoding: 'windows-1252', mark: false } : encoding
}

/** So many rows tell the headings, and what the rows below them look like. */
const ROWS_OF_SAMPLE = 200

async function headOf(rows: AsyncIterable<readonly RawRow[]>): Promise<readonly RawRow[]> {
  const head: RawRow[] = []
  try {
    for await (const some of rows) {
      head.push(...some.slice(0, ROWS_OF_SAMPLE - head.length))
      if (head.length >= ROWS_OF_SAMPLE) break
    }
  } catch (error) {
    // A file that breaks off has rows above that place; whoever reads them on learns of it.
    if (head.length === 0 || !isLienthongError(error) || error.code !== 'source.format') throw error
  }
  return head
}

/** Rows of the table whose headings were found. */
async function* below(rows: AsyncIterable<readonly RawRow[]>, headingRow: number, depth: number | undefined): AsyncGenerator<readonly RawRow[]> {
  let isBelow = false
  for await (const some of rows) {
    const own: RawRow[] = []
    for (const row of some) {
      if (row.depth !== depth) continue
      if (isBelow) own.push(row)
      else isBelow = row.row === headingRow
    }
    if (own.length > 0) yield own
  }
}

function noHeadings(kinds: readonly TableKind<string, string>[]): Text {
  const headings = kinds.map(({ needs }) => needs.map(({ heading }) => `“${heading}”`).join(' + ')).join(' / ')
  return {
    en: `none of the first ${HEADINGS_WITHIN} rows holds the headings ${headings} beside others we know, separated by “,”, “;” or tabs. Name other headings in \`columns\``,
    vi: `trong ${HEADINGS_WITHIN} dòng đầu không có tiêu đề ${headings} cùng các tiêu đề đã biết, phân cách bằng “,”, “;” hoặc tab. Tiêu đề khác hãy khai trong \`columns\``,
  }
}

/** What can be read of the head, also when it breaks off. */
export function firstRows(text: string, delimiter: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  const keep = (row: string[]) => {
    rows.push(row)
    return row
  }
  try {
    parseAtOnce(text, { ...habits, delimiter, to: HEADINGS_WITHIN, on_record: keep })
  } catch {
    // The head may end in the middle of a row.
  }
  return rows
}

async function* csvRows(
  bytes: AsyncIterable<Uint8Array>,
  place: string,
  { encoding, delimiter }: { readonly encoding: TextEncoding; readonly delimiter: string },
  headingRow: number,
  width: number,
): AsyncGenerator<readonly RawRow[]> {
  let tail = ''
  let row = 0
  let narrowest = width
  /** Held back until something follows it: the last row may be cut. */
  let last: RawRow | undefined
  const reader = recordReader(delimiter)
  const rowsIn = (records: readonly (readonly string[])[]): readonly RawRow[] => {
    const rows: RawRow[] = []
    for (const record of records) {
      for (const { cells, problem } of apart(record, delimiter, width)) {
        row++
        if (row <= headingRow || cells.every((cell) => cell.trim() === '')) continue
        if (last) {
          if (last.problem === undefined) narrowest = Math.min(narrowest, last.cells.length)
          rows.push(last)
        }
        last = { row, cells, ...(problem === undefined ? {} : { problem }) }
      }
    }
    return rows
  }
  let line = 0
  for await (const piece of decoded(bytes, encoding)) {
    tail = piece.slice(-1)
    const lineEnd = Math.max(piece.lastIndexOf('\n'), piece.lastIndexOf('\r'))
    line = lineEnd < 0 ? line + piece.length : piece.length - lineEnd
    // The parser counts the characters of cells, not the separators between them.
    if (line > LONGEST_LINE) {
      if (last) yield [last]
      throw brokenOff(place, row + 1)
    }
    yield rowsIn(await reader.read(piece))
    if (reader.broken) break
  }
  yield rowsIn(await reader.end())
  if (reader.broken) {
    if (last) yield [last]
    throw brokenOff(place, row + 1)
  }
  if (last === undefined) return
  // Every writer ends a row whole; one that lacks cells and its line end was cut.
  if (tail !== '\n' && tail !== '\r' && last.cells.length < narrowest) throw brokenOff(place, last.row)
  yield [last]
}

function anew<Item>(read: () => AsyncIterable<Item>): AsyncIterable<Item> {
  return { [Symbol.asyncIterator]: () => read()[Symbol.asyncIterator]() }
}

interface CsvRecord {
  readonly cells: readonly string[]
  readonly problem?: RowProblem
}

/**
 * A quotation mark that is not closed joins rows until the next quotation mark, rows below among them. Those in between are whole and are
 * taken apart again; the first and the last one are torn.
 */
function apart(cells: readonly string[], delimiter: string, width: number): readonly CsvRecord[] {
  const joined = cells.findIndex((cell) => cell.includes('\n') && cell.split('\n').some((line) => line.split(delimiter).length >= width - 1))
  if (joined < 0 || width < 4) return [{ cells }]
  const lines = (cells[joined] ?? '').split(/\r?\n/)
  const between = lines.slice(1, -1).map((line) => ({ cells: firstRows(line, delimiter)[0] ?? [] }))
  return [
    { cells: [...cells.slice(0, joined), lines[0] ?? ''], problem: 'torn' },
    ...between,
    { cells: [...(lines.at(-1) ?? '').split(delimiter), ...cells.slice(joined + 1)], problem: 'torn' },
  ]
}

async function* tableRows<Field extends string>(
  rows: AsyncIterable<readonly RawRow[]>,
  columns: Columns<Field>,
  letters: FontLetters | null,
): AsyncGenerator<TableRow<Field>> {
  for await (const some of rows) {
    for (const row of some) {
      const read = tableRow(row, columns, letters)
      if (read !== undefined) yield read
    }
  }
}

/** @returns undefined for a row of blanks, and for what belongs to the headings */
function tableRow<Field extends string>(
  { row, cells: raw, problem: known }: RawRow,
  { fields, heads }: Columns<Field>,
  letters: FontLetters | null,
): TableRow<Field> | undefined {
  const cells: Partial<Record<Field, string>> = {}
  const problem = known ?? (holdsAnother(raw, fields.length) ? 'torn' : undefined)
  let damaged = problem !== undefined
  let isBlank = true
  for (let index = 0; index < raw.length; index++) {
    const written = raw[index]
    if (written === undefined || written === '') continue
    damaged ||= written.includes('\uFFFD') || written.includes('\0')
    const cell = cellText(written, letters)
    if (cell === '') continue
    isBlank = false
    const field = fields[index]
    // Of two columns under one heading the first that is filled counts; that there are two is told of the file.
    if (field !== undefined) cells[field] ??= cell
  }
  if (!damaged && (isNumbering(raw) || repeats(heads, raw, letters))) return undefined
  return isBlank && !damaged ? undefined : { row, cells, damaged, ...(problem === undefined ? {} : { problem }) }
}

/** What the columns hold, and the texts of their headings in the form {@link comparable} gives. */
interface Columns<Field extends string> {
  readonly fields: readonly (Field | undefined)[]
  readonly heads: readonly string[]
}

/** Behind the last heading stands as much as in half a row: the line end between two rows is lost. */
function holdsAnother(cells: RawRow['cells'], width: number): boolean {
  if (cells.length < width * 1.5 || width < 4) return false
  return cells.slice(width).filter((cell) => cell !== undefined && cell.trim() !== '').length >= width / 2
}

interface RecordReader {
  /** The records that end in this piece of text. */
  read(text: string): Promise<readonly (readonly string[])[]>
  end(): Promise<readonly (readonly string[])[]>
  /** What follows is no CSV; the records before were given. */
  readonly broken: boolean
}

/** The parser as a stream would drop the good records that it holds when it meets a bad one: they are taken from it one by one. */
function recordReader(delimiter: string): RecordReader {
  let records: string[][] = []
  let broken = false
  const keep = (record: string[]) => {
    records.push(record)
    return null
  }
  const parser = parse({ ...habits, delimiter, on_record: keep }).resume()
  // Every call learns of a failure by its callback.
  parser.on('error', () => {})
  const taken = (call: (done: (error?: Error | null) => void) => void) =>
    new Promise<readonly (readonly string[])[]>((resolve) => {
      call((error) => {
        broken ||= error != null
        const given = records
        records = []
        resolve(given)
      })
    })
  return {
    read: (text) => taken((done) => parser.write(text, done)),
    end: () => (broken ? Promise.resolve([]) : taken((done) => parser.end(done))),
    get broken() {
      return broken
    },
  }
}

/** Builds a column table from headings as people write them. */
export function columnTable<Field extends string>(columns: Readonly<Record<string, Field>>): CodeTable<Field> {
  return Object.fromEntries(Object.entries(columns).map(([heading, field]) => [comparable(heading), field]))
}
