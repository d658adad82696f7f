/** Files that were made to fill the memory, to never end, or to be calculated by whoever opens what we write. */
import { describe, expect, test } from 'vitest'
import { isLienthongError } from '../../src/base/index.js'
import { type FileBytes, loadDefaults, readRegister, readSheet, writeCsv, writeWorkbook } from '../../src/mappers/index.js'
import { csvOf, htmlOf, rowsUpTo, xlsxOf, xlsxParts } from '../mappers/files/made-up-register.js'
import { partOf, zipOf } from '../mappers/files/xlsx-parts.js'

const MB = 1024 * 1024
const tables = loadDefaults('file-csv')

/** A file that is made while it is read: `before`, then so many bytes of `filler`, then `after`. */
function made(before: string, filler: string, bytes: number, after = ''): FileBytes {
  const block = Buffer.from(filler.repeat(Math.ceil(65_536 / filler.length)))
  const [head, tail] = [Buffer.from(before), Buffer.from(after)]
  const size = head.length + bytes + tail.length
  return {
    size,
    async *read(start, end) {
      for (let at = start; at < Math.min(end, size); ) {
        if (at < head.length) yield head.subarray(at, end)
        else if (at < head.length + bytes) {
          const into = (at - head.length) % filler.length
          yield block.subarray(into, into + Math.min(block.length - into, head.length + bytes - at, end - at))
        } else yield tail.subarray(at - head.length - bytes, end - head.length - bytes)
        if (at < head.length) at = head.length
        else if (at < head.length + bytes) at += Math.min(block.length - ((at - head.length) % filler.length), head.length + bytes - at, end - at)
        else return
      }
    },
  }
}

/** What becomes of it, and how far the memory went beyond what it was. */
async function readAll(file: FileBytes | Uint8Array) {
  global.gc?.()
  const before = process.memoryUsage().rss
  let most = before
  const codes: (string | undefined)[] = []
  let damaged = 0
  let error: string | undefined
  try {
    const table = await readRegister(file, { tables, file: 'so' })
    for await (const row of table.rows) {
      if (row.damaged) damaged++
      else codes.push(row.cells.localCode)
      most = Math.max(most, process.memoryUsage().rss)
    }
  } catch (thrown) {
    if (!isLienthongError(thrown)) throw thrown
    error = thrown.text.en
  }
  most = Math.max(most, process.memoryUsage().rss)
  return { codes, damaged, error, grown: (most - before) / MB }
}

/** The reader's own buffers, the collector's laziness, and other tests in this process. */
const MOST_GROWN_MB = 220
const rows = rowsUpTo(3)
const csv = csvOf(rows)
const html = htmlOf(rows)
const [beforeLast, last] = [html.slice(0, html.lastIndexOf('<tr>')), html.slice(html.lastIndexOf('<tr>'))]

