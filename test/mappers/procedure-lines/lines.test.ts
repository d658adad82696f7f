import { describe, expect, test } from 'vitest'
import { readLocalLines, readNationalLines, toNationalLine } from '../../../src/mappers/procedure-lines/index.js'

const NATIONAL = {
  code: '1.999001',
  base_code: '1.999001',
  scope: 'national',
  name: 'Cấp giấy phép mẫu',
  sector: 'Lĩnh vực mẫu',
  levels: ['province', 'commune'],
  procedure_type: 'TTHC được luật giao quy định chi tiết',
  decision_no: '01/QĐ-MAU',
  issuing_agency: 'Bộ Mẫu',
  implementing_agencies: ['Sở Mẫu'],
  competent_agencies: ['UBND tỉnh Mẫu'],
  subjects: ['Công dân Việt Nam', 'Doanh nghiệp'],
  methods: [
    {
      channel: 'online',
      channel_code: 2,
      time_value: 5,
      time_unit: 'working_day',
      fees: [
        { amount: 50000, currency: 'VND', kind: 'fee', raw: '50.000 đồng' },
        { amount: 0, currency: 'VND', free: true },
      ],
      text: 'kể từ ngày nhận đủ hồ sơ',
    },
    { channel: 'postal', channel_code: 3, time_value: 120, fees: [{ amount: 25, currency: 'USD', kind: 'charge' }] },
  ],
  documents: [
    { case: 'Hồ sơ mới', name: 'Đơn đề nghị', originals: 1, copies: 0, has_form_file: true },
    { case: 'Hồ sơ mới', name: 'Bản vẽ', originals: 0, copies: 2, has_form_file: false },
    { name: 'Giấy tờ khác', originals: 1, copies: 0, has_form_file: false },
  ],
  results: [{ code: 'KQ.G99.000001', name: 'Giấy phép mẫu' }],
  legal_bases: ['01/2099/NĐ-CP'],
  has_fee: true,
}

const jsonl = (...lines: readonly unknown[]) => lines.map((line) => JSON.stringify(line)).join('\n')

describe('a national line', () => {
  test('fills every field of a procedure that the schema carries', () => {
    const [procedure] = readNationalLines(jsonl(NATIONAL), 'national.jsonl')
    expect(procedure).toMatchObject({
      code: '1.999001',
      name: 'Cấp giấy phép mẫu',
      kind: 'delegated',
      sectors: [{ code: null, name: 'Lĩnh vực mẫu' }],
      levels: ['province', 'commune'],
      publisher: { code: null, name: 'Bộ Mẫu' },
      decision: { number: '01/QĐ-MAU' },
      subjects: [
        { code: null, name: 'Công dân Việt Nam' },
        { code: null, name: 'Doanh nghiệp' },
      ],
      agencies: { implementing: [{ name: 'Sở Mẫu' }], competent: [{ name: 'UBND tỉnh Mẫu' }], authorised: null, coordinating: null },
      results: [{ code: 'KQ.G99.000001', name: 'Giấy phép mẫu' }],
      legalBases: [{ number: '01/2099/NĐ-CP', title: null }],
    })
    expect(procedure?.channels).toMatchObject([
      {
        channel: 'online',
        timeLimits: [
          {
            value: 5,
            unit: 'working-day',
            text: 'kể từ ngày nhận đủ hồ sơ',
            fees: [
              { kind: 'fee', amount: 50000, raw: '50.000 đồng' },
              { kind: null, amount: 0 },
            ],
          },
        ],
      },
      { channel: 'post', timeLimits: [{ value: 120, unit: null, fees: [{ kind: 'charge', amount: null, raw: '25 USD' }] }] },
    ])
    expect(procedure?.documents).toMatchObject([
      {
        case: 'Hồ sơ mới',
        documents: [
          { name: 'Đơn đề nghị', originals: 1, forms: [{}] },
          { name: 'Bản vẽ', copies: 2, forms: [] },
        ],
      },
      { case: null, documents: [{ name: 'Giấy tờ khác' }] },
    ])
  })

  test('written again is the same line', () => {
    const [procedure] = readNationalLines(jsonl(NATIONAL), 'national.jsonl')
    expect(procedure && toNationalLine(procedure)).toEqual(NATIONAL)
  })

  test('that says little is a procedure of which little is known, and is written as little', () => {
    const line = { code: '1.999002', name: 'Cấp giấy phép mẫu' }
    const [procedure] = readNationalLines(jsonl(line), 'national.jsonl')
    expect(procedure).toMatchObject({ sectors: null, levels: null, channels: null, documents: null, decision: null })
    expect(procedure && toNationalLine(procedure)).toEqual({ ...line, base_code: line.code, scope: 'national' })
  })

  test('may hold nonsense in its fields; what cannot be read is not known', () => {
    const line = {
      code: '1.999002',
      name: 'Mẫu',
      levels: ['province', 'moon'],
      methods: [7, { channel: 'smoke', fees: 'none' }],
      documents: [{}],
      subjects: [null],
    }
    expect(readNationalLines(jsonl(line), 'national.jsonl')).toMatchObject([
      { levels: ['province'], channels: [{ channel: null, timeLimits: [{ value: null, unit: null, fees: [] }] }], documents: [], subjects: [] },
    ])
  })
})

