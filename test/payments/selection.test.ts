/** Account, partner and secret by agency, procedure, duty and day. contracts/payment-platform.md §3 */
import { describe, expect, test } from 'vitest'
import { days } from '../../src/base/index.js'
import { paymentPlatform } from '../../src/connectors/index.js'
import { type LocalDate, startOfDay } from '../../src/domain/index.js'
import { type ApprovedAccount, accountFor, type PartnerRow, partnerFor, platformByDay } from '../../src/payments/index.js'
import { signedResult } from '../../src/testing/payment-messages.js'
import { order } from '../connectors/payment-platform/made-up-order.js'
import { manualClock } from '../transport/manual-clock.js'

const day = (text: string) => text as LocalDate
const always = { validFrom: null, validTo: null }
const bill = { duty: 'fees' as const, agency: '000.00.15.H99', procedure: '9.000001', on: day('2026-11-22') }

describe('a partner code', () => {
  const all: PartnerRow = { partner: 'ALL', ...always }
  const agency: PartnerRow = { partner: 'AGENCY', agency: '000.00.15.H99', ...always }
  const procedure: PartnerRow = { partner: 'PROCEDURE', procedure: '9.000001', ...always }
  const both: PartnerRow = { partner: 'BOTH', agency: '000.00.15.H99', procedure: '9.000001', ...always }
  const duty: PartnerRow = { partner: 'DUTY', duty: 'fees', ...always }

  test('is that of the row that says most about the bill, in whatever order rows stand', () => {
    const rows = [all, duty, agency, procedure, both]
    for (let count = rows.length; count > 0; count--) {
      const some = rows.slice(0, count)
      expect(partnerFor(some, bill)).toBe(some.at(-1)?.partner)
      expect(partnerFor(some.toReversed(), bill)).toBe(some.at(-1)?.partner)
    }
  })

  test('is never that of a row for another agency, procedure or duty', () => {
    const other = { ...bill, agency: '000.00.16.H99', procedure: '9.000002', duty: 'fine' as const }
    expect(partnerFor([all, duty, agency, procedure, both], other)).toBe('ALL')
    expect(() => partnerFor([duty, agency, procedure, both], { ...other, procedure: null })).toThrow(
      expect.objectContaining({ code: 'payment.no_partner', message: expect.stringContaining('agency 000.00.16.H99, procedure – on 2026-11-22') }),
    )
  })

  test('changes on its day: the last day of one is the day before the first of the next', () => {
    const rows = [
      { ...all, partner: 'OLD', validTo: day('2026-12-01') },
      { ...all, partner: 'NEW', validFrom: day('2026-12-01') },
    ]
    expect(partnerFor(rows, { ...bill, on: day('2026-11-30') })).toBe('OLD')
    expect(partnerFor(rows, { ...bill, on: day('2026-12-01') })).toBe('NEW')
  })

  test('that two rows contradict each other about is nobody’s guess', () => {
    expect(() => partnerFor([all, { ...all, partner: 'OTHER' }], bill)).toThrow(
      expect.objectContaining({ code: 'payment.partner_unclear', message: expect.stringContaining('ALL, OTHER') }),
    )
  })
})

describe('an account', () => {
  const own: ApprovedAccount = { account: '0000000000001', bankCode: '00000000', accountName: 'SO MAU', ...always }
  const treasury: ApprovedAccount = { account: '3949000000099', bankCode: '0011', accountName: 'KHO BAC MAU', duty: 'fine', ...always }

  test('of fines is the treasury’s where a row says so', () => {
    expect(accountFor([own, treasury], { ...bill, duty: 'fine' }).account).toBe('3949000000099')
    expect(accountFor([own, treasury], bill).account).toBe('0000000000001')
  })

  test('of which several are approved alike has to be named; the message shows last digits alone', () => {
    const other = { ...own, account: '0000000000002' }
    const unclear = expect.objectContaining({ code: 'payment.account_unclear', message: expect.stringContaining('…0001, …0002') })
    expect(() => accountFor([own, other], bill)).toThrow(unclear)
    expect(() => accountFor([own, other], bill)).not.toThrow(expect.objectContaining({ message: expect.stringContaining('000000000000') }))
  })
})

describe('a secret that changes on a day', () => {
  const CHANGE = day('2026-12-01')
  const [OLD, NEW] = ['OLD-SECRET-KEY', 'NEW-SECRET-KEY']
  const client = (secret: string) =>
    paymentPlatform({
      urls: { start: 'https://platform.example.vn/init', query: 'https://platform.example.vn/query', receipt: 'https://platform.example.vn/bill' },
      partner: 'TESTPARTNER',
      secret,
    })
  const rows = [
    { platform: client(OLD), validFrom: null, validTo: CHANGE },
    { platform: client(NEW), validFrom: CHANGE, validTo: null },
  ] as const
  const clock = manualClock()
  const platform = platformByDay(rows, clock)
  const at = (ms: number) => clock.advance(startOfDay(CHANGE) + ms - clock.now())
  const message = (secret: string) => signedResult({ reference: 'ABC', amount: 150_000, partner: 'TESTPARTNER', secret })
  const believed = async (secret: string) => (await platform.receive(message(secret))).signature === 'holds'

  test('signs what goes out from the first moment of that day on, and old results are believed three days longer', async () => {
    at(-1)
    expect(platform.requestOf(order)).toBe(client(OLD).requestOf(order))
    expect([await believed(OLD), await believed(NEW)]).toEqual([true, false])
    at(0)
    expect(platform.requestOf(order)).toBe(client(NEW).requestOf(order))
    expect([await believed(OLD), await believed(NEW)]).toEqual([true, true])
    at(days(3) - 1)
    expect(await believed(OLD)).toBe(true)
    at(days(3))
    expect([await believed(OLD), await believed(NEW)]).toEqual([false, true])
  })
})
