/**
 * Dossiers of an OpenCPS one-stop system. It has no modified-since query (contracts/provincial-sources.md §4.2), so each pass reads
 * the reception days since the last one, with an overlap, again every day on which a dossier that is still open was received, and what
 * was released or finished on the days since: a closed dossier that was reopened and closed again shows there.
 */
import pMap from 'p-map'
import { asLienthongError, type Clock, isLienthongError, LienthongError, type Mapped, systemClock } from '../../base/index.js'
import type { OpenCps } from '../../connectors/opencps/index.js'
import { type Dossier, instant, type LocalDate, localDateOf } from '../../domain/index.js'
import { type CodeTables, type DossierTraits, fromOpenCps, openCpsRules, openCpsTime, openCpsTraits } from '../../mappers/index.js'
import type { DossierSource, Glimpse, MarkOutcome, SourceBatch, SourceItem, SourceReading, SyncMark } from '../ports.js'
import { addDays, daysOf, earliest, later, latest, openDays, placeOf, type Window, windowsBetween, wireDay } from './opencps-days.js'
import { assertKept, markedAt, markText, type OpenCpsRow, type OpenCpsWriteBack, sameForm, unmarked } from './opencps-marks.js'
import { nestedTooDeep, rowText } from './raw-row.js'

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
  /** Where marks go; without it none is written. */
  readonly writeBack?: OpenCpsWriteBack
  readonly clock?: Clock
}

/** Reception days up to here were read. */
interface OpenCpsCursor {
  readonly receivedThrough: LocalDate
}

