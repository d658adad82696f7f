import { describe, expect, test } from 'vitest'
import { isLienthongError, type Language } from '../../src/base/index.js'
import { decisionColumns } from '../../src/catalogue/decisions/columns.js'
import { type DecisionContext, readDecisions } from '../../src/catalogue/decisions/reading.js'
import { type DecisionRow, writeDecisions } from '../../src/catalogue/decisions/sheet.js'
import { sameName } from '../../src/catalogue/same-name.js'
import { readSheet, writeCsv, writeWorkbook } from '../../src/mappers/files/index.js'
import { today } from './procedures.js'

const local: Record<string, string> = {
  '1.001193.000.00.00.H99': 'Đăng ký khai sinh',
  '2.000380': 'Đăng ký khai tử',
  '000123': 'Chứng thực bản sao',
  '3-12': 'Cấp giấy phép mẫu',
}
const national: Record<string, string> = {
  '1.001193': 'Đăng ký khai sinh',
  '2.000380': 'Thủ tục đăng ký khai tử',
  '1.001200': 'Chứng thực bản sao',
  '2.000815': 'Chứng thực bản sao từ bản chính',
}
const context: DecisionContext = {
  known: { local: (code) => local[code], national: (code) => national[code] },
  agrees: sameName,
  day: today,
}

function row(localCode: string, more: Partial<DecisionRow> = {}): DecisionRow {
  return {
    localCode,
    localName: local[localCode] ?? '',
    decision: 'suggest',
    nationalCode: null,
    nationalName: null,
    score: 0.81234,
    reasons: [{ en: 'names alike', vi: 'tên giống nhau' }],
    candidates: [
      { code: '2.000815', name: 'Chứng thực bản sao từ bản chính' },
      { code: '1.001200', name: 'Chứng thực bản sao' },
    ],
    decided: null,
    ...more,
  }
}

type Cell = string | number | null

/** A sheet as it comes back: `number` cells are what Excel made of codes. */
async function filled(rows: readonly Partial<Record<keyof typeof decisionColumns, Cell>>[], language: Language = 'vi'): Promise<Uint8Array> {
  const columns = ['localCode', 'localName', 'nationalName', 'candidate1', 'candidate2', 'yourCode', 'noMatch', 'validFrom'] as const
  return await writeWorkbook([
    {
      name: 'Sheet1',
      columns: columns.map((column) => ({ title: decisionColumns[column].title[language], kind: column === 'validFrom' ? 'date' : 'number' })),
      rows: rows.map((cells) => columns.map((column) => cells[column] ?? null)),
    },
  ])
}

/** What one row decides: the code, or the rules that refuse it. */
async function decided(cells: Partial<Record<keyof typeof decisionColumns, Cell>>): Promise<unknown> {
  const { decisions, findings } = await readDecisions(
    await filled([
      {
        localCode: '000123',
        localName: 'Chứng thực bản sao',
        candidate1: '2.000815 — Chứng thực',
        candidate2: '1.001200 — Chứng thực bản sao',
        ...cells,
      },
    ]),
    context,
  )
  const [decision] = decisions
  return decision === undefined ? findings.map(({ ruleId }) => ruleId) : decision.nationalCode
}

