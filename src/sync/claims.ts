/**
 * Records are marked as leaving many at a time, before their turn comes: one write for sixty dossiers instead of sixty. The price is paid
 * after a crash, when each of them is looked up although some never left. Steps are never marked ahead: each would have to be declared.
 */
import { type Finding, hasErrors } from '../base/index.js'
import type { Dossier } from '../domain/index.js'
import type { DossierRow, DueDossier, Leaving, SyncLedger, WaitingOperation } from '../ledger/index.js'
import { linkFiles } from './files/linking.js'
import type { DossierTarget, Prepared } from './ports.js'
import { unseal } from './sealed.js'

/** A record that is mapped and may go. */
export interface ReadyRecord {
  readonly operation: WaitingOperation
  readonly code: string
  readonly prepared: Prepared<unknown>
}

export interface Claim extends ReadyRecord {
  readonly leaving: Leaving
  /** Sent later than this, it is marked anew. */
  readonly goodUntil: number
}

/** Maps what waits. @returns the findings that keep it from going. */
export function readyRecord(
  ledger: SyncLedger,
  target: DossierTarget,
  row: DossierRow,
  operation: WaitingOperation,
): ReadyRecord | { readonly findings: readonly Finding[] } {
  const dossier = unseal<Dossier>(ledger, row, operation)
  const code = row.sent_code ?? dossier.nationalCode
  const linked = linkFiles(dossier, { ...row, vault: ledger.vault }, target.files)
  const prepared = target.prepareRecord(linked.dossier, code)
  // What a rule forbids is mapped all the same, to be looked at. Whoever asks for another try does not allow it to go.
  return prepared.ok && code !== null && !hasErrors(prepared.findings)
    ? { operation, code, prepared: prepared.value }
    : { findings: prepared.findings }
}

/** The record that goes before anything else of this dossier, if there is one. */
export function firstRecord(row: DossierRow, operations: readonly WaitingOperation[]): WaitingOperation | undefined {
  const record = operations.find(({ kind }) => kind === 'record')
  return record !== undefined && (row.presence !== 'present' || record === operations[0]) ? record : undefined
}

/** Of the time between a request's mark and its deadline, the part that it may wait for its turn: the rest is its own. */
const CLAIM_SHARE = 8

/** A mark made now. */
export function leavingFrom(now: number, callTimeoutMs: number, what: Pick<Leaving, 'row' | 'operations' | 'code'>): Leaving {
  return { ...what, deadline: now + callTimeoutMs }
}

/** Later than this a marked request must not leave: it might still be on its way when its deadline is over. */
export function goodUntil({ deadline }: Leaving, callTimeoutMs: number): number {
  return deadline - callTimeoutMs + callTimeoutMs / CLAIM_SHARE
}

/** Claims what it can of these dossiers. One that may not go yet, or cannot be mapped, is left to its turn. */
export async function claimRecords(
  ledger: SyncLedger,
  target: DossierTarget,
  due: readonly DueDossier[],
  callTimeoutMs: number,
  mayGo: (row: DossierRow) => boolean = needsNoLookup,
): Promise<(Claim | undefined)[]> {
  const now = ledger.clock.now()
  const claims = due.map(({ row, operations }): Claim | undefined => {
    const record = mayGo(row) ? firstRecord(row, operations) : undefined
    if (record === undefined) return undefined
    const ready = readyOrNot(ledger, target, row, record)
    if (ready === undefined) return undefined
    const leaving = leavingFrom(now, callTimeoutMs, { row, operations: [record.id], code: ready.code })
    return { ...ready, leaving, goodUntil: goodUntil(leaving, callTimeoutMs) }
  })
  const marked = await ledger.markSending(claims.flatMap((claim) => (claim ? [claim.leaving] : [])))
  return claims.map((claim) => (claim && marked.has(claim.leaving) ? claim : undefined))
}

function needsNoLookup({ presence }: DossierRow): boolean {
  return presence !== 'maybe'
}

/** What is wrong with one dossier is told when its turn comes, and keeps no other from going. */
function readyOrNot(ledger: SyncLedger, target: DossierTarget, row: DossierRow, operation: WaitingOperation): ReadyRecord | undefined {
  try {
    const ready = readyRecord(ledger, target, row, operation)
    return 'prepared' in ready ? ready : undefined
  } catch {
    return undefined
  }
}

/** Gives back what never left. */
export async function releaseClaims(ledger: SyncLedger, claims: Iterable<Claim>): Promise<void> {
  await ledger.unmarkSending([...claims].map(({ leaving }) => leaving))
}
