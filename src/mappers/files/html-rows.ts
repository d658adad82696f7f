/**
 * Rows of the tables of an HTML page, read while it comes: nothing of it is kept but the row that is being read. One-stop systems save such
 * pages as `.xls`. contracts/provincial-sources.md §10
 */
import { withoutEntities } from './html-entities.js'
import { type NumberFormat, numberFormat, numberText } from './number-format.js'
import { brokenOff, LONGEST_CELL, MOST_COLUMNS, type RawRow } from './raw-rows.js'

/** Tables inside tables inside tables: deeper ones are text of the cell they stand in. */
const DEEPEST = 16
const LONGEST_TAG = 65_536
const LONGEST_STYLES = 1_048_576
const WIDEST_SPAN = 1000
const TALLEST_SPAN = 65_536

interface Cell {
  text: string
  readonly columns: number
  readonly rows: number
  /** What Excel notes of the cell's value. */
  readonly number: string | undefined
  readonly format: NumberFormat | undefined
  isTooLong: boolean
}

interface Table {
  row: { readonly cells: (string | undefined)[]; isTooLong: boolean; next: number } | undefined
  cell: Cell | undefined
  rows: number
  /** Columns that a cell of an earlier row still fills. */
  readonly spans: Map<number, { readonly text: string; left: number }>
}

/** Elements whose content is no text of the page. */
const HIDDEN = new Set(['script', 'style', 'xml', 'title', 'noframes'])
const BREAKS = new Set(['br', 'p', 'div', 'li'])

/** @throws {LienthongError} `source.format` when the page ends inside a row, after the rows before it were given */
export async function* htmlRows(text: AsyncIterable<string>, place: string): AsyncGenerator<readonly RawRow[]> {
  const reader = pageReader()
  for await (const piece of text) {
    const rows = reader.read(piece)
    if (rows.length > 0) yield rows
  }
  const { rows, brokenAt } = reader.end()
  if (rows.length > 0) yield rows
  if (brokenAt !== undefined) throw brokenOff(place, brokenAt)
}