describe.each(['xlsx', 'csv'] as const)('as %s', (format) => {
  test.each(['vi', 'en'] as const)('an officer decides on the sheet that was written (%s)', async (language) => {
    const written = await readSheet(await writeDecisions([row('000123'), row('2.000380'), row('1.001193.000.00.00.H99')], format, language), 'x')
    const at = (column: keyof typeof decisionColumns) => written.headings.indexOf(decisionColumns[column].title[language])
    const rows = written.rows.map(({ cells }) => cells.map((cell) => (cell instanceof Date ? null : (cell as Cell))))
    const [first, second] = rows as [Cell[], Cell[]]
    first[at('yourCode')] = '1.001200'
    first[at('validFrom')] = '01/01/2026'
    second[at('noMatch')] = 'x'
    const bytes =
      format === 'csv'
        ? writeCsv(written.headings, rows)
        : await writeWorkbook([{ name: 'x', columns: written.headings.map((title) => ({ title, kind: 'text' })), rows }])
    expect(await readDecisions(bytes, context)).toEqual({
      decisions: [
        { localCode: '000123', nationalCode: '1.001200', validFrom: '2026-01-01' },
        { localCode: '2.000380', nationalCode: null, validFrom: null },
      ],
      findings: [],
      rows: 3,
      untouched: 1,
    })
  })

  test('what was decided before is shown and is no decision: an old sheet takes nothing back', async () => {
    const rows = [row('000123', { decided: { nationalCode: '1.001200' } }), row('2.000380', { decided: { nationalCode: null } })]
    const bytes = await writeDecisions(rows, format, 'vi')
    const { headings, rows: shown } = await readSheet(bytes, 'x')
    const place = headings.indexOf('Đã quyết định trước đây')
    expect(shown.map(({ cells }) => cells[place])).toEqual(['1.001200', 'không có'])
    expect(await readDecisions(bytes, context)).toMatchObject({ decisions: [], untouched: 2 })
  })

  test('the officer sees codes with their zeros, candidates and reasons, and empty columns of the officer’s', async () => {
    const { headings, rows } = await readSheet(await writeDecisions([row('000123')], format, 'vi'), 'x')
    expect(headings).toEqual(Object.values(decisionColumns).map(({ title }) => title.vi))
    const score = format === 'csv' ? '0.812' : 0.812
    expect(rows[0]?.cells).toEqual([
      '000123',
      'Chứng thực bản sao',
      'gợi ý',
      null,
      null,
      score,
      'tên giống nhau',
      '2.000815 — Chứng thực bản sao từ bản chính',
      '1.001200 — Chứng thực bản sao',
      ...Array.from({ length: 7 }, () => null),
    ])
  })
})

describe('codes of other procedures than those beside them', () => {
  const strange = (rows: number) =>
    Array.from({ length: rows }, (_, index) => ({ localCode: `L${index}`, localName: 'Đăng ký khai tử', yourCode: '1.001200' }))
  const many: DecisionContext = { ...context, known: { ...context.known, local: (code) => (code.startsWith('L') ? 'Đăng ký khai tử' : local[code]) } }

  test('a few are an officer’s right, and are told with their names', async () => {
    const { decisions, findings } = await readDecisions(await filled(strange(4)), many)
    expect(decisions).toHaveLength(4)
    expect(findings).toHaveLength(4)
    expect(findings[0]).toMatchObject({
      ruleId: 'decision.other-name',
      severity: 'warn',
      message: { vi: expect.stringContaining('Chứng thực bản sao') },
    })
  })

  test('a whole column of them was moved, and is not taken', async () => {
    const right = { localCode: '2.000380', localName: 'Đăng ký khai tử', yourCode: '2.000380' }
    const { decisions, findings } = await readDecisions(await filled([...strange(5), right]), { ...many, agrees: (_, b) => b.includes('khai tử') })
    expect(decisions.map(({ localCode }) => localCode)).toEqual(['2.000380'])
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(Array.from({ length: 5 }, () => 'decision.column-moved'))
  })
})

describe('what an officer may enter', () => {
  test.each<[Cell, unknown]>([
    ['1.001200', '1.001200'],
    [' 1.001200 ', '1.001200'],
    ['1.001 200', '1.001200'],
    ['1.001200.000.00.00.H99', '1.001200'],
    ['1.001200.H99', '1.001200'],
    ["'1.001200", '1.001200'],
    ['1,001200', '1.001200'],
    ['1.001200 — Chứng thực bản sao', '1.001200'],
    [1.001193, '1.001193'],
    [1, '2.000815'],
    ['2', '1.001200'],
    ['không có', null],
    ['KHÔNG CÓ', null],
    ['none', null],
    ['x', null],
    ['3', ['decision.no-candidate']],
    ['9', ['decision.no-candidate']],
    ['1.009999', ['decision.national-unknown']],
    ['1.001200 hoặc 2.000815', ['decision.several-codes']],
    ['chưa biết', ['decision.unreadable']],
    ['1.00119', ['decision.national-unknown']],
  ])('%j', async (yourCode, expected) => {
    expect(await decided({ yourCode })).toEqual(expected)
  })

  test.each<[Cell, Cell, unknown]>([
    [null, 'x', null],
    [null, 'Có', null],
    ['1.001200', 'x', ['decision.contradicted']],
    [null, 'xem lại', ['decision.mark-unreadable']],
    ['1.001200', '0', '1.001200'],
  ])('%j beside the mark %j', async (yourCode, noMatch, expected) => {
    expect(await decided({ yourCode, noMatch })).toEqual(expected)
  })
})

