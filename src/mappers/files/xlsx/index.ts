/** Sheets of an `.xlsx` workbook, row by row, with memory that does not grow with them. contracts/provincial-sources.md §10 */

import type { FileBytes } from '../bytes.js'
import { fromFont } from '../letters/index.js'
import { numberText } from '../number-format.js'
import { LONGEST_CELL, MOST_COLUMNS, type RawRow } from '../raw-rows.js'
import { badWorkbook, openArchive, type WorkbookArchive } from './archive.js'
import { type SharedStrings, sharedStringsOf } from './strings.js'
import { type CellStyle, stylesOf } from './styles.js'
import { parsedXml, readXml } from './xml.js'

export interface WorkbookSheetRows {
  readonly name: string
  readonly isHidden: boolean
  /** @throws {LienthongError} `source.format` when the sheet is damaged, maybe after rows were given */
  rows(): AsyncGenerator<readonly RawRow[]>
}

const MOST_SHEETS = 256

/**
 * Opens a workbook. Dates are told as `dd/MM/yyyy HH:mm:ss`, numbers in plain digits, formulas by what they last showed.
 *
 * @returns its sheets in their order, hidden ones last
 * @throws {LienthongError} `source.format`: no workbook, protected, damaged, made to burst
 */
export async function openWorkbook(file: FileBytes, place: string): Promise<readonly WorkbookSheetRows[]> {
  const archive = await openArchive(file, place)
  const { sheets, calendar } = await bookOf(archive, place)
  const style = await stylesOf(archive, place)
  let strings: SharedStrings | undefined
  return sheets.map(({ name, path, isHidden }) => ({
    name,
    isHidden,
    async *rows() {
      strings ??= await sharedStringsOf(archive, place)
      yield* rowsOf(archive.read(path), place, { calendar, style, strings })
    },
  }))
}

interface Book {
  readonly sheets: readonly { readonly name: string; readonly path: string; readonly isHidden: boolean }[]
  readonly calendar: 1900 | 1904
}

async function bookOf(archive: WorkbookArchive, place: string): Promise<Book> {
  const targets = new Map<string, string>()
  const links = 'xl/_rels/workbook.xml.rels'
  if (archive.has(links))
    await readXml(archive.read(links), place, {
      open(name, attribute) {
        if (name === 'Relationship' && attribute('TargetMode') !== 'External') targets.set(attribute('Id') ?? '', pathOf(attribute('Target') ?? ''))
      },
    })
  const sheets: { name: string; path: string; isHidden: boolean }[] = []
  let calendar: Book['calendar'] = 1900
  await readXml(archive.read('xl/workbook.xml'), place, {
    open(name, attribute) {
      if (name === 'workbookPr' && /^(1|true)$/.test(attribute('date1904') ?? '')) calendar = 1904
      if (name !== 'sheet' || sheets.length >= MOST_SHEETS) return
      const path = targets.get(attribute('r:id') ?? '') ?? `xl/worksheets/sheet${sheets.length + 1}.xml`
      // Charts and macros are sheets too, of another kind.
      if (archive.has(path) && !/(?:chart|dialog|macro)sheets\//.test(path))
        sheets.push({ name: attribute('name') ?? '', path, isHidden: (attribute('state') ?? 'visible') !== 'visible' })
    },
  })
  if (sheets.length === 0) throw badWorkbook(place, 'damaged')
  return { sheets: [...sheets.filter(({ isHidden }) => !isHidden), ...sheets.filter(({ isHidden }) => isHidden)], calendar }
}

/** Names only: a target that leads elsewhere names no part. */
function pathOf(target: string): string {
  return target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`
}

interface SheetContext {
  readonly calendar: 1900 | 1904
  readonly style: (index: number) => CellStyle
  readonly strings: SharedStrings
}

async function* rowsOf(
  bytes: AsyncIterable<Uint8Array>,
  place: string,
  { calendar, style, strings }: SheetContext,
): AsyncGenerator<readonly RawRow[]> {
  let found: RawRow[] = []
  let row = 0
  let cells: (string | undefined)[] = []
  let column = -1
  let kind = 'n'
  let look = style(0)
  let text = ''
  let takes = false
  let isTooLong = false
  let phonetic = false

  const value = (): string => {
    if (text === '') return ''
    if (kind === 's') return shared(Number(text))
    if (kind === 'str' || kind === 'inlineStr') return look.letters === null ? text : fromFont(text, look.letters)
    if (kind === 'b') return text === '1' ? 'TRUE' : 'FALSE'
    // An error of a formula (#N/A) is no value.
    if (kind === 'e') return ''
    return kind === 'd' ? text.replace(/\.\d+Z?$|Z$/, '') : numberText(text, look.format, calendar)
  }
  const shared = (index: number): string => {
    const string = strings.at(index)
    // A text that is not there is damage that a blank cell would hide.
    if (string === undefined) return '\uFFFD'
    return look.letters === null ? string : fromFont(string, look.letters)
  }

  const parsing = parsedXml(bytes, place, {
    open(name, attribute) {
      if (name === 'c') {
        const at = attribute('r')
        column = at === undefined ? column + 1 : columnOf(at)
        kind = attribute('t') ?? 'n'
        look = style(Number(attribute('s') ?? 0))
        text = ''
      } else if (name === 'row') {
        const at = Number(attribute('r'))
        row = Number.isInteger(at) && at > row ? at : row + 1
        cells = []
        column = -1
        isTooLong = false
      } else if (name === 'rPh') phonetic = true
      else if (name === 'v' || name === 't') takes = !phonetic
    },
    text(piece) {
      if (!takes) return
      if (text.length + piece.length > LONGEST_CELL) isTooLong = true
      else text += piece
    },
    close(name) {
      if (name === 'v' || name === 't') takes = false
      else if (name === 'rPh') phonetic = false
      else if (name === 'c') {
        if (column >= 0 && column < MOST_COLUMNS) cells[column] = value()
      } else if (name === 'row') found.push({ row, cells, ...(isTooLong ? { problem: 'too-long' as const } : {}) })
    },
  })
  for await (const _ of parsing) {
    if (found.length === 0) continue
    yield found
    found = []
  }
}

function columnOf(reference: string): number {
  let number = 0
  for (let index = 0; index < reference.length && index < 4; index++) {
    const code = reference.charCodeAt(index)
    if (code < 65 || code > 90) break
    number = number * 26 + code - 64
  }
  return number - 1
}
