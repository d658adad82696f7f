import { type Clock, hashText } from '../../base/index.js'
import type { PortalAccount } from './options.js'

/** Sessions of ten minutes, one per login, any number in parallel. contracts/national-portal.md §3.3 (ASM) */
export interface Sessions {
  open(account: PortalAccount): string
  /** @returns undefined when the session is unknown, too old or was killed. */
  holder(session: unknown): PortalAccount | undefined
  killAll(): void
}

export function portalSessions(clock: Clock, seed: number | string, lifetimeMs: number): Sessions {
  const open = new Map<string, { readonly account: PortalAccount; readonly until: number }>()
  let count = 0
  return {
    open(account) {
      count++
      const mark = (part: number) => hashText(`${seed}/session/${count}/${part}`).toString(16).padStart(8, '0')
      const session = `${mark(1)}${mark(2)}${mark(3)}${mark(4)}`
      open.set(session, { account, until: clock.now() + lifetimeMs })
      return session
    },
    holder(session) {
      if (typeof session !== 'string') return undefined
      const known = open.get(session)
      if (known === undefined) return undefined
      if (clock.now() < known.until) return known.account
      open.delete(session)
      return undefined
    },
    killAll: () => open.clear(),
  }
}
