import { expect, test } from 'vitest'
import { isLienthongError } from '../../../src/base/index.js'
import { noAgencies, parseAgencies } from '../../../src/mappers/index.js'

function refusal(source: unknown) {
  try {
    parseAgencies(source, 'agencies.yaml')
  } catch (error) {
    if (isLienthongError(error)) return error
    throw error
  }
  throw new Error('nothing was refused')
}

test('is written in YAML, and its version changes with its content alone', () => {
  const yaml = `
- { code: 000.00.00.H98, name: UBND tỉnh Cũ, validTo: 2025-07-01, successor: 000.00.00.H99 }
- { code: 000.00.00.H99, name: UBND tỉnh Mẫu }
`
  const table = parseAgencies(yaml, 'agencies.yaml')
  expect(table.agencies).toMatchObject([
    { validTo: '2025-07-01', successors: ['000.00.00.H99'] },
    { validFrom: null, successors: [] },
  ])
  expect(parseAgencies(`# ghi chú${yaml}`, 'b.yaml').version).toBe(table.version)
  expect(parseAgencies(yaml.replace('2025-07-01', '2025-08-01'), 'b.yaml').version).not.toBe(table.version)
  expect(noAgencies.version).toBe('')
})

const row = { code: 'H98', name: 'Cũ', validTo: '2025-07-01', successor: 'H99' }

test.each([
  ['a circle', [row, { code: 'H99', name: 'Mới', validTo: '2026-01-01', successor: 'H98' }], '[0].successor', 'H98 → H99 → H98'],
  ['a successor without a row', [row], '[0].successor', 'H99'],
  ['a successor without an end', [{ code: 'H98', name: 'Cũ', successor: 'H99' }], '[0].validTo', 'validTo'],
  ['a gap before the successor', [row, { code: 'H99', name: 'Mới', validFrom: '2025-08-01' }], '[0].successor', '2025-07-01'],
  ['the same code twice', [row, row], '[1].code', 'H98'],
])('%s is refused with row, field and what to do, in both languages', (_, rows, place, words) => {
  const { code, text } = refusal(rows)
  expect(code).toBe('config.invalid')
  for (const sentence of [text.en, text.vi]) {
    expect(sentence).toContain(`agencies.yaml${place}`)
    expect(sentence).toContain(words)
  }
})

test('a day that is none and a misspelt key are refused', () => {
  expect(refusal([{ ...row, validTo: '2025-02-30' }]).text.vi).toContain('có trong lịch')
  expect(refusal([{ ...row, sucessor: 'H99' }])).toMatchObject({ code: 'config.unknown_key', values: { key: 'sucessor', nearest: '→ “successor”?' } })
})