describe('memory is bounded, and the rows above are read', () => {
  test.each([
    ['a line of 100 MB', made(csv, 'x', 100 * MB), 3, 'row 5'],
    ['a line of 100 MB in quotation marks', made(`${csv}"`, 'x', 100 * MB), 3, 'row 5'],
    ['a line of 100 MB of separators', made(csv, ',', 100 * MB), 3, 'row 5'],
    ['a line of 100 MB before any heading', made('', 'x', 100 * MB), 0, 'none of the first 20 rows'],
    ['a page of 30 MB without an end of a tag', made(beforeLast, '<a="', 30 * MB), 2, undefined],
    ['a comment of 100 MB that never ends', made(`${beforeLast}<!--`, 'x', 100 * MB), 2, 'breaks off'],
    ['a script of 100 MB that never ends', made(`${beforeLast}<script>`, '<td>', 100 * MB), 2, 'breaks off'],
  ])(
    '%s',
    async (_, file, count, says) => {
      const { codes, error, grown } = await readAll(file)
      expect(codes).toHaveLength(count)
      if (says === undefined) expect(error).toBeUndefined()
      else expect(error).toContain(says)
      expect(grown).toBeLessThan(MOST_GROWN_MB)
    },
    120_000,
  )

  test.each([
    ['two million tables inside each other', '<table><tr><td>', 30],
    ['a cell of 100 MB', 'x', 100],
    ['a row of four million cells', '<td>x', 20],
    ['millions of elements inside each other', '<div><b>', 30],
  ])(
    '%s inside a row: that row is refused or read, the rows around it are read',
    async (_, filler, size) => {
      const file = made(`${beforeLast}<tr><td>9<td>`, filler, size * MB, filler.startsWith('<table>') ? '' : `</tr>${last}`)
      const { codes, error, grown } = await readAll(file)
      expect(codes.slice(0, 2)).toEqual(rows.slice(0, 2).map((row) => row[3]))
      if (filler.startsWith('<table>')) expect(error).toContain('breaks off')
      else expect(codes).toContain(rows[2]?.[3])
      expect(grown).toBeLessThan(MOST_GROWN_MB)
    },
    120_000,
  )

  test('a workbook that unpacks to 400 MB is refused before it does', async () => {
    const parts = xlsxParts(rows)
    const sheet = parts['xl/worksheets/sheet1.xml'] ?? ''
    const bomb = zipOf({ ...parts, 'xl/worksheets/sheet1.xml': Buffer.concat([Buffer.from(sheet.slice(0, -24)), Buffer.alloc(400 * MB, 0x20)]) })
    global.gc?.()
    const { error, grown } = await readAll(bomb)
    expect(error).toContain('250 times')
    expect(grown).toBeLessThan(MOST_GROWN_MB)
  }, 120_000)

  test('one that says it is small and is not is refused as soon as it is larger than it said', async () => {
    const parts = { ...xlsxParts(rows), 'xl/sharedStrings.xml': `<sst>${'<si><t>x</t></si>'.repeat(1_000_000)}</sst>` }
    const { error } = await readAll(zipOf(parts, { 'xl/sharedStrings.xml': 100 }))
    expect(error).toContain('damaged')
  }, 120_000)

  test('a workbook inside a workbook is no sheet', async () => {
    const inner = xlsxOf(rows)
    expect((await readAll(zipOf({ 'so.xlsx': inner }))).error).toContain('ZIP archive with files in it')
    expect((await readAll(zipOf({ ...xlsxParts(rows), 'xl/embeddings/so.xlsx': inner.toString('latin1') }))).codes).toHaveLength(3)
  })
})

describe('what we write is never calculated', () => {
  const formulas = [
    '=1+1',
    '+84912345678',
    '-2+3',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '=HYPERLINK("http://evil.example.vn";"Nguyễn Văn Mẫu")',
    "=cmd|' /C calc'!A0",
  ]

  test('in CSV: no cell begins as a formula does, and each is read back as it was', async () => {
    const bytes = writeCsv(
      ['Ghi chú', 'Khác'],
      formulas.map((formula) => [formula, 'x']),
    )
    const text = new TextDecoder().decode(bytes)
    for (const line of text.split('\r\n').slice(1, -1)) expect(line.replace(/^"/, '')).not.toMatch(/^[=+\-@\t\r]/)
    const read = await readSheet(bytes, 'x.csv')
    expect(read.rows.map(({ cells }) => cells[0])).toEqual(formulas.map((formula) => formula.trim()))
  })

  test('in a workbook: every one is a text, none a formula', async () => {
    const bytes = await writeWorkbook([
      {
        name: 'x',
        columns: [
          { title: 'Ghi chú', kind: 'text' },
          { title: 'Số', kind: 'number' },
          { title: 'Ngày', kind: 'date' },
        ],
        rows: formulas.map((formula) => [formula, formula, formula]),
      },
    ])
    expect(partOf(bytes, 'xl/worksheets/sheet1.xml')).not.toMatch(/<f[ >]/)
    const read = await readSheet(bytes, 'x.xlsx')
    for (const [index, { cells }] of read.rows.entries()) for (const cell of cells) expect(cell).toBe(formulas[index]?.trim())
  })
})
