import fc from 'fast-check'
import type { CodeAndName, LocalDate, Procedure, ProcedureFee, ProcedureFile, TimeLimit, Vnd } from '../../../src/domain/index.js'

/** contracts/procedure-database.md §9, with the agency codes of the made-up province. */
export const EXAMPLE = {
  ID: '90001',
  MATTHC: '1.999001',
  TENTTHC: 'Cấp giấy phép mẫu',
  MACOQUANCONGBO: '000.00.00.G99',
  LOAITTHC: '2',
  TRANGTHAI: '1',
  LINHVUCTHUCHIEN: [{ MALINHVUC: 'G99-MAU01', TENLINHVUC: 'Lĩnh vực mẫu' }],
  CAPTHUCHIEN: [
    { CAPTHUCHIEN: '1', TENCAP: 'Cấp Tỉnh' },
    { CAPTHUCHIEN: '3', TENCAP: 'Cấp Xã' },
  ],
  TRINHTUTHUCHIEN: [{ TRUONGHOP: '', TRINHTU: [{ TENTRINHTU: 'Nộp hồ sơ' }, { TENTRINHTU: 'Nhận kết quả' }] }],
  CACHTHUCTHUCHIEN: [
    {
      KENH: '2',
      THOIGIAN: [
        {
          THOIGIANGIAIQUYET: '5',
          DONVITINH: 'Ngày làm việc',
          MOTA: '',
          PHILEPHI: [{ MAPHILEPHI: "2'", SOTIEN: '50.000', DONVI: 'Đồng', MOTA: '', URL: '', TENTEP: '' }],
        },
      ],
    },
  ],
  THANHPHANHOSO: [
    {
      TRUONGHOP: '',
      GIAYTO: [
        {
          MAGIAYTO: '000.00.00.G99-KQ0001',
          TENGIAYTO: 'Đơn đề nghị',
          SOBANCHINH: '1',
          SOBANSAO: '0',
          TENMAUDON: 'Mau01.docx',
          URL: 'https://example.invalid/f/1',
          MA_KQ_THAYTHE: '',
        },
      ],
    },
  ],
  KETQUATHUCHIEN: [{ MAKETQUA: 'KQ.G99.000001', TENKETQUA: 'Giấy phép mẫu', TENTEP: '', URL: '' }],
  CANCUPHAPLY: [
    { SOVANBAN: '01/2099/NĐ-CP', TENVANBAN: 'Nghị định mẫu', COQUANBANHANH: 'Chính phủ', NGAYBANHANH: '', NGAYHIEULUC: '', DIACHITRUYCAP: '' },
  ],
  DOITUONGTHUCHIEN: [{ MADOITUONG: 'ĐT1', TENDOITUONG: 'Công dân Việt Nam' }],
  COQUANTHUCHIEN: [{ MADONVI: '000.00.00.H99', TENDONVI: 'Sở mẫu' }],
  COQUANCOTHAMQUYEN: [],
  COQUANDUOCUYQUYEN: [],
  COQUANPHOIHOP: [],
  MOTADOITUONGTHUCHIEN: '',
  MOTACOQUANTHUCHIEN: '',
  MOTACOQUANTHAMQUYEN: '',
  DIACHITIEPNHAN: '',
  YEUCAU: '',
  TUKHOA: '',
  MOTA: '',
  TTHCLIENQUAN: [],
  TTHCLIENTHONG: [],
  IDQUYETDINHCONGBO: '7001',
}

/** What the example says, written by hand. */
export const EXAMPLE_PROCEDURE: Procedure = {
  code: '1.999001',
  name: 'Cấp giấy phép mẫu',
  nationalCode: null,
  kind: 'delegated',
  sectors: [{ code: 'G99-MAU01', name: 'Lĩnh vực mẫu' }],
  levels: ['province', 'commune'],
  published: true,
  publisher: { code: '000.00.00.G99', name: null },
  processes: [{ case: null, steps: ['Nộp hồ sơ', 'Nhận kết quả'] }],
  channels: [
    {
      channel: 'online',
      timeLimits: [{ value: 5, unit: 'working-day', text: null, fees: [{ kind: 'fee', amount: 50_000 as Vnd, raw: null, text: null, files: [] }] }],
    },
  ],
  documents: [
    {
      case: null,
      documents: [
        {
          code: '000.00.00.G99-KQ0001',
          name: 'Đơn đề nghị',
          originals: 1,
          copies: 0,
          forms: [{ name: 'Mau01.docx', url: 'https://example.invalid/f/1' }],
          replaceableBy: null,
        },
      ],
    },
  ],
  results: [{ code: 'KQ.G99.000001', name: 'Giấy phép mẫu', files: [] }],
  legalBases: [{ number: '01/2099/NĐ-CP', title: 'Nghị định mẫu', issuer: 'Chính phủ', issuedOn: null, effectiveOn: null, url: null }],
  subjects: [{ code: 'ĐT1', name: 'Công dân Việt Nam' }],
  subjectsText: null,
  agencies: { implementing: [{ code: '000.00.00.H99', name: 'Sở mẫu' }], competent: [], authorised: [], coordinating: [] },
  receptionAddress: null,
  requirements: null,
  keywords: null,
  description: null,
  related: [],
  interlinked: [],
  decision: { id: '7001', number: null, issuedOn: null, summary: null },
  serviceLevels: null,
  services: null,
}

