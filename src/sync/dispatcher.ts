/**
 * Sends what waits: per dossier in order, different dossiers in parallel. Before each request the ledger knows that it leaves;
 * after each answer it knows what came of it. DESIGN "The sync engine", "What may be repeated".
 */
import { asLienthongError, type LienthongError } from '../base/index.js'
import { type DossierRow, dossierName } from '../ledger/index.js'
import { batchSizeFor, type Group, groupsOf, sendTogether } from './batch.js'
import { newChain, runChain } from './chain.js'
import type { Chain, ChainOptions, ChainSettings } from './chain-settling.js'
import { type Claim, claimRecords, releaseClaims } from './claims.js'
import { adaptivePace } from './pace.js'
import { emptyTally, type Tally } from './tally.js'
import { epochTag } from './versions.js'

export interface DispatcherOptions extends ChainSettings {
  readonly tenant: string
  readonly concurrency: number
  readonly batchSize: number
  /** How long to wait for dossiers whose next try is near, before leaving them to a later run. */
  readonly patienceMs: number
  /** Equal refusals in a row after which nothing more is sent by this run. */
  readonly refusalLimit: number
  /** At most so many dossiers: one, for a probe. */
  readonly most?: number
  /** Only this shard; all where left out. */
  readonly shard?: number
  /** By the ledger's clock: from then on no dossier is begun. */
  readonly until?: number
  /** Why nothing more should be sent, as others have found out meanwhile; asked before each handful of dossiers. */
  readonly heard?: () => Promise<LienthongError | undefined>
  readonly onProgress?: (tally: Tally) => void
}

/**
 * Dossiers read from the ledger, and records claimed, for each one that is being sent: as many as are sent in a quarter of a second. More
 * would be looked up in vain after a crash, fewer would cost a write each.
 */
const AHEAD = { least: 4, most: 16, ms: 250 }
/** The same for each call that carries many. */
const CALLS_AHEAD = 2

/** Calls in a row that lost their session after a new login, until a pass gives up: each costs the portal two logins. */
const SESSIONS_LOST = 5

export interface DispatchReport {
  readonly tally: Tally
  /** Why sending ended before everything due was sent. */
  readonly stopped: LienthongError | 'interrupted' | 'time-over' | { readonly refusals: number; readonly cause: string } | undefined
}

