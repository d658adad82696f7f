/** What is believed, of whom, and what is only a reason to ask. contracts/payment-platform.md §2.3, §4.3 */
import { describe, expect, test } from 'vitest'
import { LienthongError, minutes } from '../../src/base/index.js'
import { paymentPlatform } from '../../src/connectors/index.js'
import { paymentOffice } from '../../src/payments/index.js'
import { signedResult } from '../../src/testing/index.js'
import { PARTNER } from './paper-platform.js'
import { feeWithoutAccount, openTill, type Till } from './till.js'

async function withOpenPage(till: Till) {
  const bill = await till.office.createBill(feeWithoutAccount)
  const start = await till.office.start(bill.id)
  if (start.outcome !== 'pay') throw new Error(start.outcome)
  return { bill, reference: start.reference }
}

const refunds = ({ ledger }: Till) => ledger.db.selectFrom('payment_refunds').select(['reference', 'amount', 'reason']).execute()

describe('a message', () => {
  test.each(['QUERY', 'query ', 'INIT', 'GET_BILL'])('of type %s is no result, however well it is signed', async (LoaiBanTin) => {
    const till = await openTill()
    const { bill, reference } = await withOpenPage(till)
    const message = till.platform.message(reference, { LoaiBanTin, MaLoi: '00' })
    expect(await till.office.receive(PARTNER, message)).toMatchObject({ verdict: 'bad-signature', acknowledgement: { MaLoi: '99' } })
    expect(await till.office.bill(bill.id)).toMatchObject({ state: 'open' })
    expect(await till.office.attempt(reference)).toMatchObject({ state: 'initiated' })
  })

  test('without a number of the payment pays nothing: the platform is asked', async () => {
    const till = await openTill()
    const { bill, reference } = await withOpenPage(till)
    expect(await till.office.receive(PARTNER, till.platform.message(reference, { MaLoi: '00', MaGiaoDich: '' }))).toMatchObject({
      verdict: 'to-be-asked',
    })
    expect(await till.office.bill(bill.id)).toMatchObject({ state: 'open' })
    expect(await till.office.askDue()).toMatchObject({ asked: 1 })
    expect(await till.office.bill(bill.id)).toMatchObject({ state: 'open' })
  })

  test('of another partner, signed with his own secret, pays none of ours', async () => {
    const till = await openTill()
    const { bill, reference } = await withOpenPage(till)
    const other = { partner: 'ANOTHER', secret: 'SECRET-OF-ANOTHER' }
    const urls = { start: 'http://127.0.0.1/init', query: 'http://127.0.0.1/query', receipt: 'http://127.0.0.1/bill' }
    const office = paymentOffice({ ...till.options, platforms: { [PARTNER]: till.platform, [other.partner]: paymentPlatform({ urls, ...other }) } })
    const message = signedResult({ reference, amount: 150_000, ...other })
    expect(await office.receive(other.partner, message)).toMatchObject({ verdict: 'wrong-partner', acknowledgement: { MaLoi: '99' } })
    expect([await office.bill(bill.id), await office.attempt(reference)]).toMatchObject([{ state: 'open' }, { state: 'initiated' }])
  })

  test('with another amount changes nothing, and the platform is asked at once: what it holds goes back', async () => {
    const till = await openTill()
    const { bill, reference } = await withOpenPage(till)
    till.clock.advance(minutes(31))
    await till.office.askDue()
    expect(await till.office.attempt(reference)).toMatchObject({ state: 'expired' })
    const transaction = till.platform.books.get(reference)
    if (transaction) transaction.amount = '149000'
    till.platform.pay(reference)
    expect(await till.office.receive(PARTNER, till.platform.message(reference))).toMatchObject({ verdict: 'other-amount' })
    expect(await till.office.attempt(reference)).toMatchObject({ state: 'expired' })
    expect(await till.office.askDue()).toMatchObject({ asked: 1 })
    expect(await refunds(till)).toEqual([{ reference, amount: 149_000, reason: 'other-amount' }])
    expect(await till.office.bill(bill.id)).toMatchObject({ state: 'open' })
  })
})

describe('an attempt that the platform accepted', () => {
  test('is not over because a failure was told and the platform then knows no such reference: its page may be open', async () => {
    const till = await openTill()
    const { bill, reference } = await withOpenPage(till)
    await till.office.receive(PARTNER, till.platform.message(reference))
    expect(await till.office.attempt(reference)).toMatchObject({ state: 'pending' })
    const books = new Map(till.platform.books)
    till.platform.books.clear()
    till.clock.advance(minutes(5))
    await till.office.askDue()
    expect(await till.office.attempt(reference)).toMatchObject({ state: 'pending' })
    expect(await till.office.start(bill.id)).toMatchObject({ outcome: 'pay', reference })
    for (const [key, value] of books) till.platform.books.set(key, value)
    till.clock.advance(minutes(26))
    await till.office.askDue()
    expect(await till.office.attempt(reference)).toMatchObject({ state: 'expired' })
  })

  test('stays open when its books fail right then: no second page beside the first', async () => {
    const till = await openTill()
    const bill = await till.office.createBill(feeWithoutAccount)
    const { ledger, platform } = till
    let isAway = false
    const away = () => Promise.reject(new LienthongError('ledger.unreachable', { values: { problem: 'ECONNRESET' } }))
    const failing = {
      ...ledger,
      write: (...asked: Parameters<typeof ledger.write>) => (isAway ? away() : ledger.write(...asked)),
      join: (...asked: Parameters<typeof ledger.join>) => (isAway ? away() : ledger.join(...asked)),
    } as typeof ledger
    const start: typeof platform.start = async (...asked) => {
      const answer = await platform.start(...asked)
      isAway = true
      return answer
    }
    const office = paymentOffice({ ...till.options, ledger: failing, platforms: { [PARTNER]: { ...platform, start } } })
    await expect(office.start(bill.id)).rejects.toMatchObject({ code: 'ledger.unreachable' })
    isAway = false
    till.clock.advance(minutes(3))
    expect(await till.office.start(bill.id)).toMatchObject({ outcome: 'wait' })
    expect(platform.books.size).toBe(1)
  })

  test('is asked about once more after a message paid it, also when its receipt was fetched meanwhile', async () => {
    const till = await openTill()
    const { reference } = await withOpenPage(till)
    till.platform.pay(reference)
    await till.office.receive(PARTNER, till.platform.message(reference))
    await till.office.receipt(reference)
    till.clock.advance(minutes(3))
    expect(await till.office.askDue()).toMatchObject({ asked: 1, over: 1 })
    till.clock.advance(minutes(600))
    expect(await till.office.askDue()).toMatchObject({ asked: 0 })
  })
})
