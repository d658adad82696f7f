/**
 * Lists that can be asked for by days of reception alone, page by numbered page. Each pass reads the days since the last one, with an
 * overlap, and again every day on which a dossier that is still open was received.
 */
import { type Clock, LienthongError } from '../../base/index.js'
import { DAY_MS, instant, type LocalDate, localDateOf, startOfDay } from '../../domain/index.js'
import type { OpenDossier } from '../ports.js'

export interface DayWindow {
  readonly from: LocalDate
  /** Included. */
  readonly to: LocalDate
}

export interface DayList {
  /** As errors and places name it. */
  readonly system: string
  /** @param number of the page, from 1 */
  page(window: DayWindow, number: number): Promise<{ readonly rows: readonly unknown[]; readonly total: number | null; readonly isLast: boolean }>
  /** Tells rows apart. */
  identity(row: unknown): string
  receivedDay(row: unknown): LocalDate | undefined
}

export interface DayReading {
  readonly since: LocalDate
  readonly windowDays: number
  readonly overlapDays: number
  readonly clock: Clock
}

/** Reception days up to here were read. */
export interface DayCursor {
  readonly receivedThrough: LocalDate
}

export interface ListedRow {
  readonly row: unknown
  readonly place: string
}

export interface ListedBatch {
  readonly rows: readonly ListedRow[]
  readonly cursor: DayCursor | null
  readonly end: 'more' | 'caught-up'
}

/** A list that changes while it is read is read again, this often. */
const READINGS = 4
/** A list that always promises more must not hold us for ever. */
const MOST_PAGES = 10_000
/** Neighbouring days share a query: a few unchanged rows cost less than a call. */
const NEIGHBOURS = 3

/** @throws {LienthongError} `source.list_moved` at the end, when the rows of some days did not keep still; what was seen was given. */
export async function* readByDays(
  list: DayList,
  { since, windowDays, overlapDays, clock }: DayReading,
  cursor: DayCursor | null,
  open: AsyncIterable<OpenDossier>,
  signal?: AbortSignal,
): AsyncGenerator<ListedBatch> {
  const today = localDateOf(instant(clock.now()))
  const start = cursor === null ? since : latest(since, addDays(cursor.receivedThrough, -overlapDays))
  let through = cursor?.receivedThrough ?? since
  let moving: DayWindow | undefined
  for (const window of windowsBetween(await openDays(open, start), windowDays)) {
    const { isWhole } = yield* readWindow(list, window, cursor, signal)
    if (!isWhole) moving ??= window
  }
  // What comes behind a window that was not read whole is read too, but the next pass starts at that window again.
  let isBehind = false
  for (let from = start; from <= addDays(today, 1); from = addDays(from, windowDays)) {
    const window = { from, to: addDays(from, windowDays - 1) }
    const { newest, isWhole } = yield* readWindow(list, window, { receivedThrough: through }, signal)
    if (!isWhole) moving ??= window
    isBehind ||= !isWhole
    // The newest day the server showed, not our own clock's: the two may disagree.
    if (newest !== undefined && !isBehind) through = latest(through, newest < today ? newest : today)
  }
  if (moving !== undefined) {
    const values = { from: shown(moving.from), to: shown(moving.to), readings: READINGS }
    throw new LienthongError('source.list_moved', { values, system: list.system, operation: 'list', hop: 'source' })
  }
  if (signal?.aborted) throw new LienthongError('transport.aborted', { values: { sent: 'no' }, system: list.system })
  yield { rows: [], cursor: { receivedThrough: through }, end: 'caught-up' }
}

/**
 * Numbered pages have no joint: a row that leaves an earlier page pulls one over the edge unseen. One page is a snapshot; several are
 * read until two readings agree.
 */
async function* readWindow(
  list: DayList,
  window: DayWindow,
  cursor: DayCursor | null,
  signal: AbortSignal | undefined,
): AsyncGenerator<ListedBatch, { newest: LocalDate | undefined; isWhole: boolean }> {
  let newest: LocalDate | undefined
  let before: string | undefined
  for (let reading = 1; reading <= READINGS; reading++) {
    const seen: string[] = []
    const totals = new Set<number | null>()
    let number = 0
    let isCut = false
    for (let isLast = false; !isLast && !isCut; ) {
      // Told to stop while the page before was used.
      if (signal?.aborted) throw new LienthongError('transport.aborted', { values: { sent: 'no' }, system: list.system })
      number += 1
      const page = await list.page(window, number)
      const names = page.rows.map((row) => list.identity(row))
      for (const row of page.rows) newest = later(newest, list.receivedDay(row))
      // A server that shows the same page again has no more for us than it had.
      const isRepeat = number > 1 && names.length > 0 && names.every((name) => seen.includes(name))
      totals.add(page.total)
      const place = (index: number) => `${list.system} ${shown(window.from)}–${shown(window.to)}, row ${seen.length + index + 1}`
      if (names.length > 0 && !isRepeat) yield { rows: page.rows.map((row, index) => ({ row, place: place(index) })), cursor, end: 'more' }
      isLast = page.isLast
      isCut = isRepeat || number >= MOST_PAGES || (!isLast && names.length === 0)
      seen.push(...names)
    }
    const [total] = totals
    const adds = totals.size === 1 && (total === null || total === undefined || new Set(seen).size === total)
    const now = seen.join('\n')
    if (!isCut && adds && (number === 1 || now === before)) return { newest, isWhole: true }
    before = now
  }
  return { newest, isWhole: false }
}

/** The reception days, before `start`, of dossiers that must be read again; sorted, each once. */
async function openDays(open: AsyncIterable<OpenDossier>, start: LocalDate): Promise<LocalDate[]> {
  const days = new Set<LocalDate>()
  for await (const { receivedAt } of open) {
    if (receivedAt === null) continue
    const day = localDateOf(receivedAt)
    if (day < start) days.add(day)
  }
  return [...days].sort()
}

function windowsBetween(days: readonly LocalDate[], longest: number): DayWindow[] {
  const windows: { from: LocalDate; to: LocalDate }[] = []
  for (const day of days) {
    const last = windows.at(-1)
    if (last && daysFrom(last.to, day) <= NEIGHBOURS && daysFrom(last.from, day) < longest) last.to = day
    else windows.push({ from: day, to: day })
  }
  return windows
}

function addDays(day: LocalDate, count: number): LocalDate {
  return localDateOf(instant(startOfDay(day) + count * DAY_MS))
}

function daysFrom(from: LocalDate, to: LocalDate): number {
  return Math.round((startOfDay(to) - startOfDay(from)) / DAY_MS)
}

const shown = (day: LocalDate): string => day.split('-').reverse().join('/')
const latest = (a: LocalDate, b: LocalDate): LocalDate => (a > b ? a : b)
const later = (a: LocalDate | undefined, b: LocalDate | undefined): LocalDate | undefined => (a === undefined || (b !== undefined && b > a) ? b : a)
