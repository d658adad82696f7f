import { describe, expect, test } from 'vitest'
import { codeIn, listReading, sameProcedure } from '../../../src/connectors/procedure-database/listing.js'

const fields = { code: ['MATTHC'], name: ['TENTTHC'], reference: [] }
const read = (...rows: unknown[]) => listReading(fields, 0).page(rows)
const row = (MATTHC: unknown, TENTTHC: unknown = 'Cấp giấy phép mẫu') => ({ MATTHC, TENTTHC })

describe('codes', () => {
  test.each([
    ['spaces around', ' 1.999001 '],
    ['a tab', '1.999001\t'],
    ['a no-break space', '\u00a01.999001'],
    ['zero-width characters', '1.\u200b999001\ufeff'],
  ])('lose what nobody sees: %s', (_, written) => {
    expect(read(row(written))).toMatchObject({ rows: [{ code: '1.999001' }], problems: [] })
  })

  test.each([
    ['1. 999001', '1.999001'],
    ['1.999 001', '1.999001'],
    ['1.999001 .000.00.00.H41', '1.999001.000.00.00.H41'],
    ['1.999001\t.H41', '1.999001.H41'],
    // A spreadsheet’s number has lost its zeros; a national code has six digits after the point.
    [1.0002, '1.000200'],
  ])('with something inside (%j) are put right, and reported', (written, code) => {
    const { rows, problems } = read(row(written))
    expect(rows).toMatchObject([{ code }])
    expect(problems).toMatchObject([{ place: 'row 1', code, problem: { en: expect.stringContaining(code), vi: expect.stringContaining(code) } }])
  })

  test('with spaces that give no code stay as they are, and are reported', () => {
    expect(read(row('QT  01'))).toMatchObject({ rows: [{ code: 'QT 01' }], problems: [{ code: 'QT 01' }] })
  })

  test('of another form are kept: a province has its own', () => {
    expect(read(row('QT-01'))).toMatchObject({ rows: [{ code: 'QT-01' }], problems: [] })
  })

  test('are of one procedure with and without the province’s suffix', () => {
    expect(sameProcedure('1.999001', '1.999001.000.00.00.H41')).toBe(true)
    expect(sameProcedure('1.999001.H41', '1.999002.H41')).toBe(false)
    expect(codeIn({})).toBeNull()
  })
})

describe('names', () => {
  test('are NFC with white space folded', () => {
    expect(read(row('1.999001', '  Cấp\tgiấy \n phép\u00a0mẫu\u200b '.normalize('NFD'))).rows).toMatchObject([{ name: 'Cấp giấy phép mẫu' }])
  })

  test.each([undefined, '', '   ', 7, 'Cấp gi\ufffdy phép'])('that cannot be read (%j) leave the code in the list, and are reported', (name) => {
    expect(read({ MATTHC: '1.999001', TENTTHC: name })).toMatchObject({ rows: [{ code: '1.999001', name: '' }], problems: [{ code: '1.999001' }] })
  })
})

describe('rows', () => {
  test('without a code are left out and told with their place; the list goes on', () => {
    const { rows, problems, named } = read(row('1.999001'), { TENTTHC: 'Không mã' }, null, 'x', row('\u200b'), row('1.999002'))
    expect(rows.map(({ code }) => code)).toEqual(['1.999001', '1.999002'])
    expect(problems.map(({ place, code }) => [place, code])).toEqual([
      ['row 2', null],
      ['row 3', null],
      ['row 4', null],
      ['row 5', null],
    ])
    expect(problems[0]?.problem.vi).toContain('Không mã')
    expect(named).toBe(2)
  })

  test('with a code that came before are reported, the first stays; two names are said', () => {
    const { rows, problems } = read(row('1.999001', 'Một'), row('1.999001 ', 'MỘT'), row('1.999001', 'Hai'))
    expect(rows).toEqual([{ code: '1.999001', name: 'Một', reference: null }])
    expect(problems[0]?.problem.en).toBe('1.999001 stands in the list twice')
    expect(problems[1]?.problem.en).toContain('“Một”, which was kept, and “Hai”')
  })

  test('that came on an earlier page are known again', () => {
    const reading = listReading(fields, 0)
    reading.page([row('1.999001')])
    expect(reading.page([row('1.999001'), row('1.999002')])).toMatchObject({ rows: [{ code: '1.999002' }], fresh: 1, problems: [{ place: 'row 2' }] })
    expect(reading.seen).toBe(2)
  })

  test('are counted on from where an earlier reading stopped', () => {
    const reading = listReading(fields, 400)
    expect(reading.page([{}]).problems[0]?.place).toBe('row 401')
    expect(reading.seen).toBe(401)
  })

  test('may spell their fields in any letter case', () => {
    expect(read({ MaTTHC: '1.999001', TenTTHC: 'Một' }).rows).toEqual([{ code: '1.999001', name: 'Một', reference: null }])
  })
})
