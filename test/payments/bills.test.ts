/** Bills that are found, corrected, cancelled and shown rightly, whoever typed them. */
import { describe, expect, test } from 'vitest'
import { LienthongError, minutes } from '../../src/base/index.js'
import type { PaymentLine, Vnd } from '../../src/domain/index.js'
import { verifyJournal } from '../../src/ledger/index.js'
import { defaultPaymentCodes, toPaymentOrder } from '../../src/mappers/index.js'
import { type NewBill, type PaymentOffice, paymentOffice } from '../../src/payments/index.js'
import { feeBill } from '../mappers/payment-platform/made-up-bills.js'
import { PARTNER } from './paper-platform.js'
import { feeWithoutAccount, openTill, TENANT, type Till } from './till.js'

const CODE = feeWithoutAccount.billCode
const line = (amount: number, name = 'Lệ phí mẫu', code: string | null = 'MAU-01'): PaymentLine => ({
  kind: 'fee',
  code,
  name,
  amount: amount as Vnd,
})
const feeOf = (amount: number, more: Partial<NewBill> = {}): NewBill => ({ ...feeWithoutAccount, lines: [line(amount)], ...more })

async function opened(office: PaymentOffice, id: string): Promise<string> {
  const start = await office.start(id)
  if (start.outcome !== 'pay') throw new Error(start.outcome)
  return start.reference
}

async function shown({ office }: Till, code = CODE) {
  const found = await office.lookUp(code)
  if (typeof found === 'string') throw new Error(found)
  return found
}

/** Somebody pays on the national portal, under a reference of the platform’s own. @param office who is told of it */
async function paidThere({ platform, office }: Till, reference: string, amount: number, tells: Readonly<Record<string, string>>, told = office) {
  const order = toPaymentOrder(feeBill, { reference, at: '20261122091500', ip: '203.0.113.10' })
  if (!order.ok) throw new Error('no order')
  platform.books.set(reference, { order: order.value, state: 'open', payments: [], amount: String(amount) })
  platform.pay(reference)
  return told.receive(PARTNER, platform.message(reference, tells))
}

const states = async (office: PaymentOffice, ...bills: readonly { id: string }[]) =>
  Promise.all(bills.map(async ({ id }) => (await office.bill(id))?.state))
const kinds = async ({ ledger }: Till) =>
  (await ledger.db.selectFrom('payment_journal').select('kind').orderBy('seq').execute()).map(({ kind }) => kind)
const refunds = ({ ledger }: Till) => ledger.db.selectFrom('payment_refunds').select(['reference', 'amount']).execute()

