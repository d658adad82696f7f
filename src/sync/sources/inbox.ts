/**
 * Dossiers that were pushed to us, read from the inbox in which they wait. Each is its newest state with everything that happened to it.
 * contracts/provincial-sources.md §5, §9.2; docs/receiving.md
 */
import { LienthongError, type Mapped } from '../../base/index.js'
import type { Dossier } from '../../domain/index.js'
import type { Inbox, InboxRecord } from '../../ledger/index.js'
import { type CodeTables, type DossierTraits, fromMsyncDocument, fromRelay, msyncTraits, readMsyncFileId, relayTraits } from '../../mappers/index.js'
import type { DossierSource, SourceBatch, SourceItem } from '../ports.js'

/** How what a product pushes becomes dossiers. */
export interface InboxDialect {
  readonly name: 'lgsp-msync' | 'relay-push'
  /** Version of reader and mapper: part of the epoch. */
  readonly mapper: string
  traits(state: unknown, tables: CodeTables): DossierTraits & { readonly note?: string | null }
  map(state: unknown, events: readonly unknown[], context: { tables: CodeTables; provinceAgencyCode: string | readonly string[] }): Mapped<Dossier>
}

export const lgspMsyncInbox: InboxDialect = {
  name: 'lgsp-msync',
  mapper: 'lgsp-msync/1',
  traits: (state) => ({ ...msyncTraits(state), note: textIn(state, 'Compendium', 'Note') }),
  map: (document, traces, context) => fromMsyncDocument({ document, traces: traces.length === 0 ? null : traces }, context),
}

export const relayPushInbox: InboxDialect = {
  name: 'relay-push',
  mapper: 'relay-push/1',
  traits: (state, tables) => ({ ...relayTraits(state, tables), note: textIn(state, 'TrichYeuHoSo', 'GhiChu') }),
  map: (state, _, context) => fromRelay(state, context),
}

export interface InboxSourceOptions {
  /** Opened for each use, and closed. */
  readonly open: () => Inbox
  readonly dialect: InboxDialect
  readonly tables: CodeTables
  readonly agencyCode: string | readonly string[]
}

/** What came up to here was read. */
interface InboxCursor {
  readonly inbox: string
  readonly after: number
}

const BATCH = 200

export function inboxSource({ open, dialect, tables, agencyCode }: InboxSourceOptions): DossierSource {
  const item = (record: InboxRecord): SourceItem => {
    const { subject } = record
    return {
      bytes: bytesOf(record),
      place: `${dialect.name} ${subject}`,
      glimpse: { names: [subject], localCode: subject, receivedAt: null },
      read() {
        const state: unknown = JSON.parse(record.state)
        const map = async () =>
          dialect.map(
            state,
            record.events.map((event) => JSON.parse(event) as unknown),
            { tables, provinceAgencyCode: agencyCode },
          )
        return { ok: true, findings: [], value: { key: subject, traits: dialect.traits(state, tables), map } }
      },
    }
  }
  const using = async <Result>(work: (inbox: Inbox) => Promise<Result>): Promise<Result> => {
    const inbox = open()
    try {
      return await work(inbox)
    } finally {
      inbox.close()
    }
  }

  return {
    epoch: [dialect.mapper, tables.version, agencyCode].join('|'),
    async *changes(saved, { signal }): AsyncGenerator<SourceBatch> {
      const inbox = open()
      try {
        const cursor = saved as InboxCursor | null
        let after = cursor?.inbox === inbox.id ? cursor.after : 0
        const head = await inbox.head()
        while (after < head) {
          if (signal?.aborted) throw new LienthongError('transport.aborted', { system: dialect.name })
          const { records, position } = await inbox.changedAfter(after, BATCH)
          if (position === after) break
          after = position
          yield { items: records.map(item), cursor: { inbox: inbox.id, after } satisfies InboxCursor, end: 'more' }
        }
        // Never `complete`: nobody pushes that a dossier is gone.
        yield { items: [], cursor: { inbox: inbox.id, after } satisfies InboxCursor, end: 'caught-up' }
      } finally {
        inbox.close()
      }
    },
    get: (key) =>
      using(async (inbox) => {
        const record = await inbox.record(key)
        return record === null ? null : item(record)
      }),
    writeBack: (marks) =>
      using((inbox) =>
        Promise.all(
          marks.map(async ({ key, holds }) => {
            const outcome = await inbox.confirm(key, (record) => holds(bytesOf(record)))
            return outcome === 'confirmed' ? 'written' : outcome === 'changed' ? 'changed-since' : 'gone'
          }),
        ),
      ),
    async openFile(file) {
      const place = 'id' in file ? readMsyncFileId(file.id) : undefined
      if (place === undefined) return null
      const base64 = await using((inbox) => inbox.file(place.subject, place.id))
      if (base64 === null) return null
      const bytes = Buffer.from(base64, 'base64')
      return { size: bytes.length, type: null, name: null, lastModified: null, range: null, body: once(bytes) }
    },
  }
}

/** One line each: JSON has no line breaks of its own. */
function bytesOf({ state, events }: InboxRecord): string {
  return [state, ...events].join('\n')
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function textIn(state: unknown, ...names: readonly string[]): string | null {
  const record = (state ?? {}) as Readonly<Record<string, unknown>>
  return names.flatMap((name) => (typeof record[name] === 'string' && record[name] !== '' ? [record[name]] : [])).join(' ') || null
}
