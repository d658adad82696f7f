/** Asking the platform what became of an attempt. Whoever gives no answer has said nothing. contracts/payment-platform.md §4.3 */
import { asLienthongError, canonicalJson } from '../base/index.js'
import type { QueryAnswer } from '../connectors/index.js'
import { isOpenAttempt } from '../domain/index.js'
import { attemptsToAsk, type PaymentAttemptRow } from '../ledger/index.js'
import type { News } from './decide.js'
import type { Desk } from './desk.js'

/** Attempts asked about in one go. */
const AT_ONCE = 100

export async function askAbout(desk: Desk, { reference, partner, wire_at: at }: PaymentAttemptRow, signal: AbortSignal | undefined) {
  const platform = desk.platformFor(partner)
  const question = { reference, at }
  let news: News = { kind: 'no-answer' }
  let code = 'no-query'
  try {
    if (platform.canQuery) {
      const answer = await platform.query(question, { signal })
      news = newsOf(answer)
      code = answer.code
    }
  } catch (error) {
    const failure = asLienthongError(error)
    if (failure.kind === 'aborted') throw failure
    code = failure.code
  }
  return desk.learn(reference, news, { partner, kind: 'query', message: canonicalJson(question) }, { code })
}

/** @returns how many were asked about, and how many of them are over now. */
export async function askDue(desk: Desk, signal: AbortSignal | undefined): Promise<{ readonly asked: number; readonly over: number }> {
  let asked = 0
  let over = 0
  for (const attempt of await attemptsToAsk(desk.ledger, desk.tenant, desk.clock.now(), AT_ONCE)) {
    if (signal?.aborted) break
    const after = await askAbout(desk, attempt, signal)
    asked += 1
    if (after !== undefined && !isOpenAttempt(after.attempt.state)) over += 1
  }
  return { asked, over }
}

function newsOf({ state, amount, transaction, bank }: QueryAnswer): News {
  return state === 'paid' ? { kind: 'paid', by: 'question', payment: { amount: Number(amount), transaction, bank } } : { kind: state }
}
