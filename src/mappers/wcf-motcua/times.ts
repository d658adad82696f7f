import type { Instant } from '../../domain/index.js'
import { tdTime } from '../td-mssql/times.js'

/** ISO text without zone, a wall clock at +07:00; in JSON `/Date(…)/`. @returns `never` for what was not set */
export function wcfTime(text: string): Instant | 'never' | undefined {
  const read = tdTime(text)
  return typeof read === 'object' ? read.at : read
}
