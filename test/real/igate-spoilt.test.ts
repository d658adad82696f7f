/** Spoilt copies of the contract's examples: none crashes, none costs a good record, and what was spoilt is named at its place. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type InspectReport, inspectFiles } from '../../src/mappers/index.js'
import { spoilt } from '../mappers/inspect/spoiling.js'

const folder = join(process.env.LIENTHONG_SHARED ?? '../shared', 'contracts/examples')
const NAME = 'source-igate-search.json'
const text = readFileSync(join(folder, NAME), 'utf8')
const inspect = (content: string) =>
  inspectFiles({ dialect: 'igate2', agencyCode: '000.00.00.H99', files: [{ name: NAME, bytes: Buffer.from(content) }] })

const SEEDS = 1200

test(`${SEEDS} spoilt copies of the search: no crash, no good record lost, every difference named`, async () => {
  const whole = await inspect(text)
  const silent: string[] = []
  const counts: Record<string, number> = {}
  for (let seed = 0; seed < SEEDS; seed++) {
    const { kind, record, path, written, text: copy } = spoilt(text, 'content', seed)
    const report = await inspect(copy)
    const what = `seed ${seed}, ${kind} ${path} of record ${record}`
    counts[kind] = (counts[kind] ?? 0) + 1
    const others = whole.dossiers.filter((_, index) => (kind === 'cut' ? index < record : index !== record))
    for (const dossier of others) expect(report.dossiers, what).toContainEqual(dossier)
    expect(report.dossiers.length, what).toBeLessThanOrEqual(whole.dossiers.length)
    for (const { why, hint, where } of report.problems) {
      expect(where.trim(), what).not.toBe('')
      for (const said of [why.en, why.vi, hint.en, hint.vi]) expect(said, what).toMatch(/^[^{}]*\S[^{}]*$/)
    }
    const before = whole.dossiers[record]
    const after = report.dossiers.find(({ localCode, sourceId }) => sourceId === before?.sourceId || localCode === before?.localCode)
    const differs = kind === 'cut' ? others.length < whole.dossiers.length : JSON.stringify(after) !== JSON.stringify(before)
    // Another text where a text belongs is no mistake that anybody could see.
    if (written !== undefined && JSON.stringify(after).includes(`"${written}"`)) continue
    if (differs && !isNamed(whole, report, before?.localCode ?? '', record)) silent.push(what)
  }
  expect(silent).toEqual([])
  expect(Object.values(counts).every((count) => count >= 200)).toBe(true)
})

/** Something is said at this record, or of the file, that was not said before. */
function isNamed(whole: InspectReport, report: InspectReport, code: string, record: number): boolean {
  const before = new Set(whole.problems.map(({ where, rule }) => `${where} ${rule}`))
  return report.problems.some(
    ({ where, rule }) =>
      !before.has(`${where} ${rule}`) &&
      (where.startsWith(code) ||
        where.startsWith(`${NAME}, content[${record}]`) ||
        where === NAME ||
        !whole.problems.some((one) => one.where === where)),
  )
}
