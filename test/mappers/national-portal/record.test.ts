import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dossierRecord } from '../../../src/connectors/national-portal/wire.js'
import type { Dossier } from '../../../src/domain/index.js'
import {
  codeTables,
  defaultFieldPolicy,
  fromDossierRecord,
  loadDefaults,
  type RecordOptions,
  toDossierRecord,
  wireFingerprintText,
} from '../../../src/mappers/index.js'
import { anyDossier, at, certifiedCopy, returned } from '../made-up.js'

const tables = loadDefaults('opencps-v2')
const code = '000.00.12.H99-250305-0011'

function map(changes: Partial<Dossier> = {}, options: Partial<RecordOptions> = {}) {
  const mapped = toDossierRecord({ ...returned, ...changes }, { code, procedure: certifiedCopy, tables, ...options })
  return {
    record: mapped.ok ? mapped.value : undefined,
    rules: mapped.findings.map(({ ruleId, path }) => `${ruleId} ${path}`),
    errors: mapped.findings.filter(({ severity }) => severity === 'error').map(({ ruleId }) => ruleId),
  }
}

test('a complete dossier becomes the record of the contract, fields in its order, and there is nothing to say about it', () => {
  const { record, rules } = map()
  expect(rules).toEqual([])
  expect(record).toEqual({
    MaHoSo: code,
    MaTTHC: '2.000815',
    TenTTHC: 'Chứng thực bản sao từ bản chính giấy tờ',
    MaLinhVuc: 'G15-TP05',
    TenLinhVuc: 'Chứng thực',
    KenhThucHien: '1',
    ChuHoSo: 'Trần Thị Ví Dụ',
    LoaiDoiTuong: '1',
    MaDoiTuong: '',
    ThongTinKhac: '',
    Email: 'vidu@example.vn',
    Fax: '',
    SoDienThoai: '0900000000',
    TrichYeuHoSo: 'Chứng thực bản sao',
    NgayTiepNhan: '20250305090000',
    NgayHenTra: '20250307170000',
    TrangThaiHoSo: '10',
    NgayTra: '20250307100500',
    ThongTinTra: '',
    HinhThuc: '1',
    NgayKetThucXuLy: '20250306162000',
    DonViXuLy: 'UBND xã Mẫu',
    GhiChu: '',
    TaiLieuNop: [
      {
        TepDinhKemId: '991',
        TenTepDinhKem: 'ban-chinh.pdf',
        IsDeleted: 'False',
        MaThanhPhanHoSo: 'TP01',
        DuongDanTaiTepTin: 'https://files.example.vn/991?signature=a',
        DuocSoHoa: '1',
        DuocTaiSuDung: '0',
        DuocLayTuKhoDMQG: '0',
      },
    ],
    DanhSachLePhi: [{ TenPhiLePhi: 'Phí chứng thực', MaPhiLePhi: 'LP0001', HinhThucThu: '1', Gia: '40000', LoaiPhiLePhi: '1' }],
    DanhSachTepDinhKemKhac: [],
    DanhSachHoSoBoSung: [],
    DanhSachGiayToKetQua: [
      {
        TenGiayTo: 'ket-qua.pdf',
        MaThanhPhanHoSo: '',
        GiayToId: '77',
        DuongDanTepTinKetQua: 'https://files.example.vn/77?signature=a',
        MaGiayToKetQua: 'KQ.G15.000031',
      },
    ],
    NoiNopHoSo: '2',
    HoSoCoThanhPhanSoHoa: '1',
    TaiKhoanDuocXacThucVoiVNeID: '1',
    DuocThanhToanTrucTuyen: '2',
    DinhDanhCHS: [{ LoaiDinhDanh: '1', SoDinhDanh: '099191000002' }],
    NgayNopHoSo: '20250305085500',
    DSKetNoiCSDL: [],
  })
  expect(Object.keys(record ?? {}).slice(0, 6)).toEqual(['MaHoSo', 'MaTTHC', 'TenTTHC', 'MaLinhVuc', 'TenLinhVuc', 'KenhThucHien'])
})

