/** Whether this process does its work, and if not what is wrong and what to do. */
import { type Clock, type Language, LienthongError } from '../base/index.js'
import { instant, isoInstant } from '../domain/index.js'
import type { SyncObserver } from '../sync/index.js'

export interface HealthCheck {
  /** `ledger`, `activity`, `pass`, `login`, `held`. */
  readonly id: string
  /** `warn` is told and keeps nobody from being ready. */
  readonly state: 'ok' | 'warn' | 'error'
  readonly tenant?: string
  readonly system?: string
  /** Of the error table. */
  readonly code?: string
  readonly what?: string
  readonly hint?: string
}

export interface Readiness {
  readonly schema: 1
  readonly status: 'ready' | 'not-ready'
  readonly lastActivityAt: string
  readonly checks: readonly HealthCheck[]
}

export interface Health {
  readonly observer: SyncObserver
  /** Somebody looked for work, even if there was none. */
  beat(): void
  /** @param ledger the error that came instead of an answer. */
  readiness(ledger: LienthongError | undefined): Readiness
}

export interface HealthOptions {
  readonly clock: Clock
  readonly language: () => Language
  /** Without any sign of work for so long this process is not ready. */
  readonly staleAfterMs: number
}

export function health({ clock, language, staleAfterMs }: HealthOptions): Health {
  let lastActivity = clock.now()
  const beat = () => {
    lastActivity = clock.now()
  }
  const lastPass = new Map<string, LienthongError | undefined>()
  const brakes = new Map<
    string,
    { readonly tenant: string; readonly system: string; readonly id: 'held' | 'login'; readonly error: LienthongError }
  >()

  const spoken = (error: LienthongError) => ({ code: error.code, what: error.text[language()], hint: error.hintText[language()] })

  return {
    beat,
    observer: {
      pass({ tenant }) {
        beat()
        return {
          ended({ outcome, error }) {
            beat()
            if (outcome !== 'interrupted') lastPass.set(tenant, error)
          },
        }
      },
      batch: beat,
      send: beat,
      slice() {
        beat()
        return { ended: beat }
      },
      brake({ tenant, system, brake, error }) {
        const key = `${brake}\n${tenant}\n${system}`
        if (error === undefined) brakes.delete(key)
        else brakes.set(key, { tenant, system, id: brake, error })
      },
    },
    readiness(ledger) {
      const lastActivityAt = isoInstant(instant(lastActivity))
      const checks: HealthCheck[] = [ledger === undefined ? { id: 'ledger', state: 'ok' } : { id: 'ledger', state: 'error', ...spoken(ledger) }]
      const idle = clock.now() - lastActivity > staleAfterMs
      const stale = new LienthongError('monitoring.stale', { values: { since: lastActivityAt, minutes: Math.round(staleAfterMs / 60_000) } })
      checks.push(idle ? { id: 'activity', state: 'error', ...spoken(stale) } : { id: 'activity', state: 'ok' })
      const braked = [...brakes.values()]
      for (const { id, tenant, system, error } of braked)
        checks.push({ id, state: id === 'login' ? 'error' : 'warn', tenant, system, ...spoken(error) })
      for (const [tenant, error] of lastPass) {
        // What a brake already tells is not told twice.
        const told = braked.some((brake) => brake.tenant === tenant && brake.error.code === error?.code)
        if (error === undefined) checks.push({ id: 'pass', state: 'ok', tenant })
        else if (!told) checks.push({ id: 'pass', state: isForSomebody(error) ? 'error' : 'warn', tenant, ...spoken(error) })
      }
      const status = checks.some(({ state }) => state === 'error') ? 'not-ready' : 'ready'
      return { schema: 1, status, lastActivityAt, checks }
    },
  }
}

/** A setting, an account or a limit that waits for somebody, as opposed to a system that is away for now. */
function isForSomebody({ kind }: LienthongError): boolean {
  return kind === 'config' || kind === 'auth' || kind === 'validation'
}
