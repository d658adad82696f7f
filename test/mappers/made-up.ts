import fc from 'fast-check'
import type { Dossier, Fee, Instant, LocalDate, ProcedureEntry, ProgressStep, SourceFile, Vnd } from '../../src/domain/index.js'
import { wallClockFormat } from '../../src/domain/index.js'

const clock = wallClockFormat('yyyy-MM-dd HH:mm')

/** A moment at +07:00. */
export function at(text: string): Instant {
  const moment = clock.parse(text)
  if (moment === undefined) throw new Error(`${text} is no moment`)
  return moment
}

/** Dossier C of contracts/provincial-sources.md §11, with nothing missing that the national portal asks for. */
export const returned: Dossier = {
  sourceId: '5f0c0a1e-0000-4000-8000-000000000011',
  localCode: '000.00.12.H99-250305-0011',
  nationalCode: '000.00.12.H99-250305-0011',
  origin: 'local',
  receiptNumber: null,
  procedure: { localCode: '2.000815.000.00.00.H99', name: 'Chứng thực bản sao từ bản chính' },
  sector: { code: 'G15-TP05', name: 'Chứng thực' },
  agency: { code: '000.00.12.H99', name: 'UBND xã Mẫu' },
  applicant: {
    name: 'Trần Thị Ví Dụ',
    kind: 'citizen',
    identities: [{ kind: 'personal-number', number: '099191000002', issuedOn: '2021-01-01' as LocalDate }],
    nationalAccountId: null,
    identityVerified: true,
    phone: '0900000000',
    email: 'vidu@example.vn',
    fax: null,
    address: 'Số 2 đường Mẫu',
    note: null,
  },
  submitter: null,
  summary: 'Chứng thực bản sao',
  note: null,
  channel: 'direct',
  filedAt: 'provincial',
  submittedAt: at('2025-03-05 08:55'),
  receivedAt: at('2025-03-05 09:00'),
  dueAt: at('2025-03-07 17:00'),
  finishedAt: at('2025-03-06 16:20'),
  returnedAt: at('2025-03-07 10:05'),
  refusedAt: null,
  returnBy: 'post',
  returnNote: null,
  status: 10,
  steps: null,
  fees: [{ name: 'Phí chứng thực', code: 'LP0001', amount: 40_000 as Vnd, paid: true, collectedAt: '1', kind: '1' }],
  onlinePayment: 'provincial',
  documents: [
    {
      id: '991',
      name: 'ban-chinh.pdf',
      componentCode: 'TP01',
      url: 'https://files.example.vn/991?signature=a',
      file: null,
      deleted: false,
      digitised: true,
      reuse: 0,
      fromPersonalStore: false,
      replacedByResult: null,
    },
  ],
  otherPapers: [],
  supplements: null,
  results: [
    { id: '77', name: 'ket-qua.pdf', componentCode: null, url: 'https://files.example.vn/77?signature=a', file: null, resultCode: 'KQ.G15.000031' },
  ],
  digitised: true,
  databases: [],
}

export const certifiedCopy: ProcedureEntry = {
  localCode: '2.000815.000.00.00.H99',
  nationalCode: '2.000815',
  name: 'Chứng thực bản sao từ bản chính',
  nationalName: 'Chứng thực bản sao từ bản chính giấy tờ',
  sector: { code: 'G15-TP05', name: 'Chứng thực' },
  paperResult: true,
}

export function step(status: number | null, when: Instant, more: Partial<ProgressStep> = {}): ProgressStep {
  return {
    id: null,
    at: when,
    status,
    action: null,
    officer: 'Lê Cán Bộ',
    position: null,
    department: null,
    note: 'Chuyển thẩm định',
    startedAt: null,
    deadline: null,
    derived: false,
    ...more,
  }
}

