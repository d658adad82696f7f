/** TD and WCF: exports and answers damaged by a seed. Nothing may come of it but findings with a place, and the good records stay. */
import { describe, expect, test } from 'vitest'
import { type Random, seededRandom } from '../../src/base/index.js'
import { inspectFiles } from '../../src/mappers/index.js'

const CODES = Array.from({ length: 6 }, (_, n) => `000.00.12.H99-250310-${String(n + 1).padStart(4, '0')}`)
const COLUMNS = [
  'Id',
  'DonViId',
  'MaHoSo',
  'KenhThucHien',
  'LoaiDoiTuong',
  'ChuHoSo',
  'SoGiayToChuHoSo',
  'NgayTiepNhan',
  'NgayHenTra',
  'TrangThaiHoSoId',
  'HinhThucTra',
  'MaTTHC',
  'TenLinhVuc',
  'TrangThaiDongBoDVC',
] as const
const cellsOf = (n: number) => [
  `00000000-0000-0000-0000-${String(n + 1).padStart(12, '0')}`,
  'XAMAU',
  CODES[n] ?? '',
  '2',
  'Công dân',
  'Nguyễn Văn Mẫu',
  '099090000001',
  '2025-03-10 08:15:00.0000000',
  '2025-03-13 08:15:00.0000000',
  '4',
  '0',
  '1.001612.000.00.00.H99',
  'Hộ kinh doanh',
  '0',
]

interface Dialect {
  readonly name: string
  readonly file: string
  readonly head: string
  readonly record: (n: number) => string
  readonly between: string
  readonly tail: string
}

const dialects: readonly Dialect[] = [
  {
    name: 'td-mssql',
    file: 'hosos.csv',
    head: `${COLUMNS.join(',')}\r\n`,
    record: (n) => cellsOf(n).join(','),
    between: '\r\n',
    tail: '\r\n',
  },
  {
    name: 'td-mssql',
    file: 'search.json',
    head: '{"data":[',
    record: (n) =>
      JSON.stringify(Object.fromEntries(COLUMNS.map((column, index) => [column.charAt(0).toLowerCase() + column.slice(1), cellsOf(n)[index]]))),
    between: ',\n',
    tail: '],"currentPage":1,"totalPages":1,"totalCount":6,"pageSize":10,"hasPreviousPage":false,"hasNextPage":false}',
  },
  {
    name: 'wcf-motcua',
    file: 'soap.xml',
    head:
      '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><MotCua_HoSoTiepNhan_SearchResponse xmlns="http://tempuri.org/">' +
      '<MotCua_HoSoTiepNhan_SearchResult xmlns:a="urn:m" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><a:Data>\n',
    record: (n) =>
      `<a:HoSoTiepNhanViewModel><a:HoSoID>${70_000 + n}</a:HoSoID><a:SoBienNhan>${CODES[n]}</a:SoBienNhan><a:MaThuTuc>1.001612.000.00.00.H99</a:MaThuTuc>` +
      '<a:TenThuTuc>Đăng ký</a:TenThuTuc><a:HoTenNguoiNop>Nguyễn Văn Mẫu</a:HoTenNguoiNop><a:SoGiayTo>099090000001</a:SoGiayTo>' +
      '<a:NgayNhan>2025-03-10T08:15:00</a:NgayNhan><a:TrangThaiHoSoID>4</a:TrangThaiHoSoID><a:NgayTraKetQua i:nil="true"/></a:HoSoTiepNhanViewModel>',
    between: '\n',
    tail: '</a:Data><a:TotalRow>6</a:TotalRow></MotCua_HoSoTiepNhan_SearchResult></MotCua_HoSoTiepNhan_SearchResponse></s:Body></s:Envelope>',
  },
  {
    name: 'wcf-motcua',
    file: 'search.json',
    head: '{"MotCua_HoSoTiepNhan_SearchResult":{"Data":[',
    record: (n) =>
      JSON.stringify({
        HoSoID: 70_000 + n,
        SoBienNhan: CODES[n],
        MaThuTuc: '1.001612',
        HoTenNguoiNop: 'Nguyễn Văn Mẫu',
        NgayNhan: '/Date(1741569300000+0700)/',
        TrangThaiHoSoID: 4,
      }),
    between: ',\n',
    tail: '],"TotalRow":6}}',
  },
]

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

