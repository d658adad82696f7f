import { hourOfHalf, type Instant, instant, instantFromWallClock, wallClockOf } from '../../domain/index.js'

/** `datetime2` as SQL text or JSON: up to seven fractional digits, no zone. */
const YEAR_FIRST = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,7})?)?)?(Z|[+-]\d{2}:?\d{2})?$/
/** As the product's own exports write it. */
const DAY_FIRST = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?(?: (SA|CH))?)?$/i
/** What .NET writes for a date that was never set, and what SQL Server makes of an empty text. */
const NEVER = /^(?:0001-01-01|0?1\/0?1\/0001|1900-01-01|0?1\/0?1\/1900)/
/** `DataContractJsonSerializer`: milliseconds since 1970, a true instant whatever the zone behind it says. */
const JSON_DATE = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/

export type TdForm = 'sql-text' | 'day-first' | 'json-date'

/** A wall clock at +07:00; seconds are as fine as anybody reports. A zone that is stated counts. contracts/provincial-sources.md §3.4 */
export function tdTime(text: string): { readonly at: Instant; readonly form: TdForm } | 'never' | undefined {
  const cell = text.trim()
  if (NEVER.test(cell)) return 'never'
  const json = JSON_DATE.exec(cell)
  if (json !== null) return jsonDate(Number(json[1]))
  const yearFirst = YEAR_FIRST.exec(cell)
  const dayFirst = DAY_FIRST.exec(cell)
  const [year, month, day, hour, minute, second] = yearFirst ? yearFirst.slice(1, 7) : dayFirst ? swapped(dayFirst) : []
  if (year === undefined) return undefined
  const at = instantFromWallClock({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
  })
  if (at === undefined) return undefined
  return { at: instant(at + WALL_OFFSET_MS - offsetOf(yearFirst?.[7])), form: yearFirst ? 'sql-text' : 'day-first' }
}

const WALL_OFFSET_MS = 7 * 3_600_000

function offsetOf(zone: string | undefined): number {
  if (zone === undefined) return WALL_OFFSET_MS
  const parts = /^([+-])(\d{2}):?(\d{2})$/.exec(zone)
  return parts === null ? 0 : (parts[1] === '-' ? -1 : 1) * (Number(parts[2]) * 60 + Number(parts[3])) * 60_000
}

function swapped([, day, month, year, hour, minute, second, half]: RegExpExecArray): readonly (string | undefined)[] {
  return [year, month, day, half === undefined ? hour : hourOfHalf(Number(hour), half), minute, second]
}

function jsonDate(milliseconds: number): { readonly at: Instant; readonly form: TdForm } | 'never' | undefined {
  if (milliseconds < YEAR_1000) return 'never'
  const isWritable = milliseconds < YEAR_10000 && wallClockOf(instant(milliseconds)).year <= 9999
  return isWritable ? { at: instant(milliseconds), form: 'json-date' } : undefined
}

const YEAR_1000 = -30_610_224_000_000
const YEAR_10000 = 253_402_214_400_000