describe('a local line', () => {
  const line = {
    local_id: 'MAU-1',
    province: 'Mẫu',
    unit_level: 'commune',
    name: 'Thủ tục mẫu',
    sector: 'Lĩnh vực mẫu',
    sector_agency: 'Bộ Mẫu',
    local_code: '1.999001.000.00.00.H99',
    link_code: '1.999002',
    base_code: '1.999001',
    label_quality: 'explicit',
    in_national_set: true,
    days: 3,
    fees: [{ kind: 'Cấp mới', item: 'Đối với đất', raw: '10.000 đồng/giấy' }],
  }

  test('keeps codes, level and truth apart', () => {
    const [read] = readLocalLines(jsonl(line), 'local.jsonl')
    expect(read).toMatchObject({
      id: 'MAU-1',
      printedCode: '1.999001.000.00.00.H99',
      linkCode: '1.999002',
      baseCode: '1.999001',
      labelQuality: 'explicit',
      inNationalSet: true,
      province: 'Mẫu',
      unitLevel: 'commune',
      procedure: { code: '1.999001.000.00.00.H99', nationalCode: '1.999002', levels: ['commune'], publisher: { name: 'Bộ Mẫu' } },
    })
    expect(read?.procedure.channels).toMatchObject([
      { channel: null, timeLimits: [{ value: 3, unit: null, fees: [{ amount: null, raw: '10.000 đồng/giấy', text: 'Cấp mới, Đối với đất' }] }] },
    ])
  })

  test('without a code is called by its row', () => {
    expect(readLocalLines(jsonl({ local_id: 'MAU-2', name: 'Mẫu' }), 'l')).toMatchObject([
      {
        id: 'MAU-2',
        printedCode: null,
        linkCode: null,
        baseCode: null,
        labelQuality: null,
        unitLevel: null,
        procedure: { code: 'MAU-2', levels: null },
      },
    ])
  })
})

describe.each([
  ['national', readNationalLines],
  ['local', readLocalLines],
] as const)('a %s file', (_kind, read) => {
  test('skips empty lines and the mark at its beginning', () => {
    expect(read(`\uFEFF${JSON.stringify(NATIONAL)}\r\n\r\n${JSON.stringify(NATIONAL)}\n`, 'f.jsonl')).toHaveLength(2)
  })

  test.each([
    ['{"name":', 'this line is not JSON'],
    ['[1]', 'this line is not a JSON object'],
    ['null', 'this line is not a JSON object'],
    ['{"code":"1.999001"}', 'name is missing'],
    ['{"code":"1.999001","name":" "}', 'name is missing'],
  ])('with the line %s is refused, naming file and line', (line, problem) => {
    expect(() => read(`${JSON.stringify(NATIONAL)}\n${line}`, 'f.jsonl')).toThrow(
      expect.objectContaining({ code: 'config.invalid', values: { place: 'f.jsonl, line 2', problem } }),
    )
  })
})

test('a national line without a code is refused', () => {
  expect(() => readNationalLines('{"name":"Mẫu"}', 'f.jsonl')).toThrow(expect.objectContaining({ code: 'config.invalid' }))
})
