/** What an answer, an error or a refusal means for one dossier's chain and for the ledger. DESIGN "What may be repeated". */
import { type Finding, type LienthongError, type Text, worstFinding } from '../base/index.js'
import type { DossierRow, SettledOrStale, Settlement, SyncLedger, WaitingOperation } from '../ledger/index.js'
import type { Claim } from './claims.js'
import { heldStep } from './held.js'
import type { SettledSend, SyncObserver } from './observer.js'
import type { DossierTarget, WriteOutcome } from './ports.js'
import type { RetryPolicy } from './retry-policy.js'
import type { Tally } from './tally.js'

export interface ChainSettings {
  readonly ledger: SyncLedger
  readonly target: DossierTarget
  readonly retry: RetryPolicy
  /** What to do with a step nobody knows to have arrived; by status. */
  readonly onUnknownStep: (status: number | null) => 'resend' | 'hold'
  /** Longest time a request can be on its way. */
  readonly callTimeoutMs: number
  /** One dossier asks for all whether a held system takes anything again. */
  readonly probing?: boolean
  readonly signal?: AbortSignal
  readonly observer?: SyncObserver
}

export interface ChainOptions extends ChainSettings {
  readonly tally: Tally
  /** Of the mapping in force. */
  readonly tag: string
  /** Records marked ahead, by the row they were claimed with; whoever sends one takes it out. */
  readonly claims: Map<DossierRow, Claim>
  /** Called after each call, with what it was like for the other side. */
  readonly onCall: (call: { readonly ms: number; readonly error?: LienthongError }) => void
  /** Called after each settled send: the cause of a refusal, or undefined when it went through. */
  readonly onOutcome: (refusal: string | undefined) => void
  /** Called when a call lost its session in spite of a new login: one is an accident, many in a row concern all. */
  readonly onSessionLost: (error: LienthongError) => void
  /** Called when a request could not be sent at all. */
  readonly onUnreachable: (error: LienthongError) => void
}

/** What is left of a dossier's chain, as this process knows it; the ledger follows each change. */
export interface Chain {
  row: DossierRow
  operations: WaitingOperation[]
  /** Writes under way. What follows queues behind them, so nobody has to wait for them but the end of the run. */
  readonly settling: Promise<unknown>[]
  /** Calls with its record among others were refused: what was known before them. Its own call tells what is true. */
  untold: Pick<DossierRow, 'presence' | 'sent_code'> | undefined
}

export type Verdict = 'go-on' | 'stop'

interface Change {
  readonly done: readonly WaitingOperation[]
  readonly changed: readonly { readonly operation: WaitingOperation; readonly changes: Partial<WaitingOperation> }[]
  readonly dossier: Partial<DossierRow>
  readonly journal?: Settlement['journal']
  readonly failure?: Settlement['failure']
  readonly failed?: boolean
}

/** Writes one change to the ledger and to our picture of the chain. The version is confirmed when nothing is left to send. */
export function settleChain(chain: Chain, options: ChainOptions, change: Change, when?: 'now'): Promise<SettledOrStale> {
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
    changed: change.changed.map(({ operation, changes: { state, attempts, maybe_doubled } }) => ({
      id: operation.id,
      ...(state === undefined ? {} : { state }),
      ...(attempts === undefined ? {} : { attempts }),
      ...(maybe_doubled === undefined ? {} : { maybe_doubled }),
    })),
    journal: change.journal,
    failure: change.failure,
    moved,
  }
  const inNoHurry = when === undefined && !change.failed && change.done.every(({ kind }) => kind === 'record')
  const settling = options.ledger.settle(chain.row, settlement, inNoHurry ? 'later' : 'now')
  // Whoever awaits the chain's end hears of a failure; until then it is nobody's.
  settling.catch(() => {})
  chain.settling.push(settling)
  chain.row = { ...chain.row, ...dossier, revision: chain.row.revision + 1 }
  if (change.done.length > 0) options.onOutcome(undefined)
  if (change.journal && options.observer?.send) options.observer.send(settledSend(chain.row, change.journal))
  return settling
}

function settledSend({ tenant, source }: DossierRow, { operation, outcome, items, ms }: NonNullable<Settlement['journal']>): SettledSend {
  return { tenant, source, operation: operation as SettledSend['operation'], outcome, items, ms }
}

/** An error that is about what was sent: sent again, it would come again. */
export function isRefusal({ kind, code }: LienthongError): boolean {
  // A lookup answered with a flood says nothing of the record: like any other lost answer it is asked for again.
  return kind === 'rejected' || kind === 'validation' || (kind === 'protocol' && code !== 'transport.too_large')
}

/** The call failed; whether it may be repeated, and when, follows from the kind of the error. */
export async function afterError(
  chain: Chain,
  operations: readonly WaitingOperation[],
  error: LienthongError,
  journal: Settlement['journal'],
  options: ChainOptions,
  presence: () => Partial<DossierRow>,
): Promise<Verdict> {
  const { ledger } = options
  if (error.kind === 'rejected') return refuse(chain, operations, error, `${error.code} ${error.values.status ?? ''}`.trim(), journal, options)
  if (isRefusal(error)) {
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
  // It never left, for no fault of the target's: it goes as soon as there is a place.
  const tooLate = error.code === 'transport.too_late'
  // Its account is left alone: nothing was sent that a journal could tell of, however often it is looked at.
  const neverAsked = error.code === 'sync.account_waits'
  const concernsAll = error.kind === 'auth' || error.kind === 'config' || error.code === 'transport.circuit_open'
  settleChain(chain, options, {
    done: [],
    changed: operations.map((operation) => ({
      operation,
      changes: {
        state: 'pending' as const,
        deadline: null,
        attempts: concernsAll || tooLate || neverAsked ? operation.attempts : attempts,
        maybe_doubled: operation.maybe_doubled,
      },
    })),
    dossier: { ...settled, next_at: concernsAll || askNow || tooLate ? ledger.clock.now() : ledger.clock.now() + wait },
    journal: neverAsked ? undefined : journal,
  })
  if (concernsAll) throw error
  if (error.code === 'portal.session_lost') options.onSessionLost(error)
  if (error.code === 'transport.unreachable') options.onUnreachable(error)
  if (askNow) return 'go-on'
  options.tally.postponed += 1
  return 'stop'
}

export async function postpone(chain: Chain, operations: readonly WaitingOperation[], options: ChainOptions): Promise<void> {
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

export async function failSending(
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

export async function failMapping(chain: Chain, operation: WaitingOperation, findings: readonly Finding[], options: ChainOptions): Promise<Verdict> {
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

export async function holdSteps(
  chain: Chain,
  operations: readonly WaitingOperation[],
  error: LienthongError,
  journal: Settlement['journal'],
  options: ChainOptions,
): Promise<Verdict> {
  return failWith(chain, operations, { ...heldStep, place: error.operation ?? '' }, journal, options, 'held')
}

export function journalFor(
  ledger: SyncLedger,
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
