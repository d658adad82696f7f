/** What a record goes through in a call, alone or among others: from its mark to what the answer means for its dossier. */
import { isLienthongError, type LienthongError } from '../base/index.js'
import type { Settlement, WaitingOperation } from '../ledger/index.js'
import { afterError, type Chain, type ChainOptions, failSending, isRefusal, journalFor, settleChain, type Verdict } from './chain-settling.js'
import type { ReadyRecord } from './claims.js'
import type { Prepared, WriteOutcome } from './ports.js'
import { plannedDigest } from './versions.js'

/** A record whose call is leaving. The ledger knows of it. */
export interface RecordCall {
  readonly chain: Chain
  readonly operation: WaitingOperation
  readonly prepared: Prepared<unknown>
  readonly updating: boolean
  readonly code: string
  readonly codeBefore: string | null
  readonly wireDigest: string
  readonly journal: (outcome: string, answered?: WriteOutcome) => NonNullable<Settlement['journal']>
}

/** @param items records in the same call. */
export function beginCall(chain: Chain, { operation, code, prepared }: ReadyRecord, items: number, options: ChainOptions): RecordCall {
  const { ledger } = options
  const startedAt = ledger.clock.now()
  const updating = chain.row.presence === 'present'
  const codeBefore = chain.row.sent_code
  chain.row = { ...chain.row, sent_code: code }
  const wireDigest = plannedDigest(operation, options.tag) ?? ledger.vault.digest(chain.row.tenant, prepared.fingerprintText)
  const journal = journalFor(ledger, chain.row, updating ? 'update' : 'create', code, operation.attempts + 1, items, wireDigest, startedAt)
  return { chain, operation, prepared, updating, code, codeBefore, wireDigest, journal }
}

export async function afterAnswer(call: RecordCall, outcome: WriteOutcome, options: ChainOptions): Promise<Verdict> {
  const { chain, operation, code, wireDigest, journal } = call
  switch (outcome.outcome) {
    case 'accepted':
      chain.untold = undefined
      settleChain(chain, options, {
        done: [operation],
        changed: [],
        dossier: { presence: 'present', sent_code: code, wire_digest: wireDigest },
        journal: journal('accepted', outcome),
      })
      return 'go-on'
    case 'already-exists':
    case 'unknown-dossier':
      chain.untold = undefined
      settleChain(chain, options, {
        done: [],
        changed: [{ operation, changes: { state: 'pending', deadline: null } }],
        dossier: { presence: outcome.outcome === 'already-exists' ? 'present' : 'absent', sent_code: code },
        journal: journal(outcome.outcome, outcome),
      })
      return 'go-on'
    case 'rejected':
      takeBack(call)
      return failSending(chain, [operation], outcome, journal('rejected', outcome), options)
  }
}

export async function afterNoAnswer(call: RecordCall, error: LienthongError, options: ChainOptions): Promise<Verdict> {
  const { chain, operation, updating, codeBefore, journal } = call
  if (error.kind !== 'unknown') {
    // Nothing arrived: the dossier is not bound to this code yet, unless an earlier call did that.
    if (isRefusal(error)) takeBack(call)
    else chain.row = { ...chain.row, sent_code: codeBefore }
    return afterError(chain, [operation], error, journal(error.code), options, () => ({}))
  }
  chain.untold = undefined
  // A create that left may have arrived: it is looked up before anything else is sent. After an update that left nobody knows
  // what the target holds, so that even taking the change back has to be sent.
  return afterError(chain, [operation], error, journal(error.code), options, () => (updating ? { wire_digest: null } : { presence: 'maybe' }))
}

/**
 * Several records in one call were refused. Nobody knows which of them is meant, nor whether the others were taken, and the ledger must
 * say so before anything else happens: a dossier renumbered after a crash would be created twice.
 */
export function afterRefusedTogether(call: RecordCall, refusal: WriteOutcome | LienthongError, options: ChainOptions): void {
  const { chain, operation, updating, code, codeBefore, journal } = call
  chain.untold ??= { presence: chain.row.presence, sent_code: codeBefore }
  settleChain(chain, options, {
    done: [],
    changed: [{ operation, changes: { state: 'pending', deadline: null } }],
    dossier: updating ? { wire_digest: null } : { presence: 'maybe', sent_code: code },
    journal: isLienthongError(refusal) ? journal(refusal.code) : journal('batch-refused', refusal),
  })
}

/** The portal refused this one alone: it holds nothing of it, and a corrected number may be sent. */
function takeBack({ chain, codeBefore }: RecordCall): void {
  chain.row = { ...chain.row, ...(chain.untold ?? { sent_code: codeBefore }) }
}
