import type { Clock } from '../../src/base/index.js'
import type { Vault } from '../../src/ledger/index.js'

export type Moment = 'read' | 'before-commit' | 'after-commit'

/** One process that works with the store. */
export interface MemorySession {
  readonly clock: Clock
  readonly vault: Vault
  /** Of the ledger. */
  readonly shards: number
  /**
   * Awaited around everything that touches the store: whoever schedules the simulation decides here who goes on, and who dies.
   *
   * @throws when the process died: what was to be written was not, or was, as the moment says. It never does anything again.
   */
  turn(moment: Moment, what: string): Promise<void>
  /** Called between the turn before a commit and the commit, with nobody in between: throws when this session may not write any more. */
  fence?(): void
}

/** The reads and writes of one session. Its writes happen in the order in which they were asked for. */
export interface SessionWork {
  read<T>(what: string, look: () => T): Promise<T>
  write<T>(what: string, change: () => T): Promise<T>
  /** Waits for the next write of the session, for {@link flush}, or for company. */
  writeLater<T>(what: string, change: () => T): Promise<T>
  flush(): void
}

interface Waiting {
  readonly what: string
  inNoHurry: boolean
  apply(): void
  done(): void
  fail(error: unknown): void
}

/** Writes in no hurry that go without waiting for another. */
const TOGETHER = 256

export function sessionWork(session: MemorySession): SessionWork {
  let queue: Waiting[] = []
  let writing = false
  let death: { readonly error: unknown } | undefined

  /** What a dead process had in its memory is lost. */
  const die = (error: unknown) => {
    death ??= { error }
    for (const lost of queue.splice(0)) lost.fail(death.error)
  }

  const refuseDead = () => {
    if (death) throw death.error
  }

  const commit = async (together: readonly Waiting[]) => {
    const what = together.at(-1)?.what ?? ''
    try {
      await session.turn('before-commit', what)
      refuseDead()
    } catch (error) {
      die(error)
      for (const one of together) one.fail(error)
      return
    }
    try {
      session.fence?.()
    } catch (error) {
      for (const one of together) one.fail(error)
      return
    }
    for (const one of together) one.apply()
    try {
      await session.turn('after-commit', what)
      refuseDead()
    } catch (error) {
      die(error)
      for (const one of together) one.fail(error)
      return
    }
    for (const one of together) one.done()
  }

  const writeUp = async () => {
    if (writing) return
    writing = true
    while (true) {
      const urgent = queue.findIndex(({ inNoHurry }) => !inNoHurry)
      if (urgent < 0) break
      const together = queue.slice(0, urgent + 1)
      queue = queue.slice(urgent + 1)
      await commit(together)
    }
    writing = false
  }

  const enqueue = <T>(what: string, change: () => T, inNoHurry: boolean) =>
    new Promise<T>((resolve, reject) => {
      refuseDead()
      let result: { readonly value: T } | { readonly error: unknown } | undefined
      queue.push({
        what,
        inNoHurry,
        apply() {
          try {
            result = { value: change() }
          } catch (error) {
            result = { error }
          }
        },
        done() {
          if (result && 'value' in result) resolve(result.value)
          else reject(result?.error)
        },
        fail: reject,
      })
    })

  const flush = () => {
    const last = queue.at(-1)
    if (last) last.inNoHurry = false
    void writeUp()
  }

  return {
    async read(what, look) {
      try {
        refuseDead()
        await session.turn('read', what)
        refuseDead()
      } catch (error) {
        die(error)
        throw error
      }
      return look()
    },
    write(what, change) {
      const written = enqueue(what, change, false)
      void writeUp()
      return written
    },
    writeLater(what, change) {
      const written = enqueue(what, change, true)
      if (queue.length >= TOGETHER) flush()
      return written
    },
    flush,
  }
}
