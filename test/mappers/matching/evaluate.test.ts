import { expect, test } from 'vitest'
import { evaluateMatching } from '../../../src/mappers/matching/index.js'
import { readLocalLines } from '../../../src/mappers/procedure-lines/index.js'
import { CATALOGUE } from './made-up-catalogue.js'

const lines = (...rows: readonly object[]) => readLocalLines(rows.map((row) => JSON.stringify(row)).join('\n'), 'local.jsonl')
const explicit = { label_quality: 'explicit', in_national_set: true }

test('the three passes count what they are meant to count', () => {
  const local = lines(
    { ...explicit, local_id: '1', name: 'Đăng ký khai sinh', local_code: '1.000001.H99', base_code: '1.000001' },
    // One name at two levels, and nothing says at which: shown, not decided.
    { ...explicit, local_id: '2', name: 'Chuyển hình thức giao đất, cho thuê đất', base_code: '1.000006' },
    // The code is another procedure's: matched by name, wrongly as far as the row knows, and flagged.
    { ...explicit, local_id: '3', name: 'Đăng ký khai tử', local_code: '1.000001.H99', base_code: '1.000001' },
    { ...explicit, in_national_set: false, local_id: '4', name: 'Chuyển trường đối với học sinh', base_code: '1.999999' },
    { local_id: '5', label_quality: 'conflict', name: 'Đăng ký khai tử', link_code: '2.001190' },
    { local_id: '6', label_quality: 'unverified', name: 'Đăng ký khai tử', link_code: '1.777777' },
  )
  expect(evaluateMatching(local, CATALOGUE)).toEqual({
    rows: 3,
    auto: 2,
    autoRight: 1,
    top5: 3,
    // Without their own code's procedure row 2 has one name left, and row 3 is 1.000004 as before.
    leaveOneOutAuto: 2,
    conflictRows: 1,
    conflictsFlagged: 1,
    explicitRows: 3,
    wronglyFlagged: 1,
    negativeRows: 1,
    negativeAuto: 0,
  })
})

test('a row counts by the list given, whatever it says of itself', () => {
  const local = lines({ ...explicit, local_id: '1', name: 'Đăng ký khai sinh', base_code: '1.000001' })
  expect(evaluateMatching(local, CATALOGUE.slice(1))).toMatchObject({ rows: 0, negativeRows: 1, negativeAuto: 0 })
})
