/** What sources that take marks are told, and single dossiers that sources can be asked for. */
import { describe, expect, test } from 'vitest'
import { LienthongError } from '../../src/base/index.js'
import { type DossierSource, type MarkOutcome, runPass, type SyncMark, type TenantSync } from '../../src/sync/index.js'
import { card, codeOf, type Office, openOffice, steps, TENANT } from './office.js'
import { PowerCut } from './paper-portal.js'

/** A card index that keeps a tick on each card that is at the portal. */
interface Ticked {
  readonly office: Office
  readonly source: DossierSource
  readonly ticks: Map<string, string>
  /** Each call, with the keys it told of. */
  readonly told: string[][]
  answer: (mark: SyncMark) => MarkOutcome
  run(changes?: Partial<TenantSync>): ReturnType<typeof runPass>
}

async function ticked(office: Office, more: Partial<TenantSync> = {}): Promise<Ticked> {
  const { cards } = office
  const ticks = new Map<string, string>()
  const told: string[][] = []
  const source: DossierSource = {
    epoch: cards.epoch,
    changes: (cursor, options) => cards.changes(cursor, options),
    async writeBack(marks) {
      told.push(marks.map(({ key }) => key))
      return marks.map((mark) => {
        const outcome = world.answer(mark)
        if (outcome === 'written') ticks.set(mark.key, mark.nationalCode)
        return outcome
      })
    },
  }
  const world: Ticked = {
    ...{ office, source, ticks, told },
    answer({ key, holds }) {
      const found = cards.cards.find(({ dossier }) => dossier.sourceId === key)
      if (found === undefined) return 'gone'
      return holds(JSON.stringify({ dossier: found.dossier, flags: found.flags ?? [], broken: found.broken })) ? 'written' : 'changed-since'
    },
    run: (changes) => runPass({ ...office.sync, production: true, sources: { cards: source }, ...more, ...changes }),
  }
  return world
}

describe('a source that takes marks', () => {
  test('is told once of each dossier that is at the portal, under its number there, and again after each change', async () => {
    const office = await openOffice({
      cards: [card(1, { steps: steps(2) }), card(2), card(3, {}, { flags: ['test'] }), card(4, {}, { broken: 'map' })],
    })
    const { run, ticks, told } = await ticked(office)
    expect(await run()).toMatchObject({ marks: [{ source: 'cards', written: 2, later: 0, gone: 0, error: undefined }] })
    expect([...ticks]).toEqual([
      ['uid-1', codeOf(1)],
      ['uid-2', codeOf(2)],
    ])
    await run()
    expect(told).toHaveLength(1)
    office.cards.cards = office.cards.cards.with(1, card(2, { summary: 'bản 2' }))
    await run()
    expect(told).toEqual([['uid-1', 'uid-2'], ['uid-2']])
  })

  test('is told nothing of what the portal did not take', async () => {
    const office = await openOffice({ cards: [card(1), card(2)], fault: ({ code }) => (code === codeOf(1) ? 'throttled' : 'reject') })
    const { run, told } = await ticked(office, { settings: { patienceMs: 0 } })
    await run()
    expect(told).toEqual([])
  })

  test('is told of nothing in a rehearsal, unless that is asked for; never at all where that is', async () => {
    const office = await openOffice({ cards: [card(1)] })
    const { run, told } = await ticked(office)
    expect(await run({ production: false })).toMatchObject({ marks: [] })
    await run({ settings: { writeBack: 'never' } })
    expect(told).toEqual([])
    await run({ production: false, settings: { writeBack: 'always' } })
    expect(told).toEqual([['uid-1']])
  })

  test('is told of everything that was sent before it took marks', async () => {
    const office = await openOffice({ cards: [card(1), card(2)] })
    await office.run()
    const { run, told } = await ticked(office)
    await run()
    expect(told).toEqual([['uid-1', 'uid-2']])
  })

  test('that fails keeps nothing from being sent, and is told later', async () => {
    const office = await openOffice({ cards: [card(1), card(2)] })
    const world = await ticked(office)
    const away = new LienthongError('transport.unreachable', { values: { host: 'x', cause: 'y' } })
    world.answer = ({ key }) => (key === 'uid-1' ? away : 'written')
    expect(await world.run()).toMatchObject({ outcome: 'done', tally: { confirmed: 2 }, marks: [{ written: 1, later: 1, error: away }] })
    world.answer = () => {
      throw away
    }
    office.cards.cards = [card(1), card(2), card(3)]
    expect(await world.run()).toMatchObject({ outcome: 'done', tally: { confirmed: 1 }, marks: [{ written: 0, later: 1, error: away }] })
    world.answer = () => 'written'
    expect(await world.run()).toMatchObject({ marks: [{ written: 0 }] })
    office.clock.advance(60_000)
    expect(await world.run()).toMatchObject({ marks: [{ written: 2, error: undefined }] })
    expect([...world.ticks.keys()].sort()).toEqual(['uid-1', 'uid-2', 'uid-3'])
  })

  test('that answers for too few is asked again for the rest', async () => {
    const office = await openOffice({ cards: [card(1), card(2)] })
    const world = await ticked(office)
    const short: DossierSource = { ...world.source, writeBack: async () => ['written'] }
    expect(await world.run({ sources: { cards: short } })).toMatchObject({ marks: [{ written: 1, later: 1 }] })
  })

  test('whose password was refused is not shown it again', async () => {
    const office = await openOffice({ cards: [card(1)] })
    const world = await ticked(office)
    let tries = 0
    const refusing: DossierSource = {
      ...world.source,
      account: 'one',
      async writeBack() {
        tries += 1
        throw new LienthongError('transport.unauthorized', { values: { host: 'x', status: 401 } })
      },
    }
    await world.run({ sources: { cards: refusing } })
    await world.run({ sources: { cards: refusing } })
    expect(tries).toBe(1)
  })

  test('that has something newer is told after that was sent; one that has no such dossier puts it on the list of those that are gone', async () => {
    const office = await openOffice({ cards: [card(1), card(2)] })
    const world = await ticked(office)
    const { answer } = world
    world.answer = (mark) => {
      office.cards.cards = [card(1, { summary: 'bản 2' })]
      return answer(mark)
    }
    expect(await world.run()).toMatchObject({ marks: [{ written: 0, later: 1, gone: 1 }] })
    expect(await office.ledger.db.selectFrom('gone').select(['source_id', 'told_by']).execute()).toEqual([
      { source_id: 'uid-2', told_by: 'write-back' },
    ])
    await world.run()
    expect(world.told.at(-1)).toEqual(['uid-1'])
    expect(world.ticks.has('uid-1')).toBe(true)
  })

  test.each([['before the marks were noted'], ['before the source was told']])('is told after a crash %s', async (when) => {
    const office = await openOffice({ cards: [card(1)] })
    const world = await ticked(office)
    const dying = {
      ...office.ledger,
      async settleMarks() {
        throw new PowerCut()
      },
      async dueMarks(...asked: Parameters<typeof office.ledger.dueMarks>) {
        if (when === 'before the source was told') throw new PowerCut()
        return office.ledger.dueMarks(...asked)
      },
    }
    await expect(world.run({ ledger: dying })).rejects.toThrow(PowerCut)
    expect(office.portal.books.get(codeOf(1))?.creates).toBe(1)
    const calls = office.portal.calls.length
    await world.run()
    expect(world.ticks.get('uid-1')).toBe(codeOf(1))
    expect(office.portal.calls).toHaveLength(calls)
    expect(world.told.length).toBe(when === 'before the source was told' ? 1 : 2)
  })

  test('a source that takes none costs no row', async () => {
    const office = await openOffice({ cards: [card(1)] })
    await office.run()
    expect(await office.ledger.db.selectFrom('marks').selectAll().execute()).toEqual([])
  })

  test('is told of many in handfuls', async () => {
    const office = await openOffice({ cards: Array.from({ length: 250 }, (_, n) => card(n + 1)) })
    const { run, told } = await ticked(office)
    await run()
    expect(told.map((keys) => keys.length)).toEqual([100, 100, 50])
  })
})

