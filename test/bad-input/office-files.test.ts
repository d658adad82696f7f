/** Registers that were damaged or mistyped somewhere, in every form: the rows that nobody touched are read as before, the others are named. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isLienthongError, type LienthongError, seededRandom } from '../../src/base/index.js'
import { loadDefaults, procedureLookup, toFont } from '../../src/mappers/index.js'
import { registerSource } from '../../src/sync/index.js'
import { codeOfRow, csvOf, htmlOf, type Rows, rowsUpTo, xlsxOf, xlsxParts } from '../mappers/files/made-up-register.js'
import { HEADINGS } from '../mappers/files/register-headings.js'
import { zipOf } from '../mappers/files/xlsx-parts.js'
import { certifiedCopy } from '../mappers/made-up.js'

/** For each form. */
const MUTATIONS = Number(process.env.LIENTHONG_MUTATIONS ?? 500)
const ROWS = 24
const FILE = 'so-theo-doi'
const tables = loadDefaults('file-csv')
const procedures = { ...procedureLookup([certifiedCopy]), version: '1' }
const folder = mkdtempSync(join(tmpdir(), 'lienthong-mutations-'))
const path = join(folder, FILE)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const utf8 = (text: string) => Buffer.from(text)

interface Form {
  readonly name: string
  readonly write: (rows: Rows, headings?: readonly string[]) => Buffer
  /** Where a row's bytes lie, for damage that is done to bytes; undefined: anywhere in the file is everywhere. */
  readonly isText: boolean
  /** Its parts as text, for damage that is done to XML. */
  readonly parts?: (rows: Rows) => Record<string, string>
}

const forms: readonly Form[] = [
  { name: 'CSV', write: (rows, headings) => utf8(`\uFEFF${csvOf(rows, headings)}`), isText: true },
  { name: 'HTML', write: (rows, headings) => utf8(htmlOf(rows, headings)), isText: true },
  { name: 'a workbook', write: (rows, headings) => xlsxOf(rows, {}, headings), isText: false, parts: (rows) => xlsxParts(rows) },
  {
    name: 'a workbook with texts in its cells',
    write: (rows, headings) => xlsxOf(rows, { strings: 'inline' }, headings),
    isText: false,
    parts: (rows) => xlsxParts(rows, { strings: 'inline' }),
  },
  { name: 'CSV in TCVN3', write: (rows, headings) => Buffer.from(toFont(csvOf(rows, headings), 'tcvn3'), 'latin1'), isText: true },
  { name: 'HTML in VNI', write: (rows, headings) => utf8(toFont(htmlOf(rows, headings), 'vni')), isText: true },
  { name: 'CSV in UTF-16', write: (rows, headings) => Buffer.from(`\uFEFF${csvOf(rows, headings)}`, 'utf16le'), isText: false },
]

interface Outcome {
  readonly error: LienthongError | undefined
  /** Bytes by key. */
  readonly rows: ReadonlyMap<string, string>
  /** What was said of rows that could not be read. */
  readonly said: readonly string[]
}

async function outcomeOf(content: Uint8Array): Promise<Outcome> {
  writeFileSync(path, content)
  const rows = new Map<string, string>()
  const said: string[] = []
  const source = registerSource({ file: path, tables, agencyCode: '000.00.00.H99', procedures })
  let error: LienthongError | undefined
  try {
    for await (const { items } of source.changes(null, { open: async function* () {} })) {
      for (const item of items) {
        const read = item.read()
        if (read.ok) {
          rows.set(read.value.key, String(item.bytes))
          const mapped = await read.value.map()
          for (const { message } of mapped.findings) expect(message.en).not.toMatch(/\{\w+\}/)
          if (!mapped.ok) said.push(...mapped.findings.map(({ message }) => message.en))
        } else said.push(...read.findings.map(({ message }) => message.en))
      }
    }
  } catch (thrown) {
    if (!isLienthongError(thrown)) throw thrown
    error = thrown
  }
  return { error, rows, said }
}

const original = rowsUpTo(ROWS)
const codes = original.map((_, index) => codeOfRow(index + 1))

