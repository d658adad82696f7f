/** What a code may have been before a spreadsheet took it for a number or a date. */
import { type Instant, wallClockOf } from '../../domain/index.js'
import type { CellValue } from '../../mappers/index.js'

/** A national code as it was, and whether nothing of it was lost. */
export interface NationalForm {
  readonly code: string
  readonly whole: boolean
}

/**
 * Reads a cell as a national code `d.dddddd` that became a number: `2.00038` was `2.000380`. With all six digits nothing was lost.
 * A decimal comma, and digits whose point was taken for a separator of thousands, are read too. contracts/procedure-database.md §6
 *
 * @returns undefined when it cannot have been a code
 */
export function nationalFormOf(cell: CellValue): NationalForm | undefined {
  const text = typeof cell === 'number' ? plainNumber(cell) : typeof cell === 'string' ? cell.trim().replace(/^'/, '') : ''
  const [, digit, decimals] = /^(\d)[.,](\d{1,6})$/.exec(text) ?? []
  if (digit !== undefined && decimals !== undefined) return { code: `${digit}.${decimals.padEnd(6, '0')}`, whole: decimals.length === 6 }
  const [, first, rest] = /^(\d)(\d{6})$/.exec(text.replace(/^(\d)[.,](\d{3})[.,](\d{3})$/, '$1$2$3')) ?? []
  return first !== undefined && rest !== undefined ? { code: `${first}.${rest}`, whole: false } : undefined
}

/** A double carries more digits than the cell showed: 1.0011930000000001 was 1.001193. */
function plainNumber(value: number): string {
  if (Number.isInteger(value)) return String(value)
  const six = value.toFixed(6)
  return Math.abs(value - Number(six)) < 1e-9 ? six.replace(/0+$/, '') : String(value)
}

const LONGEST_CODE = 14

/**
 * Every code that could have stood in a cell before it became a number (zeros in front or behind lost) or a date (`3-12`, `12.2025`).
 * Which of them it was, the caller must know otherwise.
 */
export function localFormsOf(cell: CellValue): readonly string[] {
  const day = dayOf(cell)
  if (day !== undefined) return dateForms(day)
  const text = typeof cell === 'number' ? plainNumber(cell) : typeof cell === 'string' ? cell.trim().replace(/^'/, '') : ''
  if (!/^\d+(?:[.,]\d+)?$/.test(text)) return []
  const forms = new Set([text.replace(',', '.')])
  const national = nationalFormOf(text)
  if (national !== undefined) forms.add(national.code)
  if (/^\d+$/.test(text)) for (let length = text.length + 1; length <= LONGEST_CODE; length++) forms.add(text.padStart(length, '0'))
  const [whole, decimals] = text.split(/[.,]/)
  if (decimals !== undefined) for (let length = decimals.length + 1; length <= 6; length++) forms.add(`${whole}.${decimals.padEnd(length, '0')}`)
  return [...forms]
}

interface Day {
  readonly year: number
  readonly month: number
  readonly day: number
}

const DATE_TEXT = /^(?:(\d{1,2})[/-](\d{1,2})[/-](\d{4})|(\d{4})-(\d{2})-(\d{2}))(?:[ T].*)?$/
const UTC_TO_LOCAL_MS = 7 * 3_600_000

function dayOf(cell: CellValue): Day | undefined {
  // A cell's wall clock is told in UTC.
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? undefined : wallClockOf((cell.getTime() - UTC_TO_LOCAL_MS) as Instant)
  const match = typeof cell === 'string' ? DATE_TEXT.exec(cell.trim()) : null
  if (match === null) return undefined
  return match[4] === undefined
    ? { day: Number(match[1]), month: Number(match[2]), year: Number(match[3]) }
    : { year: Number(match[4]), month: Number(match[5]), day: Number(match[6]) }
}

const ORDERS = ['dm', 'md', 'my', 'ym', 'dmy', 'mdy', 'ymd'] as const

function dateForms({ year, month, day }: Day): readonly string[] {
  const padded = (value: number) => [...new Set([String(value), String(value).padStart(2, '0')])]
  const parts: Readonly<Record<string, readonly string[]>> = {
    d: padded(day),
    m: padded(month),
    y: [String(year), String(year % 100).padStart(2, '0')],
  }
  const forms = new Set<string>()
  for (const separator of ['-', '/', '.'])
    for (const order of ORDERS) {
      let found: readonly string[] = ['']
      for (const part of order)
        found = found.flatMap((front) => (parts[part] ?? []).map((value) => (front === '' ? value : front + separator + value)))
      for (const form of found) forms.add(form)
    }
  return [...forms]
}

/** A day that a person entered, as `yyyy-MM-dd` of the cell's own wall clock. */
export function cellDay(cell: Date): string {
  return Number.isNaN(cell.getTime()) ? '' : cell.toISOString().slice(0, 10)
}
