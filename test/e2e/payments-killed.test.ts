import { expect, test } from 'vitest'
import { tellKilledPayments } from './payments-killed.js'

test('an office killed ten times while citizens pay has every đồng in its books that the platform has', { timeout: 300_000 }, async () => {
  const { killedInFlight, books } = await tellKilledPayments({ bills: 500, kills: 10, seed: 1 })
  expect(books).toMatchObject({ unreported: [], invented: [], stillOpen: [] })
  expect(books.paid + books.disputed).toBe(books.platform)
  expect(killedInFlight).toBeGreaterThanOrEqual(3)
  expect(books.doublePayments).toBeGreaterThan(0)
})
