import { type Instant, instant, instantFromWallClock } from '../../domain/index.js'

/** `datetime2` as SQL text or JSON: up to seven fractional digits, no zone. */
const YEAR_FIRST = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,7})?)?)?(Z|[+-]\d{2}:?\d{2})?$/
/** As the product's own exports write it. */
const DAY_FIRST = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?$/
/** What .NET writes for a date that was never set. */
const NEVER = /^(?:0001-01-01|01\/01\/0001)/

export type TdForm = 'sql-text' | 'day-first'

/** A wall clock at +07:00; seconds are as fine as anybody reports. A zone that is stated counts. contracts/provincial-sources.md §3.4 */
export function tdTime(text: string): { readonly at: Instant; readonly form: TdForm } | 'never' | undefined {
  const cell = text.trim()
  if (NEVER.test(cell)) return 'never'
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

function swapped([, day, month, year, hour, minute, second]: RegExpExecArray): readonly (string | undefined)[] {
  return [year, month, day, hour, minute, second]
}
