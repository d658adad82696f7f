import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/base/index.js'
import { type DiffInput, diffCatalogues, differenceOf, type NationalState } from '../../src/catalogue/diff/diff.js'
import { differenceSheets, writeDifferences } from '../../src/catalogue/diff/sheet.js'
import type { Procedure } from '../../src/domain/index.js'
import { readWorkbook } from '../../src/mappers/files/index.js'
import { day, documents, fee, limit, procedure, today } from './procedures.js'

const NAME = 'Cấp giấy phép mẫu'
const LOCAL = '1.999001.000.00.00.H99'

function compared(local: Partial<Procedure>, national: Partial<Procedure>) {
  const twin: NationalState = { procedure: procedure('1.999001', NAME, national), state: 'active', inactiveSince: null }
  return differenceOf(procedure(LOCAL, NAME, local), { national: () => twin, link: () => '1.999001', day: today })
}

function fieldsOf(local: Partial<Procedure>, national: Partial<Procedure>) {
  return compared(local, national).fields.map(({ field, severity }) => [field, severity])
}

describe('what a procedure is to the nation', () => {
  const active = procedure('1.999001', NAME)
  const national = (code: string): NationalState | undefined =>
    ({
      '1.999001': { procedure: active, state: 'active' as const, inactiveSince: null },
      '1.999002': { procedure: procedure('1.999002', 'Cũ'), state: 'inactive' as const, inactiveSince: day('2026-01-15') },
      '1.999003': { procedure: procedure('1.999003', 'Sắp hết'), state: 'inactive' as const, inactiveSince: day('2026-04-01') },
    })[code]
  const kind = (link: string | null | undefined) => differenceOf(procedure('x', NAME), { national, link: () => link, day: today })

  test('unlinked, without a twin by decision, unknown and abolished are told apart', () => {
    expect(kind(undefined)).toMatchObject({ kind: 'unlinked', nationalCode: null })
    expect(kind(null)).toMatchObject({ kind: 'local-only', says: null })
    expect(kind('1.000000')).toMatchObject({ kind: 'unknown-national', nationalCode: '1.000000' })
    expect(kind('1.999002')).toMatchObject({ kind: 'abolished', inactiveSince: '2026-01-15', fields: [] })
    expect(kind('1.999001')).toMatchObject({ kind: 'same', says: null, nationalName: NAME })
  })

  test('an abolition that is still to come does not count yet', () => {
    expect(kind('1.999003').kind).toBe('differs')
  })

  test('everything that asks somebody to act says so in both languages', () => {
    for (const link of [undefined, '1.000000', '1.999002']) {
      const { says } = kind(link)
      expect(says?.en).toBeTruthy()
      expect(says?.vi).toBeTruthy()
    }
  })
})

