import { isLienthongError, type LienthongError } from '../base/index.js'
import { byAccount } from './account-brakes.js'
import {
  claimProbe,
  currentHold,
  endHold,
  forgetRefusal,
  type Hold,
  heldError,
  isRefusedLogin,
  rememberRefusal,
  startHold,
  wasRefused,
} from './brakes.js'
import { type DispatcherOptions, type DispatchReport, dispatch } from './dispatcher.js'
import { addTally, type Tally } from './tally.js'

/** Why sending ended before everything due was sent. */
export type Stopped = LienthongError | 'interrupted' | 'time-over'

/** Sends what waits, unless the target refuses everything or does not let us in. @returns why it stopped early. */
export async function sendWithBrakes(dispatcher: DispatcherOptions, tally: Tally, retryLogin: boolean): Promise<Stopped | undefined> {
  const stopped = await byAccount(dispatcher, retryLogin, () => sendOrHold(dispatcher, tally, retryLogin))
  tellBrakes(dispatcher, stopped)
  return stopped
}

/** How an attempt to send ended says which brakes are on; one that was interrupted says nothing. */
function tellBrakes({ observer, tenant, target }: DispatcherOptions, stopped: Stopped | undefined): void {
  if (observer?.brake === undefined || stopped === 'interrupted') return
  const error = isLienthongError(stopped) ? stopped : undefined
  const isHeld = error?.code === 'sync.held'
  const isRefused = isRefusedLogin(error) || error?.code === 'sync.login_waits'
  // Whoever was not let in did not learn whether the system takes anything again.
  if (!isRefused) observer.brake({ tenant, system: target.name, brake: 'held', error: isHeld ? error : undefined })
  if (!isHeld) observer.brake({ tenant, system: target.name, brake: 'login', error: isRefused ? error : undefined })
}

async function sendOrHold(dispatcher: DispatcherOptions, tally: Tally, retryLogin: boolean): Promise<Stopped | undefined> {
  const { ledger, tenant, target } = dispatcher
  const { account } = target
  const told = account === undefined ? undefined : await wasRefused(ledger, tenant, target.name, account)
  if (told && !retryLogin) return told
  const sent = async (options: DispatcherOptions): Promise<DispatchReport['stopped']> => {
    const report = await dispatch(options)
    addTally(tally, report.tally)
    if (account !== undefined && isRefusedLogin(report.stopped)) await rememberRefusal(ledger, tenant, target.name, account)
    else if (told && report.tally.confirmed > 0) await forgetRefusal(ledger, tenant, target.name)
    return report.stopped
  }

  const hold = await currentHold(ledger, tenant)
  if (hold) {
    if (!(await claimProbe(ledger, tenant))) return heldError(hold, target.name)
    const probed = await sent({ ...dispatcher, concurrency: 1, most: 1, probing: true })
    if (isEarlyEnd(probed)) return probed
    if (probed !== undefined || (tally.confirmed === 0 && (await ledger.countPending(tenant)) > 0))
      return heldError((await currentHold(ledger, tenant)) ?? hold, target.name)
    await endHold(ledger, tenant)
  }
  const stopped = await sent(dispatcher)
  if (stopped === undefined || isEarlyEnd(stopped)) return stopped
  return heldError(await startHold(ledger, tenant, stopped.cause, stopped.refusals), target.name)
}

/** For whoever sends beside others: whether one of them has found out that nothing should be sent. */
export async function heardOfHold({
  ledger,
  tenant,
  target,
}: Pick<DispatcherOptions, 'ledger' | 'tenant' | 'target'>): Promise<LienthongError | undefined> {
  const hold: Hold | undefined = await currentHold(ledger, tenant)
  return hold && heldError(hold, target.name)
}

function isEarlyEnd(stopped: DispatchReport['stopped']): stopped is Stopped {
  return stopped === 'interrupted' || stopped === 'time-over' || isLienthongError(stopped)
}
