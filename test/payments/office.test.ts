import { describe, expect, test, vi } from 'vitest'
import { minutes } from '../../src/base/index.js'
import type { Vnd } from '../../src/domain/index.js'
import { verifyJournal } from '../../src/ledger/index.js'
import { paymentOffice } from '../../src/payments/index.js'
import { PARTNER } from './paper-platform.js'
import { sumsOf } from './sums.js'
import { feeWithoutAccount, openTill, TENANT, type Till } from './till.js'

/** A bill with an attempt whose page is open. */
async function withOpenPage(till: Till) {
  const bill = await till.office.createBill(feeWithoutAccount)
  const start = await till.office.start(bill.id)
  if (start.outcome !== 'pay') throw new Error(start.outcome)
  return { bill, reference: start.reference, payUrl: start.payUrl }
}

const journal = async ({ ledger }: Till) =>
  (await ledger.db.selectFrom('payment_journal').select(['kind', 'note']).orderBy('seq').execute()).map(({ kind, note }) => ({
    kind,
    verdict: (JSON.parse(note) as { verdict?: string }).verdict,
  }))
const refunds = ({ ledger }: Till) => ledger.db.selectFrom('payment_refunds').select(['reference', 'transaction_no', 'amount', 'reason']).execute()

describe('a bill', () => {
  test('of the same dossier with the same lines is the same bill', async () => {
    const { office } = await openTill()
    const first = await office.createBill(feeWithoutAccount)
    expect(await office.createBill(structuredClone(feeWithoutAccount))).toEqual(first)
    expect(await office.createBill({ ...feeWithoutAccount, narration: 'Một lời khác' })).toEqual(first)
    const other = await office.createBill({ ...feeWithoutAccount, lines: [{ kind: 'fee', code: 'MAU-01', name: 'Lệ phí mẫu', amount: 1000 as Vnd }] })
    expect(other.id).not.toBe(first.id)
  })

  test('takes over a payer’s corrected address while nobody paid it, and is still the same bill', async () => {
    const { office, platform } = await openTill()
    const first = await office.createBill(feeWithoutAccount)
    const payer = { ...feeWithoutAccount.payer, address: '2 Đường Đã Sửa' }
    expect(await office.createBill({ ...feeWithoutAccount, payer })).toEqual(first)
    await office.start(first.id)
    expect([...platform.books.values()].map(({ order }) => order.receipt.DiaChiNguoiNop)).toEqual(['2 Đường Đã Sửa'])
  })

  test('for an account that nobody approved is refused before anything is sent', async () => {
    const { office, platform } = await openTill()
    const beneficiary = { account: '666', bankCode: '00000000', accountName: 'AI DO' }
    await expect(office.createBill({ ...feeWithoutAccount, beneficiary })).rejects.toMatchObject({ code: 'payment.account_not_approved' })
    expect(platform.books.size).toBe(0)
  })

  test('that could never be sent is refused when it is made, naming the field', async () => {
    const { office } = await openTill()
    await expect(office.createBill({ ...feeWithoutAccount, narration: 'A|B' })).rejects.toMatchObject({
      code: 'payment.invalid_bill',
      message: expect.stringContaining('narration'),
    })
  })
})

