/**
 * A vendor with many provinces and a few workers, on the simulated clock: the real worker loop, slices and engine, a job engine in memory
 * that promises what pg-boss does, and portals of which one may hang on every call.
 */
import { type Clock, LienthongError, minutes, seededRandom } from '../../src/base/index.js'
import type { Dossier } from '../../src/domain/index.js'
import type { DossierSource, SourceItem } from '../../src/sync/index.js'
import type { JobEngine } from '../../src/sync/workers/job-engine.js'
import { runWorker, type WorkerTenant } from '../../src/sync/workers/worker.js'
import { breaking } from '../../src/transport/breaker.js'
import { dossier } from '../sync/office.js'
import { type PaperPortal, paperPortal } from '../sync/paper-portal.js'
import { memoryStore } from './memory-ledger.js'
import { lightVault } from './memory-vault.js'
import { type Actor, newSchedule, type Schedule } from './schedule.js'

export interface VendorOptions {
  readonly tenants: number
  /** Dossiers of each that come up over the time. */
  readonly dossiers: number
  readonly minutes: number
  readonly workers: number
  readonly slices: number
  /** How long each call takes. */
  readonly answerMs: number
  /** The tenant of this number never gets an answer. */
  readonly hanging?: number
}

export interface VendorReport {
  /** For each tenant the milliseconds from the moment a dossier might go until it was at the portal. */
  readonly delays: ReadonlyMap<string, readonly number[]>
  /** Slices that each tenant got. */
  readonly slices: ReadonlyMap<string, number>
}

const READ_EVERY_MS = minutes(2)
const SHARDS = 4
const TIMEOUT_MS = 60_000

export async function simulateVendor(seed: number, options: VendorOptions): Promise<VendorReport> {
  const schedule = newSchedule([])
  const random = seededRandom(`${seed}/vendor`)
  const start = schedule.now()
  const end = start + minutes(options.minutes)
  const store = memoryStore()
  const vault = lightVault()
  const dueSince = new Map<string, number>()
  const delays = new Map<string, number[]>()
  const slices = new Map<string, number>()
  const names = Array.from({ length: options.tenants }, (_, n) => `province-${n + 1}`)
  const engine = engineInMemory(schedule)
  const stop = new AbortController()

  const tenantOf = (name: string, number: number, actor: Actor, clock: Clock): WorkerTenant => {
    const appears = arrivals.get(name) ?? []
    const portal = slowPortal(actor, schedule, clock, options.answerMs, number === options.hanging, (code) => {
      const since = dueSince.get(code)
      if (since === undefined) return
      dueSince.delete(code)
      delays.set(name, [...(delays.get(name) ?? []), schedule.now() - since])
    })
    return {
      tenant: name,
      sources: { cards: appearing(appears, schedule) },
      target: portal,
      settings: { concurrency: 4 },
    }
  }
  const arrivals = new Map(
    names.map((name, tenant) => [
      name,
      Array.from({ length: options.dossiers }, (_, n) => ({
        at: start + Math.floor(random() * minutes(options.minutes - 5)),
        dossier: dossier(tenant * 1000 + n + 1),
      })).sort((a, b) => a.at - b.at),
    ]),
  )

  const working = Array.from({ length: options.workers }, (_, number) => {
    const actor: Actor = { name: `worker ${number + 1}`, dead: false, frozenUntil: 0 }
    const clock: Clock = { now: schedule.now, sleep: (ms, signal) => schedule.sleep(actor, ms, signal) }
    const session = { clock, vault, shards: SHARDS, turn: () => schedule.turn(actor) }
    const leases = store.leases({ heartbeatMs: 15_000, clock, session })
    return runWorker({
      leases: {
        ...leases,
        async take(tenant, shard, holder) {
          const lease = await leases.take(tenant, shard, holder)
          if (lease === undefined) return undefined
          // From here on a dossier may go.
          const releasePlanned = async (...asked: Parameters<typeof lease.ledger.releasePlanned>) => {
            const released = await lease.ledger.releasePlanned(...asked)
            for (const row of store.dossiers.values())
              if (
                row.tenant === tenant &&
                row.state === 'pending' &&
                row.next_at !== null &&
                row.version === 1 &&
                row.local_code !== null &&
                !seen.has(row.local_code)
              ) {
                seen.add(row.local_code)
                dueSince.set(row.local_code, schedule.now())
              }
            return released
          }
          return { ...lease, ledger: { ...lease.ledger, releasePlanned } }
        },
      },
      engine: engine.forWorker(),
      tenants: Object.fromEntries(names.map((name, tenant) => [name, tenantOf(name, tenant + 1, actor, clock)])),
      clock,
      name: actor.name,
      slices: options.slices,
      sliceMs: 15_000,
      signal: stop.signal,
      onSlice: ({ tenant }) => void slices.set(tenant, (slices.get(tenant) ?? 0) + 1),
    })
  })
  const seen = new Set<string>()
  while (schedule.now() < end) if (!(await schedule.step())) break
  stop.abort()
  for (let left = 0; left < 5000; left++) if (!(await schedule.step())) break
  await Promise.allSettled(working)
  return { delays, slices }
}

