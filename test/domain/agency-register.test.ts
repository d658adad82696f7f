import { describe, expect, test } from 'vitest'
import { type Agency, type AgencyCode, agencyRegister, type LocalDate, parseAgencyCode, registerProblem } from '../../src/domain/index.js'

const MERGER = '2025-07-01' as LocalDate
const before = '2025-06-30' as LocalDate
const after = MERGER

function agency(code: string, more: Partial<Agency> = {}): Agency {
  return { code, name: `Cơ quan ${code}`, validFrom: null, validTo: null, successors: [], ...more }
}
const ended = (code: string, ...successors: string[]) => agency(code, { validTo: MERGER, successors })
const number = (code: string): AgencyCode => {
  const parsed = parseAgencyCode(code)
  if (!parsed.ok) throw new Error(code)
  return parsed.value
}

describe('a code on a day', () => {
  const merged = agencyRegister([ended('000.00.00.H22', '000.00.00.H60'), agency('000.00.00.H60')])

  test('means its agency until the day it ends, and the successor from that day on', () => {
    expect(merged.on('000.00.00.H22', before)).toMatchObject({ is: 'valid', agency: { code: '000.00.00.H22' } })
    expect(merged.on('000.00.00.H22', after)).toMatchObject({ is: 'other', why: 'ended', agency: { code: '000.00.00.H60' } })
  })

  test('a province is found under both forms of its code', () => {
    expect(merged.on('H22', after)).toMatchObject({ agency: { code: '000.00.00.H60' } })
  })

  test('without a row nothing is known of it, below a known one neither', () => {
    expect(merged.on('000.00.00.H14', after)).toEqual({ is: 'unknown' })
    expect(merged.on('000.00.12.H22', after)).toEqual({ is: 'unknown' })
  })

  test('the number tells that a predecessor received the dossier although the source names the successor', () => {
    expect(merged.on('000.00.00.H60', before, number('000.00.12.H22'))).toMatchObject({
      is: 'other',
      why: 'not-yet',
      agency: { code: '000.00.00.H22' },
    })
    expect(merged.on('000.00.00.H60', before, number('000.00.12.H60'))).toMatchObject({ is: 'valid', agency: { code: '000.00.00.H60' } })
    expect(merged.on('000.00.00.H60', after, number('000.00.12.H22'))).toMatchObject({ is: 'valid', agency: { code: '000.00.00.H60' } })
  })

  test('chains are followed to whoever held on that day', () => {
    const chain = agencyRegister([
      agency('H01.1', { validTo: '2024-01-01' as LocalDate, successors: ['H01.2'] }),
      agency('H01.2', { validFrom: '2024-01-01' as LocalDate, validTo: MERGER, successors: ['H01.3'] }),
      agency('H01.3', { validFrom: MERGER }),
    ])
    expect(chain.on('H01.1', before)).toMatchObject({ agency: { code: 'H01.2' } })
    expect(chain.on('H01.1', after)).toMatchObject({ agency: { code: 'H01.3' } })
    expect(chain.on('H01.3', '2023-05-05' as LocalDate)).toMatchObject({ why: 'not-yet', agency: { code: 'H01.1' } })
    expect(chain.relativesOf('H01.2').map(({ code }) => code)).toEqual(['H01.1', 'H01.3'])
  })

  test('a split, a merger seen from behind without a number, and an end without successor cannot be decided', () => {
    const split = agencyRegister([ended('H01.1', 'H01.2', 'H01.3'), agency('H01.2'), agency('H01.3'), agency('H01.9', { validTo: MERGER })])
    expect(split.on('H01.1', after)).toMatchObject({ is: 'undecided', why: 'ended', among: [{ code: 'H01.2' }, { code: 'H01.3' }] })
    expect(split.on('H01.9', after)).toMatchObject({ is: 'undecided', among: [] })
    const two = agencyRegister([ended('H01.1', 'H02.1'), ended('H03.1', 'H02.1'), agency('H02.1', { validFrom: MERGER })])
    expect(two.on('H02.1', before)).toMatchObject({ is: 'undecided', why: 'not-yet' })
    expect(two.on('H02.1', before, number('H03.1'))).toMatchObject({ is: 'other', agency: { code: 'H03.1' } })
  })

  test('parts that met again are one', () => {
    const met = agencyRegister([
      ended('H01.1', 'H01.2', 'H01.3'),
      agency('H01.2'),
      agency('H01.3', { validTo: '2025-08-01' as LocalDate, successors: ['H01.2'] }),
    ])
    expect(met.on('H01.1', '2025-09-01' as LocalDate)).toMatchObject({ is: 'other', agency: { code: 'H01.2' } })
  })
})

describe('rows that contradict each other', () => {
  test.each([
    ['twice', [agency('H22'), agency('000.00.00.H22')], { row: 1 }],
    ['never-valid', [agency('H22', { validFrom: MERGER, validTo: before })], { row: 0 }],
    ['successor-without-end', [agency('H22', { successors: ['H60'] }), agency('H60')], { row: 0 }],
    ['unknown-successor', [ended('H22', 'H60')], { successor: 'H60' }],
    ['late-successor', [ended('H22', 'H60'), agency('H60', { validFrom: '2025-08-01' as LocalDate })], { successor: 'H60' }],
    ['cycle', [ended('H22', 'H60'), ended('H60', 'H14'), ended('H14', 'H22')], { codes: ['H22', 'H60', 'H14', 'H22'] }],
  ] as const)('%s', (kind, rows, more) => {
    expect(registerProblem(rows)).toMatchObject({ kind, ...more })
  })

  test('none in a table that is sound', () => {
    expect(registerProblem([ended('H22', 'H60'), agency('H60')])).toBeUndefined()
  })
})
