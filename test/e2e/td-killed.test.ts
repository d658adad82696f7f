import { test } from 'vitest'
import { killedRuns } from './td-killed.js'

test('a run killed between the portal’s yes and the mark leaves no mark that is untrue, and the next run writes those that are missing', {
  timeout: 300_000,
}, async () => {
  await killedRuns(3, 60)
})
