/** `lienthong mapping check`: every word of a source that no code table knows, and the rows that nobody uses. Sends and keeps nothing. */
import { asLienthongError, type Clock, comparable, type Finding, type LienthongError, type Logger, redact, systemClock } from '../base/index.js'
import { assemblePortal, assembleSource, type LoadedConfig, type TenantConfig, tenantAssembly, tenantDirectory } from '../config/index.js'
import { type Ledger, openLedger } from '../ledger/index.js'
import {
  type CodeTables,
  type InspectFile,
  inspectDialects,
  inspectFiles,
  loadDefaults,
  type Product,
  parseCodeTables,
  type RecordedTables,
  recordedTables,
  type TableUse,
  type WordTable,
} from '../mappers/index.js'
import { type Preview, previewPass, wasRefused } from '../sync/index.js'
import { kinds, type Tallied, tallyFindings } from './tally.js'

/** A word without a row. */
export interface UnmappedWord {
  /** The table that a row would heal it in; `procedures` for a procedure without a national code. */
  readonly table: WordTable | 'procedures' | 'wire' | 'columns'
  /** `…` for what is long, or might be somebody's name or number. */
  readonly value: string
  /** How many dossiers say it; where only look-ups could be counted, how often it was looked up. */
  readonly count: number
  /** `error`: such dossiers cannot be sent. `warn`: something of them stays at home. `info`: another table answers for it. */
  readonly severity: 'error' | 'warn' | 'info'
}

export interface SourceMapping {
  readonly source: string
  /** Records read, those out of scope included. */
  readonly records: number
  /** Read to its end: only then is anything said of rows that nobody uses. */
  readonly whole: boolean
  readonly unmapped: readonly UnmappedWord[]
  /** Why it could not be read, or not to its end. */
  readonly error: LienthongError | undefined
}

export interface UnusedRow {
  readonly table: WordTable
  readonly key: string
}

export interface MappingReport {
  readonly sources: readonly SourceMapping[]
  /** Rows of the province's own tables that no record of any source used; null where not everything was read. */
  readonly unused: readonly UnusedRow[] | null
}

export interface MappingOptions {
  /** Knows decided and matched procedures, and which account was refused lately. */
  readonly ledger?: Ledger
  /** Only this source. */
  readonly source?: string
  /** Most records of each source. */
  readonly limit?: number
  readonly clock?: Clock
  readonly logger?: Logger
  readonly signal?: AbortSignal
  readonly onProgress?: (source: string, records: number) => void
}

/**
 * Reads each source of a tenant as a pass would and looks up every word it says.
 *
 * @throws {LienthongError} `config.…` for the tenant; a source that cannot be read is part of the report
 */
export async function checkMapping(loaded: LoadedConfig, tenant: string, options: MappingOptions = {}): Promise<MappingReport> {
  const { ledger, limit, clock = systemClock, logger, signal } = options
  const config = loaded.config.tenants[tenant] as TenantConfig
  const recorded = new Map<string, RecordedTables>()
  const tablesFor = (source: string, tables: CodeTables) => {
    const record = recordedTables(tables)
    recorded.set(source, record)
    return record.tables
  }
  const assembly = tenantAssembly(loaded, tenant, { clock, tablesFor, ...(logger ? { logger } : {}) }, await tenantDirectory(loaded, tenant, ledger))
  const { target } = assemblePortal(assembly, config.portal)
  const names = Object.keys(config.sources).filter((name) => options.source === undefined || name === options.source)
  const sources: SourceMapping[] = []
  for (const name of names) {
    if (signal?.aborted) break
    const missing = new Map<string, Tallied>()
    let records = 0
    let whole = false
    let error: LienthongError | undefined
    try {
      const { port } = assembleSource(assembly, name, config.sources[name] as NonNullable<(typeof config.sources)[string]>)
      const told = ledger === undefined || port.account === undefined ? undefined : await wasRefused(ledger, tenant, name, port.account)
      if (told !== undefined) throw told
      // A dry run wants a ledger; in an empty one everything is news, and it is forgotten with us.
      const empty = await openLedger({ url: 'sqlite::memory:', key: new Uint8Array(32), access: 'write' })
      try {
        const look = (_source: string, { findings }: Preview) => {
          records += 1
          tallyFindings(findings, missing, new Map())
          options.onProgress?.(name, records)
        }
        const sync = { ledger: empty, tenant, sources: { [name]: port }, target, scope: config.scope }
        const asked = { ...(limit === undefined ? {} : { limit }), ...(signal ? { signal } : {}) }
        whole = (await previewPass(sync, look, asked)).finished
      } finally {
        await empty.close()
      }
    } catch (thrown) {
      error = asLienthongError(thrown)
    }
    sources.push({ source: name, records, whole: whole && error === undefined, unmapped: unmappedOf(recorded.get(name)?.uses(), missing), error })
  }
  const everything = names.length === Object.keys(config.sources).length && sources.length === names.length && sources.every(({ whole }) => whole)
  return { sources, unused: everything ? unusedRows([...recorded.values()]) : null }
}

