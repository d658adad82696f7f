import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { procedureDetail, upperCaseKeys } from '../../../src/connectors/procedure-database/wire.js'
import {
  durationInWords,
  fromDecisionRow,
  fromDictionaryRow,
  fromWireProcedure,
  toWireProcedure,
} from '../../../src/mappers/procedure-database/index.js'
import { EXAMPLE, EXAMPLE_PROCEDURE, procedures } from './procedures.js'

function read(changes: Readonly<Record<string, unknown>> = {}, options: { sector?: 'first' | 'last' } = {}) {
  const mapped = fromWireProcedure({ form: 'national', detail: procedureDetail.parse(upperCaseKeys({ ...EXAMPLE, ...changes })) }, options)
  if (!mapped.ok) throw new Error('no procedure')
  return { procedure: mapped.value, findings: mapped.findings.map(({ ruleId, path, severity }) => `${severity} ${ruleId} ${path}`) }
}

const channel = (changes: object) => ({ CACHTHUCTHUCHIEN: [{ KENH: '1', THOIGIAN: [], ...changes }] })
const time = (changes: object) => channel({ THOIGIAN: [{ THOIGIANGIAIQUYET: '5', DONVITINH: 'Ngày', MOTA: '', PHILEPHI: [], ...changes }] })
const fee = (changes: object) => time({ PHILEPHI: [{ MAPHILEPHI: '1', SOTIEN: '', DONVI: 'Đồng', MOTA: '', URL: '', TENTEP: '', ...changes }] })
const SOTIEN = 'CACHTHUCTHUCHIEN[0].THOIGIAN[0].PHILEPHI[0].SOTIEN'
const feeOf = (changes: object) => {
  const { procedure, findings } = read(fee(changes))
  const { kind, amount, raw, text } = procedure.channels?.[0]?.timeLimits[0]?.fees[0] ?? {}
  return { kind, amount, raw, text, findings }
}

test('the example of the contract is read whole and without a remark', () => {
  expect(read()).toEqual({ procedure: EXAMPLE_PROCEDURE, findings: [] })
})

test('keys in any case and numbers in place of text say the same', () => {
  const { MATTHC, TENTTHC, ...rest } = EXAMPLE
  const mixed = { MaTTHC: MATTHC, tenTTHC: TENTTHC, ...rest, MATTHC: undefined, TENTTHC: undefined, LOAITTHC: 2, TRANGTHAI: 1 }
  const detail = procedureDetail.parse(upperCaseKeys(JSON.parse(JSON.stringify(mixed))))
  expect(fromWireProcedure({ form: 'national', detail })).toMatchObject({ ok: true, value: EXAMPLE_PROCEDURE })
})

describe('a procedure is its code and its name', () => {
  test.each([
    [{ MATTHC: '' }, ['error procedure.no-code MATTHC']],
    [{ TENTTHC: ' \t' }, ['error procedure.no-name TENTTHC']],
    [{ MATTHC: null, TENTTHC: {} }, ['error procedure.no-code MATTHC', 'error procedure.no-name TENTTHC']],
  ])('%j', (changes, expected) => {
    const mapped = fromWireProcedure({ form: 'national', detail: procedureDetail.parse({ ...EXAMPLE, ...changes }) })
    expect(mapped.ok).toBe(false)
    expect(mapped.findings.map(({ severity, ruleId, path }) => `${severity} ${ruleId} ${path}`)).toEqual(expected)
  })

  test('an empty record is no procedure', () => {
    expect(fromWireProcedure({ form: 'national', detail: procedureDetail.parse({}) }).ok).toBe(false)
  })

  test('spaces in a code are left out and told; a code of no known form is kept and told', () => {
    expect(read({ MATTHC: ' 1. 999001 ' })).toMatchObject({ procedure: { code: '1.999001' }, findings: ['info code.spaces MATTHC'] })
    expect(read({ MATTHC: 'TS_lop1' })).toMatchObject({ procedure: { code: 'TS_lop1' }, findings: ['warn code.form MATTHC'] })
  })

  test.each([
    ['1.\tCấp giấy  phép\r\nmẫu', 'Cấp giấy phép mẫu'],
    ['12) Cấp\u00a0giấy phép', 'Cấp giấy phép'],
    ['1.2. Cấp giấy phép', 'Cấp giấy phép'],
    ['02 loại giấy phép', '02 loại giấy phép'],
    ['Ca\u0302\u0301p gia\u0302\u0301y phe\u0301p', 'Cấp giấy phép'],
  ])('the name %j is %j', (written, name) => {
    expect(read({ TENTTHC: written }).procedure.name).toBe(name)
  })
})

