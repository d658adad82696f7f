import { describe, expect, test } from 'vitest'
import { declaredDoubled, failureGroups, type Ledger, retryFailures } from '../../src/ledger/index.js'
import { card, codeOf, openOffice, steps, TENANT } from './office.js'
import type { PaperCall, PaperFault } from './paper-portal.js'

/** The fault strikes the first call of one kind, and nothing else. */
const once = (kind: PaperCall['kind'], fault: PaperFault) => (call: PaperCall) => (call.kind === kind && call.attempt === 1 ? fault : undefined)

async function declared(ledger: Ledger) {
  const found = []
  for await (const one of declaredDoubled(ledger, TENANT)) found.push(one.status)
  return found
}

describe('a create whose answer was lost', () => {
  test.each([
    ['timeout-after-apply', ['create', 'lookup', 'update'], { creates: 1, updates: 1, refusedCreates: 0 }],
    ['timeout-before', ['create', 'lookup', 'create'], { creates: 1, updates: 0, refusedCreates: 0 }],
    ['late-apply', ['create', 'lookup', 'create'], { creates: 1, updates: 0 }],
  ] as const)('is settled by a lookup before anything else is sent (%s)', async (fault, kinds, entry) => {
    const { run, portal } = await openOffice({ cards: [card(1)], fault: once('create', fault) })
    const report = await run()
    expect(portal.calls.map(({ kind }) => kind)).toEqual(kinds)
    expect(portal.books.get(codeOf(1))).toMatchObject(entry)
    expect(report.runs).toMatchObject([{ created: 1, pending: 0 }])
  })

  test('is sent again where a target has no lookup: that it exists already proves it', async () => {
    const { run, portal } = await openOffice({ cards: [card(1)], canLookUp: false, fault: once('create', 'timeout-after-apply') })
    await run()
    expect(portal.calls.map(({ kind }) => kind)).toEqual(['create', 'create', 'update'])
    expect(portal.books.get(codeOf(1))).toMatchObject({ creates: 1, refusedCreates: 1, updates: 1 })
  })

  test('keeps its code: a dossier renumbered meanwhile is not created a second time', async () => {
    const { run, portal, cards, clock } = await openOffice({ cards: [card(1)], sync: { settings: { patienceMs: 0 } } })
    portal.fault = ({ kind }) => (kind === 'create' ? 'timeout-after-apply' : 'unreachable')
    await run()
    cards.cards = [card(1, { nationalCode: '000.00.12.H99-261122-9999', summary: 'bản 2' })]
    portal.fault = () => undefined
    clock.advance(3_600_000)
    await run()
    expect([...portal.books.keys()]).toEqual([codeOf(1)])
    expect(portal.books.get(codeOf(1))?.record.summary).toBe('bản 2')
  })

  test('keeps its code after a crash, too', async () => {
    const { run, portal, cards, clock } = await openOffice({ cards: [card(1)], fault: once('create', 'power-cut-after-apply') })
    await run()
    cards.cards = [card(1, { nationalCode: '000.00.12.H99-261122-9999', summary: 'bản 2' })]
    clock.advance(3_600_000)
    await run()
    expect([...portal.books.keys()]).toEqual([codeOf(1)])
  })

  test('a lookup that fails leaves it waiting, and is asked again', async () => {
    const { run, portal } = await openOffice({
      cards: [card(1)],
      fault: ({ kind, attempt }) =>
        kind === 'create' && attempt === 1 ? 'timeout-after-apply' : kind === 'lookup' && attempt === 1 ? 'timeout-before' : undefined,
    })
    await run()
    expect(portal.calls.map(({ kind }) => kind)).toEqual(['create', 'lookup', 'lookup', 'update'])
    expect(portal.books.get(codeOf(1))).toMatchObject({ creates: 1, updates: 1 })
  })
})

describe('a create that was refused', () => {
  test('does not bind the dossier to its code: a corrected number is sent', async () => {
    const { run, portal, cards } = await openOffice({ cards: [card(1)], fault: ({ code }) => (code === codeOf(1) ? 'reject' : undefined) })
    await run()
    cards.cards = [card(1, { nationalCode: '000.00.12.H99-261122-9999' })]
    await run()
    expect([...portal.books.keys()]).toEqual(['000.00.12.H99-261122-9999'])
  })
})

describe('an update whose answer was lost', () => {
  test.each(['timeout-before', 'timeout-after-apply'] as const)('is sent again with the current state (%s)', async (fault) => {
    const { run, portal, cards } = await openOffice({ cards: [card(1)], fault: once('update', fault) })
    await run()
    cards.cards = [card(1, { summary: 'bản 2' })]
    await run()
    expect(portal.books.get(codeOf(1))?.record.summary).toBe('bản 2')
    expect(portal.calls.filter(({ kind }) => kind === 'update')).toHaveLength(2)
  })

  test('is not taken for one that never arrived: taking the change back has to be sent, too', async () => {
    const { run, portal, cards, clock } = await openOffice({
      cards: [card(1)],
      sync: { settings: { patienceMs: 0 } },
      fault: once('update', 'timeout-after-apply'),
    })
    await run()
    cards.cards = [card(1, { summary: 'bản 2' })]
    await run()
    expect(portal.books.get(codeOf(1))?.record.summary).toBe('bản 2')
    cards.cards = [card(1)]
    await run()
    clock.advance(3_600_000)
    await run()
    expect(portal.books.get(codeOf(1))?.record.summary).toBe('bản 1')
  })
})

