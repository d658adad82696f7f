import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/base/index.js'
import { failureGroups, retryFailures } from '../../src/ledger/index.js'
import { runPass } from '../../src/sync/index.js'
import { card, codeOf, openOffice, steps, TENANT } from './office.js'

const minute = 60_000

describe('when a call may go again', () => {
  test('waits 30 s, doubling, to an hour, without end', async () => {
    const { run, portal, clock, row } = await openOffice({ cards: [card(1)], sync: { settings: { patienceMs: 0 } }, fault: () => 'unreachable' })
    const waits: number[] = []
    for (let attempt = 0; attempt < 9; attempt++) {
      await run()
      waits.push((((await row('uid-1')).next_at ?? 0) - clock.now()) / 1000)
      clock.advance(3_600_000)
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600])
    expect(portal.calls).toHaveLength(9)
  })

  test('a pass waits for what is near, and leaves the rest to a later one', async () => {
    const near = await openOffice({ cards: [card(1)], fault: ({ attempt }) => (attempt === 1 ? 'unreachable' : undefined) })
    expect(await near.run()).toMatchObject({ waiting: 0 })
    expect(near.clock.slept).toEqual([30_000])
    const far = await openOffice({ cards: [card(1)], fault: () => 'unreachable' })
    expect(await far.run()).toMatchObject({ waiting: 1, runs: [{ pending: 1, failed: 0 }] })
    expect(far.portal.calls).toHaveLength(2)
  })

  test('a refused login stops everything at once, and everything waits for the next pass', async () => {
    const { run, portal } = await openOffice({
      cards: [card(1), card(2), card(3)],
      sync: { settings: { concurrency: 1 } },
      fault: () => 'login-refused',
    })
    const report = await run()
    expect(report).toMatchObject({ outcome: 'incomplete', waiting: 3, failing: 0, stopped: { code: 'portal.login_refused' } })
    expect(portal.calls).toHaveLength(1)
    portal.fault = () => undefined
    expect(await run()).toMatchObject({ outcome: 'done', waiting: 0, tally: { confirmed: 3 } })
  })
})

describe('what a rule forbids', () => {
  test('does not go because somebody asks for another try, whatever becomes of the reading', async () => {
    const { run, portal, ledger, cards, sync } = await openOffice({ cards: [card(1, { steps: steps(4) })] })
    const text = { en: 'Dates are out of order.', vi: 'Ngày không đúng thứ tự.' }
    const forbidden: Finding = { ruleId: 'V3', severity: 'error', path: 'receivedAt', message: text, hint: text }
    const target = {
      ...portal,
      prepareRecord: (...asked: Parameters<typeof portal.prepareRecord>) => ({ ...portal.prepareRecord(...asked), findings: [forbidden] }),
    }
    await runPass({ ...sync, target })
    expect(await retryFailures(ledger, TENANT, {})).toBe(1)
    // As a worker that sends beside the one that reads: nothing was read again yet.
    await runPass({ ...sync, target, sources: {} })
    expect(portal.calls).toEqual([])
    expect(await failureGroups(ledger, TENANT)).toMatchObject([{ cause: 'V3', stage: 'map', dossiers: 1 }])
    cards.cards = [card(1, { summary: 'bản 2', steps: steps(4) })]
    expect(await run()).toMatchObject({ waiting: 0, failing: 0 })
  })
})

