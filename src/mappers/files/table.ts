import { parse } from 'csv-parse'
import { parse as parseAtOnce } from 'csv-parse/sync'
import { comparable, LienthongError, type Text } from '../../base/index.js'
import { type CodeTable, textEntryOf } from '../tables/index.js'
import { decoded, detectEncoding, type TextEncoding } from './encoding.js'

/** One row of a list, by the fields its headings name. Blank cells are absent. */
export interface TableRow<Field extends string> {
  /** As a spreadsheet counts them, headings and title included. */
  readonly row: number
  readonly cells: Readonly<Partial<Record<Field, string>>>
  /** Holds bytes that are no text in the file's encoding. */
  readonly damaged: boolean
}

/** A kind of list: which headings mean what, and which fields make a heading row of this kind. */
export interface TableKind<Name extends string, Field extends string> {
  readonly name: Name
  /** Keys already in the form {@link comparable} gives. */
  readonly columns: CodeTable<Field>
  readonly needs: readonly { readonly field: Field; readonly heading: string }[]
  /** Of these, a heading row has at least one: other tables carry the codes of dossiers too. */
  readonly tells: readonly Field[]
}

/** A list whose headings were found. Rows are read while they are asked for: memory does not grow with the file. */
export interface OpenTable<Name extends string, Field extends string> {
  readonly kind: Name
  readonly encoding: TextEncoding
  readonly delimiter: string
  readonly lineEnd: 'CRLF' | 'LF'
  /** What the columns hold, in their order. */
  readonly fields: readonly (Field | undefined)[]
  /** Headings that no column table knows. */
  readonly unknownColumns: readonly string[]
  readonly rows: AsyncIterable<TableRow<Field>>
}

export const DELIMITERS = [',', ';', '\t'] as const
const HEAD_BYTES = 65_536
/** A title and blank rows may stand above the headings. */
export const HEADINGS_WITHIN = 20
/** A quotation mark that is never closed would otherwise take the rest of the file into memory as one cell. Characters. */
const LONGEST_ROW = 1_000_000

/** How lenient we read CSV. */
export const habits = { relax_column_count: true, relax_quotes: true, bom: true, max_record_size: LONGEST_ROW } as const

/**
 * Finds out how a list is written and where its headings are.
 *
 * @param source the bytes, at once or as they come
 * @param place the file's name, for messages
 * @throws {LienthongError} `source.format` when no row holds the headings of any kind; while rows are read, when the file breaks off
 */
export async function openTable<Name extends string, Field extends string>(
  source: Uint8Array | AsyncIterable<Uint8Array>,
  place: string,
  kinds: readonly TableKind<Name, Field>[],
): Promise<OpenTable<Name, Field>> {
  const { head, rest } = await withHead(source instanceof Uint8Array ? only(source) : source)
  const detected = detectEncoding(head)
  // One damaged byte makes UTF-8 look like Windows-1258; the headings tell.
  const candidates: readonly TextEncoding[] = detected.encoding === 'windows-1258' ? [detected, { encoding: 'utf-8', mark: false }] : [detected]
  const found = candidates.map((encoding) => findHeadings(textOf(head, encoding), kinds, encoding)).find((one) => one !== undefined)
  if (found === undefined) throw new LienthongError('source.format', { values: { place, problem: noHeadings(kinds) } })
  const { kind, delimiter, row, headings, encoding } = found
  const fields = headings.map((heading) => textEntryOf(kind.columns, heading))
  return {
    kind: kind.name,
    encoding,
    delimiter,
    lineEnd: textOf(head, encoding).includes('\r\n') ? 'CRLF' : 'LF',
    fields,
    unknownColumns: headings.filter((heading, index) => heading.trim() !== '' && fields[index] === undefined),
    rows: rowsBelow(rest, place, encoding, delimiter, row, fields),
  }
}

interface FoundHeadings<Name extends string, Field extends string> {
  readonly encoding: TextEncoding
  readonly kind: TableKind<Name, Field>
  readonly delimiter: string
  readonly row: number
  readonly headings: readonly string[]
}

