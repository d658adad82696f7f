/** One pass of one tenant: read every source, then send what waits. DESIGN "The sync engine". */
import { type Clock, LienthongError } from '../base/index.js'
import { type Stopped, sendWithBrakes } from './braked-dispatch.js'
import type { DispatcherOptions } from './dispatcher.js'
import { endOfPass, watched } from './observer.js'
import { type GoneCounts, type PlanningReport, plan } from './planner.js'
import type { DossierSource } from './ports.js'
import { healMappings, outcomeOf, planning, type Reading, readSource, releaseHeldBack } from './reading.js'
import { recoverOrphans } from './recovery.js'
import { refuseUnlessProduction, settingsOf, type TenantSync, undisturbed, unknownStepPolicy } from './settings.js'
import { emptyTally, type Tally } from './tally.js'
import type { Preview } from './versions.js'
import { type MarksReport, tellSource } from './write-back.js'

export interface PassOptions {
  readonly signal?: AbortSignal
  /** One dossier, by its local code. */
  readonly only?: string
  /** Most records read from each source. */
  readonly limit?: number
  readonly maxChanges?: number
  /** Also send closed dossiers that changed only because a table or the library did. */
  readonly resendClosed?: boolean
  /** Show a refused password once more although nothing was changed here. */
  readonly retryLogin?: boolean
  readonly onProgress?: (progress: PassProgress) => void
}

export interface PassProgress {
  readonly phase: 'reading' | 'sending'
  readonly source?: string
  readonly seen: number
  readonly planned: number
  readonly confirmed: number
  readonly failed: number
  readonly waiting: number
}

/** What became of the versions that one source's reading found. The parts add up to `seen`. */
export interface RunReport {
  readonly source: string
  readonly run: number
  readonly outcome: 'done' | 'incomplete' | 'interrupted'
  /** The error that ended reading early. */
  readonly error: LienthongError | undefined
  readonly seen: number
  readonly unchanged: number
  readonly skipped: number
  readonly failed: number
  readonly pending: number
  readonly created: number
  readonly updated: number
  readonly superseded: number
  /** What the reading found out about dossiers that the source does not have any more. */
  readonly gone: GoneCounts
  /** Why the books of payments could not be read; everything else went on. */
  readonly payments: LienthongError | undefined
}

export interface PassReport {
  readonly tenant: string
  readonly outcome: 'done' | 'incomplete' | 'interrupted'
  readonly runs: readonly RunReport[]
  readonly tally: Tally
  /** Dossiers that wait to be sent, and those that wait for a person, in the whole ledger of the tenant. */
  readonly waiting: number
  readonly failing: number
  /** Of sources that take marks: what they were told. */
  readonly marks: readonly MarksReport[]
  /** Why sending stopped early. */
  readonly stopped: Exclude<Stopped, 'time-over'> | undefined
}

/**
 * Runs one pass. A source that fails does not keep the others, nor what already waits, from being sent.
 *
 * @throws {LienthongError} `config.not_production`, `sync.too_many_changes`: both before the first call.
 */
export async function runPass(sync: TenantSync, options: PassOptions = {}): Promise<PassReport> {
  const calm = undisturbed(sync)
  return watched(calm.observer?.pass?.({ tenant: sync.tenant }), sync.ledger.clock, () => pass(calm, options), endOfPass)
}