describe('what a record cannot be without is an error, never a filler', () => {
  test.each<[string, Partial<Dossier>, Partial<RecordOptions>]>([
    ['code.missing', {}, { code: '' }],
    ['status.missing', { status: null }, {}],
    ['applicant.kind-missing', { applicant: { ...returned.applicant, kind: null } }, {}],
    ['return-way.missing', { returnBy: null }, {}],
    ['agency.name-missing', { agency: { code: 'H99.12', name: null } }, {}],
    ['procedure.code-missing', { procedure: { localCode: null, name: 'Chứng thực' } }, { procedure: null }],
    ['procedure.unmapped', { procedure: { localCode: 'TS_lop1.000.00.00.H22', name: 'Tuyển sinh' } }, { procedure: null }],
    ['procedure.name-missing', { procedure: { localCode: '2.000815', name: null } }, { procedure: null }],
    ['record.invalid', {}, { code: `000.00.12.H99-250305-${'0'.repeat(40)}` }],
  ])('%s', (rule, changes, options) => {
    const { record, errors } = map(changes, options)
    expect(record).toBeUndefined()
    expect(errors).toEqual([rule])
  })
})

describe('a procedure that nobody matched yet', () => {
  const unmatched = { ...certifiedCopy, nationalCode: null }
  const send = (unmatchedProcedure: 'send-local' | 'strip-suffix') => codeTables('opencps-v2', { unmatchedProcedure })

  test('lets its dossiers wait', () => {
    expect(map({}, { procedure: unmatched })).toMatchObject({ record: undefined, errors: ['procedure.unmapped'] })
    expect(map({}, { procedure: null }).errors).toEqual(['procedure.unmapped'])
  })

  test('goes out under its local code where the province says so, and that is reported', () => {
    const { record, rules } = map({}, { procedure: unmatched, tables: send('send-local') })
    expect(record?.MaTTHC).toBe('2.000815.000.00.00.H99')
    expect(rules).toContain('procedure.no-national-mapping procedure.localCode')
    expect(map({}, { procedure: null, tables: send('send-local') }).rules).toContain('procedure.unknown procedure.localCode')
    expect(map({}, { procedure: unmatched, tables: send('strip-suffix') }).record?.MaTTHC).toBe('2.000815')
  })

  test('is none when the source writes the national code itself', () => {
    expect(map({ procedure: { localCode: '2.000815', name: 'Chứng thực' } }, { procedure: null })).toMatchObject({
      record: { MaTTHC: '2.000815' },
      rules: [],
    })
  })
})

describe('what the national score reads is warned of when it is missing (contracts/national-portal.md §8.1)', () => {
  test.each<[string, Partial<Dossier>]>([
    ['channel.missing channel', { channel: null }],
    ['time.received-missing receivedAt', { receivedAt: null }],
    ['V5 dueAt', { dueAt: null }],
    ['time.finish-missing finishedAt', { finishedAt: null }],
    ['time.return-missing returnedAt', { returnedAt: null }],
    ['time.refusal-missing refusedAt', { status: 3 }],
    ['fee.unknown fees', { fees: null }],
    ['payment.unknown onlinePayment', { onlinePayment: null }],
    ['V12 results', { results: null }],
    ['result.link-missing results', { results: null, status: 9 }],
    ['documents.unknown documents', { documents: null }],
    ['digitised.unknown digitised', { digitised: null }],
    ['verification.unknown applicant.identityVerified', { applicant: { ...returned.applicant, identityVerified: null } }],
    ['applicant.id-missing applicant.identities', { applicant: { ...returned.applicant, identities: [] } }],
    ['steps.end-missing steps', { finishedAt: null, returnedAt: null }],
  ])('%s', (rule, changes) => {
    const { record, rules } = map(changes)
    expect(record).toBeDefined()
    expect(rules).toContain(rule)
  })

  test('and not when nothing is lost', () => {
    expect(map({ fees: [], onlinePayment: null }).rules).toEqual([])
    expect(map({ status: 1, receivedAt: null, dueAt: null, finishedAt: null, returnedAt: null, results: null }).rules).toEqual([])
  })
})

