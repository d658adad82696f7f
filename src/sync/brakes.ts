/**
 * What keeps a pass from doing harm by persistence (I11): a system that refuses everything is asked rarely, and a password that was
 * refused is not shown again. Both are remembered in the ledger, because the next pass is another process.
 */
import { LienthongError, minutes } from '../base/index.js'
import { instant, isoInstant } from '../domain/index.js'
import { type Ledger, type SyncLedger, standingRefusals } from '../ledger/index.js'

/** One probe goes out this often while a system is held. */
const PROBE_EVERY_MS = minutes(10)

export interface Hold {
  /** The refusal that came again and again, without what differs from dossier to dossier. */
  readonly cause: string
  readonly refusals: number
  readonly since: number
  readonly nextProbeAt: number
}

export async function currentHold(ledger: SyncLedger, tenant: string): Promise<Hold | undefined> {
  const text = await ledger.note(`hold/${tenant}`)
  if (text === undefined) return undefined
  const hold = JSON.parse(text) as Hold
  const now = ledger.clock.now()
  // Only a clock that was set back since makes a probe look further away than probes are apart.
  return hold.nextProbeAt > now + PROBE_EVERY_MS ? { ...hold, nextProbeAt: now } : hold
}

export async function startHold(ledger: SyncLedger, tenant: string, cause: string, refusals: number): Promise<Hold> {
  const now = ledger.clock.now()
  const hold: Hold = { cause, refusals, since: now, nextProbeAt: now + PROBE_EVERY_MS }
  await ledger.keepNote(`hold/${tenant}`, JSON.stringify(hold))
  return hold
}

/** Of all who find that a probe is due, one sends it; were it refused like the others, the next one is as far away as ever. */
export async function claimProbe(ledger: SyncLedger, tenant: string): Promise<boolean> {
  const now = ledger.clock.now()
  let claimed = false
  await ledger.changeNote(`hold/${tenant}`, (text) => {
    claimed = false
    if (text === undefined) return undefined
    const hold = JSON.parse(text) as Hold
    if (hold.nextProbeAt > now && hold.nextProbeAt <= now + PROBE_EVERY_MS) return text
    claimed = true
    return JSON.stringify({ ...hold, nextProbeAt: now + PROBE_EVERY_MS } satisfies Hold)
  })
  return claimed
}

export async function endHold(ledger: SyncLedger, tenant: string): Promise<void> {
  await ledger.dropNote(`hold/${tenant}`)
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
export async function wasRefused(ledger: SyncLedger, tenant: string, system: string, account: string): Promise<LienthongError | undefined> {
  const text = await ledger.note(`refused/${tenant}/${system}`)
  if (text === undefined) return undefined
  const { digest, at } = JSON.parse(text) as { digest: string; at: number }
  if (digest !== ledger.vault.digest(tenant, account)) return undefined
  return new LienthongError('sync.login_waits', { system, values: { system, since: isoInstant(instant(at)) } })
}

export async function rememberRefusal(ledger: SyncLedger, tenant: string, system: string, account: string): Promise<void> {
  await ledger.keepNote(`refused/${tenant}/${system}`, JSON.stringify({ digest: ledger.vault.digest(tenant, account), at: ledger.clock.now() }))
}

export async function forgetRefusal(ledger: SyncLedger, tenant: string, system: string): Promise<void> {
  await ledger.dropNote(`refused/${tenant}/${system}`)
}

/** What keeps a tenant's dossiers at home until somebody does something: a held system, refused accounts. As the errors that a pass ends with. */
export async function standingBrakes(ledger: Ledger, tenant: string, sources: readonly string[]): Promise<readonly LienthongError[]> {
  const hold = await currentHold(ledger, tenant)
  const refusals = await standingRefusals(ledger, tenant, sources)
  return [
    ...(hold === undefined ? [] : [heldError(hold, 'national-portal')]),
    ...refusals.map(({ system, at }) => new LienthongError('sync.login_waits', { system, values: { system, since: isoInstant(instant(at)) } })),
  ]
}

/** A refused login, as opposed to a session that was lost. */
export function isRefusedLogin(error: unknown): boolean {
  return error instanceof Error && REFUSED_LOGINS.has((error as { code?: string }).code ?? '')
}

const REFUSED_LOGINS = new Set(['portal.login_refused', 'opencps.not_logged_in', 'transport.unauthorized'])