export interface FileMappingOptions {
  readonly dialect: string
  readonly files: readonly InspectFile[]
  readonly agencyCode?: string
  /** The province's tables, YAML or JSON. */
  readonly tables?: { readonly path: string; readonly text: string }
}

/** The same for files of a dialect, without a configuration. @throws {LienthongError} `usage.invalid` for an unknown dialect, `config.…` for the tables */
export async function checkFileMapping({ dialect, files, agencyCode, tables }: FileMappingOptions): Promise<MappingReport> {
  const product = inspectDialects.find(({ name }) => name === dialect)?.product
  const own = tables === undefined ? loadDefaults(product ?? 'ndjson') : parseCodeTables(tables.text, tables.path, product)
  const recorded = recordedTables(own)
  const report = await inspectFiles({ dialect, files, tables: recorded.tables, ...(agencyCode === undefined ? {} : { agencyCode }) })
  const missing = new Map<string, Tallied>()
  const byPlace = new Map<string, Finding[]>()
  for (const { where, rule, severity, why, hint } of report.problems) {
    const [place = '', ...path] = where.split('/')
    byPlace.set(place, [...(byPlace.get(place) ?? []), { ruleId: rule, severity, path: path.join('/'), message: why, hint }])
  }
  for (const findings of byPlace.values()) tallyFindings(findings, missing, new Map())
  const unmapped = unmappedOf(recorded.uses(), missing)
  return {
    sources: [{ source: dialect, records: report.dossiers.length, whole: true, unmapped, error: undefined }],
    unused: unusedRows([recorded]),
  }
}

/** Which findings speak of a table; without one of them, another table answered for what it lacks. */
const tableKinds: Readonly<Record<WordTable, { readonly kind: keyof typeof kinds | undefined; readonly severity: 'error' | 'warn' | 'info' }>> = {
  statusText: { kind: 'status', severity: 'error' },
  status: { kind: 'status', severity: 'error' },
  subStatus: { kind: undefined, severity: 'info' },
  actions: { kind: 'action', severity: 'warn' },
  applicantKinds: { kind: 'applicant', severity: 'warn' },
  channels: { kind: 'channel', severity: 'warn' },
  returnWays: { kind: 'returnWay', severity: 'warn' },
  agencies: { kind: undefined, severity: 'info' },
  paymentText: { kind: 'payment', severity: 'warn' },
  paymentStatus: { kind: 'payment', severity: 'warn' },
  paymentMethods: { kind: 'payment', severity: 'warn' },
}

/** A text that no table of a chain knows is told once, for the first of them. */
const askedFirst: Readonly<Partial<Record<WordTable, WordTable>>> = { status: 'statusText', paymentStatus: 'paymentText' }

/** Registers say only which column holds a value without a row. */
const columnKinds: Readonly<Record<string, keyof typeof kinds>> = { channel: 'channel', returnBy: 'returnWay', 'applicant.kind': 'applicant' }

function kindOf({ kind, value }: Tallied): keyof typeof kinds | undefined {
  if (kind === kinds.column) return columnKinds[value ?? ''] ?? 'column'
  return (Object.keys(kinds) as (keyof typeof kinds)[]).find((name) => kinds[name] === kind)
}

/** Findings that name no table of words: what they name is told itself. */
const otherTables: Readonly<Partial<Record<keyof typeof kinds, UnmappedWord['table']>>> = { procedure: 'procedures', wire: 'wire', column: 'columns' }

