/** One reading of a source, remembered the way a ledger would: what was shown, and where it could go on. */
import { createHash } from 'node:crypto'
import type { Instant } from '../../domain/index.js'
import type { Cursor, DossierSource, OpenDossier, SourceBatch, SourceItem } from '../../sync/index.js'

/** A record as the ledger would know it. */
export interface Known {
  /** Of its bytes. */
  readonly digest: string
  readonly localCode: string | null
  readonly receivedAt: Instant | null
}

export type KnownRecords = ReadonlyMap<string, Known>

/** A record that was shown. */
export interface Shown extends Known {
  readonly key: string
  readonly item: SourceItem
  readonly batch: number
}

export interface Reading {
  /** In the order shown; one key may come several times. */
  readonly shown: readonly Shown[]
  readonly unreadable: readonly SourceItem[]
  readonly batches: readonly { readonly cursor: Cursor; readonly end: SourceBatch['end']; readonly items: number }[]
  readonly gone: ReadonlySet<string>
  /** What it was broken off by. */
  readonly error: unknown
}

export interface ReadingOptions {
  readonly cursor?: Cursor | null
  /** What the ledger knows already: such dossiers count as open. */
  readonly known?: KnownRecords
  readonly signal?: AbortSignal
  /** @returns true to stop reading here. */
  readonly afterBatch?: (count: number, shown: readonly Shown[]) => Promise<boolean> | boolean
}

/** Reads until the source ends, breaks or is stopped. Never throws for the source. */
export async function readThrough(source: DossierSource, { cursor = null, known, signal, afterBatch }: ReadingOptions = {}): Promise<Reading> {
  const shown: Shown[] = []
  const unreadable: SourceItem[] = []
  const batches: Reading['batches'][number][] = []
  const gone = new Set<string>()
  const open = () => openOnes(known ?? new Map())
  const told = () => ({ shown, unreadable, batches, gone })
  try {
    for await (const batch of source.changes(cursor, { open, ...(signal ? { signal } : {}) })) {
      for (const item of batch.items) {
        const read = item.read()
        if (!read.ok) unreadable.push(item)
        else {
          const { localCode, receivedAt } = read.value.traits
          shown.push({ key: read.value.key, digest: digestOf(item.bytes), localCode, receivedAt, item, batch: batches.length })
        }
      }
      for (const key of batch.gone ?? []) gone.add(key)
      batches.push({ cursor: batch.cursor, end: batch.end, items: batch.items.length })
      if (await afterBatch?.(batches.length, shown)) break
    }
  } catch (error) {
    return { ...told(), error: error ?? new Error('nothing was thrown') }
  }
  return { ...told(), error: undefined }
}

/** What a ledger knows after a reading, up to and with a batch. */
export function knownAfter({ shown }: Reading, batch = Number.POSITIVE_INFINITY, before: KnownRecords = new Map()): Map<string, Known> {
  const known = new Map(before)
  for (const one of shown) if (one.batch <= batch) known.set(one.key, one)
  return known
}

/** As it comes back from the ledger. */
export function restored(cursor: Cursor): Cursor {
  const text = JSON.stringify(cursor)
  return text === undefined ? null : JSON.parse(text)
}

export function lastOf({ batches }: Reading): Reading['batches'][number] | undefined {
  return batches.at(-1)
}

export function digestOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('base64url')
}

async function* openOnes(known: KnownRecords): AsyncGenerator<OpenDossier> {
  for (const [key, { localCode, receivedAt }] of known) yield { key, localCode, receivedAt }
}

/** Of many places a few: the first, the last, and some between them. */
export function someOf<Value>(values: readonly Value[], most = 7): readonly Value[] {
  if (values.length <= most) return values
  return Array.from({ length: most }, (_, index) => values[Math.round((index * (values.length - 1)) / (most - 1))] as Value)
}

/** Records that nobody was shown as they are: each is named. */
export function lacking(truth: KnownRecords, ...ledgers: readonly KnownRecords[]): readonly string[] {
  return [...truth].flatMap(([key, { digest }]) => (ledgers.some((known) => known.get(key)?.digest === digest) ? [] : [key]))
}

/** For a message: a few of many. */
export function named(keys: readonly string[]): string {
  return keys.length <= 3 ? keys.join(', ') : `${keys.slice(0, 3).join(', ')} and ${keys.length - 3} more`
}
