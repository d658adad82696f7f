import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromOpenCpsProcedure } from '../../../src/mappers/index.js'

/** The first row of contracts/examples/source-opencps-serviceinfos.json. */
const ROW = {
  serviceInfoId: 501,
  serviceCode: '1.001612.000.00.00.H99',
  serviceCodeDVCQG: '1.001612',
  serviceNameDVCQG: 'Đăng ký thành lập hộ kinh doanh',
  serviceName: 'Đăng ký thành lập hộ kinh doanh',
  processText: '',
  methodText: 'Trực tiếp, trực tuyến, bưu chính',
  dossierText: '',
  conditionText: '',
  durationText: '3 ngày làm việc',
  applicantText: 'Cá nhân',
  resultText: 'Giấy chứng nhận đăng ký hộ kinh doanh',
  regularText: '',
  feeText: '100.000 đồng',
  administrationCode: 'UBX',
  administrationName: 'UBND cấp xã',
  domainCode: 'G05-KH01',
  domainName: 'Thành lập và hoạt động hộ kinh doanh',
  maxLevel: 4,
  synced: 1,
  active: 'true',
  serviceConfigs: [
    { serviceConfigId: 9001, govAgencyCode: '000.00.12.H99', govAgencyName: 'UBND xã Mẫu', serviceInstruction: '', serviceLevel: 4, serviceUrl: '' },
  ],
}

function read(changes: object = {}) {
  const mapped = fromOpenCpsProcedure({ ...ROW, ...changes })
  if (!mapped.ok) throw new Error('no procedure')
  return { procedure: mapped.value, findings: mapped.findings.map(({ ruleId, path }) => `${ruleId} ${path}`) }
}

test('a row of the catalogue: what it says, and null for what it does not', () => {
  const { procedure, findings } = read()
  const timeLimits = [{ value: 3, unit: 'working-day', text: null, fees: [{ kind: null, amount: 100_000, raw: null, text: null, files: [] }] }]
  expect(findings).toEqual([])
  expect(procedure).toEqual({
    code: '1.001612.000.00.00.H99',
    name: 'Đăng ký thành lập hộ kinh doanh',
    nationalCode: '1.001612',
    kind: null,
    sectors: [{ code: 'G05-KH01', name: 'Thành lập và hoạt động hộ kinh doanh' }],
    levels: ['commune'],
    published: true,
    publisher: { code: 'UBX', name: 'UBND cấp xã' },
    processes: null,
    channels: [
      { channel: 'direct', timeLimits },
      { channel: 'online', timeLimits },
      { channel: 'post', timeLimits },
    ],
    documents: null,
    results: [{ code: null, name: 'Giấy chứng nhận đăng ký hộ kinh doanh', files: [] }],
    legalBases: null,
    subjects: null,
    subjectsText: 'Cá nhân',
    agencies: { implementing: [{ code: '000.00.12.H99', name: 'UBND xã Mẫu' }], competent: null, authorised: null, coordinating: null },
    receptionAddress: null,
    requirements: null,
    keywords: null,
    description: null,
    related: null,
    interlinked: null,
    decision: null,
    serviceLevels: [{ level: { scale: 'numbered', level: 4 }, from: null, to: null }],
    services: [{ code: null, name: null, agency: { code: '000.00.12.H99', name: 'UBND xã Mẫu' }, url: null }],
  })
})

test('no national code is not an empty one', () => {
  expect(read({ serviceCodeDVCQG: '' })).toMatchObject({
    procedure: { nationalCode: null },
    findings: ['procedure.national-unmatched serviceCodeDVCQG'],
  })
})