describe('a corrected bill', () => {
  test('takes the place of the wrong one: once it is paid nothing is due', async () => {
    const till = await openTill()
    const wrong = await till.office.createBill(feeOf(150_000))
    const right = await till.office.createBill(feeOf(1000))
    expect(await states(till.office, wrong, right)).toEqual(['cancelled', 'open'])
    expect((await shown(till)).order.amount).toBe('1000')
    // Whoever is on the page may pay; nobody else is sent there.
    expect(await till.office.start(wrong.id)).toEqual({ outcome: 'not-due', state: 'cancelled' })
    const reference = await opened(till.office, right.id)
    till.platform.pay(reference)
    await till.office.receive(PARTNER, till.platform.message(reference))
    expect(await till.office.lookUp(CODE)).toBe('nothing-due')
    expect(await till.office.start(wrong.id)).toEqual({ outcome: 'not-due', state: 'cancelled' })
    expect(await kinds(till)).toEqual(['bill-cancelled', 'init', 'init-answer', 'result'])
    expect(await verifyJournal(till.ledger, TENANT, PARTNER)).toMatchObject({ holds: true })
  })

  test('under another code or of another dossier is another debt, and all are due', async () => {
    const { office } = await openTill()
    const one = await office.createBill(feeOf(150_000))
    const other = await office.createBill(feeOf(1000, { billCode: `${CODE}-2` }))
    const third = await office.createBill(feeOf(1000, { dossierCode: 'H99-261122-0009' }))
    expect(await states(office, one, other, third)).toEqual(['open', 'open', 'open'])
  })

  test('waits for a page that is open: who pays there has paid, who leaves it can pay there no more', async () => {
    const till = await openTill()
    const wrong = await till.office.createBill(feeOf(150_000))
    await opened(till.office, wrong.id)
    const right = await till.office.createBill(feeOf(1000))
    expect(await states(till.office, wrong, right)).toEqual(['open', 'open'])
    expect((await shown(till)).order.amount).toBe('1000')
    till.clock.advance(minutes(60))
    await till.office.askDue()
    expect(await till.office.start(wrong.id)).toEqual({ outcome: 'not-due', state: 'cancelled' })
    const reference = await opened(till.office, right.id)
    till.platform.pay(reference)
    await till.office.receive(PARTNER, till.platform.message(reference))
    expect(await till.office.lookUp(CODE)).toBe('nothing-due')
  })

  test('whose page was left is due no more to the national portal either, once the right one is paid', async () => {
    const till = await openTill()
    await opened(till.office, (await till.office.createBill(feeOf(150_000))).id)
    const right = await till.office.createBill(feeOf(1000))
    till.clock.advance(minutes(60))
    await till.office.askDue()
    const reference = await opened(till.office, right.id)
    till.platform.pay(reference)
    await till.office.receive(PARTNER, till.platform.message(reference))
    expect(await till.office.lookUp(CODE)).toBe('nothing-due')
  })

  test('corrected back is the first one again', async () => {
    const till = await openTill()
    const first = await till.office.createBill(feeOf(150_000))
    const second = await till.office.createBill(feeOf(1000))
    expect(await till.office.createBill(feeOf(150_000))).toEqual(first)
    expect(await states(till.office, first, second)).toEqual(['open', 'cancelled'])
    expect(await kinds(till)).toEqual(['bill-cancelled', 'bill-reopened', 'bill-cancelled'])
  })

  test('does not open again the one that was paid on its page and whose money went back', async () => {
    const till = await openTill()
    const wrong = await till.office.createBill(feeOf(150_000))
    const reference = await opened(till.office, wrong.id)
    const right = await till.office.createBill(feeOf(1000))
    till.platform.pay(reference)
    await till.office.receive(PARTNER, till.platform.message(reference))
    expect(await states(till.office, wrong, right)).toEqual(['paid', 'open'])
    await till.office.askRefund(reference, 'by-decision')
    await till.office.recordRefund({ reference })
    expect(await till.office.createBill(feeOf(150_000))).toMatchObject({ id: wrong.id, state: 'cancelled' })
    expect(await states(till.office, right)).toEqual(['open'])
  })

  test('replaces nothing that is paid, and what is paid replaces nothing', async () => {
    const till = await openTill()
    const paid = await till.office.createBill(feeOf(150_000))
    const reference = await opened(till.office, paid.id)
    till.platform.pay(reference)
    await till.office.receive(PARTNER, till.platform.message(reference))
    const further = await till.office.createBill(feeOf(1000))
    await till.office.createBill(feeOf(150_000))
    expect(await states(till.office, paid, further)).toEqual(['paid', 'open'])
  })

  test.each<[string, Partial<NewBill>]>([
    ['in decomposed letters', { lines: [line(1000, 'Lệ phí mẫu'.normalize('NFD')), line(2000, 'Phí mẫu', null)] }],
    ['with its lines the other way round', { lines: [line(2000, 'Phí mẫu', null), line(1000)] }],
    ['with a line of nothing', { lines: [line(1000), line(0, 'Miễn'), line(2000, 'Phí mẫu', null)] }],
    ['with blanks at the ends', { lines: [line(1000, ' Lệ phí mẫu '), line(2000, 'Phí mẫu', null)] }],
    ['with its codes in small letters', { billCode: CODE.toLowerCase(), dossierCode: ` ${CODE.toLowerCase()}` }],
  ])('%s is the same bill', async (_, change) => {
    const { office, ledger } = await openTill()
    const given = { ...feeWithoutAccount, lines: [line(1000), line(2000, 'Phí mẫu', null)] }
    const first = await office.createBill(given)
    expect(await office.createBill({ ...given, ...change })).toEqual(first)
    expect(await ledger.db.selectFrom('bills').select('id').execute()).toEqual([{ id: first.id }])
  })

  test('is found by its code however somebody types it, and the look-up code is in the bill’s own letters', async () => {
    const till = await openTill()
    const bill = await till.office.createBill(feeOf(1000, { billCode: 'QĐ-ước/01' }))
    expect(await till.office.billsUnder(` ${'qđ-ƯỚC/01'.normalize('NFD')} `)).toEqual([bill])
    expect((await shown(till, 'qđ-ước/01')).lookupCode).toMatch(/^QĐ-ước\/01\d{14}$/)
  })

  test('whose digest was made in another way is recognised by what it says', async () => {
    const till = await openTill()
    const bill = await till.office.createBill(feeOf(1000))
    const reference = await opened(till.office, bill.id)
    till.platform.pay(reference)
    await till.office.receive(PARTNER, till.platform.message(reference))
    await till.ledger.db.updateTable('bills').set({ content_digest: 'of an earlier form' }).execute()
    expect(await till.office.createBill(feeOf(1000))).toMatchObject({ id: bill.id, state: 'paid' })
  })
})

