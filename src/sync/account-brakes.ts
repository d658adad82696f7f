/** A refused password is remembered for its account alone: what goes through the target's other accounts is sent (I8, I11). */
import type { LienthongError } from '../base/index.js'
import { forgetRefusal, rememberRefusal, wasRefused } from './brakes.js'
import type { DispatcherOptions } from './dispatcher.js'
import type { DossierTarget, TargetAccount } from './ports.js'

/** @returns what `send` does, else why something had to wait for an account. */
export async function byAccount<Stopped>(
  { ledger, tenant, target }: Pick<DispatcherOptions, 'ledger' | 'tenant' | 'target'>,
  retryLogin: boolean,
  send: () => Promise<Stopped | undefined>,
): Promise<Stopped | LienthongError | undefined> {
  const { accounts } = target
  if (accounts === undefined) return send()
  const told = new Map<TargetAccount, LienthongError>()
  for (const account of accounts) {
    const refused = await wasRefused(ledger, tenant, accountSystem(target, account), account.account)
    if (refused !== undefined) told.set(account, refused)
    account.begin(retryLogin ? undefined : refused)
  }
  const current = accounts.filter((account) => account.isCurrent())
  if (!retryLogin && current.length > 0 && current.every((account) => told.has(account))) return told.get(current[0] as TargetAccount)

  const stopped = await send()
  let waits: LienthongError | undefined
  for (const account of accounts) {
    const { refused, turnedAway, letIn } = account.outcome
    if (refused !== undefined) await rememberRefusal(ledger, tenant, accountSystem(target, account), account.account)
    else if (letIn && told.has(account)) await forgetRefusal(ledger, tenant, accountSystem(target, account))
    waits ??= turnedAway
  }
  return stopped ?? waits
}

/** How the ledger knows an account of this target. */
export function accountSystem(target: Pick<DossierTarget, 'name'>, account: Pick<TargetAccount, 'name'>): string {
  return `${target.name}/${account.name}`
}
