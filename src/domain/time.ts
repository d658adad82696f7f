/** A moment, in milliseconds since 1970. Never a wall clock: those live on the wire, in formats that each dialect states. */
export type Instant = number & { readonly __brand: 'Instant' }

/** A day without time, `yyyy-MM-dd`: dates of birth, decision dates. */
export type LocalDate = string & { readonly __brand: 'LocalDate' }

/** Viet Nam has kept UTC+7 without summer time since 1975; every wall clock of these systems is read and written so. */
const OFFSET_MS = 7 * 3_600_000
export const DAY_MS = 86_400_000
const TWO_DIGITS = Array.from({ length: 32 }, (_, number) => String(number).padStart(2, '0'))
const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/**
 * The hour of `08:15 SA` and `02:30 CH`: *sáng* and *chiều*, as Vietnamese Windows writes them after days that come first. AM and PM come
 * with the month first. @returns an hour that no clock has for what is none, such as `14:15 SA`
 */
export function hourOfHalf(hour: number, half: string): string {
  const isMorning = half.toUpperCase() === 'SA'
  if (hour > 12) return isMorning ? '99' : String(hour)
  return String((hour % 12) + (isMorning ? 0 : 12))
}

/** Date and time as a wall clock at +07:00 shows them. */
export interface WallClock {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly millisecond?: number
}

export function instant(milliseconds: number): Instant {
  return milliseconds as Instant
}

/** @returns undefined when the fields are no real date (31 April) or no real time. */
export function instantFromWallClock(clock: WallClock): Instant | undefined {
  const { year, month, day, hour, minute, second, millisecond = 0 } = clock
  if (hour > 23 || minute > 59 || second > 59) return undefined
  // Date.UTC takes the years 0 to 99 for others, and carries what a month does not have into the next.
  if (year < 100 || day < 1 || day > (lastDayOf(year, month) ?? 0)) return undefined
  const utc = Date.UTC(year, month - 1, day, hour, minute, second, millisecond)
  return Number.isNaN(utc) ? undefined : ((utc - OFFSET_MS) as Instant)
}

/** @returns undefined for what is no month. */
function lastDayOf(year: number, month: number): number | undefined {
  return month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : MONTH_LENGTHS[month - 1]
}

export function wallClockOf(at: Instant): Required<WallClock> {
  const shifted = dateOf(at + OFFSET_MS)
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    millisecond: shifted.getUTCMilliseconds(),
  }
}

/** `2025-03-10T08:15:00+07:00`: how instants appear in our own output. */
export function isoInstant(at: Instant): string {
  return `${dateOf(at + OFFSET_MS)
    .toISOString()
    .slice(0, 19)}+07:00`
}

/** The day, at +07:00, on which a moment falls. */
export function localDateOf(at: Instant): LocalDate {
  const shifted = dateOf(at + OFFSET_MS)
  const year = shifted.getUTCFullYear()
  // Every dossier has such days, and writing the time only to cut it off costs five times as much.
  if (year >= 1000 && year <= 9999) return `${year}-${TWO_DIGITS[shifted.getUTCMonth() + 1]}-${TWO_DIGITS[shifted.getUTCDate()]}` as LocalDate
  return shifted.toISOString().slice(0, 10) as LocalDate
}

/** @returns undefined when the text is no real day in the form `yyyy-MM-dd`. */
export function parseLocalDate(text: string): LocalDate | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!match) return undefined
  const midnight = instantFromWallClock({ year: Number(match[1]), month: Number(match[2]), day: Number(match[3]), hour: 0, minute: 0, second: 0 })
  return midnight === undefined ? undefined : (text as LocalDate)
}

/** Midnight, at +07:00, at which a day begins. */
export function startOfDay(day: LocalDate): Instant {
  return (Date.parse(`${day}T00:00:00Z`) - OFFSET_MS) as Instant
}

/** Midnights, at +07:00, between two moments: 1 from any hour of a day to any hour of the next. */
export function daysBetween(from: Instant, to: Instant): number {
  return Math.floor((to + OFFSET_MS) / DAY_MS) - Math.floor((from + OFFSET_MS) / DAY_MS)
}

/** A wall-clock format, written as in the contracts: `dd/MM/yyyy HH:mm:ss`, `yyyyMMddHHmmss`. */
export interface WallClockFormat {
  readonly pattern: string
  /** @returns undefined when the text does not have this form or is no real moment. */
  parse(text: string): Instant | undefined
  format(at: Instant): string
}

const PARTS = {
  yyyy: { digits: 4, field: 'year' },
  MM: { digits: 2, field: 'month' },
  dd: { digits: 2, field: 'day' },
  HH: { digits: 2, field: 'hour' },
  mm: { digits: 2, field: 'minute' },
  ss: { digits: 2, field: 'second' },
  SSS: { digits: 3, field: 'millisecond' },
} as const

const FIELDS: readonly string[] = Object.values(PARTS).map(({ field }) => field)
const [ZERO, NINE] = [48, 57]

/** A token of a pattern that is no part. */
function literal(token: string): string {
  return token.replace(/^'|'$/g, '')
}

/** Builds reader and writer of one format. Parts that a pattern lacks count as zero; text in `'…'` is literal. */
export function wallClockFormat(pattern: string): WallClockFormat {
  const tokens = pattern.match(/'[^']*'|yyyy|MM|dd|HH|mm|ss|SSS|[^yMdHmsS']/g) ?? []
  /** Of each character the part that it is a digit of, or its code. */
  const places = tokens.flatMap((token): readonly { readonly part?: number; readonly code?: number }[] => {
    const part = PARTS[token as keyof typeof PARTS]
    if (part !== undefined) return Array.from({ length: part.digits }, () => ({ part: FIELDS.indexOf(part.field) }))
    return Array.from({ length: literal(token).length }, (_, index) => ({ code: literal(token).charCodeAt(index) }))
  })
  const parts = places.map(({ part = -1 }) => part)
  const codes = places.map(({ code = -1 }) => code)
  return {
    pattern,
    // Wall clocks are a good part of what mappers read: one walk, and no text cut out.
    parse(text) {
      const written = text.trim()
      if (written.length !== parts.length) return undefined
      const numbers = [0, 0, 0, 0, 0, 0, 0]
      for (let at = 0; at < written.length; at++) {
        const code = written.charCodeAt(at)
        const part = parts[at] ?? -1
        if (part < 0 ? code !== codes[at] : code < ZERO || code > NINE) return undefined
        if (part >= 0) numbers[part] = (numbers[part] ?? 0) * 10 + code - ZERO
      }
      const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, millisecond = 0] = numbers
      return instantFromWallClock({ year, month, day, hour, minute, second, millisecond })
    },
    format(at) {
      const clock = wallClockOf(at)
      return tokens
        .map((token) => {
          const part = PARTS[token as keyof typeof PARTS]
          return part === undefined ? literal(token) : String(clock[part.field]).padStart(part.digits, '0')
        })
        .join('')
    },
  }
}

function dateOf(milliseconds: number): Date {
  return new Date(milliseconds)
}
