import { expect, test } from 'vitest'
import { simulateVendor, type VendorOptions } from './vendor.js'

/** Busy: some two fifths of the places are taken at any time. */
const vendor: VendorOptions = { tenants: 34, dossiers: 60, minutes: 40, workers: 1, slices: 4, answerMs: 3000 }

/** Of all dossiers but those of the tenant that hangs. */
async function medianDelay(options: VendorOptions, without: number): Promise<{ readonly median: number; readonly count: number }> {
  const { delays } = await simulateVendor(1, options)
  const all = [...delays].flatMap(([tenant, times]) => (tenant === `province-${without}` ? [] : times)).sort((a, b) => a - b)
  return { median: all[Math.floor(all.length / 2)] ?? Number.NaN, count: all.length }
}

test('I8: of 34 provinces one times out on every call; the others’ median delay grows by at most a tenth', { timeout: 300_000 }, async () => {
  const calm = await medianDelay(vendor, 7)
  const troubled = await medianDelay({ ...vendor, hanging: 7 }, 7)
  if (process.env.LIENTHONG_SIMULATION_TELL) console.log({ calm, troubled })
  expect(calm.count).toBe(33 * vendor.dossiers)
  expect(troubled.count).toBe(calm.count)
  expect(troubled.median).toBeLessThanOrEqual(calm.median * 1.1)
})
