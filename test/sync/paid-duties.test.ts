import { describe, expect, test } from 'vitest'
import { hours, LienthongError } from '../../src/base/index.js'
import type { Fee, Vnd } from '../../src/domain/index.js'
import { previewPass, runPass } from '../../src/sync/index.js'
import { withPaidDuties } from '../../src/sync/paid-duties.js'
import { card, codeOf, dossier, type Office, TENANT } from './office.js'
import { giveBack, pay, shownOf, type TilledOffice, updates, withTill } from './tilled-office.js'

const fee = (amount: number, name = 'Lệ phí mẫu'): Fee => ({ name, code: 'MAU-01', amount: amount as Vnd, paid: null, collectedAt: null, kind: null })

describe('a bill that was paid', () => {
  test('changes its dossier at the portal, once, although the source shows the same record as before', async () => {
    const all = await withTill([{ fees: null }, { fees: null }])
    const { office } = all
    await office.run()
    expect(shownOf(office, 1)).toEqual({ online: null })
    await pay(all, codeOf(1))
    await office.run()
    expect(shownOf(office, 1)).toEqual({ fees: [150_000], online: 'national' })
    expect(updates(office, 1)).toBe(1)
    const maps = office.cards.opened.maps
    await office.run()
    await office.run()
    expect([updates(office, 1), updates(office, 2), office.cards.opened.maps]).toEqual([1, 0, maps])
    expect(
      await office.ledger.db.selectFrom('dossier_facts').select(['fee_total', 'online_payment']).where('source_id', '=', 'uid-1').execute(),
    ).toEqual([{ fee_total: 150_000, online_payment: 'national' }])
  })

  test('stays paid in every later version of its dossier, also where the source never learns of it', async () => {
    const all = await withTill([{ fees: [] }])
    const { office } = all
    await office.run()
    await pay(all, codeOf(1))
    await office.run()
    office.cards.cards = [card(1, { fees: [], onlinePayment: 'none', status: 9 })]
    await office.run()
    expect(shownOf(office, 1)).toEqual({ fees: [150_000], online: 'national' })
  })

  test('of a dossier that is not there yet is told with its first version', async () => {
    const all = await withTill()
    const { office } = all
    await pay(all, ` ${codeOf(1).toLowerCase()}`)
    await office.run()
    office.cards.cards = [card(1, { fees: null, onlinePayment: null })]
    await office.run()
    expect(shownOf(office, 1)).toEqual({ fees: [150_000], online: 'national' })
    expect(updates(office, 1)).toBe(0)
    expect(await toldTimes(office)).toEqual([true])
  })

  test('while its dossier is being planned is told by the next pass: nothing is taken for told that was not shown', async () => {
    const all = await withTill([{ fees: null }], {}, ({ ledger }) => ledger)
    const { office } = all
    await office.run()
    await pay(all, codeOf(1), 1000)
    const { paidDuties } = office.ledger
    const meanwhile = async () => {
      office.clock.advance(1000)
      await pay(all, codeOf(1), 2000)
      for await (const duties of office.sync.payments?.since(0) ?? []) await office.ledger.keepPaid(TENANT, duties)
    }
    let isPaid = false
    const ledger: typeof office.ledger = {
      ...office.ledger,
      async paidDuties(...asked) {
        const known = await paidDuties(...asked)
        // The citizen pays for something else, and another process takes it over, at the very moment after we looked.
        if (!isPaid) await meanwhile()
        isPaid = true
        return known
      },
    }
    await runPass({ ...office.sync, ledger })
    expect(shownOf(office, 1)).toEqual({ fees: [1000], online: 'national' })
    expect(await toldTimes(office)).toEqual([true, false])
    await office.run()
    expect(shownOf(office, 1)).toEqual({ fees: [1000, 2000], online: 'national' })
    expect(await toldTimes(office)).toEqual([true, true])
  })

  test('is told later where the books of payments cannot be read now; dossiers go on, and the pass says what to do', async () => {
    const all = await withTill([{ fees: null }, { fees: null }])
    const { office } = all
    await office.run()
    await pay(all, codeOf(1))
    await office.run()
    await pay(all, codeOf(2))
    all.away = new LienthongError('ledger.locked', { values: { holder: 'somebody' } })
    office.cards.cards = [card(1, { fees: null, onlinePayment: null, summary: 'bản 2', status: 9 }), card(2, { fees: null, onlinePayment: null })]
    const report = await office.run()
    expect([report.outcome, report.runs[0]?.payments?.code, report.runs[0]?.error]).toEqual(['incomplete', 'ledger.locked', undefined])
    expect([updates(office, 1), updates(office, 2)]).toEqual([2, 0])
    // What was known of them before is still told.
    expect(shownOf(office, 1)).toEqual({ fees: [150_000], online: 'national' })
    all.away = undefined
    expect((await office.run()).outcome).toBe('done')
    expect(shownOf(office, 2)).toEqual({ fees: [150_000], online: 'national' })
  })

  test('of a record that nobody can read is kept until somebody can', async () => {
    const all = await withTill([{ fees: null }])
    const { office } = all
    await office.run()
    await pay(all, codeOf(1))
    office.cards.breakdown = { after: 0, error: new Error('the source is away') }
    await office.run().catch(() => {})
    expect(await toldTimes(office)).toEqual([false])
    office.cards.breakdown = undefined
    await office.run()
    expect(shownOf(office, 1)).toEqual({ fees: [150_000], online: 'national' })
  })

  test('is shown by a dry run, which tells nobody', async () => {
    const all = await withTill([{ fees: null }])
    const { office } = all
    await office.run()
    await pay(all, codeOf(1))
    const shown: unknown[] = []
    await previewPass(office.sync, (_, { action, record }) => void shown.push([action, (record as { summary: string }).summary]))
    expect(shown).toEqual([['update', JSON.stringify({ fees: [150_000], online: 'national' })]])
    expect([updates(office, 1), await toldTimes(office)]).toEqual([0, []])
    await office.run()
    expect([updates(office, 1), await toldTimes(office)]).toEqual([1, [true]])
  })

  test('of a closed dossier is told, too', async () => {
    const all = await withTill([{ fees: null, status: 9 }])
    const { office } = all
    await office.run()
    await pay(all, codeOf(1))
    await office.run()
    expect(shownOf(office, 1)).toEqual({ fees: [150_000], online: 'national' })
  })

  test('that a fast clock stamped with tomorrow hides none that is paid after it', async () => {
    const all = await withTill([{ fees: null }, { fees: null }])
    const { office } = all
    await office.run()
    await pay(all, codeOf(1))
    await stamp(all, office.clock.now() + hours(24))
    await office.run()
    office.clock.advance(hours(3))
    await pay(all, codeOf(2))
    await office.run()
    expect(shownOf(office, 2)).toEqual({ fees: [150_000], online: 'national' })
  })

  test('after our clock ran a day ahead and was set back is told, too', async () => {
    const all = await withTill([{ fees: null }, { fees: null }, { fees: null }])
    const { office } = all
    await pay(all, codeOf(1))
    office.clock.advance(hours(24))
    await office.run()
    await pay(all, codeOf(2))
    await office.run()
    office.clock.advance(-hours(24))
    await pay(all, codeOf(3))
    office.clock.advance(hours(3))
    await office.run()
    expect(shownOf(office, 3)).toEqual({ fees: [150_000], online: 'national' })
  })
})

