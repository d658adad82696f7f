import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  daysBetween,
  instant,
  instantFromWallClock,
  isoInstant,
  localDateOf,
  parseLocalDate,
  startOfDay,
  wallClockFormat,
  wallClockOf,
} from '../../src/domain/index.js'

const received = instant(1_741_569_300_000)

describe('the formats of five products name one moment (contracts/provincial-sources.md §3.4)', () => {
  test.each([
    ['dd/MM/yyyy HH:mm:ss', '10/03/2025 08:15:00'],
    ['yyyyMMddHHmmss', '20250310081500'],
    ['yyyy-MM-dd HH:mm:ss', '2025-03-10 08:15:00'],
    ["yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", '2025-03-10T08:15:00.000Z'],
  ])('%s', (pattern, text) => {
    const format = wallClockFormat(pattern)
    expect(format.parse(text)).toBe(received)
    expect(format.format(received)).toBe(text)
  })
})

test.each(['31/04/2025 00:00:00', '29/02/2025 00:00:00', '10/03/2025 24:00:00', '10/13/2025 00:00:00', '10/03/2025', '', '2025-03-10 08:15:00'])(
  '%j is no moment of the form dd/MM/yyyy HH:mm:ss',
  (text) => {
    expect(wallClockFormat('dd/MM/yyyy HH:mm:ss').parse(text)).toBeUndefined()
  },
)

test('any fourteen digits are a moment exactly when the calendar has it', () => {
  const format = wallClockFormat('yyyyMMddHHmmss')
  const two = fc.integer({ min: 0, max: 99 }).map((number) => String(number).padStart(2, '0'))
  const nearly = (max: number) => fc.integer({ min: 0, max: max + 1 }).map((number) => String(number).padStart(2, '0'))
  const year = fc.oneof(
    fc.constantFrom('0000', '0099', '0100', '1900', '2000', '2024', '2100'),
    fc.tuple(two, two).map(([a, b]) => a + b),
  )
  fc.assert(
    fc.property(year, nearly(12), nearly(31), nearly(23), nearly(59), nearly(59), (year, month, day, hour, minute, second) => {
      // What Date.parse takes as a time of a day of 24 hours, and says again: 31 April comes back as 1 May, the year 99 as it is.
      const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
      const utc = hour === '24' || Number(year) < 100 ? Number.NaN : Date.parse(iso)
      const isReal = !Number.isNaN(utc) && new Date(utc).toISOString() === iso
      expect(format.parse(`${year}${month}${day}${hour}${minute}${second}`)).toBe(isReal ? utc - 7 * 3_600_000 : undefined)
    }),
    { numRuns: 2000 },
  )
})

test('a wall clock read and written again is the same moment', () => {
  const format = wallClockFormat('yyyyMMddHHmmss')
  const seconds = fc.integer({ min: Date.UTC(1900, 0, 2) / 1000, max: Date.UTC(9999, 11, 30) / 1000 })
  fc.assert(
    fc.property(seconds, (count) => {
      const at = instant(count * 1000)
      expect(format.parse(format.format(at))).toBe(at)
      expect(instantFromWallClock(wallClockOf(at))).toBe(at)
      expect(Date.parse(isoInstant(at))).toBe(at)
      expect(localDateOf(at)).toBe(isoInstant(at).slice(0, 10))
    }),
  )
})

test('a day begins at midnight of Viet Nam, whatever zone the machine is in', () => {
  expect(isoInstant(startOfDay(localDateOf(received)))).toBe('2025-03-10T00:00:00+07:00')
  expect(localDateOf(instant(Date.parse('2025-03-09T17:00:00Z')))).toBe('2025-03-10')
})

test('a local date is a real day', () => {
  expect(parseLocalDate('2024-02-29')).toBe('2024-02-29')
  expect(parseLocalDate('2025-02-29')).toBeUndefined()
  expect(parseLocalDate('2025-2-9')).toBeUndefined()
})

test('days between two moments are midnights of Viet Nam, not hours', () => {
  const moment = (text: string) => wallClockFormat('yyyy-MM-dd HH:mm').parse(text)!
  expect(daysBetween(moment('2025-03-10 23:59'), moment('2025-03-11 00:00'))).toBe(1)
  expect(daysBetween(moment('2025-03-10 00:00'), moment('2025-03-10 23:59'))).toBe(0)
  expect(daysBetween(moment('2025-03-13 08:15'), moment('2025-03-10 17:00'))).toBe(-3)
})
