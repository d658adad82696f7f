/** Registers as people make them out of lists: printed, added up, typed by hand. contracts/provincial-sources.md §10 */
import { describe, expect, test } from 'vitest'
import { inspectFiles } from '../../../src/mappers/index.js'
import { codeOfRow, csvOf, type Rows, rowsUpTo, xlsxOf } from './made-up-register.js'
import { HEADINGS } from './register-headings.js'
import { partOf, withPart } from './xlsx-parts.js'

const rows = rowsUpTo(3)
const codes = [1, 2, 3].map(codeOfRow)
const column = (heading: (typeof HEADINGS)[number]) => HEADINGS.indexOf(heading)
const withCell = (row: number, heading: (typeof HEADINGS)[number], cell: string): Rows =>
  rows.map((cells, index) => (index === row ? cells.with(column(heading), cell) : cells))

async function inspect(bytes: string | Uint8Array) {
  const report = await inspectFiles({ dialect: 'file-csv', agencyCode: '000.00.00.H99', files: [{ name: 'so', bytes: Buffer.from(bytes) }] })
  return { ...report, codes: report.dossiers.map(({ localCode }) => localCode), rules: report.problems.map(({ rule }) => rule) }
}

describe('what belongs to the headings is no dossier', () => {
  test.each([
    ['numbers of columns', HEADINGS.map((_, index) => String(index + 1))],
    ['numbers of columns in brackets', HEADINGS.map((_, index) => `(${index + 1})`)],
    ['letters and numbers of columns', HEADINGS.map((_, index) => (index < 2 ? ('AB'[index] as string) : String(index - 1)))],
    ['the headings of the next page', HEADINGS],
  ])('%s', async (_, row) => {
    const report = await inspect(csvOf([row, ...rows.slice(0, 2), row, ...rows.slice(2)]))
    expect(report.codes).toEqual(codes)
    expect(report.rules.filter((rule) => rule.startsWith('row.'))).toEqual([])
  })
})

describe('a row without a dossier number under Mã hồ sơ is refused and named', () => {
  const blank = HEADINGS.map(() => '')
  test.each([
    ['a total', blank.with(0, 'Tổng cộng').with(column('Mã hồ sơ'), '3')],
    ['a total in words', blank.with(column('Mã hồ sơ'), '3 hồ sơ')],
    ['a signature', blank.with(column('Mã hồ sơ'), 'Người lập biểu').with(column('Chủ hồ sơ'), 'Trần Thị Ví Dụ')],
    ['a row whose cells slipped by one', ['', ...(rows[0] ?? []).slice(0, -1)]],
    ['a number with a remark', (rows[0] ?? []).with(column('Mã hồ sơ'), `${codeOfRow(4)} (bổ sung)`)],
  ])('%s', async (_, row) => {
    const report = await inspect(csvOf([...rows, row]))
    expect(report.codes).toEqual(codes)
    expect(report.problems.filter(({ rule }) => rule === 'row.no-dossier').map(({ why }) => why.en)).toEqual([expect.stringContaining('so, row 5')])
  })

  test('a local number of another kind, and one that is only digits, are numbers', async () => {
    const report = await inspect(csvOf([withCell(0, 'Mã hồ sơ', 'TTPVHCC-2025-00231')[0] ?? [], withCell(1, 'Mã hồ sơ', '231')[1] ?? []]))
    expect(report.codes).toEqual(['TTPVHCC-2025-00231', '231'])
  })
})

describe('headings', () => {
  test.each([
    [
      'without marks',
      [
        'STT',
        'Don vi tiep nhan',
        'Ten thu tuc hanh chinh',
        'Ma ho so',
        'Trang thai',
        'Dia chi',
        'Nguoi nop',
        'Chu ho so',
        'Ngay nop ho so',
        'Ngay nhan',
        'Ngay hen tra',
        'Ngay ket thuc xu ly',
      ],
    ],
    [
      'as names of columns',
      HEADINGS.map((heading) => heading.replace(/[Đđ]/g, 'd').normalize('NFD').replace(/\p{M}/gu, '').toUpperCase().replaceAll(' ', '_')),
    ],
    ['over several lines', HEADINGS.map((heading) => heading.replace(' ', '\n'))],
  ])('%s mean the same', async (_, headings) => {
    expect((await inspect(csvOf(rows, headings))).dossiers).toEqual((await inspect(csvOf(rows))).dossiers)
  })

  test('in two lines: the lower one names the columns', async () => {
    const upper = HEADINGS.map((heading) => (heading === 'Ngày nhận' ? 'Thời gian' : heading === 'Ngày hẹn trả' ? '' : heading))
    const lower = HEADINGS.map((heading) => (heading === 'Ngày nhận' || heading === 'Ngày hẹn trả' ? heading : ''))
    expect((await inspect(csvOf([lower, ...rows], upper))).dossiers).toEqual((await inspect(csvOf(rows))).dossiers)
  })

  test('a first row without number is no second line of headings', async () => {
    const report = await inspect(csvOf([(rows[0] ?? []).with(column('Mã hồ sơ'), ''), ...rows.slice(1)]))
    expect(report.codes).toEqual(codes.slice(1))
    expect(report.rules).toContain('row.no-code')
  })

  test('two columns of one meaning: the first that is filled counts, and it is said', async () => {
    const report = await inspect(
      csvOf(
        rows.map((cells) => [...cells, 'Mới đăng ký']),
        [...HEADINGS, 'Trạng thái'],
      ),
    )
    expect(report.dossiers.map(({ status }) => status)).toEqual((await inspect(csvOf(rows))).dossiers.map(({ status }) => status))
    expect(report.rules).toContain('format.column-doubled')
  })
})