describe('an attempt', () => {
  test('is paid by the platform’s message, once, however often it comes', async () => {
    const till = await openTill()
    const { bill, reference, payUrl } = await withOpenPage(till)
    expect(payUrl).toBe(`https://pay.example.vn/t/${reference}`)
    till.platform.pay(reference)
    const message = till.platform.message(reference)
    const first = await till.office.receive(PARTNER, message)
    expect(first).toMatchObject({ verdict: 'applied', acknowledgement: { MaLoi: '00', MaThamChieu: reference } })
    expect(await till.office.receive(PARTNER, message)).toMatchObject({ verdict: 'known', acknowledgement: { MaLoi: '00' } })
    expect(await till.office.bill(bill.id)).toMatchObject({ state: 'paid', paidBy: reference })
    expect(await till.office.start(bill.id)).toEqual({ outcome: 'not-due', state: 'paid' })
    expect(await refunds(till)).toEqual([])
  })

  test('is written down before it leaves: a platform that is away leaves a trace, and the bill open', async () => {
    const till = await openTill()
    till.platform.weather = () => 'lost'
    const bill = await till.office.createBill(feeWithoutAccount)
    await expect(till.office.start(bill.id)).rejects.toMatchObject({ code: 'transport.unreachable' })
    expect(await journal(till)).toEqual([
      { kind: 'init', verdict: undefined },
      { kind: 'init-answer', verdict: 'applied' },
    ])
    till.platform.weather = () => 'fine'
    expect(await till.office.start(bill.id)).toMatchObject({ outcome: 'pay' })
  })

  test('whose page is open is shown again; there is never a second one beside it', async () => {
    const till = await openTill()
    const { bill, reference, payUrl } = await withOpenPage(till)
    expect(await till.restart().start(bill.id)).toEqual({ outcome: 'pay', reference, payUrl })
    expect(till.platform.books.size).toBe(1)
    const many = await Promise.all(Array.from({ length: 10 }, () => till.office.start(bill.id)))
    expect(new Set(many.map((start) => 'reference' in start && start.reference))).toEqual(new Set([reference]))
  })

  test('ten clicks at once on a new bill make one attempt', async () => {
    const till = await openTill()
    const bill = await till.office.createBill(feeWithoutAccount)
    await Promise.all(Array.from({ length: 10 }, () => till.office.start(bill.id)))
    expect(till.platform.books.size).toBe(1)
  })

  test('whose request got no answer is asked about before another is begun', async () => {
    const till = await openTill()
    till.platform.weather = (operation) => (operation === 'start' ? 'unanswered' : 'fine')
    const bill = await till.office.createBill(feeWithoutAccount)
    const start = await till.office.start(bill.id)
    expect(start).toMatchObject({ outcome: 'wait', state: 'pending' })
    till.platform.weather = () => 'fine'
    expect(await till.office.start(bill.id)).toMatchObject({ outcome: 'wait' })
    expect(till.platform.books.size).toBe(1)
    // Its page was never shown; when it has closed, the platform says so and a new attempt may begin.
    till.clock.advance(minutes(31))
    expect(await till.office.start(bill.id)).toMatchObject({ outcome: 'pay' })
    expect(till.platform.books.size).toBe(2)
  })

  test('that never arrived is not given up while it may still be on its way', async () => {
    const till = await openTill()
    till.platform.weather = (operation) => (operation === 'start' ? 'unanswered' : 'fine')
    const bill = await till.office.createBill(feeWithoutAccount)
    const start = await till.office.start(bill.id)
    till.platform.books.clear()
    till.platform.weather = () => 'fine'
    expect(await till.office.start(bill.id)).toMatchObject({ outcome: 'wait', reference: 'reference' in start ? start.reference : '' })
    till.clock.advance(minutes(3))
    expect(await till.office.start(bill.id)).toMatchObject({ outcome: 'pay' })
  })

  test('nobody told about is found paid by asking', async () => {
    const till = await openTill()
    const { bill, reference } = await withOpenPage(till)
    till.platform.pay(reference)
    expect(await till.office.askDue()).toMatchObject({ asked: 0, over: 0 })
    till.clock.advance(minutes(3))
    expect(await till.restart().askDue()).toMatchObject({ asked: 1, over: 1 })
    expect(await till.office.bill(bill.id)).toMatchObject({ state: 'paid' })
    till.clock.advance(minutes(600))
    expect(await till.office.askDue()).toMatchObject({ asked: 0, over: 0 })
  })

  test('that the platform calls pending is asked about again, and never fails by waiting', async () => {
    const till = await openTill()
    const { reference } = await withOpenPage(till)
    const transaction = till.platform.books.get(reference)
    if (transaction) transaction.state = 'pending'
    for (let round = 0; round < 30; round++) {
      till.clock.advance(minutes(90))
      expect(await till.office.askDue()).toMatchObject({ asked: 1, over: 0 })
    }
    expect(await till.office.attempt(reference)).toMatchObject({ state: 'pending' })
  })
})

