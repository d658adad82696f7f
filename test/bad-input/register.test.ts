import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadDefaults, parseCodeTables } from '../../src/mappers/index.js'
import { registerSource } from '../../src/sync/index.js'
import { codeOf } from '../sync/office.js'
import { agencyCode, deskWith, entry, fileOf, procedures, register } from './desk.js'

const source = (file: string, tables = loadDefaults('file-csv')) => registerSource({ file, tables, agencyCode, procedures })

async function deskReading(content: string | Uint8Array) {
  const file = fileOf('so.csv', content)
  return { file, ...(await deskWith(source(file))) }
}

const utf16 = (text: string, big: boolean, mark: boolean) => {
  const bytes = Buffer.from(mark ? `\uFEFF${text}` : text, 'utf16le')
  return big ? bytes.swap16() : bytes
}

/** Windows-1258 writes tone marks as characters of their own, behind the letter. */
function windows1258(text: string): Uint8Array {
  const decoder = new TextDecoder('windows-1258')
  const byteOf = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(new Uint8Array([byte])), byte]))
  const pieces = [...text.normalize('NFC')].flatMap((character) => {
    if (byteOf.has(character)) return [character]
    const [base = '', ...marks] = character.normalize('NFD')
    return [(base + marks.filter((mark) => !byteOf.has(mark)).join('')).normalize('NFC'), ...marks.filter((mark) => byteOf.has(mark))]
  })
  return new Uint8Array(pieces.map((piece) => byteOf.get(piece) ?? 0x3f))
}

describe('a register in another encoding is read all the same', () => {
  const text = register(entry(1), entry(2))
  test.each([
    ['Windows-1258', windows1258(text)],
    ['UTF-16 LE with byte order mark', utf16(text, false, true)],
    ['UTF-16 LE without', utf16(text, false, false)],
    ['UTF-16 BE with byte order mark', utf16(text, true, true)],
    ['UTF-16 BE without', utf16(text, true, false)],
  ])('%s: no message, and saved as UTF-8 later it is no change', async (_, bytes) => {
    const { file, run, said, portal } = await deskReading(bytes)
    const report = await run()
    expect(report).toMatchObject({ outcome: 'done', runs: [{ seen: 2, created: 2 }] })
    expect(await said(report)).toEqual([])
    expect(portal.books.get(codeOf(2))?.record.status).toBe(4)
    writeFileSync(file, text)
    expect(await run()).toMatchObject({ runs: [{ unchanged: 2 }] })
  })
})

test('a row that was damaged by another encoding is one failure that names it, and the others go on', async () => {
  const good = Buffer.from(register(entry(1), entry(2), entry(3)))
  const at = good.indexOf(codeOf(2))
  const bad = Buffer.concat([good.subarray(0, at), Buffer.from([0xe3]), good.subarray(at)])
  const { file, run, said } = await deskReading(bad)
  const report = await run()
  expect(report).toMatchObject({ outcome: 'done', runs: [{ seen: 3, created: 2, failed: 1 }] })
  expect(await said(report)).toMatchObject([{ cause: 'row.damaged', text: { en: expect.stringContaining('so.csv, row 3') } }])
  writeFileSync(file, good)
  const healed = await run()
  expect(healed).toMatchObject({ failing: 0, runs: [{ created: 1, unchanged: 2 }] })
  expect(await said(healed)).toEqual([])
})

describe('a register that breaks off', () => {
  const whole = register(entry(1), entry(2), entry(3))
  test.each([
    ['inside a quoted cell', whole.slice(0, whole.lastIndexOf('đường Mẫu'))],
    ['inside a plain cell', whole.slice(0, whole.lastIndexOf('Đang xử lý') + 4)],
    ['behind its code', whole.slice(0, whole.lastIndexOf(codeOf(3)) + codeOf(3).length)],
  ])('%s is one error that names the row; what stands above is synced; the whole file heals it', async (_, cut) => {
    const { file, run, said, portal } = await deskReading(cut)
    const report = await run()
    expect(report).toMatchObject({ outcome: 'incomplete', runs: [{ outcome: 'incomplete', seen: 2, created: 2 }] })
    expect(await said(report)).toMatchObject([
      { cause: 'source.format', text: { en: expect.stringContaining('so.csv, row 4: '), vi: expect.stringContaining('so.csv, dòng 4: ') } },
    ])
    expect([...portal.books.keys()].toSorted()).toEqual([codeOf(1), codeOf(2)])
    writeFileSync(file, whole)
    const healed = await run()
    expect(healed).toMatchObject({ outcome: 'done', failing: 0, runs: [{ created: 1, unchanged: 2 }] })
    expect(await said(healed)).toEqual([])
  })

  test('in the middle, by a quotation mark that is never closed, does not take the rest into memory', async () => {
    const rest = Array.from({ length: 20_000 }, (_, n) => entry(n + 3, { 'Địa chỉ': 'Mẫu' }))
    const { run, said } = await deskReading(register(entry(1), entry(2, { 'Địa chỉ': '"Số 2' }), ...rest))
    const report = await run()
    expect(report).toMatchObject({ outcome: 'incomplete', runs: [{ seen: 1, created: 1 }] })
    expect(await said(report)).toMatchObject([{ cause: 'source.format', text: { en: expect.stringContaining('so.csv, row 3: ') } }])
  })
})

