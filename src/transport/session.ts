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

/** Where several processes keep one session: the other side may count logins, or end a session when another begins. */
export interface SessionShelf {
  /**
   * The session that all share. Logs in when there is none, when it is too old or the one that was lost; of all who ask then, one does.
   *
   * @throws what `logIn` threw.
   */
  take(asked: {
    readonly maxAgeMs: number
    /** It is of no use any more. */
    readonly lost: string | undefined
    readonly logIn: () => Promise<string>
  }): Promise<{ readonly session: string; readonly since: number }>
}

export interface SessionOptions<S> {
  /** For errors, e.g. `national-portal`. */
  readonly system: string
  /** Shared by everyone who waits, so it takes nobody's signal. An error of kind `auth` is final: it is thrown again, without a call. */
  readonly logIn: () => Promise<S>
  readonly maxAgeMs: number
  readonly clock: Clock
  /** Shares it with other processes; for sessions that are texts. */
  readonly shelf?: S extends string ? SessionShelf : never
}

export function sessionKeeper<S>({ system, logIn, maxAgeMs, clock, shelf }: SessionOptions<S>): SessionKeeper<S> {
  let current: { readonly login: Promise<S>; since: number } | undefined
  let lost: S | undefined
  let refused: LienthongError | undefined

  const session = () => {
    if (refused !== undefined) throw refused
    if (current !== undefined && clock.now() - current.since < maxAgeMs) return current
    const entry: NonNullable<typeof current> = {
      login:
        shelf === undefined
          ? logIn()
          : taken(shelf).then(({ session, since }) => {
              entry.since = since
              return session
            }),
      since: clock.now(),
    }
    current = entry
    entry.login.catch((error: unknown) => {
      if (current === entry) current = undefined
      if (isLienthongError(error) && error.kind === 'auth') refused = error
    })
    return entry
  }

  const taken = async (from: SessionShelf) => {
    const given = await from.take({ maxAgeMs, lost: lost as string | undefined, logIn: logIn as () => Promise<string> })
    return { session: given.session as S, since: given.since }
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
      const used = await settled(first.login, signal)
      const result = await call(used)
      if (!isLost(result)) return result
      // Of many calls that lost the same session only the first drops it; the others find the new login under way.
      if (current === first) {
        current = undefined
        lost = used
      }
      return call(await settled(session().login, signal))
    },
  }
}
