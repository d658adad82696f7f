import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type SourceWorld, sourceCases } from '../../../src/testing/index.js'
import { startPostgres, withPassword } from '../../postgres/server.js'
import { type Database, marksFor, postgresDatabase, since, sqliteDatabase, tdOffice } from './td-office.js'

const server = await startPostgres()

const databases: readonly (readonly [string, () => Promise<Database>])[] = [
  [
    'SQLite',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'lienthong-td-'))
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
      return sqliteDatabase(join(folder, 'td.sqlite'))
    },
  ],
  ['PostgreSQL', async () => postgresDatabase(withPassword(await server.database()))],
]

/** One cell of the product's tables, changed or read by the product itself. */
function desk({ books, flavour }: Database) {
  const name = (table: string) => sql.table(flavour === 'sqlite' ? `Business_${table}` : `Business.${table}`)
  return {
    async rows(table = 'HoSos') {
      const { rows } = await sql<Record<string, string | null>>`select * from ${name(table)} order by ${sql.ref('Id')}`.execute(books)
      return rows
    },
    set: (id: string, cells: Readonly<Record<string, string | null>>, table = 'HoSos') =>
      sql`update ${name(table)} set ${sql.join(Object.entries(cells).map(([column, value]) => sql`${sql.ref(column)} = ${value}`))} where ${sql.ref('Id')} = ${id}`.execute(
        books,
      ),
    remove: (id: string) => sql`delete from ${name('HoSos')} where ${sql.ref('Id')} = ${id}`.execute(books),
  }
}

const nothingOpen = { open: async function* () {} }

async function keysOf(source: ReturnType<Awaited<ReturnType<typeof tdOffice>>['source']>, cursor: unknown = null) {
  const keys: string[] = []
  const gone: string[] = []
  let last: { cursor: unknown; end: string } = { cursor: null, end: '' }
  for await (const batch of source.changes(cursor, nothingOpen)) {
    for (const item of batch.items) {
      const read = item.read()
      if (read.ok) keys.push(read.value.key)
    }
    gone.push(...(batch.gone ?? []))
    last = { cursor: JSON.parse(JSON.stringify(batch.cursor)), end: batch.end }
  }
  return { keys, gone, ...last }
}

