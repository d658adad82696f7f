/** Reads what changed at a source and writes, batch by batch, what has to be sent. DESIGN "The sync engine". */
import pMap from 'p-map'
import { breathe, type Finding, isLienthongError, LienthongError, type Mapped } from '../base/index.js'
import type { Dossier } from '../domain/index.js'
import { type DossierRow, type KnownDossier, type PlannedVersion, type SyncLedger, unreadableId } from '../ledger/index.js'
import type { DossierSource, DossierTarget, OpenDossier, SourceItem, SourceReading } from './ports.js'
import type { Scope } from './scope.js'
import { storable, storableReading } from './storable.js'
import { epochTag, type Preview, planDossier, planFailure, planSkip, type VersionContext, type VersionPlan } from './versions.js'

export interface PlannerOptions {
  readonly ledger: SyncLedger
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
  /** Called before each batch is asked for: keeps the planner from running far ahead of the senders. */
  readonly beforeBatch?: () => Promise<void>
  readonly onBatch?: (progress: { readonly seen: number; readonly planned: number }) => void
  /** Called instead of writing: a dry run. */
  readonly preview?: (preview: Preview) => void | Promise<void>
  /** Most records. */
  readonly limit?: number
  /** Let nothing go before the whole source was read and whoever reads it says so: `SyncLedger.releasePlanned`. */
  readonly holdBack?: boolean
  /** How long to wait for dossiers that are being sent meanwhile. Milliseconds. */
  readonly busyFor: number
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
  const cursor = await ledger.savedCursor(tenant, source)
  const initialLoad = (await ledger.note(loadedNote(tenant, source))) === undefined
  const gone = options.preview ? new Set<string>() : await ledger.unreadableIds(tenant, source)
  const open = () => openOnes(ledger, tenant, source, ledger.clock.now() - options.reopenFor)
  for await (const batch of port.changes(cursor, { open, ...(options.signal ? { signal: options.signal } : {}) })) {
    const left = options.limit === undefined ? batch.items.length : options.limit - total.seen
    const items = left < batch.items.length ? batch.items.slice(0, left) : batch.items
    const report = await planBatch({ ...options, initialLoad }, items, JSON.stringify(left < batch.items.length ? cursor : batch.cursor), gone)
    total.seen += report.seen
    total.unchanged += report.unchanged
    total.planned += report.planned
    options.onBatch?.(total)
    if (options.signal?.aborted || left <= batch.items.length - 1) return { ...total, finished: false }
    if (batch.end === 'complete') await ledger.forgetUnreadable(tenant, source, gone)
    await options.beforeBatch?.()
    await breathe()
  }
  if (initialLoad && options.preview === undefined && options.only === undefined)
    await ledger.keepNote(loadedNote(tenant, source), String(ledger.clock.now()))
  return { ...total, finished: true }
}

/** Kept once a source was read to its end: from then on what is new there goes like any change. */
function loadedNote(tenant: string, source: string): string {
  return `loaded/${tenant}/${source}`
}

interface BatchOptions extends PlannerOptions {
  readonly initialLoad: boolean
}

/** @param gone Unreadable records that were not seen yet; those of this batch are taken out. */
async function planBatch(options: BatchOptions, items: readonly SourceItem[], cursor: string, gone: Set<string>) {
  const { ledger, tenant, source, epoch } = options
  const digests = items.map((item) => ledger.vault.digest(tenant, item.bytes))
  const repaired = options.only === undefined ? repairedAmong(items, gone) : new Set<string>()
  if (gone.size > 0) for (const [index, item] of items.entries()) gone.delete(nameOf(item, digests[index] ?? ''))
  // Asked to send what only a table changed, every record is mapped: earlier passes have renewed the marks of closed ones.
  const news = options.resendClosed ? new Set(digests) : await ledger.newDigests(tenant, source, epoch, digests)
  const same = items.length - digests.filter((digest) => news.has(digest)).length
  const chunks = [...chunksOfDistinctKeys(items, digests, news)]
  let unchanged = same
  for (const [index, chunk] of chunks.entries()) {
    const isLast = index === chunks.length - 1
    unchanged += await planChunk(options, chunk, {
      digests,
      news,
      same: isLast ? same : 0,
      cursor: isLast && options.only === undefined ? cursor : null,
    })
  }
  if (!options.preview) await ledger.forgetUnreadable(tenant, source, repaired)
  return { seen: items.length, unchanged, planned: items.length - unchanged }
}