describe('cancelling', () => {
  test('a bill makes it due no more, once however often it is said, and creating it again changes nothing', async () => {
    const till = await openTill()
    const bill = await till.office.createBill(feeOf(1000))
    expect(await till.office.cancelBill(bill.id)).toEqual({ ...bill, state: 'cancelled' })
    expect(await till.office.cancelBill(bill.id)).toEqual({ ...bill, state: 'cancelled' })
    expect(await till.office.createBill(feeOf(1000))).toMatchObject({ id: bill.id, state: 'cancelled' })
    expect(await till.office.start(bill.id)).toEqual({ outcome: 'not-due', state: 'cancelled' })
    expect(await till.office.lookUp(CODE)).toBe('nothing-due')
    expect(await kinds(till)).toEqual(['bill-cancelled'])
  })

  test('is refused while an attempt may still take money, naming it; and of what is paid', async () => {
    const till = await openTill()
    const bill = await till.office.createBill(feeOf(1000))
    const reference = await opened(till.office, bill.id)
    await expect(till.office.cancelBill(bill.id)).rejects.toMatchObject({
      code: 'payment.attempt_open',
      message: expect.stringContaining(reference),
    })
    till.platform.pay(reference)
    await till.office.receive(PARTNER, till.platform.message(reference))
    await expect(till.office.cancelBill(bill.id)).rejects.toMatchObject({ code: 'payment.bill_paid', message: expect.stringContaining(reference) })
    expect(await states(till.office, bill)).toEqual(['paid'])
    await expect(till.office.cancelBill('NOBODY')).rejects.toMatchObject({ code: 'payment.unknown_bill' })
  })

  test('works where no partner takes the bill any more, and a payment that comes all the same goes back', async () => {
    const till = await openTill()
    const bill = await till.office.createBill(feeOf(1000))
    const { lookupCode } = await shown(till)
    const partnerOf = () => {
      throw new LienthongError('payment.no_partner', { values: {} })
    }
    expect(await paymentOffice({ ...till.options, partnerOf }).cancelBill(bill.id)).toMatchObject({ state: 'cancelled' })
    expect(await verifyJournal(till.ledger, TENANT, '-')).toMatchObject({ holds: true, entries: 1 })
    expect(await paidThere(till, 'DVCQG1', 1000, { MaTraCuuTT: lookupCode })).toMatchObject({ verdict: 'disputed' })
    expect(await refunds(till)).toEqual([{ reference: 'DVCQG1', amount: 1000 }])
  })
})