async function pass(sync: TenantSync, options: PassOptions): Promise<PassReport> {
  const { ledger, tenant, target } = sync
  const settings = settingsOf(sync)
  refuseUnlessProduction(sync)
  const onUnknownStep = unknownStepPolicy(settings)
  await recoverOrphans({ ledger, tenant, callTimeoutMs: settings.callTimeoutMs, onUnknownStep })
  await healMappings(ledger, tenant, target)

  const readings: Reading[] = []
  const progress = { seen: 0, planned: 0 }
  for (const [source, port] of Object.entries(sync.sources)) {
    const reading = await readSource(sync, source, port, {
      ...options,
      // Where workers may share the ledger, nobody may send what this pass has not counted yet.
      holdBack: ledger.shards > 1,
      onBatch: ({ seen, planned }) =>
        options.onProgress?.({
          phase: 'reading',
          source,
          seen: progress.seen + seen,
          planned: progress.planned + planned,
          confirmed: 0,
          failed: 0,
          waiting: 0,
        }),
    })
    progress.seen += reading.report?.seen ?? 0
    progress.planned += reading.report?.planned ?? 0
    readings.push(reading)
    if (options.signal?.aborted) break
  }

  // What was kept back until here has no time to go yet.
  const waiting = Math.max(await ledger.countPending(tenant), await ledger.countState(tenant, 'pending'))
  const limit = options.maxChanges ?? settings.maxChanges
  const tooMany = waiting > limit ? new LienthongError('sync.too_many_changes', { values: { planned: waiting, limit } }) : undefined
  if (!tooMany) for (const { source } of readings) await releaseHeldBack(ledger, tenant, source)
  const tally = emptyTally()
  let stopped: PassReport['stopped'] = options.signal?.aborted ? 'interrupted' : undefined
  if (!tooMany && stopped === undefined) {
    const dispatcher: DispatcherOptions = {
      ledger,
      tenant,
      target,
      concurrency: settings.concurrency,
      batchSize: settings.batchSize,
      retry: settings.retry,
      onUnknownStep,
      callTimeoutMs: settings.callTimeoutMs,
      patienceMs: settings.patienceMs,
      refusalLimit: settings.refusalLimit,
      ...(options.signal ? { signal: options.signal } : {}),
      ...(sync.observer ? { observer: sync.observer } : {}),
      onProgress: ({ confirmed, failed }) =>
        options.onProgress?.({ phase: 'sending', ...progress, confirmed, failed, waiting: Math.max(0, waiting - confirmed - failed) }),
    }
    const early = await sendWithBrakes(dispatcher, tally, options.retryLogin ?? false)
    stopped = early === 'time-over' ? undefined : early
  }

  const runs: RunReport[] = []
  for (const reading of readings) {
    const outcome = outcomeOf(reading, options.signal)
    await ledger.endRun(tenant, reading.run, outcome)
    const gone = reading.report?.gone ?? { listed: 0, back: 0, warning: undefined }
    runs.push({
      source: reading.source,
      run: reading.run,
      outcome,
      error: reading.error,
      ...(await ledger.runCounters(tenant, reading.run)),
      gone,
      payments: reading.report?.payments,
    })
  }
  if (tooMany) throw tooMany
  const marks: MarksReport[] = []
  // Whoever cannot be read for now cannot be told either.
  for (const { source } of readings.filter(({ error }) => error === undefined)) {
    const told = await tellSource(sync, source, sync.sources[source] as DossierSource, options.signal ? { signal: options.signal } : {})
    if (told !== undefined) marks.push(told)
  }
  const interrupted = stopped === 'interrupted' || options.signal?.aborted === true
  const incomplete = runs.some((run) => run.outcome === 'incomplete') || (stopped !== undefined && stopped !== 'interrupted')
  return {
    tenant,
    outcome: interrupted ? 'interrupted' : incomplete ? 'incomplete' : 'done',
    runs,
    tally,
    waiting: await ledger.countState(tenant, 'pending'),
    failing: await ledger.countState(tenant, 'failed'),
    marks,
    stopped,
  }
}

/** A dry run: what a pass would send, record by record. Writes nothing and sends nothing. */
export async function previewPass(
  sync: TenantSync,
  onPreview: (source: string, preview: Preview) => void | Promise<void>,
  options: PassOptions = {},
): Promise<PlanningReport> {
  const total = { seen: 0, unchanged: 0, planned: 0, finished: true, gone: { listed: 0, back: 0, warning: undefined }, payments: undefined }
  for (const [source, port] of Object.entries(sync.sources)) {
    const report = await plan({ ...planning(sync, options, source, port), run: 0, preview: (preview) => onPreview(source, preview) })
    total.seen += report.seen
    total.unchanged += report.unchanged
    total.planned += report.planned
    total.finished &&= report.finished
  }
  return total
}

/**
 * Keeps going: a round, a rest, a round, until the signal. A round opens what it needs and gives it back, so that in between others can
 * write the ledger, and each round sees changed codes and settings.
 *
 * @param round one pass of each tenant; what it throws ends the watch
 */
export async function watch(
  round: () => Promise<void>,
  { everyMs, clock, signal }: { readonly everyMs: number; readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<void> {
  while (!signal?.aborted) {
    await round()
    try {
      await clock.sleep(everyMs, signal)
    } catch {
      return
    }
  }
}
