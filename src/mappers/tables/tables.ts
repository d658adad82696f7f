import { createHash } from 'node:crypto'
import { parse } from 'yaml'
import { canonicalJson, comparable, LienthongError, readSettings, type Severity } from '../../base/index.js'
import type { DossierRecord } from '../../connectors/national-portal/wire.js'
import type { ApplicantKind, Channel, DossierStatus, Identity, OnlinePayment, ReturnWay } from '../../domain/index.js'
import { defaultTables } from './defaults/index.js'
import {
  type AssumedTable,
  type DefaultTables,
  type PaymentState,
  type Product,
  type RegisterField,
  type SendPolicy,
  type TablesInput,
  tablesInput,
} from './schema.js'

/** Local code → ours. Ask it with {@link entryOf} or {@link textEntryOf}. */
export type CodeTable<Value> = Readonly<Record<string, Value>>

/** Our value → the national code; what is absent cannot be sent. */
export interface WireCodes {
  readonly applicantKind: Readonly<Partial<Record<ApplicantKind, string>>>
  readonly channel: Readonly<Partial<Record<Channel, string>>>
  readonly returnBy: Readonly<Partial<Record<ReturnWay, string>>>
  readonly onlinePayment: Readonly<Partial<Record<OnlinePayment, string>>>
  readonly filedAt: Readonly<Partial<Record<'national' | 'provincial', string>>>
  readonly identity: Readonly<Partial<Record<Identity['kind'], string>>>
}

/** The code tables of one province, defaults of its product included. A value without a row is a finding, never a guess. */
export interface CodeTables {
  readonly product: Product
  /** Digest of the content: part of the epoch, so that a changed table maps unchanged records again. */
  readonly version: string
  readonly status: CodeTable<DossierStatus>
  /** Asked before `status`, as OpenCPS does. */
  readonly subStatus: CodeTable<DossierStatus>
  /** Keys compared without case and spacing, as in `paymentText` and `columns`. */
  readonly statusText: CodeTable<DossierStatus>
  /** Action or task code → national status after the step. Empty by default: no product states it. */
  readonly actions: CodeTable<DossierStatus>
  readonly applicantKinds: CodeTable<ApplicantKind>
  readonly channels: CodeTable<Channel>
  readonly returnWays: CodeTable<ReturnWay>
  readonly agencies: CodeTable<{ readonly code: string; readonly name: string }>
  readonly paymentStatus: CodeTable<PaymentState>
  readonly paymentText: CodeTable<PaymentState>
  readonly paymentMethods: CodeTable<OnlinePayment>
  readonly columns: CodeTable<RegisterField>
  readonly assume: {
    readonly applicantKind: ApplicantKind | null
    readonly channel: Channel | null
    readonly returnBy: ReturnWay | null
    readonly feeCollectedAt: string | null
    readonly feeKind: string | null
  }
  readonly applicantName: 'as-written' | 'contact-when-same-letters'
  readonly unmatchedProcedure: 'send-local' | 'strip-suffix' | 'refuse'
  readonly fields: Readonly<Partial<Record<keyof DossierRecord, SendPolicy>>>
  readonly rules: Readonly<Record<string, Severity | 'off'>>
  readonly wire: WireCodes
  /** Rows of our defaults that stand on an assumption of the contract. A province confirms one by writing it into its own tables. */
  readonly assumed: Readonly<Partial<Record<AssumedTable, readonly string[]>>>
}

/** The tables of a product as it comes. */
export function loadDefaults(product: Product): CodeTables {
  return assemble(product, defaultTables[product])
}

/**
 * Reads a province's table file over the defaults of its product.
 *
 * @param source YAML or JSON text, or the value already parsed
 * @param place the file's name, for messages
 * @param product whose defaults lie below; else the file's own `product`, else `ndjson`
 * @param between tables that lie over the defaults and below the file
 * @throws {LienthongError} `config.file_unreadable`, `config.invalid`, `config.unknown_key`
 */
export function parseCodeTables(source: unknown, place: string, product?: Product, between: readonly TablesInput[] = []): CodeTables {
  const value = typeof source === 'string' ? parseText(source, place) : source
  const tables = readSettings(tablesInput, value ?? {}, place)
  const base = product ?? tables.product ?? 'ndjson'
  return assemble(base, [...defaultTables[base], ...between, tables])
}

/** Puts layers of tables together; later layers override and extend earlier ones, row by row. */
export function codeTables(product: Product, ...layers: readonly TablesInput[]): CodeTables {
  return assemble(product, [...defaultTables[product], ...layers])
}

/** The row of a code, else that of `*`. Blank values have no row. */
export function entryOf<Value>(table: CodeTable<Value>, code: string | null): Value | undefined {
  const key = code?.trim()
  if (!key) return undefined
  if (Object.hasOwn(table, key)) return table[key]
  return Object.hasOwn(table, '*') ? table['*'] : undefined
}

