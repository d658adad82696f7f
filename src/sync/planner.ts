/** Reads what changed at a source, batch by batch. DESIGN "The sync engine". */
import pMap from 'p-map'
import { breathe, isLienthongError, type LienthongError } from '../base/index.js'
import type { DossierRow, SyncLedger } from '../ledger/index.js'
import { concludeGone, type GoneReport, seenDossiers } from './gone.js'
import { payingOf } from './paid-duties.js'
import { type BatchOptions, type BatchReport, concernsTheSystem, PARALLEL_READS, type PlannerOptions, planBatch } from './planned-batch.js'
import type { OpenDossier, SourceBatch, SourceItem } from './ports.js'

export type { PlannerOptions } from './planned-batch.js'

export interface PlanningReport {
  readonly seen: number
  readonly unchanged: number
  readonly planned: number
  /** The source was read to its end. */
  readonly finished: boolean
  readonly gone: GoneCounts
  /** Why the books of payments could not be read: what was paid lately is told by a later reading. */
  readonly payments: LienthongError | undefined
}

export interface GoneCounts {
  /** Put on the list of those that the source does not have any more. */
  readonly listed: number
  /** Taken off it: the source shows them again. */
  readonly back: number
  /** Why nothing was concluded from what a whole reading did not show. */
  readonly warning: LienthongError | undefined
}

/** @throws the source's error, after everything read before it was committed: the cursor stands where reading stopped. */
export async function plan(options: PlannerOptions): Promise<PlanningReport> {
  const { ledger, tenant, source, port } = options
  const total = { seen: 0, unchanged: 0, planned: 0, back: 0 }
  const add = (report: BatchReport) => {
    for (const count of ['seen', 'unchanged', 'planned', 'back'] as const) total[count] += report[count]
    options.onBatch?.(total)
  }
  const paying = await payingOf({ ...options, dry: options.preview !== undefined })
  const report = (finished: boolean, gone: GoneReport = NOTHING_GONE): PlanningReport => {
    const { back, ...counts } = total
    return { ...counts, finished, gone: { ...gone, back }, payments: paying.warning }
  }
  const cursor = await ledger.savedCursor(tenant, source)
  const initialLoad = (await ledger.note(loadedNote(tenant, source))) === undefined
  const counts = options.preview === undefined && options.only === undefined
  const reading: BatchOptions = {
    ...options,
    initialLoad,
    unreadable: options.preview ? new Set<string>() : await ledger.unreadableIds(tenant, source),
    seen: counts && options.limit === undefined ? seenDossiers(`${options.run}/${ledger.clock.now()}`) : undefined,
    paying,
    list: { isEmpty: options.preview !== undefined || (await ledger.countGone(tenant, source)) === 0 },
  }
  const one = await knownByCode(options)
  if (one !== undefined) {
    add(await planBatch(reading, { items: one, cursor: null, gone: [] }))
    return report(true)
  }
  const open = () => openOnes(ledger, tenant, source, ledger.clock.now() - options.reopenFor)
  let end: SourceBatch['end'] = 'more'
  for await (const batch of port.changes(cursor, { open, ...(options.signal ? { signal: options.signal } : {}) })) {
    const left = options.limit === undefined ? batch.items.length : options.limit - total.seen
    const whole = left >= batch.items.length
    const items = whole ? batch.items : batch.items.slice(0, left)
    const gone = whole && counts ? (batch.gone ?? []) : []
    add(await planBatch(reading, { items, cursor: options.only === undefined ? JSON.stringify(whole ? batch.cursor : cursor) : null, gone }))
    end = batch.end
    batch.release?.()
    if (whole && counts) await port.kept?.(batch.cursor)
    if (options.signal?.aborted || left <= batch.items.length - 1) return report(false)
    if (end === 'complete') await ledger.forgetUnreadable(tenant, source, reading.unreadable)
    await options.beforeBatch?.()
    await breathe()
  }
  if (counts && options.limit === undefined)
    for await (const items of markedOnes(options)) add(await planBatch(reading, { items, cursor: null, gone: [] }))
  if (initialLoad && counts) await ledger.keepNote(loadedNote(tenant, source), String(ledger.clock.now()))
  return report(true, reading.seen !== undefined && end === 'complete' ? await concludeGone(options, reading.seen) : NOTHING_GONE)
}

const NOTHING_GONE: GoneReport = { listed: 0, warning: undefined }

/** The one dossier that is asked for, where the source can be asked for one and the ledger knows its key. */
async function knownByCode({ ledger, tenant, source, port, only, signal }: PlannerOptions): Promise<readonly SourceItem[] | undefined> {
  if (only === undefined || port.get === undefined) return undefined
  const items: SourceItem[] = []
  const keys = await ledger.keysOf(tenant, source, only)
  for (const key of keys) {
    const item = await port.get(key, signal ? { signal } : {})
    if (item !== null) items.push(item)
  }
  return keys.length === 0 ? undefined : items
}

/** Asked for at a time. */
const MARKED_TOGETHER = 50

/** What somebody has marked to be read again, and the reading did not show: a source that can be asked for one dossier is. */
async function* markedOnes({ ledger, tenant, source, port, signal }: PlannerOptions): AsyncGenerator<readonly SourceItem[]> {
  if (port.get === undefined) return
  const ask = async (keys: readonly string[]) => {
    const found = await pMap(keys, (key) => port.get?.(key, signal ? { signal } : {}).catch(ofThisOne), { concurrency: PARALLEL_READS })
    return found.filter((item) => item != null)
  }
  let keys: string[] = []
  for await (const key of ledger.toReadAgain(tenant, source)) {
    if (signal?.aborted) return
    keys.push(key)
    if (keys.length < MARKED_TOGETHER) continue
    yield await ask(keys)
    keys = []
  }
  if (keys.length > 0) yield await ask(keys)
}

/** An error that concerns one dossier keeps no other from being read; it is asked for again next time. */
function ofThisOne(error: unknown): null {
  if (!isLienthongError(error) || concernsTheSystem(error)) throw error
  return null
}

/** Kept once a source was read to its end: from then on what is new there goes like any change. */
function loadedNote(tenant: string, source: string): string {
  return `loaded/${tenant}/${source}`
}

async function* openOnes(ledger: SyncLedger, tenant: string, source: string, closedAfter: number): AsyncGenerator<OpenDossier> {
  for await (const row of ledger.openDossiers(tenant, source, closedAfter)) yield openDossier(row)
}

function openDossier(row: DossierRow): OpenDossier {
  return { key: row.source_id, localCode: row.local_code, receivedAt: row.received_at as OpenDossier['receivedAt'] }
}