const name = fc
  .array(fc.constantFrom('Cấp', 'giấy', 'phép', 'mẫu', 'đăng ký', 'Sở', 'H&M', '50%', '(Mẫu số 1)', 'Ủy ban'), { minLength: 1, maxLength: 5 })
  .map((words) => words.join(' '))
const lines = fc.array(name, { minLength: 1, maxLength: 3 }).map((all) => all.join('\n'))
const code = fc.stringMatching(/^[A-Z][A-Z0-9.-]{2,12}$/)
const day = fc
  .integer({ min: 0, max: 45_000 })
  .map((days) => new Date(Date.UTC(1950, 0, 1) + days * 86_400_000).toISOString().slice(0, 10) as LocalDate)
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value)
const list = <Value>(value: fc.Arbitrary<Value>) => fc.option(fc.array(value, { maxLength: 3 }))
const quantity = maybe(fc.nat(20))

const codeAndName: fc.Arbitrary<CodeAndName> = fc
  .record({ code: maybe(code), name: maybe(name) })
  .filter((both) => both.code !== null || both.name !== null)
const file: fc.Arbitrary<ProcedureFile> = fc
  .record({ name: maybe(name), url: maybe(fc.webUrl()) })
  .filter((both) => both.name !== null || both.url !== null)
const files = fc.uniqueArray(file, { maxLength: 3, selector: (one) => JSON.stringify(one) })

const amounts = fc.oneof(
  fc.nat(10_000_000).map((amount) => ({ amount: amount as Vnd, raw: null })),
  fc.constantFrom(
    { amount: null, raw: null },
    { amount: null, raw: 'theo quy định' },
    { amount: null, raw: '10 USD' },
    { amount: null, raw: '500.000 - 1.000.000 đồng' },
    { amount: 2000 as Vnd, raw: '2.000 đồng/trang' },
  ),
)
const fee: fc.Arbitrary<ProcedureFee> = fc
  .record({
    kind: maybe(fc.constantFrom('charge' as const, 'fee' as const)),
    written: amounts,
    text: maybe(lines),
    files: fc.array(file, { maxLength: 1 }),
  })
  .map(({ kind, written, text, files: one }) => ({ kind, ...written, text, files: one }))
  .filter((one) => one.kind !== null || one.amount !== null || one.raw !== null || one.text !== null || one.files.length > 0)
const timeLimit: fc.Arbitrary<TimeLimit> = fc.record({
  value: maybe(fc.oneof(fc.nat(400), fc.constantFrom(0.5, 1.5, 2.25))),
  unit: maybe(fc.constantFrom('hour' as const, 'day' as const, 'working-day' as const, 'month' as const, 'other' as const)),
  text: maybe(lines),
  fees: fc.array(fee, { maxLength: 3 }),
})

/** Procedures that the wire of the database can carry whole: see the docstring of `toWireProcedure` for what it cannot. */
export const procedures: fc.Arbitrary<Procedure> = fc.record({
  code: fc.stringMatching(/^[1-6]\.\d{6}(\.000\.00\.00\.H\d{2}|\.H\d{2})?$/),
  name,
  nationalCode: fc.constant(null),
  kind: maybe(fc.constantFrom('not-delegated' as const, 'delegated' as const, 'other' as const)),
  sectors: list(codeAndName),
  levels: fc.option(fc.subarray(['ministry', 'province', 'district', 'commune', 'other'] as const)),
  published: maybe(fc.boolean()),
  publisher: maybe(code.map((one) => ({ code: one, name: null }))),
  processes: list(fc.record({ case: maybe(name), steps: fc.array(lines, { maxLength: 3 }) })),
  channels: list(
    fc.record({
      channel: maybe(fc.constantFrom('direct' as const, 'online' as const, 'post' as const)),
      timeLimits: fc.array(timeLimit, { maxLength: 3 }),
    }),
  ),
  documents: list(
    fc.record({
      case: maybe(name),
      documents: fc.uniqueArray(
        fc.record({ code: maybe(code), name, originals: quantity, copies: quantity, forms: files, replaceableBy: maybe(code) }),
        { maxLength: 4, selector: (document) => `${document.code} ${document.name.toLowerCase()}` },
      ),
    }),
  ),
  results: fc.option(
    fc.uniqueArray(fc.record({ code: maybe(code), name, files }), {
      maxLength: 3,
      selector: (result) => `${result.code} ${result.name.toLowerCase()}`,
    }),
  ),
  legalBases: list(
    fc
      .record({
        number: maybe(fc.constantFrom('01/2099/NĐ-CP', '05/2098/QH19')),
        title: maybe(name),
        issuer: maybe(name),
        issuedOn: maybe(day),
        effectiveOn: maybe(day),
        url: maybe(fc.webUrl()),
      })
      .filter((basis) => Object.values(basis).some((field) => field !== null)),
  ),
  subjects: list(codeAndName),
  subjectsText: maybe(lines),
  agencies: fc.record({
    implementing: list(codeAndName),
    competent: list(codeAndName),
    authorised: list(codeAndName),
    coordinating: list(codeAndName),
  }),
  receptionAddress: maybe(lines),
  requirements: maybe(lines),
  keywords: maybe(name),
  description: maybe(lines),
  related: list(code),
  interlinked: list(code),
  decision: fc.option(
    fc
      .record({ id: maybe(code), number: maybe(fc.constantFrom('12/QĐ-UBND', '3085/2099/QĐ-BM')) })
      .filter(({ id, number }) => id !== null || number !== null)
      .map((decision) => ({ ...decision, issuedOn: null, summary: null })),
  ),
  serviceLevels: fc.constant(null),
  services: fc.constant(null),
})
