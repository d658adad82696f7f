import { expect, test } from 'vitest'
import { forge, signingDialects } from '../payments/forgery.js'

const MESSAGES = 100_000

test('100,000 mutated result messages: no crash, nothing believed that was not signed, the books as they were', { timeout: 1_200_000 }, async () => {
  const seed = process.env.LIENTHONG_SEED ?? Date.now()
  process.stderr.write(`forgery: seed ${seed} (LIENTHONG_SEED)\n`)
  let total = 0
  for (const dialect of signingDialects) {
    const report = await forge(dialect, Math.ceil(MESSAGES / signingDialects.length), seed)
    process.stderr.write(`forgery: ${dialect} ${JSON.stringify(report)}\n`)
    total += report.sent + report.genuine
  }
  expect(total).toBeGreaterThanOrEqual(MESSAGES)
})
