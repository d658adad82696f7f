import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import { runPass } from '../../src/sync/index.js'
import { type SourceWorld, sourceCases } from '../../src/testing/index.js'
import { openOffice } from '../sync/office.js'
import permits from './permits.js'

const folder = mkdtempSync(join(tmpdir(), 'lienthong-permits-'))
const file = join(folder, 'permits.db')
const database = new DatabaseSync(file)
database.exec('PRAGMA synchronous = OFF')
afterAll(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

const code = (n: number) => `000.00.12.H99-250310-${String(n).padStart(4, '0')}`
let seconds = 0
const time = (at: number) => `2025-03-10 ${[at / 3600, (at / 60) % 60, at % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':')}`

function district(count: number): SourceWorld {
  database.exec(`
    DROP TABLE IF EXISTS giay_phep; DROP TABLE IF EXISTS tien_do;
    CREATE TABLE giay_phep (so_ho_so TEXT PRIMARY KEY, don_vi TEXT, chu_dau_tu TEXT, tinh_trang, nhan, hen TEXT, xong TEXT, phi INTEGER, da_gui TEXT, sua_luc TEXT);
    CREATE TABLE tien_do (so_ho_so TEXT, luc TEXT, viec TEXT)`)
  let issued = 0
  const insert = database.prepare(
    "INSERT INTO giay_phep VALUES (?, 'XD', 'Nguyễn Văn Mẫu', 'Đang thẩm tra', '20250310081500', '13/03/2025 08:15', NULL, 100000, NULL, ?)",
  )
  const step = database.prepare("INSERT INTO tien_do VALUES (?, '10/03/2025 08:15', 'NHAN'), (?, '10/03/2025 09:15', 'THAM_TRA')")
  const add = (at: number) => {
    const key = code(++issued)
    insert.run(key, time(at))
    step.run(key, key)
    return key
  }
  const update = (set: string) => {
    const statement = database.prepare(`UPDATE giay_phep SET ${set}, sua_luc = ? WHERE so_ho_so = ?`)
    return (key: string) => statement.run(time(++seconds), key)
  }
  for (let n = 0; n < count; n++) add(++seconds)
  const rows = () => database.prepare('SELECT so_ho_so AS code, da_gui AS mark FROM giay_phep').all() as { code: string; mark: string | null }[]
  return {
    keys: () => rows().map((row) => row.code),
    add: () => add(++seconds),
    addLate: () => add(seconds),
    addMany: (more) => {
      database.exec('BEGIN')
      for (let n = 0; n < more; n++) add(++seconds)
      database.exec('COMMIT')
    },
    change: update("tinh_trang = CASE tinh_trang WHEN 'Đã ký' THEN 'Đã giao' ELSE 'Đã ký' END"),
    remove: (key) => database.prepare('DELETE FROM giay_phep WHERE so_ho_so = ?').run(key),
    spoil: update('nhan = 20250310'),
    marks: () => Object.fromEntries(rows().flatMap(({ code, mark }) => (mark === null ? [] : [[code, mark]]))),
  }
}

const open = () => permits.open({ settings: { file: 'permits.db' }, agencyCode: '000.00.00.H99', folder })

describe('a source written from the guide alone', () => {
  for (const { name, run } of sourceCases({ open, world: () => district(9) })) test(name, (context) => run(context))

  test('syncs', async () => {
    district(5)
    const { sync, portal } = await openOffice({})
    expect(await runPass({ ...sync, sources: { permits: open() } })).toMatchObject({ outcome: 'done', runs: [{ seen: 5, created: 5, failed: 0 }] })
    expect(portal.books.get(code(1))?.steps.map(({ status }) => status)).toEqual([2, 4])
  })
})
