/** Which row holds the headings of a list, what they mean, and what else belongs to them. contracts/provincial-sources.md §10 */
import { comparable } from '../../base/index.js'
import { type CodeTable, textEntryOf } from '../tables/index.js'
import { cellText } from './cell-text.js'
import type { FontLetters } from './letters/index.js'
import type { RawRow } from './raw-rows.js'

/** A kind of list: which headings mean what, and which fields make a heading row of this kind. */
export interface TableKind<Name extends string, Field extends string> {
  readonly name: Name
  /** Keys already in the form {@link comparable} gives. */
  readonly columns: CodeTable<Field>
  readonly needs: readonly { readonly field: Field; readonly heading: string }[]
  /** Of these, a heading row has at least one: other tables carry the codes of dossiers too. */
  readonly tells: readonly Field[]
}

export interface HeadingLine<Field extends string> {
  readonly headings: readonly string[]
  readonly fields: readonly (Field | undefined)[]
}

export function headingsOf<Field extends string>(
  cells: readonly (string | undefined)[],
  letters: FontLetters | null,
  { columns }: TableKind<string, Field>,
): HeadingLine<Field> {
  const headings = Array.from(cells, (cell) => cellText(cell, letters))
  // A named font may hold for the rows alone, below headings that were typed anew.
  const fields = headings.map((heading, column) => fieldOf(columns, heading) ?? fieldOf(columns, cells[column] ?? null))
  return { headings, fields }
}

export function isHeading<Field extends string>(fields: readonly (Field | undefined)[], { needs, tells }: TableKind<string, Field>): boolean {
  const there = new Set(fields)
  return needs.every(({ field }) => there.has(field)) && tells.some((field) => there.has(field))
}

/**
 * Headings in two lines: below “Thời gian”, over two columns, stand “Ngày nhận” and “Ngày hẹn trả”. The lower line names columns that the
 * upper one does not, and has nothing of its own below a heading that has to be there.
 */
export function withLowerLine<Field extends string>(
  upper: HeadingLine<Field>,
  below: readonly (string | undefined)[] | undefined,
  letters: FontLetters | null,
  kind: TableKind<string, Field>,
): HeadingLine<Field> & { readonly lines: 1 | 2 } {
  if (below === undefined) return { ...upper, lines: 1 }
  const lower = headingsOf(below, letters, kind)
  const isNeeded = (field: Field | undefined) => kind.needs.some((need) => need.field === field)
  const belongs = upper.fields.every((field, column) => {
    const text = lower.headings[column] ?? ''
    return !isNeeded(field) || text === '' || comparable(text) === comparable(upper.headings[column] ?? '')
  })
  const names = lower.fields.some((field, column) => field !== undefined && !upper.fields.includes(field) && upper.fields[column] !== field)
  if (!belongs || !names) return { ...upper, lines: 1 }
  const width = Math.max(upper.headings.length, lower.headings.length)
  const columns = Array.from({ length: width }, (_, column) => ({
    heading: lower.headings[column] || upper.headings[column] || '',
    field: lower.fields[column] ?? upper.fields[column],
  }))
  return { headings: columns.map(({ heading }) => heading), fields: columns.map(({ field }) => field), lines: 2 }
}

/** By the heading as it is written, else by its bare letters: `Ma ho so`, `MA_HO_SO` and `MaHoSo` are one. */
function fieldOf<Field extends string>(columns: CodeTable<Field>, heading: string | null): Field | undefined {
  const field = textEntryOf(columns, heading)
  if (field !== undefined || heading === null) return field
  let bare = bareColumns.get(columns)
  if (bare === undefined) {
    const rows = Map.groupBy(Object.entries<Field>(columns), ([name]) => bareLetters(name))
    // Two headings that differ by their marks alone and mean different things: only the marks tell.
    bare = new Map(
      [...rows].flatMap(([name, [first, ...others]]) => (first && others.every(([, one]) => one === first[1]) ? [[name, first[1]]] : [])),
    )
    bareColumns.set(columns, bare)
  }
  const letters = bareLetters(heading)
  return letters.length < FEWEST_LETTERS ? undefined : (bare.get(letters) as Field | undefined)
}

const bareColumns = new WeakMap<object, ReadonlyMap<string, string>>()
/** Shorter ones are no name. */
const FEWEST_LETTERS = 5

function bareLetters(heading: string): string {
  return comparable(heading)
    .replace(/đ/g, 'd')
    .normalize('NFD')
    .replace(/[^a-z0-9]/g, '')
}

/** `(1)`, `2`, `A`: printed forms number their columns, in a row below the headings. */
const COLUMN_NUMBER = /^[([]?(?:\d{1,2}|[A-ZĐ])[)\]]?$/u
/** Fewer are no row of a form. */
const FEWEST_NUMBERS = 4

export function isNumbering(cells: RawRow['cells']): boolean {
  let count = 0
  for (const cell of cells) {
    const text = cell?.trim() ?? ''
    if (text === '') continue
    if (!COLUMN_NUMBER.test(text)) return false
    count++
  }
  return count >= FEWEST_NUMBERS
}

/** The headings once more, as they stand on every page of what was printed into a file. */
export function repeats(heads: readonly string[], cells: RawRow['cells'], letters: FontLetters | null): boolean {
  let count = 0
  for (const [index, cell] of cells.entries()) {
    if (cell === undefined || cell.trim() === '') continue
    const head = heads[index] ?? ''
    if (head === '' || comparable(cellText(cell, letters)) !== head) return false
    count++
  }
  return count >= FEWEST_NUMBERS
}
