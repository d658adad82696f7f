import { pipeline, Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { parse as parseAtOnce } from 'csv-parse/sync'
import { comparable, LienthongError } from '../../base/index.js'
import { type CodeTable, textEntryOf } from '../tables/index.js'
import { decoded, detectEncoding, type TextEncoding } from './encoding.js'

/** One row of a list, by the fields its headings name. Blank cells are absent. */
export interface TableRow<Field extends string> {
  /** As a spreadsheet counts them, headings and title included. */
  readonly row: number
  /** The row's own text: equal text, equal row. */
  readonly raw: string
  readonly cells: Readonly<Partial<Record<Field, string>>>
  /** Holds bytes that are no text in the file's encoding. */
  readonly damaged: boolean
}

/** A kind of list: which headings mean what, and which fields make a heading row of this kind. */
export interface TableKind<Name extends string, Field extends string> {
  readonly name: Name
  /** Keys already in the form {@link comparable} gives. */
  readonly columns: CodeTable<Field>
  readonly needs: readonly Field[]
}

/** A list whose headings were found. Rows are read while they are asked for: memory does not grow with the file. */
export interface OpenTable<Name extends string, Field extends string> {
  readonly kind: Name
  readonly encoding: TextEncoding
  readonly delimiter: string
  readonly lineEnd: 'CRLF' | 'LF'
  /** Headings that no column table knows. */
  readonly unknownColumns: readonly string[]
  readonly rows: AsyncIterable<TableRow<Field>>
}

const DELIMITERS = [',', ';', '\t'] as const
const HEAD_BYTES = 65_536
/** A title and blank rows may stand above the headings. */
const HEADINGS_WITHIN = 20

const habits = { relax_column_count: true, relax_quotes: true, bom: true } as const

/**
 * Finds out how a list is written and where its headings are.
 *
 * @param source the bytes, at once or as they come
 * @param place the file's name, for messages
 * @throws {LienthongError} `source.format` when no row holds the headings of any kind
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
  if (found === undefined) {
    const problem = 'no row holds the headings of a register (Mã hồ sơ, …) or of a payment list (Hồ sơ, Số tiền, …)'
    throw new LienthongError('source.format', { values: { place, problem } })
  }
  const { kind, delimiter, row, headings, encoding } = found
  const fields = headings.map((heading) => textEntryOf(kind.columns, heading))
  return {
    kind: kind.name,
    encoding,
    delimiter,
    lineEnd: textOf(head, encoding).includes('\r\n') ? 'CRLF' : 'LF',
    unknownColumns: headings.filter((heading, index) => heading.trim() !== '' && fields[index] === undefined),
    rows: rowsBelow(rest, encoding, delimiter, row, fields),
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
        return kind.needs.every((field) => fields.has(field)) && fields.size > kind.needs.length
      })
      if (row >= 0) return { encoding, kind, delimiter, row: row + 1, headings: rows[row] ?? [] }
    }
  }
  return undefined
}

function textOf(head: Uint8Array, { encoding }: TextEncoding): string {
  return new TextDecoder(encoding).decode(head, { stream: true })
}

function firstRows(text: string, delimiter: string): readonly (readonly string[])[] {
  try {
    return parseAtOnce(text, { ...habits, delimiter, to: HEADINGS_WITHIN })
  } catch {
    return []
  }
}

interface RawRecord {
  readonly record: readonly string[]
  readonly raw: string
}

async function* rowsBelow<Field extends string>(
  bytes: AsyncIterable<Uint8Array>,
  encoding: TextEncoding,
  delimiter: string,
  headingRow: number,
  fields: readonly (Field | undefined)[],
): AsyncGenerator<TableRow<Field>> {
  const parser = parse({ ...habits, delimiter, raw: true })
  // The callback keeps a broken source from becoming an unhandled error: the loop below meets it.
  pipeline(Readable.from(decoded(bytes, encoding)), parser, () => {})
  let row = 0
  for await (const { record, raw } of parser as AsyncIterable<RawRecord>) {
    row++
    if (row <= headingRow || record.every((cell) => cell.trim() === '')) continue
    const cells: Partial<Record<Field, string>> = {}
    fields.forEach((field, index) => {
      const cell = (record[index] ?? '').normalize('NFC').trim()
      if (field !== undefined && cell !== '') cells[field] = cell
    })
    yield { row, raw: raw.replace(/\r?\n$/, ''), cells, damaged: raw.includes('\uFFFD') }
  }
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