/** What pg-boss promises of a queue whose policy is `exclusive`, and of a plan. */
function engineInMemory(schedule: Schedule): { forWorker(): JobEngine } {
  const waiting = new Map<string, string[]>()
  const taken = new Set<string>()
  const planned = new Set<string>()
  const enqueue = (tenant: string, slice: string) => {
    const name = `${tenant}\n${slice}`
    if (taken.has(name)) return false
    taken.add(name)
    waiting.set(tenant, [...(waiting.get(tenant) ?? []), slice])
    return true
  }
  return {
    forWorker: () => ({
      start: async () => {},
      enqueue: async (tenant, slice) => enqueue(tenant, slice),
      async fetch(tenant) {
        const [slice, ...others] = waiting.get(tenant) ?? []
        if (slice === undefined) return undefined
        waiting.set(tenant, others)
        return { tenant, slice, touch: async () => true, end: async () => void taken.delete(`${tenant}\n${slice}`) }
      },
      async schedule(tenant, slice) {
        const name = `${tenant}\n${slice}`
        if (planned.has(name)) return
        planned.add(name)
        const again = async (): Promise<void> => {
          await schedule.sleep(undefined, READ_EVERY_MS)
          enqueue(tenant, slice)
          return again()
        }
        void again()
      },
      stop: async () => {},
    }),
  }
}

/** A source whose dossiers come up one after the other. */
function appearing(all: readonly { readonly at: number; readonly dossier: Dossier }[], schedule: Schedule): DossierSource {
  return {
    epoch: 'appearing/1',
    async *changes(cursor) {
      const read = Number((cursor as { read?: number } | null)?.read ?? 0)
      const here = all.filter(({ at }) => at <= schedule.now())
      yield { items: here.slice(read).map(itemOf), cursor: { read: here.length }, end: 'caught-up' }
    },
  }
}

function itemOf({ dossier }: { readonly dossier: Dossier }): SourceItem {
  const { localCode, agency, procedure, channel, receivedAt, sourceId } = dossier
  return {
    bytes: sourceId,
    place: sourceId,
    read: () => ({
      ok: true,
      findings: [],
      value: {
        key: sourceId,
        traits: { localCode, agencyCode: agency.code, procedureCode: procedure.localCode, channel, receivedAt, flags: [] },
        map: async () => ({ ok: true, value: dossier, findings: [] }),
      },
    }),
  }
}

/** Answers after a while, or never, behind the circuit breaker that every client has. */
function slowPortal(
  actor: Actor,
  schedule: Schedule,
  clock: Clock,
  answerMs: number,
  hangs: boolean,
  onArrival: (code: string) => void,
): PaperPortal {
  const portal = paperPortal({ now: schedule.now })
  const breaker = breaking({ failures: 5, restMs: 30_000 }, clock)
  const details = { system: 'national-portal', operation: 'DongBoHoSoMC', values: { host: 'portal.test', cause: 'time-out', failures: 5 } }
  const call = async <T>(code: string, apply: () => Promise<T>): Promise<T> => {
    const rest = breaker.restLeft()
    if (rest > 0) throw new LienthongError('transport.circuit_open', { ...details, retryAfterMs: rest })
    return breaker.run(async () => {
      await schedule.sleep(actor, hangs ? TIMEOUT_MS : answerMs)
      if (hangs) throw new LienthongError('transport.unanswered', details)
      onArrival(code)
      return apply()
    })
  }
  const own: Pick<PaperPortal, 'submit' | 'addSteps' | 'lookUp'> = {
    submit: (record, how) => call(record.code, () => portal.submit(record, how)),
    addSteps: (steps, how) => call(steps[0]?.code ?? '', () => portal.addSteps(steps, how)),
    lookUp: (code) => call(code, () => portal.lookUp(code, {})),
  }
  return Object.assign(Object.create(portal) as PaperPortal, own)
}