describe('fields', () => {
  test('what one side does not know is not compared', () => {
    const full = {
      sectors: [{ code: null, name: 'Mẫu' }],
      levels: ['province' as const],
      channels: [limit('direct', 5, 'day', [fee(1000)])],
      documents: documents('Đơn'),
    }
    expect(compared(full, {}).kind).toBe('same')
    expect(compared({}, full).kind).toBe('same')
    expect(compared(full, full).kind).toBe('same')
  })

  test.each(['CẤP GIẤY PHÉP MẪU', 'Thủ tục cấp giấy phép mẫu', 'Thủ tục:  Cấp  giấy phép mẫu.', '1. Cấp giấy phép mẫu', NAME.normalize('NFD')])(
    'the name %j is the same',
    (name) => {
      expect(compared({ name }, {}).kind).toBe('same')
    },
  )

  test('the style of tone marks is no difference, a word is', () => {
    const twin: NationalState = { procedure: procedure('1.999001', 'Hòa giải, thủy lợi'), state: 'active', inactiveSince: null }
    const of = (name: string) => differenceOf(procedure(LOCAL, name), { national: () => twin, link: () => '1.999001', day: today }).kind
    expect(of('Hoà giải, thuỷ lợi')).toBe('same')
    expect(of('Hóa giải, thủy lợi')).toBe('differs')
  })

  test.each([
    ['shorter', 3, 'working-day', 5, 'working-day', [['timeLimit', 'info']]],
    ['longer', 7, 'working-day', 5, 'working-day', [['timeLimit', 'warn']]],
    ['equal', 5, 'day', 5, 'day', []],
    ['in another unit', 5, 'day', 5, 'working-day', [['timeLimit', 'info']]],
    ['in words on one side', null, 'other', 5, 'day', []],
  ] as const)('a time limit that is %s', (_, ours, ourUnit, theirs, theirUnit, expected) => {
    expect(fieldsOf({ channels: [limit('direct', ours, ourUnit)] }, { channels: [limit('direct', theirs, theirUnit)] })).toEqual(expected)
  })

  test('time limits are compared channel by channel, and one limit for all channels with each', () => {
    const national = { channels: [limit('direct', 10, 'day'), limit('online', 5, 'day')] }
    expect(fieldsOf({ channels: [limit('direct', 10, 'day'), limit('online', 7, 'day')] }, national)).toEqual([['timeLimit', 'warn']])
    expect(fieldsOf({ channels: [limit('direct', 7, 'day'), limit('online', 5, 'day')] }, national)).toEqual([['timeLimit', 'info']])
    expect(fieldsOf({ channels: [limit(null, 10, 'day')] }, national)).toEqual([])
    expect(fieldsOf({ channels: [limit('post', 99, 'day')] }, national)).toEqual([])
  })

  test('one limit that differs on all channels is one row, which names them', () => {
    const channels = (days: number) => [limit('direct', days, 'working-day'), limit('online', days, 'working-day')]
    const { fields } = compared({ channels: channels(3) }, { channels: channels(5) })
    expect(fields.map(({ local, national }) => [local.vi, national.vi])).toEqual([['3 ngày làm việc (trực tiếp, trực tuyến)', '5 ngày làm việc']])
    expect(fields[0]?.says.en).toContain('by its own decision')
  })

  test('fees are compared as the set of amounts; an amount in words is not compared', () => {
    const of = (...amounts: readonly (number | null)[]) => ({
      channels: [
        limit(
          'direct',
          null,
          null,
          amounts.map((amount) => fee(amount)),
        ),
      ],
    })
    expect(fieldsOf(of(8000, 5000), of(5000, 8000, 8000))).toEqual([])
    expect(fieldsOf(of(0), of())).toEqual([])
    expect(fieldsOf(of(8000), of(5000))).toEqual([['fees', 'warn']])
    expect(fieldsOf(of(null), of(5000))).toEqual([])
    expect(compared(of(50_000), of()).fields[0]).toMatchObject({ local: { vi: '50.000 đ' }, national: { vi: 'không thu' } })
  })

  test('a document that only the province asks is a problem, one that it does without is worth a look', () => {
    expect(fieldsOf({ documents: documents('Đơn đề nghị', 'Giấy xác nhận của xã') }, { documents: documents('đơn đề nghị.') })).toEqual([
      ['documents', 'warn'],
    ])
    expect(fieldsOf({ documents: documents('Đơn đề nghị') }, { documents: documents('Đơn đề nghị', 'Bản vẽ') })).toEqual([['documents', 'info']])
    const long = 'Văn bản đề nghị cấp giấy phép theo mẫu số 01 ban hành kèm theo Nghị định'
    expect(fieldsOf({ documents: documents(`${long.slice(0, 50)}…`) }, { documents: documents(`${long} Mau01.docx`) })).toEqual([])
  })

  test('sector by name or code, results by name', () => {
    const sector = (code: string | null, name: string | null) => ({ sectors: [{ code, name }] })
    expect(fieldsOf(sector('MAU', 'Lĩnh vực mẫu'), sector('G99-MAU01', 'lĩnh vực  Mẫu'))).toEqual([])
    expect(fieldsOf(sector('A', null), sector('B', null))).toEqual([])
    expect(fieldsOf(sector(null, 'Hộ tịch'), sector(null, 'Chứng thực'))).toEqual([['sector', 'warn']])
    const result = (name: string) => ({ results: [{ code: null, name, files: [] }] })
    expect(fieldsOf(result('Giấy phép mẫu'), result('Giấy phép  mẫu'))).toEqual([])
    expect(fieldsOf(result('Văn bản trả lời'), result('Giấy phép mẫu'))).toEqual([['results', 'warn']])
  })

  test('a level that the nation does not give, and the district after it ended', () => {
    expect(fieldsOf({ levels: ['commune'] }, { levels: ['province', 'commune'] })).toEqual([])
    expect(fieldsOf({ levels: ['province'] }, { levels: ['commune'] })).toEqual([['levels', 'warn']])
    expect(fieldsOf({ levels: ['district'] }, { levels: ['district', 'commune'] })).toEqual([['levels', 'warn']])
    const before = {
      national: () => ({ procedure: procedure('1.999001', NAME, { levels: ['district'] }), state: 'active' as const, inactiveSince: null }),
      link: () => '1.999001',
      day: day('2025-06-30'),
    }
    expect(differenceOf(procedure(LOCAL, NAME, { levels: ['district'] }), before).kind).toBe('same')
  })

  test('more online than the nation lists, in either scale', () => {
    const period = (level: NonNullable<Procedure['serviceLevels']>[number]['level']) => ({ serviceLevels: [{ level, from: null, to: null }] })
    expect(fieldsOf(period({ scale: 'numbered', level: 4 }), period({ scale: 'named', level: 'partial' }))).toEqual([['serviceLevel', 'warn']])
    expect(fieldsOf(period({ scale: 'named', level: 'partial' }), period({ scale: 'named', level: 'full' }))).toEqual([])
    expect(fieldsOf(period({ scale: 'numbered', level: 4 }), {})).toEqual([])
  })
})

