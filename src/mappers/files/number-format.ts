/** What a number in a cell looks like to whoever opened the file: spreadsheets keep days as numbers, and a format beside them. */

/** Formats that a workbook names by number alone and that show a day or a time. */
const DATE_FORMATS = new Set([
  14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 45, 46, 47, 50, 51, 52, 53, 54, 55, 56, 57, 58,
])
const NAMED_DATES = /^(?:short|long|medium|general) (?:date|time)$/i

export interface NumberFormat {
  readonly isDate: boolean
  /** A format of zeros alone shows that many digits; 0 for every other format. */
  readonly digits: number
}

const plain: NumberFormat = { isDate: false, digits: 0 }

/** @param code as the file writes it: `dd\/mm\/yyyy hh:mm`, `000000000000` */
export function numberFormat(code: string): NumberFormat {
  // Only the first part holds for numbers of today; quoted words, escaped characters, colours and places are no pattern.
  const pattern = (code.split(';')[0] ?? '').replace(/"[^"]*"|\\.|\[[^\]]*\]|_.|\*./g, '')
  if (NAMED_DATES.test(code.trim())) return { isDate: true, digits: 0 }
  if (/^0{2,}$/.test(pattern)) return { isDate: false, digits: pattern.length }
  return /[dmyhs]/i.test(pattern) && !/general|#|0/i.test(pattern.replace(/s\.0+/gi, 's')) ? { isDate: true, digits: 0 } : plain
}

export function builtInFormat(id: number): NumberFormat {
  return DATE_FORMATS.has(id) ? { isDate: true, digits: 0 } : plain
}

const DAY_MS = 86_400_000
/** Day 0 of both calendars. The first one believes that there was a 29 February 1900. */
const DAY_ZERO = { 1900: Date.UTC(1899, 11, 30), 1904: Date.UTC(1904, 0, 1) } as const
const LARGEST_SERIAL = 2_958_465

/**
 * A number as text: days as `dd/MM/yyyy HH:mm:ss` (without the clock at midnight), anything else in plain digits, with the zeros that its
 * format shows.
 *
 * @param value as the file writes it: `45726.34375`, `9.9090000001E10`
 */
export function numberText(value: string, format: NumberFormat, calendar: 1900 | 1904 = 1900): string {
  const number = Number(value)
  if (value.trim() === '' || !Number.isFinite(number)) return value
  if (format.isDate && number >= 1 && number <= LARGEST_SERIAL) return dayText(number, calendar)
  if (!Number.isSafeInteger(number)) return /e/i.test(value) && Math.abs(number) < 1e21 ? String(number) : value
  const digits = String(number)
  return number >= 0 ? digits.padStart(format.digits, '0') : digits
}

function dayText(serial: number, calendar: 1900 | 1904): string {
  const days = calendar === 1900 && serial < 60 ? serial + 1 : serial
  // Seconds are what a cell shows; halves of milliseconds come from the arithmetic.
  const at = new Date(DAY_ZERO[calendar] + Math.round((days * DAY_MS) / 1000) * 1000)
  const two = (part: number) => String(part).padStart(2, '0')
  const day = `${two(at.getUTCDate())}/${two(at.getUTCMonth() + 1)}/${at.getUTCFullYear()}`
  return Number.isInteger(serial) ? day : `${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`
}
