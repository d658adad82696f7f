import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { exportLedger, importLedger, type Ledger, openLedger, shardOf } from '../../src/ledger/index.js'
import { cards, emptyFolder, fault, rowsOf, workedOffice } from '../ledger/transfer-office.js'
import { card, codeOf, key, openOffice, steps, TENANT } from '../sync/office.js'
import { type PostgresServer, password, startPostgres } from './server.js'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
}, 300_000)

/** An empty ledger on the server. */
async function newServerLedger(): Promise<{ readonly url: string; readonly ledger: Ledger }> {
  const url = await server.database()
  return { url, ledger: await openLedger({ url, password, key, access: 'write', migrating: true }) }
}

async function newFileLedger(): Promise<Ledger> {
  const ledger = await openLedger({ url: 'sqlite::memory:', key, access: 'write' })
  onTestFinished(() => ledger.close())
  return ledger
}

describe('from SQLite to PostgreSQL and back', () => {
  test('the last file says what the first one said', async () => {
    const folder = emptyFolder()
    const [first, second, third] = ['a', 'b', 'c'].map((name) => join(folder, name)) as [string, string, string]
    await exportLedger((await workedOffice('sqlite::memory:')).ledger, first)
    const { ledger } = await newServerLedger()
    onTestFinished(() => ledger.close())
    await importLedger(ledger, first)
    await exportLedger(ledger, second)
    expect(rowsOf(second)).toEqual(rowsOf(first))
    const back = await newFileLedger()
    await importLedger(back, second)
    await exportLedger(back, third)
    expect(rowsOf(third)).toEqual(rowsOf(first))

    const shards = await ledger.db.selectFrom('dossiers').select(['source', 'source_id', 'shard']).execute()
    expect(new Set(shards.map(({ shard }) => shard)).size).toBeGreaterThan(1)
    for (const { source, source_id, shard } of shards) expect(shard).toBe(shardOf(source, source_id, 16))
  })

  test('a pass on the server sends nothing that was sent, goes on with what waits, and numbers behind what came', async () => {
    const file = join(emptyFolder(), 'ledger.ndjson')
    await exportLedger((await workedOffice('sqlite::memory:')).ledger, file)
    const { url, ledger } = await newServerLedger()
    await importLedger(ledger, file)
    await ledger.close()
    const office = await openOffice({ url, password, cards, fault, sync: { settings: { patienceMs: 0 } } })
    await office.run()
    expect(office.portal.calls).toEqual([])
    office.clock.advance(3_600_000)
    office.portal.fault = () => undefined
    office.cards.cards = [...cards, card(8, { steps: steps(2) })]
    await office.run()
    expect([...office.portal.books.keys()].sort()).toEqual([codeOf(6), codeOf(8)])
    expect(office.portal.books.get(codeOf(6))?.steps).toHaveLength(1)
  })

  test('a NUL, which PostgreSQL does not keep, is replaced as when it is read', async () => {
    const file = join(emptyFolder(), 'ledger.ndjson')
    const source = await newFileLedger()
    await source.keepNote('loaded/x', 'a\0b')
    await exportLedger(source, file)
    const { ledger } = await newServerLedger()
    onTestFinished(() => ledger.close())
    await importLedger(ledger, file)
    expect(await ledger.note('loaded/x')).toBe('a\uFFFDb')
  })
})

describe('while others work', () => {
  test('a worker keeps out whoever needs the ledger alone, and is named; a command goes on beside it', async () => {
    const { url, ledger: made } = await newServerLedger()
    await made.close()
    const worker = await openLedger({ url, password, key, access: 'write', scope: 'workers', command: 'worker' })
    onTestFinished(() => worker.close())
    const lease = await worker.leases?.take(TENANT, 'send/3', 'test')
    for (const migrating of [true, false]) {
      await expect(openLedger({ url, password, key, access: 'write', migrating })).rejects.toMatchObject({
        code: 'ledger.locked',
        values: { holder: expect.stringContaining('lienthong worker') },
      })
    }
    await (await openLedger({ url, password, key, access: 'write', scope: 'command' })).close()
    await lease?.release()
    await (await openLedger({ url, password, key, access: 'write' })).close()
  })

  test('whoever has the ledger alone keeps out commands, and two commands each other', async () => {
    const { url, ledger } = await newServerLedger()
    const command = (name: string) => openLedger({ url, password, key, access: 'write', scope: 'command', command: name })
    await expect(command('failures retry')).rejects.toMatchObject({ code: 'ledger.locked' })
    await ledger.close()
    const one = await command('failures retry')
    await expect(command('catalogue pull')).rejects.toMatchObject({
      code: 'ledger.locked',
      values: { holder: expect.stringContaining('failures retry') },
    })
    await expect(openLedger({ url, password, key, access: 'write' })).rejects.toMatchObject({ code: 'ledger.locked' })
    await one.close()
  })

  test('a worker of an older version takes no shard once the tables are newer', async () => {
    const { url, ledger: made } = await newServerLedger()
    await made.close()
    const worker = await openLedger({ url, password, key, access: 'write', scope: 'workers' })
    onTestFinished(() => worker.close())
    await server.query(`update meta set value = '99' where name = 'schema'`, url)
    await expect(worker.leases?.take(TENANT, 'send/3', 'test')).rejects.toMatchObject({ code: 'ledger.newer' })
  })
})
