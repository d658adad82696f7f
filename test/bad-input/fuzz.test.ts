import { expect, test } from 'vitest'
import { fuzz } from './fuzzing.js'

test('damaged answers and files end in values, findings or our own errors: never a crash, never a wait', async () => {
  const report = await fuzz({ seed: 20_261_122, bytes: 400_000 })
  expect(report.slowestMs).toBeLessThan(30_000)
  // Every door was found both open and shut.
  for (const outcome of ['portal: accepted', 'portal: portal.unreadable_answer', 'opencps: dossier', 'opencps: opencps.unreadable_answer'])
    expect(report.outcomes[outcome]).toBeGreaterThan(0)
  for (const outcome of ['rows: dossier', 'rows: line.no-json', 'rows: row.unreadable', 'register: dossier', 'register: source.format'])
    expect(report.outcomes[outcome]).toBeGreaterThan(0)
}, 300_000)
