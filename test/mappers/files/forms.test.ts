import { describe, expect, test } from 'vitest'
import { isLienthongError } from '../../../src/base/index.js'
import { fromRegisterRow, loadDefaults, readRegister, type TableBytes, type TableOptions, toFont, writeWorkbook } from '../../../src/mappers/index.js'
import { at } from '../made-up.js'
import { codeOfRow, csvOf, htmlOf, rowsUpTo, type XlsxCell, xlsxOf, xlsxParts } from './made-up-register.js'
import { HEADINGS } from './register-headings.js'
import { zipOf } from './xlsx-parts.js'

const tables = loadDefaults('file-csv')
const utf8 = (text: string) => new TextEncoder().encode(text)
const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))

async function read(source: TableBytes, options: TableOptions = {}) {
  const table = await readRegister(source, { tables, file: 'so' }, options)
  const rows = []
  for await (const row of table.rows) rows.push(row)
  const mapped = rows.map((row) => fromRegisterRow(row, { tables, file: 'so' }))
  return { table, rows, dossiers: mapped.flatMap((one) => (one.ok ? [one.value] : [])), findings: mapped.flatMap(({ findings }) => findings) }
}

const refused = (source: TableBytes) =>
  read(source).then(
    () => expect.unreachable('it was read'),
    (error: unknown) => (isLienthongError(error) ? error.text.en : String(error)),
  )

const rows = rowsUpTo(30)

describe('one register says the same in every form', () => {
  test.each([
    ['HTML with the name of a workbook', utf8(htmlOf(rows)), 'html', 3],
    ['HTML in UTF-16', new Uint8Array(Buffer.from(`\uFEFF${htmlOf(rows)}`, 'utf16le')), 'html', 3],
    ['a workbook with shared texts', xlsxOf(rows), 'xlsx', 1],
    ['a workbook with texts in its cells', xlsxOf(rows, { strings: 'inline' }), 'xlsx', 1],
    ['a workbook with a merged title', xlsxOf(rows, { title: true }), 'xlsx', 3],
    ['a workbook whose table is on the second sheet', xlsxOf(rows, { before: [[['Hướng dẫn'], ['Không sửa dòng tiêu đề']]] }), 'xlsx', 1],
    ['TCVN3 in CSV', latin1(toFont(csvOf(rows), 'tcvn3')), 'csv', 1],
    ['VNI in CSV', latin1(toFont(csvOf(rows), 'vni')), 'csv', 1],
    ['TCVN3 kept in UTF-8', utf8(toFont(csvOf(rows), 'tcvn3')), 'csv', 1],
    ['VNI in HTML', utf8(toFont(htmlOf(rows), 'vni')), 'html', 3],
    [
      'TCVN3 in a workbook',
      xlsxOf(
        rows.map((cells) => cells.map((cell) => toFont(cell, 'tcvn3'))),
        {},
        HEADINGS.map((cell) => toFont(cell, 'tcvn3')),
      ),
      'xlsx',
      1,
    ],
  ] as const)('%s', async (_, bytes, form, headingRow) => {
    const plain = await read(utf8(csvOf(rows)))
    const other = await read(bytes)
    expect(other.table).toMatchObject({ form, headingRow, unknownColumns: [], maybeLetters: null })
    expect(other.dossiers).toHaveLength(30)
    expect(other.dossiers).toEqual(plain.dossiers)
    expect(other.rows.map(({ row }) => row)).toEqual(rows.map((_, index) => headingRow + 1 + index))
  })

  test('a workbook that our own writer made', async () => {
    const bytes = await writeWorkbook([{ name: 'Sổ', columns: HEADINGS.map((title) => ({ title, kind: 'text' })), rows }])
    expect((await read(bytes)).dossiers).toEqual((await read(utf8(csvOf(rows)))).dossiers)
  })
})

test.each([',', ';', '\t'])('a list separated by %j stays one when somebody pasted a table into a cell', async (separator) => {
  const pasted = rows.map((cells, index) => (index === 4 ? cells.with(1, '<table border=1><tr><td>Ví dụ</td></tr></table>') : cells))
  const { table, dossiers } = await read(utf8([HEADINGS, ...pasted].map((cells) => cells.join(separator)).join('\n')))
  expect(table).toMatchObject({ form: 'csv', headingRow: 1 })
  expect(dossiers).toHaveLength(30)
})

