/** A province's own system as a source, in one file of the province's. docs/connect-your-own-system.md */
import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { z } from 'zod'
import {
  type Clock,
  canonicalJson,
  isLienthongError,
  LienthongError,
  type Logger,
  type Mapped,
  notesFor,
  readSettings,
  redact,
  sayingOf,
  silentLogger,
  systemClock,
  type Text,
} from '../../base/index.js'
import { type OwnHttp, ownHttp, type TransportOptions } from '../../connectors/index.js'
import {
  type CodeTables,
  codeTables,
  codeWord,
  type DossierRow,
  fromOwnRecord,
  fromOwnRecordWith,
  ownSystemRules,
  type RowHelp,
  readOwnRecord,
  type TablesInput,
} from '../../mappers/index.js'
import type { Cursor, DossierSource, MarkOutcome, OpenDossier, SourceBatch, SourceItem, SourceReading, SyncMark } from '../ports.js'

/** What the functions of a definition are given. */
export interface OwnContext<Settings> {
  readonly settings: Settings
  /** With the time-outs, repeats and limits of the configuration. */
  readonly http: OwnHttp
  /** The only clock to ask: tests set it. */
  readonly clock: Clock
  readonly logger: Logger
  /** Ends when the reading must stop; hand it on to whatever takes long. */
  readonly signal: AbortSignal | undefined
  /** A path of the settings, from the configuration's folder. */
  path(file: string): string
}

export interface ChangesContext<Settings, Cursor> extends OwnContext<Settings> {
  /** Where to go on; null: from the start. */
  readonly cursor: Cursor | null
  /** The dossiers that are still open: a system that cannot say what changed is asked for these again. */
  open(): AsyncIterable<OpenDossier>
}

/** One answer of the system. */
export interface OwnBatch<Cursor> {
  /** As the system gives them: `record` is read later, and only where something changed. */
  readonly records: readonly unknown[]
  /** Where to go on when everything up to here is kept. Default: where the batch before ended. */
  readonly cursor?: Cursor | null
  /**
   * `more` (default): another batch follows. `caught-up`: that was all that changed. `complete`: that was everything the system has, each
   * dossier of it shown in this reading; only then is anything concluded to be gone.
   */
  readonly end?: SourceBatch['end']
  /** Keys of dossiers that the system itself says it deleted. */
  readonly gone?: readonly string[]
}

export interface SourceDefinition<
  Settings extends z.ZodType = z.ZodType,
  Schema extends z.ZodType = z.ZodType,
  CursorSchema extends z.ZodType = z.ZodType,
> {
  /** In messages: `quan-ly-dat-dai`. */
  readonly name: string
  /** Raise it when `record`, `key`, `toDossier` or `details` change: then records are mapped again. */
  readonly version: number | string
  /** What the configuration gives under `settings`; `{ "env": … }` and `{ "file": … }` are resolved before. */
  readonly settings: Settings
  /** A record as the system gives it. Name what you use; what is not named is not looked at. */
  readonly record: Schema
  /** Where a reading stands. Without it the system is read whole each pass. */
  readonly cursor?: CursorSchema
  /** The product's own tables; the province's lie over them. */
  readonly tables?: TablesInput
  /** Fields of the record that change although nothing happened, and those that `writeBack` writes: `lastSyncedAt`, `meta.readAt`. */
  readonly ignore?: readonly string[]
  /** The system's address, for `doctor`. */
  readonly address?: (settings: z.output<Settings>) => string
  /** The record's stable id: never empty, never another record's. */
  readonly key: (record: z.output<Schema>) => string
  /** What is new since the cursor, batch by batch. */
  readonly changes: (context: ChangesContext<z.output<Settings>, z.output<CursorSchema>>) => AsyncIterable<OwnBatch<z.input<CursorSchema>>>
  /** One record as {@link SourceDefinition.changes} would give it; null when there is none. */
  readonly get?: (key: string, context: OwnContext<z.output<Settings>>) => Promise<unknown>
  /** The dossier in our own terms. */
  readonly toDossier: (record: z.output<Schema>, help: RowHelp) => DossierRow
  /** What belongs to a record and must be asked for apart: steps, fees. Asked only for records that changed. */
  readonly details?: (record: z.output<Schema>, help: RowHelp, context: OwnContext<z.output<Settings>>) => Promise<DossierRow>
  /** Writes what became of the dossiers. Idempotent; writes only where `mark.holds(record)` says that the record is the one that was sent. */
  readonly writeBack?: (marks: readonly OwnMark[], context: OwnContext<z.output<Settings>>) => Promise<readonly MarkOutcome[]>
}

