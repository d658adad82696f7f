/** What holds when the world does not stand still: a source that fails, a list that moves, records that go, a reader that is told to stop. */
import { isLienthongError, systemClock } from '../../base/index.js'
import type { DossierSource } from '../../sync/index.js'
import type { CaseDefinition, SourceWorld, Trial } from './case.js'
import { knownAfter, lacking, lastOf, named, readThrough, restored, type Shown } from './reading.js'
import { sayingOf } from './records.js'

export const troubleCases: readonly CaseDefinition[] = [
  {
    name: 'a reading that fails throws, never ends as if it were whole, and is made good by the next one',
    needs: ['failAfter'],
    async body({ open, world, broken, notRun }) {
      const truth = knownAfter(await readThrough(await open()))
      if (truth.size === 0) return notRun('it needs a record')
      for (const after of new Set([0, Math.floor(truth.size / 2), truth.size - 1])) {
        await world.failAfter?.(after)
        const cut = await readThrough(await open()).finally(() => world.failAfter?.(undefined))
        const last = lastOf(cut)
        if (cut.error === undefined) broken(`the world failed after ${after} of ${truth.size} records, and the reading ended with “${last?.end}”`)
        else if (!isLienthongError(cut.error))
          broken(`the world failed after ${after} records, and what is thrown is no LienthongError: ${sayingOf(cut.error)}`)
        const known = knownAfter(cut)
        const rest = await readThrough(await open(), { cursor: restored(last?.cursor ?? null), known })
        const lost = lacking(truth, known, knownAfter(rest))
        if (lost.length > 0) broken(`after a failure behind ${after} records, the next reading does not show ${named(lost)}`)
      }
    },
  },
  {
    name: 'a list that moves while it is read loses nothing',
    async body(trial) {
      const { open, world, broken, notRun } = trial
      const move = mover(world) ?? notRun('it needs `moveWhileReading`, or `remove`, of the world')
      for (const movedAfter of [1, 2]) {
        const before = knownAfter(await readThrough(await open()))
        const source = await open()
        const moved = await readThrough(source, {
          afterBatch: async (count, shown) => {
            if (count === movedAfter) await move(shown, before.keys())
            return false
          },
        })
        if (moved.batches.length <= movedAfter && moved.error === undefined) {
          if (movedAfter === 1) return notRun('a reading has one batch only; it needs more records, or smaller pages')
          continue
        }
        const truth = knownAfter(await readThrough(await open()))
        const known = knownAfter(moved)
        const unseen = [...truth.keys()].filter((key) => before.has(key) && !known.has(key))
        if (lastOf(moved)?.end === 'complete' && unseen.length > 0)
          broken(`the list moved behind batch ${movedAfter}; the reading ended with “complete” without showing ${named(unseen)}`)
        const rest = await readThrough(await open(), { cursor: restored(lastOf(moved)?.cursor ?? null), known })
        const lost = lacking(truth, known, knownAfter(rest))
        if (lost.length > 0) broken(`the list moved behind batch ${movedAfter}; neither this reading nor the next shows ${named(lost)}`)
      }
    },
  },
  {
    name: 'what was removed is shown no more, and nothing else is called gone',
    needs: ['remove'],
    async body({ open, world, broken, notRun }) {
      const before = await readThrough(await open())
      const known = knownAfter(before)
      for (const key of before.gone) if (known.has(key)) broken(`${key} is shown, and called gone`)
      const victim = before.shown.at(-1)?.key ?? notRun('it needs a record')
      await world.remove?.(victim)
      const source = await open()
      for (const reading of [await readThrough(source), await readThrough(source, { cursor: restored(lastOf(before)?.cursor ?? null), known })]) {
        const shown = knownAfter(reading)
        if (shown.has(victim)) broken(`${victim} was removed, and is still shown`)
        for (const key of reading.gone) if (key !== victim && known.has(key)) broken(`${key} is called gone; only ${victim} was removed`)
      }
      if (source.get !== undefined && (await source.get(victim, {})) !== null) broken(`${victim} was removed, and get still gives it`)
    },
  },
  {
    name: 'told to stop, a reading ends soon and does not claim to be whole',
    async body(trial) {
      const { open, broken } = trial
      const whole = await readThrough(await open())
      const stopped = new AbortController()
      stopped.abort()
      const atOnce = await endOf(await open(), stopped.signal, trial, undefined)
      if (atOnce === 'late') broken(`stopped before it began, it had not ended after ${trial.patienceMs} ms`)
      else if (lastOf(atOnce)?.end === 'complete') broken('stopped before it began, it ended with “complete”')
      const midway = new AbortController()
      const after = await endOf(await open(), midway.signal, trial, () => midway.abort())
      if (after === 'late') broken(`stopped after its first batch, it had not ended after ${trial.patienceMs} ms`)
      else if (whole.batches.length > 3 && after.batches.length > 3) broken(`stopped after its first batch, it gave ${after.batches.length - 1} more`)
    },
  },
  {
    name: 'told to stop, a reading whose system does not answer ends soon',
    needs: ['hang'],
    async body(trial) {
      const { open, world, broken } = trial
      await world.hang?.(true)
      try {
        const told = new AbortController()
        const reading = endOf(await open(), told.signal, trial, undefined)
        // The question is on its way before the order to stop comes.
        await systemClock.sleep(QUESTION_MS)
        told.abort()
        if ((await reading) === 'late') broken(`it had not ended after ${trial.patienceMs} ms: the signal must reach the call`)
      } finally {
        await world.hang?.(false)
      }
    },
  },
]

const QUESTION_MS = 20

/** The reading, or `late`. */
async function endOf(source: DossierSource, signal: AbortSignal, { patienceMs }: Trial, afterFirst: (() => void) | undefined) {
  const over = new AbortController()
  const afterBatch = (count: number) => {
    if (count === 1) afterFirst?.()
    return false
  }
  try {
    return await Promise.race([
      readThrough(source, { signal, afterBatch }),
      systemClock.sleep(patienceMs, over.signal).then(
        () => 'late' as const,
        () => 'late' as const,
      ),
    ])
  } finally {
    over.abort()
  }
}

type Move = (shown: readonly Shown[], all: Iterable<string>) => Promise<unknown>

/** Taking a record away from the front lets all others move up; changing one from the back may bring it to the front. */
function mover({ moveWhileReading, remove, change }: SourceWorld): Move | undefined {
  if (moveWhileReading !== undefined) return async () => moveWhileReading()
  if (remove === undefined) return undefined
  return async (shown, all) => {
    const seen = new Set(shown.map(({ key }) => key))
    const first = shown[0]?.key
    if (first !== undefined) await remove(first)
    const last = [...all].filter((key) => !seen.has(key)).at(-1)
    if (last !== undefined) await change?.(last)
  }
}
