/** One dossier's waiting operations, sent in order until none is left or one cannot go now. */
import { isLienthongError } from '../base/index.js'
import type { ProgressStep } from '../domain/index.js'
import type { DueDossier, WaitingOperation } from '../ledger/index.js'
import {
  afterError,
  type Chain,
  type ChainOptions,
  failMapping,
  failSending,
  holdSteps,
  journalFor,
  postpone,
  settleChain,
  type Verdict,
} from './chain-settling.js'
import { type Claim, firstRecord, goodUntil, leavingFrom, readyRecord } from './claims.js'
import type { Prepared, WriteOutcome } from './ports.js'
import { afterAnswer, afterNoAnswer, beginCall } from './record-call.js'
import { unseal } from './sealed.js'
import type { WaitingStep } from './versions.js'

/** A create that turns out to exist and an update that turns out not to may each correct us once per visit. */
const MAX_TURNS = 4

export function newChain(due: DueDossier): Chain {
  return { row: due.row, operations: [...due.operations], settling: [], untold: undefined }
}

/** @throws errors that concern the whole target: a refused login, an open circuit, a wrong configuration. */
export function runChain(chain: Chain, options: ChainOptions): Promise<void> {
  return settledBeforeThrowing([chain], options, () => sendInOrder(chain, options))
}

/** Whatever ends the work of these chains early, what they learnt until then is durable. */
export async function settledBeforeThrowing<T>(chains: readonly Chain[], { ledger }: ChainOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    ledger.flush()
    await Promise.all(chains.flatMap(({ settling }) => settling))
    throw error
  }
}

async function sendInOrder(chain: Chain, options: ChainOptions): Promise<void> {
  if (chain.operations.length === 0) {
    settleChain(chain, options, { done: [], changed: [], dossier: {} })
    return
  }
  let turns = 0
  while (chain.operations.length > 0) {
    if (options.signal?.aborted) return
    const record = firstRecord(chain.row, chain.operations)
    let verdict: Verdict
    if (record) {
      if (turns++ >= MAX_TURNS) {
        await postpone(chain, [record], options)
        return
      }
      verdict = await sendRecord(chain, record, options)
    } else {
      verdict = await sendSteps(chain, options)
    }
    if (verdict === 'stop') return
  }
}

async function sendRecord(chain: Chain, operation: WaitingOperation, options: ChainOptions): Promise<Verdict> {
  const { ledger, target, tally } = options
  const claim = options.claims.get(chain.row) ?? undefined
  options.claims.delete(chain.row)
  const ready = claim ?? readyRecord(ledger, target, chain.row, operation)
  if (!('prepared' in ready)) return failMapping(chain, operation, ready.findings, options)

  // Refused among others, it asks by itself: that it exists already is an answer, too.
  if (chain.row.presence === 'maybe' && target.canLookUp && chain.untold === undefined) {
    const exists = await lookUp(chain, operation, ready.code, options)
    if (exists === undefined) return 'stop'
    chain.row = { ...chain.row, presence: exists ? 'present' : 'absent' }
  }
  const notAfter = await markedUntil(chain, [operation.id], ready.code, options, claim)
  if (notAfter === undefined) return 'stop'
  const call = beginCall(chain, ready, 1, options)
  const { prepared, updating } = call
  tally.calls[updating ? 'update' : 'create'] += 1
  let outcome: WriteOutcome
  try {
    outcome = await timed(options, () => target.submit(prepared.record, { updating, notAfter }))
  } catch (error) {
    if (!isLienthongError(error)) throw error
    return afterNoAnswer(call, error, options)
  }
  return afterAnswer(call, outcome, options)
}