const finding: Finding = {
  ruleId: 'V17',
  severity: 'error',
  path: 'subjects',
  message: { en: 'No subjects.', vi: 'Thiếu đối tượng thực hiện.' },
  hint: { en: 'Add them.', vi: 'Bổ sung.' },
}

const input: DiffInput = {
  local: [procedure('000123', 'Mẫu mới'), procedure(LOCAL, NAME, { channels: [limit('direct', 9, 'day')] }), procedure('2.000380', 'Đã bãi bỏ')],
  listed: [
    procedure('1.999001', NAME, { levels: ['province'] }),
    procedure('2.000100', '=Thiếu', { levels: ['commune'] }),
    procedure('1.000007', 'Thiếu nữa', { levels: ['ministry', 'province'] }),
    procedure('1.000008', 'Của Bộ', { levels: ['ministry'] }),
    procedure('1.000009', 'Của huyện', { levels: ['district'] }),
    procedure('1.000010', 'Không rõ cấp'),
    procedure('1.000011', 'Không công khai', { levels: ['province'], published: false }),
  ],
  national: (code) =>
    code === '1.999001'
      ? { procedure: procedure(code, NAME, { channels: [limit('direct', 5, 'day')] }), state: 'active', inactiveSince: null }
      : code === '2.000380'
        ? { procedure: procedure(code, 'Đã bãi bỏ'), state: 'inactive', inactiveSince: day('2026-01-15') }
        : undefined,
  link: (code) => ({ [LOCAL]: '1.999001', '2.000380': '2.000380' })[code],
  day: today,
  // Of the third its catalogue has no place for subjects: nobody can say that they are missing.
  completeness: ({ code }) => (code === '000123' ? [finding] : code === '2.000380' ? [{ ...finding, ruleId: 'V17.unknown', severity: 'warn' }] : []),
}

test('what the province lacks: national procedures of its tiers, as they are on the day', () => {
  expect(diffCatalogues(input).missing.map(({ code }) => code)).toEqual(['1.000007', '2.000100'])
  expect(diffCatalogues({ ...input, day: day('2025-06-30') }).missing.map(({ code }) => code)).toEqual(['1.000007', '1.000009', '2.000100'])
})

test('the summary counts each procedure once', () => {
  expect(diffCatalogues(input).summary).toEqual({
    local: 3,
    kinds: { same: 0, differs: 1, unlinked: 1, abolished: 1, 'unknown-national': 0, 'local-only': 0 },
    fields: { timeLimit: 1 },
    toCorrect: 1,
    toKnow: 0,
    missing: 2,
    incomplete: 1,
    unjudged: 1,
  })
})

test('the workbook has a sheet for each kind of work, in the language of the officer, with whole codes', async () => {
  const diff = diffCatalogues(input)
  const sheets = await readWorkbook(await writeDifferences(diff, 'vi'))
  expect(sheets.map(({ name }) => name)).toEqual(['Khác biệt', 'Thiếu', 'Chưa liên kết', 'Hết hiệu lực', 'Chưa đầy đủ (V17)'])
  const [differences, missing, unlinked, abolished, incomplete] = sheets.map(({ rows }) => rows.slice(1))
  expect(differences).toEqual([
    [LOCAL, NAME, '1.999001', NAME, 'Cần sửa', 'Thời hạn giải quyết', '9 ngày (trực tiếp)', '5 ngày', expect.stringContaining('dài hơn')],
  ])
  expect(missing?.map((row) => row.slice(0, 2))).toEqual([
    ['1.000007', 'Thiếu nữa'],
    ['2.000100', '=Thiếu'],
  ])
  expect(unlinked?.[0]?.[0]).toBe('000123')
  expect(abolished?.[0]?.slice(0, 5)).toEqual(['2.000380', 'Đã bãi bỏ', '2.000380', 'Đã bãi bỏ', new Date('2026-01-15T00:00:00Z')])
  expect(incomplete?.[0]).toEqual(['000123', 'Mẫu mới', 'V17', 'subjects', 'Thiếu đối tượng thực hiện.', 'Bổ sung.'])
  expect(differenceSheets(diff, 'en').map(({ name }) => name)).toEqual(['Differences', 'Missing', 'Not linked', 'Abolished', 'Incomplete (V17)'])
})
