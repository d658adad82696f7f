/** Several records in one call. docs/adr/0005-one-dossier-per-call.md */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { failureEntries } from '../../src/ledger/index.js'
import { runPass } from '../../src/sync/index.js'
import { readSlice, sendSlice } from '../../src/sync/slices.js'
import type { Card } from './card-index.js'
import { card, codeOf, dossier, type Office, type OfficeOptions, openOffice, steps, TENANT } from './office.js'
import { type Batches, type PaperCall, paperPortal } from './paper-portal.js'

const cards = (count: number, changes?: (n: number) => Partial<Card['dossier']>) => Array.from({ length: count }, (_, n) => card(n, changes?.(n)))
const sizes = ({ portal }: Office, kind: PaperCall['kind'] = 'create') =>
  portal.calls.filter((call) => call.kind === kind).map(({ records }) => records?.length ?? 1)

const openWith = (batchSize: number, { sync, ...options }: OfficeOptions) =>
  openOffice({ ...options, sync: { ...sync, settings: { concurrency: 1, batchSize, ...sync?.settings } } })

async function journalOf({ ledger }: Office, n: number) {
  const rows = await ledger.db.selectFrom('journal').select(['operation', 'outcome', 'items']).where('code', '=', codeOf(n)).orderBy('id').execute()
  return rows.map(({ operation, outcome, items }) => `${operation}/${items} ${outcome}`)
}

async function failing({ ledger }: Office): Promise<string[]> {
  return (await failureEntries(ledger, TENANT, {}, 1000)).map(({ sourceId }) => sourceId).sort()
}

describe('records share a call', () => {
  test('as many as allowed, each with a line of its own in the journal', async () => {
    const office = await openWith(4, { cards: cards(10) })
    expect(await office.run()).toMatchObject({ outcome: 'done', waiting: 0, tally: { confirmed: 10, calls: { create: 3 } } })
    expect(sizes(office)).toEqual([4, 4, 2])
    expect(await journalOf(office, 0)).toEqual(['create/4 accepted'])
    expect(await journalOf(office, 9)).toEqual(['create/2 accepted'])
  })

  test('never more than the target takes, and one by one where it takes one, or nobody asked for more', async () => {
    const bounded = await openWith(50, { cards: cards(5), recordsPerCall: 2 })
    await bounded.run()
    expect(sizes(bounded)).toEqual([2, 2, 1])
    for (const [batchSize, recordsPerCall] of [
      [1, 50],
      [50, 1],
    ] as const) {
      const alone = await openWith(batchSize, { cards: cards(5), recordsPerCall })
      await alone.run()
      expect(alone.portal.calls.map(({ record }) => record !== undefined)).toEqual(Array(5).fill(true))
    }
  })

  test('only with their like: creates with creates, updates with updates, of one unit', async () => {
    const unitOf = ({ code }: { readonly code: string }) => (Number(code.slice(-4)) % 2 === 0 ? 'even' : 'odd')
    const office = await openWith(50, { cards: cards(4), unitOf })
    await office.run()
    expect(sizes(office)).toEqual([2, 2])
    office.cards.cards = cards(8, (n) => (n < 4 ? { summary: 'bản 2' } : {}))
    await office.run()
    expect(sizes(office, 'update')).toEqual([2, 2])
    expect(sizes(office)).toEqual([2, 2, 2, 2])
  })

  test('are in the ledger as leaving before the call leaves', async () => {
    const sending: number[] = []
    const office = await openWith(3, { cards: cards(3) })
    const { submitMany } = office.portal
    const sync = {
      ...office.sync,
      target: Object.assign(Object.create(office.portal) as typeof office.portal, {
        async submitMany(...call: Parameters<NonNullable<typeof submitMany>>) {
          const row = await office.ledger.db
            .selectFrom('operations')
            .select((eb) => eb.fn.countAll<number>().as('count'))
            .where('state', '=', 'sending')
            .executeTakeFirstOrThrow()
          sending.push(Number(row.count))
          return submitMany?.apply(office.portal, call)
        },
      }),
    }
    await runPass(sync)
    expect(sending).toEqual([3])
  })

  test('their steps follow in order, each dossier’s in calls of its own, as many at once as dossiers may be', async () => {
    const office = await openWith(6, { cards: cards(6, () => ({ steps: steps(2, 4, 9) })), stepsPerCall: 1, sync: { settings: { concurrency: 3 } } })
    expect(await office.run()).toMatchObject({ outcome: 'done', waiting: 0, tally: { confirmed: 6, stepsSent: 18 } })
    for (let n = 0; n < 6; n++) expect(office.portal.books.get(codeOf(n))?.steps.map(({ status }) => status)).toEqual([2, 4, 9])
  })
})

