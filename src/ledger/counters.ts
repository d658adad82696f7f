import { sql, type Transaction } from 'kysely'
import { type LedgerTables, type VersionCounter, versionCounters } from './schema.js'

/** Collects what a group of changes does to the counters of the runs, and writes each run once. */
export interface CounterChanges {
  add(run: number, counter: VersionCounter, by?: number): void
  /** A version moves from one bucket to another; both belong to the run that read it. */
  move(run: number, from: VersionCounter, to: VersionCounter): void
  apply(transaction: Transaction<LedgerTables>): Promise<void>
}

export function counterChanges(): CounterChanges {
  const byRun = new Map<number, Partial<Record<VersionCounter, number>>>()
  const add = (run: number, counter: VersionCounter, by = 1) => {
    const changes = byRun.get(run) ?? {}
    changes[counter] = (changes[counter] ?? 0) + by
    byRun.set(run, changes)
  }
  return {
    add,
    move(run, from, to) {
      add(run, from, -1)
      add(run, to, 1)
    },
    async apply(transaction) {
      for (const [run, changes] of byRun) {
        const changed = versionCounters.filter((counter) => changes[counter])
        if (changed.length === 0) continue
        const assignments = sql.join(changed.map((counter) => sql`${sql.ref(counter)} = ${sql.ref(counter)} + ${changes[counter] ?? 0}`))
        await sql`update runs set ${assignments} where id = ${run}`.execute(transaction)
      }
    },
  }
}
