import { hourOfHalf, type Instant, instantFromWallClock } from '../../domain/index.js'

/** What a date cell turned out to be. */
export type DateCell = { readonly at: Instant; readonly lost: 'clock' | 'serial' | null } | { readonly at: null; readonly lost: 'unreadable' }

/** `10/03/2025 08:15:00` and what Excel makes of it: `10/3/2025 8:15`, `10/3/2025`. The day always comes first. */
const DAY_FIRST = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[\sT]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*(SA|CH))?)?$/i
const YEAR_FIRST = /^(\d{4})-(\d{2})-(\d{2})(?:[\sT]+(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,7})?)?)?$/

/** Days since 30 December 1899; 1954 to 2119 is wide enough for dossiers and too narrow for a year or an amount. */
const SERIAL = /^([2-7]\d{4})(?:[.,](\d+))?$/
const DAYS_TO_1970 = 25_569

/** Reads a date as offices keep it. contracts/provincial-sources.md §10 */
export function readDateCell(text: string): DateCell {
  const cell = text.trim()
  const dayFirst = DAY_FIRST.exec(cell)
  if (dayFirst) return fromParts(dayFirst[3], dayFirst[2], dayFirst[1], dayFirst.slice(4))
  const yearFirst = YEAR_FIRST.exec(cell)
  if (yearFirst) return fromParts(yearFirst[1], yearFirst[2], yearFirst[3], yearFirst.slice(4))
  const serial = SERIAL.exec(cell)
  if (serial) return fromSerial(Number(`${serial[1]}.${serial[2] ?? '0'}`))
  return { at: null, lost: 'unreadable' }
}

function fromParts(year = '', month = '', day = '', clock: readonly (string | undefined)[] = []): DateCell {
  const [, minute, second, half] = clock
  const hour = half === undefined ? clock[0] : hourOfHalf(Number(clock[0]), half)
  const at = instantFromWallClock({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
  })
  return at === undefined ? { at: null, lost: 'unreadable' } : { at, lost: hour === undefined ? 'clock' : null }
}

function fromSerial(serial: number): DateCell {
  const secondsSince1970 = Math.round((serial - DAYS_TO_1970) * 86_400)
  return { at: (secondsSince1970 * 1000 - 7 * 3_600_000) as Instant, lost: 'serial' }
}
