/** A session that many calls share: one login for all who wait, one new login when it is lost, never a loop. */
import { type Clock, isLienthongError, LienthongError } from '../base/index.js'
import { abortable } from './abortable.js'

export interface SessionKeeper<S> {
  /**
   * Runs a call with the session, logging in first when there is none or it is too old. When `isLost` says that the answer
   * means a lost session, logs in once more and repeats the call once; whatever comes then is returned.
   */
  use<R>(call: (session: S) => Promise<R>, isLost: (result: R) => boolean, signal?: AbortSignal): Promise<R>
}

export interface SessionOptions<S> {
  /** For errors, e.g. `national-portal`. */
  readonly system: string
  /** Shared by everyone who waits, so it takes nobody's signal. An error of kind `auth` is final: it is thrown again, without a call. */
  readonly logIn: () => Promise<S>
  readonly maxAgeMs: number
  readonly clock: Clock
}

export function sessionKeeper<S>({ system, logIn, maxAgeMs, clock }: SessionOptions<S>): SessionKeeper<S> {
  let current: { readonly login: Promise<S>; readonly since: number } | undefined
  let refused: LienthongError | undefined

  const session = () => {
    if (refused !== undefined) throw refused
    if (current !== undefined && clock.now() - current.since < maxAgeMs) return current
    const entry = { login: logIn(), since: clock.now() }
    current = entry
    entry.login.catch((error: unknown) => {
      if (current === entry) current = undefined
      if (isLienthongError(error) && error.kind === 'auth') refused = error
    })
    return entry
  }

  /** The login goes on for the others when one caller gives up. */
  const settled = (login: Promise<S>, signal: AbortSignal | undefined) =>
    abortable(login, signal).catch((error: unknown) => {
      if (isLienthongError(error) || !signal?.aborted) throw error
      throw new LienthongError('transport.aborted', { values: { sent: 'no' }, system, operation: 'login' })
    })

  return {
    async use(call, isLost, signal) {
      const first = session()
      const result = await call(await settled(first.login, signal))
      if (!isLost(result)) return result
      // Of many calls that lost the same session only the first drops it; the others find the new login under way.
      if (current === first) current = undefined
      return call(await settled(session().login, signal))
    },
  }
}
