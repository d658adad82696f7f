/** The promises of every ledger, kept on PostgreSQL: with texts sorted by their bytes, and as a dictionary sorts them. */
import { beforeAll, onTestFinished } from 'vitest'
import { openLedger } from '../../src/ledger/index.js'
import { describeLedger } from '../ledger/contract/contract.js'
import type { OpenedLedger } from '../ledger/contract/desk.js'
import { dumpSql } from '../ledger/contract/dump.js'
import { key } from '../sync/office.js'
import { manualClock } from '../transport/manual-clock.js'
import { type PostgresServer, password, startPostgres } from './server.js'

let server: PostgresServer
/** Made once each, and emptied for every test: that is quicker than a new one. */
const addresses = new Map<string, string>()

const DICTIONARY = `locale_provider icu icu_locale 'vi-VN' locale 'C'`

beforeAll(async () => {
  server = await startPostgres()
  for (const settings of ['', DICTIONARY]) {
    const url = await server.database(`template template0 ${settings}`)
    await (await openLedger({ url, password, key, access: 'write', migrating: true })).close()
    addresses.set(settings, url)
  }
}, 300_000)

async function open(settings: string): Promise<OpenedLedger> {
  const clock = manualClock()
  const ledger = await openLedger({ url: addresses.get(settings) ?? '', password, key, access: 'write', clock })
  onTestFinished(() => ledger.close())
  for (const table of WRITTEN) await ledger.db.deleteFrom(table).execute()
  await ledger.db.deleteFrom('meta').where('name', 'like', '%/%').execute()
  return { ledger, clock, dump: () => dumpSql(ledger.db) }
}

/** By what the contract asks for. */
const WRITTEN = [
  'dossiers',
  'operations',
  'payloads',
  'failures',
  'dossier_facts',
  'code_links',
  'code_claims',
  'contests',
  'gone',
  'marks',
  'journal',
  'runs',
  'cursors',
] as const

describeLedger('PostgreSQL', () => open(''))
describeLedger('PostgreSQL, whose texts sort as in a Vietnamese dictionary', () => open(DICTIONARY))