describe('an attempt that nobody tells about', () => {
  test('is over when its page has closed and the platform, which showed it, knows no such reference', async () => {
    const till = await openTill()
    const { bill, reference } = await withOpenPage(till)
    till.platform.books.clear()
    till.clock.advance(minutes(16))
    expect(await till.office.start(bill.id)).toMatchObject({ outcome: 'wait', reference })
    till.clock.advance(minutes(15))
    expect(await till.office.start(bill.id)).toMatchObject({ outcome: 'pay' })
    expect(await till.office.attempt(reference)).toMatchObject({ state: 'expired' })
  })

  test('is over when its page has closed, where the platform cannot be asked; money that comes later counts', async () => {
    const till = await openTill()
    const { bill, reference } = await withOpenPage(till)
    const unaskable = { ...till.platform, canQuery: false, query: () => Promise.reject(new Error('asked')) }
    const office = paymentOffice({ ...till.options, platforms: { [PARTNER]: unaskable } })
    till.clock.advance(minutes(16))
    expect(await office.askDue()).toMatchObject({ asked: 1, over: 0 })
    till.clock.advance(minutes(15))
    expect(await office.askDue()).toMatchObject({ asked: 1, over: 1 })
    expect(await office.attempt(reference)).toMatchObject({ state: 'expired' })
    till.platform.pay(reference)
    expect(await office.receive(PARTNER, till.platform.message(reference))).toMatchObject({ verdict: 'applied' })
    expect(await office.bill(bill.id)).toMatchObject({ state: 'paid', paidBy: reference })
  })

  test('of a partner that hangs keeps no other partner’s attempts waiting', async () => {
    const till = await openTill()
    const { reference } = await withOpenPage(till)
    till.platform.pay(reference)
    let wakeUp = () => {}
    const hanging = { ...till.platform, query: () => new Promise<never>((_, reject) => (wakeUp = () => reject(new Error('awake')))) }
    const office = paymentOffice({ ...till.options, platforms: { [PARTNER]: till.platform, HANGS: hanging }, partnerOf: () => 'HANGS' })
    const others = await office.createBill({ ...feeWithoutAccount, billCode: 'H99-261122-0002', dossierCode: 'H99-261122-0002' })
    await office.start(others.id)
    till.clock.advance(minutes(3))
    const asking = office.askDue()
    await vi.waitFor(async () => expect(await till.office.attempt(reference)).toMatchObject({ state: 'paid' }), { timeout: 20_000 })
    wakeUp()
    expect(await asking).toMatchObject({ asked: 2, over: 1 })
  })

  test('is asked about at once when somebody wants to know, who learns why there is no answer', async () => {
    const till = await openTill()
    const { reference } = await withOpenPage(till)
    till.platform.weather = () => 'lost'
    await expect(till.office.ask(reference)).rejects.toMatchObject({ code: 'transport.unreachable' })
    till.platform.weather = () => 'fine'
    till.platform.pay(reference)
    expect(await till.office.ask(reference)).toMatchObject({ state: 'paid' })
  })

  test('is not booked on an answer that says “paid” and no amount', async () => {
    const till = await openTill()
    const { reference } = await withOpenPage(till)
    till.platform.pay(reference)
    const transaction = till.platform.books.get(reference)
    if (transaction) transaction.amount = ''
    expect(await till.office.ask(reference)).toMatchObject({ state: 'pending' })
    expect(await refunds(till)).toEqual([])
    if (transaction) transaction.amount = '150000'
    expect(await till.office.ask(reference)).toMatchObject({ state: 'paid' })
  })
})

