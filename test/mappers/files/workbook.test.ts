import { describe, expect, test } from 'vitest'
import { isLienthongError } from '../../../src/base/index.js'
import { readSheet, readWorkbook, type WorkbookSheet, writeCsv, writeWorkbook } from '../../../src/mappers/files/index.js'
import { partOf, withPart, zipOf } from './xlsx-parts.js'

const codes: WorkbookSheet = {
  name: 'Thủ tục',
  columns: [
    { title: 'Mã TTHC', kind: 'text', width: 24 },
    { title: 'Tên', kind: 'text', width: 60 },
    { title: 'Số tiền', kind: 'number' },
    { title: 'Từ ngày', kind: 'date' },
  ],
  rows: [
    ['2.000380', 'Đăng ký khai sinh', 8000, '2025-03-10'],
    ['000123', 'Chứng thực bản sao', 0, null],
    [null, null, null, '2025-03-11'],
  ],
}

async function problemOf(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return isLienthongError(error) && error.code === 'source.format' ? error.text.en : `no source.format: ${error}`
}

describe('a written workbook', () => {
  test('keeps the zeros of codes, and numbers and days as such', async () => {
    const [sheet] = await readWorkbook(await writeWorkbook([codes]))
    expect(sheet).toEqual({
      name: 'Thủ tục',
      rows: [
        ['Mã TTHC', 'Tên', 'Số tiền', 'Từ ngày'],
        ['2.000380', 'Đăng ký khai sinh', 8000, new Date('2025-03-10T00:00:00Z')],
        ['000123', 'Chứng thực bản sao', 0, null],
        [null, null, null, new Date('2025-03-11T00:00:00Z')],
      ],
    })
  })

  test('formats every code cell as text, also the empty ones that somebody will type into', async () => {
    const bytes = await writeWorkbook([{ name: 'A', columns: [{ title: 'Mã', kind: 'text' }], rows: [['1.001193'], [null]] }])
    const sheet = partOf(bytes, 'xl/worksheets/sheet1.xml')
    const style = /<c r="A2" s="(\d+)" t="s">/.exec(sheet)?.[1]
    expect(style).toBeDefined()
    expect(sheet).toMatch(new RegExp(`<c r="A3" s="${style}"\\s*/>`))
    expect(partOf(bytes, 'xl/styles.xml')).toContain('formatCode="@"')
  })

  test('has headings in bold that stay in sight', async () => {
    const bytes = await writeWorkbook([codes])
    expect(partOf(bytes, 'xl/worksheets/sheet1.xml')).toMatch(/<pane [^>]*ySplit="1"[^>]*state="frozen"/)
    expect(partOf(bytes, 'xl/styles.xml')).toContain('<b/>')
  })

  test.each(['=1+1', '+84900000000', '-1', '@SUM(A1)', '=HYPERLINK("https://example.vn")'])('%s stays a text', async (text) => {
    const bytes = await writeWorkbook([{ name: 'A', columns: [{ title: 'T', kind: 'text' }], rows: [[text]] }])
    expect(partOf(bytes, 'xl/worksheets/sheet1.xml')).not.toContain('<f>')
    expect((await readWorkbook(bytes))[0]?.rows[1]).toEqual([text])
  })

  test.each([
    ['a\u0000b\u000bc\u001f', 'abc'],
    ['dòng 1\r\ndòng 2', 'dòng 1\ndòng 2'],
    ['x\ud83d', 'x'],
    ['tệp 📎', 'tệp 📎'],
    ['_x0041_', '_x0041_'],
    ['<a href="x">&amp;</a>', '<a href="x">&amp;</a>'],
    ['constructor', 'constructor'],
    ['__proto__', '__proto__'],
    [' giữ khoảng trắng ', ' giữ khoảng trắng '],
  ])('%j is written as %j', async (text, back) => {
    const bytes = await writeWorkbook([{ name: 'A', columns: [{ title: 'T', kind: 'text' }], rows: [[text]] }])
    expect((await readWorkbook(bytes))[0]?.rows[1]).toEqual([back])
  })

  test('cuts a text at the 32,767 characters that a cell holds', async () => {
    const bytes = await writeWorkbook([{ name: 'A', columns: [{ title: 'T', kind: 'text' }], rows: [['ă'.repeat(40_000)], ['b'.repeat(32_767)]] }])
    const [, cut, whole] = (await readWorkbook(bytes))[0]?.rows ?? []
    expect(cut?.[0]).toBe(`${'ă'.repeat(32_766)}…`)
    expect(whole?.[0]).toBe('b'.repeat(32_767))
  })

  test('gives sheets names that Excel accepts, none twice', async () => {
    const sheet = (name: string) => ({ name, columns: [{ title: 'T', kind: 'text' as const }], rows: [['x']] })
    const bytes = await writeWorkbook([sheet('Phí/lệ phí: [2026]'), sheet('Thủ tục '.repeat(9)), sheet('Thủ tục '.repeat(9)), sheet('')])
    const names = (await readWorkbook(bytes)).map(({ name }) => name)
    expect(names[0]).toBe('Phí lệ phí   2026')
    expect(new Set(names).size).toBe(4)
    for (const name of names) expect(name.length).toBeLessThanOrEqual(31)
  })
})

