/** Whose a dossier is that two systems of a province have. */
import { describe, expect, test } from 'vitest'
import { runPass } from '../../src/sync/index.js'
import { card, codeOf, dossier, openOffice, steps, TENANT } from './office.js'
import { PowerCut } from './paper-portal.js'
import { failureOf, twin, twoSources } from './two-sources.js'

const OTHER_CODE = '000.00.12.H99-261122-9001'
const youngOwns = [{ owner: 'young', when: { agency: ['000.00.00.H99'] } }]

describe('one code from two sources', () => {
  test('is sent once; the second says where both are and which setting decides', async () => {
    const office = await twoSources([card(1)], [twin(1)])
    expect(await office.run()).toMatchObject({ tally: { confirmed: 1 }, failing: 1 })
    expect(office.portal.books.get(codeOf(1))).toMatchObject({ creates: 1, updates: 0 })
    const failure = await failureOf(office, 'other-1')
    expect(failure).toMatchObject({ cause: 'conflict.two-sources', stage: 'map', source: 'young' })
    expect(failure?.message).toContain('old')
    expect(failure?.message).toContain('card other-1')
    expect(failure?.hint).toContain(`tenants.${TENANT}.ownership`)
    const calls = office.portal.calls.length
    await office.run()
    expect(office.portal.calls).toHaveLength(calls)
  })

  test.each([
    ['typed in small letters and with blanks', { localCode: ` ${codeOf(1).toLowerCase()} `, nationalCode: null }],
    ['that it would only be sent under', { localCode: 'TTPVHCC-2025-00231' }],
    ['that only the other was sent under', { nationalCode: OTHER_CODE }],
  ])('is found %s', async (_how, changes) => {
    const office = await twoSources([card(1)], [twin(1, changes)])
    await office.run()
    expect((await failureOf(office, 'other-1'))?.cause).toBe('conflict.two-sources')
    expect([...office.portal.books.keys()]).toEqual([codeOf(1)])
  })

  test('goes on by itself when the second gets a code of its own', async () => {
    const office = await twoSources([card(1)], [twin(1)])
    await office.run()
    office.young.cards = [twin(1, { localCode: OTHER_CODE, nationalCode: OTHER_CODE })]
    expect(await office.run()).toMatchObject({ failing: 0 })
    expect([...office.portal.books.keys()]).toEqual([codeOf(1), OTHER_CODE])
  })

  test('goes on by itself when the first gives the code up', async () => {
    const office = await twoSources([card(1)], [twin(1)], { refuses: () => true })
    await office.run()
    office.old.cards = [card(1, { localCode: OTHER_CODE, nationalCode: OTHER_CODE })]
    await office.run()
    expect(await failureOf(office, 'other-1')).toMatchObject({ cause: 'portal.rejected' })
  })

  test('goes on by itself, as an update, when the first is out of scope or gone', async () => {
    const office = await twoSources([card(1), card(2)], [twin(1), twin(2)])
    await office.run()
    office.old.cards = [card(1, {}, { flags: ['copy'] })]
    await office.run()
    expect(await office.run()).toMatchObject({ failing: 0 })
    for (const n of [1, 2]) expect(office.portal.books.get(codeOf(n))).toMatchObject({ creates: 1, updates: 1 })
  })

  test('in one batch of one source is sent once as well', async () => {
    const office = await openOffice({ cards: [card(1), twin(1)] })
    await office.run()
    expect(office.portal.books.get(codeOf(1))).toMatchObject({ creates: 1, updates: 0 })
    expect(await failureOf(office, 'other-1')).toMatchObject({ cause: 'conflict.two-sources' })
  })

  test('asked for once more by a person is still not sent', async () => {
    const office = await twoSources([card(1)], [twin(1)])
    await office.run()
    await office.ledger.retryFailures(TENANT, {})
    expect(await office.run()).toMatchObject({ failing: 1 })
    expect(office.portal.books.get(codeOf(1))).toMatchObject({ creates: 1, updates: 0 })
  })
})