describe.each(databases)('TD on %s', (_, make) => {
  test('a province is synced, followed for some days, and the portal holds what it must', async () => {
    const office = await tdOffice(await make(), { dossiers: 120 })
    expect(await office.run()).toMatchObject({ outcome: 'done' })
    expect(await office.verdict()).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0, unexpected: 0 })
    for (let day = 0; day < 3; day++) {
      expect(await office.advance(4)).toBeGreaterThan(0)
      expect(await office.run()).toMatchObject({ outcome: 'done' })
      const verdict = await office.verdict()
      expect(verdict, JSON.stringify(verdict.examples)).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0, unexpected: 0 })
    }
  }, 60_000)

  test('what was sent is marked, its steps too, and nothing else in any table is touched', async () => {
    const database = await make()
    const office = await tdOffice(database, { dossiers: 30 })
    const { rows } = desk(database)
    const before = { HoSos: await rows(), QuaTrinhXuLyHoSos: await rows('QuaTrinhXuLyHoSos'), YeuCauThanhToans: await rows('YeuCauThanhToans') }
    const [first, second] = before.HoSos.filter(({ MaHoSo, ViTriDeHoSo }) => MaHoSo !== null && ViTriDeHoSo === null)
    const source = office.source()
    const other = '000.00.12.H99-250310-9999'
    const marks = await marksFor(
      source,
      new Map([
        [first?.Id ?? '', first?.MaHoSo ?? ''],
        [second?.Id ?? '', other],
      ]),
    )
    expect(await source.writeBack?.(marks, {})).toEqual(['written', 'written'])
    expect(await source.writeBack?.(marks, {}), 'the same marks again').toEqual(['written', 'written'])
    const marked = new Set([first?.Id, second?.Id])
    const codes = new Set([first?.MaHoSo, second?.MaHoSo])
    expect(await rows()).toEqual(
      before.HoSos.map((row) => (marked.has(row.Id) ? { ...row, TrangThaiDongBoDVC: '1', MaHoSoKhac: row.Id === second?.Id ? other : null } : row)),
    )
    expect(await rows('QuaTrinhXuLyHoSos')).toEqual(
      before.QuaTrinhXuLyHoSos.map((row) => (codes.has(row.MaHoSo) ? { ...row, TrangThaiDongBoDVCQuocGia: '1' } : row)),
    )
    expect(await rows('YeuCauThanhToans')).toEqual(before.YeuCauThanhToans)
  })

  test('our own marks make no record look changed', async () => {
    const office = await tdOffice(await make(), { dossiers: 20 })
    const codes = new Map([...office.sandbox.expected()].map(({ sourceId, codes: [code = ''] }) => [sourceId, `${code}9`]))
    const source = office.source()
    const marks = await marksFor(source, codes)
    await source.writeBack?.(marks, {})
    for await (const { items } of office.source().changes(null, nothingOpen)) {
      for (const item of items) {
        const read = item.read()
        const mark = read.ok ? marks.find(({ key }) => key === read.value.key) : undefined
        if (mark !== undefined) expect(mark.holds(item.bytes)).toBe(true)
      }
    }
  })

  test('a record that changed since it was sent is not marked, one that is gone is told of, and the others are marked all the same', async () => {
    const database = await make()
    const office = await tdOffice(database, { dossiers: 30 })
    const { rows, set, remove } = desk(database)
    const [first, second, third] = (await rows()).filter(({ MaHoSo, ViTriDeHoSo }) => MaHoSo !== null && ViTriDeHoSo === null)
    const source = office.source()
    const marks = await marksFor(source, new Map([first, second, third].map((row) => [row?.Id ?? '', row?.MaHoSo ?? ''])))
    await set(first?.Id ?? '', { TrangThaiHoSoId: '8' })
    await remove(second?.Id ?? '')
    expect(await source.writeBack?.(marks, {})).toEqual(['changed-since', 'gone', 'written'])
    const flags = new Map((await rows()).map(({ Id, TrangThaiDongBoDVC }) => [Id, TrangThaiDongBoDVC]))
    expect([flags.get(first?.Id ?? ''), flags.get(third?.Id ?? '')]).toEqual([first?.TrangThaiDongBoDVC, '1'])
  })

  test('a transaction that fails leaves no half mark behind', async () => {
    const database = await make()
    const office = await tdOffice(database, { dossiers: 12 })
    const { rows } = desk(database)
    const before = await rows()
    const marks = await marksFor(office.source(), new Map(before.map(({ Id, MaHoSo }) => [Id ?? '', MaHoSo ?? ''])))
    const blow = () => {
      throw new Error('the machine stops here')
    }
    const written: string[] = []
    await expect(
      office.source().writeBack?.(
        [...marks.slice(0, 3), { ...(marks[3] as (typeof marks)[0]), holds: blow }].map((mark) => ({
          ...mark,
          holds: (bytes) => {
            written.push(mark.key)
            return mark.holds(bytes)
          },
        })),
        {},
      ),
    ).resolves.toMatchObject(['written', 'written', 'written', { code: 'sql.failed' }])
    expect(written.length, 'tried together, then one by one').toBeGreaterThan(4)
    const flags = (await rows()).filter(({ TrangThaiDongBoDVC }) => TrangThaiDongBoDVC === '1')
    expect(flags.map(({ Id }) => Id)).toEqual(marks.slice(0, 3).map(({ key }) => key))
  })

  test('rows that an older sync marked are read like any other, or skipped and counted where the province trusts it', async () => {
    const database = await make()
    const office = await tdOffice(database, { dossiers: 12, source: { alreadyMarked: 'skip' } })
    const [row] = (await desk(database).rows()).filter(({ MaHoSo, ViTriDeHoSo }) => MaHoSo !== null && ViTriDeHoSo === null)
    await desk(database).set(row?.Id ?? '', { TrangThaiDongBoDVC: '1' })
    const flagsOf = async (source: ReturnType<typeof office.source>) => {
      for await (const { items } of source.changes(null, nothingOpen))
        for (const item of items) {
          const read = item.read()
          if (read.ok && read.value.key === row?.Id) return read.value.traits.flags
        }
      return undefined
    }
    expect(await flagsOf(office.source())).toEqual(['already-marked'])
    const report = await office.run()
    expect(report.runs[0]?.skipped).toBeGreaterThan(0)
    const visible = await tdOffice(await make(), { dossiers: 12 })
    expect(await flagsOf(visible.source())).toEqual([])
  })

  test('a later pass reads what changed and what is flagged as unsent, and is told of deletions', async () => {
    const database = await make()
    const office = await tdOffice(database, { dossiers: 40 })
    const { rows, set } = desk(database)
    const all = (await rows()).filter(({ NgayTiepNhan }) => NgayTiepNhan !== null)
    for (const { Id } of all)
      await set(Id ?? '', { TrangThaiDongBoDVC: '1', LastModifiedOn: '2025-03-01 08:00:00.0000000', CreatedOn: '2025-03-01 08:00:00.0000000' })
    for (const table of ['QuaTrinhXuLyHoSos', 'YeuCauThanhToans'])
      for (const { Id } of await rows(table)) await set(Id ?? '', { LastModifiedOn: null, CreatedOn: '2025-03-01 08:00:00.0000000' }, table)
    const first = await keysOf(office.source())
    expect(first).toMatchObject({ end: 'complete', gone: [] })
    expect(first.keys.toSorted()).toEqual(all.map(({ Id }) => Id).toSorted())
    const [a, b, c, d] = all.map(({ Id }) => Id ?? '')
    const later = '2025-06-01 09:00:00.0000000'
    await set(a ?? '', { TrangThaiDongBoDVC: '0' })
    await set(b ?? '', { LastModifiedOn: later })
    await set(c ?? '', { DeletedOn: later })
    const fee = (await rows('YeuCauThanhToans')).find(({ MaHoSo }) => all.slice(4).some((row) => row.MaHoSo === MaHoSo && MaHoSo !== null))
    await set(fee?.Id ?? '', { TrangThai: 'Đã thanh toán', LastModifiedOn: later }, 'YeuCauThanhToans')
    const paid = all.find(({ MaHoSo }) => MaHoSo === fee?.MaHoSo)?.Id
    const second = await keysOf(office.source(), first.cursor)
    expect(second).toMatchObject({ end: 'caught-up', gone: [c] })
    // What was changed last before is inside the overlap and comes again.
    expect(second.keys).toEqual(expect.arrayContaining([a, b, paid]))
    expect(second.keys).not.toContain(c)
    const third = await keysOf(office.source(), second.cursor)
    expect(third.keys.toSorted()).toEqual([a, b, paid].toSorted())
    expect(third.keys).not.toContain(d)
  })

  test('one dossier can be asked for by its Id', async () => {
    const database = await make()
    const office = await tdOffice(database, { dossiers: 10 })
    const [expected] = office.sandbox.expected()
    const item = await office.source().get?.(expected?.sourceId ?? '', {})
    const read = item?.read()
    expect(read).toMatchObject({ ok: true, value: { key: expected?.sourceId, traits: { localCode: expected?.codes.at(-1) } } })
    expect(await office.source().get?.('00000000-0000-0000-0000-000000000000', {})).toBeNull()
  })

  test('a date in the far future hides no change', async () => {
    const database = await make()
    const office = await tdOffice(database, { dossiers: 10 })
    const [row] = await desk(database).rows()
    await desk(database).set(row?.Id ?? '', { LastModifiedOn: '9999-12-31 23:59:59.0000000' })
    const { cursor } = await keysOf(office.source())
    expect(String((cursor as { through: string }).through)).toMatch(/^2026-/)
  })
})

