import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isLienthongError } from '../../../src/base/index.js'
import { failureEntries } from '../../../src/ledger/index.js'
import { loadDefaults, procedureLookup, toDossierRow } from '../../../src/mappers/index.js'
import { type DossierSource, registerSource, rowSource, runPass } from '../../../src/sync/index.js'
import { checkSource } from '../../../src/testing/index.js'
import { rowsUpTo, xlsxOf } from '../../mappers/files/made-up-register.js'
import { certifiedCopy } from '../../mappers/made-up.js'
import { codeOf, dossier, openOffice, steps, TENANT } from '../office.js'

const agencyCode = '000.00.00.H99'

function fileOf(name: string, content: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-source-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

async function officeReading(source: DossierSource) {
  const office = await openOffice({})
  const sync = { ...office.sync, sources: { file: source } }
  return { ...office, sync, run: () => runPass(sync) }
}

const line = (n: number, changes: Parameters<typeof dossier>[1] = {}) => JSON.stringify(toDossierRow(dossier(n, changes)))

describe('rows of JSON', () => {
  test('become dossiers with their steps', async () => {
    const file = fileOf('rows.ndjson', `${line(1, { steps: steps(2, 4) })}\n${line(2)}\n`)
    const { run, portal } = await officeReading(rowSource({ file, agencyCode }))
    expect(await run()).toMatchObject({ runs: [{ seen: 2, created: 2 }] })
    expect(portal.books.get(codeOf(1))?.steps.map(({ status }) => status)).toEqual([2, 4])
  })

  test.each([
    ['a byte order mark', (text: string) => `\uFEFF${text}`],
    ['line ends of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
    ['no line end at the end', (text: string) => text.trimEnd()],
    ['blank lines', (text: string) => text.replaceAll('\n', '\n\n')],
  ])('may come with %s', async (_, spelt) => {
    const file = fileOf('rows.ndjson', spelt(`${line(1)}\n${line(2)}\n`))
    const { run } = await officeReading(rowSource({ file, agencyCode }))
    expect(await run()).toMatchObject({ runs: [{ seen: 2, created: 2, failed: 0 }] })
  })

  test.each([
    ['that is no JSON', '{"localCode": "000.00.12', 'line.no-json'],
    ['with a field nobody knows', '{"localCode":"000.00.12.H99-261122-0007","ngayNhan":"x"}', 'row.unreadable'],
    ['with a byte that is no UTF-8', Buffer.from(line(7).replace('bản 1', 'b\u00e3n'), 'latin1'), 'line.no-json'],
  ])('a line %s is one failure that names its place, and the others go on', async (_, bad, cause) => {
    const file = fileOf('rows.ndjson', Buffer.concat([Buffer.from(`${line(1)}\n`), Buffer.from(bad), Buffer.from(`\n${line(2)}\n`)]))
    const { run, ledger, portal } = await officeReading(rowSource({ file, agencyCode }))
    expect(await run()).toMatchObject({ outcome: 'done', runs: [{ seen: 3, created: 2, failed: 1 }] })
    expect(await failureEntries(ledger, TENANT, {}, 10)).toMatchObject([{ cause, place: expect.stringContaining('rows.ndjson, line 2') }])
    expect(portal.books.size).toBe(2)
  })

  test('a damaged line says in which file and where', async () => {
    const file = fileOf('rows.ndjson', `${line(1)}\nhalf a li\n`)
    const { run, ledger } = await officeReading(rowSource({ file, agencyCode }))
    await run()
    expect(await failureEntries(ledger, TENANT, {}, 10)).toMatchObject([
      { place: 'rows.ndjson, line 2', message: { en: expect.stringContaining('rows.ndjson, line 2') } },
    ])
  })

  test('a line that was repaired is no failure any more', async () => {
    const file = fileOf('rows.ndjson', `${line(1)}\n{"half\n`)
    const { run, ledger, totals } = await officeReading(rowSource({ file, agencyCode }))
    expect(await run()).toMatchObject({ failing: 1 })
    expect(await run()).toMatchObject({ failing: 1, runs: [{ seen: 2, unchanged: 2 }] })
    writeFileSync(file, `${line(1)}\n${line(2)}\n`)
    expect(await run()).toMatchObject({ failing: 0, runs: [{ created: 1, unchanged: 1 }] })
    expect(await failureEntries(ledger, TENANT, {}, 10)).toEqual([])
    expect(await totals()).toMatchObject({ failed: 0, superseded: 1 })
  })

  test('one dossier on two lines: the later line wins, and the next pass is quiet', async () => {
    const file = fileOf('rows.ndjson', `${line(1)}\n${line(1, { summary: 'bản 2' })}\n`)
    const { run, portal } = await officeReading(rowSource({ file, agencyCode }))
    await run()
    const calls = portal.calls.length
    await run()
    expect(portal.books.get(codeOf(1))?.record.summary).toBe('bản 2')
    expect(portal.calls).toHaveLength(calls)
  })

  test('more lines than one batch holds come in order and none is lost', async () => {
    const file = fileOf('rows.ndjson', Array.from({ length: 2345 }, (_, n) => `${line(n, { steps: null })}\n`).join(''))
    const places: string[] = []
    for await (const { items } of rowSource({ file, agencyCode }).changes(null, { open: () => nothing() }))
      places.push(...items.map(({ place }) => place))
    expect(places).toHaveLength(2345)
    expect(places.at(-1)).toBe('rows.ndjson, line 2345')
  })

  test('a file that is not there is an error, not an empty source', async () => {
    const { run } = await officeReading(rowSource({ file: '/nowhere/rows.ndjson', agencyCode }))
    expect(await run()).toMatchObject({ outcome: 'incomplete', runs: [{ outcome: 'incomplete', error: { code: 'source.file_unreadable' } }] })
  })

  test('the source keeps the promises of its port', async () => {
    const file = fileOf('rows.ndjson', `${line(1)}\n{"half\n`)
    expect(await checkSource(rowSource({ file, agencyCode }))).toEqual({ records: 1, broken: [] })
  })
})

const HEADINGS =
  'STT,Đơn vị tiếp nhận,Tên thủ tục hành chính,Mã hồ sơ,Trạng thái,Địa chỉ,Người nộp,Chủ hồ sơ,Ngày nộp hồ sơ,Ngày nhận,Ngày hẹn trả,Ngày kết thúc xử lý'
const entry = (n: number, status = 'Đang xử lý') =>
  `${n},UBND xã Mẫu,Chứng thực bản sao từ bản chính,${codeOf(n)},${status},"Số 2, đường Mẫu",Trần Thị Ví Dụ,Trần Thị Ví Dụ,05/03/2025 08:55:00,05/03/2025 09:00:00,07/03/2025 17:00:00,`
const register = (...entries: readonly string[]) => [HEADINGS, ...entries].join('\r\n')
const procedures = { ...procedureLookup([certifiedCopy]), version: '1' }
const registerIn = (file: string, payments?: string) =>
  registerSource({ file, ...(payments === undefined ? {} : { payments }), tables: loadDefaults('file-csv'), agencyCode, procedures })

describe('a register', () => {
  test('becomes dossiers, and a second pass is quiet', async () => {
    const file = fileOf('so.csv', register(entry(1), entry(2)))
    const { run, portal } = await officeReading(registerIn(file))
    expect(await run()).toMatchObject({ runs: [{ seen: 2, created: 2 }] })
    const calls = portal.calls.length
    expect(await run()).toMatchObject({ runs: [{ seen: 2, unchanged: 2 }] })
    expect(portal.calls).toHaveLength(calls)
  })

  test('whose rows were sorted differently changes nothing', async () => {
    const file = fileOf('so.csv', register(entry(1), entry(2)))
    const { run } = await officeReading(registerIn(file))
    await run()
    writeFileSync(file, register(entry(2), entry(1)))
    expect(await run()).toMatchObject({ runs: [{ seen: 2, unchanged: 2 }] })
  })

  test.each([
    ['without a code', entry(7).replace(codeOf(7), ''), 'row.no-code'],
    ['with a status nobody mapped', entry(7, 'Đã lưu kho'), 'status.unmapped'],
  ])('a row %s is one failure, and the others go on', async (_, bad, cause) => {
    const file = fileOf('so.csv', register(entry(1), bad, entry(2)))
    const { run, ledger } = await officeReading(registerIn(file))
    expect(await run()).toMatchObject({ runs: [{ seen: 3, created: 2, failed: 1 }] })
    expect(await failureEntries(ledger, TENANT, {}, 10)).toMatchObject([{ cause }])
  })

  test('whose payments changed shows exactly the dossiers that were paid as changed', async () => {
    const file = fileOf('so.csv', register(entry(1), entry(2)))
    const payments = (...lines: readonly string[]) => ['Hồ sơ,Số tiền,Trạng thái,Ngày thanh toán', ...lines].join('\n')
    const paid = fileOf('thanh-toan.csv', payments(`${codeOf(1)},40000,Thành công,05/03/2025 09:00:00`))
    const bytes = async () => {
      const found: string[] = []
      for await (const { items } of registerIn(file, paid).changes(null, { open: () => nothing() }))
        found.push(...items.map((item) => String(item.bytes)))
      return found
    }
    const before = await bytes()
    writeFileSync(paid, payments(`${codeOf(1)},40000,Thành công,05/03/2025 09:00:00`, `${codeOf(2)},50000,Thành công,06/03/2025 09:00:00`))
    const after = await bytes()
    expect(after.map((row, index) => row === before[index])).toEqual([true, false])
  })

  test.each([
    ['with other headings', 'a,b,c\n1,2,3\n', 'source.format'],
    ['that is empty', '', 'source.format'],
  ])('%s is an error that names the file, not an empty source', async (_, content, code) => {
    const file = fileOf('so.csv', content)
    const { run } = await officeReading(registerIn(file))
    const report = await run()
    expect(report).toMatchObject({ outcome: 'incomplete', runs: [{ outcome: 'incomplete', seen: 0, error: { code } }] })
    expect(report.runs[0]?.error?.message).toContain('so.csv')
  })

  test('with further sheets of dossiers is refused: those of the other sheets would be missing', async () => {
    const sheet = [HEADINGS.split(','), [...'1'.repeat(12)].with(3, codeOf(1))]
    const file = fileOf('so.xlsx', xlsxOf(rowsUpTo(2), { before: [sheet] }))
    const { run, portal } = await officeReading(registerIn(file))
    expect(await run()).toMatchObject({ runs: [{ outcome: 'incomplete', seen: 0, error: { code: 'source.format' } }] })
    expect(portal.calls).toHaveLength(0)
  })

  test('that is not there is an error, not an empty source', async () => {
    const error = await checkSource(registerIn('/nowhere/so.csv')).catch((thrown: unknown) => thrown)
    expect(isLienthongError(error) && error.code).toBe('source.file_unreadable')
  })

  test('keeps the promises of its port', async () => {
    expect(await checkSource(registerIn(fileOf('so.csv', register(entry(1), entry(2)))))).toEqual({ records: 2, broken: [] })
  })
})

async function* nothing(): AsyncGenerator<never> {}