describe('an ownership rule', () => {
  test('gives the dossier to its source, which was read later; the other is skipped', async () => {
    const office = await twoSources([card(1)], [twin(1, { summary: 'bản của hệ thống mới' })], { sync: { ownership: youngOwns } })
    await office.run()
    await office.run()
    expect(office.portal.books.get(codeOf(1))?.record.summary).toBe('bản của hệ thống mới')
    expect(office.portal.books.get(codeOf(1))?.creates).toBe(1)
    expect(await office.row('uid-1')).toMatchObject({ state: 'skipped', reason: 'owned-elsewhere', sent_code: null })
    expect(await office.row('other-1')).toMatchObject({ state: 'confirmed', sent_code: codeOf(1), presence: 'present' })
    expect(await failureOf(office, 'other-1')).toBeUndefined()
  })

  test('that is added ends a conflict with the next pass: an update, never a second dossier, no step twice and none out of order', async () => {
    const office = await twoSources([card(1, { steps: steps(2, 4) })], [twin(1, { steps: steps(2, 4, 6), summary: 'mới' })])
    await office.run()
    expect(office.portal.books.get(codeOf(1))?.steps).toHaveLength(2)
    const { sync } = office
    const ruled = { ...sync, ownership: youngOwns }
    await office.run()
    expect(await runPass(ruled)).toMatchObject({ failing: 0, waiting: 0 })
    const book = office.portal.books.get(codeOf(1))
    expect(book).toMatchObject({ creates: 1, updates: 1 })
    expect(book?.steps).toHaveLength(3)
    office.old.cards = [card(1, { steps: steps(2, 4, 5), summary: 'cũ, sửa sau' })]
    await runPass(ruled)
    expect(office.portal.books.get(codeOf(1))).toMatchObject({ updates: 1 })
    expect(office.portal.books.get(codeOf(1))?.steps).toHaveLength(3)
    expect(await office.row('uid-1')).toMatchObject({ state: 'skipped', reason: 'owned-elsewhere' })
  })

  test('that moves back gives the dossier back', async () => {
    const office = await twoSources([card(1, { summary: 'cũ' })], [twin(1, { summary: 'mới' })])
    await runPass({ ...office.sync, ownership: youngOwns })
    const oldOwns = [{ owner: 'old', when: {} }]
    await runPass({ ...office.sync, ownership: oldOwns })
    await runPass({ ...office.sync, ownership: oldOwns })
    expect(office.portal.books.get(codeOf(1))).toMatchObject({ creates: 1 })
    expect(office.portal.books.get(codeOf(1))?.record.summary).toBe('cũ')
    expect(await office.row('other-1')).toMatchObject({ reason: 'owned-elsewhere' })
  })

  test('that contradicts itself leaves the dossier where it is and tells a person', async () => {
    const contradicting = [
      { owner: 'young', when: { code: '^new-' } },
      { owner: 'old', when: {} },
    ]
    const office = await twoSources([card(1)], [twin(1, { localCode: 'new-1' })], { sync: { ownership: contradicting } })
    for (let n = 0; n < 4; n++) await office.run()
    expect(office.portal.books.get(codeOf(1))).toMatchObject({ creates: 1, updates: 0 })
    expect(await failureOf(office, 'other-1')).toMatchObject({ cause: 'conflict.two-sources' })
  })

  test('gives nothing to a source that could not send it', async () => {
    const office = await twoSources([card(1)], [{ ...twin(1), broken: 'map' }], { sync: { ownership: youngOwns } })
    await office.run()
    await office.run()
    expect(await office.row('uid-1')).toMatchObject({ state: 'confirmed', presence: 'present' })
    expect(await failureOf(office, 'other-1')).toMatchObject({ cause: 'status.unmapped' })
  })

  test('waits while a call of the other may still arrive', async () => {
    let dark = true
    const office = await twoSources([card(1)], [twin(1)], {
      fault: ({ kind }) => (dark && kind !== 'lookup' ? 'power-cut-after-apply' : undefined),
      sync: { ownership: [{ owner: 'old', when: {} }] },
    })
    expect((await office.run()).stopped).toMatchObject({ cause: new PowerCut() })
    dark = false
    await runPass({ ...office.sync, ownership: youngOwns })
    office.clock.advance(200_000)
    await runPass({ ...office.sync, ownership: youngOwns })
    office.clock.advance(200_000)
    await runPass({ ...office.sync, ownership: youngOwns })
    expect(office.portal.books.get(codeOf(1))).toMatchObject({ creates: 1 })
    expect(await office.row('other-1')).toMatchObject({ state: 'confirmed', presence: 'present' })
  })
})

describe('a part of a dossier', () => {
  const part = (n: number, of: number) => ({ ...card(n), parent: codeOf(of) })

  test('that is sent is none of its own, in whatever order they come', async () => {
    for (const cards of [
      [card(1), part(2, 1)],
      [part(2, 1), card(1)],
      [part(2, 1), card(3), card(4), card(5), card(1)],
    ]) {
      const office = await openOffice({ cards })
      await office.run()
      await office.run()
      expect(office.portal.books.has(codeOf(2))).toBe(false)
      expect(await failureOf(office, 'uid-2')).toMatchObject({ cause: 'conflict.part-of-sent', stage: 'map' })
    }
  })

  test('goes by itself when its whole does not, and when a rule says so', async () => {
    const alone = await openOffice({ cards: [part(2, 1), card(1, {}, { flags: ['group'] })] })
    await alone.run()
    expect([...alone.portal.books.keys()]).toEqual([codeOf(2)])
    const ruled = await openOffice({ cards: [card(1), part(2, 1)], sync: { ownership: [{ owner: 'cards', when: { part: true } }] } })
    await ruled.run()
    expect([...ruled.portal.books.keys()]).toEqual([codeOf(1), codeOf(2)])
    const skipped = await openOffice({ cards: [card(1), part(2, 1)], sync: { scope: [{ skip: 'part', when: { part: true } }] } })
    await skipped.run()
    expect(await skipped.row('uid-2')).toMatchObject({ state: 'skipped', reason: 'part' })
  })
})

describe('a dossier that moves', () => {
  test('between agencies is an update of the same dossier', async () => {
    const moved = dossier(1).agency
    const office = await openOffice({ cards: [card(1)] })
    await office.run()
    office.cards.cards = [card(1, { agency: { ...moved, code: '000.00.13.H99', name: 'Xã khác' }, summary: 'đã chuyển' })]
    await office.run()
    expect(office.portal.books.get(codeOf(1))).toMatchObject({ creates: 1, updates: 1 })
  })

  test('to another number after it was sent keeps the one it was sent under, and no other may take that', async () => {
    const office = await twoSources([card(1)], [])
    await office.run()
    office.old.cards = [card(1, { localCode: OTHER_CODE, nationalCode: OTHER_CODE, summary: 'đổi số' })]
    office.young.cards = [twin(1)]
    await office.run()
    expect([...office.portal.books.keys()]).toEqual([codeOf(1)])
    expect(office.portal.books.get(codeOf(1))).toMatchObject({ creates: 1, updates: 1 })
    expect(await failureOf(office, 'other-1')).toMatchObject({ cause: 'conflict.two-sources' })
  })
})