describe('a refused batch', () => {
  test.each(['atomic', 'keeps-earlier', 'keeps-others'] as const)('fails the bad one alone (%s)', async (batches) => {
    const office = await openWith(8, { cards: cards(8), batches, refuses: (code) => code === codeOf(5) })
    expect(await office.run()).toMatchObject({ tally: { confirmed: 7, failed: 1 }, waiting: 0, failing: 1 })
    expect(await failing(office)).toEqual(['uid-5'])
    expect(office.portal.books.size).toBe(7)
    for (const entry of office.portal.books.values()) expect(entry.creates).toBe(1)
    expect(office.portal.calls.filter(({ kind }) => kind === 'lookup')).toEqual([])
    expect((await journalOf(office, 5)).at(-1)).toBe('create/1 rejected')
  })

  test('is halved, down to the bad one', async () => {
    const office = await openWith(8, { cards: cards(8), refuses: (code) => code === codeOf(5) })
    await office.run()
    expect(sizes(office)).toEqual([8, 4, 4, 2, 1, 1, 2])
    expect(await journalOf(office, 5)).toEqual(['create/8 batch-refused', 'create/4 batch-refused', 'create/2 batch-refused', 'create/1 rejected'])
    expect(await journalOf(office, 0)).toEqual(['create/8 batch-refused', 'create/4 accepted'])
  })

  test('of updates: what was taken nonetheless is sent again, and who is unknown is created', async () => {
    const office = await openWith(4, { cards: cards(4), batches: 'keeps-others' })
    await office.run()
    office.portal.books.delete(codeOf(2))
    office.cards.cards = cards(4, () => ({ summary: 'bản 2' }))
    expect(await office.run()).toMatchObject({ outcome: 'done', waiting: 0, tally: { confirmed: 4, failed: 0 } })
    for (let n = 0; n < 4; n++) expect(office.portal.books.get(codeOf(n))).toMatchObject({ creates: 1, record: { summary: 'bản 2' } })
  })

  test('does not bind a dossier to its number once it was refused alone: a corrected number is sent', async () => {
    const office = await openWith(4, { cards: cards(4), refuses: (code) => code === codeOf(2) })
    await office.run()
    office.cards.cards = cards(4, (n) => (n === 2 ? { nationalCode: '000.00.12.H99-261122-9999' } : {}))
    await office.run()
    expect([...office.portal.books.keys()].sort()).toEqual([codeOf(0), codeOf(1), codeOf(3), '000.00.12.H99-261122-9999'])
  })

  test('broken off half way keeps every number that may have been taken: renumbered meanwhile, none is created twice', async () => {
    const office = await openWith(4, {
      cards: cards(4),
      batches: 'keeps-others',
      refuses: (code) => code === codeOf(3),
      sync: { settings: { patienceMs: 0 } },
    })
    office.portal.fault = ({ records }) => (records?.length === 4 ? undefined : 'unreachable')
    await office.run()
    for (let n = 0; n < 4; n++) expect(await office.row(`uid-${n}`)).toMatchObject({ presence: 'maybe', sent_code: codeOf(n) })
    office.portal.fault = () => undefined
    office.cards.cards = cards(4, (n) => ({ nationalCode: `000.00.12.H99-261122-900${n}`, summary: 'bản 2' }))
    office.clock.advance(3_600_000)
    await office.run()
    expect([...office.portal.books.keys()].sort()).toEqual([0, 1, 2].map(codeOf))
    for (const entry of office.portal.books.values()) expect(entry).toMatchObject({ creates: 1, record: { summary: 'bản 2' } })
  })

  test('then lost alone, then refused alone: its number stays, because the lost one may arrive late', async () => {
    const office = await openWith(2, {
      cards: cards(2),
      fault: ({ records, code, attempt }) =>
        records || (code === codeOf(0) && attempt === 2) ? 'reject' : code === codeOf(0) ? 'late-apply' : undefined,
    })
    expect(await office.run()).toMatchObject({ failing: 1 })
    office.clock.advance(60_000)
    office.portal.fault = () => undefined
    office.cards.cards = cards(2, (n) => (n === 0 ? { nationalCode: '000.00.12.H99-261122-9999' } : {}))
    await office.run()
    expect([...office.portal.books.keys()].sort()).toEqual([codeOf(0), codeOf(1)])
  })

  test('is halved to its end also when the time of a slice is over; nothing new is begun', async () => {
    const office = await openWith(4, { cards: cards(8), refuses: (code) => code === codeOf(2), onCall: () => office.clock.advance(1000) })
    await readSlice(office.sync, 'cards')
    const { tally, stopped } = await sendSlice(office.sync, 0, 500)
    expect({ ...tally, stopped }).toMatchObject({ confirmed: 3, failed: 1, stopped: 'time-over' })
    expect([...office.portal.books.keys()].sort()).toEqual([0, 1, 3].map(codeOf))
    expect(await office.ledger.orphanedOperations(TENANT)).toEqual([])
  })

  test('and a power cut during the bisection: the next pass creates nothing twice', async () => {
    const office = await openWith(4, { cards: cards(4), batches: 'keeps-others', refuses: (code) => code === codeOf(3) })
    office.portal.fault = ({ records }) => (records?.length === 2 ? 'power-cut-after-apply' : undefined)
    await office.run()
    office.portal.fault = () => undefined
    office.cards.cards = cards(4, (n) => ({ nationalCode: `000.00.12.H99-261122-900${n}` }))
    office.clock.advance(3_600_000)
    await office.run()
    expect([...office.portal.books.keys()].sort()).toEqual([0, 1, 2].map(codeOf))
    for (const entry of office.portal.books.values()) expect(entry.creates).toBe(1)
  })

  test('an update refused among others, then taken back at its source, is sent back, too', async () => {
    const office = await openWith(2, { cards: cards(2), batches: 'keeps-others', sync: { settings: { patienceMs: 0 } } })
    await office.run()
    office.portal.refuses = (code) => code === codeOf(1)
    office.portal.fault = ({ records }) => (records ? undefined : 'unreachable')
    office.cards.cards = cards(2, () => ({ summary: 'bản 2' }))
    await office.run()
    expect(office.portal.books.get(codeOf(0))?.record.summary).toBe('bản 2')
    office.portal.refuses = () => false
    office.portal.fault = () => undefined
    office.cards.cards = cards(2)
    office.clock.advance(3_600_000)
    await office.run()
    expect(office.portal.books.get(codeOf(0))?.record.summary).toBe('bản 1')
  })

  test('of twenty and more: only refusals of single records count for the brake', async () => {
    const office = await openWith(32, { cards: cards(64), refuses: () => true })
    expect(await office.run()).toMatchObject({ stopped: { code: 'sync.held' }, failing: 20, waiting: 44 })
    // 20 single ones, and the calls above them.
    expect(office.portal.calls.length).toBeLessThan(45)
  })

  test('of two dossiers of a batch with one number the second is not sent', async () => {
    const twins = [card(1), { dossier: { ...dossier(2), nationalCode: codeOf(1) } }]
    const office = await openWith(2, { cards: twins, batches: 'keeps-others' })
    expect(await office.run()).toMatchObject({ tally: { confirmed: 1 }, failing: 1 })
    expect(office.portal.books.get(codeOf(1))).toMatchObject({ creates: 1, updates: 0 })
  })
})