/** As {@link SyncMark}, but asked with the record. */
export interface OwnMark extends Omit<SyncMark, 'holds'> {
  /** Whether this record, as the system gives it now, is what was sent. */
  holds(record: unknown): boolean
}

export interface OpenSourceOptions<Settings = unknown> {
  /** As the definition's `settings` take them. */
  readonly settings: Settings
  /** Default: those of the definition. */
  readonly tables?: CodeTables
  /** The province's own code, and those of agencies that it continues: tells which local numbers are national ones. */
  readonly agencyCode: string | readonly string[]
  /** Of `context.http`. */
  readonly transport?: TransportOptions
  /** Where relative paths start. Default: the working folder. */
  readonly folder?: string
  readonly clock?: Clock
  readonly logger?: Logger
  /** For messages about settings. */
  readonly place?: string
  /** The settings without their secrets, for the epoch. Default: `settings`. */
  readonly plainSettings?: unknown
}

const brand = Symbol.for('lienthong.source-definition')

/** A system that can be opened as a source, by a program or by name from a configuration. */
export interface DefinedSource<Settings extends z.ZodType = z.ZodType> {
  readonly [brand]: true
  readonly name: string
  readonly version: string
  /** Its own code tables. */
  readonly tables: TablesInput | undefined
  /** The system's address, as far as it tells one. */
  address(settings: unknown): string | undefined
  /** @throws {LienthongError} `config.invalid`, `config.unknown_key`, naming the setting */
  open(options: OpenSourceOptions<z.input<Settings>>): DossierSource
}

/** Version of this reader: part of the epoch. */
const MAPPER = 'own/1'
/** A batch of the system may be of any size; ours are of this. */
const BATCH = 500

const noSettings = z.strictObject({})

/**
 * Makes a source of a province's own system. The kit of `lienthong/testing` tells whether it keeps its promises.
 *
 * @example export default defineSource({ name: 'dat-dai', version: 1, settings, record, key, changes, toDossier })
 */
export function defineSource<Schema extends z.ZodType, Settings extends z.ZodType = typeof noSettings, CursorSchema extends z.ZodType = z.ZodNull>(
  definition: Omit<SourceDefinition<Settings, Schema, CursorSchema>, 'settings'> & { readonly settings?: Settings },
): DefinedSource<Settings> {
  const settings = (definition.settings ?? noSettings) as unknown as Settings
  const whole = { ...definition, settings } as SourceDefinition<Settings, Schema, CursorSchema>
  return {
    [brand]: true,
    name: definition.name,
    version: String(definition.version),
    tables: definition.tables,
    address(given) {
      const read = settings.safeParse(given)
      return read.success ? definition.address?.(read.data) : undefined
    },
    open: (options) => openDefined(whole, options),
  }
}

/** Also when two copies of the library are loaded. */
export function isDefinedSource(value: unknown): value is DefinedSource {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true
}