describe('amounts: a fee never costs the procedure', () => {
  test.each([
    ['', null, null],
    ['không', 0, null],
    ['Không', 0, null],
    ['KHÔNG', 0, null],
    ['0', 0, null],
    ['500.000', 500_000, null],
    ['1.350.000', 1_350_000, null],
    [500_000, 500_000, null],
    [0, 0, null],
    ['50.000 đồng', 50_000, null],
    ['50000đ', 50_000, null],
    ['2.000 đồng/trang', 2000, '2.000 đồng/trang'],
  ])('%j is %j', (written, amount, raw) => {
    expect(feeOf({ SOTIEN: written })).toMatchObject({ amount, raw, findings: [] })
  })

  test.each(['theo quy định', '500.000 - 1.000.000', '-5', '1.5', 'NaN', '1,2,3', 12.5])('%j is no amount: kept as written and told', (written) => {
    expect(feeOf({ SOTIEN: written })).toMatchObject({ amount: null, raw: String(written), findings: [`warn fee.unreadable ${SOTIEN}`] })
  })

  test('another currency is kept in words', () => {
    expect(feeOf({ SOTIEN: '10', DONVI: 'USD' })).toMatchObject({ amount: null, raw: '10 USD', findings: [`info fee.other-currency ${SOTIEN}`] })
    expect(feeOf({ SOTIEN: '50.000', DONVI: 'Việt Nam Đồng' })).toMatchObject({ amount: 50_000, raw: null })
    expect(feeOf({ SOTIEN: '2000', DONVI: 'Đồng/bản' })).toMatchObject({ amount: 2000, raw: '2000 Đồng/bản', findings: [] })
  })

  test.each([
    ['135', 'Mức thu 135.000 đồng/lần', ['warn fee.looks-mistyped']],
    [135, 'Mức thu 135 nghìn đồng', ['warn fee.looks-mistyped']],
    ['135000', 'Mức thu 135.000 đồng', []],
    ['500', '500 đồng/trang, tối đa 20.000 đồng', []],
    ['500', '', []],
  ])('%j beside "%s"', (amount, text, expected) => {
    const found = feeOf({ SOTIEN: amount, MOTA: text })
    expect(found.amount).toBe(Number(amount))
    expect(found.findings).toEqual(expected.map((rule) => `${rule} ${SOTIEN}`))
  })

  test('a 0 beside a text that sets the amount is not free', () => {
    const unsaid = [`warn fee.in-words ${SOTIEN}`]
    expect(feeOf({ SOTIEN: '0', MOTA: 'Theo Nghị quyết 09/2099/NQ-HĐND' })).toMatchObject({ amount: null, raw: '0', findings: unsaid })
    expect(feeOf({ SOTIEN: '0', MOTA: 'Không quá 500.000 đồng' })).toMatchObject({ amount: null, findings: unsaid })
    expect(feeOf({ SOTIEN: '0', MOTA: 'Không thu phí theo quy định' })).toMatchObject({ amount: 0, findings: [] })
    expect(feeOf({ SOTIEN: 'không', MOTA: 'Theo quy định của pháp luật' })).toMatchObject({ amount: 0, findings: [] })
  })

  test.each([
    ['1', 'charge'],
    ["1'", 'charge'],
    ['2', 'fee'],
    ["2'", 'fee'],
    [2, 'fee'],
    ['', null],
  ])('the code %j is a %s', (code, kind) => {
    expect(feeOf({ MAPHILEPHI: code, SOTIEN: '1' })).toMatchObject({ kind, findings: [] })
  })

  test('another code says nothing', () => {
    expect(feeOf({ MAPHILEPHI: 'LP0001', SOTIEN: '1' })).toMatchObject({
      kind: null,
      findings: [`info fee.kind-unknown ${SOTIEN.replace('SOTIEN', 'MAPHILEPHI')}`],
    })
  })

  test('all fees are taken, and those beside the time limits go with the first', () => {
    const one = { MAPHILEPHI: '1', SOTIEN: '10.000' }
    const two = { MAPHILEPHI: '2', SOTIEN: '20.000' }
    const under = read(
      channel({ THOIGIAN: [{ THOIGIANGIAIQUYET: '5', DONVITINH: 'Ngày', PHILEPHI: [one] }, { MOTA: 'Trường hợp khác' }], PHILEPHI: [two, one] }),
    )
    expect(under.procedure.channels?.[0]?.timeLimits.map(({ fees }) => fees.map(({ amount }) => amount))).toEqual([[10_000, 20_000], []])
    expect(under.findings).toEqual(['info fee.outside-time-limit CACHTHUCTHUCHIEN[0].PHILEPHI'])
    const alone = read(channel({ THOIGIAN: null, PHILEPHI: [one] }))
    expect(alone.procedure.channels?.[0]?.timeLimits).toMatchObject([{ value: null, unit: null, text: null, fees: [{ amount: 10_000 }] }])
  })
})

