/** One pass of one tenant: read every source, then send what waits. DESIGN "The sync engine". */
import { asLienthongError, type Clock, canonicalJson, days, LienthongError, minutes, seconds } from '../base/index.js'
import { SUPPLEMENT_REQUESTED } from '../domain/index.js'
import type { SyncLedger } from '../ledger/index.js'
import { sendWithBrakes } from './braked-dispatch.js'
import { forgetRefusal, isRefusedLogin, rememberRefusal, wasRefused } from './brakes.js'
import type { DispatcherOptions } from './dispatcher.js'
import { type PlanningReport, plan } from './planner.js'
import type { DossierSource, DossierTarget } from './ports.js'
import { recoverOrphans } from './recovery.js'
import { defaultRetry, type RetryPolicy } from './retry-policy.js'
import { defaultScope, type ScopeRule, scopeOf } from './scope.js'
import { emptyTally, type Tally } from './tally.js'
import type { Preview } from './versions.js'

export interface TenantSync {
  readonly ledger: SyncLedger
  readonly tenant: string
  readonly sources: Readonly<Record<string, DossierSource>>
  readonly target: DossierTarget
  /** Tried after the rules for copies, groups, test dossiers and dossiers not yet received. */
  readonly scope?: readonly ScopeRule[]
  /** Without it nothing is sent to another machine. */
  readonly production?: boolean
  readonly settings?: Partial<SyncSettings>
}

export interface SyncSettings {
  /** Dossiers sent at the same time. */
  readonly concurrency: number
  readonly retry: RetryPolicy
  /** What to do with a step that may or may not have arrived; by status, `default` for the rest. */
  readonly onUnknownSteps: Readonly<Record<string, 'resend' | 'hold'>>
  /** A pass that would send more dossiers stops before the first call and asks. */
  readonly maxChanges: number
  /** Closed dossiers are read again for this many days, because officers take steps back. */
  readonly reopenDays: number
  /** How long a pass waits for dossiers whose next try is near. */
  readonly patienceMs: number
  /** Equal refusals in a row after which a pass sends nothing more. */
  readonly refusalLimit: number
  /** Longest time a request can be on its way; keep it a quarter above the client’s time-outs. */
  readonly callTimeoutMs: number
}

export const defaultSettings: SyncSettings = {
  concurrency: 8,
  retry: defaultRetry,
  // A second supplement request makes a dossier count as overdue. DESIGN "What may be repeated".
  onUnknownSteps: { default: 'resend', [SUPPLEMENT_REQUESTED]: 'hold' },
  maxChanges: 50_000,
  reopenDays: 30,
  patienceMs: minutes(1),
  refusalLimit: 20,
  callTimeoutMs: seconds(75),
}

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
}

export interface PassReport {
  readonly tenant: string
  readonly outcome: 'done' | 'incomplete' | 'interrupted'
  readonly runs: readonly RunReport[]
  readonly tally: Tally
  /** Dossiers that wait to be sent, and those that wait for a person, in the whole ledger of the tenant. */
  readonly waiting: number
  readonly failing: number
  /** Why sending stopped early. */
  readonly stopped: LienthongError | 'interrupted' | undefined
}

/**
 * Runs one pass. A source that fails does not keep the others, nor what already waits, from being sent.
 *
 * @throws {LienthongError} `config.not_production`, `sync.too_many_changes`: both before the first call.
 */
