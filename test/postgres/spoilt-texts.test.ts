/** Ids and texts that a database may not give back as it got them: both databases know the dossier under the same id, and open what they sealed. */
import { beforeAll, describe, expect, test } from 'vitest'
import { card, openOffice, steps } from '../sync/office.js'
import { newLedger, officeAt } from './broken-office.js'
import { type PostgresServer, startPostgres } from './server.js'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
}, 300_000)

const spoilt = [
  ['a NUL', 'uid\0a', 'uid\uFFFDa'],
  ['half of a surrogate pair', 'uid\uD83Da', 'uid\uFFFDa'],
  ['what looks like the escape of a NUL', 'uid\\u0000a', 'uid\\u0000a'],
  ['quotes, braces and a line break', `u'i"d{,}\n\\`, `u'i"d{,}\n\\`],
] as const

describe.each([
  ['SQLite', () => openOffice()],
  ['PostgreSQL', async () => officeAt(await newLedger(server), { cards: [] })],
])('on %s', (_name, open) => {
  test.each(spoilt)('a dossier with %s in its id, its codes and its steps is created once, changed, and failed', async (_what, text, kept) => {
    const { cards, run, portal, row, clock, totals } = await open()
    const spoiltCard = (summary: string, statuses: readonly number[]) =>
      card(1, {
        sourceId: text,
        localCode: text,
        nationalCode: text,
        summary: `${summary} ${text}`,
        steps: steps(...statuses).map((one) => ({ ...one, note: text })),
      })
    cards.cards = [spoiltCard('bản 1', [2])]
    await run()
    clock.advance(60_000)
    cards.cards = [spoiltCard('bản 2', [2, 4])]
    await run()
    expect([...portal.books]).toMatchObject([
      [kept, { creates: 1, updates: 1, record: { summary: `bản 2 ${kept}` }, steps: [{ note: kept }, { note: kept }] }],
    ])
    expect(await row(kept)).toMatchObject({ state: 'confirmed', local_code: kept, sent_code: kept, confirmed_versions: 2 })
    cards.cards = [{ ...spoiltCard('bản 3', [2, 4]), broken: 'map' }]
    await run()
    expect(await row(kept)).toMatchObject({ state: 'failed' })
    cards.cards = [spoiltCard('bản 4', [2, 4])]
    await run()
    expect(await row(kept)).toMatchObject({ state: 'confirmed', confirmed_versions: 3 })
    expect(await totals()).toMatchObject({ created: 1, updated: 2, pending: 0, failed: 0 })
  })

  test('a portal that answers with a NUL is journalled, and its refusal listed', async () => {
    const { cards, run, portal, row } = await open()
    cards.cards = [card(1)]
    portal.submit = async () => ({ outcome: 'rejected', answer: { code: '9\0', message: 'không\0hợp lệ', raw: '\0' } })
    await run()
    expect(await row('uid-1')).toMatchObject({ state: 'failed' })
  })
})
