/** One session of an account for all workers: kept sealed in the ledger, logged in once for all who find it gone. */
import { type Clock, seconds } from '../../base/index.js'
import type { SyncLedger } from '../../ledger/index.js'
import type { SessionShelf } from '../../transport/index.js'

interface Kept {
  /** Base64; undefined while nobody has logged in. */
  readonly sealed?: string
  readonly since?: number
  /** Somebody is logging in, and will have done so by then. */
  readonly busyUntil?: number
}

/** A login that takes longer is somebody else's turn. */
const LOGIN_MS = seconds(70)
/** Between two looks at whether somebody else's login is done. */
const LOOK_MS = 200

/** @param clock sleeps between two looks. */
export function ledgerSessions(
  ledger: Pick<SyncLedger, 'vault' | 'note' | 'changeNote'>,
  tenant: string,
  clock: Clock,
): (account: string) => SessionShelf {
  const { vault } = ledger
  return (account) => {
    const name = `session/${tenant}/${vault.digest(tenant, account).slice(0, 16)}`
    const unseal = ({ sealed }: Kept) => (sealed === undefined ? undefined : vault.open(tenant, name, Buffer.from(sealed, 'base64')))
    return {
      async take({ maxAgeMs, lost, logIn }) {
        while (true) {
          let found: { readonly session: string; readonly since: number } | 'log-in' | 'wait' = 'wait'
          await ledger.changeNote(name, (text) => {
            const kept = text === undefined ? {} : (JSON.parse(text) as Kept)
            const now = clock.now()
            const session = unseal(kept)
            const age = now - (kept.since ?? 0)
            found = 'wait'
            if (session !== undefined && session !== lost && age >= 0 && age < maxAgeMs) found = { session, since: kept.since ?? now }
            // Only a clock that was set back makes a login look longer than logins are.
            else if (kept.busyUntil === undefined || kept.busyUntil <= now || kept.busyUntil > now + LOGIN_MS) found = 'log-in'
            return found === 'log-in' ? JSON.stringify({ busyUntil: now + LOGIN_MS } satisfies Kept) : text
          })
          if (typeof found === 'object') return found
          if (found === 'wait') await clock.sleep(LOOK_MS)
          else return await loggedIn(logIn)
        }
      },
    }

    async function loggedIn(logIn: () => Promise<string>) {
      try {
        const session = await logIn()
        const since = clock.now()
        const sealed = Buffer.from(vault.seal(tenant, name, session)).toString('base64')
        await ledger.changeNote(name, () => JSON.stringify({ sealed, since } satisfies Kept))
        return { session, since }
      } catch (error) {
        await ledger.changeNote(name, () => undefined)
        throw error
      }
    }
  }
}
