/** Money that goes back: found by the office or decided by a person, given back once, recorded. contracts/payment-platform.md §11.2 */
import { describe, expect, test } from 'vitest'
import { LienthongError } from '../../src/base/index.js'
import type { RefundAnswer } from '../../src/connectors/index.js'
import { verifyJournal } from '../../src/ledger/index.js'
import { PARTNER } from './paper-platform.js'
import { feeWithoutAccount, openTill, TENANT, type Till } from './till.js'

async function paid(till: Till): Promise<string> {
  const bill = await till.office.createBill(feeWithoutAccount)
  const start = await till.office.start(bill.id)
  if (start.outcome !== 'pay') throw new Error(start.outcome)
  till.platform.pay(start.reference)
  await till.office.receive(PARTNER, till.platform.message(start.reference))
  return start.reference
}

/** A platform that gives money back as it is told here, and counts how often it was asked. */
async function givingBack(answer: () => RefundAnswer) {
  const till = await openTill()
  let asked = 0
  Object.assign(till.platform, {
    canRefund: true,
    refund: async () => {
      asked += 1
      return answer()
    },
  })
  return { till, asked: () => asked }
}

const kinds = async ({ ledger }: Till) =>
  (await ledger.db.selectFrom('payment_journal').select(['kind', 'note']).orderBy('seq').execute())
    .filter(({ kind }) => kind.startsWith('refund'))
    .map(({ note }) => (JSON.parse(note) as { news: string }).news)

describe('a payment that goes back by decision', () => {
  test('is listed until somebody records that it was given back, and its bill is over', async () => {
    const till = await openTill()
    const reference = await paid(till)
    const asked = await till.office.askRefund(reference, 'dossier-withdrawn')
    expect(asked).toMatchObject({ reference, amount: 150_000, reason: 'dossier-withdrawn', doneAt: null, sentAt: null })
    expect(await till.office.attempt(reference)).toMatchObject({ state: 'refund-requested', bill: { state: 'paid' } })
    expect(await till.office.refunds({ done: false })).toEqual([asked])
    till.clock.advance(1000)
    const done = await till.restart().recordRefund({ reference })
    expect(done.doneAt).toBe(till.clock.now())
    expect(await till.office.attempt(reference)).toMatchObject({ state: 'refunded', bill: { state: 'cancelled' } })
    expect(await till.office.refunds({ done: false })).toEqual([])
    // Said again it stays as it was.
    till.clock.advance(1000)
    expect(await till.office.recordRefund({ reference })).toEqual(done)
    expect(await kinds(till)).toEqual(['refund-asked', 'refund-done'])
    expect(await verifyJournal(till.ledger, TENANT, PARTNER)).toMatchObject({ holds: true })
  })

  test('has to be there: of an attempt that nobody paid, or asked for before, nothing goes back', async () => {
    const till = await openTill()
    const bill = await till.office.createBill(feeWithoutAccount)
    const start = await till.office.start(bill.id)
    const reference = 'reference' in start ? start.reference : ''
    await expect(till.office.askRefund(reference, 'by-decision')).rejects.toMatchObject({ code: 'payment.nothing_to_refund' })
    await expect(till.office.recordRefund({ reference })).rejects.toMatchObject({ code: 'payment.nothing_to_refund' })
    await expect(till.office.askRefund('NOBODY', 'by-decision')).rejects.toMatchObject({ code: 'payment.unknown_reference' })
    expect(await till.office.attempt(reference)).toMatchObject({ state: 'initiated' })
  })
})

test('of a bill that was paid twice the second payment goes back, and the bill stays paid', async () => {
  const till = await openTill()
  const reference = await paid(till)
  till.platform.pay(reference)
  await till.office.receive(PARTNER, till.platform.message(reference))
  expect(await till.office.refunds()).toMatchObject([{ reference, transaction: 'PP00000002', reason: 'paid-twice' }])
  await till.office.recordRefund({ reference, transaction: 'PP00000002' })
  expect(await till.office.attempt(reference)).toMatchObject({ state: 'paid', bill: { state: 'paid', paidBy: reference } })
})

test('of several payments one has to be named', async () => {
  const till = await openTill()
  const reference = await paid(till)
  for (let times = 0; times < 2; times++) {
    till.platform.pay(reference)
    await till.office.receive(PARTNER, till.platform.message(reference))
  }
  await expect(till.office.recordRefund({ reference })).rejects.toMatchObject({
    code: 'payment.which_refund',
    message: expect.stringContaining('PP00000002, PP00000003'),
  })
})

describe('a platform that gives money back', () => {
  test('is asked once, and its word is recorded', async () => {
    const { till, asked } = await givingBack(() => ({ outcome: 'accepted', refundNumber: 'RF1' }))
    const reference = await paid(till)
    await till.office.askRefund(reference, 'by-decision')
    expect(await till.office.refund({ reference })).toMatchObject({ outcome: 'done', refundNumber: 'RF1', refund: { doneAt: till.clock.now() } })
    expect(await till.office.refund({ reference })).toMatchObject({ outcome: 'done' })
    expect(asked()).toBe(1)
    expect(await till.office.attempt(reference)).toMatchObject({ state: 'refunded' })
    expect(await kinds(till)).toEqual(['refund-asked', 'refund-sent', 'refund-done'])
  })

  test('that did not answer is never asked again, not by ten at once and not by a new process', async () => {
    const { till, asked } = await givingBack(() => {
      throw new LienthongError('transport.unanswered', { values: { host: 'platform.example.vn', cause: 'timeout' } })
    })
    const reference = await paid(till)
    await till.office.askRefund(reference, 'by-decision')
    const answers = await Promise.all(Array.from({ length: 10 }, () => till.office.refund({ reference })))
    answers.push(await till.restart().refund({ reference }))
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['unknown']))
    expect(asked()).toBe(1)
    expect(await till.office.attempt(reference)).toMatchObject({ state: 'refund-requested' })
    // A person who found out says so.
    expect(await till.office.recordRefund({ reference })).toMatchObject({ doneAt: till.clock.now() })
  })

  test('that refused, or was never reached, may be asked again', async () => {
    let reached = false
    const { till, asked } = await givingBack(() => {
      if (!reached) throw new LienthongError('transport.unreachable', { values: { host: 'platform.example.vn', cause: 'ECONNREFUSED' } })
      return { outcome: 'refused', code: '12', message: 'Không hoàn được' }
    })
    const reference = await paid(till)
    await till.office.askRefund(reference, 'by-decision')
    await expect(till.office.refund({ reference })).rejects.toMatchObject({ code: 'transport.unreachable' })
    reached = true
    for (let times = 0; times < 2; times++) expect(await till.office.refund({ reference })).toMatchObject({ outcome: 'refused', code: '12' })
    expect(asked()).toBe(3)
    expect(await till.office.refunds({ done: false })).toMatchObject([{ reference, sentAt: null }])
  })

  test('cannot be told which of two payments of one attempt is meant: that one is for people', async () => {
    const { till, asked } = await givingBack(() => ({ outcome: 'accepted', refundNumber: 'RF1' }))
    const reference = await paid(till)
    till.platform.pay(reference)
    await till.office.receive(PARTNER, till.platform.message(reference))
    expect(await till.office.refund({ reference })).toMatchObject({ outcome: 'manual' })
    expect(asked()).toBe(0)
  })
})

test('a platform without a call for it leaves it to people', async () => {
  const till = await openTill()
  const reference = await paid(till)
  await till.office.askRefund(reference, 'by-decision')
  expect(await till.office.refund({ reference })).toMatchObject({ outcome: 'manual', refund: { doneAt: null } })
})