/** Version of this reader and its mapper: part of the epoch. */
const MAPPER = 'opencps/2'
/** A list that changes while it is read is read again, this often. */
const READINGS = 3
/** A list that always promises more must not hold us for ever. */
const MOST_ROWS = 1_000_000
/** Marks written at once. */
const MARKS_AT_ONCE = 4
/** A search for one number is loose: this many rows are looked through. */
const MOST_LIKE_IT = 2000

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
  const { client, tables, agencyCode, since, windowDays = 30, overlapDays = 7, pageSize = 200, writeBack, clock = systemClock } = options

  /** What a record is told apart by: nothing of it is ours. */
  const bytesOf = (row: unknown): string | undefined => rowText(writeBack !== undefined && isRow(row) ? unmarked(row, writeBack) : row)

  const item = ({ row, place }: PageRow): SourceItem => {
    const glimpse = glimpseOf(row)
    const bytes = bytesOf(row)
    return {
      bytes: bytes ?? place,
      place,
      ...(glimpse === undefined ? {} : { glimpse }),
      read: () => (bytes === undefined ? nestedTooDeep(openCpsRules) : reading(row)),
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
    const more = signal === undefined ? {} : { signal }
    const days = daysOf(window)
    const place = `OpenCPS ${placeOf(window)}`
    let newest: LocalDate | undefined
    let whole = false
    for (let attempt = 1; attempt <= READINGS && !whole; attempt++) {
      let joint: string | undefined
      whole = true
      for (let start = 0; ; ) {
        const search = { ...days, start, end: start + pageSize + 1, ...more }
        const { rows, total } = await client.listDossiers(search)
        const joins = start === 0 || (rows.length > 0 && identityOf(rows[0]) === joint)
        whole &&= joins
        const page = rows.map((row, index) => ({ row, place: `${place}, row ${start + index + 1}` }))
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

  /** Found by the day it was finished, a dossier may be older than what is to be read. */
  const isInTime = (row: unknown): boolean => (receivedDay(row) ?? since) >= since

  /** The row of one dossier as the list has it: what the detail lacks would read as taken away. */
  async function listed(detail: OpenCpsRow, signal: AbortSignal | undefined): Promise<{ row: OpenCpsRow; answeredAt?: number } | undefined> {
    const [dossierNo, day] = [fieldOf(detail, 'dossierNo'), receivedDay(detail)]
    if (dossierNo === undefined || day === undefined) return undefined
    const search = { ...daysOf({ from: day, to: day }), dossierNo, ...(signal === undefined ? {} : { signal }) }
    for (let start = 0; start < MOST_LIKE_IT; start += pageSize) {
      const { rows, total, answeredAt } = await client.listDossiers({ ...search, start, end: start + pageSize })
      const row = rows.filter(isRow).find(({ referenceUid }) => referenceUid === detail.referenceUid)
      if (row !== undefined) return { row, ...(answeredAt === undefined ? {} : { answeredAt }) }
      if (start + pageSize >= total) break
    }
    throw new LienthongError('opencps.not_listed', { system: 'opencps', operation: 'dossiers', hop: 'source' })
  }

  async function written(mark: SyncMark, target: OpenCpsWriteBack, signal: AbortSignal | undefined): Promise<MarkOutcome> {
    const call = signal === undefined ? {} : { signal }
    const detail = await client.findDossier(mark.key, call)
    if (detail === null) return 'gone'
    if (!isRow(detail)) return 'changed-since'
    const found = await listed(detail, signal)
    const bytes = found === undefined ? undefined : bytesOf(found.row)
    // The form is filled from the detail: it must be of the version that the list shows.
    if (found === undefined || bytes === undefined || !mark.holds(bytes) || detail.modifiedDate !== found.row.modifiedDate) return 'changed-since'
    const text = markText(found.row, target, mark, markedAt(found.answeredAt, clock.now()))
    if (text === undefined) return 'written'
    const after = await client.updateDossier(Number(detail.dossierId), sameForm(detail), { ...call, mark: [target.field, text] })
    assertKept(after, target.field, text)
    return 'written'
  }

  async function* batchesOf(
    window: Window,
    cursor: OpenCpsCursor | null,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<SourceBatch, WindowReading> {
    const pages = pagesOf(window, signal)
    let page = await pages.next()
    while (!page.done) {
      yield { items: page.value.filter(({ row }) => window.by === undefined || isInTime(row)).map(item), cursor, end: 'more' }
      page = await pages.next()
    }
    return page.value
  }

  return {
    ...(options.account === undefined ? {} : { account: options.account }),
    epoch: [MAPPER, tables.version, agencyCode].join('|'),
    async get(key, { signal }) {
      const detail = await client.findDossier(key, signal === undefined ? {} : { signal })
      if (detail === null) return null
      const found = isRow(detail) ? await listed(detail, signal) : undefined
      return item({ row: found?.row ?? detail, place: 'OpenCPS' })
    },
    ...(writeBack !== undefined && {
      async writeBack(marks: readonly SyncMark[], { signal }: { readonly signal?: AbortSignal }) {
        const outcomes = await pMap(
          marks,
          (mark) =>
            written(mark, writeBack, signal).catch((error: unknown): MarkOutcome => {
              if (signal?.aborted) throw error
              return asLienthongError(error)
            }),
          { concurrency: MARKS_AT_ONCE },
        )
        const [first] = outcomes
        if (isLienthongError(first) && outcomes.every(isLienthongError)) throw first
        return outcomes
      },
    }),
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
      // The first pass has just seen every reception day.
      for (const by of cursor === null ? [] : (['Release', 'Finish'] as const)) {
        for (let from = start; from <= addDays(today, 1); from = addDays(from, windowDays)) {
          const window = { from, to: addDays(from, windowDays - 1), by }
          const { whole } = yield* batchesOf(window, { receivedThrough: through }, signal)
          if (!whole) moving ??= window
        }
      }
      if (moving !== undefined) throw listMoved(moving)
      yield { items: [], cursor: { receivedThrough: through } satisfies OpenCpsCursor, end: 'caught-up' }
    },
  }
}

function isRow(value: unknown): value is OpenCpsRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
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

/** Tells rows of one list apart. */
function identityOf(row: unknown): string {
  return fieldOf(row, 'referenceUid') ?? fieldOf(row, 'dossierId') ?? rowText(row) ?? ''
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
