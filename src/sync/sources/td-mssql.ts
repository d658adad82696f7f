/** Dossiers of TD.DichVuCong, read from its database and marked there. contracts/provincial-sources.md §8 */
import { type Clock, hours, isLienthongError, LienthongError, type Mapped, minutes, systemClock } from '../../base/index.js'
import type { TdDatabase, TdRecord } from '../../connectors/td-mssql/index.js'
import { cellText, dossierColumns, feeColumns, stepColumns, type TdCell } from '../../connectors/td-mssql/wire.js'
import { DAY_MS, type Dossier, type DossierStatus, instant, type LocalDate, wallClockFormat } from '../../domain/index.js'
import { type CodeTables, fromTd, sendableSteps, type TdMapping, tdTraits } from '../../mappers/index.js'
import type { DossierSource, MarkOutcome, SourceBatch, SourceItem, SourceReading, SyncMark } from '../ports.js'

export interface TdSourceOptions {
  readonly database: TdDatabase
  /** What the database is opened with; see {@link DossierSource.account}. */
  readonly account?: string
  readonly tables: CodeTables
  readonly agencyCode: string | readonly string[]
  /** First reception day to read. */
  readonly since: LocalDate
  /** Rows that carry a mark which some sync wrote: looked at like any other (default), or left out. */
  readonly alreadyMarked?: 'visible' | 'skip'
  /** Whether marks are written. Default `flags`. */
  readonly writeBack?: 'flags' | 'none'
  /** Changes are read again from so long before the last one seen, for transactions that took their time. Default 30. */
  readonly overlapMinutes?: number
  /** So often every dossier is read, which alone shows what was deleted for good or changed past all marks. Default 24. */
  readonly wholeEveryHours?: number
  readonly pageSize?: number
  readonly sendAsDone?: readonly DossierStatus[]
  readonly clock?: Clock
  /** Files of results, which it names by paths; see {@link fileOpener}. */
  readonly openFile?: DossierSource['openFile']
}

interface TdCursor {
  /** The newest change that the tables showed; a wall clock of theirs. */
  readonly through: string
  /** When everything was read last, by our clock, and from which day on. */
  readonly wholeAt: number
  readonly since: LocalDate
}

/** Version of this reader and its mapper: part of the epoch. */
const MAPPER = 'td-mssql/2'
const MARKS_TOGETHER = 50

/** Whoever fails so would fail with every other mark too. */
const HOPELESS: ReadonlySet<string> = new Set(['sql.unreachable', 'sql.login_refused', 'sql.no_right', 'sql.schema', 'config.missing_package'])

export function tdSource(options: TdSourceOptions): DossierSource {
  const { database, tables, agencyCode, since, alreadyMarked = 'visible', writeBack = 'flags', pageSize = 500, clock = systemClock } = options
  const { overlapMinutes = 30, wholeEveryHours = 24, sendAsDone = [] } = options
  const window = { since, pageSize }
  let names: Promise<Names> | undefined

  const itemOf =
    (known: Names) =>
    (record: TdRecord): SourceItem => {
      const traits = tdTraits(record.dossier, tables, known.groups)
      const mapping: TdMapping = { tables, provinceAgencyCode: agencyCode, sendAsDone, ...known }
      return {
        bytes: bytesOf(record),
        place: `${database.place}, Business.HoSos ${idOf(record)}`,
        glimpse: { names: [traits.localCode].filter((name) => name !== null), localCode: traits.localCode, receivedAt: traits.receivedAt },
        read(): Mapped<SourceReading> {
          const mapped: Mapped<Dossier> = fromTd(record, mapping)
          if (!mapped.ok) return mapped
          const flags = traits.flags.flatMap((flag) => (flag !== 'marked' ? [flag] : alreadyMarked === 'skip' ? ['already-marked'] : []))
          return { ok: true, findings: [], value: { key: idOf(record), traits: { ...traits, flags }, map: async () => mapped } }
        },
      }
    }

  async function* everything(cursor: TdCursor | null, item: (record: TdRecord) => SourceItem, newest: string | null): AsyncGenerator<SourceBatch> {
    for await (const records of database.everything(window)) yield { items: records.map(item), cursor, end: 'more' }
    const through = newest ?? cursor?.through ?? ''
    yield { items: [], cursor: { through, wholeAt: clock.now(), since } satisfies TdCursor, end: 'complete' }
  }

  async function* changes(cursor: TdCursor, item: (record: TdRecord) => SourceItem, newest: string | null): AsyncGenerator<SourceBatch> {
    const from = earlier(cursor.through, minutes(overlapMinutes))
    for await (const records of database.changedSince(from, { ...window, pending: writeBack === 'flags' }))
      yield { items: records.map(item), cursor, end: 'more' }
    for await (const gone of database.deletedSince(from, window)) yield { items: [], cursor, end: 'more', gone }
    const through = newest !== null && newest > cursor.through ? newest : cursor.through
    yield { items: [], cursor: { ...cursor, through } satisfies TdCursor, end: 'caught-up' }
  }

  async function* reading(cursor: TdCursor | null): AsyncGenerator<SourceBatch> {
    names = namesOf(database)
    const item = itemOf(await names)
    // A date in the far future must not hide every change that comes until then.
    const newest = await database.newestChange(wall.format(instant(clock.now() + DAY_MS)))
    const isWhole = cursor === null || cursor.through === '' || cursor.since !== since || clock.now() - cursor.wholeAt >= hours(wholeEveryHours)
    yield* isWhole ? everything(cursor, item, newest) : changes(cursor, item, newest)
  }

  async function markGroup(marks: readonly SyncMark[]): Promise<readonly MarkOutcome[]> {
    const byKey = new Map(marks.map((mark) => [mark.key, mark]))
    const stale = new Set<string>()
    const found = await database.mark([...byKey.keys()], (id, record) => {
      const mark = byKey.get(id)
      if (mark === undefined || !mark.holds(bytesOf(record))) {
        stale.add(id)
        return null
      }
      const local = textIn(record.dossier, 'MaHoSo')
      return {
        steps: sendableSteps(record.steps, tables),
        otherCode: mark.nationalCode !== '' && mark.nationalCode !== local ? mark.nationalCode : null,
      }
    })
    return marks.map(({ key }) => (!found.has(key) ? 'gone' : stale.has(key) ? 'changed-since' : 'written'))
  }

  async function writeMarks(marks: readonly SyncMark[], signal?: AbortSignal): Promise<readonly MarkOutcome[]> {
    const outcomes: MarkOutcome[] = []
    let hopeless: LienthongError | undefined
    for (let start = 0; start < marks.length; start += MARKS_TOGETHER) {
      const group = marks.slice(start, start + MARKS_TOGETHER)
      if (signal?.aborted) throw givenUp()
      const attempt = async (some: readonly SyncMark[]): Promise<readonly MarkOutcome[]> => {
        if (hopeless !== undefined) return some.map(() => hopeless as LienthongError)
        try {
          return await markGroup(some)
        } catch (error) {
          if (!isLienthongError(error)) throw error
          if (HOPELESS.has(error.code)) hopeless = error
          return some.map(() => error)
        }
      }
      const together = await attempt(group)
      // Nothing of a transaction that failed is written: one row that cannot be must not keep the others from it.
      const isUndone = group.length > 1 && hopeless === undefined && together.every((outcome) => typeof outcome !== 'string')
      if (!isUndone) outcomes.push(...together)
      else for (const mark of group) outcomes.push(...(await attempt([mark])))
    }
    if (hopeless !== undefined && outcomes.every((outcome) => typeof outcome !== 'string')) throw hopeless
    return outcomes
  }

  return {
    ...(options.account === undefined ? {} : { account: options.account }),
    epoch: [MAPPER, tables.version, agencyCode, alreadyMarked, sendAsDone.join('+')].join('|'),
    ...(options.openFile === undefined ? {} : { openFile: options.openFile }),
    changes: (saved, { signal }) => heeding(reading(saved as TdCursor | null), signal),
    async get(key) {
      names ??= namesOf(database)
      const [known, record] = await Promise.all([names, database.byId(key)])
      return record === null ? null : itemOf(known)(record)
    },
    ...(writeBack === 'none' ? {} : { writeBack: (marks, { signal }) => writeMarks(marks, signal) }),
  }
}

