import { describe, expect, test } from 'vitest'
import { parseAgencies, reportedFor, reportingUnit } from '../../../src/mappers/index.js'
import { at, returned } from '../made-up.js'

const OWN = '000.00.00.H99'
const table = parseAgencies(
  [
    { code: '000.00.00.H98', name: 'UBND tỉnh Cũ', validTo: '2025-07-01', successor: OWN },
    { code: OWN, name: 'UBND tỉnh Mẫu' },
    { code: '000.00.12.H98', name: 'Sở Kế hoạch tỉnh Cũ', validTo: '2025-07-01', successor: '000.00.14.H99' },
    { code: '000.00.13.H98', name: 'Sở Tài chính tỉnh Cũ', validTo: '2025-07-01', successor: '000.00.14.H99' },
    { code: '000.00.14.H99', name: 'Sở Tài chính', validFrom: '2025-07-01' },
    { code: '000.00.15.H98', name: 'Sở Xây dựng tỉnh Cũ', validTo: '2025-07-01', successor: ['000.00.14.H99', '000.00.16.H99'] },
    { code: '000.00.16.H99', name: 'Sở Xây dựng', validFrom: '2025-07-01' },
  ],
  'agencies',
)

function reported(agencyCode: string, day: string, number: string, name = 'Tên trong nguồn') {
  const dossier = { ...returned, agency: { code: agencyCode, name }, receivedAt: at(`${day} 09:00`), nationalCode: number }
  const { dossier: told, findings } = reportedFor(dossier, number, table, OWN)
  return { agency: told.agency, rules: findings.map(({ ruleId, path }) => `${ruleId} ${path}`), findings }
}

describe('the unit that is named', () => {
  test('a dossier received before the merger keeps its agency, with the name of that time, also when the source renamed it', () => {
    expect(reported('000.00.12.H98', '2025-06-30', '000.00.12.H98-250630-0001')).toMatchObject({
      agency: { code: '000.00.12.H98', name: 'Sở Kế hoạch tỉnh Cũ' },
      rules: [],
    })
  })

  test('the successor updates it under its own code: still the agency that received it', () => {
    const { agency, rules, findings } = reported('000.00.14.H99', '2025-06-30', '000.00.13.H98-250630-0001')
    expect(agency).toEqual({ code: '000.00.13.H98', name: 'Sở Tài chính tỉnh Cũ' })
    expect(rules).toEqual(['agency.not-yet agency.code'])
    expect(findings[0]?.severity).toBe('info')
  })

  test('received from the day of the merger on, the successor is named, and the old code is told with what to do', () => {
    const { agency, findings } = reported('000.00.12.H98', '2025-07-01', '000.00.14.H99-250701-0001')
    expect(agency).toEqual({ code: '000.00.14.H99', name: 'Sở Tài chính' })
    expect(findings).toMatchObject([{ ruleId: 'agency.ended', severity: 'warn', path: 'agency.code' }])
    for (const text of [findings[0]?.message.en, findings[0]?.message.vi]) {
      expect(text).toContain('000.00.12.H98')
      expect(text).toContain('000.00.14.H99')
    }
  })

  test('a split is not decided for anybody: it is an error that names both', () => {
    const { findings } = reported('000.00.15.H98', '2025-07-02', '000.00.16.H99-250702-0001')
    expect(findings).toMatchObject([{ ruleId: 'agency.undecided', severity: 'error', path: 'agency.code' }])
    expect(findings[0]?.message.vi).toContain('000.00.14.H99, 000.00.16.H99')
  })

  test('an unknown code goes as it is; below an agency that has ended it is told', () => {
    expect(reported('000.00.77.H99', '2025-08-01', '000.00.77.H99-250801-0001')).toMatchObject({
      agency: { code: '000.00.77.H99', name: 'Tên trong nguồn' },
      rules: [],
    })
    expect(reported('000.00.77.H98', '2025-08-01', '000.00.77.H99-250801-0001').rules).toEqual(['agency.parent-ended agency.code'])
  })

  test('without a table nothing is touched', () => {
    const dossier = { ...returned }
    expect(reportedFor(dossier, null, parseAgencies([], 'agencies'), OWN)).toEqual({ dossier, findings: [] })
  })
})

describe('the reporting unit (madonvi)', () => {
  test.each([
    ['an old number', '000.00.12.H98-250630-0001', '000.00.00.H98'],
    ['an old number in the new form', 'H98.12-250630-0001', '000.00.00.H98'],
    ['a number given in the old series after the merger', '000.00.12.H98-250701-0001', OWN],
    ['an own number', '000.00.14.H99-250701-0001', OWN],
    ['a number of a province we have nothing to do with', '000.00.12.H14-250101-0001', OWN],
    ['a number that names nobody', 'TTPVHCC-2025-00231', OWN],
  ])('%s', (_, code, unit) => {
    expect(reportingUnit(code, table, OWN)).toBe(unit)
  })

  test('a province that is to end soon reports its dossiers to the end, later ones for its successor', () => {
    expect(reportingUnit('000.00.12.H98-250630-0001', table, '000.00.00.H98')).toBe('000.00.00.H98')
    expect(reportingUnit('000.00.12.H98-250701-0001', table, '000.00.00.H98')).toBe(OWN)
  })

  test('a unit below our own never reports for itself, although we succeeded it', () => {
    const district = parseAgencies(
      [
        { code: OWN, name: 'UBND tỉnh Mẫu' },
        { code: '000.00.25.H99', name: 'UBND huyện Mẫu', validTo: '2025-07-01', successor: OWN },
      ],
      'agencies',
    )
    expect(reportingUnit('000.00.25.H99-250601-0001', district, OWN)).toBe(OWN)
  })
})
