import { type Instant, instant, wallClockOf } from '../../domain/index.js'
import { tdTime } from '../td-mssql/times.js'

/** `DataContractJsonSerializer`: milliseconds since 1970, a true instant whatever the zone behind it says. */
const JSON_DATE = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/

/** ISO text without zone, a wall clock at +07:00; in JSON `/Date(…)/`. @returns `never` for what was not set */
export function wcfTime(text: string): Instant | 'never' | undefined {
  const match = JSON_DATE.exec(text.trim())
  if (match === null) {
    const read = tdTime(text)
    return typeof read === 'object' ? read.at : read
  }
  const milliseconds = Number(match[1])
  if (milliseconds < YEAR_1000) return 'never'
  return milliseconds < YEAR_10000 && wallClockOf(instant(milliseconds)).year <= 9999 ? instant(milliseconds) : undefined
}

const YEAR_1000 = -30_610_224_000_000
const YEAR_10000 = 253_402_214_400_000
