/** The payment book on PostgreSQL: two offices with connections of their own. */
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { openLedger } from '../../src/ledger/index.js'
import { describeTwoOffices } from '../payments/two-offices.js'
import { key } from '../sync/office.js'
import { type PostgresServer, password, startPostgres } from './server.js'

let server: PostgresServer
let url: string

beforeAll(async () => {
  server = await startPostgres()
  url = await server.database()
  await (await openLedger({ url, password, key, access: 'write', migrating: true })).close()
}, 300_000)

const PAYMENTS = ['bills', 'payment_attempts', 'payment_refunds', 'payment_receipts', 'bill_lookups', 'payment_journal'] as const

describeTwoOffices('PostgreSQL', async () => {
  const open = () => openLedger({ url, password, key, access: 'write', scope: 'workers' })
  const [one, other] = [await open(), await open()]
  onTestFinished(async () => {
    await one.close()
    await other.close()
  })
  for (const table of PAYMENTS) await one.db.deleteFrom(table).execute()
  return [one, other]
})

test('no two of them ever waited for each other: locks are taken in one order', async () => {
  const deadlocks = async () => (await server.query('select deadlocks from pg_stat_database where datname = current_database()', url)).rows
  // A server adds up what a connection did when it ends.
  await expect
    .poll(async () => (await server.query("select count(*)::int as n from pg_stat_activity where application_name like 'lienthong%'")).rows)
    .toEqual([{ n: 0 }])
  expect(await deadlocks()).toEqual([{ deadlocks: '0' }])
})
