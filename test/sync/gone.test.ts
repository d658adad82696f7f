/** Dossiers that their source does not have any more. */
import { describe, expect, test } from 'vitest'
import { LienthongError } from '../../src/base/index.js'
import { type DossierSource, runPass } from '../../src/sync/index.js'
import { keyFilter } from '../../src/sync/key-filter.js'
import { card, type Office, openOffice, TENANT } from './office.js'

const cards = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => card(from + index))

async function listed({ ledger }: Office) {
  const rows = await ledger.db.selectFrom('gone').selectAll().orderBy('source_id').execute()
  return rows.map(({ source_id, told_by, run, since }) => ({ id: source_id, told_by, run, since }))
}

describe('a dossier that a whole reading does not show', () => {
  test('is listed with the reading that missed it, and nothing is sent or changed by that', async () => {
    const office = await openOffice({ cards: cards(1, 30) })
    await office.run()
    const before = await office.row('uid-3')
    const calls = office.portal.calls.length
    office.cards.cards = cards(4, 30)
    office.clock.advance(1000)
    expect(await office.run()).toMatchObject({ outcome: 'done', runs: [{ gone: { listed: 3, back: 0, warning: undefined }, failed: 0, pending: 0 }] })
    expect(await listed(office)).toEqual([1, 2, 3].map((n) => ({ id: `uid-${n}`, told_by: 'reading', run: 2, since: office.clock.now() })))
    expect(office.portal.calls).toHaveLength(calls)
    expect(await office.row('uid-3')).toEqual(before)
    // Listed once, with its first day.
    office.clock.advance(1000)
    expect(await office.run()).toMatchObject({ runs: [{ gone: { listed: 0 } }] })
    expect((await listed(office))[0]?.run).toBe(2)
  })

  test.each([['as it was'], ['changed']])('is taken off the list when it is shown again, %s', async (how) => {
    const office = await openOffice({ cards: cards(1, 3) })
    await office.run()
    office.cards.cards = cards(2, 3)
    await office.run()
    expect(await listed(office)).toHaveLength(1)
    office.cards.cards = [card(1, how === 'changed' ? { summary: 'khác' } : {}), ...cards(2, 3)]
    expect(await office.run()).toMatchObject({ runs: [{ gone: { listed: 0, back: 1 } }] })
    expect(await listed(office)).toEqual([])
  })

  test('is not listed by a reading that broke off, that was limited, or that looked for one dossier', async () => {
    const office = await openOffice({ cards: cards(1, 9) })
    await office.run()
    office.cards.cards = cards(4, 9)
    office.cards.breakdown = { after: 3, error: new LienthongError('transport.unreachable', { values: { host: 'x', cause: 'y' } }) }
    await office.run()
    office.cards.breakdown = undefined
    await office.run({ limit: 100 })
    await office.run({ only: card(5).dossier.localCode ?? '' })
    expect(await listed(office)).toEqual([])
  })

  test('is not listed when it was out of scope and never sent', async () => {
    const office = await openOffice({ cards: [card(1, {}, { flags: ['test'] }), card(2)] })
    await office.run()
    office.cards.cards = [card(2)]
    await office.run()
    expect(await listed(office)).toEqual([])
  })

  test('is told from one that cannot be read any more, by name; where there is no name, nothing is concluded', async () => {
    const office = await openOffice({ cards: cards(1, 3) })
    await office.run()
    office.cards.cards = [card(1), { ...card(2), broken: 'read' }]
    const report = await office.run()
    expect(report).toMatchObject({ outcome: 'incomplete', runs: [{ gone: { listed: 0, warning: { code: 'sync.gone_unclear' } } }] })
    // Also when the same record is there the next time.
    expect(await office.run()).toMatchObject({ runs: [{ gone: { listed: 0, warning: { code: 'sync.gone_unclear' } } }] })
    expect(await listed(office)).toEqual([])
    office.cards.cards = [card(1), { ...card(2, { summary: 'hỏng' }), broken: 'read', named: 'uid-2' }]
    expect(await office.run()).toMatchObject({ runs: [{ gone: { listed: 1, warning: undefined } }] })
    expect(await listed(office)).toMatchObject([{ id: 'uid-3' }])
  })
})

test('a reading that misses too many lists none of them, says so, and everything else goes on', async () => {
  const office = await openOffice({ cards: cards(1, 60) })
  await office.run()
  office.cards.cards = [...cards(14, 60), card(61)]
  const report = await office.run()
  expect(report).toMatchObject({
    outcome: 'incomplete',
    tally: { confirmed: 1 },
    runs: [{ error: undefined, gone: { listed: 0, warning: { code: 'sync.too_many_gone', values: { missing: 13, known: 61, limit: 20 } } } }],
  })
  expect(await listed(office)).toEqual([])
  const raised = { ...office.sync, settings: { ...office.sync.settings, maxGone: 0.3 } }
  expect(await runPass(raised)).toMatchObject({ outcome: 'done', runs: [{ gone: { listed: 13 } }] })
})

describe('a deletion that the source tells of', () => {
  const telling = (office: Office, gone: readonly string[]): DossierSource => ({
    epoch: 'cards/1',
    async *changes(cursor) {
      for await (const batch of office.cards.changes(null, { open: async function* () {} })) yield { ...batch, cursor, end: 'more' }
      yield { items: [], cursor, end: 'caught-up', gone }
    },
  })

  test('is listed as such, without a whole reading; of dossiers that were never seen nothing is', async () => {
    const office = await openOffice({ cards: cards(1, 3) })
    await office.run()
    office.cards.cards = cards(2, 3)
    const sync = { ...office.sync, sources: { cards: telling(office, ['uid-1', 'never seen']) } }
    await runPass(sync)
    expect(await listed(office)).toMatchObject([{ id: 'uid-1', told_by: 'source' }])
    office.cards.cards = cards(1, 3)
    await runPass({ ...sync, sources: { cards: telling(office, []) } })
    expect(await listed(office)).toEqual([])
    expect(await office.ledger.countGone(TENANT, 'cards')).toBe(0)
  })
})

describe('the memory of what was seen', () => {
  test('forgets nothing, grows to a bound, and takes others for each other with another salt', () => {
    const [one, other] = [keyFilter('one'), keyFilter('other')]
    const seen = (n: number) => `uid-${n}`
    for (let n = 0; n < 100_000; n++) {
      one.add(seen(n))
      other.add(seen(n))
    }
    expect(Array.from({ length: 100_000 }, (_, n) => n).filter((n) => !one.has(seen(n)))).toEqual([])
    const taken = (filter: typeof one) => Array.from({ length: 200_000 }, (_, n) => `gone-${n}`).filter((key) => filter.has(key))
    const [first, second] = [taken(one), new Set(taken(other))]
    expect(first.length).toBeLessThan(200)
    expect(first.filter((key) => second.has(key))).toEqual([])
  })
})
