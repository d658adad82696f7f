import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { type CellValue, readWorkbook, writeCsv, writeWorkbook } from '../../src/mappers/index.js'
import { catalogueProvince, told } from './catalogue-province.js'
import { emptyFolder, lienthong } from './command-line.js'
import { file, type InstalledProvince, TENANT } from './installed-province.js'

interface Matching {
  readonly local: number
  readonly national: number
  readonly decided: number
  readonly open: number
  readonly changed: number
  readonly matches: readonly {
    readonly localCode: string
    readonly decision: 'exact' | 'auto' | 'suggest' | 'conflict' | 'none'
    readonly nationalCode: string | null
    readonly decided?: string | null
    readonly reasons: readonly string[]
    readonly candidates: readonly { readonly code: string }[]
  }[]
  readonly exported?: { readonly path: string; readonly rows: number }
  readonly imported?: {
    readonly kept: number
    readonly rows: number
    readonly untouched: number
    readonly refused: number
    readonly findings: readonly { readonly ruleId: string; readonly path: string; readonly message: string; readonly hint: string }[]
  }
}

async function pulledProvince() {
  const province = await catalogueProvince({ count: 200, catalogue: 60 })
  expect((await lienthong(['catalogue', 'pull'], province)).code).toBe(0)
  const truth = new Map(province.sandbox.catalogue().map(({ localCode, trueNationalCode }) => [localCode, trueNationalCode]))
  return { province, truth, match: (...options: string[]) => told<Matching>(['catalogue', 'match', ...options], province) }
}

/** An officer at a sheet: its cells by row, and the columns that are the officer's. */
async function openSheet(province: InstalledProvince, name: string) {
  const bytes = readFileSync(file(province, name))
  const isCsv = name.endsWith('.csv')
  const [headings = [], ...rows] = isCsv
    ? (parse(bytes, { bom: true }) as string[][]).map((row) => row.map((cell): CellValue => (cell === '' ? null : cell)))
    : (await readWorkbook(bytes))[0]!.rows.map((row) => [...row])
  const column = (beginning: string) => {
    const at = headings.findIndex((heading) => String(heading).startsWith(beginning))
    expect(at, beginning).toBeGreaterThanOrEqual(0)
    return at
  }
  const at = { code: column('Local code'), yours: column('Your decision'), none: column('No national twin'), from: column('Valid from') }
  const candidate = (row: readonly CellValue[], code: string) =>
    [1, 2, 3, 4, 5].find((number) => String(row[column(`Candidate ${number}`)] ?? '').startsWith(`${code} — `))
  return {
    rows,
    at,
    candidate,
    row: (code: string) => rows.find((row) => row[at.code] === code)!,
    async save() {
      const cells = rows.map((row) => row.map((cell) => (cell instanceof Date || typeof cell === 'boolean' ? String(cell) : cell)))
      const titles = headings.map(String)
      // A number stays a number, as in a cell that Excel took for one.
      const columns = titles.map((title) => ({ title, kind: 'number' as const }))
      writeFileSync(file(province, name), isCsv ? writeCsv(titles, cells) : await writeWorkbook([{ name: 'Decisions', columns, rows: cells }]))
    },
  }
}

const isOpen = ({ decision }: Matching['matches'][number]) => decision === 'suggest' || decision === 'conflict'

