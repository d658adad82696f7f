/**
 * Dossiers of a VNPT iGate one-stop system. Its search can be sorted by the last change (contracts/provincial-sources.md §7.2): a pass
 * reads the newest first, down to where the last one began. That stamp is the product's word and nobody's promise, so the whole list is
 * read again from time to time, and each pass asks anew for some of the dossiers that are still open.
 */
import pMap from 'p-map'
import { type Clock, days, LienthongError, type Mapped, minutes, systemClock } from '../../base/index.js'
import type { Igate } from '../../connectors/igate/index.js'
import type { Instant } from '../../domain/index.js'
import { type CodeTables, fromIgate, igateRules, igateTime, igateTraits } from '../../mappers/index.js'
import type { DossierSource, Glimpse, OpenDossier, SourceBatch, SourceItem, SourceReading } from '../ports.js'
import { type ListReading, MOST_READINGS, movingList, type PlacedRow } from './moving-list.js'
import { nestedTooDeep, rowText } from './raw-row.js'

export interface IgateSourceOptions {
  readonly client: Igate
  /** What the client logs in with; see {@link DossierSource.account}. */
  readonly account?: string
  readonly tables: CodeTables
  /** The province's own code, and those of agencies that it continues: tells which local numbers are national ones. */
  readonly agencyCode: string | readonly string[]
  /** Mongo id of the agency below which dossiers are read. Absent: all that the client may see. */
  readonly ancestorAgencyId?: string
  /** `slice` for gateways on which counting is slow: then a list of several pages is always read twice. */
  readonly paging?: 'page' | 'slice'
  /** Changes older than this moment stay out, and nothing is ever concluded to be gone. */
  readonly since?: Instant
  /** Rows of one page. 200. */
  readonly pageSize?: number
  /** Read again each pass, in minutes: a change may become visible after its own stamp. 60. */
  readonly overlapMinutes?: number
  /** The whole list is read again after so many days. 7. */
  readonly fullReadDays?: number
  /** Open dossiers asked for anew in each pass, in turn. 100. */
  readonly recheckOpen?: number
  readonly clock?: Clock
}

interface IgateCursor {
  /** Changes up to here were read, milliseconds. */
  readonly changedThrough: number
  /** When the whole list was last read, milliseconds. */
  readonly fullAt: number
  /** How many rows it had then. */
  readonly rows: number
  /** The open dossier that was asked for last; the next pass goes on behind it. */
  readonly recheckedTo: string
}

/** Version of this reader and its mapper: part of the epoch. */
const MAPPER = 'igate/1'
const NEWEST_FIRST = 'updatedDate,desc'
const PARALLEL_CALLS = 4
/** What runs by itself and says nothing of the dossier. */
const VOLATILE = { dossierProgress: undefined, undefindedCompleteTime: undefined }

