/** How single values of the wire are read: text or number, and blank for "not known". */
import type { WireScalar } from '../../connectors/procedure-database/wire.js'
import { type Instant, instantFromWallClock, type LocalDate, localDateOf } from '../../domain/index.js'
import { oneLine, plainName, plainText } from '../plain-text.js'
import type { ProcedureNotes } from './rules.js'

/** The scalar as text, as it stands; null when blank. */
export function scalarText(value: WireScalar): string | null {
  if (value === null || value === undefined) return null
  const text = oneLine(String(value))
  return text === '' ? null : text
}

/** A name: one line, without numbering. */
export function scalarName(value: WireScalar): string | null {
  return plainName(scalarText(value))
}

/** A long text: its lines stay, HTML goes. */
export function scalarLines(value: WireScalar): string | null {
  return value === null || value === undefined ? null : plainText(String(value))
}

/** A code: no white space inside. */
export function scalarCode(value: WireScalar): string | null {
  return scalarText(value)?.replace(/ /g, '') ?? null
}

/** A number of copies: `1`, `01`, `1.0`, also `01 bản`. */
export function quantity(value: WireScalar, path: string, note: ProcedureNotes): number | null {
  const text = scalarText(value)
  if (text === null) return null
  const match = /^(\d{1,4})(?:\.0+)?(?: ?(?:bản|bộ|tờ).*)?$/iu.exec(text)
  if (!match) note.add('quantity.unreadable', path)
  return match ? Number(match[1]) : null
}

const DAY_FIRST = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:[ T].*)?$/
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/
const EPOCH = /^-?\d{9,14}$/

/** A day, written dd/MM/yyyy (A: as the same data is exported), ISO or as epoch milliseconds. @returns undefined when it is none of them */
export function dayOf(text: string): LocalDate | undefined {
  const dayFirst = DAY_FIRST.exec(text)
  if (dayFirst) return realDay(dayFirst[3], dayFirst[2], dayFirst[1])
  const iso = ISO.exec(text)
  if (iso) {
    const zone = iso[7]
    // A wall clock without a zone shows the day itself; with one it is a moment, and midnight here is 17:00Z of the day before.
    return zone === undefined
      ? realDay(iso[1], iso[2], iso[3])
      : dayOfMoment(Date.parse(text.replace(' ', 'T').replace(/([+-]\d{2})(\d{2})$/, '$1:$2')))
  }
  return EPOCH.test(text) ? dayOfMoment(Number(text)) : undefined
}

export function day(value: WireScalar, path: string, note: ProcedureNotes): LocalDate | null {
  const text = scalarText(value)
  if (text === null) return null
  const found = dayOf(text)
  if (found === undefined) note.add('date.unreadable', path)
  return found ?? null
}

function realDay(year = '', month = '', dayOfMonth = ''): LocalDate | undefined {
  const midnight = instantFromWallClock({ year: Number(year), month: Number(month), day: Number(dayOfMonth), hour: 0, minute: 0, second: 0 })
  // `0001-01-01` is how .NET writes "no date".
  return midnight === undefined || Number(year) < 1900 ? undefined : localDateOf(midnight)
}

function dayOfMoment(milliseconds: number): LocalDate | undefined {
  const earliest = Date.UTC(1900, 0, 1)
  const latest = Date.UTC(2200, 0, 1)
  return milliseconds >= earliest && milliseconds < latest ? localDateOf(milliseconds as Instant) : undefined
}

/** The day as the wire writes it: dd/MM/yyyy, or empty. */
export function wireDay(date: LocalDate | null): string {
  return date === null ? '' : date.split('-').reverse().join('/')
}
