/** What the write-back promises: marks may come twice, change no record, and stay away from what changed since. */
import type { DossierSource, SyncMark } from '../../sync/index.js'
import type { CaseDefinition, Trial } from './case.js'
import { digestOf, type Known, knownAfter, named, readThrough, someOf } from './reading.js'

export const markCases: readonly CaseDefinition[] = [
  {
    name: 'marks are written, one outcome each, and may come again',
    async body(trial) {
      const { world, broken } = trial
      const { source, writeBack, marks } = await someMarks(trial)
      for (const time of ['first', 'second'] as const) {
        const outcomes = await writeBack.call(source, marks, {})
        if (outcomes.length !== marks.length) broken(`${marks.length} marks, ${outcomes.length} outcomes`)
        const bad = marks.filter((_, index) => outcomes[index] !== 'written').map(({ key }) => key)
        if (bad.length > 0) broken(`the ${time} time, ${named(bad)} are not “written”`)
        const kept = await world.marks?.()
        if (kept === undefined) continue
        const unmarked = marks.filter(({ key, nationalCode }) => kept[key] !== nationalCode).map(({ key }) => key)
        if (unmarked.length > 0) broken(`the ${time} time, the source does not hold the marks of ${named(unmarked)}`)
      }
    },
  },
  {
    name: 'a mark changes no bytes: what was synced is not read as changed',
    async body(trial) {
      const { open, broken } = trial
      const { source, writeBack, marks, known } = await someMarks(trial)
      await writeBack.call(source, marks, {})
      const after = knownAfter(await readThrough(await open()))
      const differing = [...known].filter(([key, { digest }]) => after.get(key)?.digest !== digest).map(([key]) => key)
      if (differing.length > 0) broken(`${named(differing)} would be sent again after every pass`)
    },
  },
  {
    name: 'what changed since it was sent is not marked',
    needs: ['change'],
    async body(trial) {
      const { world, broken } = trial
      const { source, writeBack, marks } = await someMarks(trial)
      const [victim] = marks as [SyncMark]
      const before = (await world.marks?.())?.[victim.key]
      await world.change?.(victim.key)
      const [outcome] = await writeBack.call(source, [{ ...victim, nationalCode: OTHER_CODE }], {})
      if (outcome !== 'changed-since')
        broken(`${victim.key} changed after it was sent, and its mark is “${String(outcome)}” instead of “changed-since”`)
      const kept = (await world.marks?.())?.[victim.key]
      if (world.marks !== undefined && kept !== before && kept === OTHER_CODE)
        broken(`${victim.key} changed after it was sent, and is marked as synced`)
    },
  },
  {
    name: 'a mark for a dossier that is not there is “gone”',
    needs: ['remove'],
    async body(trial) {
      const { world, broken } = trial
      const { source, writeBack, marks } = await someMarks(trial)
      const victim = marks.at(-1) as SyncMark
      await world.remove?.(victim.key)
      const outcomes = await writeBack.call(source, marks, {})
      if (outcomes.at(-1) !== 'gone') broken(`${victim.key} was removed, and its mark is “${String(outcomes.at(-1))}” instead of “gone”`)
      const others = marks.slice(0, -1).filter((_, index) => outcomes[index] !== 'written')
      if (others.length > 0) broken(`${victim.key} was removed, and ${named(others.map(({ key }) => key))} are not “written”`)
    },
  },
]

/** Nobody's: 0999 numbers are made up. */
const OTHER_CODE = '000.00.00.H99-991231-0999'

interface Marking {
  readonly source: DossierSource
  readonly writeBack: NonNullable<DossierSource['writeBack']>
  readonly marks: readonly SyncMark[]
  readonly known: ReadonlyMap<string, Known>
}

async function someMarks({ open, notRun }: Trial): Promise<Marking> {
  const source = await open()
  const { writeBack } = source
  if (writeBack === undefined) return notRun('the source has no `writeBack`')
  const known = knownAfter(await readThrough(source))
  const marks = someOf([...known], 3).map(([key, { digest, localCode }]): SyncMark => {
    return { key, localCode, nationalCode: localCode ?? OTHER_CODE, holds: (bytes) => digestOf(bytes) === digest }
  })
  if (marks.length === 0) return notRun('it needs a record')
  return { source, writeBack, marks, known }
}