describe('a batch whose answer was lost', () => {
  test.each(['timeout-before', 'timeout-after-apply', 'late-apply'] as const)('leaves every create to be looked up (%s)', async (fault) => {
    const office = await openWith(3, { cards: cards(3), fault: ({ records, attempt }) => (records && attempt === 1 ? fault : undefined) })
    expect(await office.run()).toMatchObject({ outcome: 'done', waiting: 0, tally: { confirmed: 3, calls: { lookup: 3 } } })
    for (const entry of office.portal.books.values()) expect(entry.creates).toBe(1)
  })

  test.each(['timeout-before', 'timeout-after-apply'] as const)('has every update sent again (%s)', async (fault) => {
    const office = await openWith(3, { cards: cards(3) })
    await office.run()
    office.cards.cards = cards(3, () => ({ summary: 'bản 2' }))
    office.portal.fault = ({ kind, attempt }) => (kind === 'update' && attempt === 1 ? fault : undefined)
    expect(await office.run()).toMatchObject({ outcome: 'done', waiting: 0 })
    expect(sizes(office, 'update')).toEqual([3, 3])
    for (const { record } of office.portal.books.values()) expect(record.summary).toBe('bản 2')
  })

  test.each(['throttled', 'unreachable'] as const)('or that never left: all go back, wait and go together (%s)', async (fault) => {
    const office = await openWith(3, { cards: cards(3), fault: ({ attempt }) => (attempt === 1 ? fault : undefined) })
    expect(await office.run()).toMatchObject({ outcome: 'done', waiting: 0, tally: { confirmed: 3, postponed: 3, calls: { lookup: 0 } } })
    expect(sizes(office)).toEqual([3, 3])
    expect(office.clock.slept).toEqual([30_000])
  })

  test('a refused login stops everything, and nothing is left as leaving', async () => {
    const office = await openWith(3, { cards: cards(7), fault: () => 'login-refused' })
    expect(await office.run()).toMatchObject({ stopped: { code: 'portal.login_refused' }, waiting: 7, failing: 0 })
    expect(office.portal.calls).toHaveLength(1)
    expect(await office.ledger.orphanedOperations(TENANT)).toEqual([])
  })

  test('by a power cut is one whose outcome is unknown', async () => {
    const office = await openWith(3, { cards: cards(3), fault: ({ records }) => (records ? 'power-cut-after-apply' : undefined) })
    await office.run()
    office.clock.advance(3_600_000)
    office.portal.fault = () => undefined
    expect(await office.run()).toMatchObject({ outcome: 'done', waiting: 0 })
    for (const entry of office.portal.books.values()) expect(entry).toMatchObject({ creates: 1, updates: 1 })
  })
})

