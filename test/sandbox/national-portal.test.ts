import { describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/index.js'
import { AGENCY, CODE, caller, document, exampleRecord, exampleStep, post, sandboxFor } from './portal-calls.js'

const SUCCESS = [0, '0', '00']

describe('sessions, §3', () => {
  test('§3.2 a login with the right password gives a session, every login another one, and both work', async () => {
    const sandbox = await sandboxFor()
    const [first, second] = [await caller(sandbox), await caller(sandbox)]
    expect(first.session).not.toBe(second.session)
    expect(SUCCESS).toContain((await first.call('LayDanhMucCoQuan')).error_code)
    expect(SUCCESS).toContain((await second.call('LayDanhMucCoQuan')).error_code)
    expect(sandbox.requests().logins).toBe(2)
  })

  test('§3.2 a wrong password is refused at HTTP 200 and gives no session', async () => {
    const sandbox = await sandboxFor()
    const { status, answer } = await post(`${sandbox.systems['national-portal']!.url}/mapi/login`, { username: AGENCY, password: 'wrong' })
    expect(status).toBe(200)
    expect(answer.error_code).toBe('-1')
    expect(answer.session).toBeUndefined()
  })

  test('§3.3 a session ends after ten minutes, with HTTP 200 and the message', async () => {
    let now = 1_770_000_000_000
    const sandbox = await sandboxFor({ clock: { now: () => now, sleep: systemClock.sleep } })
    const portal = await caller(sandbox)
    now += 599_000
    expect(SUCCESS).toContain((await portal.call('LayDanhMucCoQuan')).error_code)
    now += 1000
    expect(await portal.call('LayDanhMucCoQuan')).toEqual({ error_code: '-1', message: 'Session không hợp lệ hoặc đã hết hạn' })
  })

  test('§3.3 sessions can be killed on demand, and a lost one can look like HTTP 401', async () => {
    const sandbox = await sandboxFor({ options: { portal: { sessionLoss: 'http-401' } } })
    const portal = await caller(sandbox)
    await post(`${sandbox.origin}/__sandbox/national-portal/sessions/kill`, {})
    expect((await post(`${portal.url}/mapi/g`, { session: portal.session, madonvi: AGENCY, service: 'LayDanhMucCoQuan' })).status).toBe(401)
  })
})

describe('routing, §2', () => {
  test('§2 dstcode is taken from a header, from the query, or left to the adapter', async () => {
    const sandbox = await sandboxFor()
    const { url, credentials } = sandbox.systems['national-portal']!
    const dstcode = 'VN:GOV:000.00.00.G22:vpcpdvcprovider'
    for (const [query, headers] of [
      ['', { dstcode }],
      [`?dstcode=${encodeURIComponent(dstcode)}`, {}],
      ['', {}],
    ] as const) {
      expect((await post(`${url}/mapi/login${query}`, credentials, headers)).answer.session).toBeTypeOf('string')
    }
    expect((await post(`${url}/mapi/login`, credentials, { dstcode: 'VN:GOV:000.00.00.G99:nobody' })).status).toBe(500)
  })

  test('§2 an adapter that adds nothing itself turns away calls without dstcode', async () => {
    const sandbox = await sandboxFor({ options: { portal: { requireDstcode: true } } })
    const { url, credentials } = sandbox.systems['national-portal']!
    expect((await post(`${url}/mapi/login`, credentials)).status).toBe(500)
  })

  test('§3.4 the unit code must be there and lie within the account’s agency; the service must exist', async () => {
    const sandbox = await sandboxFor()
    const { url, session, call } = await caller(sandbox)
    const bare = (fields: object) => post(`${url}/mapi/g`, { session, service: 'LayDanhMucCoQuan', ...fields })
    expect((await bare({})).answer).toMatchObject({ error_code: '2', message: 'Thiếu trường madonvi' })
    expect((await bare({ madonvi: '000.00.00.H14' })).answer.error_code).toBe('-1')
    expect(SUCCESS).toContain((await bare({ madonvi: '000.00.12.H99' })).answer.error_code)
    expect((await call('XoaHoSo')).error_code).toBe('-1')
  })
})

describe('DongBoHoSoMC, §4.1', () => {
  test('§8.2 the contract’s example is created, and seen with one create', async () => {
    const sandbox = await sandboxFor()
    const answer = await (await caller(sandbox)).create(exampleRecord())
    expect(SUCCESS).toContain(answer.error_code)
    expect(answer.message).toContain('thành công')
    expect(sandbox.dossiers()).toMatchObject([{ maHoSo: CODE, creates: 1, updates: 0, refusedCreates: 0, statusHistory: [{ trangThai: '2' }] }])
  })

  test('§4.1.7 creating what exists is refused with “đã tồn tại” under code 3, 0 or -3, and changes nothing', async () => {
    const sandbox = await sandboxFor()
    const portal = await caller(sandbox)
    await portal.create(exampleRecord())
    const codes = new Set<string>()
    for (let round = 0; round < 20; round++) {
      const answer = await portal.create(exampleRecord({ TrangThaiHoSo: '4' }))
      expect(answer.message).toBe(`Hồ sơ ${CODE} đã tồn tại`)
      codes.add(String(Number(answer.error_code)))
    }
    expect([...codes].sort()).toEqual(['-3', '0', '3'])
    expect(sandbox.dossiers()).toMatchObject([{ creates: 1, refusedCreates: 20, record: { TrangThaiHoSo: '2' } }])
  })

  test('§4.1.7 updating what does not exist is refused with -3', async () => {
    const answer = await (await caller(await sandboxFor())).update(exampleRecord())
    expect(answer.error_code).toBe('-3')
    expect(answer.message).toContain('Hồ sơ không tồn tại')
  })

  test.each([
    ['MaHoSo', { MaHoSo: '' }],
    ['MaTTHC', { MaTTHC: undefined }],
    ['MaTTHC', { MaTTHC: 'TS_lop1.000.00.00.H99' }],
    ['TenTTHC', { TenTTHC: '' }],
    ['MaLinhVuc', { MaLinhVuc: undefined }],
    ['LoaiDoiTuong', { LoaiDoiTuong: '' }],
    ['LoaiDoiTuong', { LoaiDoiTuong: '7' }],
    ['HinhThuc', { HinhThuc: '2' }],
    ['KenhThucHien', { KenhThucHien: '4' }],
    ['DonViXuLy', { DonViXuLy: ' ' }],
    ['NgayTiepNhan', { NgayTiepNhan: '' }],
    ['NgayTiepNhan', { NgayTiepNhan: '2025-02-14' }],
    ['NgayHenTra', { NgayHenTra: '20250231170000' }],
    ['TrangThaiHoSo', { TrangThaiHoSo: 2 }],
    ['TrichYeuHoSo', { TrichYeuHoSo: 'x'.repeat(1001) }],
    ['TaiLieuNop[0].TenTepDinhKem', { TaiLieuNop: [{ ...document('1'), TenTepDinhKem: 'x'.repeat(4001) }] }],
    ['TaiLieuNop[0].DuongDanTaiTepTin', { TaiLieuNop: [{ ...document('1'), DuongDanTaiTepTin: '/files/1' }] }],
    ['DanhSachLePhi[0].Gia', { DanhSachLePhi: [{ TenPhiLePhi: 'a', MaPhiLePhi: '1', HinhThucThu: '1', Gia: '8.000', LoaiPhiLePhi: '1' }] }],
    ['TrangThai', { TrangThai: '2' }],
  ])('§4.1.1, §10 a record that fails at %s is refused with code 2 naming the field', async (field, change) => {
    const answer = await (await caller(await sandboxFor())).create(exampleRecord(change))
    expect(answer.error_code).toBe('2')
    expect(answer.message).toContain(field)
  })

  test('§4.1.1 what the contract leaves open is taken: null, no promised date, a status beyond the list, status 1 before acceptance', async () => {
    const portal = await caller(await sandboxFor())
    const records = [{ MaDoiTuong: null, GhiChu: null }, { NgayHenTra: '' }, { TrangThaiHoSo: '17' }, { TrangThaiHoSo: '1', NgayTiepNhan: '' }]
    for (const [index, change] of records.entries()) {
      expect(SUCCESS).toContain((await portal.create(exampleRecord({ MaHoSo: `H99.12-250310-000${index}`, ...change }))).error_code)
    }
  })

  test('§10 row 10 an old server drops extension fields or refuses them, as switched', async () => {
    const ignoring = await sandboxFor({ options: { portal: { extensionFields: 'ignore', unknownFields: 'ignore' } } })
    await (await caller(ignoring)).create(exampleRecord({ TrangThai: '2' }))
    expect(ignoring.dossiers()[0]?.record).not.toHaveProperty('KenhThucHien')
    expect(ignoring.dossiers()[0]?.record).not.toHaveProperty('TrangThai')
    const refusing = await caller(await sandboxFor({ options: { portal: { extensionFields: 'reject' } } }))
    expect((await refusing.create(exampleRecord())).message).toContain('KenhThucHien')
  })

  test('§5.13 isUpdating is the text True or False, and nothing else', async () => {
    const portal = await caller(await sandboxFor())
    for (const isUpdating of ['true', true, undefined]) {
      expect((await portal.call('DongBoHoSoMC', { isUpdating, data: [exampleRecord()] })).error_code).toBe('2')
    }
  })

  test('§10 row 4 a batch is atomic: one bad record and nothing of it is there, the bad one is named', async () => {
    const sandbox = await sandboxFor()
    const portal = await caller(sandbox)
    const bad = exampleRecord({ MaHoSo: 'H99.12-250310-0002', DonViXuLy: '' })
    expect((await portal.create(exampleRecord(), bad)).message).toContain('H99.12-250310-0002')
    expect((await portal.create(exampleRecord(), exampleRecord())).message).toContain('đã tồn tại')
    expect((await portal.update(exampleRecord())).error_code).toBe('-3')
    expect(sandbox.dossiers()).toEqual([])
  })

  test('§10 row 5 more than 50 dossiers in a call are refused with “vượt quá số lượng”', async () => {
    const sandbox = await sandboxFor()
    const portal = await caller(sandbox)
    const many = Array.from({ length: 51 }, (_, index) => exampleRecord({ MaHoSo: `H99.12-250310-${1000 + index}` }))
    expect(await portal.create(...many)).toMatchObject({ error_code: '2', message: expect.stringContaining('vượt quá số lượng') })
    expect(SUCCESS).toContain((await portal.create(...many.slice(1))).error_code)
    expect(sandbox.requests()).toMatchObject({ largestBatch: 51, writes: 2, refused: 1 })
    expect(sandbox.dossiers()).toHaveLength(50)
  })

  test('§10 row 6 an update replaces nested lists whole and takes tombstones out', async () => {
    const sandbox = await sandboxFor()
    const portal = await caller(sandbox)
    await portal.create(exampleRecord({ TaiLieuNop: [document('1'), document('2')] }))
    await portal.update(exampleRecord({ TaiLieuNop: [document('2', 'True'), document('3')], DanhSachLePhi: [] }))
    const record = sandbox.dossiers()[0]?.record
    expect(record?.TaiLieuNop?.map((one) => one.TepDinhKemId)).toEqual(['3'])
    expect(record?.DanhSachLePhi).toEqual([])
  })
})

describe('CapNhatTienDoHoSoMC, §4.2', () => {
  test('§10 row 9 a step for an unknown dossier is refused with -3', async () => {
    expect((await (await caller(await sandboxFor())).progress(exampleStep())).error_code).toBe('-3')
  })

  test('§10 row 5 more than 10 steps in a call are refused', async () => {
    const portal = await caller(await sandboxFor())
    await portal.create(exampleRecord())
    const steps = Array.from({ length: 11 }, (_, index) => exampleStep({ ThoiDiemXuLy: `202502171530${10 + index}` }))
    expect((await portal.progress(...steps)).message).toContain('vượt quá số lượng')
    expect(SUCCESS).toContain((await portal.progress(...steps.slice(1))).error_code)
  })

  test.each([
    ['NguoiXuLy', { NguoiXuLy: '' }],
    ['NguoiXuLy', { NguoiXuLy: 'x'.repeat(51) }],
    ['ThoiDiemXuLy', { ThoiDiemXuLy: '' }],
    ['NoiDungXuLy', { NoiDungXuLy: '' }],
    ['TrangThai', { TrangThai: undefined }],
  ])('§4.2 a step that fails at %s is refused with code 2 naming the field', async (field, change) => {
    const portal = await caller(await sandboxFor())
    await portal.create(exampleRecord())
    const answer = await portal.progress(exampleStep(change))
    expect(answer.error_code).toBe('2')
    expect(answer.message).toContain(field)
  })

  test('§10 row 7 a step that comes twice is there twice, unless the portal is told to de-duplicate', async () => {
    for (const [dedupeSteps, count] of [
      [false, 2],
      [true, 1],
    ] as const) {
      const sandbox = await sandboxFor({ options: { portal: { dedupeSteps } } })
      const portal = await caller(sandbox)
      await portal.create(exampleRecord())
      await portal.progress(exampleStep())
      await portal.progress(exampleStep())
      expect(sandbox.dossiers()[0]?.steps).toHaveLength(count)
    }
  })

  test('§10 row 8 the latest step by its own time decides the status, whenever it arrives', async () => {
    const sandbox = await sandboxFor()
    const portal = await caller(sandbox)
    await portal.create(exampleRecord())
    await portal.progress(exampleStep({ ThoiDiemXuLy: '20250217153000', TrangThai: '9' }))
    await portal.progress(exampleStep({ ThoiDiemXuLy: '20250216100000', TrangThai: '4' }))
    const [dossier] = sandbox.dossiers()
    expect(dossier?.record.TrangThaiHoSo).toBe('9')
    expect(dossier?.statusHistory.map((entry) => entry.trangThai)).toEqual(['2', '9'])
    expect(dossier?.steps.map((step) => step.TrangThai)).toEqual(['9', '4'])
  })
})

describe('reads, §4.3, §4.8, §4.9', () => {
  test('§4.3 a lookup proves existence only, and echoes the record when switched', async () => {
    for (const [lookUp, row] of [
      ['existence', { MAHOSO: CODE }],
      ['echo', expect.objectContaining({ MaHoSo: CODE, ChuHoSo: 'Nguyễn Văn Mẫu' })],
    ] as const) {
      const portal = await caller(await sandboxFor({ options: { portal: { lookUp } } }))
      expect((await portal.call('TraCuuHoSo', { mahoso: CODE })).result).toEqual([])
      await portal.create(exampleRecord())
      expect((await portal.call('TraCuuHoSo', { mahoso: CODE })).result).toEqual([row])
    }
  })

  test('§4.8 agencies come with keys in upper case; §4.9 an account is found by number, or not', async () => {
    const portal = await caller(await sandboxFor())
    expect((await portal.call('LayDanhMucCoQuan')).result?.[0]).toEqual({ MADONVI: AGENCY, TENDONVI: 'UBND tỉnh Mẫu', CAPDONVI: 1 })
    expect((await portal.call('TraCuuTechID', { provider: 'wso2is', mstorcmnd: '099090000002' })).result?.[0]).toHaveProperty('TECHNICALID')
    expect((await portal.call('TraCuuTechID', { provider: 'wso2is', mstorcmnd: '099090000001' })).result).toEqual([])
    expect((await portal.call('TraCuuTechID', { mstorcmnd: '1' })).error_code).toBe('2')
  })

  test('§10 row 16 success is spelled 0, "0" and "00", the same way for the same seed', async () => {
    const spellings = async (seed: number) => {
      const portal = await caller(await sandboxFor({ seed }))
      const codes = []
      for (let round = 0; round < 20; round++) codes.push((await portal.call('TraCuuHoSo', { mahoso: CODE })).error_code)
      return codes
    }
    const first = await spellings(1)
    expect(new Set(first)).toEqual(new Set(SUCCESS))
    expect(await spellings(1)).toEqual(first)
    expect(await spellings(2)).not.toEqual(first)
  })
})

describe('the provincial proxy, §9 row 1', () => {
  test('bare array, Bearer token, service as last segment, isUpdating and MaDinhDanhDV in the query', async () => {
    const sandbox = await sandboxFor()
    const { url, credentials } = sandbox.systems['national-portal-proxy']!
    const headers = { authorization: `Bearer ${credentials.token}` }
    const create = `${url}/DongBoHoSoMC?MaDinhDanhDV=${AGENCY}&isUpdating=False`
    expect((await post(create, [exampleRecord()])).status).toBe(401)
    expect((await post(create, [exampleRecord()], headers)).answer.message).toContain('thành công')
    expect((await post(`${url}/CapNhatTienDoHoSoMC?MaDinhDanhDV=${AGENCY}`, [exampleStep()], headers)).answer.message).toContain('thành công')
    expect((await post(`${url}/DongBoHoSoMC?MaDinhDanhDV=000.00.00.H14&isUpdating=False`, [exampleRecord()], headers)).answer.error_code).toBe('-1')
    const found = await fetch(`${url}/TraCuuHoSo?MaDinhDanhDV=${AGENCY}&mahoso=${CODE}`, { headers })
    expect(((await found.json()) as { result: unknown }).result).toEqual([{ MAHOSO: CODE }])
  })

  test('separate addresses for create, update and progress', async () => {
    const sandbox = await sandboxFor()
    const { url, credentials } = sandbox.systems['national-portal-proxy']!
    const headers = { authorization: `Bearer ${credentials.token}` }
    expect((await post(`${url}/update`, [exampleRecord()], headers)).answer.error_code).toBe('-3')
    await post(`${url}/create`, [exampleRecord()], headers)
    await post(`${url}/update`, [exampleRecord()], headers)
    await post(`${url}/progress`, [exampleStep()], headers)
    expect(sandbox.dossiers()).toMatchObject([{ creates: 1, updates: 1, steps: [{ TrangThai: '9' }] }])
  })
})