describe('a bill whose money went back', () => {
  test('is shown no more: its dossier is told once more, as its source has it', async () => {
    const all = await withTill([{ fees: null }, { fees: null }])
    const { office } = all
    await office.run()
    const reference = await pay(all, codeOf(1))
    await pay(all, codeOf(2))
    await office.run()
    // Long after what was paid last.
    office.clock.advance(hours(48))
    await office.run()
    await giveBack(all, reference)
    await office.run()
    expect(shownOf(office, 1)).toEqual({ online: null })
    await office.run()
    expect([updates(office, 1), updates(office, 2)]).toEqual([2, 1])
    expect(await toldTimes(office)).toEqual([true, true])
    office.cards.cards = [card(1, { fees: null, onlinePayment: null, summary: 'bản 2', status: 9 }), card(2, { fees: null, onlinePayment: null })]
    await office.run()
    expect(shownOf(office, 1)).toEqual({ online: null })
    expect(shownOf(office, 2)).toEqual({ fees: [150_000], online: 'national' })
  })

  test('and that was opened and paid again is shown again', async () => {
    const all = await withTill([{ fees: null }])
    const { office } = all
    await giveBack(all, await pay(all, codeOf(1)))
    await all.books.db.updateTable('bills').set({ state: 'paid' }).execute()
    await office.run()
    await all.books.db.updateTable('bills').set({ state: 'cancelled' }).execute()
    await office.run()
    expect(shownOf(office, 1)).toEqual({ online: null })
    await all.books.db
      .updateTable('bills')
      .set({ state: 'paid', paid_at: office.clock.now() + 1 })
      .execute()
    await office.run()
    expect(shownOf(office, 1)).toEqual({ fees: [150_000], online: 'national' })
    expect(await toldTimes(office)).toEqual([true])
  })

  test('before anybody told of it is nothing to tell', async () => {
    const all = await withTill([{ fees: null }])
    const { office } = all
    await office.run()
    await giveBack(all, await pay(all, codeOf(1)))
    await office.run()
    expect([shownOf(office, 1), updates(office, 1), await toldTimes(office)]).toEqual([{ online: null }, 0, []])
  })

  test('while its dossier is being planned as paid is told by the next pass', async () => {
    const all = await withTill([{ fees: null }], {}, ({ ledger }) => ledger)
    const { office } = all
    await office.run()
    const reference = await pay(all, codeOf(1))
    const { paidDuties } = office.ledger
    let isBack = false
    const ledger: typeof office.ledger = {
      ...office.ledger,
      async paidDuties(...asked) {
        const known = await paidDuties(...asked)
        if (isBack) return known
        isBack = true
        await giveBack(all, reference)
        for await (const duties of office.sync.payments?.since(0) ?? []) await office.ledger.keepPaid(TENANT, duties)
        return known
      },
    }
    await runPass({ ...office.sync, ledger })
    expect(shownOf(office, 1)).toEqual({ fees: [150_000], online: 'national' })
    expect(await toldTimes(office)).toEqual([false])
    await office.run()
    expect(shownOf(office, 1)).toEqual({ online: null })
    expect(await toldTimes(office)).toEqual([true])
  })

  test('is shown by a dry run, which tells nobody', async () => {
    const all = await withTill([{ fees: null }])
    const { office } = all
    const reference = await pay(all, codeOf(1))
    await office.run()
    await giveBack(all, reference)
    const shown: unknown[] = []
    await previewPass(office.sync, (_, { action, record }) => void shown.push([action, (record as { summary: string }).summary]))
    expect(shown).toEqual([['update', JSON.stringify({ online: null })]])
    expect([updates(office, 1), await toldTimes(office)]).toEqual([0, [true]])
  })
})