describe('time limits', () => {
  const limit = (changes: object) => {
    const { procedure, findings } = read(time(changes))
    const { value, unit, text } = procedure.channels?.[0]?.timeLimits[0] ?? {}
    return [value, unit, text, findings]
  }
  const place = 'CACHTHUCTHUCHIEN[0].THOIGIAN[0]'

  test.each([
    ['Ngày làm việc', 'working-day'],
    [' ngày  LÀM việc', 'working-day'],
    ['Ngày'.normalize('NFD'), 'day'],
    ['Giờ', 'hour'],
    ['Tháng', 'month'],
    ['Khác', 'other'],
    ['WORKING_DAY', 'working-day'],
  ])('the unit %j is %s', (written, unit) => {
    expect(limit({ DONVITINH: written })).toEqual([5, unit, null, []])
  })

  test.each([
    [{ THOIGIANGIAIQUYET: 5 }, [5, 'day', null, []]],
    [{ THOIGIANGIAIQUYET: '0,5' }, [0.5, 'day', null, []]],
    [{ THOIGIANGIAIQUYET: undefined, DONVITINH: 'Khác', MOTA: 'Ngay trong buổi' }, [null, 'other', 'Ngay trong buổi', []]],
    [{ THOIGIANGIAIQUYET: '5 ngày làm việc', DONVITINH: '' }, [5, 'working-day', null, []]],
    [{ THOIGIANGIAIQUYET: 'Trong ngày' }, [null, 'day', 'Trong ngày', [`info time.unreadable ${place}.THOIGIANGIAIQUYET`]]],
    [{ DONVITINH: '' }, [5, null, null, [`info time.no-unit ${place}.DONVITINH`]]],
    [{ DONVITINH: 'Tuần trăng' }, [5, null, null, [`warn time.unit-unknown ${place}.DONVITINH`]]],
    [{ THOIGIANGIAIQUYET: '1', DONVITINH: 'Năm' }, [12, 'month', null, []]],
  ])('%j', (changes, expected) => {
    expect(limit(changes)).toEqual(expected)
  })
})

