/** A file of good records with one of them spoiled in ways that are met: for every dialect, JSON and XML. Seeded: the same number, the same file. */
import { Builder } from 'xml2js'

export type Row = Readonly<Record<string, unknown>>

export interface Spoiled {
  readonly text: string
  /** What was done, for the message of a failing test. */
  readonly how: string
  /** Which of the records may be lost or changed by it; the others must be read as if nothing had happened. */
  readonly victims: readonly number[]
}

/** How a list is written around its rows. */
export type Writing = (rows: readonly unknown[]) => string

export const jsonList: Writing = (rows) => JSON.stringify({ total: rows.length, data: rows }, null, 1)
/** No XML can hold these: whoever writes it has to leave them out. */
const legal = (value: unknown): unknown =>
  typeof value === 'string'
    ? value.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, '?')
    : Array.isArray(value)
      ? value.map(legal)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, legal(inner)]))
        : value
export const xmlList: Writing = (rows) =>
  new Builder({ rootName: 'data', renderOpts: { pretty: true, indent: ' ', newline: '\n' } }).buildObject({
    total: rows.length,
    data: rows.map(legal),
  })

/** mulberry32 */
function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

type Change = (row: Row, roll: (below: number) => number) => { readonly row: unknown; readonly how: string }

const set = (row: Row, field: string, value: unknown, how: string) => ({ row: { ...row, [field]: value }, how: `${field}: ${how}` })
const field = (row: Row, roll: (below: number) => number) => Object.keys(row)[roll(Object.keys(row).length)] ?? ''

/** What happens to one record. */
const CHANGES: readonly Change[] = [
  (row, roll) => {
    const name = field(row, roll)
    const { [name]: _, ...rest } = row
    return { row: rest, how: `${name} is missing` }
  },
  (row, roll) => set(row, field(row, roll), [null, 17, true, [], {}, [[]], { deep: { er: 1 } }, -1, 1e300][roll(9)], 'wrong type'),
  (row, roll) => {
    const name = field(row, roll)
    const { [name]: value, ...rest } = row
    const other =
      roll(2) === 0
        ? name.toUpperCase()
        : `${name.charAt(0) === name.charAt(0).toUpperCase() ? name.charAt(0).toLowerCase() : name.charAt(0).toUpperCase()}${name.slice(1)}`
    return { row: { ...rest, [other]: value }, how: `${name} is called ${other}` }
  },
  (row, roll) => {
    const name = Object.keys(row).filter((key) => /status|trangthai/i.test(key))
    return set(row, name[roll(name.length)] ?? 'status', ['lạ lắm', '', '99', 'NEW', ' '][roll(5)], 'unknown status')
  },
  (row, roll) => {
    const dates = Object.keys(row).filter((key) => /date|^Ngay/i.test(key))
    const forms = [
      '2025-03-10',
      '2025-03-10T08:15:00Z',
      '10-03-2025',
      '3/10/2025',
      '45726.34',
      '1741569300000',
      '31/02/2025 08:15:00',
      '99/99/9999 99:99:99',
      'hôm qua',
    ]
    return set(row, dates[roll(dates.length)] ?? 'date', forms[roll(forms.length)], 'other date format')
  },
  (row, roll) =>
    set(
      row,
      field(row, roll),
      ['Ế'.normalize('NFD').repeat(5000), '\u0000\u0001', '\u202e', '<b>&amp;</b>', '=cmd|x', '😀'.slice(0, 1)][roll(6)],
      'strange text',
    ),
  () => ({ row: null, how: 'no record at all' }),
  () => ({ row: 'a text', how: 'a text for a record' }),
  () => ({ row: [], how: 'a list for a record' }),
]

/** One spoiled file. @param index decides everything */
export function spoiled(rows: readonly Row[], write: Writing, index: number): Spoiled {
  const roll = dice(index + 1)
  const victim = roll(rows.length)
  const way = roll(CHANGES.length + 4)
  const change = CHANGES[way]
  if (change !== undefined) {
    const { row, how } = change(rows[victim] as Row, roll)
    return { text: write(rows.map((one, at) => (at === victim ? row : one))), how: `row ${victim + 1}: ${how}`, victims: [victim] }
  }
  const whole = write(rows)
  if (way === CHANGES.length) {
    const at = 1 + roll(whole.length - 1)
    // Whatever begins behind the cut, or is cut through, is gone.
    return { text: whole.slice(0, at), how: `cut at ${at}`, victims: rows.map((_, row) => row).filter((row) => endOf(rows, write, row) > at) }
  }
  if (way === CHANGES.length + 1) {
    // Inside one record: between its own brackets.
    const [from, to] = spanOf(rows, write, victim)
    const at = from + roll(to - from)
    const text = whole.slice(0, at) + whole.slice(at + 1)
    return { text, how: `character ${at} of row ${victim + 1} left out`, victims: [victim] }
  }
  if (way === CHANGES.length + 2) {
    const doubled = [...rows, rows[victim] as Row]
    return { text: write(doubled), how: `row ${victim + 1} twice`, victims: [victim] }
  }
  const [from, to] = spanOf(rows, write, victim)
  const at = from + roll(to - from)
  return {
    text: whole.slice(0, at) + ['\u0000', '"', '<', '}', '&', '\\'][roll(6)] + whole.slice(at),
    how: `a stray character at ${at} of row ${victim + 1}`,
    victims: [victim],
  }
}

/** Where a record's own text begins and ends: what differs when one of its values does. */
function spanOf(rows: readonly Row[], write: Writing, index: number): readonly [number, number] {
  const whole = write(rows)
  const without = write(rows.map((row, at) => (at === index ? {} : row)))
  let from = 0
  while (whole[from] === without[from]) from += 1
  let tail = 0
  while (whole[whole.length - 1 - tail] === without[without.length - 1 - tail] && whole.length - tail > from + 1) tail += 1
  return [from, whole.length - tail]
}

function endOf(rows: readonly Row[], write: Writing, index: number): number {
  const [, to] = spanOf(rows, write, index)
  // The closing bracket or element of the record.
  const whole = write(rows)
  const xml = whole.indexOf('</data>', to - 8)
  return whole.startsWith('<') ? xml + '</data>'.length : whole.indexOf('}', to - 1) + 1
}
