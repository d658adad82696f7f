/** Receipts of what was paid: fetched once and kept, by themselves or when somebody asks. contracts/payment-platform.md §4.4 */
import { describe, expect, test } from 'vitest'
import { days, LienthongError, minutes, seconds } from '../../src/base/index.js'
import { paymentOffice } from '../../src/payments/index.js'
import { PARTNER } from './paper-platform.js'
import { feeWithoutAccount, openTill, type Till } from './till.js'

/** A bill with an attempt whose page is open. */
async function withOpenPage(till: Till, billCode = feeWithoutAccount.billCode) {
  const bill = await till.office.createBill({ ...feeWithoutAccount, billCode, dossierCode: billCode })
  const start = await till.office.start(bill.id)
  if (start.outcome !== 'pay') throw new Error(start.outcome)
  return { bill, reference: start.reference }
}

describe('the receipt', () => {
  test('is fetched once and kept', async () => {
    const till = await openTill()
    const { reference } = await withOpenPage(till)
    expect(await till.office.receipt(reference)).toBeNull()
    till.platform.pay(reference)
    await till.office.receive(PARTNER, till.platform.message(reference))
    const bytes = await till.office.receipt(reference)
    expect(Buffer.from(bytes ?? []).toString()).toBe(`%PDF-1.4 ${reference}`)
    till.platform.books.clear()
    expect(await till.restart().receipt(reference)).toEqual(bytes)
    expect(await till.office.attempt(reference)).toMatchObject({ state: 'receipted' })
  })

  test('is fetched by itself half a minute after the payment, once', async () => {
    const till = await openTill()
    const { reference } = await withOpenPage(till)
    till.platform.pay(reference)
    await till.office.receive(PARTNER, till.platform.message(reference))
    expect(await till.office.fetchDueReceipts()).toMatchObject({ fetched: 0, waiting: 0, givenUp: 0 })
    till.clock.advance(seconds(30))
    expect(await till.restart().fetchDueReceipts()).toEqual({ fetched: 1, waiting: 0, givenUp: 0, failure: undefined, more: false })
    expect(await till.office.attempt(reference)).toMatchObject({ state: 'receipted' })
    till.clock.advance(days(2))
    expect(await till.office.fetchDueReceipts()).toMatchObject({ fetched: 0, waiting: 0, givenUp: 0 })
  })

  test('that is not there yet, or cannot be read, is asked for less and less often, and a month later by hand only', async () => {
    const till = await openTill()
    const { reference } = await withOpenPage(till)
    till.platform.pay(reference)
    await till.office.receive(PARTNER, till.platform.message(reference))
    const { receipt } = till.platform
    const asked: { readonly reference: string }[] = []
    const answers = [
      async () => ({ outcome: 'none', code: '118', message: '' }) as const,
      () => Promise.reject(new LienthongError('payment.no_receipt', { values: { problem: 'a page in markup' } })),
    ]
    till.platform.receipt = (attempt) => {
      asked.push(attempt)
      return answers[asked.length % 2]!()
    }
    const first = till.clock.now()
    for (const end = first + days(40); till.clock.now() < end; till.clock.advance(minutes(5))) await till.office.fetchDueReceipts()
    // After five minutes, ten, twenty …: some eight times on the first day, and once on each of the others.
    expect(asked.length).toBeGreaterThan(33)
    expect(asked.length).toBeLessThan(50)
    expect(asked[0]).toMatchObject({ reference, toldAt: '20261122091633', receiptUrl: null })
    till.platform.receipt = receipt
    expect(await till.office.fetchReceipt(reference)).toMatchObject({ outcome: 'pdf' })
  })

  test('of a payment of long ago is not asked for by itself, not even once', async () => {
    const till = await openTill()
    const { reference } = await withOpenPage(till)
    till.platform.pay(reference)
    await till.office.receive(PARTNER, till.platform.message(reference))
    till.clock.advance(days(31))
    let asked = 0
    till.platform.receipt = async () => {
      asked += 1
      return { outcome: 'none', code: '118', message: '' }
    }
    expect(await till.office.fetchDueReceipts()).toMatchObject({ fetched: 0, waiting: 0, givenUp: 1 })
    expect(asked).toBe(0)
  })

  test('is in the journal whenever it is kept, and asked for again by whoever was killed in between', async () => {
    const till = await openTill()
    const { reference } = await withOpenPage(till)
    till.platform.pay(reference)
    await till.office.receive(PARTNER, till.platform.message(reference))
    till.clock.advance(minutes(1))
    const killed = paymentOffice({ ...till.options, ledger: { ...till.ledger, write: () => Promise.reject(new Error('killed')) } })
    await expect(killed.fetchDueReceipts()).rejects.toThrow('killed')
    const kinds = async () => (await till.ledger.db.selectFrom('payment_journal').select('kind').orderBy('seq').execute()).map(({ kind }) => kind)
    expect((await kinds()).at(-1)).toBe('receipt')
    expect(await till.restart().fetchDueReceipts()).toMatchObject({ fetched: 1 })
  })

  test('that one partner does not give keeps nobody else’s waiting', async () => {
    const till = await openTill()
    const [slow, quick] = [await withOpenPage(till), await withOpenPage(till, 'H99-261122-00002')]
    for (const { reference } of [slow, quick]) {
      till.platform.pay(reference)
      await till.office.receive(PARTNER, till.platform.message(reference))
    }
    const { receipt } = till.platform
    till.platform.receipt = (attempt) =>
      attempt.reference === slow.reference
        ? Promise.reject(new LienthongError('transport.unreachable', { values: { host: 'platform.example.vn', cause: 'ECONNREFUSED' } }))
        : receipt(attempt)
    till.clock.advance(minutes(1))
    expect(await till.office.fetchDueReceipts()).toMatchObject({ fetched: 1, waiting: 1, failure: { code: 'transport.unreachable' } })
  })

  test('is asked for by the link that came with the result, which stands sealed in the ledger', async () => {
    const till = await openTill()
    const { reference } = await withOpenPage(till)
    till.platform.pay(reference)
    const link = 'https://files.platform.example.vn/r/nguoi-mau'
    await till.office.receive(PARTNER, till.platform.message(reference, { URLBienLai: link }))
    let asked: unknown
    till.platform.receipt = async (attempt) => {
      asked = attempt
      return { outcome: 'none', code: '104', message: '' }
    }
    expect(await till.office.fetchReceipt(reference)).toMatchObject({ outcome: 'not-yet' })
    expect(asked).toMatchObject({ reference, receiptUrl: link })
    const row = await till.ledger.db.selectFrom('payment_attempts').selectAll().where('reference', '=', reference).executeTakeFirstOrThrow()
    expect(Buffer.from(row.receipt_link ?? []).toString('latin1')).not.toContain('nguoi-mau')
  })
})
