import { expect, test } from 'vitest'
import { tellKilledPayments } from '../e2e/payments-killed.js'

test('an office killed a hundred times while citizens pay has every đồng in its books that the platform has', { timeout: 1_200_000 }, async () => {
  const { killedInFlight, books } = await tellKilledPayments({ bills: 2000, kills: 100, seed: 7 })
  process.stdout.write(`${JSON.stringify({ killedInFlight, ...books })}\n`)
  expect(books).toMatchObject({ unreported: [], invented: [], stillOpen: [] })
  expect(books.paid + books.disputed).toBe(books.platform)
  // Nothing is proved by kills that hit nothing.
  expect(killedInFlight).toBeGreaterThanOrEqual(30)
})
