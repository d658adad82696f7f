/**
 * What several workers know together of a target that does not answer: until when nobody asks it, and who tries it then. One process alone
 * has its circuit breaker (transport); this is the same for many.
 */
import { LienthongError, minutes, seconds } from '../base/index.js'
import type { SyncLedger } from '../ledger/index.js'

interface Rest {
  readonly until: number
  /** How often it was in vain; each time the rest is twice as long. */
  readonly times: number
}

const FIRST_MS = seconds(15)
const LONGEST_MS = minutes(5)

function noteName(tenant: string, target: string): string {
  return `rest/${tenant}/${target}`
}

/**
 * Whether to send now. After a rest one of all who ask gets `probe`: he sends a single dossier, the others go on resting.
 */
export async function askRest(ledger: SyncLedger, tenant: string, target: string): Promise<'free' | 'probe' | { readonly until: number }> {
  const name = noteName(tenant, target)
  if ((await ledger.note(name)) === undefined) return 'free'
  const now = ledger.clock.now()
  let answer: 'free' | 'probe' | { readonly until: number } = 'free'
  await ledger.changeNote(name, (text) => {
    answer = 'free'
    if (text === undefined) return undefined
    const rest = JSON.parse(text) as Rest
    // Only a clock that was set back makes a rest look longer than rests are.
    if (rest.until > now && rest.until <= now + LONGEST_MS) {
      answer = { until: rest.until }
      return text
    }
    answer = 'probe'
    return JSON.stringify({ ...rest, until: now + lengthOf(rest.times) } satisfies Rest)
  })
  return answer
}

/** Until when nobody is to ask it, for whoever is under way; undefined: nothing is known against it. */
export async function restingUntil(ledger: SyncLedger, tenant: string, target: string): Promise<number | undefined> {
  const text = await ledger.note(noteName(tenant, target))
  return text === undefined ? undefined : (JSON.parse(text) as Rest).until
}

/** The target did not answer several times in a row: nobody asks it for a while. */
export async function startRest(ledger: SyncLedger, tenant: string, target: string): Promise<void> {
  const now = ledger.clock.now()
  await ledger.changeNote(noteName(tenant, target), (text) => {
    const times = text === undefined ? 0 : (JSON.parse(text) as Rest).times + 1
    return JSON.stringify({ until: now + lengthOf(times), times } satisfies Rest)
  })
}

/** It answers again. */
export async function endRest(ledger: SyncLedger, tenant: string, target: string): Promise<void> {
  await ledger.dropNote(noteName(tenant, target))
}

export function restError(target: string, until: number, now: number): LienthongError {
  return new LienthongError('transport.circuit_open', {
    system: target,
    retryAfterMs: Math.max(0, until - now),
    values: { host: target, failures: '…' },
  })
}

function lengthOf(times: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** times)
}