interface BatchSoFar {
  readonly digests: readonly string[]
  readonly news: ReadonlySet<string>
  /** Records known as they are, to be counted with this chunk. */
  readonly same: number
  /** Where the source goes on once this chunk is written; null: it stays. */
  readonly cursor: string | null
}

/** @returns how many of the chunk turned out to be unchanged. */
async function planChunk(options: BatchOptions, chunk: readonly KeyedItem[], batch: BatchSoFar): Promise<number> {
  const { ledger, tenant, source, target, run, epoch } = options
  const keys = chunk.map(({ key }) => key)
  /** Whoever has to plan anew need not read anew. */
  const mapped = new Map<string, ReadOutcome>()
  while (true) {
    const now = ledger.clock.now()
    const context: VersionContext = {
      tenant,
      source,
      run,
      epoch,
      now,
      dueAt: options.holdBack ? null : now,
      vault: ledger.vault,
      shards: ledger.shards,
      initialLoad: options.initialLoad,
      target,
      tag: epochTag(ledger.vault, tenant, target),
    }
    const known = await knownAtRest(options, keys)
    const refreshed: string[] = []
    const facts: NonNullable<PlannedVersion['facts']>[] = []
    const files: NonNullable<PlannedVersion['files']>[] = []
    const planned = await pMap(
      chunk,
      async ({ key, item, glimpse, reading, findings, digest, index }): Promise<VersionPlan | 'refreshed' | 'left-out'> => {
        const entry = known.get(key)
        // The batch shows this dossier twice, and the later record is the one we already have: it stays, or every pass would send both.
        const ours = entry?.row.source_digest ?? ''
        if (entry && batch.digests.lastIndexOf(ours) > index && !batch.news.has(ours)) return 'refreshed'
        if (!reading) return planFailure(context, digest, key, glimpse, findings, entry?.row, item.place)
        const { localCode } = reading.traits
        if (options.only !== undefined && options.only !== localCode && options.only !== key) return 'left-out'
        const read = async () => {
          const outcome = mapped.get(key) ?? (await readDossier(reading, options.signal))
          mapped.set(key, outcome)
          return planRead(context, reading, digest, outcome, entry)
        }
        if (isOnlyRemapped(entry, digest, options)) {
          refreshed.push(key)
          await showKept(options, read)
          return 'refreshed'
        }
        const reason = options.scope(reading.traits)
        if (reason !== undefined) return planSkip(context, digest, key, localCode, reason, entry?.row)
        const plan = await read()
        if (!options.preview && entry !== undefined && saysNothingNew(plan.version, entry.row)) {
          refreshed.push(key)
          if (plan.version.facts) facts.push(plan.version.facts)
          if (plan.version.files) files.push(plan.version.files)
          return 'refreshed'
        }
        return plan
      },
      { concurrency: PARALLEL_READS },
    )
    const plans = planned.filter((result) => typeof result === 'object')
    const unchanged = planned.filter((result) => result === 'refreshed').length
    if (options.preview) {
      for (const plan of plans) await options.preview(plan.preview)
      return unchanged
    }
    const written = await ledger.commitBatch({
      tenant,
      source,
      run,
      revisions: revisionsOf(plans, known),
      seen: plans.length + unchanged + batch.same,
      unchanged: unchanged + batch.same,
      versions: plans.map(({ version }) => version),
      refreshed: { sourceIds: refreshed, epoch },
      facts,
      files,
      cursor: batch.cursor,
    })
    if (written === 'committed') return unchanged
  }
}

/** The same bytes under another mapper or table, which make the same record and the same steps: it is no new version. */
function saysNothingNew({ row, bucket, addOperations, removeRecord }: PlannedVersion, before: DossierRow): boolean {
  if (bucket !== 'unchanged' || before.state !== 'confirmed' || addOperations.length > 0 || removeRecord !== undefined) return false
  return SAME.every((column) => row[column] === before[column])
}

