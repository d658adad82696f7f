import { describe, expect, test } from 'vitest'
import { days, hours, minutes } from '../../src/base/index.js'
import { card, codeOf, openOffice, steps } from './office.js'

const DAY = days(1)
const jumps = [
  ['forwards', DAY],
  ['backwards', -DAY],
] as const

describe.each(jumps)('a clock that jumps a day %s', (_, jump) => {
  test('between passes: what failed to go and waits is sent when its wait is over, once and in order', async () => {
    const office = await openOffice({
      cards: [card(1, { steps: steps(2, 4) }), card(2, { steps: steps(2) })],
      sync: { settings: { patienceMs: 0 } },
      fault: ({ kind }) => (kind === 'steps' ? 'unreachable' : undefined),
    })
    expect(await office.run()).toMatchObject({ waiting: 2 })
    office.portal.fault = () => undefined
    office.clock.advance(jump)
    // Set forwards, the wait of half a minute is over. Set back, the pass that notices keeps what was left of it, and not a day more.
    expect(await office.run()).toMatchObject({ waiting: jump > 0 ? 0 : 2 })
    office.clock.advance(minutes(1))
    expect(await office.run()).toMatchObject({ waiting: 0, failing: 0 })
    expect([...office.portal.books.values()].map(({ creates, steps: held }) => [creates, held.map(({ status }) => status)])).toEqual([
      [1, [2, 4]],
      [1, [2]],
    ])
  })

  test('between passes: new versions go on as before', async () => {
    const office = await openOffice({ cards: [card(1, { steps: steps(2) })] })
    await office.run()
    office.clock.advance(jump)
    office.cards.cards = [card(1, { steps: steps(2, 4), summary: 'bản 2' }), card(2)]
    expect(await office.run()).toMatchObject({ waiting: 0, runs: [{ created: 1, updated: 1 }] })
    expect(office.portal.books.get(codeOf(1))).toMatchObject({ creates: 1, record: { summary: 'bản 2' }, steps: [{ status: 2 }, { status: 4 }] })
    expect(await office.totals()).toMatchObject({ seen: 3, created: 2, updated: 1, pending: 0 })
  })

  test('within a pass: nothing is lost or doubled, and the pass does not sleep for a day', async () => {
    let jumped = false
    const office = await openOffice({
      cards: Array.from({ length: 8 }, (_, n) => card(n + 1, { steps: steps(2, 4) })),
      fault: ({ kind, attempt }) => (kind === 'steps' && attempt === 1 ? 'throttled' : undefined),
      onCall({ code, kind }) {
        if (jumped || code !== codeOf(5) || kind !== 'steps') return
        jumped = true
        office.clock.advance(jump)
      },
    })
    const first = await office.run()
    expect(jumped).toBe(true)
    expect(office.clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(hours(1))
    office.clock.advance(minutes(1))
    if (first.waiting > 0) expect(await office.run()).toMatchObject({ waiting: 0 })
    expect([...office.portal.books.values()].map(({ creates, steps: held }) => [creates, held.length])).toEqual(Array(8).fill([1, 2]))
    expect(await office.totals()).toMatchObject({ seen: expect.any(Number), created: 8, pending: 0, failed: 0 })
  })

  test('after a crash: requests that were leaving are settled after their time-out, not after a day', async () => {
    const office = await openOffice({
      cards: [card(1, { steps: steps(2) })],
      fault: ({ kind }) => (kind === 'create' ? 'power-cut-after-apply' : undefined),
    })
    await office.run().catch(() => undefined)
    expect(await office.ledger.db.selectFrom('operations').select('state').where('state', '=', 'sending').execute()).toHaveLength(1)
    office.portal.fault = () => undefined
    office.clock.advance(jump)
    await office.run()
    office.clock.advance(minutes(2))
    expect(await office.run()).toMatchObject({ waiting: 0 })
    expect(office.portal.books.get(codeOf(1))).toMatchObject({ creates: 1, refusedCreates: 0, steps: [{ status: 2 }] })
    expect(office.clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(hours(1))
  })
})

test('a held portal is asked again when the clock was set back a day: the probe does not wait for the old time', async () => {
  const office = await openOffice({
    cards: Array.from({ length: 4 }, (_, n) => card(n)),
    sync: { settings: { concurrency: 1, refusalLimit: 2 } },
    fault: () => 'reject',
  })
  await office.run()
  expect(await office.run()).toMatchObject({ stopped: { code: 'sync.held' } })
  office.portal.fault = () => undefined
  office.clock.advance(-DAY)
  expect(await office.run()).toMatchObject({ stopped: undefined, waiting: 0, failing: 2 })
})