describe('a workbook that cannot be read is refused with what is wrong', () => {
  test.each([
    ['an empty file', new Uint8Array(), /empty/],
    ['an old .xls', Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), /\.xls\).*password/],
    ['CSV', new TextEncoder().encode('a,b'), /no Excel workbook/],
    ['another ZIP', zipOf({ 'word/document.xml': '<w/>' }), /no Excel workbook/],
  ])('%s', async (_, bytes, problem) => {
    expect(await problemOf(readWorkbook(bytes, 'danh-muc.xlsx'))).toMatch(problem)
  })

  test('one that was cut off', async () => {
    const bytes = await writeWorkbook([codes])
    expect(await problemOf(readWorkbook(bytes.subarray(0, bytes.length - 300), 'x'))).toMatch(/damaged/)
    expect(await problemOf(readWorkbook(bytes.subarray(0, 40), 'x'))).toMatch(/damaged/)
  })

  test('one that would unpack to gigabytes, whatever it declares', async () => {
    const bytes = await writeWorkbook([codes])
    const bomb = withPart(bytes, 'xl/sharedStrings.xml', Buffer.alloc(210 * 1024 * 1024, 0x20))
    expect(bomb.length).toBeLessThan(1024 * 1024)
    expect(await problemOf(readWorkbook(bomb, 'x'))).toMatch(/200 MB/)
    expect(await problemOf(readWorkbook(withPart(bytes, 'xl/sharedStrings.xml', Buffer.alloc(210 * 1024 * 1024, 0x20), 1000), 'x'))).toMatch(/200 MB/)
  })

  // A check that looks for the end of each tag anew takes hours.
  test('one that opens tags without end', async () => {
    const bytes = withPart(await writeWorkbook([codes]), 'xl/worksheets/sheet1.xml', `<worksheet><sheetData>${'<c '.repeat(2_000_000)}`)
    expect(await problemOf(readWorkbook(bytes, 'x'))).toMatch(/damaged/)
  })

  test('one whose single far cell would fill the memory', async () => {
    const bytes = await writeWorkbook([codes])
    const sheet = partOf(bytes, 'xl/worksheets/sheet1.xml').replace(
      '</sheetData>',
      '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    )
    expect(await problemOf(readWorkbook(withPart(bytes, 'xl/worksheets/sheet1.xml', sheet), 'x'))).toMatch(/5 million cells/)
  })

  test('a cell that holds nonsense is named by row and column', async () => {
    const bytes = await writeWorkbook([codes])
    const sheet = partOf(bytes, 'xl/worksheets/sheet1.xml').replace('<v>8000</v>', '<v>tám nghìn</v>')
    expect(await problemOf(readWorkbook(withPart(bytes, 'xl/worksheets/sheet1.xml', sheet), 'phi.xlsx'))).toMatch(/^phi\.xlsx, row 2, column 3:/)
  })

  test('an error value of a formula is no reason to refuse the file', async () => {
    const bytes = await writeWorkbook([codes])
    const sheet = partOf(bytes, 'xl/worksheets/sheet1.xml').replace(
      /<c r="C2"[^>]*><v>8000<\/v><\/c>/,
      '<c r="C2" t="e"><f>VLOOKUP(1,2,3)</f><v>#N/A</v></c>',
    )
    expect((await readWorkbook(withPart(bytes, 'xl/worksheets/sheet1.xml', sheet)))[0]?.rows[1]?.[0]).toBe('2.000380')
  })
})

