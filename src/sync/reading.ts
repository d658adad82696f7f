/** One reading of one source: a run of the ledger, whatever comes of it. */
import { asLienthongError, canonicalJson, days, type LienthongError } from '../base/index.js'
import type { SyncLedger } from '../ledger/index.js'
import { forgetRefusal, isRefusedLogin, rememberRefusal, wasRefused } from './brakes.js'
import { watched } from './observer.js'
import { ownershipOf } from './ownership.js'
import { type PlannerOptions, type PlanningReport, plan } from './planner.js'
import type { DossierSource, DossierTarget } from './ports.js'
import { defaultScope, scopeOf } from './scope.js'
import { settingsOf, type TenantSync } from './settings.js'

export interface ReadingOptions extends Pick<PlannerOptions, 'only' | 'limit' | 'holdBack' | 'beforeBatch' | 'onBatch'> {
  readonly signal?: AbortSignal
  readonly resendClosed?: boolean
  /** Show a refused password once more although nothing was changed here. */
  readonly retryLogin?: boolean
}

export interface Reading {
  readonly source: string
  readonly run: number
  readonly report: PlanningReport | undefined
  /** What ended it early. */
  readonly error: LienthongError | undefined
}

export async function readSource(sync: TenantSync, source: string, port: DossierSource, options: ReadingOptions): Promise<Reading> {
  const { ledger, tenant, observer } = sync
  const run = await ledger.startRun(tenant, source)
  const login = (error: LienthongError | undefined) => observer?.brake?.({ tenant, system: source, brake: 'login', error })
  const read = async () => {
    await refuseRefusedLogin(ledger, tenant, source, port.account, options.retryLogin ?? false)
    if (options.holdBack) await ledger.keepNote(heldBackNote(tenant, source), String(ledger.clock.now()))
    const settings = { ...planning(sync, { ...options, ...batchesTold(sync, source, options) }, source, port), run }
    const review = () => ledger.reviewContests(tenant, source, settings.ownership.rules)
    await review()
    let report: PlanningReport | undefined
    try {
      report = await plan(settings)
      return report
    } finally {
      // A part that was read before its whole must not go.
      if (report === undefined || report.planned > 0) await review()
    }
  }
  try {
    const report = await watched(observer?.reading?.({ tenant, source }), ledger.clock, read, (_, error, ms) => ({ ms, error }))
    if (port.account !== undefined) {
      await forgetRefusal(ledger, tenant, source)
      login(undefined)
    }
    return { source, run, report, error: undefined }
  } catch (cause) {
    const error = asLienthongError(cause)
    if (port.account !== undefined && isRefusedLogin(error)) await rememberRefusal(ledger, tenant, source, port.account)
    if (isRefusedLogin(error) || error.code === 'sync.login_waits') login(error)
    return { source, run, report: undefined, error }
  }
}

/** The planner tells what it has read so far; an observer hears of each batch alone. */
function batchesTold({ observer, tenant }: TenantSync, source: string, { onBatch }: ReadingOptions): Pick<PlannerOptions, 'onBatch'> {
  if (observer?.batch === undefined) return {}
  let before = { seen: 0, planned: 0 }
  return {
    onBatch(now) {
      observer.batch?.({ tenant, source, seen: now.seen - before.seen, planned: now.planned - before.planned })
      before = { seen: now.seen, planned: now.planned }
      onBatch?.(now)
    },
  }
}

export function outcomeOf({ error, report }: Reading, signal: AbortSignal | undefined): 'done' | 'incomplete' | 'interrupted' {
  if (error || report?.gone.warning || report?.payments) return 'incomplete'
  return report?.finished === false && signal?.aborted ? 'interrupted' : 'done'
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

export function planning(sync: TenantSync, options: ReadingOptions, source: string, port: DossierSource) {
  const settings = settingsOf(sync)
  return {
    ledger: sync.ledger,
    tenant: sync.tenant,
    source,
    port,
    target: sync.target,
    scope: scopeOf([...defaultScope, ...(sync.scope ?? [])]),
    ownership: ownershipOf(sync.ownership ?? [], sync.ledger.vault, sync.tenant),
    maxGone: settings.maxGone,
    ...(sync.payments === undefined ? {} : { payments: sync.payments }),
    epoch: sync.ledger.vault.digest(sync.tenant, canonicalJson([port.epoch, sync.target.epoch, sync.scope ?? []])),
    reopenFor: days(settings.reopenDays),
    busyFor: 2 * settings.callTimeoutMs,
    resendClosed: options.resendClosed ?? false,
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.only === undefined ? {} : { only: options.only }),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    ...(options.holdBack === undefined ? {} : { holdBack: options.holdBack }),
    ...(options.beforeBatch === undefined ? {} : { beforeBatch: options.beforeBatch }),
    ...(options.onBatch === undefined ? {} : { onBatch: options.onBatch }),
  }
}

/** When the target's tables changed, what they kept back is tried again. */
export async function healMappings(ledger: SyncLedger, tenant: string, target: DossierTarget): Promise<void> {
  const name = `target-epoch/${tenant}`
  const saved = await ledger.note(name)
  if (saved === target.epoch) return
  if (saved !== undefined) await ledger.retryFailures(tenant, { stage: 'map' })
  await ledger.keepNote(name, target.epoch)
}

/** Kept while something of a source was planned and may not go yet. */
export function heldBackNote(tenant: string, source: string): string {
  return `held-back/${tenant}/${source}`
}

/** Lets go what workers have planned and kept back. @returns how many dossiers. */
export async function releaseHeldBack(ledger: SyncLedger, tenant: string, source: string): Promise<number> {
  const name = heldBackNote(tenant, source)
  if ((await ledger.note(name)) === undefined) return 0
  const released = await ledger.releasePlanned(tenant, source)
  await ledger.dropNote(name)
  return released
}