describe('the promises of a source', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-td-promises-'))
  const make = async (): Promise<{ database: Database; world: SourceWorld }> => {
    const database = sqliteDatabase(join(folder, `${++worlds}.sqlite`))
    current = database
    const office = await tdOffice(database, { dossiers: 0 })
    const { rows, set, remove } = desk(database)
    let issued = 0
    let clock = Date.UTC(2025, 2, 10, 8)
    const add = async (later = 60_000) => {
      issued += 1
      clock += later
      const id = `00000000-0000-4000-8000-${String((issued * 7919) % 100_000).padStart(12, '0')}`
      const time = `${new Date(clock).toISOString().slice(0, 19).replace('T', ' ')}.0000000`
      const row = {
        Id: id,
        MaHoSo: `000.00.01.H99-250310-${String(issued).padStart(4, '0')}`,
        TrangThaiHoSoId: '4',
        NgayTiepNhan: time,
        CreatedOn: time,
      }
      await sql`insert into ${sql.table('Business_HoSos')} (${sql.join(Object.keys(row).map((name) => sql.ref(name)))}) values (${sql.join(Object.values(row))})`.execute(
        database.books,
      )
      return id
    }
    for (let n = 0; n < 5; n++) await add()
    const moved = () => {
      clock += 60_000
      return `${new Date(clock).toISOString().slice(0, 19).replace('T', ' ')}.0000000`
    }
    void office
    return {
      database,
      world: {
        keys: async () => (await rows()).filter(({ DeletedOn }) => DeletedOn === null).map(({ Id }) => Id ?? ''),
        add: () => add(),
        addMany: async (count) => {
          for (let n = 0; n < count; n++) await add(1000)
        },
        addLate: () => add(-120_000),
        change: async (key) => void (await set(key, { TrangThaiHoSoId: '9', LastModifiedOn: moved() })),
        remove: async (key) => void (await remove(key)),
        marks: async () =>
          Object.fromEntries(
            (await rows())
              .filter(({ TrangThaiDongBoDVC }) => TrangThaiDongBoDVC === '1')
              .map(({ Id, MaHoSo, MaHoSoKhac }) => [Id, MaHoSoKhac ?? MaHoSo ?? '']),
          ),
      },
    }
  }
  let worlds = 0
  let current: Database | undefined
  const open = async () => {
    const { tdSource } = await import('../../../src/sync/index.js')
    const { loadDefaults } = await import('../../../src/mappers/index.js')
    return tdSource({ database: (current as Database).open(), tables: loadDefaults('td-mssql'), agencyCode: '000.00.00.H99', since, pageSize: 3 })
  }
  for (const { name, run } of sourceCases({ open, world: async () => (await make()).world })) test(name, (context) => run(context))
})
