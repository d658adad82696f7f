import { describe, expect, test } from 'vitest'
import type { Dossier } from '../../../src/domain/index.js'
import { fromDossierRow, noPlaces, parsePlaces, placesKnown, toDossierRow } from '../../../src/mappers/index.js'
import { at, returned } from '../made-up.js'

const table = parsePlaces(
  [
    { level: 'province', code: '15', name: 'Tỉnh Yên Bái', validTo: '2025-07-01' as never, successor: '15' },
    { level: 'province', code: '10', name: 'Tỉnh Lào Cai', validTo: '2025-07-01' as never, successor: '15' },
    { level: 'province', code: '15', name: 'Tỉnh Lào Cai', validFrom: '2025-07-01' as never },
  ],
  'places',
  () => ({ path: '', text: '' }),
)

function told(day: string, province: string | null, more: Partial<Dossier> = {}) {
  const dossier: Dossier = {
    ...returned,
    receivedAt: at(`${day} 08:00`),
    applicant: { ...returned.applicant, places: { province, district: '088', commune: null } },
    ...more,
  }
  return placesKnown(dossier, table).map(({ ruleId, path, message }) => [ruleId, path, message.en])
}

describe('codes of an address', () => {
  test('that were valid when the dossier was received say nothing', () => {
    expect([told('2025-03-10', '10'), told('2025-03-10', '15'), told('2025-08-10', '15'), told('2025-08-10', null)]).toEqual([[], [], [], []])
  })

  test('of before are told with what the place became, of nobody as unknown', () => {
    expect(told('2025-08-10', '10')).toEqual([
      ['place.ended', 'applicant.places.province', expect.stringMatching(/10 \(Tỉnh Lào Cai\).*2025-07-01.*15 \(Tỉnh Lào Cai\)/)],
    ])
    expect(told('2025-08-10', '99')).toEqual([['place.unknown', 'applicant.places.province', expect.stringContaining('99')]])
  })

  test('what stands in the place of a code is not repeated when it might be personal', () => {
    expect(JSON.stringify(told('2025-08-10', 'Số 1 ngõ 5, Nguyễn Văn Mẫu'))).not.toContain('Mẫu')
  })

  test('without a table, a day or codes nothing is said', () => {
    expect(
      placesKnown({ ...returned, applicant: { ...returned.applicant, places: { province: '10', district: null, commune: null } } }, noPlaces),
    ).toEqual([])
    expect(told('2025-08-10', '10', { receivedAt: null, submittedAt: null })).toEqual([])
    expect(placesKnown(returned, table)).toEqual([])
  })

  test('stand in our own row format, both ways', () => {
    const row = toDossierRow({ ...returned, applicant: { ...returned.applicant, places: { province: '10', district: null, commune: '00004' } } })
    const read = fromDossierRow(row)
    expect(read.ok && read.value.applicant.places).toEqual({ province: '10', district: null, commune: '00004' })
  })
})