function openDefined<Settings extends z.ZodType, Schema extends z.ZodType, CursorSchema extends z.ZodType>(
  definition: SourceDefinition<Settings, Schema, CursorSchema>,
  options: OpenSourceOptions<z.input<Settings>>,
): DossierSource {
  const { name } = definition
  const settings = readSettings(definition.settings, options.settings ?? {}, options.place ?? name)
  const tables = options.tables ?? codeTables('custom', ...(definition.tables ? [definition.tables] : []))
  const { agencyCode, folder = '.', clock = systemClock, logger = silentLogger } = options
  const ignored = (definition.ignore ?? []).map((path) => path.split('.'))
  const http = ownHttp(name, { clock, logger, ...options.transport })

  const contextOf = (signal: AbortSignal | undefined): OwnContext<z.output<Settings>> => ({
    settings,
    http: boundTo(http, signal),
    clock,
    logger,
    signal,
    path: (file) => resolve(folder, file),
  })

  const item = (raw: unknown, number: string): SourceItem => {
    const bytes = bytesOf(raw, ignored)
    const named = nameOf(raw, definition.key)
    const place = named === undefined ? `${name}, ${number}` : `${name}, ${codeWord(named)}`
    return {
      bytes: bytes ?? place,
      place,
      ...(named === undefined ? {} : { glimpse: { names: [named], localCode: null, receivedAt: null } }),
      read: () => (bytes === undefined ? nestedTooDeep() : reading(raw)),
    }
  }

  const reading = (raw: unknown): Mapped<SourceReading> => {
    const read = readOwnRecord(raw, definition)
    if (!read.ok) return read
    const context = { tables, provinceAgencyCode: agencyCode }
    const alone = fromOwnRecord(read.value, definition, context)
    const { details } = definition
    return {
      ok: true,
      findings: [],
      value: {
        key: read.value.key,
        traits: alone.traits,
        async map(signal) {
          if (details === undefined) return alone.mapped
          return guarded(name, 'details', signal, () =>
            fromOwnRecordWith(read.value, definition, context, (help) => details(read.value.record, help, contextOf(signal))),
          )
        },
      },
    }
  }

  const { get, writeBack } = definition
  return {
    account: canonicalJson([name, settings]),
    epoch: [MAPPER, name, definition.version, tables.version, agencyCode, digestOf(options.plainSettings ?? options.settings)].join('|'),
    async *changes(saved, { open, signal }): AsyncGenerator<SourceBatch> {
      const start = cursorOf(definition, saved)
      const batches = definition.changes({ ...contextOf(signal), cursor: start, open })[Symbol.asyncIterator]()
      let cursor: Cursor = start
      let number = 0
      let ended = false
      try {
        while (true) {
          const next = await guarded(name, 'changes', signal, () => batches.next())
          if (next.done) break
          stopIf(signal, name)
          if (ended) throw faulty(name, 'changes', AFTER_THE_END)
          const { records, end = 'more', gone } = batchOf(next.value, name)
          const after = next.value.cursor === undefined ? cursor : checkedCursor(definition, next.value.cursor)
          for (let from = 0; from + BATCH < records.length; from += BATCH) {
            const part = records.slice(from, from + BATCH)
            yield { items: part.map((record, index) => item(record, `record ${number + from + index + 1}`)), cursor, end: 'more' }
            stopIf(signal, name)
          }
          const done = Math.max(0, Math.ceil(records.length / BATCH) - 1) * BATCH
          const rest = records.slice(done).map((record, index) => item(record, `record ${number + done + index + 1}`))
          number += records.length
          cursor = after
          ended = end !== 'more'
          yield { items: rest, cursor, end, ...(gone === undefined ? {} : { gone }) }
        }
        // Whoever only stops has not said that he showed everything.
        if (!ended) yield { items: [], cursor, end: 'caught-up' }
      } finally {
        const closed = batches.return?.()
        // Told to stop, nobody waits for a call that may never end.
        if (signal?.aborted) closed?.catch(() => {})
        else await closed
      }
    },
    ...(get === undefined
      ? {}
      : {
          async get(key, { signal }) {
            const raw = await guarded(name, 'get', signal, () => get(key, contextOf(signal)))
            return raw == null ? null : item(raw, codeWord(key))
          },
        }),
    ...(writeBack === undefined
      ? {}
      : {
          writeBack(marks, { signal }) {
            const own = marks.map((mark): OwnMark => ({ ...mark, holds: (record) => mark.holds(bytesOf(record, ignored) ?? '') }))
            return guarded(name, 'writeBack', signal, () => writeBack(own, contextOf(signal)))
          },
        }),
  }
}

/** The signal goes with every call, whether the definition thinks of it or not. */
function boundTo(http: OwnHttp, signal: AbortSignal | undefined): OwnHttp {
  return {
    json: (url, request) => http.json(url, { signal, ...request }),
    postJson: (url, body, request) => http.postJson(url, body, { signal, ...request }),
    text: (url, request) => http.text(url, { signal, ...request }),
    send: (url, request) => http.send(url, { signal, ...request }),
  }
}

/** The record's own text: sorted, without what changes by itself. @returns undefined for what is nested so deep that it cannot be walked. */
function bytesOf(raw: unknown, ignored: readonly (readonly string[])[]): string | undefined {
  try {
    return canonicalJson(ignored.reduce<unknown>(without, raw))
  } catch {
    return undefined
  }
}

function without(value: unknown, path: readonly string[]): unknown {
  const [first, ...rest] = path
  if (Array.isArray(value)) return value.map((item) => without(item, path))
  if (first === undefined || typeof value !== 'object' || value === null || !Object.hasOwn(value, first)) return value
  const { [first]: part, ...others } = value as Record<string, unknown>
  return rest.length === 0 ? others : { ...others, [first]: without(part, rest) }
}

