/** Fees from the bill to the paid bill: office, handlers and client against the simulated platform, over real HTTP. */
import pMap from 'p-map'
import { expect, test } from 'vitest'
import { minutes, seededRandom } from '../../src/base/index.js'
import { instant } from '../../src/domain/index.js'
import type { FaultPlanInput } from '../../src/sandbox/index.js'
import { fineBill } from '../mappers/payment-platform/made-up-bills.js'
import { billOf, compareBooks, paymentTown, quietly, type Town, whim } from './payment-town.js'

/** Everything that can go wrong between a province and the platform, in both directions. */
const storm: FaultPlanInput = {
  seed: 'payments',
  rules: [
    { service: 'INIT', kind: 'timeout-after-apply', probability: 0.08 },
    { service: 'INIT', kind: 'late-apply', probability: 0.06 },
    { service: 'INIT', kind: 'timeout-before', probability: 0.05 },
    { service: 'INIT', kind: 'reject', probability: 0.03 },
    { service: 'QUERY', kind: 'garbage', probability: 0.1 },
    { service: 'CONFIRM', kind: 'timeout-before', probability: 0.25 },
    { service: 'CONFIRM', kind: 'timeout-after-apply', probability: 0.25 },
    { service: 'CONFIRM', kind: 'late-apply', probability: 0.1 },
    { service: 'CONFIRM', kind: 'reject', probability: 0.1 },
    { service: 'CONFIRM', kind: 'garbage', probability: 0.05 },
    { system: 'payment-platform', kind: 'http-500', probability: 0.06 },
    { system: 'payment-platform', kind: 'reset', probability: 0.04 },
    { system: 'payment-platform', kind: 'garbage', probability: 0.04 },
    { system: 'payment-platform', kind: 'empty', probability: 0.02 },
  ],
}

test('a fee is paid on the page, told, receipted, and nothing more is due', async () => {
  const { sandbox, office } = await paymentTown()
  const bill = await office.createBill(billOf(1))
  const start = await office.start(bill.id)
  if (start.outcome !== 'pay') throw new Error(start.outcome)
  expect(await (await fetch(start.payUrl)).text()).toContain(bill.billCode)
  await fetch(start.payUrl, { method: 'POST', body: new URLSearchParams({ action: 'pay', bank: '990001' }) })
  await sandbox.payments.settle()
  expect(await office.bill(bill.id)).toMatchObject({ state: 'paid', paidBy: start.reference })
  const receipt = await office.receipt(start.reference)
  expect(Buffer.from(receipt ?? []).toString('latin1', 0, 5)).toBe('%PDF-')
  expect(await office.attempt(start.reference)).toMatchObject({ state: 'receipted' })
  expect(await office.start(bill.id)).toMatchObject({ outcome: 'not-due' })
})

// The older signatures cover no number of a payment: of a second one under the same reference the settlement alone can tell.
test.each([
  ['payplat', 0],
  ['payplat-2020-06', 1],
  ['keypay-dvcqg', 1],
  ['paygov', 0],
] as const)('%s: paid, refused by the bank, and paid twice', async (dialect, leftToSettlement) => {
  const town = await paymentTown({ dialect })
  const { sandbox, office } = town
  for (const [index, action, state] of [
    [0, 'pay', 'paid'],
    [1, 'fail', 'open'],
    [2, 'pay-twice', 'paid'],
  ] as const) {
    const bill = await office.createBill(billOf(index))
    const start = await office.start(bill.id)
    if (start.outcome !== 'pay') throw new Error(start.outcome)
    sandbox.payments.citizen({ payUrl: start.payUrl, action })
    await sandbox.payments.settle()
    // Where the signature covers no outcome, the message only has the platform asked.
    await office.askDue()
    expect(await office.bill(bill.id), action).toMatchObject({ state })
  }
  await clearUp(town)
  const books = await compareBooks(town.ledger, sandbox.payments.transactions(), town.partner)
  expect(books).toMatchObject({ doublePayments: 1, stillOpen: [] })
  const second = sandbox.payments.transactions().flatMap(({ payments }) => payments.slice(1).map(({ amount }) => amount))[0] ?? 0
  expect(books.paid + books.disputed).toBe(books.platform - leftToSettlement * second)
})

test('a fine is taken with everything that its decision says, and refused before it leaves without the time of the violation', async () => {
  const { sandbox, office } = await paymentTown({ accounts: [{ ...fineBill.beneficiary, validFrom: null, validTo: null }] })
  const decision = { ...fineBill.decision!, violatedAt: instant(Date.UTC(2026, 10, 9, 3)), place: 'Đường Mẫu' }
  const whole = await office.createBill({ ...fineBill, decision })
  const start = await office.start(whole.id)
  if (start.outcome !== 'pay') throw new Error(start.outcome)
  sandbox.payments.citizen({ payUrl: start.payUrl, action: 'pay' })
  await sandbox.payments.settle()
  expect(await office.bill(whole.id)).toMatchObject({ state: 'paid', amount: 2_015_000 })
  const bare = { ...fineBill, billCode: 'QD-0002/2026', decision: { ...decision, violatedAt: null } }
  await expect(office.createBill(bare)).rejects.toMatchObject({
    code: 'payment.invalid_bill',
    message: expect.stringContaining('decision.violatedAt'),
  })
})

