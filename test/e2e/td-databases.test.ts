/** TD.DichVuCong end to end: marks in its tables, a database that breaks off, its REST face with faults. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { tdRest } from '../../src/connectors/index.js'
import type { LocalDate } from '../../src/domain/index.js'
import { parseCodeTables } from '../../src/mappers/index.js'
import { startSandbox } from '../../src/sandbox/index.js'
import { tdRestSource } from '../../src/sync/index.js'
import { brokenWay } from '../postgres/broken-way.js'
import { startPostgres, withPassword } from '../postgres/server.js'
import { type Database, officeOf, postgresDatabase, sqliteDatabase, tdOffice } from '../sync/sources/td-office.js'
import { manualClock } from '../transport/manual-clock.js'

const server = await startPostgres()
const right = { lost: 0, duplicated: 0, outOfOrder: 0, unexpected: 0 }
const always = { writeBack: 'always' } as const

function sqlite(): Database {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-td-e2e-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return sqliteDatabase(join(folder, 'td.sqlite'))
}

type Row = Readonly<Record<string, string | null>>

async function table({ books, flavour }: Database, name: string): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`select * from ${sql.table(flavour === 'sqlite' ? `Business_${name}` : `Business.${name}`)}`.execute(books)
  return rows
}

/** Marked is what the portal holds, as it is now, and nothing that it does not. */
async function checkMarks(database: Database, { sandbox, ledger }: Awaited<ReturnType<typeof tdOffice>>) {
  void ledger
  const held = new Set(sandbox.dossiers().map(({ maHoSo }) => maHoSo))
  const expected = new Set(sandbox.expected().map(({ sourceId }) => sourceId))
  const dossiers = await table(database, 'HoSos')
  const marked = dossiers.filter(({ TrangThaiDongBoDVC }) => TrangThaiDongBoDVC === '1')
  for (const { MaHoSo, MaHoSoKhac } of marked) expect(held, `${MaHoSo} is marked`).toContain(MaHoSoKhac ?? MaHoSo)
  expect(new Set(marked.map(({ Id }) => Id))).toEqual(expected)
  const codes = new Set(marked.map(({ MaHoSo }) => MaHoSo))
  for (const { MaHoSo, TrangThaiDongBoDVCQuocGia } of await table(database, 'QuaTrinhXuLyHoSos'))
    expect(TrangThaiDongBoDVCQuocGia === '1', `a step of ${MaHoSo}`).toBe(codes.has(MaHoSo))
}

describe.each<readonly [string, () => Database | Promise<Database>]>([
  ['SQLite', sqlite],
  ['PostgreSQL', async () => postgresDatabase(withPassword(await server.database()))],
])('marks on %s', (_, make) => {
  test('stand in the tables after each pass, are reset by the product with each change, and come again', async () => {
    const database = await make()
    const office = await tdOffice(database, { dossiers: 60, settings: always })
    for (let day = 0; day < 3; day++) {
      expect(await office.run()).toMatchObject({ outcome: 'done' })
      expect(await office.verdict()).toMatchObject(right)
      await checkMarks(database, office)
      expect(await office.advance(5)).toBeGreaterThan(0)
      const reset = (await table(database, 'HoSos')).filter(({ TrangThaiDongBoDVC }) => TrangThaiDongBoDVC === '0')
      expect(reset.length).toBeGreaterThan(0)
    }
  }, 60_000)
})

describe('a database that breaks off', () => {
  test.each([
    ['before a mark is committed', 'request'],
    ['after it was committed, without saying so', 'answer'],
  ] as const)(
    '%s: the next pass marks the same, and nothing twice',
    async (_, lost) => {
      const way = await brokenWay(server.port)
      const direct = withPassword(await server.database())
      const database = await postgresDatabase(direct, way.url(direct))
      const office = await tdOffice(database, { dossiers: 40, settings: always })
      way.cutAt('commit', 1, lost)
      await office.run()
      expect(way.wasCut).toBe(true)
      expect(await office.verdict()).toMatchObject(right)
      await office.run()
      await checkMarks(database, office)
      expect(await office.verdict()).toMatchObject(right)
    },
    60_000,
  )

  test('while it is read: that pass is incomplete, concludes nothing, and the next one goes on', async () => {
    const own = await startPostgres()
    const database = await postgresDatabase(withPassword(await own.database()))
    const office = await tdOffice(database, { dossiers: 40, settings: always })
    await own.stop()
    const report = await office.run()
    expect(report).toMatchObject({ outcome: 'incomplete', runs: [{ seen: 0, outcome: 'incomplete' }] })
    await own.start()
    expect(await office.run()).toMatchObject({ outcome: 'done' })
    expect(await office.verdict()).toMatchObject(right)
    await checkMarks(database, office)
  }, 60_000)
})

test('the REST face with faults: nothing lost, nothing twice', async () => {
  const sandbox = await startSandbox({})
  onTestFinished(() => sandbox.stop())
  const setup = sandbox.makeProvince({ seed: 5, dossiers: 70 })
  const { url = '', credentials = {} } = sandbox.systems['one-stop-td'] ?? {}
  const client = tdRest({
    baseUrl: url,
    token: credentials.token ?? '',
    retry: { attempts: 6, firstMs: 1, maxMs: 5 },
    random: () => 0.5,
    timeouts: { readMs: 2000 },
  })
  // The REST face shows local codes of agencies alone.
  const agencies = Object.fromEntries(setup.agencies.map((agency, index) => [`XAMAU${String(index + 1).padStart(2, '0')}`, agency]))
  const tables = parseCodeTables({ product: 'td-mssql', agencies }, 'test', 'td-mssql')
  const source = tdRestSource({
    client,
    tables,
    agencyCode: setup.agencyCode,
    since: setup.oldest.slice(0, 10) as LocalDate,
    pageSize: 20,
    clock: manualClock(Date.parse(setup.now)),
  })
  const office = await officeOf(sandbox, { source, tables })
  sandbox.faults({
    rules: (['http-500', 'reset', 'garbage', 'empty', 'reject'] as const).map((kind) => ({
      system: 'one-stop-td',
      service: '*',
      kind,
      probability: 0.05,
    })),
  })
  for (let day = 0; day < 3; day++) {
    for (let pass = 0; pass < 8; pass++) if ((await office.run()).outcome === 'done') break
    const verdict = await office.verdict()
    expect(verdict, JSON.stringify(verdict.examples)).toMatchObject(right)
    sandbox.advance(3)
  }
  expect(sandbox.injected().total).toBeGreaterThan(20)
}, 300_000)