const SAME = ['source_digest', 'local_code', 'known_steps', 'open', 'received_at', 'closed_at'] as const

function revisionsOf(plans: readonly VersionPlan[], known: ReadonlyMap<string, KnownDossier>): ReadonlyMap<string, number> {
  return new Map(
    plans.flatMap(({ version }) => {
      const row = known.get(version.row.source_id)?.row
      return row ? [[row.source_id, row.revision] as const] : []
    }),
  )
}

/** What the ledger knows of these dossiers, once no request of any of them is leaving. */
async function knownAtRest(
  { ledger, tenant, source, busyFor, preview, signal }: PlannerOptions,
  keys: readonly string[],
): Promise<Map<string, KnownDossier>> {
  const giveUpAt = ledger.clock.now() + busyFor
  for (let pause = BUSY_MS; ; pause = Math.min(2 * pause, LONGEST_BUSY_MS)) {
    const known = await ledger.knownDossiers(tenant, source, keys)
    if (preview !== undefined || ![...known.values()].some(({ sending }) => sending)) return known
    if (ledger.clock.now() > giveUpAt) throw new LienthongError('ledger.busy', { hop: 'ledger', values: { source } })
    await ledger.clock.sleep(pause, signal)
  }
}

/** Between two looks at dossiers that are being sent: a call is mostly over at once, and now and then takes a minute. */
const BUSY_MS = 50
const LONGEST_BUSY_MS = 1000

/** Stands in for the id of a record that cannot be read. */
function nameOf({ glimpse }: SourceItem, digest: string): string {
  return unreadableId(storable(glimpse?.names[0]) ?? digest)
}

/** Records that could not be read once and can be now: they have an id of their own from here on. */
function repairedAmong(items: readonly SourceItem[], unreadable: ReadonlySet<string>): ReadonlySet<string> {
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

interface KeyedItem {
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
function* chunksOfDistinctKeys(items: readonly SourceItem[], digests: readonly string[], news: ReadonlySet<string>): Generator<readonly KeyedItem[]> {
  let chunk: KeyedItem[] = []
  let keys = new Set<string>()
  for (const [index, item] of items.entries()) {
    const digest = digests[index] ?? ''
    if (!news.has(digest)) continue
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

/** What came of reading one record; an error that concerns only this one is part of it. */
type ReadOutcome = Mapped<Dossier> | LienthongError

async function readDossier(reading: SourceReading, signal: AbortSignal | undefined): Promise<ReadOutcome> {
  try {
    return await reading.map(signal)
  } catch (error) {
    if (!isLienthongError(error) || concernsTheSystem(error)) throw error
    return error
  }
}

function planRead(context: VersionContext, reading: SourceReading, digest: string, read: ReadOutcome, entry: KnownDossier | undefined): VersionPlan {
  // This one dossier cannot be read: it is reported, and read again by the next pass.
  if (isLienthongError(read)) return planFailure(context, null, reading.key, reading.traits, [unreadable(read)], entry?.row)
  return read.ok
    ? planDossier(context, digest, read.value, read.findings, entry)
    : planFailure(context, digest, reading.key, reading.traits, read.findings, entry?.row)
}

/** The source is away, not this record wrong: nothing may be concluded from what was not read. */
function concernsTheSystem(error: LienthongError): boolean {
  return error.retryable || error.kind === 'auth' || error.kind === 'config' || error.kind === 'aborted'
}

function unreadable(error: LienthongError): Finding {
  return { ruleId: error.code, severity: 'error', path: error.operation ?? '', message: error.text, hint: error.hintText }
}

async function* openOnes(ledger: SyncLedger, tenant: string, source: string, closedAfter: number): AsyncGenerator<OpenDossier> {
  for await (const row of ledger.openDossiers(tenant, source, closedAfter)) yield openDossier(row)
}

function openDossier(row: DossierRow): OpenDossier {
  return { key: row.source_id, localCode: row.local_code, receivedAt: row.received_at as OpenDossier['receivedAt'] }
}
