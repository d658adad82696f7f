/** Where money may go: only to accounts on a list that somebody approved. contracts/payment-platform.md §3 */
import { LienthongError } from '../base/index.js'
import { type Beneficiary, isValidOn, type LocalDate } from '../domain/index.js'

export interface ApprovedAccount extends Beneficiary {
  /** Whose it is; absent: any agency's of the tenant. */
  readonly agency?: string
  /** Only for this procedure; such a row comes before one for all. */
  readonly procedure?: string
  readonly validFrom: LocalDate | null
  readonly validTo: LocalDate | null
}

export interface AccountQuestion {
  readonly agency: string
  readonly procedure: string | null
  readonly on: LocalDate
}

/**
 * The account for a bill: of those that hold on the day, the one that says most about it.
 *
 * @throws {LienthongError} `payment.no_account`
 */
export function accountFor(accounts: readonly ApprovedAccount[], { agency, procedure, on }: AccountQuestion): Beneficiary {
  const weight = (account: ApprovedAccount) => (account.procedure === undefined ? 0 : 2) + (account.agency === undefined ? 0 : 1)
  const fitting = accounts
    .filter((account) => isValidOn(account, on))
    .filter((account) => account.agency === undefined || account.agency === agency)
    .filter((account) => account.procedure === undefined || account.procedure === procedure)
    .sort((a, b) => weight(b) - weight(a))
  const [found] = fitting
  if (found === undefined) throw new LienthongError('payment.no_account', { values: { agency, procedure: procedure ?? '–', day: on } })
  return { account: found.account, bankCode: found.bankCode, accountName: found.accountName }
}

/** @throws {LienthongError} `payment.account_not_approved` before anything is sent; names the last digits alone. */
export function assertApproved(accounts: readonly ApprovedAccount[], { account, bankCode }: Beneficiary, on: LocalDate): void {
  if (accounts.some((one) => one.account === account && one.bankCode === bankCode && isValidOn(one, on))) return
  throw new LienthongError('payment.account_not_approved', { values: { account: `…${account.slice(-4)}`, day: on } })
}