export async function runPass(sync: TenantSync, options: PassOptions = {}): Promise<PassReport> {
  const { ledger, tenant, target } = sync
  const settings = { ...defaultSettings, ...sync.settings }
  refuseUnlessProduction(sync)
  const onUnknownStep = unknownStepPolicy(settings)
  await recoverOrphans({ ledger, tenant, callTimeoutMs: settings.callTimeoutMs, onUnknownStep })
  await healMappings(ledger, tenant, target)

  const readings: { source: string; run: number; report: PlanningReport | undefined; error: LienthongError | undefined }[] = []
  const progress = { seen: 0, planned: 0 }
  for (const [source, port] of Object.entries(sync.sources)) {
    const run = await ledger.startRun(tenant, source)
    try {
      await refuseRefusedLogin(ledger, tenant, source, port.account, options.retryLogin ?? false)
      const report = await plan({
        ...planning(sync, settings, options, source, port),
        run,
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
      progress.seen += report.seen
      progress.planned += report.planned
      readings.push({ source, run, report, error: undefined })
      if (port.account !== undefined) await forgetRefusal(ledger, tenant, source)
    } catch (error) {
      if (port.account !== undefined && isRefusedLogin(error)) await rememberRefusal(ledger, tenant, source, port.account)
      readings.push({ source, run, report: undefined, error: asLienthongError(error) })
    }
    if (options.signal?.aborted) break
  }

  const waiting = await ledger.countPending(tenant)
  const limit = options.maxChanges ?? settings.maxChanges
  const tooMany = waiting > limit ? new LienthongError('sync.too_many_changes', { values: { planned: waiting, limit } }) : undefined
  const tally = emptyTally()
  let stopped: PassReport['stopped'] = options.signal?.aborted ? 'interrupted' : undefined
  if (!tooMany && stopped === undefined) {
    const dispatcher: DispatcherOptions = {
      ledger,
      tenant,
      target,
      concurrency: settings.concurrency,
      retry: settings.retry,
      onUnknownStep,
      callTimeoutMs: settings.callTimeoutMs,
      patienceMs: settings.patienceMs,
      refusalLimit: settings.refusalLimit,
      ...(options.signal ? { signal: options.signal } : {}),
      onProgress: ({ confirmed, failed }) =>
        options.onProgress?.({ phase: 'sending', ...progress, confirmed, failed, waiting: Math.max(0, waiting - confirmed - failed) }),
    }
    stopped = await sendWithBrakes(dispatcher, tally, options.retryLogin ?? false)
  }

  const runs: RunReport[] = []
  for (const reading of readings) {
    const outcome = reading.error ? 'incomplete' : reading.report?.finished === false && options.signal?.aborted ? 'interrupted' : 'done'
    await ledger.endRun(tenant, reading.run, outcome)
    runs.push({ source: reading.source, run: reading.run, outcome, error: reading.error, ...(await ledger.runCounters(tenant, reading.run)) })
  }
  if (tooMany) throw tooMany
  const interrupted = stopped === 'interrupted' || options.signal?.aborted === true
  const incomplete = runs.some((run) => run.outcome === 'incomplete') || (stopped !== undefined && stopped !== 'interrupted')
  return {
    tenant,
    outcome: interrupted ? 'interrupted' : incomplete ? 'incomplete' : 'done',
    runs,
    tally,
    waiting: await ledger.countState(tenant, 'pending'),
    failing: await ledger.countState(tenant, 'failed'),
    stopped,
  }
}

async function refuseRefusedLogin(
  ledger: SyncLedger,
  tenant: string,
  system: string,
  account: string | undefined,
  retryLogin: boolean,
): Promise<void> {
  const told = account === undefined || retryLogin ? undefined : await wasRefused(ledger, tenant, system, account)
  if (told) throw told
}

/** A dry run: what a pass would send, record by record. Writes nothing and sends nothing. */
export async function previewPass(
  sync: TenantSync,
  onPreview: (source: string, preview: Preview) => void | Promise<void>,
  options: PassOptions = {},
): Promise<PlanningReport> {
  const settings = { ...defaultSettings, ...sync.settings }
  const total = { seen: 0, unchanged: 0, planned: 0, finished: true }
  for (const [source, port] of Object.entries(sync.sources)) {
    const report = await plan({ ...planning(sync, settings, options, source, port), run: 0, preview: (preview) => onPreview(source, preview) })
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

function planning(sync: TenantSync, settings: SyncSettings, options: PassOptions, source: string, port: DossierSource) {
  return {
    ledger: sync.ledger,
    tenant: sync.tenant,
    source,
    port,
    target: sync.target,
    scope: scopeOf([...defaultScope, ...(sync.scope ?? [])]),
    epoch: sync.ledger.vault.digest(sync.tenant, canonicalJson([port.epoch, sync.target.epoch, sync.scope ?? []])),
    reopenFor: days(settings.reopenDays),
    busyFor: 2 * settings.callTimeoutMs,
    resendClosed: options.resendClosed ?? false,
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.only === undefined ? {} : { only: options.only }),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
  }
}

function refuseUnlessProduction({ tenant, target, production }: TenantSync): void {
  if (!production && !target.loopback) throw new LienthongError('config.not_production', { values: { tenant, host: target.host } })
}

function unknownStepPolicy(settings: SyncSettings) {
  return (status: number | null): 'resend' | 'hold' => settings.onUnknownSteps[String(status)] ?? settings.onUnknownSteps.default ?? 'resend'
}

/** When the target's tables changed, what they kept back is tried again. */
async function healMappings(ledger: SyncLedger, tenant: string, target: DossierTarget): Promise<void> {
  const name = `target-epoch/${tenant}`
  const saved = await ledger.note(name)
  if (saved === target.epoch) return
  if (saved !== undefined) await ledger.retryFailures(tenant, { stage: 'map' })
  await ledger.keepNote(name, target.epoch)
}
