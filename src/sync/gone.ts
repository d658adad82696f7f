/** What a whole reading did not show, and what follows from that: a list for a person, never more. DESIGN I10, I11. */
import { LienthongError } from '../base/index.js'
import type { ListedDossier, SyncLedger } from '../ledger/index.js'
import { keyFilter } from './key-filter.js'

/** So many may be missing at once in any source, however small: an office that tidies up. */
const ALWAYS_ALLOWED = 10
/** Written to the list at a time. */
const TOGETHER = 500

/** What one reading has shown so far, in memory that does not grow with it. */
export interface SeenDossiers {
  /** By the digest of its bytes, its key, or a name that a record bears which cannot be read. */
  note(name: string): void
  /** A record that nobody can name: any dossier may be behind it. */
  noteUnnamed(): void
  /** Whether it was shown; now and then true of one that was not, and of another one in the next reading. */
  has(dossier: ListedDossier): boolean
  readonly unnamed: number
}

/** @param salt another one for each reading. */
export function seenDossiers(salt: string): SeenDossiers {
  const names = keyFilter(salt)
  let unnamed = 0
  return {
    note: names.add,
    noteUnnamed() {
      unnamed += 1
    },
    has: ({ key, digest, localCode }) => (digest !== null && names.has(digest)) || names.has(key) || (localCode !== null && names.has(localCode)),
    get unnamed() {
      return unnamed
    },
  }
}

export interface GoneReport {
  /** Put on the list by this reading. */
  readonly listed: number
  /** Why nothing was concluded. */
  readonly warning: LienthongError | undefined
}

export interface Conclusion {
  readonly ledger: SyncLedger
  readonly tenant: string
  readonly source: string
  readonly run: number
  /** Share of a source's dossiers that may be missing at once. */
  readonly maxGone: number
}

/** Lists what a whole reading did not show. @param seen all that it showed. */
export async function concludeGone({ ledger, tenant, source, run, maxGone }: Conclusion, seen: SeenDossiers): Promise<GoneReport> {
  let known = 0
  let missing = 0
  for await (const dossier of ledger.listedDossiers(tenant, source)) {
    if (dossier.gone || dossier.unneeded) continue
    known += 1
    if (!seen.has(dossier)) missing += 1
  }
  if (missing === 0) return { listed: 0, warning: undefined }
  if (seen.unnamed > 0) return kept('sync.gone_unclear', { source, missing, unnamed: seen.unnamed })
  if (missing > Math.max(ALWAYS_ALLOWED, maxGone * known)) {
    const share = Math.ceil((100 * missing) / known)
    return kept('sync.too_many_gone', { source, missing, known, share, limit: Math.round(100 * maxGone) })
  }
  let listed: string[] = []
  const write = async () => {
    const ids = listed
    listed = []
    await ledger.listGone(tenant, source, run, 'reading', ids)
  }
  for await (const dossier of ledger.listedDossiers(tenant, source)) {
    if (dossier.gone || dossier.unneeded || seen.has(dossier)) continue
    listed.push(dossier.key)
    if (listed.length >= TOGETHER) await write()
  }
  await write()
  return { listed: missing, warning: undefined }
}

function kept(code: 'sync.gone_unclear' | 'sync.too_many_gone', values: Record<string, string | number>): GoneReport {
  return { listed: 0, warning: new LienthongError(code, { values }) }
}