describe('whatever is bad in whatever batches', () => {
  const stories = fc.record({
    count: fc.integer({ min: 1, max: 40 }),
    batchSize: fc.integer({ min: 1, max: 16 }),
    bad: fc.uniqueArray(fc.nat(39), { maxLength: 6 }),
    /** Known to the portal already, as after a ledger was lost. */
    known: fc.uniqueArray(fc.nat(39), { maxLength: 3 }),
    batches: fc.constantFrom<Batches>('atomic', 'keeps-earlier', 'keeps-others'),
    concurrency: fc.integer({ min: 1, max: 4 }),
    withSteps: fc.boolean(),
  })

  test('exactly the bad ones fail, nothing is created twice, and bisection costs what it must', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(stories, async ({ count, batchSize, bad, known, batches, concurrency, withSteps }) => {
        const isBad = (code: string) => bad.some((n) => codeOf(n) === code)
        const office = await openWith(batchSize, {
          cards: cards(count, () => (withSteps ? { steps: steps(2, 4) } : {})),
          batches,
          refuses: isBad,
          sync: { settings: { concurrency } },
        })
        const { books } = office.portal
        const knownHere = known.filter((n) => n < count && !bad.includes(n))
        for (const n of knownHere)
          books.set(codeOf(n), { creates: 1, updates: 0, refusedCreates: 0, record: { code: codeOf(n), summary: null, status: null }, steps: [] })
        const badHere = bad.filter((n) => n < count)
        const report = await office.run()

        expect(report).toMatchObject({ waiting: 0, failing: badHere.length, tally: { confirmed: count - badHere.length } })
        expect(await failing(office)).toEqual(badHere.map((n) => `uid-${n}`).sort())
        expect([...books.keys()].sort()).toEqual(
          cards(count)
            .flatMap((_, n) => (bad.includes(n) ? [] : [codeOf(n)]))
            .sort(),
        )
        for (const [, entry] of books) {
          expect(entry.creates).toBe(1)
          expect(entry.record.summary).toBe('bản 1')
          expect(entry.steps.map(({ status }) => status)).toEqual(withSteps ? [2, 4] : [])
        }
        const calls = office.portal.calls.filter(({ kind }) => kind === 'create' || kind === 'update').length
        const least = Math.ceil(count / batchSize)
        // A dossier that exists already is told as a bad one, and then updated.
        const odd = badHere.length + knownHere.length
        if (batches === 'atomic') expect(calls).toBeLessThanOrEqual(least + 2 * odd * Math.ceil(Math.log2(batchSize)) + knownHere.length)
        else expect(calls).toBeLessThanOrEqual(3 * count + least)
        expect(await office.ledger.orphanedOperations(TENANT)).toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  test('the paper portal of these tests is as different as it says', () => {
    const held = (['atomic', 'keeps-earlier', 'keeps-others'] as const).map(async (batches) => {
      const portal = paperPortal({ now: () => 0, batches, refuses: (code) => code === 'b' })
      await portal.submitMany?.(
        ['a', 'b', 'c'].map((code) => ({ code, summary: null, status: null })),
        { updating: false },
      )
      return [...portal.books.keys()].join('')
    })
    return expect(Promise.all(held)).resolves.toEqual(['', 'a', 'ac'])
  })
})