describe('a sheet that Excel has changed', () => {
  test('codes that lost their zeros are repaired where the name agrees, and reported', async () => {
    const bytes = await filled([
      { localCode: 2.00038, localName: 'Đăng ký khai tử', yourCode: 2.00038 },
      { localCode: 123, localName: 'Chứng thực bản sao', yourCode: 1.0012 },
      { localCode: '1.001193.000.00.00.H99', localName: 'Đăng ký khai sinh', yourCode: 1_001_193 },
    ])
    const { decisions, findings } = await readDecisions(bytes, context)
    expect(decisions.map(({ localCode, nationalCode }) => [localCode, nationalCode])).toEqual([
      ['2.000380', '2.000380'],
      ['000123', '1.001200'],
      ['1.001193.000.00.00.H99', '1.001193'],
    ])
    expect(findings.map(({ ruleId, severity, path }) => [ruleId, severity, path])).toEqual([
      ['decision.repaired', 'info', 'row 2'],
      ['decision.repaired', 'info', 'row 2'],
      ['decision.repaired', 'info', 'row 3'],
      ['decision.repaired', 'info', 'row 3'],
      ['decision.repaired', 'info', 'row 4'],
    ])
  })

  test('a local code that became a date comes back by its name', async () => {
    const bytes = await writeWorkbook([
      {
        name: 'A',
        columns: [
          { title: 'Mã TTHC của tỉnh', kind: 'date' },
          { title: 'Tên TTHC của tỉnh', kind: 'text' },
          { title: 'Quyết định của cán bộ', kind: 'text' },
        ],
        rows: [
          ['2026-12-03', 'Cấp giấy phép mẫu', 'x'],
          ['2026-12-04', 'Cấp giấy phép mẫu', 'x'],
        ],
      },
    ])
    const { decisions, findings } = await readDecisions(bytes, context)
    expect(decisions).toEqual([{ localCode: '3-12', nationalCode: null, validFrom: null }])
    expect(findings.map(({ ruleId, path }) => [ruleId, path])).toEqual([
      ['decision.repaired', 'row 2'],
      ['decision.local-unknown', 'row 3'],
    ])
  })

  test.each([
    ['another name', { localCode: 123, localName: 'Đăng ký khai tử', yourCode: '1.001200' }, ['decision.local-mangled']],
    ['no name', { localCode: 123, localName: null, yourCode: '1.001200' }, ['decision.local-mangled']],
    ['another national name', { localCode: '000123', localName: 'Chứng thực bản sao', yourCode: 2.00038 }, ['decision.mangled']],
  ])('a changed code beside %s is refused, never guessed', async (_, cells, rules) => {
    const { decisions, findings } = await readDecisions(await filled([cells]), context)
    expect(decisions).toEqual([])
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(rules)
  })

  test('the name of the suggestion vouches for a repaired code as well', async () => {
    const cells = { localCode: '000123', localName: 'Chứng thực bản sao', nationalName: 'Đăng ký khai tử', yourCode: 2.00038 }
    const agrees = (one: string, other: string) => sameName(one, other)
    expect((await readDecisions(await filled([cells]), { ...context, agrees })).decisions).toMatchObject([{ nationalCode: '2.000380' }])
  })

  test('CSV saved by Excel: semicolons, decimal commas, lost zeros', async () => {
    const csv = writeCsv(
      ['Ghi chú', 'QUYẾT ĐỊNH CỦA CÁN BỘ', 'Tên TTHC của tỉnh', 'Mã TTHC của tỉnh'],
      [['', '2,00038', 'Đăng ký khai tử', '2,00038']],
    )
    const saved = new TextEncoder().encode(
      new TextDecoder()
        .decode(csv)
        .replace(/"2,00038"/g, '2¤00038')
        .replace(/,/g, ';')
        .replace(/¤/g, ','),
    )
    expect((await readDecisions(saved, context)).decisions).toEqual([{ localCode: '2.000380', nationalCode: '2.000380', validFrom: null }])
  })

  test('a column that was sorted alone is noticed by the names', async () => {
    expect(await decided({ localName: 'Đăng ký khai sinh', yourCode: '1.001200' })).toEqual(['decision.name-disagrees'])
  })
})

