/** What a tenant's sync is made of, and how it is told to behave. */
import { LienthongError, minutes, seconds } from '../base/index.js'
import { SUPPLEMENT_REQUESTED } from '../domain/index.js'
import type { SyncLedger } from '../ledger/index.js'
import { observers, type SyncObserver } from './observer.js'
import type { OwnershipRule } from './ownership.js'
import type { DossierSource, DossierTarget, PaidBills } from './ports.js'
import { defaultRetry, type RetryPolicy } from './retry-policy.js'
import type { ScopeRule } from './scope.js'

export interface TenantSync {
  readonly ledger: SyncLedger
  readonly tenant: string
  readonly sources: Readonly<Record<string, DossierSource>>
  readonly target: DossierTarget
  /** Tried after the rules for copies, groups, test dossiers and dossiers not yet received. */
  readonly scope?: readonly ScopeRule[]
  /** Which source owns dossiers that several have; without a rule the second is not sent and says why. */
  readonly ownership?: readonly OwnershipRule[]
  /** Where paid bills are known; absent: nothing is told of payments but what was known before. */
  readonly payments?: PaidBills
  /** Without it nothing is sent to another machine. */
  readonly production?: boolean
  readonly settings?: Partial<SyncSettings>
  /** Hears what happens: measures, traces, logs. */
  readonly observer?: SyncObserver
}

/** Whatever its observer throws. */
export function undisturbed(sync: TenantSync): TenantSync {
  return sync.observer === undefined ? sync : { ...sync, observer: observers(sync.observer) }
}

export interface SyncSettings {
  /** Dossiers sent at the same time. */
  readonly concurrency: number
  /** Most records in one call; never more than the target takes. A refused call is halved until each record was answered for alone. */
  readonly batchSize: number
  readonly retry: RetryPolicy
  /** What to do with a step that may or may not have arrived; by status, `default` for the rest. */
  readonly onUnknownSteps: Readonly<Record<string, 'resend' | 'hold'>>
  /** A pass that would send more dossiers stops before the first call and asks. */
  readonly maxChanges: number
  /**
   * With workers: whether the first reading of a source lets its dossiers go while it goes on (`as-read`), or only when it has ended and
   * `maxChanges` was looked at (`held-back`, default). `as-read` says that so many new dossiers are meant.
   */
  readonly initialLoad: 'as-read' | 'held-back'
  /** Closed dossiers are read again for this many days, because officers take steps back. */
  readonly reopenDays: number
  /** Share of a source's dossiers that may be missing from a whole reading; when more are, none is listed as gone. Ten always may. */
  readonly maxGone: number
  /** Whether sources that take marks are told what is at the target: in production only (default), `always`, or `never`. */
  readonly writeBack: 'production' | 'always' | 'never'
  /** How long a pass waits for dossiers whose next try is near. */
  readonly patienceMs: number
  /** Equal refusals in a row after which a pass sends nothing more. */
  readonly refusalLimit: number
  /** Longest time a request can be on its way; keep it a quarter above the client’s time-outs. */
  readonly callTimeoutMs: number
}

export const defaultSettings: SyncSettings = {
  concurrency: 8,
  batchSize: 1,
  retry: defaultRetry,
  // A second supplement request makes a dossier count as overdue. DESIGN "What may be repeated".
  onUnknownSteps: { default: 'resend', [SUPPLEMENT_REQUESTED]: 'hold' },
  maxChanges: 50_000,
  initialLoad: 'held-back',
  reopenDays: 30,
  maxGone: 0.2,
  writeBack: 'production',
  patienceMs: minutes(1),
  refusalLimit: 20,
  callTimeoutMs: seconds(75),
}

export function settingsOf(sync: TenantSync): SyncSettings {
  return { ...defaultSettings, ...sync.settings }
}

/** @throws {LienthongError} `config.not_production`. */
export function refuseUnlessProduction({ tenant, target, production }: TenantSync): void {
  if (!production && !target.loopback) throw new LienthongError('config.not_production', { values: { tenant, host: target.host } })
}

export function unknownStepPolicy(settings: SyncSettings) {
  return (status: number | null): 'resend' | 'hold' => settings.onUnknownSteps[String(status)] ?? settings.onUnknownSteps.default ?? 'resend'
}