/** Damages one record in one of these ways; the others stay whole. */
const spoilings: readonly ((record: string, random: Random) => string)[] = [
  // A field lost its value, or became another type.
  (record, random) => record.replace(pick(random, ['2025-03-10', '099090000001', 'Nguyễn Văn Mẫu', '1.001612']), ''),
  (record, random) => record.replace(pick(random, ['Nguyễn Văn Mẫu', '099090000001']), () => String(random())),
  // Other spellings of names.
  (record) => record.replace(/HoTenNguoiNop|chuHoSo|NgayNhan|ngayTiepNhan/g, (name) => name.toUpperCase()),
  (record) => record.replace(/HoTenNguoiNop|chuHoSo|NgayNhan|ngayTiepNhan/g, (name) => name.toLowerCase()),
  // A state nobody knows, a date of another form, a day that is none.
  (record) => record.replace(/(TrangThaiHoSoI[Dd]"?[:>]\s*"?)4|(?<=Z,|0000000,)4(?=,)/, '$1977'),
  (record, random) =>
    record.replace(
      /2025-03-10[T ]08:15:00(?:\.0{7})?/,
      pick(random, ['10/3/2025', '31/02/2025 08:00:00', '20250310', 'hôm qua', '45726', '2025-13-45T99:00:00']),
    ),
  // Strange characters and long texts.
  (record, random) => record.replace('Nguyễn Văn Mẫu', () => 'ă\u0301\u0000\u202e'.repeat(1 + Math.floor(random() * 500)).replaceAll('\u0000', '')),
  (record) => record.replace('Nguyễn Văn Mẫu', '=CMD()'),
  // Cut off inside.
  (record, random) => record.slice(0, Math.floor(random() * record.length)),
  (record, random) => {
    const at = Math.floor(random() * record.length)
    return record.slice(0, at) + pick(random, ['"', '<', '}', ',', '&', ']]>', '\\', '{']) + record.slice(at + 1)
  },
]

async function inspect({ name, file }: Dialect, text: string) {
  return inspectFiles({ dialect: name, agencyCode: '000.00.00.H99', files: [{ name: file, bytes: new TextEncoder().encode(text) }] })
}

describe.each(dialects)('$name, $file', (dialect) => {
  const { head, record, between, tail } = dialect
  const whole = (spoil: (text: string, n: number) => string) => head + CODES.map((_, n) => spoil(record(n), n)).join(between) + tail

  test('whole, it is six dossiers', async () => {
    expect(
      (
        await inspect(
          dialect,
          whole((text) => text),
        )
      ).dossiers.map(({ localCode }) => localCode),
    ).toEqual(CODES)
  })

  test('600 times one record is damaged: the other five are read, and what is wrong has a place', async () => {
    for (let seed = 0; seed < 600; seed++) {
      const random = seededRandom(`${dialect.name}/${dialect.file}/${seed}`)
      const bad = Math.floor(random() * CODES.length)
      const spoiling = pick(random, spoilings)
      const text = whole((good, n) => (n === bad ? spoiling(good, random) : good))
      const { dossiers, problems } = await inspect(dialect, text)
      const read = new Set(dossiers.map(({ localCode }) => localCode))
      for (const [n, code] of CODES.entries()) if (n !== bad) expect(read, `seed ${seed}: ${code} of ${text.slice(0, 3000)}`).toContain(code)
      for (const { where, why, hint } of problems) {
        expect(where, `seed ${seed}`).not.toBe('')
        expect(
          [why.en, why.vi, hint.en, hint.vi].every((one) => one !== ''),
          `seed ${seed}`,
        ).toBe(true)
      }
    }
  }, 60_000)

  test('200 times it is cut off: every record before the cut is read, and the cut is told of', async () => {
    const text = whole((good) => good)
    for (let seed = 0; seed < 200; seed++) {
      const at = Math.floor(seededRandom(`cut/${dialect.file}/${seed}`)() * text.length)
      const { dossiers, problems } = await inspect(dialect, text.slice(0, at))
      const before = CODES.filter(
        (_, n) =>
          at >=
          head.length +
            CODES.slice(0, n + 1)
              .map((__, k) => record(k))
              .join(between).length,
      )
      const read = dossiers.map(({ localCode }) => localCode)
      expect(read, `seed ${seed}, cut at ${at}`).toEqual(expect.arrayContaining(before))
      if (before.length < CODES.length && at > 0 && dialect.file.endsWith('csv') === false) expect(problems.length, `seed ${seed}`).toBeGreaterThan(0)
    }
  }, 60_000)
})