export async function dispatch(options: DispatcherOptions): Promise<DispatchReport> {
  const { ledger, tenant, concurrency } = options
  const { clock } = ledger
  const batchSize = batchSizeFor(options.target, options.batchSize)
  const tally = emptyTally()
  const busy = new Set<string>()
  const queue: Group[] = []
  /** What goes on after a call for many, before anything new. */
  const begun: Group[] = []
  /** Calls for many that are under way: each may leave others something to do. */
  const together = new Set<Promise<unknown>>()
  const settling = new Set<Promise<unknown>>()
  const claims = new Map<DossierRow, Claim>()
  let giveUpAt = clock.now() + options.patienceMs
  let latest = clock.now()
  let pausedUntil = 0
  let left = options.most ?? Number.MAX_SAFE_INTEGER
  let stopped: DispatchReport['stopped']
  const refusals = { cause: '', inARow: 0 }
  let sessionsLost = 0
  let unreachable: LienthongError | undefined
  const interrupted = () => options.signal?.aborted === true
  const timeOver = () => options.until !== undefined && clock.now() >= options.until
  const ofShard = options.shard === undefined ? {} : { shard: options.shard }
  const pace = adaptivePace(concurrency, clock)

  const chainOptions: ChainOptions = {
    ...options,
    tally,
    tag: epochTag(ledger.vault, tenant, options.target),
    claims,
    onCall: pace.learn,
    onUnreachable(error) {
      unreachable = error
    },
    onSessionLost(error) {
      sessionsLost += 1
      if (sessionsLost >= SESSIONS_LOST) stopped ??= error
    },
    onOutcome(cause) {
      if (cause === undefined) sessionsLost = 0
      refusals.inARow = cause !== undefined && cause === refusals.cause ? refusals.inARow + 1 : cause === undefined ? 0 : 1
      refusals.cause = cause ?? ''
      if (refusals.inARow >= (options.probing ? 1 : options.refusalLimit)) stopped ??= { refusals: refusals.inARow, cause: refusals.cause }
      options.onProgress?.(tally)
    },
  }

  let refilling: Promise<void> | undefined
  /** Nothing more was due when somebody looked last. */
  let drained = false
  let lastRefill: { readonly at: number; readonly dossiers: number } | undefined
  /** For each place, as many as lately went through it in a quarter of a second. */
  const ahead = () => {
    const took = lastRefill && clock.now() - lastRefill.at
    const share =
      lastRefill && took !== undefined && took > 0
        ? (lastRefill.dossiers / pace.places) * (AHEAD.ms / took)
        : lastRefill
          ? AHEAD.most
          : 2 * AHEAD.least
    return Math.min(AHEAD.most, Math.max(AHEAD.least, Math.round(share)))
  }
  const refill = async () => {
    stopped ??= await options.heard?.()
    if (stopped !== undefined) return
    const found = await ledger.dueDossiers(tenant, {
      limit: Math.min(pace.places * batchSize * Math.max(CALLS_AHEAD, Math.ceil(ahead() / batchSize)), left),
      busy,
      ...ofShard,
    })
    left -= found.length
    drained = found.length === 0
    lastRefill = { at: clock.now(), dossiers: found.length }
    for (const { row } of found) busy.add(dossierName(row))
    const claimed = await claimRecords(ledger, options.target, found, options.callTimeoutMs)
    for (const [index, due] of found.entries()) {
      const claim = claimed[index]
      if (claim) claims.set(due.row, claim)
    }
    for (const group of groupsOf(found, claims, options.target, batchSize)) queue.push(group.map(newChain))
  }
  /** What came of it is told to whoever has to wait for it. */
  const startRefill = () => {
    const running = refill().finally(() => {
      refilling = undefined
    })
    running.catch(() => {})
    return running
  }
  const nextGroup = async (): Promise<Group | undefined> => {
    // The next handful is read while the last of this one are on their way.
    if (queue.length <= pace.places && !drained) refilling ??= startRefill()
    if (queue.length === 0) {
      // Whoever waits here has nothing to do: what was learnt need not wait for more.
      ledger.flush()
      refilling ??= startRefill()
      await refilling
    }
    return queue.shift()
  }

  /** Until what it learnt is durable, a dossier must not be read from the ledger again. */
  const release = (chain: Chain) => {
    const settled = Promise.all(chain.settling)
    settling.add(settled)
    settled
      .then(
        () => busy.delete(dossierName(chain.row)),
        (error: unknown) => {
          stopped ??= asLienthongError(error)
        },
      )
      .finally(() => settling.delete(settled))
  }
  const sendMany = async (group: Group) => {
    const goingOn = await sendTogether(group, chainOptions)
    begun.unshift(...goingOn)
    const stay = new Set(goingOn.flat())
    for (const chain of group) if (!stay.has(chain)) release(chain)
  }
  const send = async (group: Group) => {
    const [only] = group
    if (only && group.length === 1) {
      await runChain(only, chainOptions)
      release(only)
      return
    }
    const sending = sendMany(group)
    const over = sending.catch(() => {})
    together.add(over)
    try {
      await sending
    } finally {
      together.delete(over)
    }
  }

  const worker = async () => {
    while (stopped === undefined) {
      if (interrupted()) {
        stopped ??= 'interrupted'
        return
      }
      const over = timeOver()
      const group = begun.shift() ?? (over ? undefined : await nextGroup())
      if (!group) {
        if (together.size > 0) {
          await Promise.race(together)
          continue
        }
        if (over) stopped ??= 'time-over'
        return
      }
      await pace.enter()
      // What is left of the queue is given back at the end of the round.
      if (stopped !== undefined) {
        begun.unshift(group)
        pace.leave()
        return
      }
      try {
        await send(group)
      } catch (error) {
        const failure = asLienthongError(error)
        if (failure.code === 'transport.circuit_open') {
          pausedUntil = clock.now() + (failure.retryAfterMs ?? 10_000)
          if (pausedUntil > giveUpAt) stopped ??= failure
          return
        }
        stopped ??= failure
      } finally {
        pace.leave()
      }
    }
  }

  /** A clock that is set back while we work must not make us wait until it has caught up. */
  const followSetBack = async () => {
    const setBack = latest - clock.now()
    latest = clock.now()
    if (setBack <= 0) return
    giveUpAt -= setBack
    pausedUntil -= setBack
    await ledger.followClock(tenant)
  }

  await ledger.followClock(tenant)
  while (stopped === undefined) {
    drained = false
    await Promise.all(Array.from({ length: concurrency }, worker))
    // The handful that was being read meanwhile is given back with the rest.
    await refilling?.catch(() => {})
    for (const chain of begun.splice(0).flat()) release(chain)
    ledger.flush()
    await Promise.allSettled(settling)
    // Whatever ended the round: what never left must not be taken for sent.
    await releaseClaims(ledger, claims.values())
    claims.clear()
    queue.length = 0
    busy.clear()
    if (stopped !== undefined || options.most !== undefined) break
    await followSetBack()
    const next = await ledger.nextDueAt(tenant, options.shard)
    const resumeAt = Math.max(next ?? Number.POSITIVE_INFINITY, pausedUntil)
    if (next === null || resumeAt > giveUpAt) break
    await waitUntil(resumeAt, options)
  }
  await ledger.sweepPayloads()
  // A pass in which nothing got through has to say why: what waits would otherwise look like any other day.
  if (tally.confirmed + tally.failed === 0) stopped ??= unreachable
  return { tally, stopped }
}

async function waitUntil(at: number, { ledger, signal }: DispatcherOptions): Promise<void> {
  const left = at - ledger.clock.now()
  if (left <= 0) return
  try {
    await ledger.clock.sleep(left, signal)
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}