/** Ends as soon as it is told to, also while the database thinks: a statement has no other end than its own. */
async function* heeding<Batch>(batches: AsyncGenerator<Batch>, signal: AbortSignal | undefined): AsyncGenerator<Batch> {
  if (signal === undefined) {
    yield* batches
    return
  }
  while (true) {
    const next = batches.next()
    const step = await abortable(next, signal)
    if (step.done) return
    yield step.value
  }
}

function givenUp(): LienthongError {
  return new LienthongError('transport.aborted', { values: { sent: 'no' }, system: 'td-mssql' })
}

function abortable<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(givenUp())
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

const wall = wallClockFormat('yyyy-MM-dd HH:mm:ss')

type Names = Required<Pick<TdMapping, 'procedures' | 'groups'>>

async function namesOf(database: TdDatabase): Promise<Names> {
  const procedures = await database.procedures()
  const groups = await database.groups()
  return {
    procedures: new Map(procedures.flatMap((row) => pairOf(textIn(row, 'MaTTHC'), textIn(row, 'TenTTHC')))),
    groups: new Map(groups.flatMap((row) => pairOf(textIn(row, 'GroupCode'), { code: textIn(row, 'MaDinhDanh'), name: textIn(row, 'GroupName') }))),
  }
}

function pairOf<Value>(key: string | null, value: Value | null): readonly (readonly [string, Value])[] {
  return key === null || value === null ? [] : [[key, value]]
}

/** What our own marks change, and what changes with them, is not part of a record. */
const MARKED: ReadonlySet<string> = new Set(['TrangThaiDongBoDVC', 'MaHoSoKhac', 'TrangThaiDongBoDVCQuocGia'])
const unmarked = (columns: readonly string[]) => columns.filter((column) => !MARKED.has(column))
const COLUMNS = { dossier: unmarked(dossierColumns), step: ['Id', ...unmarked(stepColumns)], fee: ['Id', ...feeColumns] }

/** Equal for equal records, however a driver orders and types them. */
function bytesOf({ dossier, steps, fees }: TdRecord): string {
  const cells = (row: unknown, columns: readonly string[]) => columns.map((column) => cellText(cellIn(row, column)))
  return JSON.stringify([cells(dossier, COLUMNS.dossier), steps.map((step) => cells(step, COLUMNS.step)), fees.map((fee) => cells(fee, COLUMNS.fee))])
}

function cellIn(row: unknown, column: string): TdCell | undefined {
  return typeof row === 'object' && row !== null ? (Reflect.get(row, column) as TdCell | undefined) : undefined
}

function textIn(row: unknown, column: string): string | null {
  return cellText(cellIn(row, column))?.trim() || null
}

function idOf({ dossier }: TdRecord): string {
  return textIn(dossier, 'Id')?.toLowerCase() ?? ''
}

/** A wall clock, so long before another. */
function earlier(clock: string, ms: number): string {
  const at = Date.parse(`${clock.replace(' ', 'T')}Z`)
  return Number.isNaN(at) ? clock : new Date(at - ms).toISOString().replace('T', ' ').slice(0, 23)
}
