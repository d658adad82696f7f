import { describe, expect, test } from 'vitest'
import { BrokenPromise, type SourceCasesOptions, sourceCases } from '../../src/testing/index.js'
import { type Defect, paperSystem } from './paper-system.js'

/** Every case against a world of its own: the names of those that are broken, kept and not run. */
async function verdict(options: () => SourceCasesOptions) {
  const broken: string[] = []
  const found: string[] = []
  const notRun: string[] = []
  const cases = sourceCases(options())
  for (const [index, { name }] of cases.entries()) {
    const one = sourceCases(options())[index]
    try {
      const outcome = await one?.run()
      if (outcome !== 'kept') notRun.push(name)
    } catch (error) {
      if (!(error instanceof BrokenPromise)) throw error
      broken.push(name)
      found.push(...error.found)
    }
  }
  return { broken, found, notRun, count: cases.length }
}

const withDefect = (defect?: Defect) => () => {
  const system = paperSystem()
  return { open: () => system.open(defect), world: { ...system, open: undefined }, patienceMs: 200 }
}

describe('the cases of a source', () => {
  describe('one that keeps its promises', () => {
    for (const { name, run } of sourceCases({ open: () => one.open(), world: () => anew() })) test(name, (context) => run(context).then(expectKept))
    let one = paperSystem()
    const anew = () => {
      one = paperSystem()
      return one
    }
    const expectKept = (outcome: unknown) => expect(outcome).toBe('kept')
  })

  test('are all tried where the world can do everything', async () => {
    expect((await verdict(withDefect())).notRun).toEqual([])
  })

  test.each<[Defect, RegExp]>([
    ['volatile bytes', /bytes differ between two readings/],
    ['an empty key', /the key is empty/],
    ['one key for several records', /the key of another record/],
    ['a new key each reading', /keys change, or records are lost/],
    ['keys of places', /its bytes differ|the key of another record|was removed, and is still shown/],
    ['no words for what cannot be read', /nothing is said of it|without a finding that says why/],
    ['words in one language', /lacks its text or its hint/],
    ['no place', /without a place/],
    ['one bad record ends the reading', /the reading breaks off/],
    ['a bad record passed over', /nothing is said of it/],
    ['mapping that throws', /mapping throws/],
    ['a dossier with another id', /its dossier has the source id/],
    ['mapping with the clock', /mapped twice, it is not the same/],
    ['a cursor that JSON changes', /comes back from JSON/],
    ['no cursor', /comes back from JSON/],
    ['a cursor that runs ahead', /started again at its cursor, .* never shown/],
    ['a cursor that stays ahead of late entries', /entered late: .* not shown/],
    ['a cursor of filing days only', /changed or added since: .* not shown/],
    ['the last page left out', /not shown: /],
    ['no word at the end', /the last batch said that more follows/],
    ['more after the end', /a batch follows one that said it was the last/],
    ['complete although only what changed was read', /would count as gone/],
    ['complete although it failed', /the world failed after .* ended with “complete”/],
    ['caught up although it failed', /the world failed after .* ended with “caught-up”/],
    ['an error of its own kind', /no LienthongError/],
    ['pages by number', /the list moved behind batch/],
    ['read once only', /read again from the start/],
    ['other bytes for one', /other bytes than a reading/],
    ['one for a key that nobody has', /a key that nobody has/],
    ['the removed one kept', /get still gives it/],
    ['living ones called gone', /called gone/],
    ['deaf to the signal', /it gave \d+ more|ended with “complete”/],
    ['a call without the signal', /the signal must reach the call/],
    ['everything in one batch', /memory would grow/],
    ['an epoch of the day', /every start would map everything again/],
    ['no second mark', /the second time/],
    ['marks in the bytes', /would be sent again after every pass/],
    ['marks on what changed', /instead of “changed-since”/],
    ['fewer outcomes than marks', /3 marks, 2 outcomes/],
    ['marks for nobody', /instead of “gone”/],
  ])('catch %s', async (defect, says) => {
    const { found } = await verdict(withDefect(defect))
    expect(found.join('\n')).toMatch(says)
  })

  test('that need what the world lacks say so, through the runner’s skip', async () => {
    const system = paperSystem()
    const whys: string[] = []
    const context = { skip: (why: string) => whys.push(why) }
    for (const { run } of sourceCases({ open: () => system.open() })) await run(context)
    expect(whys).toContain('it needs `failAfter` of the world')
    expect(whys).toContain('it needs `moveWhileReading`, or `remove`, of the world')
  })

  test('that need what the source lacks say so', async () => {
    const system = paperSystem()
    const open = () => {
      const { epoch, changes } = system.open()
      return { epoch, changes }
    }
    const outcomes = await Promise.all(sourceCases({ open }).map(({ run }) => run()))
    expect(outcomes).toContainEqual({ notRun: 'the source has no `get`' })
    expect(outcomes).toContainEqual({ notRun: 'the source has no `writeBack`' })
  })
})