const word = fc.constantFrom('Nguyễn Văn Mẫu', 'Trần Thị Ví Dụ', 'Công ty TNHH Một Thành Viên Mẫu', 'UBND xã Mẫu', 'ghi chú', 'a', '0', '"', ';x')
const text = fc.option(word)
const flag = fc.option(fc.boolean())
const moment = fc.integer({ min: Date.UTC(2015, 0, 1) / 1000, max: Date.UTC(2030, 0, 1) / 1000 }).map((count) => (count * 1000) as Instant)
const time = fc.option(moment)
const paper = fc.record({ name: word, copies: fc.option(fc.nat(99)), kind: text })
const fee: fc.Arbitrary<Fee> = fc.record({
  name: text,
  code: text,
  amount: fc.nat(10_000_000).map((amount) => amount as Vnd),
  paid: flag,
  collectedAt: text,
  kind: text,
})
const file: fc.Arbitrary<SourceFile | null> = fc.option(fc.oneof(fc.record({ path: word }), fc.record({ id: word }), fc.record({ url: word })))
const list = <Item>(item: fc.Arbitrary<Item>) => fc.option(fc.array(item, { maxLength: 3 }))

/** Any dossier a mapper may produce: each field known or not, times in whole seconds. */
export const anyDossier: fc.Arbitrary<Dossier> = fc.record({
  sourceId: word,
  localCode: text,
  nationalCode: text,
  origin: fc.constantFrom('local', 'national'),
  receiptNumber: text,
  procedure: fc.record({ localCode: fc.option(fc.constantFrom('1.001612', '2.000815.000.00.00.H99', 'TS_lop1')), name: text }),
  sector: fc.record({ code: text, name: text }),
  agency: fc.record({ code: text, name: text }),
  applicant: fc.record({
    name: text,
    kind: fc.option(fc.constantFrom('citizen', 'business', 'state-body', 'organization')),
    identities: fc.array(
      fc.record({
        kind: fc.constantFrom('personal-number', 'old-id-card', 'tax-code', 'other'),
        number: fc.constantFrom('099090000001', '0000000001'),
        issuedOn: fc.option(fc.constant('2021-01-01' as LocalDate)),
      }),
      { maxLength: 2 },
    ),
    nationalAccountId: text,
    identityVerified: flag,
    phone: text,
    email: text,
    fax: text,
    address: text,
    note: text,
  }),
  submitter: fc.option(fc.record({ name: text, phone: text, email: text })),
  summary: text,
  note: text,
  channel: fc.option(fc.constantFrom('direct', 'online', 'post')),
  filedAt: fc.option(fc.constantFrom('national', 'provincial')),
  submittedAt: time,
  receivedAt: time,
  dueAt: time,
  finishedAt: time,
  returnedAt: time,
  refusedAt: time,
  returnBy: fc.option(fc.constantFrom('counter', 'post')),
  returnNote: text,
  status: fc.option(fc.integer({ min: 0, max: 12 })),
  steps: list(
    fc.record({
      id: text,
      at: moment,
      status: fc.option(fc.integer({ min: 0, max: 12 })),
      action: text,
      officer: text,
      position: text,
      department: text,
      note: text,
      startedAt: time,
      deadline: time,
      derived: fc.boolean(),
    }),
  ),
  fees: list(fee),
  onlinePayment: fc.option(fc.constantFrom('national', 'provincial', 'none', 'requested-offline')),
  documents: list(
    fc.record({
      id: text,
      name: word,
      componentCode: text,
      url: text,
      file,
      deleted: fc.boolean(),
      digitised: flag,
      reuse: fc.option(fc.constantFrom<0 | 1 | 2>(0, 1, 2)),
      fromPersonalStore: flag,
      replacedByResult: text,
    }),
  ),
  otherPapers: list(paper),
  supplements: list(
    fc.record({
      id: text,
      requestedBy: text,
      content: text,
      requestedAt: time,
      receivedBy: text,
      receiptNote: text,
      receivedAt: time,
      received: flag,
      papers: fc.array(paper, { maxLength: 2 }),
      fees: fc.array(fee, { maxLength: 2 }),
      dueBefore: time,
      dueAfter: time,
    }),
  ),
  results: list(fc.record({ id: text, name: word, componentCode: text, url: text, file, resultCode: text })),
  digitised: flag,
  databases: list(fc.constantFrom('1', '7')),
})
