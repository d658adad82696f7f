import { describe, expect, test } from 'vitest'
import { fromTd, loadDefaults, parseCodeTables, type TdMapping, tdTraits } from '../../../src/mappers/index.js'
import { at } from '../made-up.js'

const tables = loadDefaults('td-mssql')
const row = {
  Id: '00000000-0000-0000-0000-00000000000A',
  MaHoSo: '000.00.12.H99-250310-0007',
  KenhThucHien: '2',
  LoaiDoiTuong: 'Công dân',
  ChuHoSo: 'Nguyễn Văn Mẫu',
  SoGiayToChuHoSo: '099090000001',
  NgayTiepNhan: '2025-03-10 08:15:00.0000000',
  TrangThaiHoSoId: '4',
  HinhThucTra: '0',
  MaTTHC: '1.001612.000.00.00.H99',
}

function read(more: object = {}, mapping: Partial<TdMapping> = {}, steps: readonly object[] | null = null, fees: readonly object[] | null = null) {
  const mapped = fromTd({ dossier: { ...row, ...more }, steps, fees }, { tables, provinceAgencyCode: '000.00.00.H99', ...mapping })
  if (!mapped.ok) throw new Error('not mapped')
  return { ...mapped.value, rules: mapped.findings.map(({ ruleId }) => ruleId) }
}

describe('what the product would do, and we do not', () => {
  test.each([5, 6, 8])('state %i is reported as it is; as 9 only where the configuration says so', (state) => {
    expect(read({ TrangThaiHoSoId: String(state) }).status).toBe(state)
    const downgraded = read({ TrangThaiHoSoId: String(state) }, { sendAsDone: [5, 6, 8] })
    expect(downgraded.status).toBe(9)
    expect(downgraded.rules).toContain('status.sent-as-done')
  })

  test('an unknown kind of applicant is no citizen', () => {
    expect(read({ LoaiDoiTuong: 'Hộ kinh doanh' })).toMatchObject({
      applicant: { kind: null },
      rules: expect.arrayContaining(['applicant.kind-unmapped']),
    })
    expect(read({ LoaiDoiTuong: '  CÔNG  DÂN ' }).applicant.kind).toBe('citizen')
  })

  test.each(['000000000000', '999999999', '123456789', '0123456789', '012345678912'])('%s stands for “none” and is not sent', (number) => {
    expect(read({ SoGiayToChuHoSo: number })).toMatchObject({ applicant: { identities: [] }, rules: expect.arrayContaining(['identity.dummy']) })
  })

  test.each(['0000000001', '099090000001'])('%s is a number', (number) => {
    expect(read({ SoGiayToChuHoSo: number }).applicant.identities).toHaveLength(1)
  })

  test('a step without a state is not state 4', () => {
    const { steps, rules } = read({}, {}, [{ Id: 's', MaHoSo: row.MaHoSo, ThoiGian: '2025-03-10 09:00:00', ThaoTac: 'Chuyển kho', TrangThai: null }])
    expect(steps).toMatchObject([{ status: null, action: 'Chuyển kho' }])
    expect(rules).toContain('step.status-unmapped')
  })

  test('the name of the field is not the name of the procedure', () => {
    expect(read({ TenLinhVuc: 'Chứng thực' })).toMatchObject({ procedure: { name: null }, rules: expect.arrayContaining(['procedure.name-missing']) })
    expect(read({}, { procedures: new Map([[row.MaTTHC, 'Đăng ký thành lập hộ kinh doanh']]) }).procedure.name).toBe(
      'Đăng ký thành lập hộ kinh doanh',
    )
  })
})

