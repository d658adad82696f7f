import { expect, test } from 'vitest'
import { storm } from './storm.js'
import { openTill } from './till.js'

const says = 'storm %i: both books agree to the đồng, every double payment is found, nothing paid is unreported'

test.each([1, 2, 3, 4])(says, { timeout: 300_000 }, async (seed) => {
  const till = await openTill()
  const report = await storm(till, 200, seed)
  expect(report).toMatchObject({ bills: 200, unreported: 0, invented: 0, journalHolds: true })
  expect(report.ours + report.disputed).toBe(report.platforms)
  // It was a storm.
  expect(report.doublePayments).toBeGreaterThan(2)
  expect(report.crashes).toBeGreaterThan(5)
  const refunds = await till.ledger.db.selectFrom('payment_refunds').select('reference').execute()
  expect(refunds.length).toBe(report.doublePayments)
  const bills = await till.ledger.db.selectFrom('bills').select(['id', 'state', 'paid_by']).where('state', '=', 'paid').execute()
  expect(report.ours).toBeGreaterThan(0)
  expect(bills.every(({ paid_by }) => paid_by !== null)).toBe(true)
})
