import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formalityDetail } from '../../../src/connectors/procedure-database/wire.js'
import { fromWireProcedure } from '../../../src/mappers/procedure-database/index.js'

/** In the shape of the records that the portal of 2026 shows, with made-up content. */
const RECORD = {
  id: '019d0000-0000-7000-8000-000000000001',
  code: '1.999001',
  codeNotation: '1.999001',
  name: 'Cấp giấy phép mẫu',
  formalityType: 'ASSIGNED_REGULATION',
  type: 'STANDARD',
  state: 'UPDATED',
  isFullProcess: true,
  isMinistry: false,
  isProvince: true,
  isWard: true,
  isOtherAgency: false,
  isVertical: false,
  isUndetermined: false,
  executionSteps: [
    { name: 'Bước 1', description: '<p>Nộp hồ s&#417;</p><p>Nhận giấy hẹn&nbsp;</p>' },
    { name: '', description: 'Nhận kết quả' },
  ],
  executionMethods: [
    {
      submissionMethod: 'ONLINE',
      processingTime: 5,
      processingTimeUnit: 'WORKING_DAY',
      description: '',
      fees: [{ type: 'FEE', value: 50_000, currencyId: '', attachment: null, description: '' }],
    },
    { submissionMethod: 'POSTAL', processingTime: null, processingTimeUnit: null, description: 'Theo giấy hẹn', fees: [] },
  ],
  executionCases: [
    {
      name: '',
      profileComponents: [
        {
          code: '000.00.00.G99-KQ0001',
          name: 'Đơn đề nghị',
          originalQty: 1,
          copyQty: 0,
          attachments: [{ id: '019d0000-0000-7000-8000-000000000009', fileName: 'Mau01.docx' }],
        },
      ],
    },
  ],
  categoriesDetails: [{ id: 'x', code: 'G99-MAU01', name: 'Lĩnh vực mẫu' }],
  subjectTypesDetails: [{ code: 'ĐT1', name: 'Công dân Việt Nam' }],
  departmentsExecuting: [],
  unitGroupsExecuting: [{ id: 'y', name: 'Ủy ban nhân dân cấp xã' }],
  departmentsAuthority: [{ code: 'UBNDCT', name: 'Ủy ban nhân dân cấp tỉnh' }],
  departmentsAuthorized: [],
  departmentsCoordinating: [],
  departmentPromulgateCode: 'G99',
  departmentPromulgateName: 'Bộ Mẫu',
  legalBasisesDetails: [{ code: '01/2099/NĐ-CP ', name: 'Nghị định mẫu' }],
  resultsDetails: [{ code: 'KQ.G99.000001', name: 'Giấy phép mẫu' }],
  requirementsAndConditions: '<ul><li>Đủ 18 tuổi</li><li>Diện tích < 5 ha</li></ul>',
  keywords: '',
  description: '',
  procedureRelatedGroup: [],
  procedureProposal: { proposalNumber: '3085/QĐ-BM', decisionDate: 1_741_107_600_000, proposalType: 'STANDARD' },
  cases: [
    { id: 'a', name: 'Cấp mới', code: '1.999001.01' },
    { id: 'b', name: 'Cấp mới', code: '1.999001.01' },
    { id: 'c', name: 'Cấp lại', code: '1.999001.02' },
  ],
}

function read(changes: object = {}) {
  const mapped = fromWireProcedure({ form: 'portal-2026', detail: formalityDetail.parse({ ...RECORD, ...changes }) })
  if (!mapped.ok) throw new Error('no procedure')
  return { procedure: mapped.value, findings: mapped.findings.map(({ ruleId, path }) => `${ruleId} ${path}`) }
}