/** A record that cannot be read as a whole is often still known by its key. */
function nameOf<Schema extends z.ZodType>(raw: unknown, key: (record: z.output<Schema>) => string): string | undefined {
  try {
    const name = key(raw as z.output<Schema>)
    const text = typeof name === 'string' || typeof name === 'number' ? String(name).trim() : ''
    return text === '' || /\b(?:undefined|null|NaN|\[object Object\])/.test(text) ? undefined : text
  } catch {
    return undefined
  }
}

function nestedTooDeep(): Mapped<never> {
  const note = notesFor(ownSystemRules)
  note.add('record.unreadable', '', { field: '–', problem: { en: 'nested too deep', vi: 'lồng nhau quá sâu' } })
  return { ok: false, findings: note.findings }
}

type AnyDefinition<CursorSchema extends z.ZodType> = Pick<SourceDefinition<z.ZodType, z.ZodType, CursorSchema>, 'name' | 'cursor'>

/** A cursor of an earlier version of the definition that means nothing any more: reading from the start loses nothing. */
function cursorOf<CursorSchema extends z.ZodType>({ cursor }: AnyDefinition<CursorSchema>, saved: Cursor): z.output<CursorSchema> | null {
  if (cursor === undefined || saved === null) return null
  const read = cursor.safeParse(saved)
  return read.success ? read.data : null
}

/** What is given must be what comes back from the ledger, else the next pass would start somewhere else. */
function checkedCursor<CursorSchema extends z.ZodType>({ name, cursor }: AnyDefinition<CursorSchema>, given: unknown): Cursor {
  if (given === null) return null
  const text = JSON.stringify(given)
  const back: unknown = text === undefined ? undefined : JSON.parse(text)
  if (cursor === undefined) throw faulty(name, 'changes', NO_CURSOR)
  if (!cursor.safeParse(back).success) throw faulty(name, 'changes', OTHER_CURSOR)
  return back
}

function batchOf(value: unknown, name: string): OwnBatch<unknown> {
  const batch = value as Partial<OwnBatch<unknown>> | null
  if (typeof batch !== 'object' || batch === null || !Array.isArray(batch.records)) throw faulty(name, 'changes', NO_BATCH)
  return batch as OwnBatch<unknown>
}

const AFTER_THE_END: Text = { en: 'a batch follows one with `end`', vi: 'còn batch sau batch đã có `end`' }
const NO_CURSOR: Text = {
  en: 'it gives a cursor, and the definition has no `cursor` schema',
  vi: 'có trả về cursor nhưng định nghĩa không có schema `cursor`',
}
const OTHER_CURSOR: Text = {
  en: 'the cursor, as it comes back from JSON, does not fit the `cursor` schema; keep to texts, numbers, lists and plain objects',
  vi: 'cursor sau khi qua JSON không khớp schema `cursor`; chỉ dùng chuỗi, số, danh sách và đối tượng thường',
}
const NO_BATCH: Text = { en: 'it gives something without `records`', vi: 'giá trị trả về không có `records`' }

/** Runs a function of the definition, and waits for it no longer than the signal lets us: what it throws becomes an error that says which source, and what it was doing. */
async function guarded<Result>(source: string, doing: string, signal: AbortSignal | undefined, run: () => Promise<Result>): Promise<Result> {
  let stop = () => {}
  try {
    if (signal === undefined) return await run()
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(new LienthongError('transport.aborted', { system: source }))
    })
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    return await Promise.race([stopped, run()])
  } catch (error) {
    if (isLienthongError(error)) throw error
    if (signal?.aborted) throw new LienthongError('transport.aborted', { system: source, cause: error })
    throw fromOutside(error)
      ? new LienthongError('source.broke_off', {
          system: source,
          hop: 'source',
          values: { source, doing, problem: redact(sayingOf(error)) },
          cause: error,
        })
      : faulty(source, doing, redact(sayingOf(error)), error)
  }
}

/** An error of a socket, a file or a database, not of the module's own code. */
function fromOutside(error: unknown): boolean {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
  return typeof code === 'number' || (typeof code === 'string' && (!code.startsWith('ERR_') || code === 'ERR_SQLITE_ERROR'))
}

function faulty(source: string, doing: string, problem: string | Text, cause?: unknown): LienthongError {
  return new LienthongError('source.faulty', { system: source, hop: 'source', values: { source, doing, problem }, cause })
}

function stopIf(signal: AbortSignal | undefined, system: string): void {
  if (signal?.aborted) throw new LienthongError('transport.aborted', { system })
}

function digestOf(value: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(value ?? {}))
    .digest('hex')
    .slice(0, 12)
}