describe('steps whose answer was lost', () => {
  test.each([
    ['timeout-before', [2, 4]],
    ['timeout-after-apply', [2, 4, 2, 4]],
  ] as const)('are sent again and declared (%s)', async (fault, held) => {
    const { run, portal, ledger } = await openOffice({ cards: [card(1, { steps: steps(2, 4) })], fault: once('steps', fault) })
    const report = await run()
    expect(portal.books.get(codeOf(1))?.steps.map(({ status }) => status)).toEqual(held)
    expect(await declared(ledger)).toEqual([2, 4])
    expect(report.tally).toMatchObject({ stepsSent: 2, stepsMaybeDoubled: 2 })
  })

  test('that were refused at the door were not sent: they are sent again, and nothing is declared', async () => {
    const { run, portal, ledger } = await openOffice({ cards: [card(1, { steps: steps(2, 4) })], fault: once('steps', 'throttled') })
    await run()
    expect(portal.books.get(codeOf(1))?.steps).toHaveLength(2)
    expect(await declared(ledger)).toEqual([])
  })

  test('keep their place: what follows waits for them', async () => {
    const { run, portal, cards, clock } = await openOffice({
      cards: [card(1, { steps: steps(2) })],
      sync: { settings: { patienceMs: 0 } },
      fault: once('steps', 'timeout-before'),
    })
    await run()
    cards.cards = [card(1, { steps: steps(2, 4) })]
    await run()
    expect(portal.books.get(codeOf(1))?.steps).toEqual([])
    clock.advance(60_000)
    await run()
    expect(portal.books.get(codeOf(1))?.steps.map(({ status }) => status)).toEqual([2, 4])
  })

  test('of a supplement request wait for a person, with a cause and a hint', async () => {
    const { run, portal, ledger } = await openOffice({
      cards: [card(1, { steps: steps(2, 5, 4) })],
      fault: ({ steps: sent }) => (sent?.[0]?.status === 5 ? 'timeout-after-apply' : undefined),
    })
    const report = await run()
    expect(report).toMatchObject({ failing: 1, waiting: 0 })
    expect(await failureGroups(ledger, TENANT)).toMatchObject([{ cause: 'step.outcome-unknown', stage: 'send', dossiers: 1 }])
    expect(portal.books.get(codeOf(1))?.steps.map(({ status }) => status)).toEqual([2, 5])
  })

  test('of a supplement request are declared when a person has them sent again', async () => {
    const { run, portal, ledger } = await openOffice({
      cards: [card(1, { steps: steps(2, 5, 4) })],
      fault: ({ steps: sent, attempt }) => (sent?.[0]?.status === 5 && attempt === 2 ? 'timeout-after-apply' : undefined),
    })
    await run()
    await retryFailures(ledger, TENANT, { cause: 'step.outcome-unknown' })
    await run()
    expect(portal.books.get(codeOf(1))?.steps.map(({ status }) => status)).toEqual([2, 5, 5, 4])
    expect(await declared(ledger)).toEqual([5])
    expect(await failureGroups(ledger, TENANT)).toEqual([])
  })

  test('of a supplement request stay held when the source has a newer version', async () => {
    const { run, portal, cards } = await openOffice({ cards: [card(1, { steps: steps(5) })], fault: once('steps', 'timeout-after-apply') })
    await run()
    const calls = portal.calls.length
    cards.cards = [card(1, { steps: steps(5, 4) })]
    const report = await run()
    expect(report).toMatchObject({ failing: 1, waiting: 0 })
    expect(portal.calls).toHaveLength(calls)
  })

  test('a province may have all of them resent, or all of them held', async () => {
    const arrange = (onUnknownSteps: Record<string, 'resend' | 'hold'>, status: number) =>
      openOffice({ cards: [card(1, { steps: steps(status) })], sync: { settings: { onUnknownSteps } }, fault: once('steps', 'timeout-before') })
    const resending = await arrange({ default: 'resend' }, 5)
    expect(await resending.run()).toMatchObject({ failing: 0, tally: { stepsSent: 1, stepsMaybeDoubled: 1 } })
    const holding = await arrange({ default: 'hold' }, 4)
    expect(await holding.run()).toMatchObject({ failing: 1, tally: { stepsSent: 0 } })
  })
})

describe('a dossier that the portal lost', () => {
  test('is created again from what waits', async () => {
    const { run, portal, cards } = await openOffice({ cards: [card(1)] })
    await run()
    portal.books.clear()
    cards.cards = [card(1, { summary: 'bản 2' })]
    await run()
    expect(portal.books.get(codeOf(1))).toMatchObject({ creates: 1, record: { summary: 'bản 2' } })
  })

  test('is read anew when only steps wait, and created before them', async () => {
    const { run, portal, cards } = await openOffice({ cards: [card(1)] })
    await run()
    portal.books.clear()
    cards.cards = [card(1, { steps: steps(4) })]
    await run()
    const report = await run()
    expect(portal.books.get(codeOf(1))).toMatchObject({ creates: 1, steps: [{ status: 4 }] })
    expect(report.waiting).toBe(0)
  })
})