function pageReader() {
  let pending = ''
  /** What ends a part that is no text: a comment, a script. */
  let skipping: { readonly end: RegExp; readonly keeps: boolean } | undefined
  let styles = ''
  let formats: ReadonlyMap<string, NumberFormat> | undefined
  let tooDeep = 0
  const tables: Table[] = []
  let found: RawRow[] = []
  let rowsOfPage = 0

  const take = () => {
    const rows = found
    found = []
    return rows
  }

  const addText = (raw: string) => {
    const cell = tables.at(-1)?.cell
    if (cell === undefined || cell.isTooLong) return
    if (cell.text.length + raw.length > LONGEST_CELL) cell.isTooLong = true
    else cell.text += raw
  }

  const endCell = (table: Table) => {
    const { cell, row } = table
    if (cell === undefined) return
    table.cell = undefined
    if (row === undefined) return
    const text = shown(cell)
    row.isTooLong ||= cell.isTooLong
    fillSpans(table, row)
    for (let column = 0; column < cell.columns && row.next < MOST_COLUMNS; column++) {
      const value = column === 0 ? text : ''
      if (cell.rows > 1) table.spans.set(row.next, { text: value, left: cell.rows - 1 })
      row.cells[row.next++] = value
    }
  }

  const endRow = (table: Table, depth: number) => {
    endCell(table)
    const { row } = table
    if (row === undefined) return
    table.row = undefined
    fillSpans(table, row)
    for (const [column, span] of table.spans) if (column >= row.next && span.left > 0) row.cells[column] = spent(span)
    for (const [column, span] of table.spans) if (span.left <= 0) table.spans.delete(column)
    table.rows++
    if (depth === 1) rowsOfPage++
    // Tables below each other are one sheet for a spreadsheet.
    found.push({ row: depth === 1 ? rowsOfPage : table.rows, cells: row.cells, depth, ...(row.isTooLong ? { problem: 'too-long' as const } : {}) })
  }

  const endTable = () => {
    const table = tables.at(-1)
    if (table === undefined) return
    endRow(table, tables.length)
    tables.pop()
  }

  const open = (name: string, attributes: string) => {
    if (name === 'table') {
      if (tables.length >= DEEPEST) tooDeep++
      else tables.push({ row: undefined, cell: undefined, rows: 0, spans: new Map() })
      return
    }
    const table = tables.at(-1)
    if (table === undefined || tooDeep > 0) return
    if (name === 'tr') {
      endRow(table, tables.length)
      table.row = { cells: [], isTooLong: false, next: 0 }
    } else if (name === 'td' || name === 'th') {
      endCell(table)
      table.row ??= { cells: [], isTooLong: false, next: 0 }
      table.cell = cellOf(attributes)
    } else if (name === 'thead' || name === 'tbody' || name === 'tfoot') endRow(table, tables.length)
    else if (BREAKS.has(name)) addText('\n')
  }

  const close = (name: string) => {
    if (name === 'table') {
      if (tooDeep > 0) tooDeep--
      else endTable()
      return
    }
    const table = tables.at(-1)
    if (table === undefined || tooDeep > 0) return
    if (name === 'tr' || name === 'thead' || name === 'tbody' || name === 'tfoot') endRow(table, tables.length)
    else if (name === 'td' || name === 'th') endCell(table)
    else if (BREAKS.has(name)) addText('\n')
  }

  const cellOf = (attributes: string): Cell => {
    if (attributes === '') return { text: '', columns: 1, rows: 1, number: undefined, format: undefined, isTooLong: false }
    const own = /mso-number-format\s*:\s*(?:\\?"([^"]*)"|'([^']*)'|([^;"'>]+))/i.exec(attributes.replace(/&quot;/gi, '"'))
    const name = attributeOf(attributes, 'class')
    formats ??= formatsIn(styles)
    return {
      text: '',
      columns: span(attributeOf(attributes, 'colspan'), WIDEST_SPAN),
      rows: span(attributeOf(attributes, 'rowspan'), TALLEST_SPAN),
      number: attributeOf(attributes, 'x:num'),
      format: own ? numberFormat(formatCode(own[1] ?? own[2] ?? own[3] ?? '')) : name === undefined ? undefined : formats.get(name),
      isTooLong: false,
    }
  }

  const tag = (written: string) => {
    const [, slash, name = '', attributes = ''] = /^(\/?)([a-z][a-z0-9:]*)([\s\S]*)$/i.exec(written) ?? []
    const element = name.toLowerCase()
    if (slash === '/') close(element)
    else if (HIDDEN.has(element) && !attributes.endsWith('/')) skipping = { end: new RegExp(`</${element}\\s*>`, 'i'), keeps: element === 'style' }
    else open(element, attributes)
  }

  /** @returns what has to wait for more text */
  const work = (text: string, isLast: boolean): string => {
    let at = 0
    /** The next end of a tag, looked for once: a page may be nothing but beginnings. */
    let close = -1
    while (at < text.length) {
      if (skipping) {
        const rest = text.slice(at)
        const end = skipping.end.exec(rest)
        if (skipping.keeps && styles.length < LONGEST_STYLES) styles += end ? rest.slice(0, end.index) : rest.slice(0, -16)
        if (!end) return rest.slice(-16)
        formats = undefined
        skipping = undefined
        at += end.index + end[0].length
        continue
      }
      const start = text.indexOf('<', at)
      if (start < 0) {
        addText(text.slice(at))
        return ''
      }
      if (start > at) addText(text.slice(at, start))
      if (!isLast && text.length - start < 4) return text.slice(start)
      if (text.startsWith('<!--', start)) {
        skipping = { end: /-->/, keeps: false }
        at = start + 4
        continue
      }
      if (!/[a-z/!?]/i.test(text[start + 1] ?? '')) {
        addText('<')
        at = start + 1
        continue
      }
      if (close < start) close = indexOrEnd(text, '>', start)
      const end = endOfTag(text, start, close)
      if (end < 0) {
        if (end !== NO_TAG && !isLast && text.length - start < LONGEST_TAG) return text.slice(start)
        addText('<')
        at = start + 1
        continue
      }
      tag(text.slice(start + 1, end))
      at = end + 1
    }
    return ''
  }

  return {
    read(text: string): readonly RawRow[] {
      pending = work(pending + text, false)
      return take()
    },
    /** `brokenAt`: a row that was never ended, in a table that was not either, or a part that swallowed the rest. */
    end(): { readonly rows: readonly RawRow[]; readonly brokenAt: number | undefined } {
      const swallowed = skipping !== undefined
      work(pending, true)
      const inside = tables.findLast(({ row }) => row !== undefined)
      const row = inside !== undefined && tables.length > 1 ? inside.rows : rowsOfPage
      return { rows: take(), brokenAt: swallowed || skipping || inside ? row + 1 : undefined }
    },
  }
}

