/**
 * Dossiers of an OpenCPS one-stop system. It has no modified-since query (contracts/provincial-sources.md §4.2), so each pass reads
 * the days since the last one, with an overlap, and again every day on which a dossier that is still open was received.
 */
import { type Clock, LienthongError, type Mapped, notesFor, systemClock } from '../../base/index.js'
import type { OpenCps } from '../../connectors/opencps/index.js'
import { DAY_MS, type Dossier, instant, type LocalDate, localDateOf, startOfDay } from '../../domain/index.js'
import { type CodeTables, type DossierTraits, fromOpenCps, openCpsRules, openCpsTime, openCpsTraits } from '../../mappers/index.js'
import type { DossierSource, Glimpse, OpenDossier, SourceBatch, SourceItem, SourceReading } from '../ports.js'

export interface OpenCpsSourceOptions {
  readonly client: OpenCps
  /** What the client logs in with; see {@link DossierSource.account}. */
  readonly account?: string
  readonly tables: CodeTables
  /** The province's own code, and those of agencies that it continues: tells which local numbers are national ones. */
  readonly agencyCode: string | readonly string[]
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
/** A list that always promises more must not hold us for ever. */
const MOST_ROWS = 1_000_000

/** What one reading of a window found. */
interface WindowReading {
  /** The last reception day it saw. */
  readonly newest: LocalDate | undefined
  /** Each page went on where the one before ended, to the end of the list: no row can have slipped from one to the other unseen. */
  readonly whole: boolean
}

interface PageRow {
  readonly row: unknown
  readonly place: string
}

export function openCpsSource(options: OpenCpsSourceOptions): DossierSource {
  const { client, tables, agencyCode, since, windowDays = 30, overlapDays = 7, pageSize = 200, clock = systemClock } = options

  const item = ({ row, place }: PageRow): SourceItem => {
    const glimpse = glimpseOf(row)
    const bytes = textOf(row)
    return {
      bytes: bytes ?? place,
      place,
      ...(glimpse === undefined ? {} : { glimpse }),
      read: () => (bytes === undefined ? nestedTooDeep() : reading(row)),
    }
  }

  /** A row that cannot be mapped has no traits but what is seen of it. */
  const traitsOf = (row: unknown): DossierTraits => {
    const traits = openCpsTraits(row, tables)
    const { localCode = null, receivedAt = null } = glimpseOf(row) ?? {}
    return { ...traits, localCode: traits.localCode ?? localCode, receivedAt: traits.receivedAt ?? receivedAt }
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
        traits: { ...traitsOf(row), note: [dossierNote, briefNote].filter(Boolean).join(' ') || null },
        async map(signal): Promise<Mapped<Dossier>> {
          const call = signal === undefined ? {} : { signal }
          // A fee is asked for by the uid: to a numeric id some servers answer with nothing, which would read as "no fee".
          const [actions, payment] = await Promise.all([client.actions(id, call), client.payment(referenceUid, call)])
          return fromOpenCps({ dossier: row, actions, payment }, { tables, provinceAgencyCode: agencyCode })
        },
      },
    }
  }

  /**
   * All rows of one window, page by page. There is no snapshot to page through, so each page asks for the last row of the one before
   * again: where that does not come first, rows have moved, and the window is read again from its start.
   */
  async function* pagesOf(window: Window, signal: AbortSignal | undefined): AsyncGenerator<readonly PageRow[], WindowReading> {
    const [fromReceiveDate, toReceiveDate] = [wireDay(window.from), wireDay(window.to)]
    const more = signal === undefined ? {} : { signal }
    let newest: LocalDate | undefined
    let whole = false
    for (let attempt = 1; attempt <= READINGS && !whole; attempt++) {
      let joint: string | undefined
      whole = true
      for (let start = 0; ; ) {
        const search = { fromReceiveDate, toReceiveDate, sort: 'receiveDate', start, end: start + pageSize + 1, ...more }
        const { rows, total } = await client.listDossiers(search)
        const joins = start === 0 || (rows.length > 0 && identityOf(rows[0]) === joint)
        whole &&= joins
        const page = rows.map((row, index) => ({ row, place: `OpenCPS ${fromReceiveDate}–${toReceiveDate}, row ${start + index + 1}` }))
        for (const row of rows) newest = later(newest, receivedDay(row))
        const news = start > 0 && joins ? page.slice(1) : page
        if (news.length > 0) yield news
        const read = start + rows.length
        if (read >= total) break
        const reached = identityOf(rows.at(-1))
        // A server that shows the same page again, or an empty one, has no more for us than it had.
        if (reached === joint || read - 1 <= start || read > MOST_ROWS) {
          whole = false
          break
        }
        start = read - 1
        joint = reached
      }
    }
    return { newest, whole }
  }

  async function* batchesOf(
    window: Window,
    cursor: OpenCpsCursor | null,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<SourceBatch, WindowReading> {
    const pages = pagesOf(window, signal)
    let page = await pages.next()
    while (!page.done) {
      yield { items: page.value.map(item), cursor, end: 'more' }
      page = await pages.next()
    }
    return page.value
  }

  return {
    ...(options.account === undefined ? {} : { account: options.account }),
    epoch: [MAPPER, tables.version, agencyCode].join('|'),
    async *changes(saved, { open, signal }): AsyncGenerator<SourceBatch> {
      const cursor = saved as OpenCpsCursor | null
      const today = localDateOf(instant(clock.now()))
      const start = cursor === null ? since : latest(since, addDays(cursor.receivedThrough, -overlapDays))
      let through = cursor?.receivedThrough ?? since
      let moving: Window | undefined
      for (const window of windowsBetween(await openDays(open(), start), windowDays)) {
        const { whole } = yield* batchesOf(window, cursor, signal)
        if (!whole) moving ??= window
      }
      // What comes behind a window that was not read whole is read too, but the next pass starts at that window again.
      let behind = false
      for (let from = start; from <= addDays(today, 1); from = addDays(from, windowDays)) {
        const window = { from, to: addDays(from, windowDays - 1) }
        const { newest, whole } = yield* batchesOf(window, { receivedThrough: through }, signal)
        if (!whole) moving ??= window
        behind ||= !whole
        // The newest day the server showed, not our own clock's: the two may disagree.
        if (newest !== undefined && !behind) through = latest(through, earliest(newest, today))
      }
      if (moving !== undefined) throw listMoved(moving)
      yield { items: [], cursor: { receivedThrough: through } satisfies OpenCpsCursor, end: 'caught-up' }
    },
  }
}

