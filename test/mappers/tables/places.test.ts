import { describe, expect, test } from 'vitest'
import { isLienthongError } from '../../../src/base/index.js'
import type { LocalDate } from '../../../src/domain/index.js'
import { noPlaces, type PlacesSetting, parsePlaces } from '../../../src/mappers/index.js'

const july = '2025-07-01' as LocalDate
const before = '2025-06-30' as LocalDate

const files: Readonly<Record<string, string>> = {
  'provinces-2023.csv':
    'code,name,full_name,unit_type\n10,Lào Cai,Tỉnh Lào Cai,tinh\n15,Yên Bái,Tỉnh Yên Bái,tinh\n01,Hà Nội,Thành phố Hà Nội,thanh-pho\n',
  'provinces-2025.csv': '\uFEFFcode,name,full_name,unit_type\r\n15,Lào Cai,Tỉnh Lào Cai,Tỉnh\r\n01,Hà Nội,Thành phố Hà Nội,Thành phố\r\n',
  'merge.csv': 'old_code,old_name,old_agency_id,new_code,new_name\n10,Lào Cai,H38,15,Lào Cai\n15,Yên Bái,H63,15,Lào Cai\n01,Hà Nội,H26,01,Hà Nội\n',
  'communes-2025.csv': 'code,province_code,name,full_name,unit_type\n00004,01,Ba Đình,Phường Ba Đình,Phường\n',
  'own.csv': 'code,name,level,validFrom,validTo,successor,parent\n001,Quận Ba Đình,district,,2025-07-01,,01\n',
  'places.yaml':
    '- { level: commune, code: "00001", name: Phường Phúc Xá, validTo: 2025-07-01, successor: ["00004"] }\n- { level: commune, code: "00004", name: Ba Đình, validFrom: 2025-07-01 }\n',
  'numbers.yaml': '- { level: commune, code: 00001, name: Phường Phúc Xá }\n',
  'bad-day.csv': 'code,name,validTo\n1,A,2025-02-31\n',
  'rows.csv': 'a,b\n1,2\n',
}
const read = (name: string) => ({ path: name, text: files[name] ?? '' })
const parse = (setting: PlacesSetting | readonly object[]) => parsePlaces(setting as PlacesSetting, 'places', read)

const merged = [
  { file: 'provinces-2023.csv', level: 'province', validTo: july },
  { file: 'provinces-2025.csv', level: 'province', validFrom: july },
  { file: 'merge.csv', on: july },
  { file: 'communes-2025.csv', level: 'commune', validFrom: july },
]

describe('places by code and day', () => {
  test('one code means another place after the merger than before it', () => {
    const table = parse(merged)
    expect(table.on('province', '15', before)).toMatchObject({ is: 'valid', place: { name: 'Tỉnh Yên Bái' } })
    expect(table.on('province', '15', july)).toMatchObject({ is: 'valid', place: { name: 'Tỉnh Lào Cai' } })
    expect(table.on('province', '01', july)).toMatchObject({ is: 'valid', place: { name: 'Thành phố Hà Nội' } })
  })

  test('a code that ended names what its place became', () => {
    expect(parse(merged).on('province', '10', july)).toMatchObject({
      is: 'ended',
      place: { name: 'Tỉnh Lào Cai', validTo: july },
      now: [{ code: '15', name: 'Tỉnh Lào Cai', validFrom: july }],
    })
  })

  test('a code of later is not yet valid, a code of nobody unknown, and levels do not mix', () => {
    const table = parse(merged)
    expect(table.on('commune', '00004', before)).toMatchObject({ is: 'not-yet' })
    expect(table.on('commune', '00004', july)).toMatchObject({ is: 'valid', place: { parent: '01' } })
    expect([table.on('province', '99', july).is, table.on('commune', '15', july).is, table.on('province', '1', july).is]).toEqual([
      'unknown',
      'unknown',
      'unknown',
    ])
    expect([table.holds('commune'), table.holds('district')]).toEqual([true, false])
  })

  test('a chain of successors is followed to the day', () => {
    const table = parse([
      { level: 'commune', code: 'a', name: 'A', validTo: '2024-01-01', successor: 'b' },
      { level: 'commune', code: 'b', name: 'B', validFrom: '2024-01-01', validTo: '2025-07-01', successor: ['c', 'd'] },
      { level: 'commune', code: 'c', name: 'C', validFrom: '2025-07-01' },
      { level: 'commune', code: 'd', name: 'D', validFrom: '2025-07-01' },
    ])
    const now = (day: string) => {
      const standing = table.on('commune', 'a', day as LocalDate)
      return standing.is === 'ended' ? standing.now.map(({ code }) => code) : standing.is
    }
    expect([now('2023-12-31'), now('2024-01-01'), now('2025-07-01')]).toEqual(['valid', ['b'], ['c', 'd']])
  })

  test('rows of one’s own stand in YAML, JSON or CSV, in a file or in place', () => {
    expect(parse('places.yaml').on('commune', '00001', july)).toMatchObject({ is: 'ended', now: [{ code: '00004' }] })
    expect(parse([{ file: 'own.csv' }]).on('district', '001', july)).toMatchObject({ is: 'ended', now: [] })
    expect(parse('own.csv').places).toHaveLength(1)
  })

  test('the version is that of the content; whoever has none has none', () => {
    expect(parse('own.csv').version).toBe(parse([{ file: 'own.csv' }]).version)
    expect(parse('own.csv').version).not.toBe(parse('places.yaml').version)
    expect(noPlaces.version).toBe('')
  })

  test.each<[string, unknown, RegExp]>([
    ['a code without its zeros', 'numbers.yaml', /numbers\.yaml.*0\.code.*with its zeros/],
    ['a day that is none', [{ file: 'bad-day.csv', level: 'commune' }], /bad-day\.csv, line 2.*validTo.*calendar/],
    ['a list without a level', [{ file: 'provinces-2025.csv' }], /places\[0\]\.level.*province, district, commune/],
    ['a list of mergers without a day', [...merged.slice(0, 2), { file: 'merge.csv' }], /places\[2\]\.on.*"on"/],
    ['a merger of what nobody knows', [merged[1], merged[2]], /merge\.csv, line 2\.old_code.*no place with code 10/],
    ['other columns', [{ file: 'rows.csv', level: 'commune' }], /rows\.csv.*code and name/],
    [
      'one code twice on one day',
      [merged[0], { ...merged[1], validFrom: '2025-06-01' }],
      /provinces-2025\.csv, line \d\.code.*two places on the same days/,
    ],
    [
      'a successor that nobody knows',
      [{ level: 'commune', code: 'a', name: 'A', validTo: '2025-07-01', successor: 'b' }],
      /places\[0\]\.successor.*became b/,
    ],
    ['a successor without an end', [{ level: 'commune', code: 'a', name: 'A', successor: 'b' }], /places\[0\]\.validTo.*no end/],
  ])('%s is refused, naming the row', (_, setting, says) => {
    try {
      parse(setting as PlacesSetting)
      throw new Error('nothing was refused')
    } catch (error) {
      if (!isLienthongError(error)) throw error
      expect(error.message).toMatch(says)
    }
  })
})
