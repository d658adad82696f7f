/** What `toDossier` of a defined source has at hand: code tables, times, amounts. Whatever cannot be told is a finding and stays unknown. */
import type { Notes } from '../../base/index.js'
import { comparable } from '../../base/index.js'
import {
  type ApplicantKind,
  type Channel,
  type DossierStatus,
  type Instant,
  instant,
  isoInstant,
  localDateOf,
  type OnlinePayment,
  parseVndText,
  type ReturnWay,
  type Vnd,
  vnd,
  wallClockFormat,
  wallClockOf,
} from '../../domain/index.js'
import { readDateCell } from '../files/cells.js'
import type { DossierRow } from '../files/dossier-row.js'
import { codeWord, known } from '../known.js'
import { type CodeTable, type CodeTables, entryOf, textEntryOf } from '../tables/index.js'
import type { OwnSystemRule } from './rules.js'

/** A code or a text as systems write it; blank and null mean "not known". */
export type Word = string | number | boolean | null | undefined

/** A time as systems write it: text, milliseconds since 1970, or a Date of a database driver. */
export type Moment = string | number | Date | null | undefined

type StepRow = NonNullable<DossierRow['steps']>[number]
type FeeRow = NonNullable<DossierRow['fees']>[number]

/** A step whose time and status still are the source's. Without `status` the table `actions` tells it. */
export type RawStep = Omit<StepRow, 'at' | 'startedAt' | 'deadline' | 'action'> & {
  readonly at: Moment
  readonly startedAt?: Moment
  readonly deadline?: Moment
  readonly action?: Word
}

export type RawFee = Omit<FeeRow, 'amountVnd'> & { readonly amount: string | number | bigint | null | undefined }

export interface RowHelp {
  /** The province's tables over the source's own. */
  readonly tables: CodeTables
  /**
   * National status of a status text or code: `statusText` first, then `status`.
   *
   * @param sub a finer status, which decides where `subStatus` has a row for it
   */
  status(value: Word, sub?: Word): DossierStatus | null
  /** National status after an action or task: table `actions`. */
  stepStatus(action: Word, field?: string): DossierStatus | null
  applicantKind(value: Word): ApplicantKind | null
  channel(value: Word): Channel | null
  returnBy(value: Word): ReturnWay | null
  /** Code and name of the handling agency, to spread into the row: table `agencies`, else the source's own. */
  agency(code: Word, name?: Word): { readonly agencyCode: string | null; readonly agencyName: string | null }
  /** Whether a fee is paid: `paymentText` first, then `paymentStatus`. */
  paid(state: Word, field?: string): boolean | null
  /** Through which gateway: table `paymentMethods`. */
  onlinePayment(method: Word): OnlinePayment | null
  /**
   * A time for the row. Texts without an offset are wall clocks at +07:00: `2025-03-10 08:15:00`, `10/03/2025 08:15`, `2025-03-10T08:15:00`;
   * with one (`Z`, `+07:00`) they are what they say. Numbers are milliseconds since 1970.
   *
   * @param field where it stands in the record, for the finding
   * @param format of a wall clock that is written otherwise, or whose `Z` is a lie: `yyyyMMddHHmmss`, `yyyy-MM-dd'T'HH:mm:ss'Z'`
   */
  time(value: Moment, field?: string, format?: string): string | null
  /** A day for the row: of birth, of issue. */
  day(value: Moment, field?: string, format?: string): string | null
  /** `100000`, `100.000 đ`; null with a finding for what is no whole amount. */
  amount(value: string | number | bigint | null | undefined, field?: string): Vnd | null
  /** Steps in the order of their times; one without a readable time is left out with a finding. null stays null: not known. */
  steps<Item>(items: readonly Item[] | null | undefined, read: (item: Item, index: number) => RawStep): StepRow[] | null
  /** Fees; when one amount cannot be read, all of them count as unknown: a part of a sum would be a wrong sum. */
  fees<Item>(items: readonly Item[] | null | undefined, read: (item: Item, index: number) => RawFee): FeeRow[] | null
}

type Note = Notes<OwnSystemRule>