function listMoved({ from, to }: Window): LienthongError {
  const values = { from: wireDay(from), to: wireDay(to), readings: READINGS }
  return new LienthongError('opencps.list_moved', { values, system: 'opencps', operation: 'dossiers', hop: 'source' })
}

/** A field of a row whatever else is wrong with it, as text; undefined for what is none. */
function fieldOf(row: unknown, name: 'referenceUid' | 'dossierId' | 'dossierNo' | 'receiveDate'): string | undefined {
  const value: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, name) : undefined
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  return text === '' ? undefined : text
}

/** @returns undefined for a row nested so deep that it cannot be walked: no server means it. */
function textOf(row: unknown): string | undefined {
  try {
    return JSON.stringify(row)
  } catch {
    return undefined
  }
}

function nestedTooDeep(): Mapped<never> {
  const note = notesFor(openCpsRules)
  note.add('record.unreadable', '', { problem: { en: 'nested too deep', vi: 'lồng nhau quá sâu' } })
  return { ok: false, findings: note.findings }
}

/** Tells rows of one list apart. */
function identityOf(row: unknown): string {
  return fieldOf(row, 'referenceUid') ?? fieldOf(row, 'dossierId') ?? textOf(row) ?? ''
}

/** A row that lost its uid is still known by its numbers, and found again by its day. */
function glimpseOf(row: unknown): Glimpse | undefined {
  const [dossierId, localCode] = [fieldOf(row, 'dossierId'), fieldOf(row, 'dossierNo') ?? null]
  const receivedAt = openCpsTime.parse(fieldOf(row, 'receiveDate') ?? '') ?? null
  const names = [dossierId, localCode].filter((name) => name != null)
  return names.length === 0 && receivedAt === null ? undefined : { names, localCode, receivedAt }
}

function receivedDay(row: unknown): LocalDate | undefined {
  const receivedAt = openCpsTime.parse(fieldOf(row, 'receiveDate') ?? '')
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
