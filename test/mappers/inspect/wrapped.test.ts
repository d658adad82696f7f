/** What programs and gateways make of an export before somebody saves it: other wrappings, other names, rests of the tool behind it. */
import { describe, expect, test } from 'vitest'
import { inspectFiles } from '../../../src/mappers/index.js'

async function inspect(dialect: string, content: string | Uint8Array) {
  const report = await inspectFiles({ dialect, agencyCode: '000.00.00.H99', files: [{ name: 'saved', bytes: Buffer.from(content) }] })
  return { ...report, rules: report.problems.map(({ rule }) => rule) }
}

const json = JSON.stringify
const codes = ['000.00.12.H99-250310-0007', '000.00.12.H99-250310-0008']
const canonical = { localCode: codes[0], applicantId: '099090000001', receivedAt: '2025-03-10T08:15:00+07:00', status: 4 }
const procedure = 'Đăng ký thành lập hộ kinh doanh'

const openCps = codes.map((dossierNo, n) => ({
  dossierId: 70_107 + n,
  referenceUid: `5f0c0a1e-0000-4000-8000-00000000000${n}`,
  dossierNo,
  serviceCode: '1.001612.000.00.00.H99',
  serviceName: procedure,
  applicantName: 'NGUYỄN VĂN MẪU',
  receiveDate: '10/03/2025 08:15:00',
  dossierStatus: 'processing',
}))
const tdColumns = ['Id', 'MaHoSo', 'MaTTHC', 'ChuHoSo', 'NgayTiepNhan', 'NgayHenTra', 'TrangThaiHoSoId', 'DeletedOn'] as const
const td = codes.map((MaHoSo, n) => ({
  Id: `00000000-0000-0000-0000-00000000000${n}`,
  MaHoSo,
  MaTTHC: '1.001612.000.00.00.H99',
  ChuHoSo: 'Nguyễn Văn Mẫu',
  NgayTiepNhan: '2025-03-10 08:15:00',
  NgayHenTra: '2025-03-13 08:15:00',
  TrangThaiHoSoId: '4',
  DeletedOn: null,
}))

/** Each dialect's records. */
const dialects: readonly (readonly [dialect: string, records: readonly object[]])[] = [
  ['opencps-v2', openCps],
  [
    'igate2',
    codes.map((code, n) => ({
      id: `66f00000000000000000000${n}`,
      code,
      dossierStatus: { id: 2, name: 'Đang xử lý' },
      applicant: { data: { fullname: 'Nguyễn Văn Mẫu' } },
      procedure: { code: '1.001612.000.00.00.H99', translate: { languageId: 228, name: procedure } },
      acceptedDate: '2025-03-10T01:15:00.000+0000',
    })),
  ],
  ['td-mssql', td],
  [
    'lgsp-msync',
    codes.map((DocCode) => ({
      DocTypeCode: '1.001612.000.00.00.H99',
      DocTypeName: procedure,
      DocCode,
      CitizenName: 'NGUYỄN VĂN MẪU',
      DateReceived: '2025-03-10T08:15:00.000Z',
      IsReturned: false,
      Status: 1,
    })),
  ],
  [
    'hcm-lgsp',
    codes.map((MaHoSo) => ({
      MaHoSo,
      SoBienNhan: MaHoSo.slice(-11),
      MaTTHC: '1.001612.000.00.00.H99',
      TenTTHC: procedure,
      MaLinhVuc: 'G05-KH01',
      TenLinhVuc: 'Hộ kinh doanh',
      ChuHoSo: 'Nguyễn Văn Mẫu',
      LoaiDoiTuong: '1',
      NgayTiepNhan: '10/03/2025 08:15:00',
      TrangThaiHoSo: '4',
    })),
  ],
  [
    'wcf-motcua',
    codes.map((SoBienNhan, n) => ({ HoSoID: 70_107 + n, SoBienNhan, HoTenNguoiNop: 'Nguyễn Văn Mẫu', NgayNhan: '2025-03-10T08:15:00' })),
  ],
]

