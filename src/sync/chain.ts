/** One dossier's waiting operations, sent in order until none is left or one cannot go now. */
import { type Finding, isLienthongError, type LienthongError, type Text, worstFinding } from '../base/index.js'
import type { ProgressStep } from '../domain/index.js'
import { type DossierRow, type DueDossier, type Ledger, markSending, type Settlement, settle, type WaitingOperation } from '../ledger/index.js'
import { type Claim, firstRecord, readyRecord } from './claims.js'
import { heldStep } from './held.js'
import type { DossierTarget, Prepared, WriteOutcome } from './ports.js'
import type { RetryPolicy } from './retry-policy.js'
import { unseal } from './sealed.js'
import type { Tally } from './tally.js'
import { plannedDigest, type WaitingStep } from './versions.js'

export interface ChainSettings {
  readonly ledger: Ledger
  readonly target: DossierTarget
  readonly retry: RetryPolicy
  /** What to do with a step nobody knows to have arrived; by status. */
  readonly onUnknownStep: (status: number | null) => 'resend' | 'hold'
  /** Longest time a request can be on its way. */
  readonly callTimeoutMs: number
  /** One dossier asks for all whether a held system takes anything again. */
  readonly probing?: boolean
  readonly signal?: AbortSignal
}

export interface ChainOptions extends ChainSettings {
  readonly tally: Tally
  /** Of the mapping in force. */
  readonly tag: string
  /** Records marked ahead, by the row they were claimed with; whoever sends one takes it out. */
  readonly claims: Map<DossierRow, Claim>
  /** Called after each settled send: the cause of a refusal, or undefined when it went through. */
  readonly onOutcome: (refusal: string | undefined) => void
  /** Called when a call lost its session in spite of a new login: one is an accident, many in a row concern all. */
  readonly onSessionLost: (error: LienthongError) => void
}

/** What is left of a dossier's chain, as this process knows it; the ledger follows each change. */
interface Chain {
  row: DossierRow
  operations: WaitingOperation[]
  /** Writes under way. What follows queues behind them, so nobody has to wait for them but the end of the run. */
  readonly settling: Promise<void>[]
}

export interface ChainEnd {
  /** Resolves when everything this chain learnt is durable; until then its dossier must not be read from the ledger again. */
  readonly settled: Promise<unknown>
}

type Verdict = 'go-on' | 'stop'

/** A create that turns out to exist and an update that turns out not to may each correct us once per visit. */
const MAX_TURNS = 4

