import nock from 'nock'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { isLienthongError, type LienthongError } from '../../../src/base/index.js'
import { type IgateAdapterOptions, type IgateIntake, type IgateProgress, type IgateState, igateAdapter } from '../../../src/connectors/index.js'
import { startSandbox } from '../../../src/sandbox/index.js'
import { manualClock } from '../../transport/manual-clock.js'

const CODE = '000.00.12.H99-250310-0007'
const intake: IgateIntake = {
  MaHoSo: CODE,
  MaTTHC: '1.001612',
  MaDichVuCong: '1.001612',
  ChuHoSo: 'Nguyễn Văn Mẫu',
  LoaiDoiTuong: 0,
  MaDonViTiepNhan: 'H99.12',
  NgayNop: '2025-03-10 07:40:12',
  NgayTiepNhan: '2025-03-10 08:15:00',
  ThanhPhanHoSo: [],
  ThongTinNguoiNop: {
    LoaiDoiTuong: 0,
    IdDoiTuong: '00000000-0000-4000-8000-0000000000a1',
    ThongTinChiTiet: {
      TenNguoiNop: 'Nguyễn Văn Mẫu',
      SoDinhDanh: '099090000001',
      NgayCapDinhDanh: '20210101000000',
      NgaySinh: '19900101000000',
      TenChuHs: 'Nguyễn Văn Mẫu',
    },
  },
}
const progress = (id: string): IgateProgress => ({
  IDHoSo: id,
  MaHoSo: CODE,
  NguoiXuLy: 'Lê Cán Bộ',
  ThoiDiemXuLy: '2025-03-10T10:02:00.000',
  PhongBanXuLy: 'UBND xã Mẫu',
  NoiDungXuLy: 'Chuyển thẩm định',
  TrangThai: 4,
  NgayBatDau: '2025-03-10T10:02:00.000',
  NgayKetThucTheoQuyDinh: '2025-03-11T10:02:00.000',
})
const state = (id: string): IgateState => ({
  IdHoSo: id,
  MaHoSo: CODE,
  TrangThai: 6,
  NoiDungYKien: 'Yêu cầu nộp lệ phí',
  PhongBanXuLy: 'UBND xã Mẫu',
  NoiDungXuLy: 'Đóng lệ phí trước khi xử lý',
  DanhSachLePhi: [{ TenPhiLePhi: 'Lệ phí đăng ký', MaPhiLePhi: 'LP.HKD', HinhThucThu: '1', Gia: '100000', LoaiPhiLePhi: '1' }],
})

async function failureOf(promise: Promise<unknown>): Promise<LienthongError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isLienthongError(error)) throw new Error(`not a LienthongError: ${String(error)}`)
  return error
}

async function sandboxed() {
  const sandbox = await startSandbox()
  onTestFinished(() => sandbox.stop())
  const { url, credentials } = sandbox.systems['one-stop-igate-adapter']!
  const adapter = igateAdapter({
    baseUrl: url,
    tokenUrl: credentials.tokenUrl!,
    credentials: { clientId: credentials.clientId!, clientSecret: credentials.clientSecret! },
    timeouts: { readMs: 500 },
    retry: { firstMs: 1, maxMs: 2 },
  })
  return { sandbox, adapter }
}

describe('at the sandbox', () => {
  test('a dossier of the national side goes in: number, files, dossier, progress, state', async () => {
    const { sandbox, adapter } = await sandboxed()
    expect(await adapter.nextCode('000.00.12.H99')).toMatch(/^000\.00\.12\.H99-\d{6}-\d{4}$/)
    const files = ['đơn.pdf', 'bản "sao".pdf'].map((name) => ({ name, type: 'application/pdf', bytes: Buffer.from(name) }))
    expect(await adapter.upload(files)).toHaveLength(2)
    const created = await adapter.createDossier(intake)
    if (created.outcome !== 'created') throw new Error('not created')
    await adapter.addProgress([progress(created.id)])
    await adapter.setState([state(created.id)])
    expect(sandbox.takenByIgate()).toMatchObject([
      { maHoSo: CODE, creates: 1, steps: [{ IDHoSo: created.id, TrangThai: 4 }], states: [{ IdHoSo: created.id, TrangThai: 6 }] },
    ])
  })

  test('a create whose answer was lost is unknown; sent again it proves that it arrived', async () => {
    const { sandbox, adapter } = await sandboxed()
    sandbox.faults({ rules: [{ system: 'one-stop-igate-adapter', service: 'noi-ho-so', kind: 'timeout-after-apply', times: 1, delayMs: 20 }] })
    expect(await failureOf(adapter.createDossier(intake))).toMatchObject({ kind: 'unknown', operation: 'create' })
    expect(await adapter.createDossier(intake)).toEqual({ outcome: 'already-exists' })
    expect(sandbox.takenByIgate()).toMatchObject([{ creates: 1, refusedCreates: 1 }])
  })

  test('a lost token is renewed, and the dossier is created once', async () => {
    const { sandbox, adapter } = await sandboxed()
    sandbox.faults({ rules: [{ system: 'one-stop-igate-adapter', service: 'noi-ho-so', kind: 'session-lost', times: 1 }] })
    expect(await adapter.createDossier(intake)).toMatchObject({ outcome: 'created' })
    expect(sandbox.takenByIgate()).toMatchObject([{ creates: 1 }])
  })

  test('progress of a dossier that is not there is refused', async () => {
    const { adapter } = await sandboxed()
    expect(await failureOf(adapter.addProgress([progress('66f000000000000000000007')]))).toMatchObject({
      code: 'igate.refused',
      values: { status: 404 },
    })
  })
})