const UNFINISHED = -1
const NO_TAG = -2

/** An attribute whose quotation mark is never closed ends with its tag: what stands between tags is worth more than an attribute. */
function endOfTag(text: string, start: number, close: number): number {
  let quote = ''
  for (let at = start + 1; at < text.length && at - start < LONGEST_TAG; at++) {
    const character = text[at] as string
    if (quote !== '') {
      if (character === quote) quote = ''
      else if (character === '<') return close < text.length && close - start < LONGEST_TAG ? close : NO_TAG
    } else if (character === '>') return at
    else if ((character === '"' || character === "'") && text[at - 1] === '=') quote = character
    else if (character === '<') return NO_TAG
  }
  return UNFINISHED
}

function indexOrEnd(text: string, character: string, from: number): number {
  const found = text.indexOf(character, from)
  return found < 0 ? text.length : found
}

function fillSpans({ spans }: Table, row: NonNullable<Table['row']>): void {
  for (let span = spans.get(row.next); span !== undefined && span.left > 0; span = spans.get(row.next)) row.cells[row.next++] = spent(span)
}

function spent(span: { readonly text: string; left: number }): string {
  span.left--
  return span.text
}

/** What a reader of the page sees; for days and for numbers that Excel shortened (`9.9E+10`) what Excel keeps behind it. */
function shown({ text, number, format }: Cell): string {
  const seen = withoutEntities(text.replace(/[ \t\r\f]+/g, ' ')).replace(/ ?\n[ \n]*/g, '\n')
  if (number === undefined || number === '' || !(format?.isDate || /^[\d.,]+E\+\d+$|^#+$/i.test(seen.trim()))) return seen
  return numberText(number, format ?? numberFormat('General'))
}

function span(written: string | undefined, most: number): number {
  const count = Number.parseInt(written ?? '1', 10)
  return Number.isInteger(count) && count > 1 ? Math.min(count, most) : 1
}

function attributeOf(attributes: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>"']+))`, 'i').exec(attributes)
  return found ? (found[1] ?? found[2] ?? found[3]) : undefined
}

/** `.xl25 { mso-number-format: "dd\/mm\/yyyy" }` */
function formatsIn(styles: string): ReadonlyMap<string, NumberFormat> {
  const formats = new Map<string, NumberFormat>()
  for (const [, name = '', rules = ''] of styles.matchAll(/\.([\w-]{1,60})[^{}]{0,200}\{([^{}]{0,4000})\}/g)) {
    const code = /mso-number-format\s*:\s*(?:"((?:[^"\\]|\\.)*)"|([^;]+))/i.exec(rules)
    if (code) formats.set(name, numberFormat(formatCode(code[1] ?? code[2] ?? '')))
  }
  return formats
}

/** Style sheets write characters of a format as `\002F`, or with a backslash before them. */
function formatCode(css: string): string {
  return css
    .replace(/\\([0-9a-f]{4})\s?/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\([^\\])/g, '$1')
    .trim()
}