describe('what does not belong', () => {
  test('a payment of a bill that is paid already is disputed, with a task to give it back', async () => {
    const till = await openTill()
    const { bill, reference } = await withOpenPage(till)
    till.platform.pay(reference)
    await till.office.receive(PARTNER, till.platform.message(reference))
    // The national portal looked the bill up while it was open, under a reference of its own.
    const { order } = till.platform.books.get(reference) ?? {}
    if (order === undefined) throw new Error('the platform lost its books')
    till.platform.books.set('DVCQG1', { order, payments: [], state: 'open', amount: order.amount })
    const second = till.platform.pay('DVCQG1')
    const received = await till.office.receive(PARTNER, till.platform.message('DVCQG1', { MaHoSo: feeWithoutAccount.billCode }))
    expect(received).toMatchObject({ verdict: 'disputed', acknowledgement: { MaLoi: '00' } })
    expect(await till.office.attempt('DVCQG1')).toMatchObject({ state: 'disputed' })
    expect(await refunds(till)).toEqual([{ reference: 'DVCQG1', transaction_no: second, amount: 150_000, reason: 'paid-twice' }])
    expect(await till.office.bill(bill.id)).toMatchObject({ state: 'paid', paidBy: reference })
    expect(await sumsOf(till.ledger, TENANT)).toEqual({ paid: 150_000, disputed: 150_000 })
  })

  test('a second number under the same reference goes back, too', async () => {
    const till = await openTill()
    const { reference } = await withOpenPage(till)
    till.platform.pay(reference)
    await till.office.receive(PARTNER, till.platform.message(reference))
    const second = till.platform.pay(reference)
    expect(await till.office.receive(PARTNER, till.platform.message(reference))).toMatchObject({ verdict: 'disputed' })
    expect(await refunds(till)).toMatchObject([{ reference, transaction_no: second, reason: 'paid-twice' }])
  })

  test('a bill paid on the national portal is found by its look-up code', async () => {
    const till = await openTill()
    const bill = await till.office.createBill(feeWithoutAccount)
    const shown = await till.office.lookUp(feeWithoutAccount.billCode)
    if (typeof shown === 'string') throw new Error(shown)
    till.platform.books.set('DVCQG2', { order: shown.order, state: 'open', payments: [], amount: shown.order.amount })
    till.platform.pay('DVCQG2')
    const received = await till.office.receive(PARTNER, till.platform.message('DVCQG2', { MaTraCuuTT: shown.lookupCode }))
    expect(received).toMatchObject({ verdict: 'applied', reference: 'DVCQG2' })
    expect(await till.office.bill(bill.id)).toMatchObject({ state: 'paid', paidBy: 'DVCQG2' })
    expect(await verifyJournal(till.ledger, TENANT, PARTNER)).toMatchObject({ holds: true })
    expect(await till.office.lookUp(feeWithoutAccount.billCode)).toBe('nothing-due')
    expect(await till.office.lookUp('H99-000000-0000')).toBe('unknown')
  })

  test.each<[string, (till: Till, reference: string) => Buffer, string, string]>([
    ['a forged amount', (till, reference) => Buffer.from(till.platform.message(reference).toString().replace('150000', '1')), 'bad-signature', '99'],
    ['another amount, signed', (till, reference) => till.platform.message(reference, { SoTien: 150_001 }), 'other-amount', '99'],
    ['another partner', (till, reference) => till.platform.message(reference, { MaDoiTac: 'ANOTHER' }), 'wrong-partner', '99'],
    ['an unknown reference', (till) => till.platform.message('NOBODY', { MaLoi: '00', SoTien: 150_000 }), 'unknown-reference', '99'],
    ['no JSON', () => Buffer.from('<html>'), 'unreadable', '99'],
    [
      'no signature',
      (till, reference) => Buffer.from(till.platform.message(reference).toString().replace('MaXacThuc', 'Khac')),
      'bad-signature',
      '99',
    ],
  ])('%s is refused, journalled, and changes nothing', async (_, make, verdict, code) => {
    const till = await openTill()
    const { bill, reference } = await withOpenPage(till)
    till.platform.pay(reference)
    const before = (await journal(till)).length
    expect(await till.office.receive(PARTNER, make(till, reference))).toMatchObject({ verdict, acknowledgement: { MaLoi: code } })
    expect(await till.office.attempt(reference)).toMatchObject({ state: 'initiated' })
    expect(await till.office.bill(bill.id)).toMatchObject({ state: 'open' })
    expect((await journal(till)).slice(before)).toEqual([{ kind: verdict === 'other-amount' ? 'result' : 'result-refused', verdict }])
    // The money is found all the same.
    till.clock.advance(minutes(3))
    await till.office.askDue()
    expect(await till.office.bill(bill.id)).toMatchObject({ state: 'paid' })
  })

  test('a failure that comes after the payment takes nothing back, and one that comes before keeps nothing from being paid', async () => {
    const till = await openTill()
    const { bill, reference } = await withOpenPage(till)
    expect(await till.office.receive(PARTNER, till.platform.message(reference))).toMatchObject({ verdict: 'applied' })
    // Nobody may begin another attempt until the platform has confirmed it.
    expect(await till.office.attempt(reference)).toMatchObject({ state: 'pending' })
    expect(await till.office.start(bill.id)).toMatchObject({ outcome: 'pay', reference })
    till.platform.pay(reference)
    expect(await till.office.receive(PARTNER, till.platform.message(reference))).toMatchObject({ verdict: 'applied' })
    expect(await till.office.receive(PARTNER, till.platform.message(reference, { MaLoi: '99' }))).toMatchObject({ verdict: 'ignored' })
    expect(await till.office.bill(bill.id)).toMatchObject({ state: 'paid' })
  })
})

