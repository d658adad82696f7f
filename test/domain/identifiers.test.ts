import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AgencyCode,
  isSameOrAbove,
  parseAgencyCode,
  parseDossierCode,
  parseHotline,
  parseOldIdCard,
  parsePersonalNumber,
  parsePhone,
  parseProcedureCode,
  parseTaxCode,
  toLongForm,
  toShortForm,
} from '../../src/domain/index.js'

describe('tax codes: the made-up vectors of contracts/rules-and-indicators.md §6.4', () => {
  test.each(['9912345671', '9900000016', '9912345671-001', '9912345671001', '099090000001'])('%s is one', (text) => {
    expect(parseTaxCode(text)).toMatchObject({ ok: true })
  })

  test.each([
    ['9912345672', 'check digit'],
    ['9912345671-000', 'branches are numbered from 001'],
    ['9812345090', 'no tax code with this stem'],
    ['0000000017', 'never starts with 00'],
    ['991234567', '10 digits'],
    ['9900000000', '0000001'],
  ])('%s is none: %s', (text, because) => {
    const parsed = parseTaxCode(text)
    expect(parsed.ok).toBe(false)
    if (!parsed.ok) expect(parsed.problem.en).toContain(because)
  })
})

describe('personal numbers', () => {
  test('the fourth digit says century and sex', () => {
    expect(parsePersonalNumber('001099000001')).toMatchObject({ ok: true, value: { sex: 'male', birthYear: 1999, birthplace: '001' } })
    expect(parsePersonalNumber('099191000002')).toMatchObject({ ok: true, value: { sex: 'female', birthYear: 1991 } })
    expect(parsePersonalNumber('099301000003')).toMatchObject({ ok: true, value: { sex: 'female', birthYear: 2001 } })
  })

  test('eleven digits mean a leading zero lost in a spreadsheet: said, never padded', () => {
    const parsed = parsePersonalNumber('99090000001')
    expect(parsed.ok).toBe(false)
    if (!parsed.ok) expect(parsed.problem.en).toContain('leading zero')
  })

  test('an old card has nine digits', () => {
    expect(parseOldIdCard('099000001').ok).toBe(true)
    expect(parseOldIdCard('0990000012').ok).toBe(false)
  })
})

describe('phones', () => {
  test.each([
    ['0901234567', '+84901234567'],
    ['+84 90 123 4567', '+84901234567'],
    ['84901234567', '+84901234567'],
    ['02193123456', '+842193123456'],
  ])('%s is %s', (text, stored) => {
    expect(parsePhone(text)).toEqual({ ok: true, value: stored })
  })

  test.each(['0711234567', '0219312345', '1022', '19001234'])('%s is no person’s phone', (text) => {
    expect(parsePhone(text).ok).toBe(false)
  })

  test.each(['1022', '18001234', '1900123456', '0901234567'])('%s is a hotline', (text) => {
    expect(parseHotline(text).ok).toBe(true)
  })
})

describe('procedure codes', () => {
  test.each([
    ['1.000948', null],
    ['1.000948.H38', 'H38'],
    ['1.001612.000.00.00.H99', 'H99'],
  ])('%s has the province %s', (text, province) => {
    expect(parseProcedureCode(text)).toMatchObject({ ok: true, value: { base: text.slice(0, 8), province } })
  })

  test.each(['TS_lop1.000.00.00.H22', '1.00094', '1.000948.H3', ''])('%j is none', (text) => {
    expect(parseProcedureCode(text).ok).toBe(false)
  })
})

describe('dossier numbers (§6.2)', () => {
  test.each([
    ['000.00.15.H22-210616-0042', 'tt01-2018', 'H22.15', '2021-06-16', '0042'],
    ['H22.15-210616-0042', 'qd20', 'H22.15', '2021-06-16', '0042'],
    ['H15.50.05.13-261008-0975', 'qd20', 'H15.50.05.13', '2026-10-08', '0975'],
    ['H22.15-261008-090123', 'ministry', 'H22.15', '2026-10-08', '090123'],
    ['G99.20-20260609-0000001', 'ministry', 'G99.20', '2026-06-09', '0000001'],
    ['h99.12-250310-10000', 'qd20', 'H99.12', '2025-03-10', '10000'],
  ])('%s', (text, form, agency, date, counter) => {
    const parsed = parseDossierCode(text)
    expect(parsed).toMatchObject({ ok: true, value: { form, date, counter } })
    if (parsed.ok && parsed.value.agency) expect(toShortForm(parsed.value.agency)).toBe(agency)
  })

  test('anything else is a local number without meaning', () => {
    expect(parseDossierCode(' TTPVHCC-2025-00231 ')).toEqual({
      ok: true,
      value: { text: 'TTPVHCC-2025-00231', form: 'local', agency: null, date: null, counter: null },
    })
  })

  test.each(['', 'x'.repeat(101), '000.00.15.H22-210631-0042'])('%j is refused', (text) => {
    expect(parseDossierCode(text).ok).toBe(false)
  })
})

describe('agency codes (§6.3)', () => {
  test.each([
    ['000.00.15.H22', 'H22.15'],
    ['000.00.00.H14', 'H14'],
    ['000.05.12.H56', 'H56.12.05'],
    ['000.00.00.G22', 'G22'],
  ])('%s and %s are one body, in both directions', (long, short) => {
    expect(toShortForm(agency(long))).toBe(short)
    expect(toLongForm(agency(short))).toBe(long)
  })

  test('every old code survives the way to the new form and back', () => {
    const group = (width: number) => fc.integer({ min: 1, max: 10 ** width - 1 }).map((value) => String(value).padStart(width, '0'))
    const path = fc.oneof(fc.tuple(), fc.tuple(group(2)), fc.tuple(group(2), group(2)), fc.tuple(group(2), group(2), group(3)))
    fc.assert(
      fc.property(path, ([level2 = '00', level3 = '00', level4 = '000']: readonly string[]) => {
        const long = `${level4}.${level3}.${level2}.H99`
        expect(toLongForm(agency(toShortForm(agency(long))))).toBe(long)
      }),
    )
  })

  test('a new code with longer groups has no old form', () => {
    expect(toLongForm(agency('H15.50.05.13'))).toBeUndefined()
    expect(toLongForm(agency('H15.123'))).toBeUndefined()
  })

  test('a province stands above its bodies, in whichever form either is written, and above no other', () => {
    expect(isSameOrAbove(agency('000.00.00.H22'), agency('H22.15.03'))).toBe(true)
    expect(isSameOrAbove(agency('H22.15'), agency('000.00.15.H22'))).toBe(true)
    expect(isSameOrAbove(agency('H22.15.03'), agency('H22.15'))).toBe(false)
    expect(isSameOrAbove(agency('H14'), agency('H22.15'))).toBe(false)
  })

  test.each(['Z01ABC', 'Z99012345'])('%s is a registered body', (text) => {
    expect(agency(text).form).toBe('registered')
  })

  test.each(['Z00ABC', 'Z1', '', 'TTPVHCC', '00.00.15.H22', 'ZH22', `H22.${'1'.repeat(40)}`])('%j is no agency code', (text) => {
    expect(parseAgencyCode(text).ok).toBe(false)
  })
})

function agency(text: string): AgencyCode {
  const parsed = parseAgencyCode(text)
  if (!parsed.ok) throw new Error(parsed.problem.en)
  return parsed.value
}
