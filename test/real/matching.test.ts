import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { evaluateMatching, type MatchSubject, procedureMatcher, subjectOf } from '../../src/mappers/matching/index.js'
import { readLocalLines, readNationalLines, toNationalLine } from '../../src/mappers/procedure-lines/index.js'
import { perturb, perturbationKinds } from '../mappers/matching/perturb.js'

const folder = join(process.env.LIENTHONG_SHARED ?? '../shared', 'data/procedures')
const read = (name: string) => readFileSync(join(folder, name), 'utf8')
const national = readNationalLines(read('national.jsonl'), 'national.jsonl')
const local = readLocalLines(read('local.jsonl'), 'local.jsonl')
const matcher = procedureMatcher(national)

test('the rows whose code is known are matched as the bars demand', () => {
  const found = evaluateMatching(local, national)
  expect(found).toMatchObject({ rows: 71, conflictRows: 71, explicitRows: 71, negativeRows: 12 })
  expect(found.autoRight).toBe(found.auto)
  expect(found.auto).toBeGreaterThanOrEqual(60)
  expect(found.top5).toBeGreaterThanOrEqual(69)
  expect(found.leaveOneOutAuto).toBeLessThanOrEqual(1)
  expect(found.conflictsFlagged).toBeGreaterThanOrEqual(68)
  expect(found.wronglyFlagged).toBe(0)
  expect(found.negativeAuto).toBe(0)
})

test('leaving a procedure out of the answer is the same as not having it in the list', () => {
  const rows = local.filter(({ labelQuality, inNationalSet }) => labelQuality === 'explicit' && inNationalSet)
  for (const { procedure, id, baseCode } of rows.filter((_row, at) => at % 9 === 0)) {
    const subject = { ...subjectOf(procedure, id), codes: [] }
    const without = procedureMatcher(national.filter(({ code }) => code !== baseCode)).match(subject)
    expect(matcher.match(subject, { without: [baseCode ?? ''] })).toMatchObject({ decision: without.decision, nationalCode: without.nationalCode })
  }
})

/** As a province's list would hold it: one level, if any. */
function asLocal(procedure: (typeof national)[number], name: string): MatchSubject {
  return { ...subjectOf({ ...procedure, name, documents: null, publisher: null }), agency: null, codes: [] }
}

describe('national names written in other ways', () => {
  const tally = { all: 0, auto: 0, right: 0, withoutTwin: 0 }
  const PER_KIND = 250
  const step = Math.floor(national.length / PER_KIND)

  test.each(perturbationKinds)('%s: matched without a person seldom wrongly, and hardly ever when the true one is missing', (kind) => {
    const found = { all: 0, auto: 0, right: 0, withoutTwin: 0 }
    for (const procedure of national.filter((_procedure, at) => at % step === 3)) {
      const name = perturb(kind, procedure.name, procedure.levels, `2026/${kind}/${procedure.code}`)
      if (name === null) continue
      const subject = asLocal(procedure, name)
      const { nationalCode } = matcher.match(subject)
      found.all++
      if (nationalCode !== null) found.auto++
      if (nationalCode === procedure.code) found.right++
      if (matcher.match(subject, { without: [procedure.code] }).nationalCode !== null) found.withoutTwin++
    }
    for (const key of ['all', 'auto', 'right', 'withoutTwin'] as const) tally[key] += found[key]
    // A cut takes away what may have told two procedures apart.
    const cut = kind.startsWith('cut')
    expect(found.auto / found.all).toBeGreaterThan(cut ? 0.6 : 0.95)
    expect(found.right / found.auto).toBeGreaterThanOrEqual(cut ? 0.98 : 0.995)
    expect(found.withoutTwin).toBeLessThanOrEqual(found.all * (cut ? 0.08 : 0.02) + 1)
  })

  test('all together: 99.5 % of the decisions right, 85 % of the names decided', () => {
    expect(tally.all).toBeGreaterThanOrEqual(2000)
    expect(tally.right / tally.auto).toBeGreaterThanOrEqual(0.995)
    expect(tally.auto / tally.all).toBeGreaterThanOrEqual(0.85)
    expect(tally.withoutTwin / tally.all).toBeLessThan(0.03)
  })
})

test('a national procedure survives being written as a line and read again', () => {
  const again = readNationalLines(national.map((procedure) => JSON.stringify(toNationalLine(procedure))).join('\n'), 'again.jsonl')
  expect(again).toEqual(national)
})
