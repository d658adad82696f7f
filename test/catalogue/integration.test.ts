import { expect, test } from 'vitest'
import { type IntegrationRow, integrationReport, integrationRows } from '../../src/catalogue/offers/integration.js'
import type { ServiceLevel } from '../../src/domain/index.js'
import { day, procedure, today } from './procedures.js'

const level = (number: 1 | 2 | 3 | 4): ServiceLevel => ({ scale: 'numbered', level: number })

function rows(integrated: number, online: number, sector: string | null = 'Mẫu'): IntegrationRow[] {
  return Array.from({ length: online }, (_, index) => ({ sector, level: level(index % 2 === 0 ? 3 : 4), integrated: index < integrated }))
}

test.each([
  [29, 96, 30.21, true],
  [30, 100, 30, true],
  [29, 97, 29.9, false],
])('W11: %d of %d online services are %d %% integrated; 30 %% met: %s', (n, d, percent, met) => {
  expect(integrationReport(rows(n, d)).province).toEqual({ n, d, percent, target: 30, met })
})

test('W5: a province without online services has no share, and neither met nor missed the target', () => {
  const information = { sector: 'Mẫu', level: level(2), integrated: true }
  expect(integrationReport([information])).toMatchObject({
    province: { n: 0, d: 0, percent: null, met: null },
    sectors: [],
    everySector: null,
    full: { percent: null },
  })
})

test('K5 is judged per sector and for the province by counts, not by the mean of the sectors', () => {
  const report = integrationReport([...rows(30, 50, 'Hộ tịch'), ...rows(1, 50, 'Đất đai'), ...rows(0, 1, null)])
  expect(report.province).toMatchObject({ n: 31, d: 101, percent: 30.69, met: true })
  expect(report.sectors.map(({ sector, n, d, met }) => [sector, n, d, met])).toEqual([
    ['Đất đai', 1, 50, false],
    ['Hộ tịch', 30, 50, true],
    [null, 0, 1, false],
  ])
  expect(report.everySector).toBe(false)
})

test('W3, K3, H2: shares of online and of full services', () => {
  const of = (count: number, one: ServiceLevel | null) => Array.from({ length: count }, () => ({ sector: null, level: one, integrated: false }))
  const report = integrationReport([...of(430, level(3)), ...of(140, level(4)), ...of(1831 - 570, level(2))])
  expect(report.online).toEqual({ n: 570, d: 1831, percent: 31.13 })
  expect(report.full).toEqual({ n: 140, d: 570, percent: 24.56 })
})

test('levels in the words of today count as well, on their day only', () => {
  const periods = [
    { level: { scale: 'named', level: 'partial' }, from: day('2026-01-01'), to: day('2026-06-30') },
    { level: { scale: 'named', level: 'information' }, from: null, to: null },
  ] as const
  const one = procedure('1.999001', 'Mẫu', { sectors: [{ code: 'G99', name: null }], serviceLevels: periods })
  expect(integrationRows([one], (code) => code === '1.999001', today)).toEqual([{ sector: 'G99', level: periods[0].level, integrated: true }])
  expect(integrationReport(integrationRows([one], () => true, day('2026-07-01'))).province.d).toBe(0)
})
