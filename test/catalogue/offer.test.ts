import { describe, expect, test } from 'vitest'
import { offerBundle, offerBundleJson, writeOffers } from '../../src/catalogue/offers/bundle.js'
import { offersOf } from '../../src/catalogue/offers/offer.js'
import type { OnlineService, Procedure, ServiceLevel } from '../../src/domain/index.js'
import { readWorkbook } from '../../src/mappers/files/index.js'
import { day, fee, limit, procedure, today } from './procedures.js'

const full: ServiceLevel = { scale: 'named', level: 'full' }
const service = (url: string | null, more: Partial<OnlineService> = {}): OnlineService => ({ code: null, name: null, agency: null, url, ...more })
const online = (level: ServiceLevel, known: Partial<Procedure> = {}): Partial<Procedure> => ({
  serviceLevels: [{ level, from: null, to: null }],
  services: [service('https://dichvucong.example.vn/nop?ma=1.999001')],
  ...known,
})
const offered = (known: Partial<Procedure>, link: string | null | 'undecided' = '1.999001') =>
  offersOf({ procedures: [procedure('1.999001.H99', 'Cấp giấy phép mẫu', known)], link: () => (link === 'undecided' ? undefined : link), day: today })
const reasons = (known: Partial<Procedure>, link: string | null | 'undecided' = '1.999001') =>
  offered(known, link).notReady[0]?.findings.map(({ ruleId }) => ruleId)

describe('an offer', () => {
  test('names code, level in the words of today, link, cases, agency and what is to be paid online', () => {
    const known = online(
      { scale: 'numbered', level: 4 },
      {
        agencies: { implementing: [{ code: 'H99.12', name: 'Sở Mẫu' }], competent: null, authorised: null, coordinating: null },
        services: [
          service('https://dichvucong.example.vn/1'),
          service('https://dichvucong.example.vn/2', { code: '1.999001.02', name: 'Cấp lại', agency: { code: 'H99.3', name: 'UBND xã Mẫu' } }),
        ],
        channels: [limit('direct', 5, 'day', [fee(50_000)]), limit('online', 5, 'day', [fee(25_000), fee(25_000), fee(0)])],
      },
    )
    expect(offered(known)).toEqual({
      offers: [
        {
          localCode: '1.999001.H99',
          nationalCode: '1.999001',
          name: 'Cấp giấy phép mẫu',
          level: 'full',
          url: 'https://dichvucong.example.vn/1',
          agency: { code: 'H99.12', name: 'Sở Mẫu' },
          cases: [{ code: '1.999001.02', name: 'Cấp lại', url: 'https://dichvucong.example.vn/2' }],
          fees: [{ kind: 'fee', amount: 25_000, text: null }],
          payableOnline: null,
        },
      ],
      notReady: [],
      hidden: 0,
    })
  })

  test('that is free has no fees; where nothing is known of fees it says so', () => {
    expect(offered(online(full, { channels: [limit('online', 5, 'day', [fee(0)])] })).offers[0]?.fees).toEqual([])
    expect(offered(online(full)).offers[0]?.fees).toBeNull()
    // A time limit without a row of fees says nothing of them.
    expect(offered(online(full, { channels: [limit('online', 5, 'day', [])] })).offers[0]?.fees).toBeNull()
  })

  test('of information needs no link', () => {
    expect(offered({ serviceLevels: [{ level: { scale: 'numbered', level: 2 }, from: null, to: null }] }).offers[0]).toMatchObject({
      level: 'information',
      url: null,
    })
  })

  test('holds for its day: a level that ended does not count', () => {
    expect(reasons({ ...online(full), serviceLevels: [{ level: full, from: null, to: day('2025-12-31') }] })).toEqual(['offer.no-level'])
  })
})

describe('what is not ready says why', () => {
  test.each<[string, Partial<Procedure>, string | null, readonly string[]]>([
    ['nobody decided about the code', online(full), 'undecided', ['offer.unlinked']],
    ['no national twin', online(full), null, ['offer.local-only']],
    ['no level', { services: [service('https://dichvucong.example.vn/1')] }, '1.999001', ['offer.no-level']],
    ['no link', online(full, { services: null }), '1.999001', ['offer.no-link']],
    ['a link that is not https', online(full, { services: [service('http://dichvucong.example.vn/1')] }), '1.999001', ['offer.link']],
    ['a link that carries a password', online(full, { services: [service('https://a:b@dichvucong.example.vn')] }), '1.999001', ['offer.link']],
    ['a fee without an amount', online(full, { channels: [limit('online', 5, 'day', [fee(null)])] }), '1.999001', ['offer.fee']],
    [
      'several reasons at once',
      { channels: [limit('online', 5, 'day', [fee(null)])] },
      'undecided',
      ['offer.unlinked', 'offer.no-level', 'offer.fee'],
    ],
  ])('%s', (_, known, link, expected) => {
    expect(reasons(known, link)).toEqual(expected)
  })

  test('an abolished code is not offered, and what the province hides is no offer at all', () => {
    const one = procedure('1.999001.H99', 'Cấp giấy phép mẫu', online(full))
    expect(offersOf({ procedures: [one], link: () => '1.999001', listed: () => false, day: today }).notReady[0]?.findings[0]?.ruleId).toBe(
      'offer.abolished',
    )
    expect(offersOf({ procedures: [{ ...one, published: false }], link: () => '1.999001', day: today })).toEqual({
      offers: [],
      notReady: [],
      hidden: 1,
    })
  })
})

describe('the bundle', () => {
  const procedures = ['2.000380', '1.000012', '000123'].map((code) => procedure(code, `Thủ tục ${code}`, code === '000123' ? {} : online(full)))
  const bundle = (order: readonly Procedure[]) =>
    offerBundle('H99', today, offersOf({ procedures: order, link: (code) => code, day: today, payableOnline: () => true }))

  test('has the same bytes whatever the order of the catalogue', () => {
    const json = offerBundleJson(bundle(procedures))
    expect(offerBundleJson(bundle(procedures.toReversed()))).toBe(json)
    expect(Object.keys(JSON.parse(json))).toEqual(['schema', 'agencyCode', 'day', 'offers', 'notReady'])
    expect(JSON.parse(json)).toMatchObject({
      schema: 1,
      agencyCode: 'H99',
      day: '2026-03-02',
      offers: [{ localCode: '1.000012' }, { localCode: '2.000380' }],
      notReady: [{ localCode: '000123', findings: [{ ruleId: 'offer.no-level' }] }],
    })
  })

  test('is a workbook with whole codes, too', async () => {
    const sheets = await readWorkbook(await writeOffers(bundle(procedures), 'vi'))
    expect(sheets.map(({ name }) => name)).toEqual(['Dịch vụ công', 'Trường hợp', 'Phí, lệ phí', 'Chưa sẵn sàng'])
    expect(sheets[0]?.rows[2]?.slice(0, 5)).toEqual([
      '2.000380',
      '2.000380',
      'Thủ tục 2.000380',
      'Toàn trình',
      'https://dichvucong.example.vn/nop?ma=1.999001',
    ])
    expect(sheets[3]?.rows[1]?.[0]).toBe('000123')
  })
})