describe('cells', () => {
  const first = async (row: number, heading: (typeof HEADINGS)[number], cell: string) =>
    (await inspect(csvOf(withCell(row, heading, cell)))).dossiers[row]

  test('signs that nobody sees are no part of a number', async () => {
    expect((await first(0, 'Mã hồ sơ', `\u00a0${codeOfRow(1)}\u200b`))?.localCode).toBe(codeOfRow(1))
  })

  test('a name over two lines is one name', async () => {
    expect((await first(0, 'Chủ hồ sơ', 'Nguyễn Văn\nMẫu'))?.applicantName).toBe('Nguyễn Văn Mẫu')
  })

  test.each([
    ['10/03/2025\u00a008:15:00', '2025-03-10T08:15:00+07:00'],
    ['10/03/2025\n08:15', '2025-03-10T08:15:00+07:00'],
    ['10/3/2025 8:15 SA', '2025-03-10T08:15:00+07:00'],
    ['10/03/2025 02:30:00 CH', '2025-03-10T14:30:00+07:00'],
    ['10/03/2025 12:05 SA', '2025-03-10T00:05:00+07:00'],
    ['10/03/2025 12:05 CH', '2025-03-10T12:05:00+07:00'],
    ['2025-03-10T08:15:00.000', '2025-03-10T08:15:00+07:00'],
    // AM and PM come with the month first; a zone is not what an office keeps.
    ['03/10/2025 8:15:00 AM', null],
    ['14:15 SA', null],
    ['2025-03-10T01:15:00Z', null],
  ])('the date %j', async (cell, at) => {
    expect((await first(0, 'Ngày nhận', cell))?.receivedAt).toBe(at)
  })

  test('an apostrophe that kept a code from being a number is no part of it', async () => {
    expect((await first(0, 'Mã hồ sơ', `'${codeOfRow(1)}`))?.localCode).toBe(codeOfRow(1))
  })
})

describe('a workbook with several sheets of dossiers', () => {
  const several = xlsxOf(rows.slice(2), { before: [[[...HEADINGS], ...rows.slice(0, 2)]] })

  test('says which ones it did not read', async () => {
    const report = await inspect(several)
    expect(report.codes).toEqual(codes.slice(0, 2))
    const unread = report.problems.find(({ rule }) => rule === 'format.sheets-unread')
    expect(unread).toMatchObject({ severity: 'error', why: { en: expect.stringMatching(/not read: “[^”]+”\.$/) } })
  })

  test('says nothing of hidden ones, nor of empty forms', async () => {
    const hidden = withPart(
      several,
      'xl/workbook.xml',
      partOf(several, 'xl/workbook.xml').replace(/(<sheet [^>]*?)\/>(?!.*<sheet )/s, '$1 state="hidden"/>'),
    )
    const empty = xlsxOf([], { before: [[[...HEADINGS], ...rows]] })
    for (const bytes of [hidden, empty]) expect((await inspect(bytes)).rules).not.toContain('format.sheets-unread')
  })
})

describe('what is no list is refused with what to do', () => {
  test.each([
    ['a picture', '\x89PNG\r\n\x1a\n rest', /neither a workbook nor a table/],
    ['a photograph', '\xff\xd8\xff\xe0 rest', /neither a workbook nor a table/],
    ['a PDF', '%PDF-1.7\nrest', /neither a workbook nor a table/],
    ['a workbook of 1993', '\x09\x04\x06\0\0\0\x10\0 rest', /neither a workbook nor a table/],
    ['a web archive', 'MIME-Version: 1.0\r\n\r\n<html><table><tr><td>M=E1=BA=ABu</td></tr></table>', /web archive.*\.xlsx/],
  ])('%s', async (_, text, says) => {
    const report = await inspect(new Uint8Array(Buffer.from(text, 'latin1')))
    expect(report.problems).toMatchObject([{ rule: 'file.unreadable', why: { en: expect.stringMatching(says) } }])
  })
})
