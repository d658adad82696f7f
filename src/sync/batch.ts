/**
 * Several records in one call. The target answers for all of them at once, so that anything but “accepted” tells of none: the call is
 * halved until each record was answered for alone. docs/adr/0005-one-dossier-per-call.md
 */
import { isLienthongError, type LienthongError } from '../base/index.js'
import type { DossierRow, DueDossier } from '../ledger/index.js'
import { settledBeforeThrowing, timed } from './chain.js'
import { type Chain, type ChainOptions, isRefusal } from './chain-settling.js'
import { type Claim, claimRecords } from './claims.js'
import type { DossierTarget, WriteOutcome } from './ports.js'
import { afterAnswer, afterNoAnswer, afterRefusedTogether, beginCall, type RecordCall } from './record-call.js'

/** Dossiers whose next records go in one call, or one that goes alone. */
export type Group = readonly Chain[]

/** How many records one call may carry. */
export function batchSizeFor({ submitMany, recordsPerCall = 1 }: DossierTarget, asked: number): number {
  return submitMany === undefined ? 1 : Math.max(1, Math.min(asked, recordsPerCall))
}

/** Puts together what may share a call, and keeps the order otherwise. Whoever was not claimed goes alone. */
export function groupsOf(due: readonly DueDossier[], claims: ReadonlyMap<DossierRow, Claim>, target: DossierTarget, size: number): DueDossier[][] {
  const groups: DueDossier[][] = []
  const open = new Map<string, DueDossier[]>()
  for (const one of due) {
    const claim = size > 1 ? claims.get(one.row) : undefined
    const key = claim && `${one.row.presence === 'present'} ${target.batchKey?.(claim.prepared.record) ?? ''}`
    const group = key === undefined ? undefined : open.get(key)
    if (group) group.push(one)
    else groups.push([one])
    if (key === undefined) continue
    const last = group ?? (groups.at(-1) as DueDossier[])
    if (last.length < size) open.set(key, last)
    else open.delete(key)
  }
  return groups
}

/**
 * Sends the records of several dossiers in one call, and settles each for itself.
 *
 * @returns who goes on: the halves of what was refused, and each dossier that has more to send. The others are over.
 * @throws errors that concern the whole target.
 */
export function sendTogether(group: Group, options: ChainOptions): Promise<Group[]> {
  return settledBeforeThrowing(group, options, async () => {
    const { claims, alone } = await claimTogether(group, options)
    const { target } = options
    if (claims.size < 2 || target.submitMany === undefined) {
      for (const [chain, claim] of claims) options.claims.set(chain.row, claim)
      return group.map((chain) => [chain])
    }
    return [...(await callFor(claims, target.submitMany.bind(target), options)), ...alone]
  })
}

async function callFor(
  claims: ReadonlyMap<Chain, Claim>,
  submitMany: NonNullable<DossierTarget['submitMany']>,
  options: ChainOptions,
): Promise<Group[]> {
  const calls = [...claims].map(([chain, claim]) => beginCall(chain, claim, claims.size, options))
  const updating = calls.every((call) => call.updating)
  const notAfter = Math.min(...[...claims.values()].map(({ goodUntil }) => goodUntil))
  const records = calls.map(({ prepared }) => prepared.record)
  options.tally.calls[updating ? 'update' : 'create'] += 1
  let answer: WriteOutcome | LienthongError
  try {
    answer = await timed(options, () => submitMany(records, { updating, notAfter }))
  } catch (error) {
    if (!isLienthongError(error)) throw error
    answer = error
  }
  if (isLienthongError(answer) && !isRefusal(answer)) return afterNoAnswerForAll(calls, answer, options)
  if (!isLienthongError(answer) && answer.outcome === 'accepted') {
    for (const call of calls) await afterAnswer(call, answer, options)
    return calls.filter(({ chain }) => chain.operations.length > 0).map(({ chain }) => [chain])
  }
  for (const call of calls) afterRefusedTogether(call, answer, options)
  const chains = calls.map(({ chain }) => chain)
  const half = Math.ceil(chains.length / 2)
  return [chains.slice(0, half), chains.slice(half)]
}

/** One lost answer is told of once, however many dossiers wait for it. */
async function afterNoAnswerForAll(calls: readonly RecordCall[], error: LienthongError, options: ChainOptions): Promise<Group[]> {
  const quietly: ChainOptions = { ...options, onSessionLost: () => {}, onUnreachable: () => {} }
  const going: Group[] = []
  let concernsAll: { readonly error: unknown } | undefined
  for (const [index, call] of calls.entries()) {
    try {
      if ((await afterNoAnswer(call, error, index === 0 ? options : quietly)) === 'go-on') going.push([call.chain])
    } catch (error) {
      concernsAll = { error }
    }
  }
  if (concernsAll) throw concernsAll.error
  return going
}

/** Marks what has no good mark any more, in one write. Whoever cannot be marked goes alone, and is told why when its turn comes. */
async function claimTogether(group: Group, options: ChainOptions): Promise<{ readonly claims: Map<Chain, Claim>; readonly alone: Group[] }> {
  const { ledger, target, callTimeoutMs } = options
  const claims = new Map<Chain, Claim>()
  const alone: Group[] = []
  for (const chain of group) {
    const claim = options.claims.get(chain.row)
    options.claims.delete(chain.row)
    if (claim) claims.set(chain, claim)
  }
  const isLate = (chain: Chain) => ledger.clock.now() > (claims.get(chain)?.goodUntil ?? Number.NEGATIVE_INFINITY)
  let late = group.filter(isLate)
  while (late.length > 0) {
    // Half of a refused call needs no lookup: its own call tells whether it exists.
    const renewed = await claimRecords(ledger, target, late, callTimeoutMs, () => true)
    for (const [index, chain] of late.entries()) {
      const claim = renewed[index]
      if (claim) claims.set(chain, claim)
      else {
        claims.delete(chain)
        alone.push([chain])
      }
    }
    late = [...claims.keys()].filter(isLate)
  }
  return { claims, alone }
}