type Random = () => number
const pick = <Item>(random: Random, items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
const below = (random: Random, end: number) => Math.floor(random() * end)

/** What people and programs put into a cell. */
const CELLS: readonly ((cell: string, random: Random) => string)[] = [
  () => '',
  () => '   \u00a0 ',
  (cell) => cell.normalize('NFD'),
  (cell) => cell.toUpperCase(),
  (cell) => `  ${cell}\n`,
  () => '45721.375',
  () => '2025-03-05T09:00:00',
  () => '5/3/25',
  () => '31/02/2025 25:61:00',
  () => '#N/A',
  () => '=HYPERLINK("http://x";"y")',
  () => '@SUM(A1)',
  () => '="0123"',
  () => 'Đã lưu kho',
  () => '<td></tr></table><!-- ',
  () => '<script>',
  () => '&#0;&bogus;&#x110000;',
  () => '"',
  () => 'a";b,"c',
  () => 'x'.repeat(5000),
  () => '9'.repeat(400),
  () => '\u0000\u0007\uFFFE'.replace(/\0/g, ''),
  () => '👩‍👩‍👧 \u202E abc',
  () => '099090000001',
  () => '99090000001',
  (cell, random) => cell.slice(0, below(random, cell.length + 1)),
  (cell, random) => cell.slice(below(random, cell.length + 1)),
]

interface Mutation {
  readonly what: string
  readonly content: Buffer
  /** Codes of rows that were touched; the others must come out as they were. */
  readonly touched: ReadonlySet<string>
  /** The headings, or the file as a whole, were touched: it may be refused. */
  readonly mayRefuse: boolean
}

const own = (...rows: readonly number[]): ReadonlySet<string> => new Set(rows.map((row) => codes[row]).filter((code) => code !== undefined))

function cellMutation(form: Form, random: Random): Mutation {
  const rows = original.map((cells) => [...cells])
  const at = below(random, ROWS)
  const row = rows[at] as string[]
  const column = below(random, row.length)
  const change = pick(random, CELLS)
  row[column] = change(row[column] ?? '', random)
  return {
    what: `row ${at}, column ${column}: ${JSON.stringify(row[column]).slice(0, 60)}`,
    content: form.write(rows),
    touched: own(at),
    mayRefuse: false,
  }
}

function rowMutation(form: Form, random: Random): Mutation {
  const rows = original.map((cells) => [...cells])
  const at = below(random, ROWS)
  const row = rows[at] as string[]
  const how = pick(random, ['short', 'wide', 'twice', 'blank', 'contradicts'] as const)
  if (how === 'short') row.splice(1 + below(random, row.length - 1))
  else if (how === 'wide') row.push('x', 'y')
  else if (how === 'twice') rows.splice(at, 0, [...row])
  else if (how === 'blank')
    rows.splice(
      at,
      0,
      row.map(() => ''),
    )
  else
    rows.splice(
      below(random, ROWS),
      0,
      row.map((cell, column) => (column === 4 ? 'Đã trả kết quả' : cell)).map((cell, column) => (column === 5 ? 'khác' : cell)),
    )
  return { what: `row ${at}: ${how}`, content: form.write(rows), touched: how === 'blank' ? own() : own(at), mayRefuse: false }
}

function headingMutation(form: Form, random: Random): Mutation {
  const headings = [...HEADINGS] as string[]
  const at = below(random, headings.length)
  const how = pick(random, ['case', 'spaces', 'decomposed', 'unknown', 'gone'] as const)
  const heading = headings[at] ?? ''
  headings[at] = {
    case: heading.toUpperCase(),
    spaces: ` ${heading.replace(' ', '  ')} `,
    decomposed: heading.normalize('NFD'),
    unknown: 'Cột lạ',
    gone: '',
  }[how]
  // TCVN3 has no capitals with tone marks; comparing does not mind.
  return {
    what: `heading ${at}: ${how}`,
    content: form.write(original, headings),
    touched: how === 'unknown' || how === 'gone' ? own(...original.keys()) : own(),
    mayRefuse: how === 'unknown' || how === 'gone',
  }
}

function byteMutation(form: Form, random: Random): Mutation {
  const content = Buffer.from(form.write(original))
  const at = below(random, content.length)
  const how = pick(random, ['flip', 'insert', 'delete', 'zero'] as const)
  const byte = below(random, 256)
  const changed =
    how === 'insert'
      ? Buffer.concat([content.subarray(0, at), Buffer.from([byte]), content.subarray(at)])
      : how === 'delete'
        ? Buffer.concat([content.subarray(0, at), content.subarray(at + 1)])
        : Buffer.concat([content.subarray(0, at), Buffer.from([how === 'zero' ? 0 : byte]), content.subarray(at + 1)])
  // Bytes of two rows may become one row; a row's code stands in its middle.
  const next = codes.findIndex((code) => content.indexOf(code) >= at)
  const near = next === -1 ? ROWS - 1 : next
  const inHeadings = form.isText && at < content.indexOf(codes[0] ?? '')
  return {
    what: `byte ${at}: ${how} ${byte}`,
    content: changed,
    touched: !form.isText || inHeadings ? own(...original.keys()) : own(near - 2, near - 1, near, near + 1),
    mayRefuse: !form.isText || inHeadings || at > content.lastIndexOf(codes.at(-1) ?? ''),
  }
}

function cutMutation(form: Form, random: Random): Mutation {
  const content = form.write(original)
  const at = below(random, content.length)
  const whole = codes.filter((code) => content.indexOf(code) >= 0 && content.indexOf(code) < at)
  // The row that is cut, and the last one that seems whole.
  const touched = form.isText ? codes.slice(Math.max(0, whole.length - 1)) : codes
  return { what: `cut at ${at}`, content: content.subarray(0, at), touched: new Set(touched), mayRefuse: true }
}

function xmlMutation(form: Form, random: Random): Mutation {
  const parts = form.parts?.(original) ?? {}
  const name = pick(
    random,
    Object.keys(parts).filter((part) => part !== '[Content_Types].xml'),
  )
  const text = parts[name] ?? ''
  const at = below(random, text.length)
  const changed = text.slice(0, at) + pick(random, ['', '<', '>', '"', '&', '9', 'x', ' ', '</row>', '<c r="ZZZ9">', '<!--']) + text.slice(at + 1)
  const row = name.includes('worksheets') ? Number(/.*<row r="(\d+)"/s.exec(text.slice(0, at))?.[1] ?? 0) : 0
  return {
    what: `${name} at ${at}: ${changed.slice(at - 10, at + 10)}`,
    content: zipOf({ ...parts, [name]: changed }),
    touched: row >= 2 ? own(row - 3, row - 2, row - 1) : own(...original.keys()),
    mayRefuse: true,
  }
}

describe.each(forms)('$name', (form) => {
  let plain: Outcome
  beforeAll(async () => {
    plain = await outcomeOf(form.write(original))
  })

  test('says the same as the plain list when nothing was touched', () => {
    expect(plain).toMatchObject({ error: undefined, said: [] })
    expect([...plain.rows.keys()]).toEqual(codes)
  })

  test(`${MUTATIONS} seeded mutations: nothing breaks, no good row is lost, what is wrong is named with file and row`, async () => {
    const random = seededRandom(`office files/${form.name}`)
    const kinds = [
      cellMutation,
      cellMutation,
      rowMutation,
      headingMutation,
      byteMutation,
      byteMutation,
      cutMutation,
      ...(form.parts ? [xmlMutation, xmlMutation] : []),
    ]
    for (let index = 0; index < MUTATIONS; index++) {
      const { what, content, touched, mayRefuse } = pick(random, kinds)(form, random)
      const { error, rows, said } = await outcomeOf(content)
      const about = `${form.name}, mutation ${index}: ${what}`
      if (error !== undefined) {
        expect(error.text.en, about).toContain(FILE)
        expect(mayRefuse || /row \d+/.test(error.text.en), `${about}: ${error.text.en}`).toBe(true)
      }
      const brokenAt = error === undefined ? Number.POSITIVE_INFINITY : Number(/row (\d+)/.exec(error.text.en)?.[1] ?? 0)
      const headingRow = form.name.startsWith('HTML') ? 3 : 1
      for (const [at, code] of codes.entries()) {
        if (touched.has(code) || at + headingRow + 2 > brokenAt) continue
        expect(rows.get(code), `${about}: ${code}`).toBe(plain.rows.get(code))
      }
      // A row that was touched is there, as something, or it is named.
      if (error === undefined && touched.size < 5 && !what.startsWith('cut')) {
        const missing = [...touched].filter((code) => !rows.has(code))
        // Two rows that became one are named as one.
        const joined = said.filter((text) => /joined with another|characters are damaged/.test(text)).length
        const others = [...rows.keys()].filter((key) => !plain.rows.has(key)).length + said.length + joined
        expect(others >= missing.length, `${about}: ${missing} is nowhere (${said})`).toBe(true)
      }
      for (const text of said) expect(text, about).toMatch(/so-theo-doi, rows? \d+|so-theo-doi, rows /)
    }
  }, 600_000)
})