describe('policy', () => {
  test('what no public client was seen to send starts as never', () => {
    expect(defaultFieldPolicy).toMatchObject({ SoGiayToChuHoSo: 'never', DanhSachHoSoBoSung: 'never', MaHoSo: 'always', KenhThucHien: 'if-known' })
    const supplements = [
      {
        id: '1',
        requestedBy: 'Lê Cán Bộ',
        content: 'thiếu bản sao',
        requestedAt: at('2025-03-05 10:00'),
        receivedBy: null,
        receiptNote: null,
        receivedAt: null,
        received: false,
        papers: [],
        fees: [],
        dueBefore: null,
        dueAfter: null,
      },
    ]
    expect(map({ supplements }).record?.DanhSachHoSoBoSung).toEqual([])
    expect(map({ supplements }, { policy: { DanhSachHoSoBoSung: 'if-known' } }).record?.DanhSachHoSoBoSung).toMatchObject([
      { NgayBoSung: '20250305100000', TrangThaiBoSung: '0' },
    ])
  })

  test('an unknown list is left out, an empty one says that there is none', () => {
    expect(map({ fees: null }).record).not.toHaveProperty('DanhSachLePhi')
    expect(map({ fees: [] }).record?.DanhSachLePhi).toEqual([])
    expect(map({ fees: null }, { policy: { DanhSachLePhi: 'always' } }).record?.DanhSachLePhi).toEqual([])
  })

  test('a province switches fields in its tables; a required one cannot be switched off', () => {
    const own = codeTables('opencps-v2', { fields: { SoGiayToChuHoSo: 'if-known', GhiChu: 'never' } })
    expect(map({}, { tables: own }).record).toMatchObject({ SoGiayToChuHoSo: '099191000002' })
    expect(map({}, { tables: own }).record).not.toHaveProperty('GhiChu')
    expect(map({}, { tables: codeTables('opencps-v2', { fields: { MaTTHC: 'never' } }) }).errors).toEqual(['record.invalid'])
  })
})

test('what the province states for silent sources is used and reported each time', () => {
  const own = codeTables('file-csv', { assume: { returnBy: 'counter', applicantKind: 'citizen', channel: 'direct' } })
  const { record, rules } = map({ returnBy: null, channel: null, applicant: { ...returned.applicant, kind: null } }, { tables: own })
  expect(record).toMatchObject({ HinhThuc: '0', LoaiDoiTuong: '1', KenhThucHien: '1' })
  expect(rules).toEqual(['value.assumed channel', 'value.assumed applicant.kind', 'value.assumed returnBy'])
})

test('an account of the portal goes out for online dossiers only', () => {
  const applicant = { ...returned.applicant, nationalAccountId: 'demo-tech-id' }
  expect(map({ applicant }).record?.MaDoiTuong).toBe('')
  expect(map({ applicant, channel: 'online' }).record?.MaDoiTuong).toBe('demo-tech-id')
})

test('an identity without national code stays at home and is reported', () => {
  const applicant = { ...returned.applicant, identities: [{ kind: 'tax-code' as const, number: '9912345671', issuedOn: null }] }
  expect(map({ applicant }).record).not.toHaveProperty('DinhDanhCHS')
  expect(map({ applicant }).rules).toEqual(
    expect.arrayContaining(['identity.kind-unmapped applicant.identities[0].kind', 'applicant.id-missing applicant.identities']),
  )
})

test('unknown status codes pass through', () => {
  expect(map({ status: 17 }).record?.TrangThaiHoSo).toBe('17')
})

test('a long summary is cut at 1000, never through a character, and that is said', () => {
  const { record, rules } = map({ summary: `${'a'.repeat(999)}😀b` })
  expect(record?.TrichYeuHoSo).toBe('a'.repeat(999))
  expect(rules).toEqual(['text.cut summary'])
})

test('names go out as the source wrote them, in NFC', () => {
  const name = 'TRẦN THỊ VÍ DỤ'
  expect(map({ applicant: { ...returned.applicant, name: name.normalize('NFD') } }).record?.ChuHoSo).toBe(name)
})

test('a record rule of severity error leaves the record, with an error that forbids sending it', () => {
  const { record, errors } = map({ submittedAt: at('2025-03-05 09:01') })
  expect(record).toBeDefined()
  expect(errors).toEqual(['V3'])
})

