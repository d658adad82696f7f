import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/base/index.js'
import { newLedgerKey, openLedger, parseLedgerKey } from '../../../src/ledger/index.js'
import { memoryStore } from '../../simulation/memory-ledger.js'
import { manualClock } from '../../transport/manual-clock.js'
import { SOURCE, TENANT } from './desk.js'
import { dumpMemory, dumpSql } from './dump.js'
import { type Asked, diceOf, flushed, happenings } from './happenings.js'

const key = parseLedgerKey(newLedgerKey()) as Uint8Array

const story = fc.array(fc.tuple(fc.constantFrom(...Object.keys(happenings)), fc.nat()), { minLength: 5, maxLength: 50 })

test('whatever is asked of the ledger on SQL and of the one in maps, they answer the same and hold the same', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(story, async (steps) => {
      const clock = manualClock()
      const sql = await openLedger({ url: 'sqlite::memory:', key, access: 'write', clock })
      try {
        const store = memoryStore()
        const ownClock = manualClock()
        const maps = store.connect({ clock: ownClock, vault: sql.vault, shards: 1, turn: async () => {} })
        const both: readonly [Asked, Asked] = [
          { ledger: sql, clock, late: [] },
          { ledger: maps, clock: ownClock, late: [] },
        ]
        for (const { ledger } of both) await ledger.startRun(TENANT, SOURCE)
        for (const [name, seed] of steps) {
          const ask = happenings[name]?.(dumpMemory(store), diceOf(seededRandom(seed)), clock.now())
          const [said, saidToo] = [await ask?.(both[0]), await ask?.(both[1])]
          expect(saidToo, name).toEqual(said)
          expect(dumpMemory(store), name).toEqual(await dumpSql(sql.db))
        }
        expect(await flushed(both[1])).toEqual(await flushed(both[0]))
        expect(dumpMemory(store)).toEqual(await dumpSql(sql.db))
      } finally {
        await sql.close()
      }
    }),
    { numRuns: 150 },
  )
})
