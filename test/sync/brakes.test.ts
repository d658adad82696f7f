import { describe, expect, test } from 'vitest'
import { isLienthongError, LienthongError, minutes } from '../../src/base/index.js'
import { card, codeOf, openOffice } from './office.js'

const cards = (count: number) => Array.from({ length: count }, (_, n) => card(n))

describe('a portal that refuses everything (I11)', () => {
  test('is held after twenty equal refusals, told with what to do, and asked by one probe every ten minutes', async () => {
    const { run, portal, clock } = await openOffice({ cards: cards(40), sync: { settings: { concurrency: 1 } }, fault: () => 'reject' })
    const { stopped } = await run()
    if (!isLienthongError(stopped)) throw new Error(`stopped by ${String(stopped)}`)
    expect(stopped.text.en).toContain('20 dossiers in a row were refused')
    expect(stopped.hint).toContain('lienthong failures list')

    clock.advance(minutes(9))
    expect(await run()).toMatchObject({ stopped: { code: 'sync.held' }, failing: 20, waiting: 20 })
    expect(portal.calls).toHaveLength(20)

    clock.advance(minutes(1))
    expect(await run()).toMatchObject({ stopped: { code: 'sync.held' }, failing: 20, waiting: 20 })
    expect(portal.calls).toHaveLength(21)
  })

  test('takes the rest by itself once a probe goes through; what it refused waits for failures retry', async () => {
    const { run, portal, clock, totals } = await openOffice({ cards: cards(40), sync: { settings: { concurrency: 1 } }, fault: () => 'reject' })
    await run()
    portal.fault = () => undefined
    clock.advance(minutes(10))
    expect(await run()).toMatchObject({ stopped: undefined, outcome: 'done', failing: 20, waiting: 0 })
    expect(portal.books.size).toBe(20)
    expect(await totals()).toMatchObject({ created: 20, failed: 20, pending: 0 })
  })

  test('each probe is another dossier, so that one with a fault of its own cannot hold the province for ever', async () => {
    const { run, portal, clock } = await openOffice({ cards: cards(23), sync: { settings: { concurrency: 1 } }, fault: () => 'reject' })
    await run()
    const probes = new Set<string>()
    for (let turn = 0; turn < 3; turn++) {
      clock.advance(minutes(10))
      const before = portal.calls.length
      await run()
      for (const call of portal.calls.slice(before)) probes.add(call.code)
    }
    expect(probes.size).toBe(3)
  })

  test('refusals of different kinds hold nobody', async () => {
    let n = 0
    const { run, portal } = await openOffice({ cards: cards(40), sync: { settings: { concurrency: 1 } } })
    const submit = portal.submit.bind(portal)
    Object.assign(portal, {
      submit: async (...call: Parameters<typeof submit>) =>
        n++ % 2 === 0 ? { outcome: 'rejected', answer: { code: '2', message: 'sai trường A', raw: '' } } : submit(...call),
    })
    expect(await run()).toMatchObject({ stopped: undefined, failing: 20, waiting: 0 })
  })
})

describe('a refused password (I11)', () => {
  test('is shown once; later passes leave the account alone and say since when', async () => {
    const { run, portal, clock } = await openOffice({ cards: cards(3), fault: () => 'login-refused' })
    Object.assign(portal, { account: 'user / wrong' })
    expect(await run()).toMatchObject({ stopped: { code: 'portal.login_refused' }, waiting: 3 })
    const tried = portal.calls.length
    clock.advance(minutes(60))
    expect(await run()).toMatchObject({ stopped: { code: 'sync.login_waits' }, waiting: 3, failing: 0 })
    expect(portal.calls).toHaveLength(tried)
  })

  test('is tried again when the configuration changed, and by --retry-login', async () => {
    const { run, portal, sync } = await openOffice({ cards: cards(3), fault: () => 'login-refused' })
    Object.assign(portal, { account: 'user / wrong' })
    await run()
    expect(await run({ retryLogin: true })).toMatchObject({ stopped: { code: 'portal.login_refused' } })
    portal.fault = () => undefined
    Object.assign(sync.target, { account: 'user / right' })
    expect(await run()).toMatchObject({ stopped: undefined, waiting: 0 })
    expect(portal.books.has(codeOf(1))).toBe(true)
  })

  test('of a source keeps that source from being asked, not the others from being sent', async () => {
    const { run, cards: index, portal } = await openOffice({ cards: cards(1) })
    let asked = 0
    const locked = {
      epoch: 'locked',
      account: 'user / wrong',
      changes: () => ({
        [Symbol.asyncIterator]: () => ({
          next: () => {
            asked += 1
            return Promise.reject(new LienthongError('opencps.not_logged_in', { values: { status: 203 } }))
          },
        }),
      }),
    }
    const { sync, ledger } = await openOffice()
    const both = { ...sync, ledger, target: portal, sources: { locked, index } }
    const { runPass } = await import('../../src/sync/index.js')
    expect((await runPass(both)).runs).toMatchObject([
      { source: 'locked', outcome: 'incomplete' },
      { outcome: 'done', created: 1 },
    ])
    const { runs } = await runPass(both)
    expect(runs[0]?.error?.code).toBe('sync.login_waits')
    expect(asked).toBe(1)
    await run()
  })
})

test('one call that loses its session twice is tried later and stops nobody; five in a row end the pass', async () => {
  let lost = 1
  const { run, portal, clock } = await openOffice({ cards: cards(30), sync: { settings: { concurrency: 1, patienceMs: 0 } } })
  const submit = portal.submit.bind(portal)
  Object.assign(portal, {
    submit: async (...call: Parameters<typeof submit>) => {
      if (lost-- > 0) throw new LienthongError('portal.session_lost', { values: { answer: '' } })
      return submit(...call)
    },
  })
  expect(await run()).toMatchObject({ stopped: undefined, waiting: 1, failing: 0 })
  clock.advance(minutes(1))
  expect(await run()).toMatchObject({ waiting: 0 })
  expect(portal.books.size).toBe(30)

  const other = await openOffice({ cards: cards(30), sync: { settings: { concurrency: 1, patienceMs: 0 } } })
  let calls = 0
  Object.assign(other.portal, {
    submit: async () => {
      calls += 1
      throw new LienthongError('portal.session_lost', { values: { answer: '' } })
    },
  })
  expect(await other.run()).toMatchObject({ stopped: { code: 'portal.session_lost' }, waiting: 30 })
  expect(calls).toBe(5)
})