describe('a source that can be asked for one dossier', () => {
  /** Shows what changed since the cursor, and single cards. */
  async function askable(cards: Office['cards']['cards']) {
    const office = await openOffice({ cards })
    const asked: string[] = []
    let readings = 0
    const items = async () => {
      const found = []
      for await (const batch of office.cards.changes(null, { open: async function* () {} })) found.push(...batch.items)
      return found
    }
    const source: DossierSource = {
      epoch: 'cards/1',
      async *changes(cursor) {
        readings += 1
        const read = Number(cursor ?? 0)
        yield { items: (await items()).slice(read), cursor: office.cards.cards.length, end: 'caught-up' }
      },
      async get(key) {
        asked.push(key)
        const index = office.cards.cards.findIndex(({ dossier }) => dossier.sourceId === key)
        return (await items())[index] ?? null
      },
    }
    const sync = { ...office.sync, sources: { cards: source } }
    return { office, sync, asked, readings: () => readings }
  }

  test('is asked for what somebody put back in the queue, and shows nothing else', async () => {
    const { office, sync, asked } = await askable([card(1, {}, { broken: 'map' }), card(2)])
    expect(await runPass(sync)).toMatchObject({ failing: 1 })
    office.cards.cards = [card(1), card(2)]
    await runPass(sync)
    expect(asked).toEqual([])
    await office.ledger.retryFailures(TENANT, {})
    expect(await runPass(sync)).toMatchObject({ failing: 0, tally: { confirmed: 1 } })
    expect(asked).toEqual(['uid-1'])
    expect(await office.ledger.savedCursor(TENANT, 'cards')).toBe(2)
  })

  test('is asked for the one that --only names, without a reading; the cursor stays', async () => {
    const { office, sync, asked, readings } = await askable([card(1), card(2)])
    await runPass(sync)
    office.cards.cards = [card(1, { summary: 'bản 2' }), card(2, { summary: 'bản 2' }), card(3)]
    expect(await runPass(sync, { only: codeOf(1) })).toMatchObject({ runs: [{ seen: 1, updated: 1 }] })
    expect([asked, readings()]).toEqual([['uid-1'], 1])
    expect(await office.ledger.savedCursor(TENANT, 'cards')).toBe(2)
    // What the ledger does not know yet has to be looked for.
    await runPass(sync, { only: codeOf(3) })
    expect(readings()).toBe(2)
    expect(office.portal.books.has(codeOf(3))).toBe(true)
  })
})
