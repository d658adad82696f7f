import type { Kysely, Transaction } from 'kysely'

/**
 * Serialises every write of a ledger and commits what came in together as one transaction: sixteen parallel sends then
 * cost one flush to disk, not sixteen. A change that throws undoes itself alone.
 */
export interface GroupCommit<Tables, Group> {
  /** Resolves when the change is durable. `group` collects what the whole group writes once, at its end. */
  write<T>(change: (transaction: Transaction<Tables>, group: Group) => Promise<T>): Promise<T>
  /**
   * The same, but in no hurry: it joins the next write, or goes when many have come together. For what a crash may forget without harm.
   * Call {@link flush} before awaiting it.
   */
  writeLater<T>(change: (transaction: Transaction<Tables>, group: Group) => Promise<T>): Promise<T>
  flush(): void
  /** Looks at the ledger when no transaction is open: in between, one connection sees its own half-done changes. */
  atRest<T>(look: () => Promise<T>): Promise<T>
}

export interface GroupWork<Tables, Group> {
  /** Called at the start of each transaction: what throws here keeps the whole group from being written. */
  open(transaction: Transaction<Tables>): Group | Promise<Group>
  /** Writes what the changes of the group collected. */
  close(transaction: Transaction<Tables>, group: Group): Promise<void>
  /** Puts into words why a change could not be written. */
  explain(error: unknown): unknown
  /** Milliseconds. */
  now(): number
  /** What becomes of a group whose transaction was undone. Where left out, its changes are written one by one. */
  afterFailure?(explained: unknown): AfterFailure
}

/** `again`: the whole group, a few times. `one-by-one`: one change may be to blame. `give-up`: none of them can be written. */
export type AfterFailure = 'again' | 'one-by-one' | 'give-up'

interface Waiting<Tables, Group> {
  run(transaction: Transaction<Tables>, group: Group): Promise<void>
  done(): void
  fail(error: unknown): void
}

const LARGEST_GROUP = 512
/** How often a group is written in all when others get into its way. */
const TRIES = 4
/** Changes in no hurry that go without waiting for another write: so many, or when the first of them has waited so long. */
const TOGETHER = 256
const LONGEST_WAIT_MS = 100

export function groupCommit<Tables, Group>(db: Kysely<Tables>, work: GroupWork<Tables, Group>): GroupCommit<Tables, Group> {
  const queue: Waiting<Tables, Group>[] = []
  const looks: (() => Promise<void>)[] = []
  let flushing = false
  /** When the first change in no hurry joined the queue. */
  let waitingSince: number | undefined
  const wake = () => {
    if (flushing) return
    flushing = true
    // After the sockets that are ready now were read: their results join this group.
    setImmediate(() => void flush())
  }

  const together = (changes: readonly Waiting<Tables, Group>[]) =>
    db.transaction().execute(async (transaction) => {
      const group = await work.open(transaction)
      for (const change of changes) await change.run(transaction, group)
      await work.close(transaction, group)
    })

  const flush = async () => {
    while (queue.length > 0 || looks.length > 0) {
      for (const look of looks.splice(0)) await look()
      const changes = queue.splice(0, LARGEST_GROUP)
      waitingSince = undefined
      if (changes.length === 0) continue
      await settle(changes)
    }
    flushing = false
  }

  const settle = async (changes: readonly Waiting<Tables, Group>[], tries = 1): Promise<void> => {
    try {
      await together(changes)
      for (const change of changes) change.done()
    } catch (error) {
      const explained = work.explain(error)
      const next = work.afterFailure?.(explained) ?? 'one-by-one'
      if (next === 'again' && tries < TRIES) return settle(changes, tries + 1)
      if (next === 'one-by-one' && changes.length > 1) for (const change of changes) await settle([change])
      else for (const change of changes) change.fail(explained)
    }
  }

  const enqueue = <T>(change: (transaction: Transaction<Tables>, group: Group) => Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      let result: T
      queue.push({
        async run(transaction, group) {
          result = await change(transaction, group)
        },
        done: () => resolve(result),
        fail: reject,
      })
    })

  return {
    write(change) {
      const written = enqueue(change)
      wake()
      return written
    },
    writeLater(change) {
      const written = enqueue(change)
      const now = work.now()
      waitingSince ??= now
      // A clock that was set back makes no wait longer than it is.
      if (queue.length >= TOGETHER || Math.abs(now - waitingSince) >= LONGEST_WAIT_MS) wake()
      return written
    },
    flush: wake,
    atRest: (look) =>
      new Promise((resolve, reject) => {
        looks.push(() => look().then(resolve, reject))
        wake()
      }),
  }
}
