/** The records of one batch of a source, told apart by whom they are about. */
import type { Finding, LienthongError, Mapped } from '../base/index.js'
import type { Dossier } from '../domain/index.js'
import { type KnownDossier, unreadableId } from '../ledger/index.js'
import type { SeenDossiers } from './gone.js'
import type { SourceItem, SourceReading } from './ports.js'
import { storable, storableReading } from './storable.js'

export interface KeyedItem {
  readonly key: string
  /** Place in the batch. */
  readonly index: number
  readonly item: SourceItem
  readonly glimpse: SourceItem['glimpse']
  readonly digest: string
  readonly reading: SourceReading | undefined
  readonly findings: readonly Finding[]
}

/** A batch may show one dossier twice; each version then needs the ledger to know the one before. There is one chunk at least. */
export function* chunksOfDistinctKeys(
  items: readonly SourceItem[],
  digests: readonly string[],
  news: ReadonlySet<string>,
): Generator<readonly KeyedItem[]> {
  let chunk: KeyedItem[] = []
  let keys = new Set<string>()
  // Counted by hand: most of a million records are no news, and entries() makes something of each.
  for (let index = 0; index < items.length; index++) {
    const digest = digests[index] ?? ''
    const item = news.has(digest) ? items[index] : undefined
    if (item === undefined) continue
    const read: Mapped<SourceReading> = item.read()
    const reading = read.ok ? storableReading(read.value) : undefined
    const key = reading?.key ?? nameOf(item, digest)
    if (keys.has(key)) {
      yield chunk
      chunk = []
      keys = new Set()
    }
    keys.add(key)
    chunk.push({ key, index, item, glimpse: storable(item.glimpse), digest, reading, findings: read.findings })
  }
  yield chunk
}

/** What came of reading one record; an error that concerns only this one is part of it. */
export type ReadOutcome = Mapped<Dossier> | LienthongError

/** A record in scope, and what came of reading it. */
export interface ReadRecord extends KeyedItem {
  readonly reading: SourceReading
  readonly entry: KnownDossier | undefined
  readonly outcome: ReadOutcome
}

/** Stands in for the id of a record that cannot be read. */
export function nameOf({ glimpse }: SourceItem, digest: string): string {
  return unreadableId(storable(glimpse?.names[0]) ?? digest)
}

/** Records that could not be read once and can be now: they have an id of their own from here on. */
export function repairedAmong(items: readonly SourceItem[], unreadable: ReadonlySet<string>): ReadonlySet<string> {
  if (unreadable.size === 0) return new Set()
  const repaired = new Set<string>()
  for (const item of items) {
    const names = storable(item.glimpse?.names ?? [])
      .map(unreadableId)
      .filter((name) => unreadable.has(name))
    if (names.length > 0 && item.read().ok) for (const name of names) repaired.add(name)
  }
  return repaired
}

/** Whoever is shown is not gone. @param known records that could not be read last time either. */
export function noteSeen(seen: SeenDossiers, digests: readonly string[], shown: readonly KeyedItem[], known: readonly SourceItem[]): void {
  for (const digest of digests) seen.note(digest)
  for (const { key } of shown) seen.note(key)
  const unreadable = new Set(known)
  for (const { reading, item } of shown) if (reading === undefined) unreadable.add(item)
  for (const { glimpse } of unreadable) {
    // Whoever it is, he is there.
    const names = storable([...(glimpse?.names ?? []), glimpse?.localCode]).filter((name) => name != null)
    for (const name of names) seen.note(name)
    if (names.length === 0) seen.noteUnnamed()
  }
}
