/** How these messages write times, flags and amounts. contracts/provincial-sources.md §3.4, §5.2 */
import { type Instant, instantFromWallClock } from '../../domain/index.js'

/** `none`: the all-zero date that stands for "no date". */
export type ReadTime = Instant | 'none' | undefined

const FORM = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3})\d*)?(?:Z|\+07:?00)?$/
const SENTINEL = /^0000-00-00/

/** The `Z` is a quoted letter: the clock is local. */
export function msyncTime(text: string): ReadTime {
  const tidied = text.trim()
  if (SENTINEL.test(tidied)) return 'none'
  const [, year, month, day, hour, minute, second, fraction = '0'] = FORM.exec(tidied) ?? []
  if (year === undefined) return undefined
  return instantFromWallClock({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    millisecond: Number(fraction.padEnd(3, '0')),
  })
}

/** Boolean in one schema, text in the other. @returns undefined for what is neither */
export function msyncFlag(text: string): boolean | undefined {
  const word = text.trim().toLowerCase()
  if (word === 'true' || word === '1') return true
  return word === 'false' || word === '0' ? false : undefined
}