test('a record of 2026 says what a national record says, and numbers its cases', () => {
  const { procedure, findings } = read()
  expect(findings).toEqual([])
  expect(procedure).toEqual({
    code: '1.999001',
    name: 'Cấp giấy phép mẫu',
    nationalCode: null,
    kind: 'delegated',
    sectors: [{ code: 'G99-MAU01', name: 'Lĩnh vực mẫu' }],
    levels: ['province', 'commune'],
    published: true,
    publisher: { code: 'G99', name: 'Bộ Mẫu' },
    processes: [{ case: null, steps: ['Bước 1: Nộp hồ sơ\nNhận giấy hẹn', 'Nhận kết quả'] }],
    channels: [
      {
        channel: 'online',
        timeLimits: [{ value: 5, unit: 'working-day', text: null, fees: [{ kind: null, amount: 50_000, raw: null, text: null, files: [] }] }],
      },
      { channel: 'post', timeLimits: [{ value: null, unit: null, text: 'Theo giấy hẹn', fees: [] }] },
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
            forms: [{ name: 'Mau01.docx', url: null }],
            replaceableBy: null,
          },
        ],
      },
    ],
    results: [{ code: 'KQ.G99.000001', name: 'Giấy phép mẫu', files: [] }],
    legalBases: [{ number: '01/2099/NĐ-CP', title: 'Nghị định mẫu', issuer: null, issuedOn: null, effectiveOn: null, url: null }],
    subjects: [{ code: 'ĐT1', name: 'Công dân Việt Nam' }],
    subjectsText: null,
    agencies: {
      implementing: [{ code: null, name: 'Ủy ban nhân dân cấp xã' }],
      competent: [{ code: 'UBNDCT', name: 'Ủy ban nhân dân cấp tỉnh' }],
      authorised: [],
      coordinating: [],
    },
    receptionAddress: null,
    requirements: 'Đủ 18 tuổi\nDiện tích < 5 ha',
    keywords: null,
    description: null,
    related: [],
    interlinked: null,
    decision: { id: null, number: '3085/QĐ-BM', issuedOn: '2025-03-05', summary: null },
    serviceLevels: [{ level: { scale: 'named', level: 'full' }, from: null, to: null }],
    services: [
      { code: '1.999001.01', name: 'Cấp mới', agency: null, url: null },
      { code: '1.999001.02', name: 'Cấp lại', agency: null, url: null },
    ],
  })
})

describe('what the portal does not say is not made up', () => {
  test('no flag of a level means not known; a central line is told', () => {
    const none = { isProvince: false, isWard: false }
    expect(read({ ...none, isUndetermined: true }).procedure.levels).toBeNull()
    expect(read({ ...none, isVertical: true })).toMatchObject({ procedure: { levels: null }, findings: ['level.vertical isVertical'] })
  })

  test('not in full is neither partial nor information only', () => {
    expect(read({ isFullProcess: false }).procedure.serviceLevels).toBeNull()
  })

  test('a state that was never seen is not known', () => {
    expect(read({ state: 'DRAFT' })).toMatchObject({ procedure: { published: null }, findings: ['state.unknown state'] })
  })

  test('a 0 beside a reference is no free procedure', () => {
    const fees = [{ type: 'FEE', value: 0, description: 'Theo Nghị quyết 09/2099/NQ-HĐND' }]
    const { procedure, findings } = read({ executionMethods: [{ submissionMethod: 'DIRECT', fees }] })
    expect(procedure.channels?.[0]?.timeLimits[0]?.fees[0]).toMatchObject({ amount: null, raw: '0' })
    expect(findings).toEqual(['fee.in-words executionMethods[0].fees[0].value'])
  })

  test('a way of filing that is in no list is kept without one; one word can stand for two', () => {
    expect(read({ executionMethods: [{ submissionMethod: 'PIGEON' }] })).toMatchObject({
      procedure: { channels: [{ channel: null }] },
      findings: ['channel.unknown executionMethods[0].submissionMethod'],
    })
    expect(read({ executionMethods: [{ submissionMethod: 'DIRECT_AND_ONLINE' }] }).procedure.channels?.map(({ channel }) => channel)).toEqual([
      'direct',
      'online',
    ])
  })

  test('without a code or a name it is no procedure', () => {
    const refused = fromWireProcedure({ form: 'portal-2026', detail: formalityDetail.parse({ ...RECORD, name: '' }) })
    expect(refused).toMatchObject({ ok: false, findings: [{ ruleId: 'procedure.no-name', path: 'name' }] })
    expect(read({ code: '' }).procedure.code).toBe('1.999001')
  })
})

test('nothing that can be JSON makes it throw', () => {
  const keys = Object.keys(RECORD)
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 4 })), (changes) => {
      fromWireProcedure({ form: 'portal-2026', detail: formalityDetail.parse({ ...RECORD, ...changes }) })
    }),
    { numRuns: 300 },
  )
})
