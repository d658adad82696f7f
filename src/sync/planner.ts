/** Reads what changed at a source and writes, batch by batch, what has to be sent. DESIGN "The sync engine". */
import pMap from 'p-map'
import { breathe, type Finding, isLienthongError, type LienthongError, type Mapped } from '../base/index.js'
import type { Dossier } from '../domain/index.js'
import {
  commitBatch,
  type DossierRow,
  forgetUnreadable,
  type KnownDossier,
  knownDossiers,
  type Ledger,
  newDigests,
  openDossiers,
  type PlannedVersion,
  savedCursor,
  unreadableId,
  unreadableIds,
} from '../ledger/index.js'
import type { DossierSource, DossierTarget, OpenDossier, SourceItem, SourceReading } from './ports.js'
import type { Scope } from './scope.js'
import { epochTag, type Preview, planDossier, planFailure, planSkip, type VersionContext, type VersionPlan } from './versions.js'

export interface PlannerOptions {
  readonly ledger: Ledger
  readonly tenant: string
  readonly source: string
  readonly port: DossierSource
  readonly target: DossierTarget
  readonly scope: Scope
  /** Changes with everything besides the bytes that decides what a record becomes: source, target, scope. */
  readonly epoch: string
  /** 0 for a dry run. */
  readonly run: number
  /** Closed dossiers are read again for this long, because officers take steps back. Milliseconds. */
  readonly reopenFor: number
  /** Also send what changed only because a table or the library did. */
  readonly resendClosed: boolean
  readonly signal?: AbortSignal
  readonly only?: string
  readonly onBatch?: (progress: { readonly seen: number; readonly planned: number }) => void
  /** Called instead of writing: a dry run. */
  readonly preview?: (preview: Preview) => void | Promise<void>
  /** Most records. */
  readonly limit?: number
}

export interface PlanningReport {
  readonly seen: number
  readonly unchanged: number
  readonly planned: number
  /** The source was read to its end. */
  readonly finished: boolean
}

/** How many dossiers have their steps and fees fetched at the same time; the source's own limits come on top. */
const PARALLEL_READS = 8

/** @throws the source's error, after everything read before it was committed: the cursor stands where reading stopped. */
export async function plan(options: PlannerOptions): Promise<PlanningReport> {
  const { ledger, tenant, source, port } = options
  const total = { seen: 0, unchanged: 0, planned: 0 }
  const cursor = await savedCursor(ledger, tenant, source)
  const gone = options.preview ? new Set<string>() : await unreadableIds(ledger, tenant, source)
  const open = () => openOnes(ledger, tenant, source, ledger.clock.now() - options.reopenFor)
  for await (const batch of port.changes(cursor, { open, ...(options.signal ? { signal: options.signal } : {}) })) {
    const left = options.limit === undefined ? batch.items.length : options.limit - total.seen
    const items = left < batch.items.length ? batch.items.slice(0, left) : batch.items
    const report = await planBatch(options, items, JSON.stringify(left < batch.items.length ? cursor : batch.cursor), gone)
    total.seen += report.seen
    total.unchanged += report.unchanged
    total.planned += report.planned
    options.onBatch?.(total)
    if (options.signal?.aborted || left <= batch.items.length - 1) return { ...total, finished: false }
    if (batch.end === 'complete') await forgetUnreadable(ledger, tenant, source, gone)
    await breathe()
  }
  return { ...total, finished: true }
}

/** @param gone Unreadable records that were not seen yet; those of this batch are taken out. */
async function planBatch(options: PlannerOptions, items: readonly SourceItem[], cursor: string, gone: Set<string>) {
  const { ledger, tenant, source, target, run, epoch } = options
  const context: VersionContext = {
    tenant,
    source,
    run,
    epoch,
    now: ledger.clock.now(),
    vault: ledger.vault,
    target,
    tag: epochTag(ledger.vault, tenant, target),
  }
  const digests = items.map((item) => ledger.vault.digest(tenant, item.bytes))
  const repaired = options.only === undefined ? repairedAmong(items, gone) : new Set<string>()
  if (gone.size > 0) for (const [index, item] of items.entries()) gone.delete(nameOf(item, digests[index] ?? ''))
  // Asked to send what only a table changed, every record is mapped: earlier passes have renewed the marks of closed ones.
  const news = options.resendClosed ? new Set(digests) : await newDigests(ledger, tenant, source, epoch, digests)
  let unchanged = items.length - digests.filter((digest) => news.has(digest)).length
  const seen = items.length
  const plans: VersionPlan[] = []
  const refreshed: { sourceId: string; digest: string | null; epoch: string }[] = []

  for (const chunk of chunksOfDistinctKeys(items, digests, news)) {
    const known = await knownDossiers(
      ledger,
      tenant,
      source,
      chunk.map(({ key }) => key),
    )
    const planned = await pMap(
      chunk,
      async ({ key, item, reading, findings, digest, index }): Promise<VersionPlan | 'refreshed' | 'left-out'> => {
        const entry = known.get(key)
        // The batch shows this dossier twice, and the later record is the one we already have: it stays, or every pass would send both.
        if (entry && digests.lastIndexOf(entry.row.source_digest ?? '') > index && !news.has(entry.row.source_digest ?? '')) return 'refreshed'
        if (!reading) return planFailure(context, digest, key, item.glimpse, findings, entry?.row, item.place)
        const { localCode } = reading.traits
        if (options.only !== undefined && options.only !== localCode && options.only !== key) return 'left-out'
        if (isOnlyRemapped(entry, digest, options)) {
          refreshed.push({ sourceId: key, digest, epoch })
          await showKept(options, () => mapAndPlan(context, reading, digest, entry, options.signal))
          return 'refreshed'
        }
        const reason = options.scope(reading.traits)
        if (reason !== undefined) return planSkip(context, digest, key, localCode, reason, entry?.row)
        return mapAndPlan(context, reading, digest, entry, options.signal)
      },
      { concurrency: PARALLEL_READS },
    )
    for (const result of planned) {
      if (result === 'refreshed') unchanged += 1
      else if (result !== 'left-out') plans.push(result)
    }
    if (options.preview) for (const result of planned) if (typeof result === 'object') await options.preview(result.preview)
    if (chunk.mustCommitBefore && !options.preview) {
      await commitBatch(ledger, {
        tenant,
        source,
        run,
        seen: plans.length,
        unchanged: 0,
        versions: versionsOf(plans),
        refreshed: [],
        cursor: await cursorNow(ledger, tenant, source),
      })
      plans.length = 0
    }
  }
  if (!options.preview) {
    const counted = plans.length + unchanged
    await commitBatch(ledger, {
      tenant,
      source,
      run,
      seen: counted,
      unchanged,
      versions: versionsOf(plans),
      refreshed,
      cursor: options.only === undefined ? cursor : await cursorNow(ledger, tenant, source),
    })
    await forgetUnreadable(ledger, tenant, source, repaired)
  }
  return { seen, unchanged, planned: seen - unchanged }
}

