/** Tells sources that take marks what of theirs is at the target. At least once: the ledger remembers what is still to be told. */
import { asLienthongError, isLienthongError, type LienthongError, LienthongError as OurError } from '../base/index.js'
import type { DueMark, SettledMark } from '../ledger/index.js'
import { isRefusedLogin, rememberRefusal, wasRefused } from './brakes.js'
import type { DossierSource, MarkOutcome, SyncMark } from './ports.js'
import type { RetryPolicy } from './retry-policy.js'
import { settingsOf, type TenantSync } from './settings.js'

/** Told in one call. */
const TOGETHER = 100

export interface MarksReport {
  readonly source: string
  readonly written: number
  /** To be tried again. */
  readonly later: number
  /** The source has no such dossier any more. */
  readonly gone: number
  /** Why some or all have to wait; the next pass tries again. */
  readonly error: LienthongError | undefined
}

/**
 * A target on this machine is a rehearsal: a province's own system must not say afterwards that its dossiers are at the national portal.
 */
export function mayTellSources(sync: TenantSync): boolean {
  const { writeBack } = settingsOf(sync)
  return writeBack === 'always' || (writeBack === 'production' && sync.production === true)
}

/**
 * Never throws what the source says: a source that cannot be told keeps nothing else from going on.
 *
 * @param until by the ledger's clock: from then on no call is begun.
 * @returns undefined where there is nobody to tell.
 */
export async function tellSource(
  sync: TenantSync,
  source: string,
  port: DossierSource,
  { signal, until }: { readonly signal?: AbortSignal; readonly until?: number } = {},
): Promise<MarksReport | undefined> {
  if (port.writeBack === undefined || !mayTellSources(sync)) return undefined
  const { ledger, tenant } = sync
  const { retry } = settingsOf(sync)
  const known = `marks/${tenant}/${source}`
  if ((await ledger.note(known)) === undefined) {
    await ledger.wantAllMarks(tenant, source)
    await ledger.keepNote(known, String(ledger.clock.now()))
  }
  const report = { written: 0, later: 0, gone: 0 }
  let error: LienthongError | undefined
  const refused = port.account === undefined ? undefined : await wasRefused(ledger, tenant, source, port.account)
  if (refused !== undefined) return { source, ...report, error: refused }
  let after = ''
  while (!signal?.aborted && (until === undefined || ledger.clock.now() < until)) {
    const due = await ledger.dueMarks(tenant, source, { after, limit: TOGETHER })
    const last = due.at(-1)
    if (last === undefined) break
    after = last.key
    const marks = due.map((mark): SyncMark => {
      const { key, localCode, nationalCode, digest } = mark
      return { key, localCode, nationalCode, holds: (bytes) => ledger.vault.digest(tenant, bytes) === digest }
    })
    let thrown: LienthongError | undefined
    let outcomes: readonly MarkOutcome[] = []
    try {
      outcomes = await port.writeBack(marks, signal ? { signal } : {})
    } catch (cause) {
      thrown = asLienthongError(cause)
      if (thrown.kind === 'aborted') break
    }
    const settled = due.map((mark, index) => settledMark(mark, thrown ?? outcomes[index] ?? unanswered(source), ledger.clock.now(), retry))
    for (const { outcome } of settled) {
      if ('digest' in outcome) report.written += 1
      else if (outcome.retryAt === null) report.gone += 1
      else report.later += 1
    }
    await ledger.settleMarks(tenant, source, settled)
    error ??= thrown ?? outcomes.find((outcome) => isLienthongError(outcome))
    if (thrown === undefined) continue
    if (port.account !== undefined && isRefusedLogin(thrown)) await rememberRefusal(ledger, tenant, source, port.account)
    break
  }
  return { source, ...report, error }
}

function settledMark({ key, version, digest, attempts }: DueMark, outcome: MarkOutcome, now: number, retry: RetryPolicy): SettledMark {
  if (outcome === 'written') return { key, version, outcome: { digest } }
  if (outcome === 'gone') return { key, version, outcome: { retryAt: null, problem: 'gone' } }
  // Also what changed since: when the change is taken back before anybody reads it, no new version comes.
  const retryAt = now + Math.min(retry.maxMs, retry.firstMs * 2 ** attempts)
  return { key, version, outcome: { retryAt, problem: outcome === 'changed-since' ? outcome : outcome.code } }
}

function unanswered(source: string): LienthongError {
  return new OurError('sync.mark_unanswered', { system: source, values: { source } })
}
