/** Writes, for one batch of a source, what has to be sent: versions, operations, findings and the cursor together. */
import pMap from 'p-map'
import { type Finding, isLienthongError, LienthongError } from '../base/index.js'
import type { PaidDuty } from '../domain/index.js'
import type { DossierRow, KnownDossier, PlannedVersion, SyncLedger, ToldDuty } from '../ledger/index.js'
import { contestsOf, type Standed } from './contests.js'
import type { SeenDossiers } from './gone.js'
import type { Ownership } from './ownership.js'
import { type Paying, paidAmong, withPaidDuties } from './paid-duties.js'
import type { DossierSource, DossierTarget, PaidBills, SourceItem, SourceReading } from './ports.js'
import { chunksOfDistinctKeys, type KeyedItem, nameOf, noteSeen, type ReadOutcome, type ReadRecord, repairedAmong } from './records.js'
import type { Scope } from './scope.js'
import { storable } from './storable.js'
import { epochTag, type Preview, planContest, planDossier, planFailure, planSkip, type VersionContext, type VersionPlan } from './versions.js'

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
  /** Whose dossiers are that several sources have. */
  readonly ownership: Ownership
  /** Where paid bills are known; what was paid is told with its dossier. */
  readonly payments?: PaidBills
  /** Share of a source's dossiers that a whole reading may miss at once. */
  readonly maxGone: number
}

/** How many dossiers have their steps and fees fetched at the same time; the source's own limits come on top. */
export const PARALLEL_READS = 8

export interface BatchOptions extends PlannerOptions {
  readonly initialLoad: boolean
  /** Unreadable records that were not seen yet. */
  readonly unreadable: Set<string>
  /** Of a reading that may turn out to be a whole one. */
  readonly seen: SeenDossiers | undefined
  readonly paying: Paying
  /** Of those that are gone. While it is empty, nobody has to be looked for. */
  readonly list: { isEmpty: boolean }
}

export interface BatchReport {
  readonly seen: number
  readonly unchanged: number
  readonly planned: number
  readonly back: number
}

interface ReadBatch {
  readonly items: readonly SourceItem[]
  /** null: it stays. */
  readonly cursor: string | null
  readonly gone: readonly string[]
}

export async function planBatch(options: BatchOptions, { items, cursor, gone }: ReadBatch): Promise<BatchReport> {
  const { ledger, tenant, source, epoch, unreadable, list } = options
  const digests = items.map((item) => ledger.vault.digest(tenant, item.bytes))
  const repaired = options.only === undefined ? repairedAmong(items, unreadable) : new Set<string>()
  const stillUnreadable = unreadable.size === 0 ? [] : items.filter((item, index) => unreadable.delete(nameOf(item, digests[index] ?? '')))
  // Asked to send what only a table changed, every record is mapped: earlier passes have renewed the marks of closed ones.
  const news = options.resendClosed ? new Set(digests) : await ledger.newDigests(tenant, source, epoch, digests)
  if (options.paying.untold.size > 0) for (const digest of digests) if (options.paying.untold.has(digest)) news.add(digest)
  const same = items.length - digests.filter((digest) => news.has(digest)).length
  const chunks = [...chunksOfDistinctKeys(items, digests, news)]
  const shown = chunks.flat()
  if (options.seen) noteSeen(options.seen, digests, shown, stillUnreadable)
  const keys = shown.map(({ key }) => key)
  const back = list.isEmpty ? [] : await ledger.goneAmong(tenant, source, digests, keys)
  if (gone.length > 0) list.isEmpty = false
  let unchanged = same
  for (const [index, chunk] of chunks.entries()) {
    const isLast = index === chunks.length - 1
    unchanged += await planChunk(options, chunk, {
      digests,
      news,
      same: isLast ? same : 0,
      cursor: isLast ? cursor : null,
      back,
      gone: isLast ? storable(gone) : [],
    })
  }
  if (!options.preview) await ledger.forgetUnreadable(tenant, source, repaired)
  return { seen: items.length, unchanged, planned: items.length - unchanged, back: back.length }
}

