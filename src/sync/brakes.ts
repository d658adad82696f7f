/**
 * What keeps a pass from doing harm by persistence (I11): a system that refuses everything is asked rarely, and a password that was
 * refused is not shown again. Both are remembered in the ledger, because the next pass is another process.
 */
import { LienthongError, minutes } from '../base/index.js'
import { instant, isoInstant } from '../domain/index.js'
import type { Ledger } from '../ledger/index.js'

/** One probe goes out this often while a system is held. */
const PROBE_EVERY_MS = minutes(10)

export interface Hold {
  /** The refusal that came again and again, without what differs from dossier to dossier. */
  readonly cause: string
  readonly refusals: number
  readonly since: number
  readonly nextProbeAt: number
}

export async function currentHold(ledger: Ledger, tenant: string): Promise<Hold | undefined> {
  const text = await remembered(ledger, `hold/${tenant}`)
  if (text === undefined) return undefined
  const hold = JSON.parse(text) as Hold
  const now = ledger.clock.now()
  // Only a clock that was set back since makes a probe look further away than probes are apart.
  return hold.nextProbeAt > now + PROBE_EVERY_MS ? { ...hold, nextProbeAt: now } : hold
}

export async function startHold(ledger: Ledger, tenant: string, cause: string, refusals: number): Promise<Hold> {
  const now = ledger.clock.now()
  const hold: Hold = { cause, refusals, since: now, nextProbeAt: now + PROBE_EVERY_MS }
  await remember(ledger, `hold/${tenant}`, JSON.stringify(hold))
  return hold
}

/** The probe was refused like the others: the next one comes later. */
export async function prolongHold(ledger: Ledger, tenant: string, hold: Hold): Promise<Hold> {
  const longer = { ...hold, nextProbeAt: ledger.clock.now() + PROBE_EVERY_MS }
  await remember(ledger, `hold/${tenant}`, JSON.stringify(longer))
  return longer
}

export async function endHold(ledger: Ledger, tenant: string): Promise<void> {
  await forget(ledger, `hold/${tenant}`)
}

export function heldError(hold: Hold, target: string): LienthongError {
  const { cause, refusals } = hold
  return new LienthongError('sync.held', {
    system: target,
    values: { refusals, cause, since: isoInstant(instant(hold.since)), probe: isoInstant(instant(hold.nextProbeAt)) },
  })
}

/**
 * Whether this account was refused before and nobody changed anything since.
 *
 * @param account what the login consists of; only its digest is kept.
 */
export async function wasRefused(ledger: Ledger, tenant: string, system: string, account: string): Promise<LienthongError | undefined> {
  const text = await remembered(ledger, `refused/${tenant}/${system}`)
  if (text === undefined) return undefined
  const { digest, at } = JSON.parse(text) as { digest: string; at: number }
  if (digest !== ledger.vault.digest(tenant, account)) return undefined
  return new LienthongError('sync.login_waits', { system, values: { system, since: isoInstant(instant(at)) } })
}

export async function rememberRefusal(ledger: Ledger, tenant: string, system: string, account: string): Promise<void> {
  await remember(ledger, `refused/${tenant}/${system}`, JSON.stringify({ digest: ledger.vault.digest(tenant, account), at: ledger.clock.now() }))
}

export async function forgetRefusal(ledger: Ledger, tenant: string, system: string): Promise<void> {
  await forget(ledger, `refused/${tenant}/${system}`)
}

/** A refused login, as opposed to a session that was lost. */
export function isRefusedLogin(error: unknown): boolean {
  return error instanceof Error && REFUSED_LOGINS.has((error as { code?: string }).code ?? '')
}

const REFUSED_LOGINS = new Set(['portal.login_refused', 'opencps.not_logged_in', 'transport.unauthorized'])

async function remembered(ledger: Ledger, name: string): Promise<string | undefined> {
  return (await ledger.db.selectFrom('meta').select('value').where('name', '=', name).executeTakeFirst())?.value
}

async function remember(ledger: Ledger, name: string, value: string): Promise<void> {
  await ledger.write(async (tx) => {
    await tx
      .insertInto('meta')
      .values({ name, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute()
  })
}

async function forget(ledger: Ledger, name: string): Promise<void> {
  if ((await remembered(ledger, name)) === undefined) return
  await ledger.write(async (tx) => {
    await tx.deleteFrom('meta').where('name', '=', name).execute()
  })
}