describe('what the columns say', () => {
  test.each([
    ['2025-03-10 08:15:00.1234567', '2025-03-10 08:15'],
    ['2025-03-10T08:15:00', '2025-03-10 08:15'],
    ['10/03/2025 08:15:00', '2025-03-10 08:15'],
    ['2025-03-10T01:15:00Z', '2025-03-10 08:15'],
    ['2025-03-10T08:15:00+07:00', '2025-03-10 08:15'],
  ])('%s is a wall clock, unless it states a zone', (text, clock) => {
    expect(read({ NgayTiepNhan: text }).receivedAt).toBe(at(clock))
  })

  test('a date in the year 1 was never set; one that is none is a finding', () => {
    expect(read({ NgayTra: '0001-01-01 00:00:00.0000000' })).toMatchObject({
      returnedAt: null,
      rules: expect.not.arrayContaining(['time.unreadable']),
    })
    expect(read({ NgayTra: '31/02/2025 08:00:00' })).toMatchObject({ returnedAt: null, rules: expect.arrayContaining(['time.unreadable']) })
  })

  test('a driver’s moment is the wall clock that stands in the table', () => {
    expect(read({ NgayTiepNhan: new Date('2025-03-10T08:15:00Z') }).receivedAt).toBe(at('2025-03-10 08:15'))
  })

  test('MaHoSoKhac is the number at the national portal', () => {
    expect(read({ MaHoSo: 'TTPVHCC-2025-00231', MaHoSoKhac: '000.00.12.H99-250310-12345' })).toMatchObject({
      localCode: 'TTPVHCC-2025-00231',
      nationalCode: '000.00.12.H99-250310-12345',
    })
    expect(read({ MaHoSo: 'TTPVHCC-2025-00231' })).toMatchObject({ nationalCode: null, rules: expect.arrayContaining(['code.without-province']) })
  })

  test('result files are parted by ##, and lie at the source', () => {
    expect(read({ DinhKemKetQua: 'ketqua/a.pdf##ketqua\\b.pdf##' }).results).toMatchObject([
      { name: 'a.pdf', file: { path: 'ketqua/a.pdf' }, url: null },
      { name: 'b.pdf', file: { path: 'ketqua\\b.pdf' }, url: null },
    ])
  })

  test('waiting for papers in another state than 5 is told of, and the state counts', () => {
    expect(read({ TrangThaiBoSung: 'Yêu cầu công dân bổ sung' })).toMatchObject({
      status: 4,
      rules: expect.arrayContaining(['supplement.contradicts']),
    })
  })

  test('names of keys may be cased as they like', () => {
    const camel = Object.fromEntries(Object.entries(row).map(([key, value]) => [key.toLowerCase(), value]))
    const mapped = fromTd({ dossier: camel, steps: null, fees: null }, { tables })
    expect(mapped).toMatchObject({ ok: true, value: { sourceId: row.Id.toLowerCase(), localCode: row.MaHoSo, status: 4 } })
  })

  test('the province’s row for an action comes before the state of the step', () => {
    const own = parseCodeTables({ actions: { 'Chuyển kho': 9, '*': 4 } }, 'test', 'td-mssql')
    const steps = ['Chuyển kho', 'Khác'].map((ThaoTac, n) => ({
      Id: String(n),
      MaHoSo: row.MaHoSo,
      ThoiGian: `2025-03-1${n} 09:00:00`,
      ThaoTac,
      TrangThai: n === 0 ? '2' : null,
    }))
    expect(read({}, { tables: own }, steps).steps?.map(({ status }) => status)).toEqual([9, 4])
  })
})

describe('fee requests', () => {
  const fee = {
    MaHoSo: row.MaHoSo,
    SoTien: 100_000,
    Phi: 0,
    LePhi: 100_000,
    TrangThai: 'Đã thanh toán',
    HinhThucThanhToan: 'truc-tuyen',
    DoiTacThanhToan: 'paymentplatform',
  }

  test.each([
    ['paid through the national platform', fee, [true], 'national'],
    ['paid at the counter', { ...fee, HinhThucThanhToan: 'tien-mat' }, [true], 'none'],
    ['asked for', { ...fee, TrangThai: 'Chờ thanh toán' }, [false], 'none'],
    ['paid through a partner that nobody mapped', { ...fee, DoiTacThanhToan: 'VNeID' }, [true], null],
    ['in a state that nobody mapped', { ...fee, TrangThai: 'Đang treo' }, [null], null],
    ['cancelled', { ...fee, TrangThai: 'Hủy thanh toán' }, [], null],
    ['paid back', { ...fee, TrangThai: 'Đã hoàn phí' }, [], null],
  ])('%s', (_, request, paid, online) => {
    const { fees, onlinePayment } = read({}, {}, null, [request])
    expect(fees?.map((one) => one.paid)).toEqual(paid)
    expect(onlinePayment).toBe(online)
  })

  test('an amount that cannot be read makes fees unknown, never free', () => {
    expect(read({}, {}, null, [{ ...fee, SoTien: 'một trăm' }])).toMatchObject({ fees: null, rules: expect.arrayContaining(['fee.unreadable']) })
  })

  test('SoTien counts once; parts that make another sum are told of', () => {
    expect(read({}, {}, null, [{ ...fee, Phi: 1 }])).toMatchObject({
      fees: [{ amount: 100_000 }],
      rules: expect.arrayContaining(['fee.amounts-differ']),
    })
  })
})

test('what scope rules see: migrated rows, rows without a number, rows that somebody marked', () => {
  expect(tdTraits({ ...row, ViTriDeHoSo: 'Convert', TrangThaiDongBoDVC: '1' }).flags).toEqual(['migrated', 'marked'])
  expect(tdTraits({ ...row, MaHoSo: ' ' }).flags).toEqual(['not-received'])
  expect(tdTraits({ ...row, TrangThaiDongBoDVC: '0' }).flags).toEqual([])
})
