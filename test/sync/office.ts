import { onTestFinished } from 'vitest'
import type { Dossier, ProgressStep } from '../../src/domain/index.js'
import { type Ledger, newLedgerKey, openLedger, parseLedgerKey, versionTotals } from '../../src/ledger/index.js'
import { type PassOptions, type PassReport, runPass, type TenantSync } from '../../src/sync/index.js'
import { at, returned, step } from '../mappers/made-up.js'
import { type ManualClock, manualClock } from '../transport/manual-clock.js'
import { type Card, type CardIndex, cardIndex } from './card-index.js'
import { type PaperPortal, type PaperPortalOptions, paperPortal } from './paper-portal.js'

export const TENANT = 'cao-bang'
export const key = parseLedgerKey(newLedgerKey()) as Uint8Array

/** A source of cards, a ledger in memory, a portal on paper, and an engine between them: no file, no socket, no waiting. */
export interface Office {
  readonly clock: ManualClock
  readonly ledger: Ledger
  readonly cards: CardIndex
  readonly portal: PaperPortal
  readonly sync: TenantSync
  run(options?: PassOptions): Promise<PassReport>
  /** One row of the ledger. */
  row(sourceId: string): ReturnType<typeof rowOf>
  totals(): ReturnType<typeof versionTotals>
}

export interface OfficeOptions extends Omit<PaperPortalOptions, 'now'> {
  readonly cards?: readonly Card[]
  readonly sync?: Partial<TenantSync>
  readonly url?: string
  readonly password?: string
}

export async function openOffice({
  cards = [],
  sync: more = {},
  url = 'sqlite::memory:',
  password,
  ...options
}: OfficeOptions = {}): Promise<Office> {
  const clock = manualClock()
  const ledger = await openLedger({ url, ...(password === undefined ? {} : { password }), key, access: 'write', clock })
  onTestFinished(() => ledger.close())
  const index = cardIndex(cards)
  const portal = paperPortal({ now: clock.now, ...options })
  const sync: TenantSync = {
    ledger,
    tenant: TENANT,
    sources: { cards: index },
    target: portal,
    ...more,
    settings: { concurrency: 3, ...more.settings },
  }
  return {
    clock,
    ledger,
    cards: index,
    portal,
    sync,
    run: (passOptions) => runPass(sync, passOptions),
    row: (sourceId) => rowOf(ledger, sourceId),
    totals: () => versionTotals(ledger, TENANT),
  }
}

async function rowOf(ledger: Ledger, sourceId: string) {
  return ledger.db.selectFrom('dossiers').selectAll().where('source_id', '=', sourceId).executeTakeFirstOrThrow()
}

/** Number `n` of the made-up dossiers: under way, received, without steps unless given. */
export function dossier(n: number, changes: Partial<Dossier> = {}): Dossier {
  const code = `000.00.12.H99-261122-${String(n).padStart(4, '0')}`
  return {
    ...returned,
    sourceId: `uid-${n}`,
    localCode: code,
    nationalCode: code,
    status: 4,
    finishedAt: null,
    returnedAt: null,
    steps: [],
    summary: 'bản 1',
    ...changes,
  }
}

export function codeOf(n: number): string {
  return dossier(n).nationalCode as string
}

export function card(n: number, changes: Partial<Dossier> = {}, more: Omit<Card, 'dossier'> = {}): Card {
  return { dossier: dossier(n, changes), ...more }
}

/** Steps at full hours of one day, each with an id of its own. */
export function steps(...statuses: readonly number[]): ProgressStep[] {
  return statuses.map((status, index) => step(status, at(`2025-03-05 ${String(9 + index).padStart(2, '0')}:00`), { id: `s${index}` }))
}
