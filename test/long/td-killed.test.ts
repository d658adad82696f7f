import { expect, test } from 'vitest'
import { killedRuns } from '../e2e/td-killed.js'

test('twenty runs over TD killed: some of them between the portal’s yes and the mark, and no mark is untrue', { timeout: 600_000 }, async () => {
  expect(await killedRuns(20, 150)).toBeGreaterThan(0)
})
