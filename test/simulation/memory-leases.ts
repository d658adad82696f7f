import { type Clock, LienthongError } from '../../src/base/index.js'
import type { Lease, LeaseTaker, SyncLedger } from '../../src/ledger/index.js'
import { type MemorySession, sessionWork } from './memory-session.js'
import type { MemoryTables } from './memory-tables.js'

export interface MemoryLeaseOptions {
  readonly heartbeatMs: number
  /** The store's own: workers whose clocks differ are judged by one. */
  readonly clock: Pick<Clock, 'now'>
  /** The process that takes leases. Each lease has late writes of its own, as each has a connection of its own. */
  readonly session: MemorySession
}

export function memoryLeases(tables: MemoryTables, connect: (session: MemorySession) => SyncLedger, options: MemoryLeaseOptions): LeaseTaker {
  const { heartbeatMs, clock, session } = options
  const { read, write } = sessionWork(session)

  const leaseOf = (tenant: string, shard: string, epoch: number): Lease => {
    const name = `${tenant}\n${shard}`
    const isOurs = () => tables.shards.get(name)?.epoch === epoch
    const fenced: MemorySession = {
      clock: session.clock,
      vault: session.vault,
      shards: session.shards,
      turn: (...at) => session.turn(...at),
      fence() {
        session.fence?.()
        if (!isOurs()) throw new LienthongError('ledger.lease_lost', { hop: 'ledger', values: { shard, tenant } })
      },
    }
    const change = (values: { readonly heartbeatAt: number; readonly holder?: undefined }) => {
      const held = tables.shards.get(name)
      if (held && isOurs()) tables.shards.set(name, { ...held, ...values })
    }
    return {
      tenant,
      shard,
      epoch,
      ledger: connect(fenced),
      renew: () => sessionWork(fenced).write('renew', () => change({ heartbeatAt: clock.now() })),
      // Giving back what was lost already is no mistake.
      release: () => write('release', () => change({ heartbeatAt: clock.now(), holder: undefined })),
    }
  }

  return {
    heartbeatMs,
    async take(tenant, shard, holder) {
      const name = `${tenant}\n${shard}`
      const epoch = await write('take', () => {
        const held = tables.shards.get(name)
        if (held?.holder !== undefined && clock.now() - held.heartbeatAt <= heartbeatMs) return undefined
        const next = (held?.epoch ?? 0) + 1
        tables.shards.set(name, { epoch: next, holder, heartbeatAt: clock.now() })
        return next
      })
      return epoch === undefined ? undefined : leaseOf(tenant, shard, epoch)
    },
    dueShards: (tenant) =>
      read('dueShards', () => {
        const due = new Set<number>()
        const now = session.clock.now()
        for (const row of tables.dossiers.values()) if (row.tenant === tenant && row.next_at !== null && row.next_at <= now) due.add(row.shard)
        return [...due].sort((a, b) => a - b)
      }),
    reserveTurns: (tenant, system, { perSecond, count }) =>
      write('reserveTurns', () => {
        const name = `${tenant}\n${system}`
        const now = clock.now()
        const interval = 1000 / perSecond
        // A second's turns may go at once; the average holds.
        const earliest = now - Math.max(0, 1000 - interval)
        const first = Math.max(tables.budgets.get(name) ?? earliest, earliest)
        tables.budgets.set(name, first + interval * count)
        return Math.max(0, first - now)
      }),
  }
}