test('a page may begin with a line of its program', async () => {
  const { table, dossiers } = await read(utf8(`Notice: list made at 08:05, 22/11/2026\r\n${htmlOf(rows)}`))
  expect(table).toMatchObject({ form: 'html' })
  expect(dossiers).toHaveLength(30)
})

describe('HTML as it is found', () => {
  const page = (body: string) => utf8(`<html><head><style>.d{mso-number-format:"dd\\/mm\\/yyyy hh\\:mm"}</style></head><body>${body}</body></html>`)
  const heading = '<tr><th>Mã hồ sơ<th>Trạng thái<th>Chủ hồ sơ<th>Ngày nhận</tr>'

  test('cells and rows that are not closed, entities and line breaks', async () => {
    const { rows } = await read(
      page(
        `<table>${heading}<tr><td>H99-1<td>&#272;ang x&#x1EED; l&yacute;<td>Tr&#7847;n&nbsp;Th&#7883;<br>V&iacute; D&#7909;<td>05/03/2025<tr><td>H99-2<td>x &amp; y</table>`,
      ),
    )
    expect(rows.map(({ cells }) => cells)).toEqual([
      { localCode: 'H99-1', status: 'Đang xử lý', applicantName: 'Trần Thị Ví Dụ', receivedAt: '05/03/2025' },
      { localCode: 'H99-2', status: 'x & y' },
    ])
  })

  test('a cell over several columns or rows keeps the others in their columns', async () => {
    const { rows } = await read(
      page(
        `<table>${heading}<tr><td>H99-1<td rowspan=2>Đang xử lý<td>A<td>05/03/2025<tr><td>H99-2<td>B<td>06/03/2025<tr><td>H99-3<td colspan="2">Đang xử lý<td>07/03/2025</table>`,
      ),
    )
    expect(rows.map(({ cells }) => cells)).toEqual([
      { localCode: 'H99-1', status: 'Đang xử lý', applicantName: 'A', receivedAt: '05/03/2025' },
      { localCode: 'H99-2', status: 'Đang xử lý', applicantName: 'B', receivedAt: '06/03/2025' },
      { localCode: 'H99-3', status: 'Đang xử lý', receivedAt: '07/03/2025' },
    ])
  })

  test('what Excel keeps behind a cell counts where the page shows less: days and shortened numbers', async () => {
    const { rows } = await read(
      page(
        `<table>${heading.replace('Chủ hồ sơ', 'SoDienThoaiChuHoSo')}<tr><td>H99-1<td>x<td x:num="84912345678">8.49E+10<td class=d x:num="45721.375">3/5/25 9:00</table>`,
      ),
    )
    expect(rows[0]?.cells).toMatchObject({ phone: '84912345678', receivedAt: '05/03/2025 09:00:00' })
  })

  test('a table inside a layout, and a table inside a cell', async () => {
    const { rows } = await read(
      page(`<table><tr><td>Logo<td><table>${heading}<tr><td>H99-1<td>x<td>A <table><tr><td>nested</table><td>05/03/2025</table></table>`),
    )
    expect(rows.map(({ row, cells }) => [row, cells.localCode, cells.receivedAt])).toEqual([[2, 'H99-1', '05/03/2025']])
  })

  test('scripts, comments and styles are no cells', async () => {
    const { rows } = await read(page(`<!-- <table> --><script>"<table><tr><td>"</script><table>${heading}<tr><td>H99-1<!-- ghi chú --><td>x</table>`))
    expect(rows.map(({ cells }) => cells)).toEqual([{ localCode: 'H99-1', status: 'x' }])
  })

  test('an attribute that is never closed does not swallow the rows behind it', async () => {
    const { rows } = await read(page(`<table>${heading}<tr><td class="x>H99-1<td>x</tr><tr><td>H99-2<td>y</tr></table>`))
    expect(rows.map(({ cells }) => cells.localCode)).toEqual(['H99-1', 'H99-2'])
  })

  test('a page that ends inside a row gives the rows above and names the one it ends in', async () => {
    const whole = htmlOf(rows)
    expect(await refused(utf8(whole.slice(0, whole.lastIndexOf('đường Mẫu'))))).toContain('so, row 33: the file breaks off')
  })

  test('in pieces of a few bytes it is the same page', async () => {
    const bytes = utf8(htmlOf(rows))
    const pieces = {
      size: bytes.length,
      async *read(start: number, end: number) {
        for (let index = start; index < Math.min(end, bytes.length); index += 5) yield bytes.subarray(index, Math.min(index + 5, end))
      },
    }
    expect((await read(pieces)).rows).toEqual((await read(bytes)).rows)
  })
})

