import { describe, expect, test } from 'vitest'
import { dictionaryServices, procedureDetail, upperCaseKeys } from '../../src/connectors/procedure-database/wire.js'
import type { ProcedureDatabaseInput } from '../../src/sandbox/index.js'
import { nationalProcedures } from '../../src/sandbox/province/national-procedures.js'
import { manualClock } from '../transport/manual-clock.js'
import { post, sandboxFor } from './portal-calls.js'
import { gateway, native, plain, type Row } from './procedure-calls.js'

const small = (procedures: ProcedureDatabaseInput = {}) => sandboxFor({ options: { procedures: { count: 400, ...procedures } } })
const detailOf = (row: Row | undefined) => procedureDetail.parse(upperCaseKeys(row))
const CODE = '1.012786'

describe('the native door is strict, §3a', () => {
  test('a login gives a session under error_code 0; a wrong password or the national portal’s account does not', async () => {
    const sandbox = await small()
    const { url, raw, session } = await native(sandbox)
    expect(session).toMatch(/^[0-9a-f]{32}$/)
    const { credentials } = sandbox.systems['national-portal']!
    const { answer } = await raw('/mapi/login', { username: credentials.username, password: credentials.password })
    expect(answer).toEqual({ error_code: -1, message: 'Tài khoản hoặc mật khẩu không đúng' })
    expect((await fetch(`${url}/mapi/login?dstcode=VN:GOV:000.00.00.G22:vpcpdvcprovider`)).status).toBe(404)
  })

  test('the list lives at one path and the record at another: the wrong one refuses', async () => {
    const { call } = await native(await small())
    const [share, integration] = ['/mapi/g', '/mapi/i']
    expect((await call('LayThuTuc', { maTTHC: CODE }, share)).error_code).toBe(-1)
    expect((await call('LayDanhSachTTHC', {}, integration)).error_code).toBe(-1)
    expect((await call('LayDanhMucLinhVuc', {}, integration)).error_code).toBe(-1)
    expect((await call('LayThuTuc', { maTTHC: CODE }, integration)).result).toHaveLength(1)
  })

  test('a call without dstcode is not routed, one without session, with another unit or an unknown service is refused with HTTP 200', async () => {
    const { raw, session, call } = await native(await small())
    const astray = await raw('/mapi/g', { session, service: 'LayDanhSachTTHC' }, {})
    expect([astray.status, JSON.parse(astray.text).type]).toEqual([500, 'Server.ClientProxy.UnknownMember'])
    const without = await raw('/mapi/g', { service: 'LayDanhSachTTHC' }, { dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider' })
    expect([without.status, without.answer.error_code]).toEqual([200, 401])
    expect((await call('LayDanhSachTTHC', { madonvi: '000.00.00.H14' })).error_code).toBe(-1)
    expect((await call('LayDanhSachTTHC', { madonvi: 'H99' })).error_code).toBe(0)
    expect(await call('XoaThuTuc')).toEqual({ error_code: -1, message: 'Hệ thống không hỗ trợ dịch vụ XoaThuTuc' })
    expect(await call('LayDanhSachTTHCDonVi', { maDonVi: 'H99' })).toMatchObject({ error_code: -1 })
    expect(await call('LayThuTuc', { MATTHC: CODE })).toEqual({ error_code: 2, message: 'Thiếu trường maTTHC' })
  })

  test('a session ends after six hours, and at once when it is killed', async () => {
    const clock = manualClock()
    const sandbox = await sandboxFor({ clock, options: { procedures: { count: 100 } } })
    const { call, logIn, raw } = await native(sandbox)
    clock.advance(6 * 3_600_000 - 1)
    expect((await call('LayDanhMucLePhi')).error_code).toBe(0)
    clock.advance(1)
    expect((await call('LayDanhMucLePhi')).error_code).toBe(401)
    const session = await logIn()
    await post(`${sandbox.origin}/__sandbox/procedure-database/sessions/kill`, {})
    const { answer } = await raw('/mapi/g', { session, service: 'LayDanhMucLePhi' }, { dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider' })
    expect(answer.error_code).toBe(401)
  })

  test('an unknown or unlisted code is an empty result, not an error', async () => {
    expect(await (await native(await small())).call('LayThuTuc', { maTTHC: '6.999999' })).toEqual({ error_code: 0, result: [] })
  })
})

describe('the catalogue', () => {
  test('by default it has 6,500 procedures in one answer, each row with code and name and nothing else', async () => {
    const rows = await (await native(await sandboxFor({ options: { procedures: { quirks: plain } } }))).list()
    expect(rows).toHaveLength(6500)
    expect(new Set(rows.map((row) => row.MATTHC)).size).toBe(6500)
    expect(rows.every((row) => Object.keys(row).join() === 'MATTHC,TENTTHC' && /^[1-6]\.\d{6}$/.test(String(row.MATTHC)))).toBe(true)
    const names = new Set(rows.map((row) => row.TENTTHC))
    // National names are not unique, but nearly. §7
    expect(names.size).toBeGreaterThan(6400)
    expect(names.size).toBeLessThan(6500)
  })

  test('the procedures of the story’s dossiers are always in it, under their national names', async () => {
    const sandbox = await small()
    const names = new Map(sandbox.procedures.list().map(({ code, name }) => [code, name]))
    for (const [code, name] of nationalProcedures) expect(names.get(code)).toBe(name)
    for (const { nationalCode, name } of sandbox.makeProvince({ seed: 1, dossiers: 0 }).procedures)
      if (nationalCode !== null) expect(names.get(nationalCode)).toBe(name)
  })

  test('the same seed gives the same catalogue and records, another seed another', async () => {
    const told = async (seed: number) => {
      const { list, procedure } = await native(await sandboxFor({ seed, options: { procedures: { count: 300 } } }))
      const rows = await list()
      return [rows, await procedure(CODE), await procedure(String(rows[100]?.MATTHC ?? rows[100]?.MaTTHC))]
    }
    expect(await told(1)).toEqual(await told(1))
    expect(await told(2)).not.toEqual(await told(1))
  })

  test('every record is one that the wire knows, and says more than the list', async () => {
    const sandbox = await small({ count: 120 })
    const { procedure } = await native(sandbox)
    const details = await Promise.all(sandbox.procedures.list().map(async ({ code }) => [code, detailOf(await procedure(code))] as const))
    for (const [code, detail] of details) {
      expect(detail.MATTHC).toBe(code)
      expect(detail.LINHVUCTHUCHIEN?.length).toBeGreaterThan(0)
      expect(detail.CACHTHUCTHUCHIEN?.length).toBeGreaterThan(0)
      expect(detail.THANHPHANHOSO?.[0]?.GIAYTO?.length).toBeGreaterThan(0)
      expect(detail.MACOQUANCONGBO).toMatch(/^000\.00\.00\.G\d\d$/)
    }
    expect(details.some(([, detail]) => (detail.LINHVUCTHUCHIEN?.length ?? 0) > 1)).toBe(true)
    expect(details.some(([, { TRINHTUTHUCHIEN: cases }]) => cases?.[0]?.TRUONGHOP === '')).toBe(true)
    const limits = details.flatMap(([, { CACHTHUCTHUCHIEN: channels }]) => (channels ?? []).flatMap((channel) => channel?.THOIGIAN ?? []))
    expect(limits.some((limit) => limit?.DONVITINH === 'Khác' && limit.THOIGIANGIAIQUYET === '' && limit.MOTA !== '')).toBe(true)
  })

  test('some procedures are hidden from citizens: TRANGTHAI is not 1', async () => {
    const sandbox = await small({ quirks: plain })
    const hidden = sandbox.procedures.list().filter(({ state }) => state === 'hidden')
    expect(hidden.length).toBeGreaterThan(0)
    expect((await (await native(sandbox)).procedure(hidden[0]!.code))?.TRANGTHAI).toBe('2')
  })
})

describe('quirks, each by its own switch, §10', () => {
  const record = async (quirks: ProcedureDatabaseInput['quirks']) => {
    const { procedure, list } = await native(await small({ quirks: { ...plain, ...quirks } }))
    return { row: (await procedure(CODE)) ?? {}, list: await list() }
  }
  const channels = (row: Row) => row.CACHTHUCTHUCHIEN as { KENH: unknown; PHILEPHI: Row[] | null; THOIGIAN: { PHILEPHI: Row[] }[] }[]
  const feesOf = (row: Row) => channels(row).flatMap((one) => [...(one.PHILEPHI ?? []), ...one.THOIGIAN.flatMap((limit) => limit.PHILEPHI)])

  test('none: scalars are text, keys upper case, fees plain and under the time limit', async () => {
    const { row } = await record({})
    expect(Object.keys(row).every((key) => key === key.toUpperCase())).toBe(true)
    expect([row.TRANGTHAI, channels(row)[0]?.KENH]).toEqual([expect.any(String), expect.any(String)])
    expect(channels(row).every((one) => one.PHILEPHI === null)).toBe(true)
    expect(feesOf(row).every((fee) => /^[12]$/.test(String(fee.MAPHILEPHI)) && /^\d*$/.test(String(fee.SOTIEN)))).toBe(true)
  })

  test('numbers', async () => {
    const { row } = await record({ numbers: 1 })
    expect([row.TRANGTHAI, channels(row)[0]?.KENH, row.MATTHC]).toEqual([1, expect.any(Number), CODE])
  })

  test('key case, in list and record', async () => {
    const { row, list } = await record({ keyCase: 1 })
    expect(list[0]).toEqual({ MaTTHC: expect.any(String), TenTTHC: expect.any(String) })
    expect(row.MaTTHC).toBe(CODE)
    expect(row).not.toHaveProperty('MATTHC')
    const [
      {
        GIAYTO: [paper],
      },
    ] = row.THANHPHANHOSO as [{ GIAYTO: [Row] }]
    expect(Object.keys(paper)).toContain('Url')
    expect(Object.keys(paper)).not.toContain('URL')
  })

  test('fees: 1’ for 1, 500.000 for 500000, không for nothing', async () => {
    const sandbox = await small({ quirks: { ...plain, feeSpelling: 1 } })
    const { procedure } = await native(sandbox)
    const fees = (
      await Promise.all(
        sandbox.procedures
          .list()
          .slice(0, 80)
          .map(async ({ code }) => feesOf((await procedure(code)) ?? {})),
      )
    ).flat()
    expect(new Set(fees.map((fee) => fee.MAPHILEPHI))).toEqual(new Set(["1'", "2'"]))
    const amounts = fees.map((fee) => String(fee.SOTIEN))
    expect(amounts.some((amount) => /^\d{1,3}(\.\d{3})+$/.test(amount))).toBe(true)
    expect(amounts).toContain('Không')
    expect(fees.some((fee) => fee.SOTIEN === '' && fee.MOTA !== '')).toBe(true)
  })

  test('fees under the channel are the same fees', async () => {
    const usual = await record({})
    const { row } = await record({ channelFees: 1 })
    expect(channels(row).every((one) => one.THOIGIAN.every((limit) => limit.PHILEPHI.length === 0))).toBe(true)
    expect(feesOf(row)).toEqual(feesOf(usual.row))
  })

  test('a document with several form files comes once for each, under one code', async () => {
    const sandbox = await small({ quirks: { ...plain, repeatedDocuments: 1 } })
    const { procedure } = await native(sandbox)
    const rows = await Promise.all(
      sandbox.procedures
        .list()
        .slice(0, 30)
        .map(async ({ code }) => detailOf(await procedure(code))),
    )
    const papers = rows.map((row) => row.THANHPHANHOSO?.[0]?.GIAYTO ?? [])
    const repeated = papers.find((list) => list[0]?.MAGIAYTO === list[1]?.MAGIAYTO) ?? []
    expect(repeated[0]?.TENGIAYTO).toBe(repeated[1]?.TENGIAYTO)
    expect(repeated[0]?.URL).not.toBe(repeated[1]?.URL)
  })

  test('white space: the words of a name are all there, in list and record alike, and steps are numbered with a tab', async () => {
    const { row, list } = await record({ whitespace: 1 })
    const listed = String(list.find((one) => one.MATTHC === CODE)?.TENTTHC)
    expect(listed).not.toBe('Cấp lại Giấy chứng nhận do bị mất')
    expect(listed.trim().replace(/\s+/g, ' ')).toBe('Cấp lại Giấy chứng nhận do bị mất')
    expect(row.TENTTHC).toBe(listed)
    const [
      {
        TRINHTU: [first],
      },
    ] = row.TRINHTUTHUCHIEN as [{ TRINHTU: [Row] }]
    expect(first.TENTRINHTU).toBe('1.\tNộp hồ sơ')
  })

  test('TRANGTHAI in the list, where a client may hope for it', async () => {
    const { list } = await native(await small({ listState: true }))
    expect(new Set((await list()).map((row) => row.TRANGTHAI))).toEqual(new Set(['1', '2']))
  })
})

describe('dictionaries and decisions, §4.3 and §4.4', () => {
  test('every dictionary answers with a list; sectors name their ministry, agencies their level', async () => {
    const { call } = await native(await small())
    for (const service of dictionaryServices) expect((await call(service)).result).toEqual(expect.any(Array))
    expect((await call('LayDanhMucLinhVuc')).result).toContainEqual({ MALINHVUC: 'G15-TP01', TENLINHVUC: 'Hộ tịch', MANGANH: '000.00.00.G15' })
    expect((await call('LayDanhMucCoQuan')).result).toContainEqual({ MADONVI: '000.00.00.H99', TENDONVI: 'UBND tỉnh Mẫu', CAPDONVI: 1 })
    expect((await call('LayDanhMucDoiTuong')).result).toContainEqual({ MADOITUONG: 'ĐT4', TENDOITUONG: 'Người nước ngoài' })
  })

  test('sectors of records are sectors of the dictionary', async () => {
    const sandbox = await small({ count: 60, quirks: plain })
    const { call, procedure } = await native(sandbox)
    const known = new Set((await call('LayDanhMucLinhVuc')).result?.map((row) => row.MALINHVUC))
    for (const { code } of sandbox.procedures.list())
      for (const sector of detailOf(await procedure(code)).LINHVUCTHUCHIEN ?? []) expect(known).toContain(sector?.MALINHVUC)
  })

  test('the decision that a record names can be read at both paths; an unknown one is an empty result', async () => {
    const { call, procedure } = await native(await small())
    const idQDCB = (await procedure(CODE))?.IDQUYETDINHCONGBO
    for (const path of ['/mapi/g', '/mapi/i']) {
      const [decision] = (await call('LayQDCB', { idQDCB }, path)).result ?? []
      expect(decision).toMatchObject({
        SOQUYETDINH: expect.stringMatching(/^\d+\/QĐ-BNNMT$/),
        NGAYQUYETDINH: expect.stringMatching(/^20\d\d-\d\d-\d\dT/),
      })
    }
    expect(await call('LayQDCB', { idQDCB: '1' })).toEqual({ error_code: 0, result: [] })
  })
})

describe('the gateway speaks JSON in JSON, §3b', () => {
  test('the same rows as at the native door, as text inside message', async () => {
    const sandbox = await small()
    const { list, procedure } = await native(sandbox)
    expect((await gateway(sandbox, 'LayDanhSachTTHC')).rows).toEqual(await list())
    const detail = await gateway(sandbox, `LayThuTuc?maTTHC=${CODE}`)
    expect(detail.message).toMatch(/^\{"result":\[\{/)
    expect(detail.rows).toEqual([await procedure(CODE)])
    expect((await gateway(sandbox, 'LayThuTuc?maTTHC=6.999999')).rows).toEqual([])
  })

  test('one unit’s list is what provinces and communes do; another unit’s is empty', async () => {
    const sandbox = await small()
    const [all, own] = [
      (await gateway(sandbox, 'LayDanhSachTTHC')).rows ?? [],
      (await gateway(sandbox, 'LayDanhSachTTHCDonVi?maDonVi=H99')).rows ?? [],
    ]
    expect(own.length).toBeGreaterThan(100)
    expect(own.length).toBeLessThan(all.length)
    expect((await gateway(sandbox, 'LayDanhSachTTHCDonVi?maDonVi=H56')).rows).toEqual([])
  })

  test('no or a wrong token is 401, unless the province asks for none; an unknown service is 404', async () => {
    const sandbox = await small()
    expect((await gateway(sandbox, 'LayDanhSachTTHC', 'x')).status).toBe(401)
    expect((await gateway(sandbox, 'XoaThuTuc')).status).toBe(404)
    const open = await small({ gatewayToken: null })
    expect(open.systems['procedure-database-gateway']!.credentials).toEqual({})
    expect((await gateway(open, 'LayDanhMucLePhi')).status).toBe(200)
  })
})