describe('the journal', () => {
  test('holds, and says where it was touched', async () => {
    const till = await openTill()
    const { reference } = await withOpenPage(till)
    till.platform.pay(reference)
    await till.office.receive(PARTNER, till.platform.message(reference))
    await till.office.receive(PARTNER, Buffer.from('{}'))
    const last = await till.ledger.db.selectFrom('payment_journal').select(['seq', 'hash']).where('seq', '=', 4).executeTakeFirstOrThrow()
    expect(await verifyJournal(till.ledger, TENANT, PARTNER)).toEqual({ holds: true, entries: 4, head: last })
    const table = till.ledger.db
    await table.updateTable('payment_journal').set({ note: '{}' }).where('seq', '=', 3).execute()
    expect(await verifyJournal(till.ledger, TENANT, PARTNER)).toMatchObject({ holds: false, brokenAt: 3, problem: 'changed' })
    await table.deleteFrom('payment_journal').where('seq', '=', 2).execute()
    expect(await verifyJournal(till.ledger, TENANT, PARTNER)).toMatchObject({ holds: false, brokenAt: 3, problem: 'missing' })
  })

  test('whose end was cut off holds in itself, and not beside what was noted or what the books have', async () => {
    const till = await openTill()
    const first = await withOpenPage(till)
    const { head } = await verifyJournal(till.ledger, TENANT, PARTNER)
    if (head === null) throw new Error('no entry')
    till.platform.pay(first.reference)
    await till.office.receive(PARTNER, till.platform.message(first.reference))
    const later = (await verifyJournal(till.ledger, TENANT, PARTNER)).head
    expect(later?.seq).toBe(3)
    const look = (noted?: typeof head) => verifyJournal(till.ledger, TENANT, PARTNER, noted)
    expect([await look(head), await look(later ?? head)]).toMatchObject([{ holds: true }, { holds: true }])
    const { db } = till.ledger
    await db.deleteFrom('payment_journal').where('seq', '=', 3).execute()
    expect([await look(), await look(head)]).toMatchObject([{ holds: true, head }, { holds: true }])
    expect(await look(later ?? head)).toMatchObject({ holds: false, entries: 2, brokenAt: 3, problem: 'cut' })
    expect(await look({ ...head, hash: later?.hash ?? '' })).toMatchObject({ holds: false, brokenAt: head.seq, problem: 'rebuilt' })
    await db.deleteFrom('payment_journal').execute()
    expect(await look()).toEqual({ holds: false, entries: 0, head: null, problem: 'untold', attempts: [first.reference] })
  })

  test('nothing of the payer stands in the ledger in clear', async () => {
    const till = await openTill()
    const { reference } = await withOpenPage(till)
    till.platform.pay(reference)
    await till.office.receive(PARTNER, till.platform.message(reference))
    for (const table of ['bills', 'payment_attempts', 'payment_journal', 'payment_refunds', 'bill_lookups'] as const) {
      const rows = await till.ledger.db.selectFrom(table).selectAll().execute()
      const text = rows
        .map((row) =>
          Object.values(row)
            .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
            .join(' '),
        )
        .join('\n')
      for (const secret of ['Nguyễn', 'Mẫu', '000000000000', 'TEST-SECRET']) expect(text, table).not.toContain(secret)
    }
  })
})
