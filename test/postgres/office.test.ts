import { beforeAll, describe, expect, test } from 'vitest'
import { openLedger, verifyJournal } from '../../src/ledger/index.js'
import { PARTNER } from '../payments/paper-platform.js'
import { card, codeOf, key, openOffice, steps, TENANT } from '../sync/office.js'
import { giveBack, pay, shownOf, updates, withTill } from '../sync/tilled-office.js'
import { type PostgresServer, password, startPostgres } from './server.js'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
}, 300_000)

const database = async () => {
  const url = await server.database()
  await (await openLedger({ url, password, key, access: 'write', migrating: true })).close()
  return { url, password }
}
const office = async (options: Parameters<typeof openOffice>[0]) => openOffice({ ...options, ...(await database()) })

describe('a pass on PostgreSQL', () => {
  test('sends what is new, then nothing, then what changed', async () => {
    const { run, portal, cards, totals, row } = await office({ cards: [card(1, { steps: steps(2, 4) }), card(2), card(3)] })
    await run()
    expect([...portal.books.keys()].sort()).toEqual([codeOf(1), codeOf(2), codeOf(3)])
    expect(portal.books.get(codeOf(1))?.steps).toHaveLength(2)
    expect(await totals()).toMatchObject({ seen: 3, created: 3, pending: 0 })
    const calls = portal.calls.length
    await run()
    expect(portal.calls).toHaveLength(calls)
    cards.cards = cards.cards.with(1, card(2, { summary: 'bản 2' }))
    await run()
    expect(portal.books.get(codeOf(2))).toMatchObject({ creates: 1, updates: 1 })
    expect(await row('uid-2')).toMatchObject({ state: 'confirmed', confirmed_versions: 2 })
  })

  test('tells once what was paid for a dossier, and once that it went back; the journal holds', async () => {
    const all = await withTill([{ fees: null }, { fees: null }], await database(), ({ ledger }) => ledger)
    await all.office.run()
    const reference = await pay(all, codeOf(1))
    for (let pass = 0; pass < 3; pass++) await all.office.run()
    expect([shownOf(all.office, 1), updates(all.office, 1), updates(all.office, 2)]).toEqual([{ fees: [150_000], online: 'national' }, 1, 0])
    await giveBack(all, reference)
    for (let pass = 0; pass < 2; pass++) await all.office.run()
    expect([shownOf(all.office, 1), updates(all.office, 1)]).toEqual([{ online: null }, 2])
    expect(await verifyJournal(all.books, TENANT, PARTNER)).toMatchObject({ holds: true })
    await all.books.db.deleteFrom('payment_journal').execute()
    expect(await verifyJournal(all.books, TENANT, PARTNER)).toMatchObject({ holds: false, problem: 'untold', attempts: [reference] })
  })
})
