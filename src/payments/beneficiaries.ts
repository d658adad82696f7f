/** Where money may go: only to accounts on a list that somebody approved. contracts/payment-platform.md §3 */
import { LienthongError } from '../base/index.js'
import { type Beneficiary, isValidOn, type LocalDate } from '../domain/index.js'
import { type BillQuestion, type BillRange, mostSpecific } from './selection.js'

/** An account and the bills that it takes money for; a row for a procedure comes before one for all. */
export interface ApprovedAccount extends Beneficiary, BillRange {}

export type AccountQuestion = BillQuestion

/**
 * The account for a bill: of those that hold on the day, the one that says most about it.
 *
 * @throws {LienthongError} `payment.no_account`; `payment.account_unclear` when several say as much
 */
export function accountFor(accounts: readonly ApprovedAccount[], question: AccountQuestion): Beneficiary {
  const [found, ...others] = mostSpecific(accounts, question)
  const { agency, procedure, on } = question
  const about = { agency, procedure: procedure ?? '–', day: on }
  if (found === undefined) throw new LienthongError('payment.no_account', { values: about })
  if (others.some(({ account, bankCode }) => account !== found.account || bankCode !== found.bankCode)) {
    const accountsTold = [found, ...others].map(({ account }) => lastDigits(account)).join(', ')
    throw new LienthongError('payment.account_unclear', { values: { ...about, accounts: accountsTold } })
  }
  return { account: found.account, bankCode: found.bankCode, accountName: found.accountName }
}

/** @throws {LienthongError} `payment.account_not_approved` before anything is sent; names the last digits alone. */
export function assertApproved(accounts: readonly ApprovedAccount[], { account, bankCode }: Beneficiary, on: LocalDate): void {
  if (accounts.some((one) => one.account === account && one.bankCode === bankCode && isValidOn(one, on))) return
  throw new LienthongError('payment.account_not_approved', { values: { account: lastDigits(account), day: on } })
}

function lastDigits(account: string): string {
  return `…${account.slice(-4)}`
}