/** Stands in for the id of a record that cannot be read. */
function nameOf({ glimpse }: SourceItem, digest: string): string {
  return unreadableId(glimpse?.names[0] ?? digest)
}

/** Records that could not be read once and can be now: they have an id of their own from here on. */
function repairedAmong(items: readonly SourceItem[], unreadable: ReadonlySet<string>): ReadonlySet<string> {
  if (unreadable.size === 0) return new Set()
  const repaired = new Set<string>()
  for (const item of items) {
    const names = (item.glimpse?.names ?? []).map(unreadableId).filter((name) => unreadable.has(name))
    if (names.length > 0 && item.read().ok) for (const name of names) repaired.add(name)
  }
  return repaired
}

function versionsOf(plans: readonly VersionPlan[]): readonly PlannedVersion[] {
  return plans.map((plan) => plan.version)
}

async function cursorNow(ledger: Ledger, tenant: string, source: string): Promise<string> {
  return JSON.stringify(await savedCursor(ledger, tenant, source))
}

interface KeyedItem {
  readonly key: string
  /** Place in the batch. */
  readonly index: number
  readonly item: SourceItem
  readonly digest: string
  readonly reading: SourceReading | undefined
  readonly findings: readonly Finding[]
}

type Chunk = KeyedItem[] & { mustCommitBefore?: boolean }

/** A batch may show one dossier twice; each version then needs the ledger to know the one before. */
function* chunksOfDistinctKeys(items: readonly SourceItem[], digests: readonly string[], news: ReadonlySet<string>): Generator<Chunk> {
  let chunk: Chunk = []
  let keys = new Set<string>()
  for (const [index, item] of items.entries()) {
    const digest = digests[index] ?? ''
    if (!news.has(digest)) continue
    const read: Mapped<SourceReading> = item.read()
    const reading = read.ok ? read.value : undefined
    const key = reading?.key ?? nameOf(item, digest)
    if (keys.has(key)) {
      chunk.mustCommitBefore = true
      yield chunk
      chunk = []
      keys = new Set()
    }
    keys.add(key)
    chunk.push({ key, index, item, digest, reading, findings: read.findings })
  }
  if (chunk.length > 0) yield chunk
}

/** A dry run shows what a changed table would change at the portal, although a pass leaves closed dossiers alone. */
async function showKept({ preview }: PlannerOptions, plan: () => Promise<VersionPlan>): Promise<void> {
  if (preview === undefined) return
  const kept = (await plan()).preview
  if (kept.action !== 'nothing') await preview({ ...kept, action: 'kept' })
}

/** The bytes are the ones that were confirmed; only tables or the library changed since. */
function isOnlyRemapped(entry: KnownDossier | undefined, digest: string, options: PlannerOptions): boolean {
  return entry !== undefined && !options.resendClosed && entry.row.source_digest === digest && entry.row.open === 0 && entry.row.state === 'confirmed'
}

async function mapAndPlan(
  context: VersionContext,
  reading: SourceReading,
  digest: string,
  entry: KnownDossier | undefined,
  signal?: AbortSignal,
): Promise<VersionPlan> {
  let mapped: Mapped<Dossier>
  try {
    mapped = await reading.map(signal)
  } catch (error) {
    if (!isLienthongError(error) || concernsTheSystem(error)) throw error
    // This one dossier cannot be read: it is reported, and read again by the next pass.
    return planFailure(context, null, reading.key, reading.traits, [unreadable(error)], entry?.row)
  }
  return mapped.ok
    ? planDossier(context, digest, mapped.value, mapped.findings, entry)
    : planFailure(context, digest, reading.key, reading.traits, mapped.findings, entry?.row)
}

/** The source is away, not this record wrong: nothing may be concluded from what was not read. */
function concernsTheSystem(error: LienthongError): boolean {
  return error.retryable || error.kind === 'auth' || error.kind === 'config' || error.kind === 'aborted'
}

function unreadable(error: LienthongError): Finding {
  return { ruleId: error.code, severity: 'error', path: error.operation ?? '', message: error.text, hint: error.hintText }
}

async function* openOnes(ledger: Ledger, tenant: string, source: string, closedAfter: number): AsyncGenerator<OpenDossier> {
  for await (const row of openDossiers(ledger, tenant, source, closedAfter)) yield openDossier(row)
}

function openDossier(row: DossierRow): OpenDossier {
  return { key: row.source_id, localCode: row.local_code, receivedAt: row.received_at as OpenDossier['receivedAt'] }
}