describe('ways of filing', () => {
  test.each([
    ['1', 'direct'],
    [2, 'online'],
    ['3', 'post'],
    ['DIRECT', 'direct'],
    ['ONLINE', 'online'],
    ['POSTAL', 'post'],
  ])('%j is %s', (written, expected) => {
    expect(read(channel({ KENH: written }))).toMatchObject({ procedure: { channels: [{ channel: expected }] }, findings: [] })
  })

  test.each(['4', '', null])('%j is not taken for direct', (written) => {
    expect(read(channel({ KENH: written }))).toMatchObject({
      procedure: { channels: [{ channel: null }] },
      findings: ['warn channel.unknown CACHTHUCTHUCHIEN[0].KENH'],
    })
  })
})

describe('documents', () => {
  const paper = { MAGIAYTO: 'G99-KQ0001', TENGIAYTO: 'Đơn đề nghị', SOBANCHINH: '1', SOBANSAO: '0', TENMAUDON: 'Mau01.docx', URL: '' }
  const papers = (...rows: object[]) => ({ THANHPHANHOSO: [{ TRUONGHOP: '', GIAYTO: rows }] })

  test('one paper with several forms is one document', () => {
    const { procedure, findings } = read(papers(paper, { ...paper, TENGIAYTO: 'Đơn  đề nghị', TENMAUDON: 'Mau02.docx' }, paper))
    expect(procedure.documents?.[0]?.documents).toMatchObject([
      { code: 'G99-KQ0001', originals: 1, forms: [{ name: 'Mau01.docx' }, { name: 'Mau02.docx' }] },
    ])
    expect(findings).toEqual([])
  })

  test('different papers under one code are all kept', () => {
    const { procedure, findings } = read(papers(paper, { ...paper, TENGIAYTO: 'Bản vẽ' }))
    expect(procedure.documents?.[0]?.documents.map(({ name }) => name)).toEqual(['Đơn đề nghị', 'Bản vẽ'])
    expect(findings).toEqual(['info document.code-shared THANHPHANHOSO[0].GIAYTO'])
  })

  test('the same paper in two cases is a document of each', () => {
    const { procedure } = read({
      THANHPHANHOSO: [
        { TRUONGHOP: 'Cấp mới', GIAYTO: [paper] },
        { TRUONGHOP: 'Cấp lại', GIAYTO: [paper] },
      ],
    })
    expect(procedure.documents?.map((group) => [group.case, group.documents.length])).toEqual([
      ['Cấp mới', 1],
      ['Cấp lại', 1],
    ])
  })

  test.each([
    ['1', 1, 0],
    ['02', 2, 0],
    ['01 bản', 1, 0],
    [3, 3, 0],
    ['', null, 0],
    ['một', null, 1],
    ['-1', null, 1],
  ])('%j originals', (written, originals, told) => {
    const { procedure, findings } = read(papers({ ...paper, SOBANCHINH: written }))
    expect(procedure.documents?.[0]?.documents[0]?.originals).toBe(originals)
    expect(findings).toEqual(told === 0 ? [] : ['info quantity.unreadable THANHPHANHOSO[0].GIAYTO[0].SOBANCHINH'])
  })

  test('an entry without a name, or of another form, is left out and told', () => {
    const { procedure, findings } = read(papers({ ...paper, TENGIAYTO: '' }, 7 as unknown as object, paper))
    expect(procedure.documents?.[0]?.documents).toHaveLength(1)
    expect(findings).toEqual(['warn element.unnamed THANHPHANHOSO[0].GIAYTO[0].TENGIAYTO', 'warn element.unreadable THANHPHANHOSO[0].GIAYTO[1]'])
  })
})

