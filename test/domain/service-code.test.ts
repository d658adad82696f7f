import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseProcedureCode, parseServiceCode } from '../../src/domain/index.js'

const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`))
const procedure = fc
  .tuple(fc.constantFrom('1', '2', '3', '6'), digits(6), fc.constantFrom('', '.000.00.00.H55', '.H55'))
  .map(([kind, serial, suffix]) => `${kind}.${serial}${suffix}`)

describe('service codes (MaDVC)', () => {
  test.each([
    ['1.000358.01', '1.000358', null, '01'],
    ['2.000815.000.00.00.H55.02', '2.000815', 'H55', '02'],
    [' 1.013978.h41.03 ', '1.013978', 'H41', '03'],
  ])('%s names a case of a procedure', (text, base, province, number) => {
    expect(parseServiceCode(text)).toMatchObject({ ok: true, value: { procedure: { base, province }, number } })
  })

  test('every procedure code and two digits are one, and the code gives both back', () => {
    fc.assert(
      fc.property(procedure, digits(2), (code, number) => {
        const parsed = parseServiceCode(`${code}.${number}`)
        expect(parsed).toEqual({
          ok: true,
          value: { text: `${code}.${number}`, procedure: (parseProcedureCode(code) as { value: unknown }).value, number },
        })
      }),
    )
  })

  test('no procedure code is a service code, and no service code a procedure code', () => {
    fc.assert(
      fc.property(procedure, digits(2), (code, number) => {
        expect(parseServiceCode(code).ok).toBe(false)
        expect(parseProcedureCode(`${code}.${number}`).ok).toBe(false)
      }),
    )
  })

  test.each(['', '.01', '1.000358', '1.000358.1', '1.000358.001', '1.000358.000.00', '1.000358.H55.0', 'x'])(
    '%j is none, and is told what one looks like',
    (text) => {
      const parsed = parseServiceCode(text)
      expect(parsed.ok ? '' : parsed.problem.vi).toContain('1.000358.01')
    },
  )
})
