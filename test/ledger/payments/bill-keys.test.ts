import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { migrate, migrationsFor } from '../../../src/ledger/migrations.js'
import { nodeSqliteDialect } from '../../../src/ledger/node-sqlite.js'

test('bills of an older ledger are found by their codes, in capital Vietnamese letters too', async () => {
  const database = new DatabaseSync(':memory:')
  onTestFinished(() => database.close())
  const db = new Kysely<unknown>({ dialect: nodeSqliteDialect(database) })
  const all = migrationsFor('sqlite')
  const { version } = all.find(({ name }) => name.startsWith('bills found by their codes')) ?? { version: 0 }
  await sql`create table meta (name text primary key, value text not null)`.execute(db)
  await migrate(
    db,
    all.filter((migration) => migration.version < version),
    0,
  )
  for (const [id, code, dossier] of [
    ['1', ' h99-1 ', null],
    ['2', 'qđ-ước/01'.normalize('NFD'), 'hồ sơ-1'],
  ])
    await sql`insert into bills (tenant, id, duty, bill_code, dossier_code, content_digest, amount, state, sealed, created_at)
      values ('mau', ${id}, 'fees', ${code}, ${dossier}, ${id}, 1000, 'open', x'00', 1)`.execute(db)
  await migrate(db, all, version - 1)
  const { rows } = await sql`select id, bill_key, dossier_key, cancelled_as from bills order by id`.execute(db)
  expect(rows).toEqual([
    { id: '1', bill_key: 'H99-1', dossier_key: null, cancelled_as: null },
    { id: '2', bill_key: 'QĐ-ƯỚC/01', dossier_key: 'HỒ SƠ-1', cancelled_as: null },
  ])
})
