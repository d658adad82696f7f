/** Asking the platform what became of an attempt. Whoever gives no answer has said nothing. contracts/payment-platform.md §4.3 */
import pMap, { pMapSkip } from 'p-map'
import { asLienthongError, canonicalJson, type LienthongError } from '../base/index.js'
import type { QueryAnswer } from '../connectors/index.js'
import { isOpenAttempt } from '../domain/index.js'
import { attemptsToAsk, type PaymentAttemptRow, type PaymentStanding } from '../ledger/index.js'
import type { News } from './decide.js'
import type { Desk } from './desk.js'

/** Attempts asked about in one go, and how many questions are on their way to each partner: a slow one must not keep the others waiting. */
const IN_ONE_GO = 100
const AT_ONCE = 8

export interface Asked {
  /** Undefined: there is no such attempt any more. */
  readonly standing: PaymentStanding | undefined
  /** Why there was no answer. */
  readonly failure: LienthongError | undefined
}

export async function askAbout(desk: Desk, { reference, partner, wire_at: at }: PaymentAttemptRow, signal: AbortSignal | undefined): Promise<Asked> {
  const question = { reference, at }
  // The question follows from the attempt; what was answered is the evidence, where there is an answer.
  const entry = { partner, kind: 'query', message: canonicalJson(question) }
  const heard = (text: string) => {
    entry.message = text
  }
  let answer: QueryAnswer
  try {
    const platform = desk.platformFor(partner)
    if (!platform.canQuery)
      return { standing: await desk.learn(reference, { kind: 'unaskable' }, { ...entry, kind: 'no-query' }), failure: undefined }
    answer = await platform.query(question, { signal, heard })
  } catch (error) {
    const failure = asLienthongError(error)
    if (failure.kind === 'aborted') throw failure
    return { standing: await desk.learn(reference, { kind: 'no-answer' }, entry, { code: failure.code }), failure }
  }
  return { standing: await desk.learn(reference, newsOf(answer), entry, { code: answer.code }), failure: undefined }
}

/** What came of asking. */
export interface AskedDue {
  readonly asked: number
  /** Of these, how many are over now. */
  readonly over: number
  /** And how many got no answer; they are asked about again later. */
  readonly unanswered: number
  /** Why the first of those got none. */
  readonly failure: LienthongError | undefined
  /** More are due than are asked about in one go. */
  readonly more: boolean
}

export async function askDue(desk: Desk, signal: AbortSignal | undefined): Promise<AskedDue> {
  const due = await attemptsToAsk(desk.ledger, desk.tenant, desk.clock.now(), IN_ONE_GO)
  const ask = (attempt: PaymentAttemptRow) => (signal?.aborted ? pMapSkip : askAbout(desk, attempt, signal))
  const byPartner = [...Map.groupBy(due, ({ partner }) => partner).values()]
  const asked = (await Promise.all(byPartner.map((attempts) => pMap(attempts, ask, { concurrency: AT_ONCE })))).flat()
  const failures = asked.flatMap(({ failure }) => failure ?? [])
  return {
    asked: asked.length,
    over: asked.filter(({ standing }) => standing !== undefined && !isOpenAttempt(standing.attempt.state)).length,
    unanswered: failures.length,
    failure: failures[0],
    more: due.length === IN_ONE_GO,
  }
}

function newsOf({ state, amount, transaction, bank, at }: QueryAnswer): News {
  // “Paid” without an amount that can be booked says nothing yet: it is asked again.
  if (state === 'paid' && !/^\d{1,15}$/.test(amount)) return { kind: 'pending' }
  return state === 'paid'
    ? { kind: 'paid', by: 'question', payment: { amount: Number(amount), transaction, bank, at, receiptLink: null } }
    : { kind: state }
}