describe('a payment that the platform began by itself', () => {
  test('is booked on the bill of the dossier it names, where the bill has a code of its own', async () => {
    const till = await openTill()
    const bill = await till.office.createBill(feeOf(1000, { billCode: 'TB-0001' }))
    expect((await shown(till, 'TB-0001')).order.receipt.MaHoSo).toBe(CODE)
    expect(await paidThere(till, 'DVCQG1', 1000, { MaHoSo: CODE.toLowerCase() })).toMatchObject({ verdict: 'applied' })
    expect(await till.office.bill(bill.id)).toMatchObject({ state: 'paid', paidBy: 'DVCQG1' })
  })

  test('is booked on the bill of its amount, though another is newer or was shown last', async () => {
    const till = await openTill()
    const older = await till.office.createBill(feeOf(1000, { billCode: 'TB-0001' }))
    till.clock.advance(minutes(1))
    const newer = await till.office.createBill(feeOf(2000, { billCode: 'TB-0002' }))
    await shown(till, 'TB-0002')
    expect(await paidThere(till, 'DVCQG1', 1000, { MaHoSo: CODE })).toMatchObject({ verdict: 'applied' })
    expect(await states(till.office, older, newer)).toEqual(['paid', 'open'])
  })

  test('of two of one amount is booked on the one that was shown last, else on the newest', async () => {
    const till = await openTill()
    const bills = []
    for (const billCode of ['TB-0001', 'TB-0002', 'TB-0003']) {
      bills.push(await till.office.createBill(feeOf(1000, { billCode })))
      till.clock.advance(minutes(1))
    }
    await shown(till, 'TB-0002')
    till.clock.advance(minutes(1))
    await shown(till, 'TB-0001')
    await paidThere(till, 'DVCQG1', 1000, { MaHoSo: CODE })
    expect(await states(till.office, ...bills)).toEqual(['paid', 'open', 'open'])
    await paidThere(till, 'DVCQG2', 1000, { MaHoSo: CODE })
    expect(await states(till.office, ...bills)).toEqual(['paid', 'paid', 'open'])
    await paidThere(till, 'DVCQG3', 1000, { MaHoSo: CODE })
    expect(await states(till.office, ...bills)).toEqual(['paid', 'paid', 'paid'])
  })

  test('is booked though its bill could not be sent today', async () => {
    const till = await openTill()
    const bill = await till.office.createBill(feeOf(1000))
    const { lookupCode } = await shown(till)
    const codes = { ...defaultPaymentCodes, duties: { ...defaultPaymentCodes.duties, fees: null } }
    const stricter = paymentOffice({ ...till.options, codes })
    await expect(stricter.createBill(feeOf(1000))).rejects.toMatchObject({ code: 'payment.invalid_bill' })
    expect(await paidThere(till, 'DVCQG1', 1000, { MaTraCuuTT: lookupCode }, stricter)).toMatchObject({ verdict: 'applied' })
    expect(await till.office.bill(bill.id)).toMatchObject({ state: 'paid', paidBy: 'DVCQG1' })
  })

  test('is asked about when we stopped between writing it down and believing it', async () => {
    const till = await openTill()
    const bill = await till.office.createBill(feeOf(1000))
    const { lookupCode } = await shown(till)
    // The books can be written until the attempt stands in them.
    const { join } = till.ledger
    const stopping = paymentOffice({
      ...till.options,
      ledger: {
        ...till.ledger,
        join: async (collect, when) => {
          const attempts = await till.ledger.db.selectFrom('payment_attempts').select('reference').execute()
          if (attempts.length > 0) throw new Error('killed')
          return join(collect, when)
        },
      },
    })
    await expect(paidThere(till, 'DVCQG1', 1000, { MaTraCuuTT: lookupCode }, stopping)).rejects.toThrow('killed')
    expect(await till.office.attempt('DVCQG1')).toMatchObject({ state: 'created' })
    till.clock.advance(minutes(3))
    expect(await till.restart().askDue()).toMatchObject({ asked: 1, over: 1 })
    expect(await till.office.bill(bill.id)).toMatchObject({ state: 'paid', paidBy: 'DVCQG1' })
  })
})

describe('the national portal', () => {
  test('is told that nothing is due while a page is open or a bank is at work, and again what is due afterwards', async () => {
    const till = await openTill()
    const bill = await till.office.createBill(feeOf(1000))
    const reference = await opened(till.office, bill.id)
    expect(await till.office.lookUp(CODE)).toBe('nothing-due')
    const transaction = till.platform.books.get(reference)
    if (transaction === undefined) throw new Error('the platform lost its books')
    transaction.state = 'pending'
    till.clock.advance(minutes(60))
    expect(await till.office.ask(reference)).toMatchObject({ state: 'pending' })
    expect(await till.office.lookUp(CODE)).toBe('nothing-due')
    transaction.state = 'failed'
    expect(await till.office.ask(reference)).toMatchObject({ state: 'failed' })
    expect((await shown(till)).order.amount).toBe('1000')
  })

  test('gets under one look-up code of one second the bill that it was shown last', async () => {
    const till = await openTill()
    const wrong = await till.office.createBill(feeOf(2000))
    const before = await shown(till)
    const right = await till.office.createBill(feeOf(1000))
    const after = await shown(till)
    expect(after.lookupCode).toBe(before.lookupCode)
    await paidThere(till, 'DVCQG1', 1000, { MaTraCuuTT: after.lookupCode })
    expect(await states(till.office, wrong, right)).toEqual(['cancelled', 'paid'])
  })
})