describe.each(dialects)('%s', (dialect, records) => {
  test.each<[string, (records: readonly object[]) => unknown]>([
    ['an array', (all) => all],
    ['an envelope of a gateway', (all) => ({ code: 0, message: 'OK', result: { data: all } })],
    ['an array of pages', (all) => all.map((one) => ({ content: [one] }))],
    ['an array in an array', (all) => [all]],
    ['a record set', (all) => ({ recordsets: [all], recordset: all, rowsAffected: [all.length] })],
    ['JSON inside a text', (all) => ({ d: json(all) })],
  ])('reads the same dossiers out of %s', async (_, wrap) => {
    const plain = await inspect(dialect, json(records))
    expect(plain.dossiers).toHaveLength(records.length)
    const report = await inspect(dialect, json(wrap(records)))
    expect(report.dossiers).toEqual(plain.dossiers)
  })

  test('reads one object in the place of a list', async () => {
    expect((await inspect(dialect, json({ data: records[0] }))).dossiers).toHaveLength(1)
  })

  test('does not mind zeros behind the end', async () => {
    const plain = await inspect(dialect, json({ data: records }))
    expect(await inspect(dialect, Buffer.concat([Buffer.from(json({ data: records })), Buffer.alloc(3)]))).toEqual(plain)
  })

  test('finds nothing in what is none of its own', async () => {
    const report = await inspect(dialect, json({ result: { data: [{ a: 1 }], page: { items: ['x'] } } }))
    expect(report.dossiers).toEqual([])
    expect(report.problems.some(({ severity }) => severity === 'error')).toBe(true)
  })
})

test.each([
  ['upper case', (key: string) => key.toUpperCase()],
  ['Pascal case', (key: string) => key.charAt(0).toUpperCase() + key.slice(1)],
])('OpenCPS under names in %s says the same', async (_, name) => {
  const page = { total: 2, data: openCps }
  const renamed = openCps.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [name(key), value])))
  const report = await inspect('opencps-v2', json({ [name('total')]: 2, [name('data')]: renamed }))
  expect(report.dossiers).toEqual((await inspect('opencps-v2', json(page))).dossiers)
})

describe('canonical lines', () => {
  const other = { ...canonical, localCode: '000.00.12.H99-250310-0008' }
  test.each([
    ['in an array', json([canonical, other])],
    ['in an array over many lines', json([canonical, other], null, 2)],
    ['that end with CR alone', `${json(canonical)}\r${json(other)}\r`],
  ])('%s are read', async (_, text) => {
    expect((await inspect('ndjson', text)).dossiers.map(({ localCode }) => localCode)).toEqual([canonical.localCode, other.localCode])
  })

  test('a bad one in an array is named by its place', async () => {
    const report = await inspect('ndjson', json([canonical, { ...other, receivedAt: '10/03/2025' }]))
    expect(report.dossiers).toHaveLength(1)
    expect(report.problems).toContainEqual(expect.objectContaining({ where: 'saved, [1]/receivedAt', rule: 'row.unreadable' }))
  })
})

describe('tables of TD', () => {
  const lines = (rows: readonly (typeof td)[number][]) => rows.map((row) => tdColumns.map((column) => row[column] ?? '').join(','))
  const heading = tdColumns.join(',')
  const rest = lines(td)
  const table = [heading, ...rest].join('\n')
  const changed = (column: (typeof tdColumns)[number], value: string) => {
    const [first = '', ...others] = rest
    return [heading, first.split(',').with(tdColumns.indexOf(column), value).join(','), ...others].join('\n')
  }

  test('as a query tool prints them: the line below the headings and the count are no dossiers', async () => {
    const text = [heading, tdColumns.map(() => '--').join(','), ...rest, '', '(2 rows affected)'].join('\n')
    const report = await inspect('td-mssql', text)
    expect(report.dossiers.map(({ localCode }) => localCode)).toEqual((await inspect('td-mssql', table)).dossiers.map(({ localCode }) => localCode))
    expect(report.problems).toContainEqual(expect.objectContaining({ where: expect.stringMatching(/^saved, row \d$/), rule: 'row.unrecognised' }))
  })

  test('under Vietnamese headings are the same tables', async () => {
    const text = table.replace('MaHoSo,', 'Mã hồ sơ,').replace(',ChuHoSo,', ',Chủ hồ sơ,').replace(',NgayTiepNhan,', ',Ngày tiếp nhận,')
    expect((await inspect('td-mssql', text)).dossiers).toEqual((await inspect('td-mssql', table)).dossiers)
  })

  test('a dossier that was deleted is said to be', async () => {
    expect((await inspect('td-mssql', changed('DeletedOn', '2025-03-12 00:00:00'))).rules).toContain('record.deleted')
    expect((await inspect('td-mssql', table)).rules).not.toContain('record.deleted')
  })

  test.each([
    // What SQL Server makes of an empty text.
    ['1900-01-01 00:00:00.000', null],
    ['/Date(1741569300000+0700)/', '2025-03-10T08:15:00+07:00'],
    ['10/03/2025 02:15:00 CH', '2025-03-10T14:15:00+07:00'],
  ])('the date %j', async (written, at) => {
    expect((await inspect('td-mssql', changed('NgayTiepNhan', written))).dossiers[0]?.receivedAt).toBe(at)
  })
})