describe('a table is read from whatever the office saved', () => {
  const isCodes = (headings: readonly string[]) => headings.includes('Mã TTHC')
  const expected = { headings: ['Mã TTHC', 'Tên'], rows: [{ row: 2, cells: ['2.000380', 'Đăng ký; khai sinh'] }] }
  const lines = (delimiter: string) => [`Mã TTHC${delimiter}Tên`, `2.000380${delimiter}"Đăng ký; khai sinh"`, ''].join('\r\n')
  const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])

  test.each([
    ['UTF-8 with commas', new TextEncoder().encode(lines(','))],
    ['UTF-8 with a mark and semicolons', new TextEncoder().encode(`\ufeff${lines(';')}`)],
    ['UTF-16 with tabs', utf16(lines('\t'))],
    ['decomposed accents', new TextEncoder().encode(lines(',').normalize('NFD'))],
    ['our own CSV', writeCsv(['Mã TTHC', 'Tên'], [['2.000380', 'Đăng ký; khai sinh']])],
  ])('%s', async (_, bytes) => {
    expect(await readSheet(bytes, 'x.csv')).toMatchObject({ form: 'csv', ...expected })
    expect(await readSheet(bytes, 'x.csv', isCodes)).toMatchObject({ form: 'csv', ...expected })
  })

  test('a workbook, on a later sheet, below a title; rows keep the numbers that Excel shows', async () => {
    const text = (title: string) => ({ title, kind: 'text' as const })
    const bytes = await writeWorkbook([
      { name: 'Hướng dẫn', columns: [text('Đọc kỹ')], rows: [['…']] },
      {
        name: 'Danh mục',
        columns: [text('DANH MỤC THỦ TỤC'), text('')],
        rows: [
          [null, null],
          ['Mã TTHC', 'Tên'],
          ['2.000380', ' Đăng ký '],
          [null, null],
          ['=1', 'x'],
        ],
      },
    ])
    expect(await readSheet(bytes, 'x.xlsx', isCodes)).toEqual({
      form: 'xlsx',
      name: 'Danh mục',
      headings: ['Mã TTHC', 'Tên'],
      headingRow: 3,
      rows: [
        { row: 4, cells: ['2.000380', 'Đăng ký'] },
        { row: 6, cells: ['=1', 'x'] },
      ],
    })
  })

  test('CSV that we write holds nothing that Excel would calculate, and is read back as it was', async () => {
    const rows = [
      ['=1+1', '-5'],
      ["'=x", 'a"b'],
      ['@a', 'dòng 1\ndòng 2'],
    ]
    const bytes = writeCsv(['A', 'B'], rows)
    for (const line of new TextDecoder().decode(bytes).split('\r\n')) expect(line).not.toMatch(/(^|,)"?[=+\-@]/)
    const back = await readSheet(bytes, 'x.csv')
    expect([back.rows[0]?.cells, back.rows[2]?.cells]).toEqual([rows[0], rows[2]])
  })

  test.each([
    ['a page saved as a list', '<html><table></table></html>', /no Excel workbook/],
    ['a row that never ends', 'Mã TTHC,Tên\r\n1,"abc\r\n2,d\r\n', /row 2/],
    ['headings that are not there', 'Ma,Ten\r\n1,2\r\n', /headings/],
  ])('%s is refused', async (_, text, problem) => {
    expect(await problemOf(readSheet(new TextEncoder().encode(text), 'x.csv', isCodes))).toMatch(problem)
  })
})