describe('who and where', () => {
  test('of several sectors all are kept; which leads is a choice', () => {
    const several = { LINHVUCTHUCHIEN: ['A', 'B', 'C'].map((MALINHVUC) => ({ MALINHVUC, TENLINHVUC: '' })) }
    const codes = (sector: 'first' | 'last') => read(several, { sector }).procedure.sectors?.map(({ code }) => code)
    expect([codes('first'), codes('last')]).toEqual([
      ['A', 'B', 'C'],
      ['C', 'A', 'B'],
    ])
  })

  test('levels by code, else by label; the district survives', () => {
    const levels = [
      { CAPTHUCHIEN: 0, TENCAP: '' },
      { CAPTHUCHIEN: '2', TENCAP: 'Cấp Huyện' },
      { CAPTHUCHIEN: '', TENCAP: 'cấp xã' },
      { CAPTHUCHIEN: '4', TENCAP: 'Cơ quan khác' },
      { CAPTHUCHIEN: '9', TENCAP: 'Cấp Vùng' },
      { CAPTHUCHIEN: '3', TENCAP: 'Cấp Xã' },
    ]
    const { procedure, findings } = read({ CAPTHUCHIEN: levels })
    expect(procedure.levels).toEqual(['ministry', 'district', 'commune', 'other'])
    expect(findings).toEqual(['warn level.unknown CAPTHUCHIEN[4].CAPTHUCHIEN'])
  })

  test('applicants come from the list, and from the text where there is none', () => {
    expect(read({ DOITUONGTHUCHIEN: null, MOTADOITUONGTHUCHIEN: 'Cá nhân, tổ chức' }).procedure).toMatchObject({
      subjects: null,
      subjectsText: 'Cá nhân, tổ chức',
    })
  })

  test('an agency of another form costs itself only', () => {
    const { procedure, findings } = read({ COQUANPHOIHOP: [null, { MADONVI: '', TENDONVI: '' }, { MADONVI: null, TENDONVI: 'Sở khác' }] })
    expect(procedure.agencies.coordinating).toEqual([{ code: null, name: 'Sở khác' }])
    expect(findings).toEqual(['warn element.unreadable COQUANPHOIHOP[0]'])
  })

  test('the text names the body where the list is empty', () => {
    expect(read({ COQUANTHUCHIEN: [], MOTACOQUANTHUCHIEN: 'UBND cấp xã' }).procedure.agencies.implementing).toEqual([
      { code: null, name: 'UBND cấp xã' },
    ])
  })

  test.each([
    ['1', true],
    [1, true],
    ['0', false],
    ['2', false],
    ['', null],
    [null, null],
  ])('the state %j means public: %j', (written, published) => {
    expect(read({ TRANGTHAI: written }).procedure.published).toBe(published)
  })

  test.each([
    ['1', 'not-delegated'],
    [2, 'delegated'],
    ['3', 'other'],
    ['', null],
    ['9', null],
  ])('the kind %j is %j', (written, kind) => {
    expect(read({ LOAITTHC: written }).procedure.kind).toBe(kind)
  })
})

describe('dates', () => {
  const issued = (written: unknown) => read({ CANCUPHAPLY: [{ SOVANBAN: '01/2099/NĐ-CP', NGAYBANHANH: written }] })

  test.each([
    ['', null],
    ['05/03/2025', '2025-03-05'],
    ['5/3/2025 00:00:00', '2025-03-05'],
    ['2025-03-05', '2025-03-05'],
    ['2025-03-05T00:00:00', '2025-03-05'],
    ['2025-03-04T17:00:00Z', '2025-03-05'],
    ['2025-03-05T00:00:00+07:00', '2025-03-05'],
    [1_741_107_600_000, '2025-03-05'],
    ['1741107600000', '2025-03-05'],
  ])('%j is %j', (written, expected) => {
    expect(issued(written)).toMatchObject({ procedure: { legalBases: [{ issuedOn: expected }] }, findings: [] })
  })

  test.each(['31/02/2025', '0001-01-01T00:00:00', 'tháng 3', '2025'])('%j is no day, and that is told', (written) => {
    expect(issued(written)).toMatchObject({
      procedure: { legalBases: [{ issuedOn: null }] },
      findings: ['info date.unreadable CANCUPHAPLY[0].NGAYBANHANH'],
    })
  })
})