function findHeadings<Name extends string, Field extends string>(
  text: string,
  kinds: readonly TableKind<Name, Field>[],
  encoding: TextEncoding,
): FoundHeadings<Name, Field> | undefined {
  for (const delimiter of DELIMITERS) {
    const rows = firstRows(text, delimiter)
    for (const kind of kinds) {
      const row = rows.findIndex((cells) => {
        const fields = new Set(cells.map((cell) => textEntryOf(kind.columns, cell)))
        return kind.needs.every(({ field }) => fields.has(field)) && kind.tells.some((field) => fields.has(field))
      })
      if (row >= 0) return { encoding, kind, delimiter, row: row + 1, headings: rows[row] ?? [] }
    }
  }
  return undefined
}

function textOf(head: Uint8Array, { encoding }: TextEncoding): string {
  return new TextDecoder(encoding).decode(head, { stream: true })
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

async function* rowsBelow<Field extends string>(
  bytes: AsyncIterable<Uint8Array>,
  place: string,
  encoding: TextEncoding,
  delimiter: string,
  headingRow: number,
  fields: readonly (Field | undefined)[],
): AsyncGenerator<TableRow<Field>> {
  let tail = ''
  let row = 0
  let narrowest = fields.length
  let last: { readonly row: TableRow<Field>; readonly width: number } | undefined
  const reader = recordReader(delimiter)
  function* rowsIn(records: readonly (readonly string[])[]): Generator<TableRow<Field>> {
    for (const record of records) {
      row++
      if (row <= headingRow || record.every((cell) => cell.trim() === '')) continue
      if (last) {
        narrowest = Math.min(narrowest, last.width)
        yield last.row
      }
      last = { row: rowOf(row, record, fields), width: record.length }
    }
  }
  for await (const piece of decoded(bytes, encoding)) {
    tail = piece.slice(-1)
    yield* rowsIn(await reader.read(piece))
    if (reader.broken) break
  }
  yield* rowsIn(await reader.end())
  if (reader.broken) {
    if (last) yield last.row
    throw brokenOff(place, row + 1)
  }
  if (last === undefined) return
  // Every writer ends a row whole; one that lacks cells and its line end was cut.
  if (tail !== '\n' && tail !== '\r' && last.width < narrowest) throw brokenOff(place, last.row.row)
  yield last.row
}

function rowOf<Field extends string>(row: number, record: readonly string[], fields: readonly (Field | undefined)[]): TableRow<Field> {
  const cells: Partial<Record<Field, string>> = {}
  fields.forEach((field, index) => {
    const cell = (record[index] ?? '').normalize('NFC').trim()
    if (field !== undefined && cell !== '') cells[field] = cell
  })
  return { row, cells, damaged: record.some((cell) => cell.includes('\uFFFD')) }
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

function brokenOff(place: string, row: number): LienthongError {
  const problem = {
    en: 'the file breaks off inside this row, or a quotation mark here is never closed; the rows above were read, none below',
    vi: 'tệp bị đứt giữa dòng này, hoặc có dấu ngoặc kép không được đóng; các dòng phía trên đã được đọc, phía dưới thì không',
  }
  return new LienthongError('source.format', { values: { place: { en: `${place}, row ${row}`, vi: `${place}, dòng ${row}` }, problem } })
}

async function withHead(source: AsyncIterable<Uint8Array>): Promise<{ head: Uint8Array; rest: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]()
  const parts: Uint8Array[] = []
  let size = 0
  while (size < HEAD_BYTES) {
    const next = await iterator.next()
    if (next.done) break
    parts.push(next.value)
    size += next.value.length
  }
  const head = Buffer.concat(parts)
  async function* rest(): AsyncGenerator<Uint8Array> {
    try {
      yield head
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
    } finally {
      await iterator.return?.()
    }
  }
  return { head, rest: rest() }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** Builds a column table from headings as people write them. */
export function columnTable<Field extends string>(columns: Readonly<Record<string, Field>>): CodeTable<Field> {
  return Object.fromEntries(Object.entries(columns).map(([heading, field]) => [comparable(heading), field]))
}