async function sendSteps(chain: Chain, options: ChainOptions): Promise<Verdict> {
  const { ledger, target, tally } = options
  const code = chain.row.sent_code
  if (code === null) return failMapping(chain, chain.operations[0] as WaitingOperation, [], options)
  const batch: { operation: WaitingOperation; step: ProgressStep; prepared: Prepared<unknown> }[] = []
  for (const operation of chain.operations) {
    if (operation.kind !== 'step' || batch.length >= target.stepsPerCall) break
    const { step, agencyName } = unseal<WaitingStep>(ledger, chain.row, operation)
    const alone = options.onUnknownStep(step.status) === 'hold'
    // A step that must not be doubled travels alone: were the answer lost, only it would have to wait for a person.
    if (alone && batch.length > 0) break
    const prepared = target.prepareStep(step, { code, agencyName })
    if (!prepared.ok) {
      if (batch.length > 0) break
      return failMapping(chain, operation, prepared.findings, options)
    }
    batch.push({ operation, step, prepared: prepared.value })
    if (alone) break
  }
  const operations = batch.map(({ operation }) => operation)
  const note = JSON.stringify(batch.map(({ step, operation }) => ({ at: step.at, status: step.status, maybeDoubled: operation.maybe_doubled === 1 })))
  const ids = operations.map(({ id }) => id)
  const notAfter = await markedUntil(chain, ids, code, options)
  if (notAfter === undefined) return 'stop'
  const startedAt = ledger.clock.now()
  const requestDigest = ledger.vault.digest(chain.row.tenant, batch.map(({ prepared }) => prepared.fingerprintText).join('\n'))
  const journal = journalFor(ledger, chain.row, 'steps', code, (operations[0]?.attempts ?? 0) + 1, batch.length, requestDigest, startedAt, note)
  tally.calls.steps += 1
  let outcome: WriteOutcome
  try {
    outcome = await timed(options, () =>
      target.addSteps(
        batch.map(({ prepared }) => prepared.record),
        { notAfter },
      ),
    )
  } catch (error) {
    if (!isLienthongError(error)) throw error
    if (error.kind === 'unknown') for (const operation of operations) operation.maybe_doubled = 1
    if (error.kind === 'unknown' && batch.some(({ step }) => options.onUnknownStep(step.status) === 'hold')) {
      return holdSteps(chain, operations, error, journal('unknown'), options)
    }
    return afterError(chain, operations, error, journal(error.code), options, () => ({}))
  }
  switch (outcome.outcome) {
    case 'accepted':
    case 'already-exists':
      tally.stepsSent += batch.length
      tally.stepsMaybeDoubled += operations.filter(({ maybe_doubled }) => maybe_doubled === 1).length
      settleChain(chain, options, { done: operations, changed: [], dossier: {}, journal: journal('accepted', outcome) })
      return 'go-on'
    case 'unknown-dossier': {
      const hasRecord = chain.operations.some(({ kind }) => kind === 'record')
      // Nothing here can create it again: the next pass reads the dossier anew and does.
      settleChain(chain, options, {
        done: [],
        changed: operations.map((operation) => ({ operation, changes: { state: 'pending' as const, deadline: null } })),
        dossier: { presence: 'absent', ...(hasRecord ? {} : { source_digest: null, next_at: null }) },
        journal: journal('unknown-dossier', outcome),
      })
      return hasRecord ? 'go-on' : 'stop'
    }
    case 'rejected':
      return failSending(chain, operations, outcome, journal('rejected', outcome), options)
  }
}

/**
 * Makes sure that the ledger knows of a request before it leaves.
 *
 * @param claim a mark made ahead.
 * @returns until when it may leave; undefined when somebody else wrote this dossier: then it must not leave at all.
 */
async function markedUntil(
  chain: Chain,
  operations: readonly number[],
  code: string,
  options: ChainOptions,
  claim?: Claim,
): Promise<number | undefined> {
  const { clock } = options.ledger
  let notAfter = claim?.goodUntil
  // A process that was stopped for a while between its mark and here comes too late: the deadline may be over.
  while (notAfter === undefined || clock.now() > notAfter) {
    const leaving = leavingFrom(clock.now(), options.callTimeoutMs, { row: chain.row, operations, code })
    const marked = await options.ledger.markSending([leaving])
    if (!marked.has(leaving)) return undefined
    notAfter = goodUntil(leaving, options.callTimeoutMs)
  }
  return notAfter
}

export async function timed<T>({ ledger: { clock }, onCall }: ChainOptions, call: () => Promise<T>): Promise<T> {
  const started = clock.now()
  try {
    const answer = await call()
    onCall({ ms: clock.now() - started })
    return answer
  } catch (error) {
    if (isLienthongError(error)) onCall({ ms: clock.now() - started, error })
    throw error
  }
}

/** @returns undefined when nobody could tell now. */
async function lookUp(chain: Chain, operation: WaitingOperation, code: string, options: ChainOptions): Promise<boolean | undefined> {
  const { ledger, target, tally } = options
  const startedAt = ledger.clock.now()
  const journal = journalFor(ledger, chain.row, 'lookup', code, operation.attempts + 1, 1, ledger.vault.digest(chain.row.tenant, code), startedAt)
  tally.calls.lookup += 1
  try {
    const exists = await timed(options, () => target.lookUp(code, {}))
    const settled = settleChain(
      chain,
      options,
      { done: [], changed: [], dossier: { presence: exists ? 'present' : 'absent' }, journal: journal(exists ? 'exists' : 'absent') },
      'now',
    )
    // Nothing of it was leaving while we asked: a planner may have written it, and then our picture of it is an old one.
    if ((await settled) === 'stale') return undefined
    return exists
  } catch (error) {
    if (!isLienthongError(error)) throw error
    await afterError(chain, [operation], error, journal(error.code), options, () => ({}))
    return undefined
  }
}