test('a receipt that is known by the time of the payment alone is found', async () => {
  const { sandbox, office, partner, clock } = await paymentTown()
  sandbox.payments.register({ partner, receiptTime: 'result' })
  const bill = await office.createBill(billOf(1))
  const start = await office.start(bill.id)
  if (start.outcome !== 'pay') throw new Error(start.outcome)
  clock.advance(minutes(3))
  sandbox.payments.citizen({ payUrl: start.payUrl, action: 'pay' })
  await sandbox.payments.settle()
  expect(Buffer.from((await office.receipt(start.reference)) ?? []).toString('latin1', 0, 5)).toBe('%PDF-')
})

test('where GET_BILL gives nothing, the link that came with the result gives the receipt, as long as it lasts', async () => {
  const { sandbox, office, partner, clock } = await paymentTown({
    faults: { seed: 'bills', rules: [{ service: 'GET_BILL', kind: 'reject', probability: 1 }] },
  })
  sandbox.payments.register({ partner, receipts: 'link' })
  const paid = async (index: number) => {
    const bill = await office.createBill(billOf(index))
    const start = await office.start(bill.id)
    if (start.outcome !== 'pay') throw new Error(start.outcome)
    sandbox.payments.citizen({ payUrl: start.payUrl, action: 'pay' })
    await sandbox.payments.settle()
    return start.reference
  }
  const [soon, late] = [await paid(1), await paid(2)]
  clock.advance(minutes(1))
  expect(await office.fetchReceipt(soon)).toMatchObject({ outcome: 'pdf' })
  clock.advance(minutes(5))
  expect(await office.fetchReceipt(late)).toMatchObject({ outcome: 'not-yet' })
})

test('a receipt that comes as a link is fetched from it', async () => {
  const { sandbox, office, partner } = await paymentTown()
  sandbox.payments.register({ partner, receipts: 'link', answers: 'lgsp' })
  const bill = await office.createBill(billOf(1))
  const start = await office.start(bill.id)
  if (start.outcome !== 'pay') throw new Error(start.outcome)
  sandbox.payments.citizen({ payUrl: start.payUrl, action: 'pay' })
  await sandbox.payments.settle()
  expect(Buffer.from((await office.receipt(start.reference)) ?? []).toString('latin1', 0, 5)).toBe('%PDF-')
})

test('a bill is looked up and paid on the national portal, and told by any of its names', async () => {
  const { sandbox, office } = await paymentTown()
  for (const [index, tells] of ([['MaTraCuuTT'], ['MaHoSo'], ['MaTraCuuTT', 'MaHoSo']] as const).entries()) {
    const bill = await office.createBill(billOf(index))
    expect(await sandbox.payments.national({ code: bill.billCode, tells: [...tells] })).toMatchObject({ outcome: 'shown', state: 'paid' })
    await sandbox.payments.settle()
    expect(await office.bill(bill.id)).toMatchObject({ state: 'paid' })
    expect(await sandbox.payments.national({ code: bill.billCode })).toMatchObject({ outcome: 'nothing-due' })
  }
  expect(await sandbox.payments.national({ code: 'H99-261122-99999' })).toMatchObject({ outcome: 'unknown' })
})

async function oneCitizen({ sandbox, office, clock }: Town, index: number): Promise<void> {
  const chance = seededRandom(`citizen/${index}`)
  const bill = await office.createBill(billOf(index))
  for (let visit = 0; visit < 3; visit++) {
    // An impatient finger: two clicks at once.
    const starts = await Promise.all(Array.from({ length: chance() < 0.3 ? 2 : 1 }, () => quietly(office.start(bill.id))))
    for (const start of starts) {
      if (start?.outcome !== 'pay') continue
      sandbox.payments.citizen({ reference: start.reference, action: whim(`${index}/${visit}`) })
    }
    if (chance() < 0.1) await sandbox.payments.national({ code: bill.billCode })
    if (chance() < 0.3) clock.advance(minutes(chance() < 0.2 ? 20 : 1))
    if (chance() < 0.3) await office.askDue()
  }
}

/** The weather clears: what waits is told, and what nobody told is asked for until nothing is left to ask. */
async function clearUp({ sandbox, office, clock }: Town): Promise<void> {
  sandbox.faults({ rules: [] })
  await sandbox.payments.settle()
  for (let round = 0; round < 50; round++) {
    clock.advance(minutes(70))
    await sandbox.payments.settle()
    if ((await office.askDue()).asked === 0) return
  }
  throw new Error('there is always something left to ask')
}

test('many citizens in a storm: paid and disputed are the platform’s sum to the đồng, and no payment is unreported', async () => {
  const town = await paymentTown({ faults: storm })
  await pMap(
    Array.from({ length: 120 }, (_, index) => index),
    (index) => oneCitizen(town, index),
    { concurrency: 8 },
  )
  await clearUp(town)
  const books = await compareBooks(town.ledger, town.sandbox.payments.transactions(), town.partner)
  expect(books).toMatchObject({ unreported: [], invented: [], stillOpen: [] })
  expect(books.paid + books.disputed).toBe(books.platform)
  // It was a storm: faults of every kind struck, and money was paid twice.
  expect(books.doublePayments).toBeGreaterThan(0)
  const { byService } = town.sandbox.injected()
  for (const service of ['INIT', 'QUERY', 'CONFIRM']) expect(Object.keys(byService[service] ?? {}).length, service).toBeGreaterThan(1)
})