describe('headings', () => {
  const good = register(entry(1), entry(2))
  test.each([
    ['another delimiter', good.replaceAll('"Số 2, đường Mẫu"', 'Mẫu').replaceAll(',', '|'), 'separated by'],
    ['no column of codes', good.replace('Mã hồ sơ', 'Số thứ tự'), 'Mã hồ sơ'],
    [
      'a column of status with another name',
      good.replace('Trạng thái', 'Tình trạng'),
      'no column holds “Trạng thái”; headings nobody knows: “Tình trạng”',
    ],
    [
      'a column of reception with another name',
      good.replace('Ngày nhận', 'Ngày tiếp'),
      'no column holds “Ngày nhận”; headings nobody knows: “Ngày tiếp”',
    ],
    ['the code of a dossier beside nothing we know', 'MaHoSo,HocSinh,Lop\r\n000.00.12.H99-261122-0001,Nguyễn Văn Mẫu,9A\r\n', 'Mã hồ sơ'],
  ])('%s: one error that names the file and what to do, nothing is taken for empty, and the right headings heal it', async (_, bad, says) => {
    const { file, run, said, portal } = await deskReading(good)
    await run()
    writeFileSync(file, bad)
    const calls = portal.calls.length
    const report = await run()
    expect(report).toMatchObject({ outcome: 'incomplete', failing: 0, runs: [{ outcome: 'incomplete', seen: 0 }] })
    const told = await said(report)
    expect(told).toMatchObject([{ cause: 'source.format', text: { en: expect.stringContaining('so.csv') } }])
    expect(told[0]?.text.en).toContain(says)
    expect(told[0]?.text.en).toContain('`columns`')
    expect(portal.calls).toHaveLength(calls)
    writeFileSync(file, register(entry(1), entry(2), entry(3)))
    expect(await run()).toMatchObject({ outcome: 'done', runs: [{ unchanged: 2, created: 1 }] })
  })

  test('of another name are read once the tables name them', async () => {
    const { file, sync } = await deskReading(good.replace('Trạng thái', 'Tình trạng'))
    const { run } = await deskWith(source(file, parseCodeTables({ columns: { 'Tình trạng': 'status' } }, 'tables.yaml', 'file-csv')), {
      ledger: sync.ledger,
    })
    expect(await run()).toMatchObject({ outcome: 'done', runs: [{ created: 2 }] })
  })

  test('that change the meaning of a column are noticed although its cells stay', async () => {
    const file = fileOf('so.csv', good)
    const before = await firstOf(source(file))
    writeFileSync(file, good.replace('Địa chỉ', 'Ghi chú'))
    const after = await firstOf(source(file))
    expect(String(after.bytes)).not.toBe(String(before.bytes))
    expect(String(after.bytes)).not.toContain('đường Mẫu')
  })
})

async function firstOf(from: ReturnType<typeof source>) {
  for await (const { items } of from.changes(null, { open: async function* () {} })) if (items[0]) return items[0]
  throw new Error('no rows')
}