describe('fingerprint', () => {
  const text = (changes: Partial<Dossier> = {}) => wireFingerprintText(map(changes).record!)
  const [document] = returned.documents!
  const [result] = returned.results!

  test('a renewed signature in an address is no change', () => {
    expect(text({ documents: [{ ...document!, url: 'https://files.example.vn/991?signature=b' }] })).toBe(text())
    expect(text({ results: [{ ...result!, url: 'https://files.example.vn/77?signature=b' }] })).toBe(text())
  })

  test('where a file lies at the source goes nowhere, and changes nothing', () => {
    const file = { path: '2025/03/canary.pdf' }
    const { record } = map({ documents: [{ ...document!, file }], results: [{ ...result!, file }] })
    expect(JSON.stringify(record)).not.toContain('canary')
    expect(wireFingerprintText(record!)).toBe(text())
  })

  test('a file that no link leads to is not reported, since the portal takes no row without an address', () => {
    const file = { path: 'a.pdf' }
    const { record } = map({
      documents: [
        { ...document!, url: null, file },
        { ...document!, url: null, file, deleted: true },
      ],
      results: [{ ...result!, url: null, file }],
    })
    expect(record?.TaiLieuNop).toMatchObject([{ IsDeleted: 'True', DuongDanTaiTepTin: '' }])
    expect(record?.DanhSachGiayToKetQua).toEqual([])
  })

  test('a link that appears or a result that moves is one', () => {
    expect(text({ documents: [{ ...document!, url: null }] })).not.toBe(text())
    expect(text({ results: [{ ...result!, url: null }] })).not.toBe(text())
    expect(text({ results: [{ ...result!, url: 'https://files.example.vn/78' }] })).not.toBe(text())
  })
})

test('whatever a dossier holds: a record fits the wire schema, and what is refused says why', () => {
  fc.assert(
    fc.property(anyDossier, (dossier) => {
      const mapped = toDossierRecord(dossier, { code, procedure: null, tables })
      if (mapped.ok) expect(dossierRecord.safeParse(mapped.value).success).toBe(true)
      else expect(mapped.findings.some(({ severity }) => severity === 'error')).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('domain → wire → domain keeps every field the wire carries', () => {
  const everything = codeTables('ndjson', {
    wire: { identity: { 'tax-code': '3', other: '9' } },
    fields: { DanhSachHoSoBoSung: 'if-known' },
    assume: { applicantKind: 'citizen', returnBy: 'counter', feeCollectedAt: null, feeKind: null },
    unmatchedProcedure: 'send-local',
  })
  fc.assert(
    fc.property(anyDossier, (any) => {
      const dossier = {
        ...any,
        status: any.status ?? 4,
        procedure: {
          localCode: any.procedure.localCode === 'TS_lop1' ? '1.001612' : (any.procedure.localCode ?? '1.001612'),
          name: any.procedure.name ?? 'x',
        },
        agency: { ...any.agency, name: any.agency.name ?? 'UBND xã Mẫu' },
        supplements: any.supplements?.map((one) => ({ ...one, received: one.received ?? false })) ?? null,
      }
      const mapped = toDossierRecord(dossier, { code, procedure: null, tables: everything })
      expect(mapped.ok).toBe(true)
      if (!mapped.ok) return
      const back = fromDossierRecord(mapped.value, everything)
      expect(carried(back)).toEqual(
        carried({
          ...dossier,
          returnBy: dossier.returnBy ?? 'counter',
          applicant: { ...dossier.applicant, kind: dossier.applicant.kind ?? 'citizen' },
        }),
      )
      const again = toDossierRecord(back, { code, procedure: null, tables: everything })
      expect(again.ok && again.value).toEqual(mapped.value)
    }),
    { numRuns: 300 },
  )
})

/** What the wire carries of a dossier; payment of single fees, addresses, papers of who filed, places of files and the source's own ids stay at home. */
function carried(dossier: Dossier) {
  const { applicant } = dossier
  const unpaid = <Fee extends { readonly paid: unknown }>({ paid: _, ...fee }: Fee) => fee
  return {
    ...dossier,
    sourceId: null,
    localCode: null,
    nationalCode: code,
    origin: null,
    agency: { name: dossier.agency.name },
    submitter: null,
    steps: null,
    applicant: {
      ...applicant,
      address: null,
      nationalAccountId: dossier.channel === 'online' ? applicant.nationalAccountId : null,
      identities: applicant.identities.map(({ kind, number }) => ({ kind, number })),
    },
    fees: dossier.fees?.map(unpaid) ?? null,
    supplements: dossier.supplements?.map((one) => ({ ...one, fees: one.fees.map(unpaid) })) ?? null,
    documents: dossier.documents?.filter((one) => one.deleted || one.url !== null || one.file === null).map(atHome) ?? null,
    results: dossier.results?.filter((one) => one.url !== null || one.file === null).map(atHome) ?? null,
  }
}

function atHome<Item extends { readonly file: unknown }>(item: Item) {
  return { ...item, file: null }
}
