import type { Kysely, Transaction } from 'kysely'

/**
 * Serialises every write of a ledger and commits what came in together as one transaction: sixteen parallel sends then
 * cost one flush to disk, not sixteen. A change that throws undoes itself alone.
 */
export interface GroupCommit<Tables> {
  /** Resolves when the change is durable. */
  write<T>(change: (transaction: Transaction<Tables>) => Promise<T>): Promise<T>
}

interface Waiting<Tables> {
  run(transaction: Transaction<Tables>): Promise<void>
  done(): void
  fail(error: unknown): void
}

export function groupCommit<Tables>(db: Kysely<Tables>, largestGroup = 64): GroupCommit<Tables> {
  const queue: Waiting<Tables>[] = []
  let flushing = false

  const flush = async () => {
    while (queue.length > 0) {
      const group = queue.splice(0, largestGroup)
      try {
        await db.transaction().execute(async (transaction) => {
          for (const change of group) await change.run(transaction)
        })
        for (const change of group) change.done()
      } catch (error) {
        if (group.length === 1) group[0]?.fail(error)
        else await oneByOne(group)
      }
    }
    flushing = false
  }

  const oneByOne = async (group: readonly Waiting<Tables>[]) => {
    for (const change of group) {
      try {
        await db.transaction().execute((transaction) => change.run(transaction))
        change.done()
      } catch (error) {
        change.fail(error)
      }
    }
  }

  return {
    write: (change) =>
      new Promise((resolve, reject) => {
        let result: Awaited<ReturnType<typeof change>>
        queue.push({
          async run(transaction) {
            result = await change(transaction)
          },
          done: () => resolve(result),
          fail: reject,
        })
        if (flushing) return
        flushing = true
        // After the sockets that are ready now were read: their results join this group.
        setImmediate(() => void flush())
      }),
  }
}