export function igateSource(options: IgateSourceOptions): DossierSource {
  const { client, tables, agencyCode, ancestorAgencyId, paging = 'page', since, pageSize = 200, clock = systemClock } = options
  const { overlapMinutes = 60, fullReadDays = 7, recheckOpen = 100 } = options
  const mapping = { tables, provinceAgencyCode: agencyCode }
  const agency = ancestorAgencyId === undefined ? {} : { ancestorAgencyId }

  const item = (row: unknown, place: string): SourceItem => {
    const glimpse = glimpseOf(row)
    const bytes = textOf(row)
    return {
      bytes: bytes ?? place,
      place,
      ...(glimpse === undefined ? {} : { glimpse }),
      read: () => (bytes === undefined ? nestedTooDeep(igateRules) : reading(row)),
    }
  }

  const reading = (row: unknown): Mapped<SourceReading> => {
    const key = fieldOf(row, 'id')
    if (key === undefined) return { ok: false, findings: fromIgate(row, mapping).findings }
    const traits = igateTraits(row, tables)
    const { localCode = null, receivedAt = null } = glimpseOf(row) ?? {}
    return {
      ok: true,
      findings: [],
      value: {
        key,
        traits: { ...traits, localCode: traits.localCode ?? localCode, receivedAt: traits.receivedAt ?? receivedAt },
        async map(signal) {
          // Some gateways leave tasks and fees to the detail.
          const detail = hasTasks(row) ? null : await client.dossier(key, signal === undefined ? {} : { signal })
          return fromIgate(detail ?? row, mapping)
        },
      },
    }
  }

  /** One dossier as the list shows it, so that its bytes are those of the list. Its number may have changed since. */
  const rowOf = async (key: string, localCode: string | null, call: { readonly signal?: AbortSignal }): Promise<unknown> => {
    const byCode = async (code: string | null | undefined) => {
      if (code == null) return undefined
      const { rows } = await client.searchDossiers({ page: 0, size: 20, spec: paging, sort: NEWEST_FIRST, code, ...agency, ...call })
      return rows.find((row) => fieldOf(row, 'id') === key)
    }
    const listed = await byCode(localCode)
    if (listed !== undefined) return listed
    const detail = await client.dossier(key, call)
    if (detail === null) return undefined
    const code = fieldOf(detail, 'code')
    return (code === localCode ? undefined : await byCode(code)) ?? detail
  }

  const batchesOf = async function* (
    until: number | undefined,
    cursor: IgateCursor | null,
    shown: Set<string>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<SourceBatch, ListReading> {
    const call = signal === undefined ? {} : { signal }
    const list = movingList({
      page: (page) => client.searchDossiers({ page, size: pageSize, spec: paging, sort: NEWEST_FIRST, ...agency, ...call }),
      versionOf,
      changedAt,
      until,
      now: clock.now(),
    })
    const batch = (rows: readonly PlacedRow<unknown>[]): SourceBatch => {
      for (const { row } of rows) shown.add(fieldOf(row, 'id') ?? '')
      return { items: rows.map(({ row, position }) => item(row, `iGate, row ${position}`)), cursor, end: 'more' }
    }
    let page = await list.next()
    while (!page.done) {
      yield batch(page.value)
      page = await list.next()
    }
    return page.value
  }

  return {
    ...(options.account === undefined ? {} : { account: options.account }),
    epoch: [MAPPER, tables.version, agencyCode].join('|'),

    async *changes(saved, { open, signal }): AsyncGenerator<SourceBatch> {
      const cursor = saved as IgateCursor | null
      const now = clock.now()
      const isFull = cursor === null || now - cursor.fullAt >= days(fullReadDays)
      const until = cursor === null || isFull ? since : Math.max(cursor.changedThrough - minutes(overlapMinutes), since ?? 0)
      const shown = new Set<string>()
      const { newest, settled, rows } = yield* batchesOf(until, cursor, isFull ? noSet() : shown, signal)
      if (!settled) throw listMoved()
      if (isFull && rows === 0 && cursor !== null && cursor.rows > 0) throw listEmpty(cursor.rows)
      const again = isFull || recheckOpen === 0 ? [] : await nextOpen(open(), shown, cursor?.recheckedTo ?? '', recheckOpen)
      if (again.length > 0) {
        const call = signal === undefined ? {} : { signal }
        const found = await pMap(again, ({ key, localCode }) => rowOf(key, localCode, call), { concurrency: PARALLEL_CALLS })
        const items = found.flatMap((row, index) => (row === undefined ? [] : [item(row, `iGate, dossier ${again[index]?.key ?? ''}`)]))
        yield { items, cursor, end: 'more' }
      }
      const next: IgateCursor = {
        changedThrough: Math.max(cursor?.changedThrough ?? 0, newest ?? 0),
        fullAt: isFull ? now : cursor.fullAt,
        rows: isFull ? rows : cursor.rows,
        recheckedTo: again.at(-1)?.key ?? '',
      }
      yield { items: [], cursor: next, end: isFull && since === undefined ? 'complete' : 'caught-up' }
    },

    async get(key, { signal }) {
      const call = signal === undefined ? {} : { signal }
      const detail = await client.dossier(key, call)
      if (detail === null) return null
      const row = await rowOf(key, fieldOf(detail, 'code') ?? null, call)
      return item(row ?? detail, `iGate, dossier ${key}`)
    },
  }
}

function listMoved(): LienthongError {
  return new LienthongError('igate.list_moved', { values: { readings: MOST_READINGS }, system: 'igate', operation: 'search', hop: 'source' })
}

function listEmpty(before: number): LienthongError {
  return new LienthongError('igate.list_empty', { values: { before }, system: 'igate', operation: 'search', hop: 'source' })
}

/** Of a whole reading nobody asks which dossiers it showed: it showed all. */
function noSet(): Set<string> {
  const nothing = new Set<string>()
  nothing.add = () => nothing
  return nothing
}

/** The open dossiers behind the last one asked for, in the order of their keys; from the beginning again when none is left. */
async function nextOpen(open: AsyncIterable<OpenDossier>, shown: ReadonlySet<string>, from: string, most: number): Promise<readonly OpenDossier[]> {
  let [behind, before]: [OpenDossier[], OpenDossier[]] = [[], []]
  const smallest = (list: OpenDossier[]) => list.sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, most)
  for await (const dossier of open) {
    if (shown.has(dossier.key)) continue
    if (dossier.key > from) behind.push(dossier)
    else before.push(dossier)
    if (behind.length > 2 * most) behind = smallest(behind)
    if (before.length > 2 * most) before = smallest(before)
  }
  return [...smallest(behind), ...smallest(before)].slice(0, most)
}

/** A field of a row whatever else is wrong with it, as text; undefined for what is none. */
function fieldOf(row: unknown, name: 'id' | 'code' | 'acceptedDate' | 'updatedDate'): string | undefined {
  const value: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, name) : undefined
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  return text === '' ? undefined : text
}

function hasTasks(row: unknown): boolean {
  return typeof row === 'object' && row !== null && Array.isArray(Reflect.get(row, 'task'))
}

function textOf(row: unknown): string | undefined {
  return rowText(typeof row === 'object' && row !== null && !Array.isArray(row) ? { ...row, ...VOLATILE } : row)
}

function versionOf(row: unknown): string {
  const id = fieldOf(row, 'id')
  return id === undefined ? (textOf(row) ?? '') : `${id} ${fieldOf(row, 'updatedDate') ?? ''}`
}

function changedAt(row: unknown): Instant | undefined {
  return igateTime(fieldOf(row, 'updatedDate') ?? '')
}

/** A row that lost its id is still known by its number. */
function glimpseOf(row: unknown): Glimpse | undefined {
  const localCode = fieldOf(row, 'code') ?? null
  const receivedAt = igateTime(fieldOf(row, 'acceptedDate') ?? '') ?? null
  return localCode === null && receivedAt === null ? undefined : { names: localCode === null ? [] : [localCode], localCode, receivedAt }
}