describe('a permanent refusal (I9)', () => {
  const refusing = () =>
    openOffice({
      cards: [card(1, { steps: steps(4) }), card(2)],
      fault: ({ code, kind }) => (code === codeOf(1) && kind === 'create' ? 'reject' : undefined),
    })

  test('stops its dossier’s chain and no other', async () => {
    const { run, portal, ledger } = await refusing()
    const report = await run()
    expect(report.runs).toMatchObject([{ failed: 1, created: 1, pending: 0 }])
    expect(await failureGroups(ledger, TENANT)).toMatchObject([{ cause: 'portal.rejected', stage: 'send', dossiers: 1 }])
    expect(portal.calls.filter(({ kind }) => kind === 'steps')).toEqual([])
  })

  test('is never sent again by itself', async () => {
    const { run, portal, clock } = await refusing()
    await run()
    const calls = portal.calls.length
    for (let pass = 0; pass < 5; pass++) {
      clock.advance(3_600_000)
      await run()
    }
    expect(portal.calls).toHaveLength(calls)
  })

  test.each(['a new version', 'somebody who asks'] as const)('goes on with %s', async (change) => {
    const { run, portal, cards, ledger, totals } = await refusing()
    await run()
    portal.fault = () => undefined
    if (change === 'a new version') cards.cards = [card(1, { summary: 'bản 2', steps: steps(4) }), card(2)]
    else await retryFailures(ledger, TENANT, { localCode: codeOf(1) })
    await run()
    expect(portal.books.get(codeOf(1))).toMatchObject({ creates: 1, steps: [{ status: 4 }] })
    expect(await failureGroups(ledger, TENANT)).toEqual([])
    expect(await totals()).toMatchObject({ failed: 0, pending: 0 })
  })

  test('of a step leaves the steps behind it waiting, in order', async () => {
    const { run, portal, ledger } = await openOffice({
      cards: [card(1, { steps: steps(2, 4, 9) })],
      stepsPerCall: 1,
      fault: ({ steps: sent, attempt }) => (sent?.[0]?.status === 4 && attempt === 2 ? 'reject' : undefined),
    })
    await run()
    expect(portal.books.get(codeOf(1))?.steps.map(({ status }) => status)).toEqual([2])
    await retryFailures(ledger, TENANT, {})
    await run()
    expect(portal.books.get(codeOf(1))?.steps.map(({ status }) => status)).toEqual([2, 4, 9])
  })

  test('of the same kind twenty times in a row ends the pass: the rest waits', async () => {
    const many = Array.from({ length: 40 }, (_, n) => card(n))
    const { run, portal } = await openOffice({ cards: many, sync: { settings: { concurrency: 1 } }, fault: () => 'reject' })
    const report = await run()
    expect(report).toMatchObject({ stopped: { code: 'sync.held' }, outcome: 'incomplete', failing: 20, waiting: 20 })
    expect(portal.calls).toHaveLength(20)
  })
})

describe('a dossier that is skipped while an earlier version waits', () => {
  test('lets that version finish, and its failure leaves the counters whole', async () => {
    const { run, portal, cards, clock, totals, row } = await openOffice({
      cards: [card(1)],
      sync: { settings: { patienceMs: 0 } },
      fault: () => 'unreachable',
    })
    await run()
    cards.cards = [card(1, {}, { flags: ['copy'] })]
    portal.fault = () => 'reject'
    clock.advance(minute)
    await run()
    expect(await row('uid-1')).toMatchObject({ state: 'skipped', reason: 'copy', next_at: null })
    expect(await totals()).toMatchObject({ seen: 2, superseded: 1, skipped: 1, failed: 0, pending: 0 })
    cards.cards = [card(1, { summary: 'bản 2' })]
    portal.fault = () => undefined
    await run()
    expect(await totals()).toMatchObject({ seen: 3, superseded: 2, skipped: 0, failed: 0, pending: 0, created: 1 })
  })
})

describe('dossiers go in parallel, the calls of one in order', () => {
  test('never more than the concurrency at once, and never two of one dossier', async () => {
    let open = 0
    let most = 0
    const busy = new Set<string>()
    const { sync, portal } = await openOffice({ cards: Array.from({ length: 12 }, (_, n) => card(n, { steps: steps(2, 4) })) })
    const guarded =
      <Arguments extends readonly unknown[], Answer>(codeOfCall: (...args: Arguments) => string, call: (...args: Arguments) => Promise<Answer>) =>
      async (...args: Arguments) => {
        const code = codeOfCall(...args)
        expect(busy.has(code)).toBe(false)
        busy.add(code)
        most = Math.max(most, ++open)
        await new Promise(setImmediate)
        try {
          return await call(...args)
        } finally {
          open -= 1
          busy.delete(code)
        }
      }
    const target = Object.assign(Object.create(portal) as typeof portal, {
      submit: guarded((record) => record.code, portal.submit),
      addSteps: guarded((sent) => sent[0]?.code ?? '', portal.addSteps),
    })
    await runPass({ ...sync, target })
    expect(most).toBe(3)
    expect(portal.books.size).toBe(12)
  })
})

test('a pass in which nothing could be sent says that the portal is away, and keeps what waits', async () => {
  const { run, portal, clock } = await openOffice({ cards: [card(1)], sync: { settings: { patienceMs: 0 } }, fault: () => 'unreachable' })
  expect(await run()).toMatchObject({ outcome: 'incomplete', stopped: { code: 'transport.unreachable' }, waiting: 1, failing: 0 })
  portal.fault = () => undefined
  clock.advance(minute)
  expect(await run()).toMatchObject({ outcome: 'done', stopped: undefined, waiting: 0 })
})