test('a list that is missing is not known, an empty one has nothing in it', () => {
  expect(read({ KETQUATHUCHIEN: null, CANCUPHAPLY: [], TTHCLIENQUAN: ['1.999002', null, ''] }).procedure).toMatchObject({
    results: null,
    legalBases: [],
    related: ['1.999002'],
  })
})

describe('dictionaries and decisions', () => {
  test('code, name and parent stand where each dictionary has them', () => {
    expect(fromDictionaryRow('LayDanhMucLinhVuc', { maLinhVuc: 'G99-MAU01', TENLINHVUC: ' Lĩnh vực  mẫu', MANGANH: '000.00.00.G99' })).toEqual({
      code: 'G99-MAU01',
      name: 'Lĩnh vực mẫu',
      parent: '000.00.00.G99',
    })
    expect(fromDictionaryRow('LayDanhMucCoQuan', { MADONVI: 'H99', TENDONVI: 'UBND tỉnh Mẫu', CAPDONVI: 1 })).toMatchObject({ parent: '1' })
    expect(fromDictionaryRow('LayDanhMucDanToc', { X: 1 })).toBeUndefined()
  })

  test.each(['2025-03-05T00:00:00', '05/03/2025'])('a decision of %s', (written) => {
    expect(fromDecisionRow({ SOQUYETDINH: '12/QĐ-UBND', NGAYQUYETDINH: written, TRICHYEU: 'Công bố danh mục mẫu' }, '7001')).toEqual({
      id: '7001',
      number: '12/QĐ-UBND',
      issuedOn: '2025-03-05',
      summary: 'Công bố danh mục mẫu',
    })
  })
})

describe('for any input', () => {
  test('a procedure written to the wire is read back as it was', () => {
    fc.assert(
      fc.property(procedures, (procedure) => {
        const detail = procedureDetail.parse(JSON.parse(JSON.stringify(toWireProcedure(procedure))))
        const back = fromWireProcedure({ form: 'national', detail })
        expect(back.ok && back.value).toEqual(procedure)
      }),
      { numRuns: 300 },
    )
  })

  test('nothing that can be JSON makes it throw', () => {
    const junk = fc.oneof(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(null, '', '<p>x', '&amp;&#0;&#xd800;', '1.\t', 'không'))
    const field = (value: unknown): fc.Arbitrary<unknown> => {
      if (Array.isArray(value)) return fc.oneof(junk, fc.array(fc.oneof(junk, field(value[0] ?? null)), { maxLength: 3 }))
      if (typeof value !== 'object' || value === null) return junk
      return fc.record(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, field(inner)])), { requiredKeys: [] })
    }
    fc.assert(
      fc.property(field({ ...EXAMPLE, MATTHC: '', TENTTHC: '' }), fc.boolean(), (value, named) => {
        const record = { ...(value as object), ...(named ? { MATTHC: '1.999001', TENTTHC: 'Cấp giấy phép mẫu' } : {}) }
        const mapped = fromWireProcedure({ form: 'national', detail: procedureDetail.parse(upperCaseKeys(record)) })
        if (named) expect(mapped.ok).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

// Each took minutes when a number was tried from each of its digits.
test('numbers without end are read in one go', () => {
  const digits = '1'.repeat(400_000)
  expect(durationInWords(`${digits} ngà`)).toBeUndefined()
  const read = fromWireProcedure({
    form: 'national',
    detail: procedureDetail.parse({
      MATTHC: '1.999001',
      TENTTHC: 'Thủ tục mẫu',
      CACHTHUCTHUCHIEN: [{ KENH: '1', THOIGIAN: [{ THOIGIANGIAIQUYET: '', MOTA: digits, PHILEPHI: [{ SOTIEN: '0', MOTA: digits }] }] }],
    }),
  })
  expect(read.ok).toBe(true)
})