function unmappedOf(uses: Readonly<Record<WordTable, TableUse>> | undefined, missing: ReadonlyMap<string, Tallied>): readonly UnmappedWord[] {
  const told = [...missing.values()].map((one) => ({ ...one, kind: kindOf(one) }))
  const words: UnmappedWord[] = []
  for (const [table, { misses }] of Object.entries(uses ?? {}) as [WordTable, TableUse][]) {
    const { kind, severity } = tableKinds[table]
    const first = askedFirst[table]
    // Nobody keeps a table of agencies: then the source's own codes are meant to go.
    if (table === 'agencies' && uses?.agencies.hits.size === 0) continue
    const findings = told.filter((one) => one.kind === kind)
    const worst = findings.some((one) => one.severity === 'error') ? 'error' : findings.length > 0 ? 'warn' : 'info'
    for (const [word, asked] of spelledOnce(misses)) {
      if (first !== undefined && uses?.[first].misses.has(comparable(word))) continue
      // Dossiers, where a finding counts them; else how often it was looked up, which may be more than once for one.
      const dossiers = findings.reduce((sum, one) => sum + (comparable(one.value ?? '') === comparable(word) ? one.dossiers : 0), 0)
      words.push({ table, value: shownWord(word), count: dossiers || asked, severity: kind === undefined ? severity : worst })
    }
  }
  for (const { kind, value, severity, dossiers } of told) {
    const table = kind === undefined ? undefined : otherTables[kind]
    if (table !== undefined) words.push({ table, value: shownWord(value ?? ''), count: dossiers, severity })
  }
  const order = { error: 0, warn: 1, info: 2 }
  return together(words).toSorted((a, b) => order[a.severity] - order[b.severity] || b.count - a.count || (a.value < b.value ? -1 : 1))
}

/** Some ask first for a word as it is written and then in small letters. */
function spelledOnce(misses: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const byForm = new Map<string, { readonly word: string; readonly asked: number }>()
  for (const [word, asked] of misses) {
    const known = byForm.get(comparable(word))
    byForm.set(comparable(word), { word: known?.word ?? word, asked: Math.max(asked, known?.asked ?? 0) })
  }
  return new Map([...byForm.values()].map(({ word, asked }) => [word, asked]))
}

/** What is masked looks alike. */
function together(words: readonly UnmappedWord[]): readonly UnmappedWord[] {
  const found = new Map<string, UnmappedWord>()
  for (const word of words) {
    const name = `${word.table} ${word.value}`
    found.set(name, { ...word, count: word.count + (found.get(name)?.count ?? 0) })
  }
  return [...found.values()]
}

const LONGEST_WORD = 60
const MOST_WORDS = 10

/** Words of a code list are short and say nothing of people. Tables compare in small letters, names are told by their capitals. */
function shownWord(word: string): string {
  const capitals = word.replace(/(?<![\p{L}\p{M}])\p{L}/gu, (letter) => letter.toUpperCase())
  const tellable =
    word.length <= LONGEST_WORD && word.split(/\s+/).length <= MOST_WORDS && !/\d{7}/.test(word) && redact(capitals) === capitals.normalize('NFC')
  return tellable ? word : '…'
}

/** The rows that a province added to its product's, or changed, and that answered nobody. */
function unusedRows(recorded: readonly RecordedTables[]): readonly UnusedRow[] {
  const own = new Map<string, UnusedRow>()
  const used = new Set<string>()
  for (const { tables, uses } of recorded) {
    const defaults = loadDefaults(tables.product as Product)
    for (const [name, { hits }] of Object.entries(uses()) as [WordTable, TableUse][]) {
      for (const key of hits.keys()) used.add(`${name} ${key}`)
      for (const key of Object.keys(tables[name])) {
        const isDefault =
          Object.hasOwn(defaults[name], key) &&
          JSON.stringify(defaults[name][key]) === JSON.stringify(Reflect.getOwnPropertyDescriptor(tables[name], key)?.value)
        if (!isDefault) own.set(`${name} ${key}`, { table: name, key })
      }
    }
  }
  return [...own].flatMap(([name, row]) => (used.has(name) ? [] : [row]))
}
