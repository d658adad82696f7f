/** What a sandbox keeps between two lives: an append-only list of accepted writes and of how the story moved. */
import { createWriteStream, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PortalEntry } from './national-portal/books.js'
import type { OpenCpsEntry } from './one-stop/opencps-writes.js'
import type { PaymentEntry } from './payment-platform/index.js'
import type { ProcedureEntry } from './procedure-database/index.js'

export type StateEntry =
  | PortalEntry
  | ProcedureEntry
  | OpenCpsEntry
  | PaymentEntry
  | {
      readonly op: 'province'
      readonly seed: number | string
      readonly dossiers: number
      readonly startAt: number
      readonly catalogue?: number
      readonly national?: NationalCatalogueEntry
    }
  | { readonly op: 'advance'; readonly days: number }
  | { readonly op: 'reset' }

/** The national catalogue from which a province's own was made: another one would not fit it. */
export interface NationalCatalogueEntry {
  readonly seed: number | string
  readonly count: number
  readonly file: string | null
}

export interface StateLog {
  /** What an earlier life left, oldest first, since its last reset. */
  readonly entries: readonly StateEntry[]
  append(entry: StateEntry): void
  /** Resolves when everything is in the file. */
  close(): Promise<void>
}

export const noStateLog: StateLog = { entries: [], append: () => {}, close: () => Promise.resolve() }

export function openStateLog(folder: string): StateLog {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'sandbox.ndjson')
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const entries = readEntries(text)
  // Opened now: a stream that opens its file later fails where nobody listens.
  const stream = createWriteStream(path, { fd: openSync(path, 'a') })
  // A life that ended in the middle of a line leaves half of one: ours begin on a new line.
  if (text !== '' && !text.endsWith('\n')) stream.write('\n')
  return {
    entries,
    append(entry) {
      stream.write(`${JSON.stringify(entry)}\n`)
    },
    close: () => new Promise((resolve, reject) => stream.end((error?: Error | null) => (error ? reject(error) : resolve()))),
  }
}

function readEntries(text: string): readonly StateEntry[] {
  const entries: StateEntry[] = []
  for (const line of text.split('\n')) {
    const entry = readEntry(line)
    if (entry?.op === 'reset') entries.length = 0
    else if (entry !== undefined) entries.push(entry)
  }
  return entries
}

/** Only our own lines are ever in the file; half a line is what a kill leaves. */
function readEntry(line: string): StateEntry | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as StateEntry)
  } catch {
    return undefined
  }
}