describe('workbooks as they are found', () => {
  const styles = `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="3"><numFmt numFmtId="164" formatCode="dd\\/mm\\/yyyy\\ hh:mm"/><numFmt numFmtId="165" formatCode="000000000000"/><numFmt numFmtId="166" formatCode="[$-42A]d&quot; tháng &quot;m&quot; năm &quot;yyyy"/></numFmts><fonts count="2"><font><name val="Calibri"/></font><font><name val=".VnTime"/></font></fonts><cellStyleXfs count="1"><xf numFmtId="22"/></cellStyleXfs><cellXfs count="6"><xf numFmtId="0" fontId="0"/><xf numFmtId="164" fontId="0"/><xf numFmtId="165" fontId="0"/><xf numFmtId="14" fontId="0"/><xf numFmtId="166" fontId="0"/><xf numFmtId="0" fontId="1"/></cellXfs></styleSheet>`
  const headings = ['Mã hồ sơ', 'Trạng thái', 'Ngày nhận', 'Địa chỉ', 'Chủ hồ sơ']
  const one = (cell: XlsxCell, column = 2): readonly (readonly XlsxCell[])[] => [
    ['H99-1', 'Đang xử lý', '', '', ''].map((text, index) => (index === column ? cell : text)),
  ]
  const number = (value: string, style: number): XlsxCell => ({ attributes: `s="${style}"`, inner: `<v>${value}</v>` })

  test.each([
    ['a day with its clock', number('45721.375', 1), {}, '2025-03-05 09:00'],
    ['a day without', number('45721', 3), {}, '2025-03-05 00:00'],
    ['a day in words', number('45721', 4), {}, '2025-03-05 00:00'],
    ['a day of the calendar of 1904', number('44259.375', 1), { workbookPr: '<workbookPr date1904="1"/>' }, '2025-03-05 09:00'],
    ['a day as ISO 8601', { attributes: 't="d"', inner: '<v>2025-03-05T09:00:00</v>' }, {}, '2025-03-05 09:00'],
    ['a formula by what it last showed', { attributes: 's="1"', inner: '<f>NOW()</f><v>45721.375</v>' }, {}, '2025-03-05 09:00'],
    ['a text', 'ngày: 5', {}, null],
  ] as const)('%s', async (_, cell, more, expected) => {
    const { dossiers } = await read(xlsxOf(one(cell), { styles, ...more }, headings))
    expect(dossiers[0]?.receivedAt).toBe(expected === null ? null : at(expected))
  })

  test.each([
    ['a number that lost its zero', number('99090000001', 0), '99090000001'],
    ['a number whose format shows it', number('99090000001', 2), '099090000001'],
    ['a large number as programs write it', number('9.9090000001E10', 0), '99090000001'],
    ['a yes', { attributes: 't="b"', inner: '<v>1</v>' }, 'TRUE'],
    ['an error of a formula', { attributes: 't="e"', inner: '<f>1/0</f><v>#DIV/0!</v>' }, undefined],
    ['a formula that was never calculated', { attributes: '', inner: '<f>A1</f>' }, undefined],
    ['a text of a formula', { attributes: 't="str"', inner: '<f>A1</f><v>Số 2 &amp; 3</v>' }, 'Số 2 & 3'],
    [
      'a text in several scripts',
      { attributes: 't="inlineStr"', inner: '<is><r><t>Số </t></r><r><rPr><b/></rPr><t>2</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is>' },
      'Số 2',
    ],
  ] as const)('%s', async (_, cell, expected) => {
    const { rows } = await read(xlsxOf(one(cell, 3), { styles }, headings))
    expect(rows[0]?.cells.address).toBe(expected)
  })

  test('a cell whose font is an old one is read with its letters, the others are not', async () => {
    const cell: XlsxCell = { attributes: 's="5" t="inlineStr"', inner: `<is><t>${toFont('Trần Thị Ví Dụ', 'tcvn3')}</t></is>` }
    const { rows } = await read(xlsxOf(one(cell, 4), { styles }, headings))
    expect(rows[0]?.cells).toMatchObject({ applicantName: 'Trần Thị Ví Dụ', status: 'Đang xử lý' })
  })

  test('numbers of a register that lost their zeros are reported, never padded', async () => {
    const own = { ...tables, columns: { ...tables.columns, 'số cccd': 'applicantId' as const } }
    const table = await readRegister(xlsxOf(one(number('99090000001', 0), 3), {}, ['Mã hồ sơ', 'Trạng thái', 'Ngày nhận', 'Số CCCD', 'Chủ hồ sơ']), {
      tables: own,
      file: 'so',
    })
    for await (const row of table.rows) {
      const mapped = fromRegisterRow(row, { tables: own, file: 'so' })
      expect(mapped.ok && mapped.value.applicant.identities).toMatchObject([{ number: '99090000001', kind: 'other' }])
      expect(mapped.findings.map(({ ruleId }) => ruleId)).toContain('identity.doubtful')
    }
  })

  test.each([
    ['a part that is not what its sum says', (parts: Record<string, string>) => corrupted(zipOf(parts), 'xl/worksheets/sheet1.xml'), 'damaged'],
    ['half a file', (parts: Record<string, string>) => zipOf(parts).subarray(0, 900), 'damaged'],
    ['another kind of archive', () => zipOf({ 'so.csv': csvOf(rows) }), 'ZIP archive with files in it'],
    [
      'a document type',
      (parts: Record<string, string>) =>
        zipOf({ ...parts, 'xl/sharedStrings.xml': `<!DOCTYPE x [<!ENTITY a "aaaa">]><sst><si><t>&a;</t></si></sst>` }),
      'damaged',
    ],
    [
      'a sheet that is not there',
      (parts: Record<string, string>) =>
        zipOf({ ...parts, 'xl/_rels/workbook.xml.rels': parts['xl/_rels/workbook.xml.rels']!.replace('worksheets/sheet1', '../../../etc/passwd') }),
      'damaged',
    ],
    [
      'a text that goes on for ever',
      (parts: Record<string, string>) => zipOf({ ...parts, 'xl/sharedStrings.xml': `<sst><si><t>${'x'.repeat(400_000)}</t></si></sst>` }),
      'damaged',
    ],
    [
      'more parts than a workbook has',
      (parts: Record<string, string>) => zipOf({ ...parts, ...Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`x/${n}`, ''])) }),
      '4,096 parts',
    ],
    [
      'a part that was made to burst',
      (parts: Record<string, string>) => zipOf({ ...parts, 'xl/sharedStrings.xml': `<sst>${' '.repeat(40 * 1024 * 1024)}</sst>` }),
      '250 times',
    ],
    ['a binary workbook', () => zipOf({ 'xl/workbook.bin': 'x' }), '.xlsb'],
  ])('%s is refused by name', async (_, make, says) => {
    expect(await refused(make(xlsxParts(rows)))).toContain(says)
  })

  test('an encrypted part is refused by name', async () => {
    const bytes = zipOf(xlsxParts(rows))
    const at = bytes.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]))
    for (let entry = at; entry >= 0; entry = bytes.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]), entry + 1)) bytes.writeUInt16LE(1, entry + 8)
    expect(await refused(bytes)).toContain('password')
  })
})

/** The same archive with one byte of a part changed. */
function corrupted(archive: Buffer, part: string): Buffer {
  const bytes = Buffer.from(archive)
  const at = bytes.indexOf(part) + part.length + 60
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0x55, at)
  return bytes
}

describe('what a file is, is told by its content', () => {
  test.each([
    ['an old workbook', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), 'old Excel file'],
    ['nothing', new Uint8Array(), 'empty'],
    ['a spreadsheet of 2003', utf8('<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'), '2003'],
    ['a picture', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13, 1, 2, 3]), 'neither a workbook nor a table'],
  ])('%s', async (_, bytes, says) => {
    expect(await refused(bytes)).toContain(says)
  })

  test('the dossiers of the first row', async () => {
    expect((await read(utf8(htmlOf(rows)))).dossiers[0]).toMatchObject({ localCode: codeOfRow(1), applicant: { name: 'Trần Thị Ví Dụ' } })
  })
})