export function rowHelp(tables: CodeTables, note: Note): RowHelp {
  const lookUp = <Value>(word: Word, field: string, rule: OwnSystemRule, look: (text: string) => Value | undefined): Value | null => {
    const text = textOf(word)
    if (text === null) return null
    const found = look(text)
    if (found === undefined) note.add(rule, field, { value: codeWord(text) })
    return found ?? null
  }
  const wordIn =
    <Value>(table: CodeTable<Value>) =>
    (text: string) =>
      wordEntryOf(table, text)

  const time = (value: Moment, field = '', format?: string): string | null => {
    const at = instantOf(value, format)
    if (at === undefined) note.add('time.unreadable', field, { format: format ?? 'dd/MM/yyyy HH:mm:ss, yyyy-MM-dd HH:mm:ss' })
    return at == null ? null : isoWithMilliseconds(at)
  }
  const amount: RowHelp['amount'] = (value, field = 'fees') => {
    if (value == null || (typeof value === 'string' && known(value) === null)) return null
    const read = typeof value === 'string' ? parseVndText(value) : vnd(Number(value))
    if (read === undefined) note.add('fee.unreadable', field)
    return read ?? null
  }
  const stepStatus: RowHelp['stepStatus'] = (action, field = 'steps') => lookUp(action, field, 'step.status-unmapped', wordIn(tables.actions))

  return {
    tables,
    status(value, sub) {
      const finer = textOf(sub)
      const byFiner = finer === null ? undefined : wordEntryOf(tables.subStatus, finer)
      if (byFiner !== undefined) return byFiner
      return lookUp(value, 'status', 'status.unmapped', (text) => textEntryOf(tables.statusText, text) ?? wordEntryOf(tables.status, text))
    },
    stepStatus,
    applicantKind: (value) => lookUp(value, 'applicant.kind', 'applicant.kind-unmapped', wordIn(tables.applicantKinds)),
    channel: (value) => lookUp(value, 'channel', 'channel.unmapped', wordIn(tables.channels)),
    returnBy: (value) => lookUp(value, 'returnBy', 'return-way.unmapped', wordIn(tables.returnWays)),
    agency(code, name) {
      const own = { agencyCode: textOf(code), agencyName: textOf(name) }
      const word = own.agencyCode ?? own.agencyName
      if (word === null || Object.keys(tables.agencies).length === 0) return own
      const row = lookUp(word, 'agency.code', 'agency.unmapped', wordIn(tables.agencies))
      return row === null ? own : { agencyCode: row.code, agencyName: row.name }
    },
    paid: (state, field = 'fees') =>
      lookUp(state, field, 'fee.status-unmapped', (text) => textEntryOf(tables.paymentText, text) ?? wordEntryOf(tables.paymentStatus, text))?.paid ??
      null,
    onlinePayment: (method) => lookUp(method, 'onlinePayment', 'fee.method-unmapped', wordIn(tables.paymentMethods)),
    time,
    day(value, field = '', format) {
      if (typeof value === 'string' && known(value) === null) return null
      const at = instantOf(value, format)
      if (at === undefined) note.add('time.unreadable', field, { format: format ?? 'dd/MM/yyyy, yyyy-MM-dd' })
      return at == null ? null : localDateOf(at)
    },
    amount,
    steps(items, read) {
      if (items == null) return null
      const rows = items.flatMap((item, index) => {
        const raw = read(item, index)
        const at = instantOf(raw.at)
        if (at == null) {
          note.add('step.unreadable', `steps[${index}].at`)
          return []
        }
        const { status = stepStatus(raw.action, `steps[${index}].status`) } = raw
        const row: StepRow = {
          ...raw,
          at: isoWithMilliseconds(at),
          status,
          action: textOf(raw.action),
          startedAt: time(raw.startedAt, `steps[${index}].startedAt`),
          deadline: time(raw.deadline, `steps[${index}].deadline`),
        }
        return [{ at, row }]
      })
      return rows.sort((a, b) => a.at - b.at).map(({ row }) => row)
    },
    fees(items, read) {
      if (items == null) return null
      const rows = items.map((item, index): FeeRow | null => {
        const { amount: raw, ...fee } = read(item, index)
        const amountVnd = amount(raw, `fees[${index}].amount`)
        return amountVnd === null ? null : { ...fee, amountVnd }
      })
      return rows.every((row) => row !== null) ? rows : null
    },
  }
}

function textOf(word: Word): string | null {
  return word == null ? null : known(String(word))
}

/** Of each table, its words as they are compared → as they are written. */
const folded = new WeakMap<CodeTable<unknown>, ReadonlyMap<string, string>>()

/** The row of a word as it is written, else compared without case and spacing, else that of `*`. */
function wordEntryOf<Value>(table: CodeTable<Value>, word: string): Value | undefined {
  const words = folded.get(table) ?? spellings(table)
  folded.set(table, words)
  const spelt = words.get(word) ?? words.get(comparable(word))
  return entryOf(table, spelt ?? word)
}

function spellings(table: CodeTable<unknown>): ReadonlyMap<string, string> {
  const keys = Object.keys(table)
  return new Map([...keys.map((key) => [comparable(key), key] as const), ...keys.map((key) => [key, key] as const)])
}

const WITH_OFFSET = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})$/
const WITH_FRACTION = /^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2})\.\d+$/

/** @returns null for what is not known, undefined for what cannot be read. */
function instantOf(value: Moment, format?: string): Instant | null | undefined {
  if (value == null) return null
  if (typeof value === 'number' || value instanceof Date) return plausible(Number(value))
  const text = known(value)
  if (text === null) return null
  if (format !== undefined) return formatOf(format).parse(text)
  if (WITH_OFFSET.test(text))
    return plausible(
      Date.parse(
        text
          .replace(' ', 'T')
          .replace(/([+-]\d{2})(\d{2})$/, '$1:$2')
          .replace(/\s+/g, ''),
      ),
    )
  return readDateCell(WITH_FRACTION.exec(text)?.[1] ?? text).at ?? undefined
}

const formats = new Map<string, ReturnType<typeof wallClockFormat>>()

function formatOf(pattern: string): ReturnType<typeof wallClockFormat> {
  const format = formats.get(pattern) ?? wallClockFormat(pattern)
  formats.set(pattern, format)
  return format
}

/** What four digits of a year can show, and no empty date of a database (0 or earlier than any dossier). */
function plausible(milliseconds: number): Instant | undefined {
  if (!Number.isFinite(milliseconds)) return undefined
  const { year } = wallClockOf(instant(milliseconds))
  return year >= 1900 && year <= 9999 ? instant(Math.trunc(milliseconds)) : undefined
}

function isoWithMilliseconds(at: Instant): string {
  const { millisecond } = wallClockOf(at)
  return millisecond === 0 ? isoInstant(at) : isoInstant(at).replace('+07:00', `.${String(millisecond).padStart(3, '0')}+07:00`)
}