describe('days', () => {
  test.each<[Cell, string | null]>([
    ['2026-01-15', '2026-01-15'],
    ['15/01/2026', '2026-01-15'],
    ['15.1.2026', '2026-01-15'],
    ['46037', '2026-01-15'],
    [null, null],
  ])('%j', async (validFrom, expected) => {
    const { decisions } = await readDecisions(await filled([{ localCode: '000123', yourCode: 'x', validFrom }]), context)
    expect(decisions).toEqual([{ localCode: '000123', nationalCode: null, validFrom: expected }])
  })

  test.each(['31/02/2026', '01/01/1999', '01/01/2036', 'tháng sau'])('%j is refused', async (validFrom) => {
    expect(await decided({ yourCode: 'x', validFrom })).toEqual(['decision.date'])
  })
})

describe('rows beside each other', () => {
  const one = { localCode: '000123', localName: 'Chứng thực bản sao' }
  test('the same decision twice is one; different ones are refused and name their rows; good rows are taken', async () => {
    const same = await readDecisions(
      await filled([
        { ...one, yourCode: '1.001200' },
        { ...one, yourCode: '1.001200' },
      ]),
      context,
    )
    expect(same).toMatchObject({ decisions: [{ nationalCode: '1.001200' }], findings: [] })
    const different = await readDecisions(
      await filled([
        { ...one, yourCode: '1.001200' },
        { ...one, yourCode: 'x' },
        { localCode: '2.000380', localName: 'Đăng ký khai tử', yourCode: '2.000380' },
      ]),
      context,
    )
    expect(different.decisions).toMatchObject([{ localCode: '2.000380' }])
    expect(different.findings.map(({ ruleId, path }) => [ruleId, path])).toEqual([
      ['decision.repeated', 'row 2'],
      ['decision.repeated', 'row 3'],
    ])
    expect(different.findings[0]?.message.vi).toContain('2, 3')
  })

  test('a code that changes on a day is two decisions', async () => {
    const bytes = await filled([
      { ...one, yourCode: '1.001200', validFrom: '2025-01-01' },
      { ...one, yourCode: '2.000815', validFrom: '2026-01-01' },
    ])
    expect((await readDecisions(bytes, context)).decisions.map(({ nationalCode, validFrom }) => [nationalCode, validFrom])).toEqual([
      ['1.001200', '2025-01-01'],
      ['2.000815', '2026-01-01'],
    ])
  })
})

describe('headings', () => {
  const text = (title: string) => ({ title, kind: 'text' as const })
  test('a renamed column is named, with its row, and nothing is taken', async () => {
    const bytes = await writeWorkbook([
      { name: 'A', columns: ['Mã TTHC của tỉnh', 'Tên TTHC của tỉnh', 'Chốt'].map(text), rows: [['000123', 'Chứng thực bản sao', '1.001200']] },
    ])
    const { decisions, findings } = await readDecisions(bytes, context)
    expect(decisions).toEqual([])
    expect(findings).toMatchObject([{ ruleId: 'decision.column-missing', path: 'row 1', severity: 'error' }])
    expect(findings[0]?.message.vi).toContain('Quyết định của cán bộ')
  })

  test('without the column of names whole codes are taken and the loss is told', async () => {
    const bytes = await writeWorkbook([{ name: 'A', columns: ['Your decision', 'Local code'].map(text), rows: [['1.001200', '000123']] }])
    const { decisions, findings } = await readDecisions(bytes, context)
    expect(decisions).toEqual([{ localCode: '000123', nationalCode: '1.001200', validFrom: null }])
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(['decision.name-column-missing'])
  })

  test('a local code that the catalogue lacks, and a decision without one', async () => {
    expect(await decided({ localCode: '9.999999', yourCode: 'x' })).toEqual(['decision.local-unknown'])
    expect(await decided({ localCode: null, yourCode: 'x' })).toEqual(['decision.local-missing'])
  })

  test('a file that is no such sheet is an error that says so', async () => {
    const error = await readDecisions(writeCsv(['A', 'B'], [['1', '2']]), context).catch((reason: unknown) => reason)
    expect(isLienthongError(error) && error.code).toBe('source.format')
  })
})
