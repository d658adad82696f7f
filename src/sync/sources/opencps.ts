/**
 * Dossiers of an OpenCPS one-stop system. It has no modified-since query (contracts/provincial-sources.md §4.2), so each pass reads
 * the days since the last one, with an overlap, and again every day on which a dossier that is still open was received.
 */
import type { Clock, Mapped } from '../../base/index.js'
import { systemClock } from '../../base/index.js'
import type { OpenCps } from '../../connectors/opencps/index.js'
import { DAY_MS, type Dossier, instant, type LocalDate, localDateOf, startOfDay } from '../../domain/index.js'
import { type CodeTables, fromOpenCps, openCpsTime, openCpsTraits } from '../../mappers/index.js'
import type { DossierSource, OpenDossier, SourceBatch, SourceItem, SourceReading } from '../ports.js'

export interface OpenCpsSourceOptions {
  readonly client: OpenCps
  /** What the client logs in with; see {@link DossierSource.account}. */
  readonly account?: string
  readonly tables: CodeTables
  /** The province's own code: tells which local numbers are national ones. */
  readonly agencyCode: string
  /** First reception day to read. */
  readonly since: LocalDate
  /** Days of one query window. */
  readonly windowDays?: number
  /** Days read again each pass, for dossiers that were entered late. */
  readonly overlapDays?: number
  readonly pageSize?: number
  readonly clock?: Clock
}

/** Reception days up to here were read. */
interface OpenCpsCursor {
  readonly receivedThrough: LocalDate
}

interface Window {
  readonly from: LocalDate
  readonly to: LocalDate
}

/** Version of this reader and its mapper: part of the epoch. */
const MAPPER = 'opencps/1'
/** A list that changes while it is read is read again, this often. */
const READINGS = 3

export function openCpsSource(options: OpenCpsSourceOptions): DossierSource {
  const { client, tables, agencyCode, since, windowDays = 30, overlapDays = 7, pageSize = 200, clock = systemClock } = options

  const item = (row: unknown): SourceItem => {
    const bytes = JSON.stringify(row)
    const uid = (row as { referenceUid?: unknown } | null)?.referenceUid
    return { bytes, place: typeof uid === 'string' ? uid : 'OpenCPS /dossiers', read: () => reading(row) }
  }

  const reading = (row: unknown): Mapped<SourceReading> => {
    const { referenceUid, dossierId, briefNote, dossierNote } = (row ?? {}) as Readonly<
      Record<'referenceUid' | 'dossierId' | 'briefNote' | 'dossierNote', unknown>
    >
    if (typeof referenceUid !== 'string') {
      // The mapper says what is wrong with it.
      const unreadable = fromOpenCps({ dossier: row, actions: null, payment: null }, { tables, provinceAgencyCode: agencyCode })
      return { ok: false, findings: unreadable.findings }
    }
    const id = String(dossierId ?? referenceUid)
    return {
      ok: true,
      findings: [],
      value: {
        key: referenceUid,
        traits: { ...openCpsTraits(row, tables), note: [dossierNote, briefNote].filter(Boolean).join(' ') || null },
        async map(signal): Promise<Mapped<Dossier>> {
          const call = signal === undefined ? {} : { signal }
          // A fee is asked for by the uid: to a numeric id some servers answer with nothing, which would read as "no fee".
          const [actions, payment] = await Promise.all([client.actions(id, call), client.payment(referenceUid, call)])
          return fromOpenCps({ dossier: row, actions, payment }, { tables, provinceAgencyCode: agencyCode })
        },
      },
    }
  }

  /** All rows of one window, page by page. Yields each page; returns the last reception day it saw. */
  async function* pagesOf(window: Window, signal: AbortSignal | undefined): AsyncGenerator<readonly unknown[], LocalDate | undefined> {
    let newest: LocalDate | undefined
    for (let attempt = 1; attempt <= READINGS; attempt++) {
      let firstTotal: number | undefined
      let total = Number.POSITIVE_INFINITY
      let moved = false
      for (let start = 0; start < total; start += pageSize) {
        const page = await client.listDossiers({
          fromReceiveDate: wireDay(window.from),
          toReceiveDate: wireDay(window.to),
          sort: 'receiveDate',
          start,
          end: start + pageSize,
          ...(signal === undefined ? {} : { signal }),
        })
        total = page.total
        firstTotal ??= total
        moved ||= total !== firstTotal || (page.rows.length < pageSize && start + page.rows.length < total)
        for (const row of page.rows) newest = later(newest, receivedDay(row))
        if (page.rows.length > 0) yield page.rows
        else break
      }
      if (!moved) return newest
    }
    return newest
  }

  return {
    ...(options.account === undefined ? {} : { account: options.account }),
    epoch: [MAPPER, tables.version, agencyCode].join('|'),
    async *changes(saved, { open, signal }): AsyncGenerator<SourceBatch> {
      const cursor = saved as OpenCpsCursor | null
      const today = localDateOf(instant(clock.now()))
      const start = cursor === null ? since : latest(since, addDays(cursor.receivedThrough, -overlapDays))
      let through = cursor?.receivedThrough ?? since
      for (const window of windowsBetween(await openDays(open(), start), windowDays)) {
        for await (const rows of pagesOf(window, signal)) yield { items: rows.map(item), cursor: cursor ?? null, end: 'more' }
      }
      for (let from = start; from <= addDays(today, 1); from = addDays(from, windowDays)) {
        const pages = pagesOf({ from, to: addDays(from, windowDays - 1) }, signal)
        let page = await pages.next()
        while (!page.done) {
          yield { items: page.value.map(item), cursor: { receivedThrough: through } satisfies OpenCpsCursor, end: 'more' }
          page = await pages.next()
        }
        // The newest day the server showed, not our own clock's: the two may disagree.
        if (page.value !== undefined) through = latest(through, earliest(page.value, today))
      }
      yield { items: [], cursor: { receivedThrough: through } satisfies OpenCpsCursor, end: 'caught-up' }
    },
  }
}

function receivedDay(row: unknown): LocalDate | undefined {
  const receivedAt = openCpsTime.parse(String((row as { receiveDate?: unknown } | null)?.receiveDate ?? ''))
  return receivedAt === undefined ? undefined : localDateOf(receivedAt)
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

/** Neighbouring days share a query: a few unchanged rows cost less than a call. */
const NEIGHBOURS = 3

function windowsBetween(days: readonly LocalDate[], longest: number): Window[] {
  const windows: { from: LocalDate; to: LocalDate }[] = []
  for (const day of days) {
    const last = windows.at(-1)
    if (last && daysFrom(last.to, day) <= NEIGHBOURS && daysFrom(last.from, day) < longest) last.to = day
    else windows.push({ from: day, to: day })
  }
  return windows
}

/** Query parameters take `dd/MM/yyyy` (§3.4). */
function wireDay(day: LocalDate): string {
  return day.split('-').reverse().join('/')
}

function addDays(day: LocalDate, count: number): LocalDate {
  return localDateOf(instant(startOfDay(day) + count * DAY_MS))
}

function daysFrom(from: LocalDate, to: LocalDate): number {
  return Math.round((startOfDay(to) - startOfDay(from)) / DAY_MS)
}

const latest = (a: LocalDate, b: LocalDate): LocalDate => (a > b ? a : b)
const earliest = (a: LocalDate, b: LocalDate): LocalDate => (a < b ? a : b)
const later = (a: LocalDate | undefined, b: LocalDate | undefined): LocalDate | undefined => (a === undefined || (b !== undefined && b > a) ? b : a)