/** @throws errors that concern the whole target: a refused login, an open circuit, a wrong configuration. */
export async function runChain(due: DueDossier, options: ChainOptions): Promise<ChainEnd> {
  const chain: Chain = { row: due.row, operations: [...due.operations], settling: [] }
  try {
    await sendInOrder(chain, options)
  } catch (error) {
    options.ledger.flush()
    await Promise.all(chain.settling)
    throw error
  }
  return { settled: Promise.all(chain.settling) }
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
  const { code, prepared } = ready

  if (chain.row.presence === 'maybe' && target.canLookUp) {
    const exists = await lookUp(chain, operation, code, options)
    if (exists === undefined) return 'stop'
    chain.row = { ...chain.row, presence: exists ? 'present' : 'absent' }
  }
  const updating = chain.row.presence === 'present'
  const codeBefore = chain.row.sent_code
  const startedAt = ledger.clock.now()
  if (claim === undefined || startedAt > claim.goodUntil) {
    await markSending(ledger, [{ row: chain.row, operations: [operation.id], code, deadline: startedAt + options.callTimeoutMs }])
  }
  chain.row = { ...chain.row, sent_code: code }
  const wireDigest = plannedDigest(operation, options.tag) ?? ledger.vault.digest(chain.row.tenant, prepared.fingerprintText)
  const journal = journalFor(ledger, chain.row, updating ? 'update' : 'create', code, operation.attempts + 1, 1, wireDigest, startedAt)
  tally.calls[updating ? 'update' : 'create'] += 1
  let outcome: WriteOutcome
  try {
    outcome = await target.submit(prepared.record, { updating })
  } catch (error) {
    if (!isLienthongError(error)) throw error
    if (error.kind !== 'unknown') {
      // Nothing arrived: the dossier is not bound to this code yet.
      chain.row = { ...chain.row, sent_code: codeBefore }
      return afterError(chain, [operation], error, journal(error.code), options, () => ({}))
    }
    // A create that left may have arrived: it is looked up before anything else is sent. After an update that left nobody knows
    // what the target holds, so that even taking the change back has to be sent.
    return afterError(chain, [operation], error, journal(error.code), options, () => (updating ? { wire_digest: null } : { presence: 'maybe' }))
  }
  switch (outcome.outcome) {
    case 'accepted':
      settleChain(chain, options, {
        done: [operation],
        changed: [],
        dossier: { presence: 'present', sent_code: code, wire_digest: wireDigest },
        journal: journal('accepted', outcome),
      })
      return 'go-on'
    case 'already-exists':
    case 'unknown-dossier':
      settleChain(chain, options, {
        done: [],
        changed: [{ operation, changes: { state: 'pending', deadline: null } }],
        dossier: { presence: outcome.outcome === 'already-exists' ? 'present' : 'absent', sent_code: code },
        journal: journal(outcome.outcome, outcome),
      })
      return 'go-on'
    case 'rejected':
      chain.row = { ...chain.row, sent_code: codeBefore }
      return failSending(chain, [operation], outcome, journal('rejected', outcome), options)
  }
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
  const startedAt = ledger.clock.now()
  const ids = operations.map(({ id }) => id)
  await markSending(ledger, [{ row: chain.row, operations: ids, code, deadline: startedAt + options.callTimeoutMs }])
  const requestDigest = ledger.vault.digest(chain.row.tenant, batch.map(({ prepared }) => prepared.fingerprintText).join('\n'))
  const journal = journalFor(ledger, chain.row, 'steps', code, (operations[0]?.attempts ?? 0) + 1, batch.length, requestDigest, startedAt, note)
  tally.calls.steps += 1
  let outcome: WriteOutcome
  try {
    outcome = await target.addSteps(
      batch.map(({ prepared }) => prepared.record),
      {},
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

/** @returns undefined when nobody could tell now. */
async function lookUp(chain: Chain, operation: WaitingOperation, code: string, options: ChainOptions): Promise<boolean | undefined> {
  const { ledger, target, tally } = options
  const startedAt = ledger.clock.now()
  const journal = journalFor(ledger, chain.row, 'lookup', code, operation.attempts + 1, 1, ledger.vault.digest(chain.row.tenant, code), startedAt)
  tally.calls.lookup += 1
  try {
    const exists = await target.lookUp(code, {})
    settleChain(chain, options, {
      done: [],
      changed: [],
      dossier: { presence: exists ? 'present' : 'absent' },
      journal: journal(exists ? 'exists' : 'absent'),
    })
    return exists
  } catch (error) {
    if (!isLienthongError(error)) throw error
    await afterError(chain, [operation], error, journal(error.code), options, () => ({}))
    return undefined
  }
}

interface Change {
  readonly done: readonly WaitingOperation[]
  readonly changed: readonly { readonly operation: WaitingOperation; readonly changes: Partial<WaitingOperation> }[]
  readonly dossier: Partial<DossierRow>
  readonly journal?: Settlement['journal']
  readonly failure?: Settlement['failure']
  readonly failed?: boolean
}

/** Writes one change to the ledger and to our picture of the chain. The version is confirmed when nothing is left to send. */
function settleChain(chain: Chain, options: ChainOptions, change: Change): void {
  const doneIds = change.done.map(({ id }) => id)
  chain.operations = chain.operations
    .filter(({ id }) => !doneIds.includes(id))
    .map((operation) => {
      const changed = change.changed.find((entry) => entry.operation.id === operation.id)
      return changed ? { ...operation, ...changed.changes } : operation
    })
  const wasPending = chain.row.state === 'pending'
  const finished = chain.operations.length === 0
  const dossier: Partial<DossierRow> = { ...change.dossier }
  let moved: Settlement['moved']
  if (change.failed) {
    // What an earlier version left of a dossier that is skipped by now may fail; the latest version stays skipped.
    Object.assign(
      dossier,
      (wasPending ? { state: 'failed', next_at: null } : { reason: chain.row.reason, next_at: null }) satisfies Partial<DossierRow>,
    )
    if (wasPending) moved = { from: 'pending', to: 'failed' }
    options.tally.failed += 1
  } else if (finished) {
    Object.assign(dossier, { next_at: null } satisfies Partial<DossierRow>)
    if (wasPending) {
      Object.assign(dossier, { state: 'confirmed', confirmed_versions: chain.row.confirmed_versions + 1 } satisfies Partial<DossierRow>)
      moved = { from: 'pending', to: chain.row.confirmed_versions === 0 ? 'created' : 'updated' }
      options.tally.confirmed += 1
    }
  }
  const settlement: Settlement = {
    dossier,
    done: doneIds,
    changed: change.changed.map(({ operation, changes }) => ({ id: operation.id, ...changes })),
    journal: change.journal,
    failure: change.failure,
    moved,
  }
  const inNoHurry = !change.failed && change.done.every(({ kind }) => kind === 'record')
  const settling = settle(options.ledger, chain.row, settlement, inNoHurry ? 'later' : 'now')
  // Whoever awaits the chain's end hears of a failure; until then it is nobody's.
  settling.catch(() => {})
  chain.settling.push(settling)
  chain.row = { ...chain.row, ...dossier }
  if (change.done.length > 0) options.onOutcome(undefined)
}

/** The call failed; whether it may be repeated, and when, follows from the kind of the error. */
async function afterError(
  chain: Chain,
  operations: readonly WaitingOperation[],
  error: LienthongError,
  journal: Settlement['journal'],
  options: ChainOptions,
  presence: () => Partial<DossierRow>,
): Promise<Verdict> {
  const { ledger } = options
  if (error.kind === 'rejected') return refuse(chain, operations, error, `${error.code} ${error.values.status ?? ''}`.trim(), journal, options)
  if (error.kind === 'validation' || error.kind === 'protocol') {
    return failWith(
      chain,
      operations,
      { cause: error.code, place: error.operation ?? '', message: error.text, hint: error.hintText },
      journal,
      options,
    )
  }
  const attempts = Math.max(...operations.map((operation) => operation.attempts)) + 1
  const wait = Math.max(error.retryAfterMs ?? 0, Math.min(options.retry.maxMs, options.retry.firstMs * 2 ** (attempts - 1)))
  const settled = presence()
  // An unknown create is settled at once, by asking; everything else waits its turn.
  const askNow = settled.presence === 'maybe' && options.target.canLookUp && attempts === 1
  const concernsAll = error.kind === 'auth' || error.kind === 'config' || error.code === 'transport.circuit_open'
  settleChain(chain, options, {
    done: [],
    changed: operations.map((operation) => ({
      operation,
      changes: {
        state: 'pending' as const,
        deadline: null,
        attempts: concernsAll ? operation.attempts : attempts,
        maybe_doubled: operation.maybe_doubled,
      },
    })),
    dossier: { ...settled, next_at: concernsAll || askNow ? ledger.clock.now() : ledger.clock.now() + wait },
    journal,
  })
  if (concernsAll) throw error
  if (error.code === 'portal.session_lost') options.onSessionLost(error)
  if (askNow) return 'go-on'
  options.tally.postponed += 1
  return 'stop'
}

async function postpone(chain: Chain, operations: readonly WaitingOperation[], options: ChainOptions): Promise<void> {
  options.tally.postponed += 1
  settleChain(chain, options, {
    done: [],
    changed: operations.map((operation) => ({ operation, changes: { state: 'pending' as const, deadline: null, attempts: operation.attempts + 1 } })),
    dossier: { next_at: options.ledger.clock.now() + options.retry.firstMs },
  })
}

interface Failure {
  readonly cause: string
  readonly place: string
  readonly message: Text
  readonly hint: Text
  readonly findings?: readonly Finding[]
  readonly stage?: 'map' | 'send'
}

async function failWith(
  chain: Chain,
  operations: readonly WaitingOperation[],
  failure: Failure,
  journal: Settlement['journal'],
  options: ChainOptions,
  state: 'failed' | 'held' = 'failed',
): Promise<Verdict> {
  const place = [chain.row.local_code, failure.place].filter(Boolean).join('/')
  settleChain(chain, options, {
    done: [],
    changed: operations.map((operation) => ({ operation, changes: { state, deadline: null, maybe_doubled: operation.maybe_doubled } })),
    dossier: { reason: failure.cause },
    journal,
    failed: true,
    failure: {
      cause: failure.cause,
      stage: failure.stage ?? 'send',
      place,
      message: JSON.stringify(failure.message),
      hint: JSON.stringify(failure.hint),
      findings: JSON.stringify(failure.findings ?? []),
    },
  })
  return 'stop'
}

async function failSending(
  chain: Chain,
  operations: readonly WaitingOperation[],
  outcome: WriteOutcome,
  journal: Settlement['journal'],
  options: ChainOptions,
): Promise<Verdict> {
  const { refusal } = options.target
  const said = refusal(outcome, operations[0]?.kind === 'step' ? 'steps' : 'record')
  return refuse(chain, operations, said, refusalSameness(said.code, outcome), journal, options)
}

/** A refusal is the dossier's failure, unless it was sent to ask for all. */
async function refuse(
  chain: Chain,
  operations: readonly WaitingOperation[],
  said: LienthongError,
  sameness: string,
  journal: Settlement['journal'],
  options: ChainOptions,
): Promise<Verdict> {
  if (options.probing) {
    // Another dossier asks next time: this one may have a fault of its own.
    settleChain(chain, options, {
      done: [],
      changed: operations.map((operation) => ({ operation, changes: { state: 'pending' as const, deadline: null } })),
      dossier: { next_at: options.ledger.clock.now() + options.retry.maxMs },
      journal,
    })
  } else {
    await failWith(chain, operations, { cause: said.code, place: said.operation ?? '', message: said.text, hint: said.hintText }, journal, options)
  }
  options.onOutcome(sameness)
  return 'stop'
}

/** Two refusals are the same when only numbers and codes differ between their sentences. */
function refusalSameness(code: string, { answer }: WriteOutcome): string {
  return [code, answer.code ?? '–', (answer.message ?? '').replace(/\S*\d\S*/g, '#')].join(' ').trim()
}

async function failMapping(chain: Chain, operation: WaitingOperation, findings: readonly Finding[], options: ChainOptions): Promise<Verdict> {
  const worst = worstFinding(findings)
  const failure: Failure = {
    cause: worst?.ruleId ?? 'code.missing',
    place: worst?.path ?? 'nationalCode',
    message: worst?.message ?? { en: 'The dossier has no number to send it under.', vi: 'Hồ sơ chưa có mã để gửi.' },
    hint: worst?.hint ?? { en: 'Give the dossier a number at its source.', vi: 'Cấp mã cho hồ sơ tại hệ thống nguồn.' },
    findings,
    stage: 'map',
  }
  return failWith(chain, [operation], failure, undefined, options)
}

async function holdSteps(
  chain: Chain,
  operations: readonly WaitingOperation[],
  error: LienthongError,
  journal: Settlement['journal'],
  options: ChainOptions,
): Promise<Verdict> {
  return failWith(chain, operations, { ...heldStep, place: error.operation ?? '' }, journal, options, 'held')
}

function journalFor(
  ledger: Ledger,
  row: DossierRow,
  operation: string,
  code: string,
  attempt: number,
  items: number,
  requestDigest: string,
  startedAt: number,
  note: string | null = null,
) {
  return (outcome: string, answered?: WriteOutcome): NonNullable<Settlement['journal']> => ({
    at: startedAt,
    operation,
    code,
    attempt,
    items,
    request_digest: requestDigest,
    answer_digest: answered ? ledger.vault.digest(row.tenant, answered.answer.raw) : null,
    answer_code: answered?.answer.code ?? null,
    outcome,
    ms: ledger.clock.now() - startedAt,
    note,
  })
}