/** The row of a text, compared without case and spacing. */
export function textEntryOf<Value>(table: CodeTable<Value>, text: string | null): Value | undefined {
  return entryOf(table, text === null ? null : comparable(text))
}

/**
 * The row of the first of these names that has one, compared as texts; else that of `*`. For values that come with a name and an id.
 */
export function firstRow<Value>(
  table: CodeTable<Value>,
  names: readonly (string | null | undefined)[],
): { readonly key: string; readonly value: Value } | undefined {
  const given = names.flatMap((name) => name?.trim() || [])
  for (const name of given) {
    const key = Object.hasOwn(table, name) ? name : Object.keys(table).find((row) => row !== '*' && comparable(row) === comparable(name))
    if (key !== undefined && key !== '*') return { key, value: table[key] as Value }
  }
  return given.length > 0 && Object.hasOwn(table, '*') ? { key: '*', value: table['*'] as Value } : undefined
}

function assemble(product: Product, layers: readonly DefaultTables[]): CodeTables {
  const wire = <Key extends keyof WireCodes>(key: Key): WireCodes[Key] =>
    Object.assign({}, ...layers.map((layer) => layer.wire?.[key])) as WireCodes[Key]
  const last = <Key extends keyof TablesInput>(key: Key): TablesInput[Key] | undefined => layers.findLast((layer) => layer[key] !== undefined)?.[key]
  const assume = Object.assign(
    { applicantKind: null, channel: null, returnBy: null, feeCollectedAt: null, feeKind: null },
    ...layers.map((layer) => layer.assume),
  ) as CodeTables['assume']
  const content = {
    product,
    status: merged(layers.map(({ status }) => status)),
    subStatus: merged(layers.map(({ subStatus }) => subStatus)),
    statusText: merged(
      layers.map(({ statusText }) => statusText),
      comparable,
    ),
    actions: merged(layers.map(({ actions }) => actions)),
    applicantKinds: merged(layers.map(({ applicantKinds }) => applicantKinds)),
    channels: merged(layers.map(({ channels }) => channels)),
    returnWays: merged(layers.map(({ returnWays }) => returnWays)),
    agencies: merged(layers.map(({ agencies }) => agencies)),
    paymentStatus: merged(layers.map(({ paymentStatus }) => paymentStatus)),
    paymentText: merged(
      layers.map(({ paymentText }) => paymentText),
      comparable,
    ),
    paymentMethods: merged(layers.map(({ paymentMethods }) => paymentMethods)),
    columns: merged(
      layers.map(({ columns }) => columns),
      comparable,
    ),
    assume,
    applicantName: last('applicantName') ?? 'as-written',
    unmatchedProcedure: last('unmatchedProcedure') ?? 'send-local',
    fields: Object.assign({}, ...layers.map(({ fields }) => fields)) as CodeTables['fields'],
    rules: Object.assign({}, ...layers.map(({ rules }) => rules)) as CodeTables['rules'],
    wire: {
      applicantKind: wire('applicantKind'),
      channel: wire('channel'),
      returnBy: wire('returnBy'),
      onlinePayment: wire('onlinePayment'),
      filedAt: wire('filedAt'),
      identity: wire('identity'),
    },
    assumed: assumedIn(layers),
  } satisfies Omit<CodeTables, 'version'>
  const version = createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 12)
  return { ...content, version }
}

/** What a layer assumes, but for the rows that a later one writes itself. */
function assumedIn(layers: readonly DefaultTables[]): CodeTables['assumed'] {
  const rows: Partial<Record<AssumedTable, string[]>> = {}
  for (const [index, { assumed }] of layers.entries()) {
    for (const [table, keys] of Object.entries(assumed ?? {}) as [AssumedTable, readonly string[]][]) {
      const form = table === 'statusText' ? comparable : (key: string) => key.trim()
      const confirmed = new Set(layers.slice(index + 1).flatMap((layer) => Object.keys(layer[table] ?? {}).map(form)))
      rows[table] = [...(rows[table] ?? []), ...keys.map(form).filter((key) => !confirmed.has(key))]
    }
  }
  return rows
}

function merged<Value>(
  layers: readonly (Readonly<Record<string, Value | null>> | undefined)[],
  form = (key: string) => key.trim(),
): CodeTable<Value> {
  const rows = new Map<string, Value>()
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer ?? {})) {
      if (value === null) rows.delete(form(key))
      else rows.set(form(key), value)
    }
  }
  return Object.fromEntries(rows)
}

/** @throws {LienthongError} `config.file_unreadable` */
export function parseText(text: string, place: string): unknown {
  try {
    // Codes such as 0100 must stay texts.
    return parse(text, { stringKeys: true })
  } catch (cause) {
    const problem = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    throw new LienthongError('config.file_unreadable', { values: { path: place, problem }, cause })
  }
}
