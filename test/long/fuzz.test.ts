import { setFlagsFromString } from 'node:v8'
import { expect, test } from 'vitest'
import { fuzz } from '../bad-input/fuzzing.js'

const SHARES = 10

// As bin/lienthong.js sets them: garbage does not grow with the machine.
setFlagsFromString('--heap-growing-percent=50')
setFlagsFromString('--semi-space-growth-factor=1')

test('10 million bytes of damaged answers and files: no crash, no hang over 5 s, at most 300 MB', async () => {
  let [inputs, bytes, slowestMs, largestRss] = [0, 0, 0, 0]
  for (let seed = 1; seed <= SHARES; seed++) {
    const report = await fuzz({ seed, bytes: 10_000_000 / SHARES })
    inputs += report.inputs
    bytes += report.bytes
    slowestMs = Math.max(slowestMs, report.slowestMs)
    largestRss = Math.max(largestRss, report.largestRss)
  }
  process.stderr.write(`fuzz: ${inputs} inputs, ${bytes} bytes, slowest ${Math.round(slowestMs)} ms, at most ${Math.round(largestRss / 1e6)} MB\n`)
  expect(bytes).toBeGreaterThanOrEqual(10_000_000)
  expect(slowestMs).toBeLessThan(5000)
  expect(largestRss).toBeLessThan(300e6)
})