describe('what is wrong is not sent', () => {
  const adapter = igateAdapter({
    baseUrl: 'http://127.0.0.1:1',
    tokenUrl: 'http://127.0.0.1:1/token',
    credentials: { clientId: 'c', clientSecret: 's' },
  })
  const { NgayNop: _, ...withoutDay } = intake
  test.each<[string, () => Promise<unknown>, string]>([
    ['a citizen on the national scale’s business', () => adapter.createDossier({ ...intake, LoaiDoiTuong: 3 } as never), '[0].LoaiDoiTuong'],
    ['a missing day', () => adapter.createDossier(withoutDay as never), '[0].NgayNop'],
    ['the format of another field', () => adapter.createDossier({ ...intake, NgayNop: '2025-03-10T07:40:12.000' }), '[0].NgayNop'],
    ['a day that does not exist', () => adapter.addProgress([{ ...progress('a'), ThoiDiemXuLy: '2025-13-10T10:02:00.000' }]), '[0].ThoiDiemXuLy'],
    ['an unknown field', () => adapter.createDossier({ ...intake, GhiChu: 'x' } as never), '[0]'],
    ['IdHoSo in progress', () => adapter.addProgress([{ ...progress('a'), IdHoSo: 'a' } as never]), '[0]'],
    ['IDHoSo in a state', () => adapter.setState([{ ...state('a'), IDHoSo: 'a' } as never]), '[0]'],
    ['fees with a state that has none', () => adapter.setState([{ ...state('a'), TrangThai: 4 }]), '[0].DanhSachLePhi'],
    ['nothing', () => adapter.addProgress([]), ''],
  ])('%s', async (_, send, field) => {
    const error = await failureOf(send())
    expect(error).toMatchObject({ code: 'igate.invalid_message', values: { field } })
    expect(error.message).not.toMatch(/Nguyễn|0990900/)
  })
})

describe('an answer that is none leaves a write unknown', () => {
  afterEach(() => nock.cleanAll())
  const options: IgateAdapterOptions = {
    baseUrl: 'https://adapter.example.vn',
    tokenUrl: 'https://adapter.example.vn/token',
    credentials: { clientId: 'c', clientSecret: 's' },
  }
  test.each([
    ['a page in markup', 200, '<html>', 'igate.write_unconfirmed', 'unknown'],
    ['half a JSON', 200, '{"code":200,"da', 'igate.write_unconfirmed', 'unknown'],
    ['no envelope', 200, {}, 'igate.write_unconfirmed', 'unknown'],
    ['an envelope without id', 200, { code: 200, data: {} }, 'igate.write_unconfirmed', 'unknown'],
    ['an empty body', 200, '', 'transport.unanswered', 'unknown'],
    ['502', 502, '<html>', 'transport.server_failed', 'unknown'],
    ['a refusal in an envelope of HTTP 200', 200, { code: 403, message: 'canary' }, 'igate.refused', 'rejected'],
    ['400, a missing field', 400, { code: 400, message: 'canary' }, 'igate.refused', 'rejected'],
  ])('%s', async (_, status, body, code, kind) => {
    nock('https://adapter.example.vn')
      .post('/token')
      .reply(200, { data: { access_token: 't', expires_in: 60 } })
    let calls = 0
    nock('https://adapter.example.vn')
      .persist()
      .post('/noi-ho-so')
      .reply(() => {
        calls++
        return [status, typeof body === 'string' ? body : JSON.stringify(body)]
      })
    const adapter = igateAdapter({ ...options, clock: manualClock(), random: () => 0 })
    const error = await failureOf(adapter.createDossier(intake))
    expect(error).toMatchObject({ code, kind })
    expect(JSON.stringify(error)).not.toContain('canary')
    expect(calls).toBe(1)
  })

  test('a DTO that spells IdHoSo is read too', async () => {
    nock('https://adapter.example.vn').post('/token').reply(200, { access_token: 't' })
    nock('https://adapter.example.vn')
      .post('/noi-ho-so')
      .reply(200, { code: '200', data: { IdHoSo: 'x' } })
    expect(await igateAdapter(options).createDossier(intake)).toEqual({ outcome: 'created', id: 'x' })
  })
})
