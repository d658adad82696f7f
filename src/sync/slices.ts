/**
 * The pieces in which several workers do a tenant's work: one reading of one source, or a short time of sending one shard. Each runs under
 * a lease, on the ledger that the lease gives. DESIGN "The sync engine".
 */
import { isLienthongError, type LienthongError, LienthongError as OurError } from '../base/index.js'
import { heardOfHold, type Stopped, sendWithBrakes } from './braked-dispatch.js'
import type { DispatcherOptions } from './dispatcher.js'
import type { DossierSource } from './ports.js'
import { healMappings, outcomeOf, readSource, releaseHeldBack } from './reading.js'
import { recoverOrphans } from './recovery.js'
import { askRest, endRest, restError, restingUntil, startRest } from './rest.js'
import { refuseUnlessProduction, settingsOf, type TenantSync, undisturbed, unknownStepPolicy } from './settings.js'
import { emptyTally, type Tally } from './tally.js'
import { type MarksReport, tellSource } from './write-back.js'

export interface ReadSliceReport {
  readonly outcome: 'done' | 'incomplete' | 'interrupted'
  readonly error: LienthongError | undefined
  readonly seen: number
  readonly planned: number
  /** Dossiers that may go from now on. */
  readonly released: number
  /** What the source was told of what was sent until now; undefined where it takes no marks. */
  readonly marks: MarksReport | undefined
}

/** So many dossiers may wait before the reading of an initial load waits for the senders. */
const LEAD = 20_000
/** So long a slice tells its source what was sent; the rest is told by the next one. */
const MARKING_MS = 20_000
/** Between two looks at what still waits. */
const LEAD_MS = 1000

/**
 * Reads one source to its end. What was planned may go when the whole reading is over and `maxChanges` does not object; a first reading
 * with `initialLoad: 'as-read'` lets its dossiers go at once, and never runs far ahead of the senders.
 */
export async function readSlice(given: TenantSync, source: string, signal?: AbortSignal): Promise<ReadSliceReport> {
  const sync = undisturbed(given)
  const { ledger, tenant, target } = sync
  const settings = settingsOf(sync)
  refuseUnlessProduction(sync)
  await healMappings(ledger, tenant, target)
  const asRead = settings.initialLoad === 'as-read' && (await ledger.note(`loaded/${tenant}/${source}`)) === undefined
  const waitForSenders = async () => {
    while (!signal?.aborted && (await ledger.countPending(tenant)) > LEAD) await ledger.clock.sleep(LEAD_MS, signal)
  }
  const port = sync.sources[source] as DossierSource
  const reading = await readSource(sync, source, port, {
    ...(signal ? { signal } : {}),
    holdBack: !asRead,
    ...(asRead ? { beforeBatch: waitForSenders } : {}),
  })
  const outcome = outcomeOf(reading, signal)
  await ledger.endRun(tenant, reading.run, outcome)
  const waiting = await ledger.countState(tenant, 'pending')
  const tooMany = !asRead && waiting > settings.maxChanges
  const released = tooMany || outcome === 'interrupted' ? 0 : await releaseHeldBack(ledger, tenant, source)
  // One lease for reading and telling: nobody else tells this source.
  const until = ledger.clock.now() + MARKING_MS
  const marks = reading.error === undefined ? await tellSource(sync, source, port, { ...(signal ? { signal } : {}), until }) : undefined
  return {
    outcome: tooMany ? 'incomplete' : outcome,
    error: tooMany
      ? new OurError('sync.too_many_changes', { values: { planned: waiting, limit: settings.maxChanges } })
      : (reading.error ?? reading.report?.gone.warning ?? reading.report?.payments),
    seen: reading.report?.seen ?? 0,
    planned: reading.report?.planned ?? 0,
    released,
    marks,
  }
}

export interface SendSliceReport {
  readonly tally: Tally
  /** Why it ended before everything due was sent. */
  readonly stopped: Stopped | undefined
  /** When the next dossier of this shard may go; null: none waits for a time. Now or earlier: there is more to do. */
  readonly nextAt: number | null
}

/**
 * Sends what is due of one shard, for a while. First settles what a former holder of the shard left on its way.
 *
 * @param ms how long new dossiers are begun.
 */
export async function sendSlice(given: TenantSync, shard: number, ms: number, signal?: AbortSignal): Promise<SendSliceReport> {
  const sync = undisturbed(given)
  const { ledger, tenant, target } = sync
  const settings = settingsOf(sync)
  refuseUnlessProduction(sync)
  const tally = emptyTally()
  const onUnknownStep = unknownStepPolicy(settings)
  await recoverOrphans({ ledger, tenant, shard, callTimeoutMs: settings.callTimeoutMs, onUnknownStep })
  const rest = await askRest(ledger, tenant, target.name)
  if (typeof rest === 'object') return { tally, stopped: restError(target.name, rest.until, ledger.clock.now()), nextAt: rest.until }

  const dispatcher: DispatcherOptions = {
    ledger,
    tenant,
    target,
    shard,
    concurrency: settings.concurrency,
    batchSize: settings.batchSize,
    retry: settings.retry,
    onUnknownStep,
    callTimeoutMs: settings.callTimeoutMs,
    patienceMs: 0,
    refusalLimit: settings.refusalLimit,
    until: ledger.clock.now() + ms,
    ...(signal ? { signal } : {}),
    ...(sync.observer ? { observer: sync.observer } : {}),
    heard: async () => {
      const until = rest === 'probe' ? undefined : await restingUntil(ledger, tenant, target.name)
      return until === undefined ? heardOfHold({ ledger, tenant, target }) : restError(target.name, until, ledger.clock.now())
    },
  }
  let stopped: Stopped | undefined
  if (rest === 'probe') {
    stopped = await sendWithBrakes({ ...dispatcher, concurrency: 1, most: 1 }, tally, false)
    if (stopped === undefined && tally.confirmed + tally.failed > 0) await endRest(ledger, tenant, target.name)
    else if (isAway(stopped)) await startRest(ledger, tenant, target.name)
  } else {
    stopped = await sendWithBrakes(dispatcher, tally, false)
    if (isAway(stopped)) await startRest(ledger, tenant, target.name)
  }
  return { tally, stopped, nextAt: await ledger.nextDueAt(tenant, shard) }
}

/** The target does not answer at all. */
function isAway(stopped: Stopped | undefined): boolean {
  return (
    isLienthongError(stopped) &&
    (stopped.code === 'transport.circuit_open' || stopped.code === 'transport.unreachable') &&
    stopped.system !== undefined
  )
}