/** What was paid lately stands in the books as paid at another time. */
async function stamp({ books }: TilledOffice, at: number) {
  await books.db.updateTable('bills').set({ paid_at: at }).execute()
}

async function toldTimes({ ledger }: Office) {
  const rows = await ledger.db.selectFrom('paid_duties').select('told_at').orderBy('paid_at').execute()
  return rows.map(({ told_at }) => told_at !== null)
}

describe('what was paid, beside what the source lists', () => {
  const paid = (amount: number, more: { duty?: 'fees' | 'tax'; paidThrough?: 'national' | 'provincial'; takenBack?: boolean } = {}) =>
    ({
      ...{ bill: `B${amount}`, dossier: codeOf(1), paidAt: 0, takenBack: false },
      duty: 'fees',
      paidThrough: 'national',
      lines: [{ kind: 'fee', code: null, name: 'Đã thu', amount: amount as Vnd }],
      ...more,
    }) as const
  const of = (fees: readonly Fee[] | null, ...duties: ReturnType<typeof paid>[]) => {
    const { dossier: shown, findings } = withPaidDuties(dossier(1, { fees, onlinePayment: null }), duties)
    return { fees: shown.fees?.map(({ amount }) => amount) ?? null, online: shown.onlinePayment, findings: findings.map(({ ruleId }) => ruleId) }
  }

  test.each([
    ['nobody told of fees', null, [paid(100)], { fees: [100], online: 'national', findings: [] }],
    ['the source says zero', [fee(0)], [paid(100)], { fees: [100], online: 'national', findings: [] }],
    ['the source lists the same', [fee(100)], [paid(100)], { fees: [100], online: 'national', findings: [] }],
    ['the source lists them in one sum', [fee(150)], [paid(100), paid(50)], { fees: [150], online: 'national', findings: [] }],
    ['the source lists more, paid at the counter', [fee(100), fee(30)], [paid(100)], { fees: [100, 30], online: 'national', findings: [] }],
    ['the source lists one of two', [fee(100)], [paid(100), paid(50)], { fees: [100, 50], online: 'national', findings: ['fee.paid-beyond-source'] }],
    ['the source lists another', [fee(30)], [paid(100)], { fees: [30, 100], online: 'national', findings: ['fee.paid-beyond-source'] }],
    ['a tax of the dossier is no fee', null, [paid(100, { duty: 'tax' })], { fees: null, online: 'national', findings: [] }],
    ['the money went back', [fee(30)], [paid(100, { takenBack: true })], { fees: [30], online: null, findings: [] }],
    ['one of two went back', null, [paid(100, { takenBack: true }), paid(50)], { fees: [50], online: 'national', findings: [] }],
    ['through the province’s gateway', null, [paid(100, { paidThrough: 'provincial' })], { fees: [100], online: 'provincial', findings: [] }],
  ])('%s', (_, fees, duties, expected) => {
    expect(of(fees, ...duties)).toEqual(expected)
  })

  test('nothing paid leaves the dossier as it is', () => {
    const before = dossier(1)
    expect(withPaidDuties(before, []).dossier).toBe(before)
  })

  test('doing it again changes nothing', () => {
    const duties = [paid(100), paid(50)]
    const once = withPaidDuties(dossier(1, { fees: [fee(30)] }), duties).dossier
    expect(withPaidDuties(once, duties).dossier).toEqual(once)
  })
})