describe('fees and times in words', () => {
  const first = (changes: object) => read(changes).procedure.channels?.[0]

  test.each([
    ['2.000 đồng/trang', 2000, '2.000 đồng/trang', []],
    ['Không', 0, null, []],
    ['<p>Lệ phí: 100.000 đồng</p><p>Phí: 50.000 đồng</p>', null, 'Lệ phí: 100.000 đồng\nPhí: 50.000 đồng', ['fee.in-words feeText']],
  ])('the fee %j', (feeText, amount, raw, told) => {
    const { procedure, findings } = read({ feeText })
    expect(procedure.channels?.[0]?.timeLimits[0]?.fees).toMatchObject([{ amount, raw }])
    expect(findings).toEqual(told)
  })

  test('nothing said about fees is told: it does not mean free', () => {
    expect(read({ feeText: ' ' }).findings).toEqual(['fee.not-stated feeText'])
  })

  test.each([
    ['Không quá 15 ngày làm việc kể từ ngày nhận đủ hồ sơ', 15, 'working-day', 'Không quá 15 ngày làm việc kể từ ngày nhận đủ hồ sơ'],
    ['07 (bảy) ngày.', 7, 'day', null],
    ['Ngay trong ngày làm việc', null, null, 'Ngay trong ngày làm việc'],
    ['10 ngày, trường hợp cần xác minh 15 ngày', null, null, '10 ngày, trường hợp cần xác minh 15 ngày'],
    ['1 năm', 12, 'month', null],
  ])('the time %j', (durationText, value, unit, text) => {
    expect(first({ durationText })?.timeLimits).toMatchObject([{ value, unit, text }])
  })

  test('without a way of filing, time and fee are kept under none', () => {
    expect(read({ methodText: '' }).procedure.channels).toMatchObject([{ channel: null, timeLimits: [{ value: 3 }] }])
    expect(read({ methodText: 'Tại bộ phận một cửa' }).findings).toEqual(['method.in-words methodText'])
    expect(read({ methodText: '', durationText: '', feeText: '' }).procedure.channels).toBeNull()
  })
})

describe('a text becomes a list only where each line is one entry', () => {
  test('marked lines are documents', () => {
    const { procedure } = read({ dossierText: '<ul><li>- Đơn đề nghị;</li><li>- Bản sao giấy chứng nhận.</li></ul>' })
    expect(procedure.documents?.[0]?.documents.map(({ name, originals }) => [name, originals])).toEqual([
      ['Đơn đề nghị', null],
      ['Bản sao giấy chứng nhận', null],
    ])
  })

  test.each([
    'Đơn đề nghị; bản sao giấy chứng nhận',
    'a) Thành phần hồ sơ, bao gồm:\n- Đơn đề nghị\nb) Số lượng hồ sơ: 01 bộ',
    '- Đơn đề nghị\nLưu ý: nộp một lần',
  ])('%j is not split up by guessing', (dossierText) => {
    expect(read({ dossierText })).toMatchObject({ procedure: { documents: null }, findings: ['text.not-carried dossierText'] })
  })

  test('each line of the process is a step, each line of the legal basis one document', () => {
    const { procedure } = read({ processText: '<p>Bước 1: Nộp</p><p>Bước 2: Nhận</p>', regularText: '- Luật mẫu;\n- Nghị định số 01/2099/NĐ-CP.' })
    expect(procedure.processes).toEqual([{ case: null, steps: ['Bước 1: Nộp', 'Bước 2: Nhận'] }])
    expect(procedure.legalBases?.map(({ number, title }) => [number, title])).toEqual([
      [null, 'Luật mẫu'],
      ['01/2099/NĐ-CP', 'Nghị định số 01/2099/NĐ-CP'],
    ])
  })
})

describe('levels of online service', () => {
  test.each([
    [{ maxLevel: 2 }, 2, []],
    [{ maxLevel: '3' }, 3, []],
    [{ maxLevel: 0 }, 4, []],
    [{ maxLevel: 0, serviceConfigs: [] }, undefined, []],
    [{ maxLevel: 7 }, undefined, ['level.unknown maxLevel']],
  ])('%j', (changes, level, told) => {
    const { procedure, findings } = read(changes)
    expect(procedure.serviceLevels?.[0]?.level.level).toBe(level)
    expect(findings).toEqual(told)
  })
})

test('what is no procedure is refused with the field that is missing', () => {
  const refused = (row: unknown) => fromOpenCpsProcedure(row).findings.map(({ ruleId, path, severity }) => `${severity} ${ruleId} ${path}`.trim())
  expect(refused({ ...ROW, serviceCode: '' })).toEqual(['error procedure.no-code serviceCode'])
  expect(refused({ ...ROW, serviceName: undefined })).toEqual(['error procedure.no-name serviceName'])
  expect(refused('x')).toEqual(['error procedure.unreadable'])
})

test('nothing that can be JSON makes it throw, and one bad field does not cost the row', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(ROW)), fc.jsonValue({ maxDepth: 3 })), (changes) => {
      const mapped = fromOpenCpsProcedure({ ...ROW, ...changes, serviceCode: ROW.serviceCode, serviceName: ROW.serviceName })
      expect(mapped.ok).toBe(true)
    }),
    { numRuns: 300 },
  )
})