describe('catalogue match', () => {
  test('decides alone only what is right, and leaves to a person what is doubtful', async () => {
    const { truth, match, province } = await pulledProvince()
    const { code, told: matching } = await match()
    expect(code).toBe(0)
    expect(matching).toMatchObject({ local: 100, national: 200, decided: 0 })
    const automatic = matching.matches.filter(({ decision }) => decision === 'exact' || decision === 'auto')
    for (const { localCode, nationalCode } of automatic) expect(nationalCode, localCode).toBe(truth.get(localCode))
    expect(automatic.length).toBeGreaterThan(75)
    expect(matching.matches.filter(isOpen)).toHaveLength(matching.open)
    for (const { localCode, nationalCode, reasons } of matching.matches.filter(isOpen)) {
      expect(nationalCode, localCode).toBeNull()
      expect(reasons.join(), localCode).not.toBe('')
    }
    expect((await match()).told.changed).toBe(0)
    const words = await lienthong(['catalogue', 'match', '--lang', 'vi'], province)
    expect(words.out).toMatch(/^demo: 100 thủ tục đối chiếu với 200: /)
  })

  test.each(['decisions.xlsx', 'decisions.csv'])('%s goes to an officer and comes back: what the officer wrote holds', async (name) => {
    const { province, truth, match } = await pulledProvince()
    const first = await match('--export', name)
    const open = first.told.matches.filter(isOpen)
    // What seems to have no twin waits for a person too.
    const undecided = first.told.matches.filter(({ decision }) => decision !== 'exact' && decision !== 'auto')
    expect(first.told.exported).toMatchObject({ rows: undecided.length })

    await match('--export', name, '--all')
    const sheet = await openSheet(province, name)
    expect(sheet.rows.map((row) => row[sheet.at.code]).sort()).toEqual([...truth.keys()].sort())
    const withoutTwin = first.told.matches.filter(({ localCode, decision }) => decision === 'none' && truth.get(localCode) === null)
    let byNumber = 0
    for (const { localCode } of open) {
      const right = truth.get(localCode)!
      const row = sheet.row(localCode)
      const number = right === null ? undefined : sheet.candidate(row, right)
      if (right === null) row[sheet.at.none] = 'x'
      else row[sheet.at.yours] = number ?? right
      if (number !== undefined) byNumber++
    }
    for (const { localCode } of withoutTwin) sheet.row(localCode)[sheet.at.none] = 'x'
    expect(byNumber).toBeGreaterThan(2)
    // 1.000530 in a cell that Excel took for a number is 1.00053.
    const settled = first.told.matches.filter((one) => !isOpen(one) && truth.get(one.localCode) !== null)
    const damaged = settled.filter(({ localCode }) => truth.get(localCode)!.endsWith('0'))
    const [repaired, wrong] = [damaged[0]!.localCode, settled.at(-1)!.localCode]
    expect(truth.get(wrong)).not.toBe(truth.get(repaired))
    sheet.row(repaired)[sheet.at.yours] = Number(truth.get(repaired))
    sheet.row(wrong)[sheet.at.yours] = Number(truth.get(repaired))
    await sheet.save()

    // Nothing that was filled in is written over before it was taken.
    const over = await lienthong(['catalogue', 'match', '--export', name], province)
    expect([over.code, over.err]).toEqual([2, expect.stringContaining('decisions that were not taken')])

    const taken = await match('--import', name)
    expect(taken.code).toBe(1)
    const kept = open.length + withoutTwin.length + 1
    expect(taken.told.imported).toMatchObject({ kept, rows: 100, untouched: 100 - kept - 1, refused: 1 })
    const wrongRow = sheet.rows.indexOf(sheet.row(wrong)) + 2
    const findings = new Map(taken.told.imported!.findings.map((finding) => [finding.ruleId, finding]))
    expect(findings.get('decision.mangled')).toMatchObject({ path: `row ${wrongRow}`, message: expect.stringContaining(truth.get(repaired)!) })
    expect(findings.get('decision.mangled')!.hint).toMatch(/^Format the cell as text/)
    expect(findings.get('decision.repaired')).toMatchObject({ path: `row ${sheet.rows.indexOf(sheet.row(repaired)) + 2}` })
    expect(taken.told).toMatchObject({ open: 0, decided: kept })
    for (const { localCode, decided } of taken.told.matches) if (decided !== undefined) expect(decided, localCode).toBe(truth.get(localCode))
    expect(taken.told.matches.find(({ localCode }) => localCode === wrong)).not.toHaveProperty('decided')

    const again = await match('--import', name)
    expect(again.told.imported).toMatchObject({ kept: 0, refused: 1 })
    sheet.row(wrong)[sheet.at.yours] = truth.get(wrong)!
    await sheet.save()
    const corrected = await match('--import', name)
    expect(corrected.code).toBe(0)
    expect(corrected.told.imported).toMatchObject({ kept: 1, refused: 0 })
    expect((await match('--import', name)).told.imported).toMatchObject({ kept: 0, refused: 0 })
    // What was decided stands on the next sheet in a column of its own, and decides nothing when it comes back untouched.
    await match('--export', name, '--all')
    expect((await match('--import', name)).told.imported).toMatchObject({ kept: 0, refused: 0, untouched: 100 })
  })

  test('codes of several days on one sheet are kept once, however often it is imported', async () => {
    const { province, match } = await pulledProvince()
    await match('--export', 'decisions.xlsx', '--all')
    const sheet = await openSheet(province, 'decisions.xlsx')
    const [one, other] = sheet.rows.map((row) => String(row[sheet.at.code])).filter((code) => code.startsWith('1.')) as [string, string]
    const later = [...sheet.row(one)]
    Object.assign(sheet.row(one), { [sheet.at.yours]: one.slice(0, 8), [sheet.at.from]: '01/01/2024' })
    Object.assign(later, { [sheet.at.yours]: other.slice(0, 8), [sheet.at.from]: '01/06/2025' })
    sheet.rows.push(later)
    await sheet.save()
    expect((await match('--import', 'decisions.xlsx')).told.imported).toMatchObject({ kept: 2, refused: 0 })
    expect((await match('--import', 'decisions.xlsx')).told.imported).toMatchObject({ kept: 0, refused: 0 })
  })

  test('a file that is no sheet, and a name that says no format, are refused with what to do', async () => {
    const { province, match } = await pulledProvince()
    writeFileSync(file(province, 'letter.xlsx'), 'Kính gửi')
    const { code, err } = await lienthong(['catalogue', 'match', '--import', 'letter.xlsx'], province)
    expect(code).toBe(2)
    expect(err).toContain('letter.xlsx')
    expect((await lienthong(['catalogue', 'match', '--import', 'gone.xlsx'], province)).err).toContain('source.file_unreadable')
    const format = await lienthong(['catalogue', 'match', '--export', 'decisions.pdf'], province)
    expect(format.code).toBe(2)
    expect(format.err).toContain('.xlsx or .csv')
    expect((await match()).told.decided).toBe(0)
  })

  test('a sheet belongs to one tenant: with several of them it has to be named', async () => {
    const { province, match } = await pulledProvince()
    province.configure((config, tenant) => {
      config.tenants['ha-giang'] = structuredClone(tenant)
    })
    for (const options of [
      ['match', '--export', 'd.xlsx'],
      ['match', '--import', 'd.xlsx'],
      ['diff', '--xlsx', 'd.xlsx'],
      ['publish', '--out', 'd'],
    ]) {
      const { code, err } = await lienthong(['catalogue', ...options], province)
      expect(code, options.join(' ')).toBe(2)
      expect(err).toContain('--tenant')
    }
    expect((await match('--export', 'd.xlsx', '--tenant', TENANT)).code).toBe(0)
  })

  test.each([
    ['--export with files', ['--local', 'a.jsonl', '--national', 'b.jsonl', '--export', 'd.xlsx']],
    ['--import with files', ['--local', 'a.jsonl', '--national', 'b.jsonl', '--import', 'd.xlsx']],
    ['one file alone', ['--local', 'a.jsonl']],
    ['--evaluate without files', ['--evaluate']],
    ['an export of another form', ['--export', 'd.txt']],
  ])('%s is refused before anything is done', async (_, options) => {
    const { code, err } = await lienthong(['catalogue', 'match', ...options], { folder: emptyFolder() })
    expect(code).toBe(2)
    expect(err).toContain('usage.invalid')
  })
})
