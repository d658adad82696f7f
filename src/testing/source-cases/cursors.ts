/** What a cursor promises: whoever goes on at it, at any time and in another process, misses nothing. */
import { isDeepStrictEqual } from 'node:util'
import type { CaseDefinition, Trial } from './case.js'
import { type Known, type KnownRecords, knownAfter, lacking, lastOf, named, type Reading, readThrough, restored, someOf } from './reading.js'

export const cursorCases: readonly CaseDefinition[] = [
  {
    name: 'a cursor survives JSON',
    async body({ open, broken }) {
      const { batches } = await readThrough(await open())
      const bad = batches.find(({ cursor }) => JSON.stringify(cursor) === undefined || !isDeepStrictEqual(restored(cursor), cursor))
      if (bad !== undefined) broken('what comes back from JSON is not what was given; keep to texts, numbers, lists and plain objects')
    },
  },
  {
    name: 'it can be read again, also after a reading that was given up',
    async body({ open, broken }) {
      const source = await open()
      const truth = knownAfter(await readThrough(source))
      await readThrough(source, { afterBatch: () => true })
      const again = await readThrough(source)
      const lost = lacking(truth, knownAfter(again))
      if (again.error !== undefined) broken('a reading after one that was given up breaks off')
      if (lost.length > 0) broken(`read again from the start, it does not show ${named(lost)}`)
    },
  },
  {
    name: 'restarted behind any batch it loses nothing',
    async body({ open, broken }) {
      const whole = await readThrough(await open())
      const truth = knownAfter(whole)
      for (const { batch, known, cursor } of stops(whole)) {
        const rest = await readThrough(await open(), { cursor, known })
        const lost = lacking(truth, known, knownAfter(rest))
        if (lost.length > 0) broken(`stopped behind batch ${batch} and started again at its cursor, ${named(lost)} are never shown`)
        if (rest.error !== undefined) broken(`stopped behind batch ${batch}, it cannot be started again at its cursor`)
      }
    },
  },
  {
    name: 'it says “complete” only when everything was shown',
    async body({ open, broken }) {
      const whole = await readThrough(await open())
      const truth = knownAfter(whole)
      for (const { batch, known, cursor } of stops(whole)) {
        const rest = await readThrough(await open(), { cursor, known })
        const shown = knownAfter(rest)
        const unseen = [...truth.keys()].filter((key) => !shown.has(key))
        if (lastOf(rest)?.end === 'complete' && unseen.length > 0)
          broken(`started at the cursor of batch ${batch}, it ends with “complete” without showing ${named(unseen)}: they would count as gone`)
      }
    },
  },
  {
    name: 'what changes after a cursor is shown by whoever goes on at it',
    needs: ['change'],
    async body(trial) {
      const { open, world, broken, notRun } = trial
      const before = await readThrough(await open())
      const known = knownAfter(before)
      const chosen = new Set([before.shown[0]?.key, before.shown.at(-1)?.key].flatMap((key) => key ?? []))
      if (chosen.size === 0) return notRun('it needs a record')
      for (const key of chosen) await world.change?.(key)
      await world.add?.()
      const truth = knownAfter(await readThrough(await open()))
      for (const key of chosen) if (truth.get(key)?.digest === known.get(key)?.digest) broken(`${key} was changed, and its bytes are the same`)
      await goOnEverywhere(trial, before, truth, 'changed or added since')
    },
  },
  {
    name: 'what is added after a cursor is shown by whoever goes on at it',
    needs: ['add'],
    async body(trial) {
      const { open, world, broken } = trial
      const before = await readThrough(await open())
      const key = (await world.add?.()) ?? ''
      const truth = knownAfter(await readThrough(await open()))
      if (!truth.has(key)) broken(`${key} was added, and a reading from the start does not show it`)
      await goOnEverywhere(trial, before, truth, 'added since')
    },
  },
  {
    name: 'what was entered late, with the time of the newest record or before, is shown',
    needs: ['addLate'],
    async body(trial) {
      const { open, world } = trial
      const before = await readThrough(await open())
      await world.addLate?.()
      await goOnEverywhere(trial, before, knownAfter(await readThrough(await open())), 'entered late')
    },
  },
  {
    name: 'pass after pass, each from the cursor of the one before, nothing is lost',
    needs: ['change'],
    async body({ open, world, broken, notRun }) {
      let known: KnownRecords = new Map<string, Known>()
      let cursor: unknown = null
      for (let pass = 1; pass <= 4; pass++) {
        const reading = await readThrough(await open(), { cursor, known })
        known = knownAfter(reading, undefined, known)
        cursor = restored(lastOf(reading)?.cursor ?? null)
        const lost = lacking(knownAfter(await readThrough(await open())), known)
        if (lost.length > 0) broken(`after pass ${pass}, ${named(lost)} are not known as they are`)
        const key = [...known.keys()][(pass * 7) % Math.max(known.size, 1)] ?? notRun('it needs a record')
        await world.change?.(key)
        await world.add?.()
      }
    },
  },
]

interface Stop {
  /** From 1. */
  readonly batch: number
  readonly cursor: unknown
  readonly known: KnownRecords
}

/** Where a reading may be cut off: behind a batch, with what the ledger knows then. */
export function stops(reading: Reading): readonly Stop[] {
  const all = reading.batches.map(({ cursor }, index) => ({ batch: index + 1, cursor: restored(cursor), known: knownAfter(reading, index) }))
  return someOf(all)
}

/** From every cursor of a reading before, what is so now must come to be known. */
async function goOnEverywhere({ open, broken }: Trial, before: Reading, truth: KnownRecords, what: string): Promise<void> {
  for (const { batch, known, cursor } of stops(before)) {
    const rest = await readThrough(await open(), { cursor, known })
    const lost = lacking(truth, known, knownAfter(rest))
    if (lost.length > 0) broken(`${what}: ${named(lost)} are not shown to whoever goes on behind batch ${batch}`)
  }
}
