/** The days by which an OpenCPS list is asked for. Query parameters take `dd/MM/yyyy` (contracts/provincial-sources.md §3.4). */
import type { OpenCpsSearch } from '../../connectors/opencps/index.js'
import { DAY_MS, instant, type LocalDate, localDateOf, startOfDay } from '../../domain/index.js'
import type { OpenDossier } from '../ports.js'

export interface Window {
  readonly from: LocalDate
  readonly to: LocalDate
  /** By which of its days a dossier is looked for. Default: its reception. */
  readonly by?: 'Release' | 'Finish'
}

/** The days of a search; its rows in the order of these days. */
export function daysOf({ from, to, by }: Window): Omit<OpenCpsSearch, 'start' | 'end'> {
  const [first, last] = [wireDay(from), wireDay(to)]
  if (by === 'Release') return { fromReleaseDate: first, toReleaseDate: last, sort: 'releaseDate' }
  if (by === 'Finish') return { fromFinishDate: first, toFinishDate: last, sort: 'finishDate' }
  return { fromReceiveDate: first, toReceiveDate: last, sort: 'receiveDate' }
}

export function placeOf({ from, to, by }: Window): string {
  return `${by === undefined ? '' : `${by === 'Release' ? 'released' : 'finished'} `}${wireDay(from)}–${wireDay(to)}`
}

/** The reception days, before `start`, of dossiers that must be read again; sorted, each once. */
export async function openDays(open: AsyncIterable<OpenDossier>, start: LocalDate): Promise<LocalDate[]> {
  const days = new Set<LocalDate>()
  for await (const { receivedAt } of open) {
    if (receivedAt === null) continue
    const day = localDateOf(receivedAt)
    if (day < start) days.add(day)
  }
  return [...days].sort()
}

/** Neighbouring days share a query: a few unchanged rows cost less than a call. */
const NEIGHBOURS = 3

export function windowsBetween(days: readonly LocalDate[], longest: number): Window[] {
  const windows: { from: LocalDate; to: LocalDate }[] = []
  for (const day of days) {
    const last = windows.at(-1)
    if (last && daysFrom(last.to, day) <= NEIGHBOURS && daysFrom(last.from, day) < longest) last.to = day
    else windows.push({ from: day, to: day })
  }
  return windows
}

export function wireDay(day: LocalDate): string {
  return day.split('-').reverse().join('/')
}

export function addDays(day: LocalDate, count: number): LocalDate {
  return localDateOf(instant(startOfDay(day) + count * DAY_MS))
}

function daysFrom(from: LocalDate, to: LocalDate): number {
  return Math.round((startOfDay(to) - startOfDay(from)) / DAY_MS)
}

export const latest = (a: LocalDate, b: LocalDate): LocalDate => (a > b ? a : b)
export const earliest = (a: LocalDate, b: LocalDate): LocalDate => (a < b ? a : b)
export const later = (a: LocalDate | undefined, b: LocalDate | undefined): LocalDate | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a