interface BatchSoFar {
  readonly digests: readonly string[]
  readonly news: ReadonlySet<string>
  /** Records known as they are, to be counted with this chunk. */
  readonly same: number
  /** Where the source goes on once this chunk is written; null: it stays. */
  readonly cursor: string | null
  /** Listed as gone, and shown by this batch. */
  readonly back: readonly string[]
  /** Said to be deleted. */
  readonly gone: readonly string[]
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
    const read = await pMap(
      chunk,
      async (one): Promise<ReadOne> => {
        const { key, item, glimpse, reading, findings, digest, index } = one
        const entry = known.get(key)
        // The batch shows this dossier twice, and the later record is the one we already have: it stays, or every pass would send both.
        const ours = entry?.row.source_digest ?? ''
        if (entry && batch.digests.lastIndexOf(ours) > index && !batch.news.has(ours)) return 'refreshed'
        if (!reading) return planFailure(context, digest, key, glimpse, findings, entry?.row, item.place)
        const { localCode } = reading.traits
        if (options.only !== undefined && options.only !== localCode && options.only !== key) return 'left-out'
        const outcome = async () => {
          const outcome = mapped.get(key) ?? (await readDossier(reading, options.signal))
          mapped.set(key, outcome)
          return { ...one, reading, entry, outcome }
        }
        if (isOnlyRemapped(entry, digest, options)) {
          refreshed.push(key)
          if (options.preview) await showKept(options, planRead(context, await outcome()))
          return 'refreshed'
        }
        const reason = options.scope(reading.traits)
        if (reason !== undefined) return planSkip(context, digest, key, localCode, reason, entry?.row)
        return outcome()
      },
      { concurrency: PARALLEL_READS },
    )
    const contests = await contestsOf(
      options,
      read.filter((one) => typeof one === 'object' && 'outcome' in one),
      batch.back,
    )
    const paid = await paidAmong(
      options,
      chunk.map((one) => ({ ...one, entry: known.get(one.key), outcome: mapped.get(one.key) })),
    )
    const told: ToldDuty[] = []
    const planned: (VersionPlan | 'refreshed' | 'left-out')[] = []
    for (const [index, one] of read.entries()) {
      const duties = paid(chunk[index]?.key ?? '')
      // What nobody could read shows nothing yet.
      if (typeof one === 'object' && !('outcome' in one && isLienthongError(one.outcome)))
        told.push(...duties.map(({ bill, takenBack }) => ({ bill, takenBack })))
      if (typeof one === 'string' || !('outcome' in one)) {
        planned.push(one)
        continue
      }
      const { key, entry } = one
      const plan = planRead(context, paidFor(one, duties), await contests.standing(one))
      contests.planned(one, plan.version)
      if (!options.preview && entry !== undefined && saysNothingNew(plan.version, entry.row)) {
        refreshed.push(key)
        if (plan.version.facts) facts.push(plan.version.facts)
        if (plan.version.files) files.push(plan.version.files)
        planned.push('refreshed')
      } else planned.push(plan)
    }
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
      back: batch.back,
      gone: batch.gone,
      marking: options.port.writeBack !== undefined,
      told,
      cursor: batch.cursor,
    })
    if (written === 'committed') return unchanged
  }
}

/** The record as it is with what was paid for it. */
function paidFor(record: ReadRecord, duties: readonly PaidDuty[]): ReadRecord {
  const { outcome } = record
  if (duties.length === 0 || isLienthongError(outcome) || !outcome.ok) return record
  const { dossier, findings } = withPaidDuties(outcome.value, duties)
  return { ...record, outcome: { ...outcome, value: dossier, findings: [...outcome.findings, ...findings] } }
}

/** The same bytes under another mapper or table, which make the same record and the same steps: it is no new version. */
function saysNothingNew({ row, bucket, addOperations, removeRecord, takeover }: PlannedVersion, before: DossierRow): boolean {
  if (takeover !== undefined || bucket !== 'unchanged' || before.state !== 'confirmed' || addOperations.length > 0 || removeRecord !== undefined)
    return false
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

/** A dry run shows what a changed table would change at the portal, although a pass leaves closed dossiers alone. */
async function showKept({ preview }: PlannerOptions, { preview: kept }: VersionPlan): Promise<void> {
  if (kept.action !== 'nothing') await preview?.({ ...kept, action: 'kept' })
}

/** The bytes are the ones that were confirmed; only tables or the library changed since. */
function isOnlyRemapped(entry: KnownDossier | undefined, digest: string, options: BatchOptions): boolean {
  if (options.paying.untold.has(digest)) return false
  return entry !== undefined && !options.resendClosed && entry.row.source_digest === digest && entry.row.open === 0 && entry.row.state === 'confirmed'
}

async function readDossier(reading: SourceReading, signal: AbortSignal | undefined): Promise<ReadOutcome> {
  try {
    return await reading.map(signal)
  } catch (error) {
    if (!isLienthongError(error) || concernsTheSystem(error)) throw error
    return error
  }
}

/** What needs no codes is planned at once. */
type ReadOne = ReadRecord | VersionPlan | 'refreshed' | 'left-out'

/** @param standing undefined: it keeps the codes that it has. */
function planRead(context: VersionContext, { key, reading, digest, outcome, entry, item }: ReadRecord, standing?: Standed): VersionPlan {
  const { traits } = reading
  // This one dossier cannot be read: it is reported, and read again by the next pass.
  if (isLienthongError(outcome)) return planFailure(context, null, key, traits, [unreadable(outcome)], entry?.row)
  if (!outcome.ok) return planFailure(context, digest, key, traits, outcome.findings, entry?.row)
  if (standing?.kind === 'contest') return planContest(context, digest, key, traits, standing.contest, entry?.row, item.place)
  const plan = planDossier(context, digest, outcome.value, outcome.findings, entry, standing)
  // Nobody takes over what he could not send.
  const cannotTake = standing?.takeover !== undefined && plan.version.bucket === 'failed'
  return cannotTake ? planFailure(context, digest, key, traits, plan.preview.findings, entry?.row) : plan
}

/** The source is away, not this record wrong: nothing may be concluded from what was not read. */
export function concernsTheSystem(error: LienthongError): boolean {
  return error.retryable || error.kind === 'auth' || error.kind === 'config' || error.kind === 'aborted'
}

function unreadable(error: LienthongError): Finding {
  return { ruleId: error.code, severity: 'error', path: error.operation ?? '', message: error.text, hint: error.hintText }
}