describe('one dossier number on two rows', () => {
  const far = Array.from({ length: 1200 }, (_, n) => entry(n + 10))
  test.each([
    ['next to each other', []],
    ['more than a batch apart', far],
  ])('%s, with equal content: taken once, one failure names both rows, and passes stay quiet', async (_, between) => {
    const { file, run, said, portal } = await deskReading(register(entry(1), ...between, entry(1, { STT: '99' }), entry(2)))
    const first = await run()
    expect(first).toMatchObject({ outcome: 'done', failing: 1, runs: [{ seen: between.length + 3, created: between.length + 2, failed: 1 }] })
    const rows = `rows 2, ${between.length + 3}`
    expect(await said(first)).toMatchObject([
      { cause: 'row.repeated', place: expect.stringContaining(rows), text: { en: expect.stringContaining(rows) } },
    ])
    const calls = portal.calls.length
    for (let pass = 0; pass < 2; pass++) expect(await run()).toMatchObject({ runs: [{ seen: between.length + 3, unchanged: between.length + 3 }] })
    expect(portal.calls).toHaveLength(calls)
    writeFileSync(file, register(entry(1), ...between, entry(2)))
    const healed = await run()
    expect(healed).toMatchObject({ failing: 0, runs: [{ unchanged: between.length + 2 }] })
    expect(await said(healed)).toEqual([])
  })

  test.each([
    ['next to each other', []],
    ['more than a batch apart', far],
  ])('%s, with different content: neither is taken, one failure names both rows, and passes stay quiet', async (_, between) => {
    const { file, run, said, portal } = await deskReading(register(entry(1), ...between, entry(1, { 'Trạng thái': 'Đã trả kết quả' }), entry(2)))
    const first = await run()
    expect(first).toMatchObject({ outcome: 'done', failing: 1, runs: [{ seen: between.length + 2, created: between.length + 1, failed: 1 }] })
    const rows = `rows 2, ${between.length + 3}`
    expect(await said(first)).toMatchObject([{ cause: 'row.contradicted', place: codeOf(1), text: { en: expect.stringContaining(rows) } }])
    expect(portal.books.has(codeOf(1))).toBe(false)
    const calls = portal.calls.length
    for (let pass = 0; pass < 2; pass++) expect(await run()).toMatchObject({ failing: 1, runs: [{ unchanged: between.length + 2 }] })
    expect(portal.calls).toHaveLength(calls)
    writeFileSync(file, register(entry(1), ...between, entry(2)))
    const healed = await run()
    expect(healed).toMatchObject({ failing: 0, runs: [{ created: 1, unchanged: between.length + 1 }] })
    expect(await said(healed)).toEqual([])
  })

  test('what the portal already has stays as it is while two rows contradict each other', async () => {
    const { file, run, portal } = await deskReading(register(entry(1)))
    await run()
    writeFileSync(file, register(entry(1), entry(1, { 'Trạng thái': 'Đã trả kết quả' })))
    expect(await run()).toMatchObject({ failing: 1 })
    writeFileSync(file, register(entry(1)))
    expect(await run()).toMatchObject({ failing: 0 })
    expect(portal.books.get(codeOf(1))).toMatchObject({ creates: 1, updates: 0, record: { status: 4 } })
  })
})

describe('one bad row', () => {
  test.each([
    ['without a code', { 'Mã hồ sơ': '' }, 'row.no-code', 'so.csv, row 3'],
    ['with a status nobody mapped', { 'Trạng thái': 'Đã lưu kho' }, 'status.unmapped', codeOf(2)],
    ['with a reception date that is none', { 'Ngày nhận': 'hôm qua' }, 'time.reception-unreadable', codeOf(2)],
  ])('%s: one failure with its place, the others are synced, and the corrected file heals it', async (_, changes, cause, place) => {
    const { file, run, said } = await deskReading(register(entry(1), entry(2, changes), entry(3)))
    const report = await run()
    expect(report).toMatchObject({ outcome: 'done', runs: [{ seen: 3, created: 2, failed: 1 }] })
    expect(await said(report)).toMatchObject([{ cause, place: expect.stringContaining(place) }])
    expect(await run()).toMatchObject({ failing: 1, runs: [{ unchanged: 3 }] })
    writeFileSync(file, register(entry(1), entry(2), entry(3)))
    const healed = await run()
    expect(healed).toMatchObject({ failing: 0, runs: [{ created: 1, unchanged: 2 }] })
    expect(await said(healed)).toEqual([])
  })

  test('running numbers that shift are no change', async () => {
    const { file, run } = await deskReading(register(entry(1), entry(2)))
    await run()
    writeFileSync(file, register(entry(3, { STT: '1' }), entry(1, { STT: '2' }), entry(2, { STT: '3' })))
    expect(await run()).toMatchObject({ runs: [{ created: 1, unchanged: 2 }] })
  })
})

test('a payment whose amount is none is a remark on its dossier that names list and row; the fee is not taken for none', async () => {
  const file = fileOf('so.csv', register(entry(1), entry(2)))
  const payments = fileOf('thanh-toan.csv', `Hồ sơ,Số tiền,Trạng thái\n${codeOf(1)},bốn chục,Thành công\n${codeOf(2)},40000,Thành công\n`)
  const paying = registerSource({ file, payments, tables: loadDefaults('file-csv'), agencyCode, procedures })
  const read = (await firstOf(paying)).read()
  const mapped = read.ok ? await read.value.map() : undefined
  expect(mapped).toMatchObject({ ok: true, value: { fees: null } })
  const remarks = mapped?.findings.filter(({ ruleId }) => ruleId === 'fee.unreadable') ?? []
  expect(remarks).toMatchObject([{ message: { en: expect.stringContaining('thanh-toan.csv, row 2') } }])
})

test('a folder in place of the file is one error, not an empty register', async () => {
  const file = fileOf('so.csv', '')
  const { run, said } = await deskWith(source(file.slice(0, file.lastIndexOf('/'))))
  const report = await run()
  expect(report).toMatchObject({ outcome: 'incomplete', runs: [{ seen: 0 }] })
  expect(await said(report)).toMatchObject([{ cause: 'source.file_unreadable' }])
})
